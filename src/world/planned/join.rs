//! The evaluated root module and its plan made one.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    Action, Plan, ResourceChange,
    alone::Alone,
    decode::untold_attributes,
    facts::{after, before},
    shown::{Lines, Listing, at},
    without_keys,
};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, Name},
    source::{FileId, Place, Sources},
    value::{Because, Origin, Step, Type, Value},
    world::{Change, Existence, Instance, Operation, RootModule},
};

/// The root module after the apply, each instance with its change. What the plan tells nothing of may be there or not.
pub(super) fn joined(sources: &Sources, evaluated: RootModule, plan: &Plan) -> RootModule {
    let mut out = evaluated;
    let current = plan.changes.iter().filter(|change| change.is_current());
    let mut changes: BTreeMap<InstanceAddr, &ResourceChange> =
        current.map(|change| (change.addr.of(&out.id), change)).collect();
    let held: HashSet<InstanceAddr> = plan.state.iter().map(|(addr, _, _)| addr.of(&out.id)).collect();
    let lost: HashMap<Block, Borrowed> = out.instances.iter().map(|i| (block(&i.addr), Borrowed::of(i))).collect();
    let mut instances = Vec::with_capacity(out.instances.len());
    for instance in std::mem::take(&mut out.instances) {
        match changes.remove(&*instance.addr) {
            Some(change) if instance.repeat == 0 => instances.extend(changed(instance, change)),
            _ => instances.extend(untold(instance, plan, &held)),
        }
    }
    let rest: Vec<(Arc<InstanceAddr>, &ResourceChange)> =
        changes.into_iter().map(|(addr, change)| (Arc::new(addr), change)).collect();
    instances.extend(alone(sources, plan, (&out, rest), &lost));
    instances.sort_by(|a, b| a.addr.cmp(&b.addr));
    out.instances = instances;
    out.origins = std::mem::take(&mut out.origins).settle();
    out
}

/// The calls and the name of a resource, whatever its keys.
type Block = (Vec<Name>, Mode, Name, Name);

fn block(addr: &InstanceAddr) -> Block {
    (without_keys(&addr.module), addr.mode, addr.ty, addr.name)
}

/// What instances of one block have in common.
struct Borrowed {
    at: Place,
    repetition: Origin,
    calls: Vec<(Name, Place)>,
    provider: Option<usize>,
    ignore_changes: Vec<(Name, Place)>,
    prevent_destroy: bool,
}

impl Borrowed {
    fn of(instance: &Instance) -> Self {
        Self {
            at: instance.at,
            repetition: instance.repetition,
            calls: instance.calls.clone(),
            provider: instance.provider,
            ignore_changes: instance.ignore_changes.clone(),
            prevent_destroy: instance.prevent_destroy,
        }
    }
}

/// What a policy is asked about a change; nothing where Terraform only reads or forgets.
fn operations(action: Action) -> Vec<Operation> {
    match action {
        Action::NoOp => vec![Operation::NoOp],
        Action::Create | Action::CreateThenForget => vec![Operation::Create],
        Action::Update => vec![Operation::Update],
        Action::Delete => vec![Operation::Delete],
        Action::DeleteThenCreate | Action::CreateThenDelete => vec![Operation::Create, Operation::Delete],
        Action::Read | Action::Forget => Vec::new(),
    }
}

fn change_of(change: &ResourceChange, addr: &Arc<InstanceAddr>) -> Change {
    Change {
        operations: operations(change.action),
        before: before(change, addr),
        forced_by: change.replace_paths.iter().map(|path| dotted(path).into()).collect(),
    }
}

/// `master_password`, `vpc_config.0.subnet_ids`.
pub(super) fn dotted(path: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Attr(name) => name.to_string(),
        Step::Index(index) => index.to_string(),
        Step::Key(key) => key.to_string(),
        Step::Any => "*".to_owned(),
    };
    path.iter().map(step).collect::<Vec<_>>().join(".")
}

/// An instance of the configuration that the plan changes; nothing where Terraform forgets it.
fn changed(instance: Instance, change: &ResourceChange) -> Option<Instance> {
    if change.action == Action::Forget {
        return None;
    }
    let planned = change_of(change, &instance.addr);
    let attrs = if change.remains() { instance.attrs } else { Value::null(Type::Any) };
    Some(Instance { attrs, exists: Existence::Sure, change: Some(planned), ..instance })
}

/// An instance of the configuration that the plan does not speak of: it is not there, unless the plan is about a part only.
/// Then what the state holds is there, and the rest may come with another plan. It is not judged by this one.
fn untold(instance: Instance, plan: &Plan, held: &HashSet<InstanceAddr>) -> Option<Instance> {
    if plan.tells_all() {
        return None;
    }
    let in_state = held.contains(&*instance.addr);
    let change = Change::none();
    let exists = if in_state { Existence::Sure } else { Existence::Maybe(beyond(&instance.addr)) };
    Some(Instance { exists, change: Some(change), ..instance })
}

/// Whether something is there that lies beyond the plan.
fn beyond(addr: &InstanceAddr) -> Value {
    Value::unknown(Type::Bool, no_part(addr))
}

fn no_part(addr: &InstanceAddr) -> Because {
    Because::PartialPlan(ecow::eco_format!("{addr}"))
}

/// Instances without a configuration here.
fn alone(
    sources: &Sources,
    plan: &Plan,
    (out, changes): (&RootModule, Vec<(Arc<InstanceAddr>, &ResourceChange)>),
    lost: &HashMap<Block, Borrowed>,
) -> Vec<Instance> {
    let mut all: Vec<(Arc<InstanceAddr>, Option<&ResourceChange>, Value, Existence)> = changes
        .into_iter()
        .filter(|(_, change)| !matches!(change.action, Action::Forget | Action::Read))
        .map(|(addr, change)| {
            let attrs = after(change, &addr);
            (addr, Some(change), attrs, Existence::Sure)
        })
        .collect();
    if out.is_plan_alone {
        all.extend(beyond_the_plan(plan, &out.id));
    }
    if all.is_empty() {
        return Vec::new();
    }
    let mut listing = Listing::default();
    let lines: Vec<Lines> =
        all.iter().map(|(addr, change, attrs, _)| listing.instance(&header(addr, *change), attrs)).collect();
    let file = listing.file(sources, &plan.name);
    let maker = Alone::new(plan, &out.origins, (file, &out.id));
    let made = all.into_iter().zip(lines).map(|((addr, change, planned, exists), lines)| {
        let attrs = match planned.is_null() || change.is_none() {
            true => planned,
            false => maker.attributes(&addr, &planned, &lines),
        };
        let change = change.map_or_else(Change::none, |change| change_of(change, &addr));
        instance((addr, attrs, exists, change), lost, (file, &lines))
    });
    made.collect()
}

fn header(addr: &InstanceAddr, change: Option<&ResourceChange>) -> String {
    match change {
        Some(change) => format!("{addr} {}", super::changes::words(change.action)),
        None => format!("{addr} is no part of this plan"),
    }
}

fn instance(
    (addr, attrs, exists, change): (Arc<InstanceAddr>, Value, Existence, Change),
    lost: &HashMap<Block, Borrowed>,
    (file, lines): (FileId, &Lines),
) -> Instance {
    let borrowed = lost.get(&block(&addr));
    Instance {
        attrs,
        exists,
        change: Some(change),
        repeat: 0,
        at: borrowed.map_or_else(|| at(file, lines.header), |b| b.at),
        repetition: borrowed.map(|b| b.repetition).unwrap_or_default(),
        calls: borrowed.map(|b| b.calls.clone()).unwrap_or_default(),
        provider: borrowed.and_then(|b| b.provider),
        ignore_changes: borrowed.map(|b| b.ignore_changes.clone()).unwrap_or_default(),
        prevent_destroy: borrowed.is_some_and(|b| b.prevent_destroy),
        addr,
    }
}

/// Of a plan that is about a part only, and without a configuration here: what the plan's own configuration declares and
/// the plan does not speak of may be there.
fn beyond_the_plan(
    plan: &Plan,
    root: &Arc<str>,
) -> Vec<(Arc<InstanceAddr>, Option<&'static ResourceChange>, Value, Existence)> {
    if plan.tells_all() {
        return Vec::new();
    }
    let told: HashSet<Block> = plan.remaining().map(|change| block(&change.addr.0)).collect();
    let declared = plan.configuration.declared().into_iter();
    let untold = declared.filter(|d| !told.contains(&(d.module.clone(), d.mode, d.ty, d.name)));
    untold
        .map(|declared| {
            let module = ModulePath(declared.module.iter().map(|call| (*call, InstanceKey::Unknown)).collect());
            let (mode, ty, name) = (declared.mode, declared.ty, declared.name);
            let addr = InstanceAddr { root: Arc::clone(root), module, mode, ty, name, key: InstanceKey::Unknown };
            let unknown = untold_attributes(&addr, &no_part(&addr));
            let doubt = Existence::Maybe(beyond(&addr));
            (Arc::new(addr), None, unknown, doubt)
        })
        .collect()
}
