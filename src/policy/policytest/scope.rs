//! What names mean in a test file: other mocks, inputs, locals and pure functions.

use std::{borrow::Cow, cell::RefCell, collections::HashMap, path::Path};

use super::super::{
    environment::{first_name, followed, unknown_name},
    functions,
    locals::Locals,
};
use super::{MockKind, TestFile};
use crate::{
    addr::Name,
    diag::Diagnostic,
    eval::{CallPlaces, Context, Dialect, RefStep, Resolved, Scope, evaluate},
    source::Place,
    syntax::ExprId,
    value::{Because, Type, Value},
};

/// The values of one test file, each evaluated when first asked for.
#[derive(Debug)]
pub(super) struct Mocks<'t> {
    pub(super) file: &'t TestFile,
    /// Of inputs, where no mock says otherwise.
    pub(super) inputs: HashMap<Name, Value>,
    locals: Locals,
    /// The attributes of mocks; nothing while they are evaluated.
    attrs: RefCell<HashMap<usize, Option<Value>>>,
}

impl<'t> Mocks<'t> {
    pub(super) fn new(file: &'t TestFile, inputs: HashMap<Name, Value>) -> Self {
        Self { file, inputs, locals: Locals::default(), attrs: RefCell::default() }
    }

    /// The value of an expression that stands in a mock, or outside of all.
    pub(super) fn evaluate(&self, cx: &Context<'_>, mock: Option<usize>, id: ExprId) -> Value {
        evaluate(cx, &TestScope { mocks: self, mock }, &self.file.tree, id)
    }

    /// The attributes of a mock as written; null where it gives none.
    pub(super) fn attrs(&self, cx: &Context<'_>, mock: usize, at: Place) -> Value {
        let Some(attrs) = self.file.mocks.get(mock).and_then(|m| m.attrs) else { return Value::null(Type::Any) };
        let known = self.attrs.borrow().get(&mock).cloned();
        match known {
            Some(Some(value)) => value,
            Some(None) => {
                let address = self.file.mocks.get(mock).map(|m| m.address()).unwrap_or_default();
                cx.error("Circular reference detected", format!("{address} refers to itself, directly or not."), at);
                Value::error()
            }
            None => {
                self.attrs.borrow_mut().insert(mock, None);
                let value = self.evaluate(cx, Some(mock), attrs);
                self.attrs.borrow_mut().insert(mock, Some(value.clone()));
                value
            }
        }
    }

    fn find(&self, kind: MockKind, target: Name, name: Name) -> Option<usize> {
        let is = |m: &super::Mock| m.kind == kind && m.target == target.as_str() && m.name == name.as_str();
        self.file.mocks.iter().position(is)
    }
}

#[derive(Clone, Copy, Debug)]
struct TestScope<'m, 't> {
    mocks: &'m Mocks<'t>,
    /// The mock whose inputs count.
    mock: Option<usize>,
}

impl TestScope<'_, '_> {
    fn local(&self, cx: &Context<'_>, name: Name, at: Place) -> Value {
        let Some(local) = self.mocks.file.locals.get(&name) else {
            let detail = format!("No local value named \"{name}\" is declared in this file.");
            cx.error("Reference to undeclared local value", detail, at);
            return Value::error();
        };
        let value = || self.mocks.evaluate(cx, None, local.value);
        self.mocks.locals.get(cx, &RefCell::default(), (name, at), value)
    }

    fn input(&self, cx: &Context<'_>, name: Name, at: Place) -> Value {
        let own = self.mock.and_then(|i| self.mocks.file.mocks.get(i)).and_then(|m| m.inputs.get(&name));
        if let Some(given) = own {
            return self.mocks.evaluate(cx, None, *given);
        }
        self.mocks.inputs.get(&name).cloned().unwrap_or_else(|| {
            cx.error("Reference to undeclared input", format!("No value is given to an input named \"{name}\"."), at);
            Value::error()
        })
    }

    fn mock(&self, cx: &Context<'_>, kind: MockKind, (target, steps): (Name, &[RefStep]), at: Place) -> Resolved {
        let used = steps.len();
        let Some(name) = first_name(steps) else { return Resolved { value: unknown_name(cx, target, at), used } };
        let Some(index) = self.mocks.find(kind, target, name) else {
            let detail = format!("There is no mock {} \"{target}\" \"{name}\" in this file.", kind.block());
            cx.error("Reference to undeclared mock", detail, at);
            return Resolved { value: Value::error(), used };
        };
        let value = self.mocks.attrs(cx, index, at);
        let spelled_out =
            matches!(steps.get(1), Some(RefStep::Attr(step, _)) if step == "attrs" && value.get("attrs").is_none());
        Resolved { used, ..followed(cx, Cow::Owned(value), steps, if spelled_out { 2 } else { 1 }) }
    }
}

impl Scope for TestScope<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        match (root.as_str(), first_name(steps)) {
            ("local", Some(name)) => followed(cx, Cow::Owned(self.local(cx, name, at)), steps, 1),
            ("input", Some(name)) => followed(cx, Cow::Owned(self.input(cx, name, at)), steps, 1),
            ("data", Some(ty)) => {
                let rest = steps.get(1..).unwrap_or_default();
                Resolved { used: steps.len(), ..self.mock(cx, MockKind::Data, (ty, rest), at) }
            }
            _ => self.mock(cx, MockKind::Resource, (root, steps), at),
        }
    }

    /// Bare names of functions are written in public test files, so they are taken.
    fn function<'n>(&self, written: &'n str) -> Option<&'n str> {
        if written == UNKNOWN {
            return Some(written);
        }
        functions::plain(written).or_else(|| functions::bare(written))
    }

    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        if name == UNKNOWN {
            return Some(unknown(cx, args, at.whole));
        }
        functions::pure(cx, name, args, at)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

/// What is known only after an apply, for mocks.
const UNKNOWN: &str = "infralint::unknown";

fn unknown(cx: &Context<'_>, args: &[Value], at: Place) -> Value {
    if !args.is_empty() {
        let detail = format!("Call to function \"{UNKNOWN}\" failed: it takes no arguments.");
        cx.report(Diagnostic::error("Error in function call", detail, at));
        return Value::error();
    }
    Value::unknown(Type::Any, Because::Unsupported("what a mock says is unknown".into()))
}
