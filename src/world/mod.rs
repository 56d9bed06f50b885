//! Root modules and resource instances as rules see them.

pub mod addresses;
mod build;
pub mod cidr;
pub mod network;
mod overlaps;
pub mod stage;
pub mod state;
pub mod zones;

pub use build::evaluate;

use std::sync::Arc;

use crate::{
    addr::{InstanceAddr, ModulePath, Name},
    config::Backend,
    diag::Diagnostic,
    source::Place,
    value::{Origin, Origins, Value},
};

/// Everything evaluated for one run. Root modules are sorted by path.
#[derive(Debug, Default)]
pub struct World {
    pub root_modules: Vec<RootModule>,
    /// The address ranges, swept when first asked for.
    addresses: std::sync::OnceLock<addresses::Addresses>,
}

/// One evaluated root module.
#[derive(Debug)]
pub struct RootModule {
    pub path: Arc<str>,
    pub origins: Origins,
    /// Managed resource instances, sorted by address.
    pub instances: Vec<Instance>,
    /// Resources that are declared and have no instance, since their `count` or `for_each` says so.
    pub absent: Vec<Absent>,
    pub outputs: Value,
    pub providers: Vec<Provider>,
    pub module_calls: Vec<ModuleCall>,
    pub backend: Backend,
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
    pub attrs: Value,
    pub exists: Existence,
    /// The block's header.
    pub at: Place,
    /// Where the number of instances of this resource came from, if it has `count` or `for_each`.
    pub repetition: Origin,
    /// The module calls that lead to it, outermost first: name and place of the call's header.
    pub calls: Vec<(Name, Place)>,
    /// Index into the root module's providers.
    pub provider: Option<usize>,
    /// `lifecycle.ignore_changes`: attribute names, `["all"]` for `all`.
    pub ignore_changes: Vec<Name>,
    pub prevent_destroy: bool,
}

/// A resource without instances.
#[derive(Clone, Debug)]
pub struct Absent {
    pub module: ModulePath,
    pub ty: Name,
    pub name: Name,
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

    /// The root module and the instance of an address.
    #[must_use]
    pub fn find(&self, addr: &InstanceAddr) -> Option<(usize, &Instance)> {
        let root = self.root_modules.binary_search_by(|r| r.path.cmp(&addr.root)).ok()?;
        let instances = &self.root_modules[root].instances;
        let at = instances.binary_search_by(|i| (*i.addr).cmp(addr)).ok()?;
        Some((root, &instances[at]))
    }
}
