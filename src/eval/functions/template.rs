//! `templatefile` and `templatestring`: a template evaluated with the given variables only.

use std::{
    cell::RefCell,
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
};

use super::{Call, Failure, Outcome, filesystem};
use crate::{
    addr::Name,
    diag::Diagnostic,
    eval::{
        Context,
        expr::{CallPart, CallPlaces, RefStep, Resolved, Scope, evaluate},
    },
    source::{FileId, Place},
    syntax::{ExprId, Tree, parse_template},
    value::{Kind, Type, Value, convert},
};

/// A parsed template.
#[derive(Debug)]
pub(in crate::eval) struct Template {
    tree: Tree,
    root: ExprId,
    diagnostics: Vec<Diagnostic>,
}

impl Template {
    /// Parses a text, which becomes a source of this run: errors inside have places.
    fn parse(cx: &Context<'_>, shown: &str, text: &str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        let file: FileId = cx.sources.add(shown, text);
        let (tree, root, diagnostics) = parse_template(file, text);
        Self { tree, root, diagnostics }
    }
}

/// The template files read so far, each parsed once.
#[derive(Debug, Default)]
pub(in crate::eval) struct Templates(RefCell<HashMap<PathBuf, Rc<Template>>>);

/// The variables of a template, and nothing else.
struct Variables<'a> {
    values: &'a [(ecow::EcoString, Value)],
    base: &'a Path,
    /// What is wrong with the first name that is none of them: then the variables are to blame, whatever came of it.
    missing: RefCell<Option<String>>,
}

impl Scope for Variables<'_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, _steps: &[RefStep], at: Place) -> Resolved {
        let found = self.values.binary_search_by(|(name, _)| name.as_str().cmp(&root)).ok();
        let value = found.and_then(|at| self.values.get(at)).map_or_else(
            || {
                self.missing.borrow_mut().get_or_insert_with(|| missing(cx, root, at));
                Value::error()
            },
            |(_, value)| value.clone(),
        );
        Resolved { value, used: 0 }
    }

    /// Templates do not nest.
    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        if matches!(name, "templatefile" | "templatestring") {
            let detail = format!(
                "Call to function \"{name}\" failed: cannot recursively call {name} from inside another template \
                 function."
            );
            cx.error("Error in function call", detail, (at.part)(CallPart::Name));
            return Some(Value::error());
        }
        super::call(cx, crate::addr::name(name), args, self.base, at)
    }

    fn base(&self) -> &Path {
        self.base
    }
}

fn missing(cx: &Context<'_>, root: Name, at: Place) -> String {
    let end = at.span.start.saturating_add(crate::source::offset(root.len()));
    let place = Place::new(at.file, crate::source::Span::new(at.span.start, end));
    format!("vars map does not contain key \"{root}\", referenced at {}", spanned(cx, place))
}

/// `file:2,3-8`: how messages name a place inside a template.
pub(super) fn spanned(cx: &Context<'_>, at: Place) -> String {
    let file = cx.sources.get(at.file);
    let (from, to) = (file.position(at.span.start), file.position(at.span.end));
    let to = if from.line == to.line { to.column.to_string() } else { format!("{},{}", to.line, to.column) };
    format!("{}:{},{}-{to}", file.path, from.line, from.column)
}

/// The call fails with the first of these errors, if there is one.
fn failed(cx: &Context<'_>, diagnostics: &[Diagnostic]) -> Option<Failure> {
    let error = diagnostics.iter().find(|d| d.is_error())?;
    let at = error.place.map_or(String::new(), |place| format!("{}: ", spanned(cx, place)));
    Some(Failure::new(format!("{at}{}; {}", error.summary, error.detail.trim_end_matches('.'))))
}

fn render(call: &Call<'_, '_>, template: &Template) -> Outcome {
    let Some(values) = call.arg(1).entries() else {
        return Err(Failure::at(1, "invalid vars value: must be a map"));
    };
    for (name, _) in values {
        if !is_name(name) {
            return Err(Failure::at(
                1,
                format!(
                    "invalid template variable name \"{name}\": must start with a letter, followed by zero or more \
                 letters, digits, and underscores"
                ),
            ));
        }
    }
    if let Some(failure) = failed(call.cx, &template.diagnostics) {
        return Err(failure);
    }
    let scope = Variables { values, base: call.base, missing: RefCell::default() };
    let (value, diagnostics) = call.cx.apart(|| evaluate(call.cx, &scope, &template.tree, template.root));
    match (scope.missing.take(), failed(call.cx, &diagnostics)) {
        (Some(missing), _) => Err(Failure::at(1, missing)),
        (None, Some(failure)) => Err(failure),
        (None, None) => Ok(value),
    }
}

fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

pub(super) fn templatefile(call: &Call<'_, '_>) -> Outcome {
    let path = filesystem::located(call, call.text(0));
    let known = call.cx.templates.0.borrow().get(&path).map(Rc::clone);
    let template = match known {
        Some(template) => template,
        None => {
            let text = filesystem::read_text(call)?;
            let template = Rc::new(Template::parse(call.cx, &call.cx.sources.display(&path), &text));
            call.cx.templates.0.borrow_mut().insert(path, Rc::clone(&template));
            template
        }
    };
    render(call, &template)
}

/// Always a string, also where the template is one interpolation of something else.
pub(super) fn templatestring(call: &Call<'_, '_>) -> Outcome {
    let template = Template::parse(call.cx, "<templatestring argument>", call.text(0));
    if let Some(failure) = failed(call.cx, &template.diagnostics) {
        return Err(Failure { argument: Some(0), ..failure });
    }
    let result = render(call, &template)?;
    if matches!(result.kind, Kind::Unknown(_)) && result.is_error() {
        return Ok(result);
    }
    convert(&result, &Type::String).map_err(|error| Failure::new(error.message))
}
