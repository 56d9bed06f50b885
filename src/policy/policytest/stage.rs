//! Turns the mocks of a test file into a world that policies can judge.

use std::sync::Arc;

use ecow::EcoString;

use super::{super::environment::Facts, Mock, MockKind, Mocked, filled::filled, scope::Mocks};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, Name, name},
    config::{Backend, BackendArgument, BackendKind},
    diag::Diagnostic,
    eval::Context,
    schema,
    source::Place,
    syntax::ExprId,
    value::{Kind, Type, Value, What, convert},
    world::{Change, Existence, Instance, ModuleCall, Operation, Provider, RootModule, World},
};

/// The object a mock became: its index among those of its kind.
#[derive(Clone, Copy, Debug)]
pub(super) enum Staged {
    Instance(usize),
    Provider(usize),
    Module(usize),
    RootModule,
}

/// One mock on the stage.
#[derive(Debug)]
pub(super) struct Placed {
    /// Index into the file's mocks.
    pub(super) mock: usize,
    /// Index of the root module it is in.
    pub(super) root: usize,
    /// Nothing where it could not be evaluated.
    pub(super) object: Option<Staged>,
    /// About its values.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A whole file on the stage.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) world: World,
    /// Of each root module.
    pub(super) mocked: Vec<Mocked>,
    /// Those that are judged or skipped, in the order of the file.
    pub(super) placed: Vec<Placed>,
    /// About data mocks.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Stage {
    /// What is to be known of each root module to judge in it.
    pub(super) fn facts(&self, on: super::super::Stage) -> Vec<Facts<'_>> {
        let all = self.world.root_modules.iter().zip(&self.mocked).enumerate();
        let facts =
            |(root, (module, mocked))| Facts { mocked: Some(mocked), ..Facts::new(&self.world, root, module, on) };
        all.map(facts).collect()
    }
}

/// Evaluates all mocks, in the shape of the provider's schema where that is asked for.
pub(super) fn stage(cx: &Context<'_>, mocks: &Mocks<'_>, in_shape: bool) -> Stage {
    let mut builder = Builder { cx, mocks, in_shape, roots: Vec::new(), data: Vec::new() };
    let (mut placed, mut diagnostics) = (Vec::new(), Vec::new());
    for (index, mock) in in_order(&mocks.file.mocks) {
        let root = builder.root_of(index, mock);
        let (object, mut found) = cx.apart(|| builder.place(root, index, mock));
        let failed = found.iter().any(Diagnostic::is_error);
        if mock.kind == MockKind::Data {
            diagnostics.append(&mut found);
        } else {
            placed.push(Placed { mock: index, root, object: object.filter(|_| !failed), diagnostics: found });
        }
    }
    placed.sort_by_key(|placed| placed.mock);
    let (modules, mocked) = builder.finish();
    Stage { world: World::new(modules), mocked, placed, diagnostics }
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
    in_shape: bool,
    roots: Vec<Root>,
    data: Vec<(Name, Value)>,
}

/// A root module that is built.
struct Root {
    module: RootModule,
    mocked: Mocked,
    /// The mock it is of.
    of: Option<usize>,
}

/// Where mocks are that name no root module.
const NAMELESS: &str = ".";

impl Builder<'_, '_, '_> {
    /// The root module a mock is, or is in: the first of that path, which is made when there is none. Every mock of a
    /// root module is one of its own.
    fn root_of(&mut self, index: usize, mock: &Mock) -> usize {
        let own = (mock.kind == MockKind::Stack).then_some(index);
        let path = match own {
            Some(_) => mock.target.trim_end_matches('/'),
            None => mock.stack.as_deref().unwrap_or(NAMELESS),
        };
        if let Some(i) =
            self.roots.iter().position(|root| &*root.module.path == path && (own.is_none() || root.of.is_none()))
        {
            if let Some(root) = self.roots.get_mut(i) {
                root.of = root.of.or(own);
            }
            return i;
        }
        let module = RootModule::empty(&Arc::from(path));
        self.roots.push(Root { module, mocked: Mocked::default(), of: own });
        self.roots.len() - 1
    }

    /// All root modules. They share the data sources, and the arena of origins.
    fn finish(self) -> (Vec<RootModule>, Vec<Mocked>) {
        let (cx, data) = (self.cx, self.data);
        let done = |root: Root| {
            let module = RootModule { origins: cx.origins.clone(), ..root.module };
            (module, Mocked { data: data.clone(), ..root.mocked })
        };
        self.roots.into_iter().map(done).unzip()
    }

    /// Puts a mock on the stage. Errors are reported.
    fn place(&mut self, root: usize, index: usize, mock: &Mock) -> Option<Staged> {
        let at = self.mocks.file.tree.at(mock.at);
        let attrs = self.mocks.attrs(self.cx, index, at);
        let attrs = self.object(attrs, mock, "attrs");
        let attrs = self.in_shape(attrs, mock, mock.attrs);
        let meta = mock.meta.map(|id| self.mocks.evaluate(self.cx, Some(index), id));
        let meta = meta.map(|value| self.object(value, mock, "meta")).filter(|value| !value.is_null());
        if mock.kind == MockKind::Resource {
            return self.instance((root, index, mock), attrs, meta);
        }
        if mock.kind == MockKind::Data {
            self.data.push((name(&mock.target), attrs));
            return None;
        }
        let backend = mock.backend.map(|id| self.mocks.evaluate(self.cx, Some(index), id));
        let backend = backend.map(|value| self.object(value, mock, "backend"));
        let Root { module, mocked, .. } = self.roots.get_mut(root)?;
        match mock.kind {
            MockKind::Provider => {
                module.providers.push(provider(mock, attrs, meta.as_ref(), at));
                mocked.providers.push(meta);
                Some(Staged::Provider(module.providers.len() - 1))
            }
            MockKind::Module => {
                module.module_calls.push(call(mock, attrs, at));
                mocked.modules.push(meta);
                Some(Staged::Module(module.module_calls.len() - 1))
            }
            MockKind::Stack | MockKind::Data | MockKind::Resource => {
                module.backend =
                    Backend { at, ..backend.as_ref().map(|value| declared(value, at)).unwrap_or_default() };
                mocked.root = Some(overrides(attrs, backend));
                Some(Staged::RootModule)
            }
        }
    }

    /// Attributes in the shape of the schema, where that is asked for and there is one.
    fn in_shape(&self, attrs: Value, mock: &Mock, written: Option<ExprId>) -> Value {
        let block = match mock.kind {
            MockKind::Resource => schema::aws().resource(&mock.target),
            MockKind::Data => schema::aws().data_source(&mock.target),
            MockKind::Provider | MockKind::Module | MockKind::Stack => None,
        };
        let Some(block) = block.filter(|_| self.in_shape && !attrs.is_null() && !attrs.is_error()) else {
            return attrs;
        };
        filled(&attrs, block).unwrap_or_else(|wrong| {
            let at = written.map_or_else(|| self.mocks.file.tree.at(mock.at), |id| self.mocks.file.tree.place(id));
            for what in wrong {
                let detail = format!("{} does not have the shape of the provider's schema. {what}", mock.address());
                self.cx.error("Invalid mock", detail, at);
            }
            Value::error()
        })
    }

    fn instance(
        &mut self,
        (root, index, mock): (usize, usize, &Mock),
        attrs: Value,
        meta: Option<Value>,
    ) -> Option<Staged> {
        let at = self.mocks.file.tree.at(mock.at);
        let before = mock.prior_attrs.map(|id| self.mocks.evaluate(self.cx, Some(index), id));
        let before = before.map_or_else(|| Value::null(Type::Any), |value| self.object(value, mock, "prior_attrs"));
        let before = self.in_shape(before, mock, mock.prior_attrs);
        self.check_state(mock, &attrs, &before);
        let operation = self.operation(mock, (&attrs, &before), meta.as_ref())?;
        let Root { module, mocked, .. } = self.roots.get_mut(root)?;
        let addr = InstanceAddr {
            root: Arc::clone(&module.path),
            module: ModulePath::default(),
            mode: Mode::Managed,
            ty: name(&mock.target),
            name: name(&mock.name),
            key: InstanceKey::None,
        };
        module.instances.push(Instance {
            change: Some(Change { operations: vec![operation], before, forced_by: Vec::new() }),
            ..Instance::alone(Arc::new(addr), attrs, Existence::Sure, at)
        });
        mocked.instances.push(meta);
        Some(Staged::Instance(module.instances.len() - 1))
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

fn provider(mock: &Mock, attrs: Value, meta: Option<&Value>, at: Place) -> Provider {
    Provider {
        name: name(&text(meta, "name").unwrap_or_else(|| mock.target.clone())),
        alias: text(meta, "alias").filter(|alias| !alias.is_empty()).map(|alias| name(&alias)),
        module: ModulePath::default(),
        source: format!("hashicorp/{}", mock.target).into(),
        attrs: or_empty(attrs),
        at,
    }
}

fn call(mock: &Mock, attrs: Value, at: Place) -> ModuleCall {
    ModuleCall {
        address: format!("module.{}", mock.name),
        source: mock.target.clone(),
        version: None,
        arguments: or_empty(attrs),
        at,
    }
}

/// A backend as a mock says it is: `{ type, config }`.
fn declared(backend: &Value, at: Place) -> Backend {
    let kind = match text(Some(backend), "type").as_deref() {
        None | Some("local") => BackendKind::Implicit,
        Some("cloud") => BackendKind::Cloud,
        Some(named) => BackendKind::Named(name(named)),
    };
    let argument = |(key, value): &(EcoString, Value)| {
        (name(key), BackendArgument { value: value.clone(), what: What::Backend, at })
    };
    let config = backend.get("config").and_then(Value::entries).unwrap_or_default();
    Backend { kind, arguments: config.iter().map(argument).collect(), ..Backend::default() }
}

/// What a mock says of `root` beside the type of the backend and its arguments.
fn overrides(attrs: Value, backend: Option<Value>) -> Value {
    let mut entries = attrs.entries().unwrap_or_default().to_vec();
    let more = backend.as_ref().and_then(Value::entries).unwrap_or_default();
    let more = more.iter().filter(|(name, _)| name != "type" && name != "config").cloned();
    entries.retain(|(name, _)| name != "backend");
    entries.push(("backend".into(), Value::object(more.collect())));
    Value::object(entries)
}

/// Providers and module calls are always there.
fn or_empty(attrs: Value) -> Value {
    if attrs.is_null() { Value::object(Vec::new()) } else { attrs }
}
