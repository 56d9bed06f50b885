//! Root modules and resource instances as rules see them.

pub mod addresses;
mod build;
mod change;
pub mod cidr;
mod circles;
mod effective;
mod existing;
pub mod explain;
mod gateways;
mod holders;
pub mod network;
mod overlaps;
pub mod plan;
pub mod planned;
pub mod stage;
pub mod state;
pub mod zones;

pub use build::evaluate;
pub use change::{Change, Operation};
pub use circles::circles;
pub use planned::{Plan as TerraformPlan, evaluate_planned, planned_alone};

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Arc, OnceLock, PoisonError, RwLock},
};

use ecow::EcoString;

use crate::{
    addr::{InstanceAddr, ModulePath, Name},
    config::Backend,
    diag::Diagnostic,
    eval::StateRead,
    source::Place,
    value::{Origin, Origins, Value},
};

/// Everything evaluated for one run. Root modules are sorted by id, and so by path.
#[derive(Debug, Default)]
pub struct World {
    pub root_modules: Vec<RootModule>,
    /// What is known of things in accounts.
    existing: existing::Existing,
    /// The address ranges, swept when first asked for.
    addresses: OnceLock<addresses::Addresses>,
    /// Where states lie, compared when first asked for.
    states: OnceLock<state::States>,
    /// The instances of each type, by root module and index.
    by_type: OnceLock<HashMap<Name, Vec<(usize, usize)>>>,
    /// The instances of a type by the value of one attribute, as they are asked for.
    by_value: RwLock<HashMap<(Name, Name), Arc<ByValue>>>,
}

/// Instances by the value of one attribute: each is a root module's index, and the instance's in it.
#[derive(Debug, Default)]
struct ByValue {
    known: HashMap<EcoString, Vec<(usize, usize)>>,
    /// Those of which the value is no known string.
    others: Vec<(usize, usize)>,
}

/// One evaluated root module.
#[derive(Debug)]
pub struct RootModule {
    /// Tells it from every other one: the path, with the workspace where it is evaluated in several.
    pub id: Arc<str>,
    pub path: Arc<str>,
    /// Whether nothing but a plan tells of it: what no plan tells, its backend first of all, is not known.
    pub is_plan_alone: bool,
    /// The account whose facts these are, of a root module that nobody wrote.
    pub account: Option<Arc<str>>,
    /// Whether its stage is production, as the settings say; false while nobody has said so.
    pub is_production: bool,
    /// The workspace it is evaluated in, where one is known.
    pub workspace: Option<Arc<str>>,
    pub origins: Origins,
    /// Managed resource instances, sorted by address.
    pub instances: Vec<Instance>,
    /// Resources that are declared and have no instance, since their `count` or `for_each` says so.
    pub absent: Vec<Absent>,
    pub outputs: Value,
    /// Data sources that are surely read, in the order they are met.
    pub data: Vec<DataSource>,
    pub providers: Vec<Provider>,
    pub module_calls: Vec<ModuleCall>,
    /// Calls of modules whose source is not here.
    pub opaque_calls: Vec<OpaqueCall>,
    pub backend: Backend,
    /// The states that are read: by this root module, and by those whose states it reads.
    pub state_reads: Vec<StateRead>,
    /// What functions of the language looked at.
    pub files_read: std::collections::BTreeSet<std::path::PathBuf>,
    /// `required_version` constraints of the root module.
    pub required_versions: Vec<(ecow::EcoString, Place)>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether an instance is there.
#[derive(Clone, Debug)]
pub enum Existence {
    Sure,
    /// Depends on the `count` or `for_each` that is this unknown value.
    Maybe(Value),
}

/// One resource instance with its effective attributes.
#[derive(Clone, Debug)]
pub struct Instance {
    pub addr: Arc<InstanceAddr>,
    /// An object of the schema's shape: every attribute is there, unset blocks are empty lists.
    /// Attributes that are not configured have their default, else null or an unknown with an identity.
    /// Null when a plan deletes it.
    pub attrs: Value,
    pub exists: Existence,
    /// What a plan does with it; none where there is only a configuration.
    pub change: Option<Change>,
    /// Of an unknown map or set one instance stands for all and is judged; those numbered from 1 only stand for how
    /// many there may be.
    pub repeat: u32,
    /// The block's header.
    pub at: Place,
    /// Where the number of instances of this resource came from, if it has `count` or `for_each`.
    pub repetition: Origin,
    /// The module calls that lead to it, outermost first: name and place of the call's header.
    pub calls: Vec<(Name, Place)>,
    /// Index into the root module's providers.
    pub provider: Option<usize>,
    /// `lifecycle.ignore_changes`: attribute names, `["all"]` for `all`, and where each is written.
    pub ignore_changes: Vec<(Name, Place)>,
    pub prevent_destroy: bool,
}

impl Instance {
    /// One that is not of a module's evaluation: nothing counts it, calls it, configures a provider for it or guards it.
    pub(crate) const fn alone(addr: Arc<InstanceAddr>, attrs: Value, exists: Existence, at: Place) -> Self {
        Self {
            addr,
            attrs,
            exists,
            change: None,
            repeat: 0,
            at,
            repetition: Origin::NONE,
            calls: Vec::new(),
            provider: None,
            ignore_changes: Vec::new(),
            prevent_destroy: false,
        }
    }
}

/// One instance of a data source: what it is asked with, and what it says as far as that is known here.
#[derive(Clone, Debug)]
pub struct DataSource {
    pub ty: Name,
    /// An object of the schema's shape, like that of an [`Instance`].
    pub attrs: Value,
    /// The arguments and types of blocks that are written.
    pub asked: Vec<Name>,
    /// Index into the root module's providers.
    pub provider: Option<usize>,
}

/// A resource without instances.
#[derive(Clone, Debug)]
pub struct Absent {
    pub module: ModulePath,
    pub ty: Name,
    pub name: Name,
    /// What its arguments refer to, as type and name; of other roots (`var`, `local`, `module`) too.
    pub refers_to: Vec<(Name, Name)>,
    /// Where the `count` or `for_each` came from.
    pub origin: Origin,
    pub at: Place,
}

/// One provider configuration.
#[derive(Clone, Debug)]
pub struct Provider {
    pub name: Name,
    pub alias: Option<Name>,
    /// The module it is configured in.
    pub module: ModulePath,
    pub source: ecow::EcoString,
    pub attrs: Value,
    pub at: Place,
}

/// One module call instance.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    pub address: String,
    pub source: ecow::EcoString,
    pub version: Option<ecow::EcoString>,
    pub arguments: Value,
    pub at: Place,
}

/// A call of a module whose source is not here: nobody knows what it makes of what it is given.
#[derive(Clone, Debug)]
pub struct OpaqueCall {
    pub address: String,
    pub arguments: Vec<Value>,
    pub at: Place,
}

impl RootModule {
    /// A root module that nothing is in.
    #[must_use]
    pub fn empty(path: &Arc<str>) -> Self {
        Self {
            id: Arc::clone(path),
            path: Arc::clone(path),
            is_plan_alone: false,
            account: None,
            is_production: false,
            workspace: None,
            origins: Origins::default(),
            instances: Vec::new(),
            absent: Vec::new(),
            outputs: Value::object(Vec::new()),
            data: Vec::new(),
            providers: Vec::new(),
            module_calls: Vec::new(),
            opaque_calls: Vec::new(),
            backend: Backend::default(),
            state_reads: Vec::new(),
            files_read: std::collections::BTreeSet::new(),
            required_versions: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// How a message names it: the path, and the workspace where it is evaluated in several.
    #[must_use]
    pub fn shown(&self) -> String {
        match self.workspace.as_deref().filter(|_| self.id != self.path) {
            Some(workspace) => format!("{}, workspace {workspace}", self.path),
            None => self.path.to_string(),
        }
    }
}

impl World {
    /// A world of root modules that are sorted by path.
    #[must_use]
    pub fn new(root_modules: Vec<RootModule>) -> Self {
        Self { root_modules, ..Self::default() }
    }

    /// The address ranges of all root modules, and their overlaps.
    pub fn addresses(&self) -> &addresses::Addresses {
        self.addresses.get_or_init(|| addresses::Addresses::of(self))
    }

    /// Where the states of all root modules lie.
    pub fn states(&self) -> &state::States {
        self.states.get_or_init(|| state::States::of(self))
    }

    /// The instances of a type in all root modules: the root module's index, and the instance's in it; in order.
    pub fn of_type(&self, ty: Name) -> &[(usize, usize)] {
        let by_type = self.by_type.get_or_init(|| {
            let mut by_type: HashMap<Name, Vec<(usize, usize)>> = HashMap::new();
            for (root, module) in self.root_modules.iter().enumerate() {
                for (i, instance) in module.instances.iter().enumerate() {
                    by_type.entry(instance.addr.ty).or_default().push((root, i));
                }
            }
            by_type
        });
        by_type.get(&ty).map(Vec::as_slice).unwrap_or_default()
    }

    /// The instances of a type in one root module.
    pub fn of_type_in(&self, ty: Name, root: usize) -> &[(usize, usize)] {
        let all = self.of_type(ty);
        let (from, to) = (all.partition_point(|(r, _)| *r < root), all.partition_point(|(r, _)| *r <= root));
        all.get(from..to).unwrap_or_default()
    }

    /// Shows the instances of a type of which an attribute is a text, or no known one; in order, until `show` breaks off.
    pub fn with_value(
        &self,
        (ty, attribute): (Name, Name),
        value: &str,
        mut show: impl FnMut((usize, usize)) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let index = self.by_value_of(ty, attribute);
        let mut known = index.known.get(value).map(Vec::as_slice).unwrap_or_default();
        let mut others = index.others.as_slice();
        // Both are in order; whoever breaks off soon has not paid for all of them.
        while let Some(next) = known.first().into_iter().chain(others.first()).min().copied() {
            let from = if known.first() == Some(&next) { &mut known } else { &mut others };
            *from = from.get(1..).unwrap_or_default();
            show(next)?;
        }
        ControlFlow::Continue(())
    }

    /// The instances of a type of which an attribute is a text; in order.
    pub fn with_known_value(&self, (ty, attribute): (Name, Name), value: &str) -> Vec<(usize, usize)> {
        self.by_value_of(ty, attribute).known.get(value).cloned().unwrap_or_default()
    }

    fn by_value_of(&self, ty: Name, attribute: Name) -> Arc<ByValue> {
        let known = self.by_value.read().unwrap_or_else(PoisonError::into_inner).get(&(ty, attribute)).cloned();
        known.unwrap_or_else(|| {
            let index = Arc::new(self.index(ty, attribute));
            self.by_value.write().unwrap_or_else(PoisonError::into_inner).insert((ty, attribute), Arc::clone(&index));
            index
        })
    }

    fn instance(&self, (root, i): (usize, usize)) -> Option<&Instance> {
        self.root_modules.get(root)?.instances.get(i)
    }

    fn index(&self, ty: Name, attribute: Name) -> ByValue {
        let mut index = ByValue::default();
        for (root, i) in self.of_type(ty) {
            let value = self.instance((*root, *i)).and_then(|instance| instance.attrs.get(&attribute));
            match value.and_then(Value::as_str) {
                Some(text) => index.known.entry(text.clone()).or_default().push((*root, *i)),
                None => index.others.push((*root, *i)),
            }
        }
        index
    }

    /// The index of the root module at a path, as seen from another one: of several workspaces the same one counts.
    #[must_use]
    pub fn root_at(&self, path: &str, from: usize) -> Option<usize> {
        let of_path = |root: &&RootModule| *root.path == *path;
        let same = self.root_modules.get(from).and_then(|from| {
            self.root_modules.iter().position(|root| of_path(&root) && root.workspace == from.workspace)
        });
        same.or_else(|| self.root_modules.iter().position(|root| of_path(&root)))
    }

    /// The root module and the instance of an address.
    #[must_use]
    pub fn find(&self, addr: &InstanceAddr) -> Option<(usize, &Instance)> {
        let root = self.root_modules.binary_search_by(|r| r.id.cmp(&addr.root)).ok()?;
        let instances = &self.root_modules[root].instances;
        let at = instances.binary_search_by(|i| (*i.addr).cmp(addr)).ok()?;
        Some((root, &instances[at]))
    }
}
