//! Turns the mocks of a test file into a world that policies can judge.

use std::sync::Arc;

use ecow::EcoString;

use super::{Mock, MockKind, Mocked, scope::Mocks};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    diag::Diagnostic,
    eval::Context,
    value::{Kind, Origin, Type, Value, convert},
    world::{Change, Existence, Instance, ModuleCall, Operation, Provider, RootModule, World},
};

/// The object a mock became: its index among those of its kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Staged {
    Instance(usize),
    Provider(usize),
    Module(usize),
}

/// One mock on the stage.
#[derive(Debug)]
pub(super) struct Placed {
    /// Index into the file's mocks.
    pub(super) mock: usize,
    /// Nothing where it could not be evaluated.
    pub(super) object: Option<Staged>,
    /// About its values.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A whole file on the stage.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) mocked: Mocked,
    /// Those that are judged or skipped, in the order of the file.
    pub(super) placed: Vec<Placed>,
    /// About data mocks.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Evaluates all mocks.
pub(super) fn stage(cx: &Context<'_>, mocks: &Mocks<'_>) -> Stage {
    let mut builder = Builder { cx, mocks, module: RootModule::empty(&Arc::from(".")), mocked: Mocked::default() };
    let (mut placed, mut diagnostics) = (Vec::new(), Vec::new());
    for (index, mock) in in_order(&mocks.file.mocks) {
        let (object, mut found) = cx.apart(|| builder.place(index, mock));
        let failed = found.iter().any(Diagnostic::is_error);
        if mock.kind == MockKind::Data {
            diagnostics.append(&mut found);
        } else {
            placed.push(Placed { mock: index, object: object.filter(|_| !failed), diagnostics: found });
        }
    }
    placed.sort_by_key(|placed| placed.mock);
    Stage { world: World::new(vec![builder.module]), mocked: builder.mocked, placed, diagnostics }
}

/// Instances of a root module are sorted by their addresses.
fn in_order(mocks: &[Mock]) -> Vec<(usize, &Mock)> {
    let mut all: Vec<(usize, &Mock)> = mocks.iter().enumerate().collect();
    all.sort_by(|(_, a), (_, b)| (&a.target, &a.name).cmp(&(&b.target, &b.name)));
    all
}

struct Builder<'b, 's, 't> {
    cx: &'b Context<'s>,
    mocks: &'b Mocks<'t>,
    module: RootModule,
    mocked: Mocked,
}

impl Builder<'_, '_, '_> {
    /// Puts a mock on the stage. Errors are reported.
    fn place(&mut self, index: usize, mock: &Mock) -> Option<Staged> {
        let at = self.mocks.file.tree.at(mock.at);
        let attrs = self.mocks.attrs(self.cx, index, at);
        let attrs = self.object(attrs, mock, "attrs");
        let meta = mock.meta.map(|id| self.mocks.evaluate(self.cx, Some(index), id));
        let meta = meta.map(|value| self.object(value, mock, "meta")).filter(|value| !value.is_null());
        match mock.kind {
            MockKind::Data => {
                self.mocked.data.push((name(&mock.target), attrs));
                None
            }
            MockKind::Resource => self.instance((index, mock), attrs, meta),
            MockKind::Provider => {
                self.module.providers.push(provider(mock, attrs, meta.as_ref(), at));
                self.mocked.providers.push(meta);
                Some(Staged::Provider(self.module.providers.len() - 1))
            }
            MockKind::Module => {
                self.module.module_calls.push(call(mock, attrs, at));
                self.mocked.modules.push(meta);
                Some(Staged::Module(self.module.module_calls.len() - 1))
            }
        }
    }

    fn instance(&mut self, (index, mock): (usize, &Mock), attrs: Value, meta: Option<Value>) -> Option<Staged> {
        let at = self.mocks.file.tree.at(mock.at);
        let before = mock.prior_attrs.map(|id| self.mocks.evaluate(self.cx, Some(index), id));
        let before = before.map_or_else(|| Value::null(Type::Any), |value| self.object(value, mock, "prior_attrs"));
        self.check_state(mock, &attrs, &before);
        let operation = self.operation(mock, (&attrs, &before), meta.as_ref())?;
        self.module.instances.push(Instance {
            addr: Arc::new(InstanceAddr {
                root: Arc::clone(&self.module.path),
                module: ModulePath::default(),
                mode: Mode::Managed,
                ty: name(&mock.target),
                name: name(&mock.name),
                key: InstanceKey::None,
            }),
            attrs,
            exists: Existence::Sure,
            change: Some(Change { operations: vec![operation], before, forced_by: Vec::new() }),
            repeat: 0,
            at,
            repetition: Origin::NONE,
            calls: Vec::new(),
            provider: None,
            ignore_changes: Vec::new(),
            prevent_destroy: false,
        });
        self.mocked.instances.push(meta);
        Some(Staged::Instance(self.module.instances.len() - 1))
    }

    /// A mock has something before or after the change.
    fn check_state(&self, mock: &Mock, attrs: &Value, before: &Value) {
        let is_empty = |value: &Value| value.is_null() || value.entries().is_some_and(<[_]>::is_empty);
        if !is_empty(attrs) || !is_empty(before) || attrs.is_error() || before.is_error() {
            return;
        }
        let at = self.mocks.file.tree.at(mock.at);
        let address = mock.address();
        if mock.attrs.is_some() && mock.prior_attrs.is_none() {
            let detail = format!(
                "{address} has no state: its attrs are empty. It is judged as a resource that is created without attributes."
            );
            self.cx.report(Diagnostic::warning("Mock without attributes", detail, at));
        } else {
            let detail = format!("{address} has no state: give it attrs, prior_attrs, or both.");
            self.cx.error("Mock without attributes", detail, at);
        }
    }

    /// As `meta` says, else by what there is before and after.
    fn operation(&self, mock: &Mock, (attrs, before): (&Value, &Value), meta: Option<&Value>) -> Option<Operation> {
        let given = meta.and_then(|meta| meta.get("operation")).filter(|value| !value.is_null());
        let Some(given) = given else {
            return Some(match (attrs.is_null(), before.is_null()) {
                (true, false) => Operation::Delete,
                (false, false) => Operation::Update,
                (_, true) => Operation::Create,
            });
        };
        let at = mock.meta.map_or_else(|| self.mocks.file.tree.at(mock.at), |id| self.mocks.file.tree.place(id));
        let Some(word) = given.as_str() else {
            let detail = format!("{} has a non-string meta.operation; it must be a known string.", mock.address());
            self.cx.error("Invalid operation", detail, at);
            return None;
        };
        let operation = Operation::parse(word);
        if operation.is_none() {
            let detail =
                format!("\"{word}\" is no operation; there are \"create\", \"update\", \"delete\" and \"no-op\".");
            self.cx.error("Invalid operation", detail, at);
        }
        operation
    }

    /// A value that must be an object, or nothing.
    fn object(&self, value: Value, mock: &Mock, what: &str) -> Value {
        let fits = matches!(value.kind, Kind::Object(_) | Kind::Map(_) | Kind::Null(_)) || value.is_error();
        if !fits {
            let detail = format!("\"{what}\" of {} must be an object.", mock.address());
            self.cx.error("Invalid mock", detail, self.mocks.file.tree.at(mock.at));
        }
        match value.kind {
            Kind::Map(mapping) => Value { kind: Value::object(mapping.entries.clone()).kind, ..value },
            kind => Value { kind, ..value },
        }
    }
}

/// The text of an entry of `meta`.
fn text(meta: Option<&Value>, key: &str) -> Option<EcoString> {
    convert(meta?.get(key)?, &Type::String).ok()?.as_str().cloned()
}

fn provider(mock: &Mock, attrs: Value, meta: Option<&Value>, at: crate::source::Place) -> Provider {
    Provider {
        name: name(&text(meta, "name").unwrap_or_else(|| mock.target.clone())),
        alias: text(meta, "alias").filter(|alias| !alias.is_empty()).map(|alias| name(&alias)),
        module: ModulePath::default(),
        source: format!("hashicorp/{}", mock.target).into(),
        attrs: or_empty(attrs),
        at,
    }
}

fn call(mock: &Mock, attrs: Value, at: crate::source::Place) -> ModuleCall {
    ModuleCall {
        address: format!("module.{}", mock.name),
        source: mock.target.clone(),
        version: None,
        arguments: or_empty(attrs),
        at,
    }
}

/// Providers and module calls are always there.
fn or_empty(attrs: Value) -> Value {
    if attrs.is_null() { Value::object(Vec::new()) } else { attrs }
}
