//! One expression as `terraform console` takes it: in the scope of the root module, with the function `type`.

use std::path::Path;

use super::{CallPlaces, Context, ModuleScope, RefStep, Resolved, Root, Scope, evaluate};
use crate::{
    addr::Name,
    diag::Diagnostic,
    source::{FileId, Place, offset},
    syntax::{ExprId, ExprKind, Tree, parse_expression},
    value::{Type, Value},
};

/// What an expression comes to.
#[derive(Clone, Debug)]
pub enum Answer {
    Value(Value),
    /// Of `type(…)`.
    Type(Type),
}

/// Evaluates a text that is already among the sources. Of a text with mistakes there is only what is wrong with it.
///
/// # Errors
/// What was reported, warnings among it, when an error was.
pub fn console(root: &Root<'_>, file: FileId) -> Result<(Answer, Vec<Diagnostic>), Vec<Diagnostic>> {
    let text = root.cx.sources.get(file);
    let (tree, id, mut diagnostics) = parse_expression(file, &text.text);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let node = root.node();
    let scope = ConsoleScope(ModuleScope::new(root, &node));
    let answer = match asked_type(&tree, id) {
        Some(call) => type_of(&root.cx, &scope, &tree, call).map(Answer::Type),
        None => Some(Answer::Value(evaluate(&root.cx, &scope, &tree, id))),
    };
    diagnostics.extend(root.cx.take_diagnostics());
    match answer {
        Some(answer) if !diagnostics.iter().any(Diagnostic::is_error) => Ok((answer, diagnostics)),
        _ => Err(diagnostics),
    }
}

/// The call of `type` that a whole expression is.
fn asked_type(tree: &Tree, id: ExprId) -> Option<ExprId> {
    let id = tree.unwrapped(id);
    let ExprKind::Call(called) = tree.kind(id) else { return None };
    is_type(&tree.call(called).name).then_some(id)
}

fn is_type(function: &str) -> bool {
    function.strip_prefix("core::").unwrap_or(function) == "type"
}

fn type_of(cx: &Context<'_>, scope: &ConsoleScope<'_, '_>, tree: &Tree, id: ExprId) -> Option<Type> {
    let ExprKind::Call(called) = tree.kind(id) else { return None };
    let call = tree.call(called);
    match tree.list(call.args) {
        [] => {
            let detail = "Function \"type\" expects 1 argument(s). Missing value for \"value\".";
            let end = tree.place(id).span.end;
            let at = tree.at(crate::source::Span::new(end.saturating_sub(offset(1)), end));
            cx.error("Not enough function arguments", detail, at);
            None
        }
        [of] => Some(evaluate(cx, scope, tree, *of).ty()),
        [_, extra, ..] => {
            let detail = "Function \"type\" expects only 1 argument(s).";
            cx.error("Too many function arguments", detail, tree.place(*extra));
            None
        }
    }
}

/// The scope of the root module; `type` is only for a whole expression.
#[derive(Clone, Copy, Debug)]
struct ConsoleScope<'e, 'r>(ModuleScope<'e, 'r>);

impl Scope for ConsoleScope<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        self.0.resolve(cx, root, steps, at)
    }

    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        if name == "type" {
            let detail = "The console-only \"type\" function cannot be used as part of an expression.";
            cx.error("Invalid use of type function", detail, at.whole);
            return Some(Value::error());
        }
        self.0.call(cx, name, args, at)
    }

    /// `type` is known, so that it can be refused for where it stands.
    fn knows(&self, name: &str) -> bool {
        name == "type" || self.0.knows(name)
    }

    fn base(&self) -> &Path {
        self.0.base()
    }
}
