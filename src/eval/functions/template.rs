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
        expr::{CallPlaces, RefStep, Resolved, Scope, evaluate},
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
}

impl Scope for Variables<'_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, _steps: &[RefStep], at: Place) -> Resolved {
        let found = self.values.binary_search_by(|(name, _)| name.as_str().cmp(&root)).ok();
        let value = found.and_then(|at| self.values.get(at)).map_or_else(|| missing(cx, root, at), |(_, v)| v.clone());
        Resolved { value, used: 0 }
    }

    /// Templates do not nest.
    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        if matches!(name, "templatefile" | "templatestring") {
            let detail = format!(
                "Call to function \"{name}\" failed: cannot recursively call {name} from inside another template \
                 function."
            );
            cx.error("Error in function call", detail, at.call);
            return Some(Value::error());
        }
        super::call(cx, crate::addr::name(name), args, self.base, at.call, at.args)
    }

    fn base(&self) -> &Path {
        self.base
    }
}

fn missing(cx: &Context<'_>, root: Name, at: Place) -> Value {
    let file = cx.sources.get(at.file);
    let end = at.span.start.saturating_add(crate::source::offset(root.len()));
    let (from, to) = (file.position(at.span.start), file.position(end));
    let detail = format!(
        "Invalid value for \"vars\" parameter: vars map does not contain key \"{root}\", referenced at {}:{},{}-{}.",
        file.path, from.line, from.column, to.column
    );
    cx.error("Invalid function argument", detail, at);
    Value::error()
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
    if template.diagnostics.iter().any(Diagnostic::is_error) {
        template.diagnostics.iter().for_each(|d| call.cx.report(d.clone()));
        return Ok(Value::error());
    }
    let scope = Variables { values, base: call.base };
    Ok(evaluate(call.cx, &scope, &template.tree, template.root))
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
    let result = render(call, &template)?;
    if matches!(result.kind, Kind::Unknown(_)) && result.is_error() {
        return Ok(result);
    }
    convert(&result, &Type::String).map_err(|error| Failure::new(error.message))
}
