//! Plans of Terraform, as `terraform show -json` writes them, as part of a world.
//!
//! The configuration is evaluated with what the plan knows beside it: values of variables, of attributes, of data
//! sources that were read, and keys of instances. So everything keeps its file and line, and what the plan does not know
//! either keeps whose it is. Instances without a configuration here are made from the plan alone.

mod alone;
mod changes;
mod configuration;
mod decode;
mod facts;
mod join;
mod json;
mod read;
mod shown;

pub(super) use shown::Listing;

pub use changes::{Changes, Row, Totals};
pub use read::ReadError;

use std::sync::Arc;

use serde_json::Value as Json;

use self::configuration::Configuration;
use super::{RootModule, build};
use crate::{
    addr::{InstanceAddr, ModulePath, Name},
    config::Repository,
    source::Sources,
    value::Step,
};

/// A plan. Its values are secret: nothing here has a form for people but [`Changes`].
pub struct Plan {
    /// What it is called: a path as it was typed.
    pub name: String,
    /// The version of Terraform that made it.
    pub terraform: String,
    /// Whether everything was planned: not with `-target`, nothing deferred.
    pub complete: bool,
    /// Whether planning ended with an error.
    pub errored: bool,
    /// Whether nothing but the state changes.
    pub refresh_only: bool,
    variables: Vec<(Name, Json)>,
    changes: Vec<ResourceChange>,
    /// Resources that changed outside of Terraform, where that matters to the plan.
    drifted: Vec<String>,
    /// What the state holds: data sources and managed resources.
    state: Vec<(ResourceAddr, Json, Json)>,
    /// Conditions of `check` blocks and others that do not hold.
    failed_checks: Vec<String>,
    configuration: Configuration,
}

/// No value of a plan gets into a debugging output.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("name", &self.name).field("changes", &self.changes.len()).finish_non_exhaustive()
    }
}

/// An instance in no certain root module.
#[derive(Clone, PartialEq, Eq)]
struct ResourceAddr(InstanceAddr);

impl ResourceAddr {
    /// The same in a root module.
    fn of(&self, root: &Arc<str>) -> InstanceAddr {
        InstanceAddr { root: Arc::clone(root), ..self.0.clone() }
    }
}

/// What a plan does with an instance.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Action {
    NoOp,
    Create,
    Read,
    Update,
    DeleteThenCreate,
    CreateThenDelete,
    Delete,
    Forget,
    CreateThenForget,
}

/// One planned change. The values are as JSON has them.
struct ResourceChange {
    addr: ResourceAddr,
    /// The address it had before, where it moved.
    previous: Option<String>,
    /// The key of an object that is not the current one any more.
    deposed: Option<String>,
    action: Action,
    /// Why, in Terraform's word.
    reason: Option<String>,
    importing: bool,
    before: Json,
    before_sensitive: Json,
    after: Json,
    after_unknown: Json,
    after_sensitive: Json,
    /// Paths of attributes whose changes make an update impossible.
    replace_paths: Vec<Vec<Step>>,
}

impl ResourceChange {
    /// What stays as it is.
    fn none(addr: &ResourceAddr, value: &Json, sensitive: &Json) -> Self {
        Self {
            addr: addr.clone(),
            previous: None,
            deposed: None,
            action: Action::NoOp,
            reason: None,
            importing: false,
            before: value.clone(),
            before_sensitive: sensitive.clone(),
            after: value.clone(),
            after_unknown: Json::Null,
            after_sensitive: sensitive.clone(),
            replace_paths: Vec::new(),
        }
    }

    /// Whether it is about the current object of a managed resource.
    fn is_current(&self) -> bool {
        self.deposed.is_none() && self.addr.0.mode == crate::addr::Mode::Managed
    }

    /// Whether there is an object afterwards that Terraform manages.
    fn remains(&self) -> bool {
        !matches!(self.action, Action::Delete | Action::Forget | Action::Read)
    }
}

impl Plan {
    /// Reads the JSON of a plan; `name` is what it is called.
    ///
    /// # Errors
    /// When it is no JSON, or that of something else; a version this one does not read; or a part is not as it should be.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self, ReadError> {
        read::plan(name, bytes)
    }

    /// Whether an instance it does not speak of is not there afterwards.
    #[must_use]
    pub const fn tells_all(&self) -> bool {
        self.complete && !self.errored
    }

    /// What it changes, for people.
    #[must_use]
    pub fn changes(&self) -> Changes {
        Changes::of(self)
    }

    /// Addresses of all that is there afterwards, as far as it says.
    fn remaining(&self) -> impl Iterator<Item = &ResourceChange> {
        self.changes.iter().filter(|change| change.is_current() && change.remains())
    }

    /// How well it fits a root module: whether both have the same resources and module calls, as the root module's files
    /// declare them.
    #[must_use]
    pub fn fits(&self, module: &crate::config::Module) -> bool {
        self.configuration.fits(module)
    }
}

/// Evaluates one root module of the repository with what a plan of it says.
#[must_use]
pub fn evaluate_planned(sources: &Sources, repository: &Repository, (index, plan): (usize, &Plan)) -> RootModule {
    let id = repository.root_modules.get(index).map_or_else(|| Arc::from(""), |root| Arc::clone(&root.id));
    let facts = facts::facts(plan, &id);
    let evaluated = build::evaluate_with(sources, repository, index, Some(&facts));
    join::joined(sources, evaluated, plan)
}

/// A root module of which there is nothing but a plan.
#[must_use]
pub fn planned_alone(sources: &Sources, path: &Arc<str>, plan: &Plan) -> RootModule {
    let empty = RootModule { is_plan_alone: true, ..RootModule::empty(path) };
    join::joined(sources, empty, plan)
}

/// A module path without keys: what a configuration calls it.
fn without_keys(path: &ModulePath) -> Vec<Name> {
    path.0.iter().map(|(call, _)| *call).collect()
}

/// The attributes of an instance of which JSON tells some; the others are null, and blocks that are not there empty.
pub(super) fn instance_attributes(addr: &Arc<InstanceAddr>, told: &serde_json::Value) -> crate::value::Value {
    let told = decode::attributes(addr, decode::Planned::known(told, &serde_json::Value::Bool(false)));
    alone::completed(&told, &decode::type_of(addr))
}
