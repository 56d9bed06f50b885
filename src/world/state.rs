//! Where the state of each root module lies, and which root modules write to one place.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{RootModule, World};
pub use crate::config::{backend_argument as set, backend_value as argument};
use crate::{
    config::{BackendKind, WORKSPACES, state_location},
    value::{Because, Truth, Type, Value, equals},
};

/// Where `cloud` and `remote` look when they name no host.
const SERVICE: &str = "app.terraform.io";

const PREFIX: &str = "workspace_key_prefix";

/// The workspace whose state lies where the backend says.
const DEFAULT: &str = "default";

/// A root module whose state lies where another's does, or may.
#[derive(Clone, Debug)]
pub struct Collision {
    /// Indexes of root modules.
    pub one: usize,
    pub other: usize,
    /// The argument of the first that is not known; nothing when it is certain.
    pub open: Option<&'static str>,
    /// The workspace of the other whose state it is; nothing for the default one.
    pub workspace: Option<String>,
}

/// The places of all states.
#[derive(Debug, Default)]
pub struct States {
    /// By the root module it is told at.
    collisions: BTreeMap<usize, Vec<Collision>>,
}

impl States {
    #[must_use]
    pub fn of(world: &World) -> Self {
        let places: Vec<Option<StatePlace>> = world.root_modules.iter().map(StatePlace::of).collect();
        let mut found = certain(&places);
        found.extend(in_workspaces(&places));
        found.extend(possible(&places));
        let mut states = Self::default();
        for collision in found {
            states.collisions.entry(collision.one).or_default().push(collision);
        }
        states
    }

    /// The collisions told at a root module: of two, at the one that comes first by path, or the one whose place is
    /// not known.
    pub fn collisions(&self, root: usize) -> &[Collision] {
        self.collisions.get(&root).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Where a state lies.
struct StatePlace {
    backend: &'static str,
    /// In the order of [`state_location`].
    parts: Vec<(&'static str, Value)>,
    /// The prefix of its workspaces, where that is known.
    workspaces: Option<String>,
    /// The root module's path: its workspaces never share a state.
    root: Arc<str>,
    /// The workspace, where it is not the default one: the place is not the one that is written.
    workspace: Option<Arc<str>>,
}

impl StatePlace {
    /// Nothing for a state that lies on a disk.
    fn of(root: &RootModule) -> Option<Self> {
        let ty = match &root.backend.kind {
            BackendKind::Named(ty) if *ty != "remote" => ty,
            BackendKind::Named(_) | BackendKind::Cloud => return Self::of_service(root),
            BackendKind::Implicit => return None,
        };
        let (backend, names) = state_location(ty)?;
        let mut parts: Vec<_> = names.iter().map(|name| (*name, argument(&root.backend, name))).collect();
        let prefix = argument(&root.backend, PREFIX);
        let prefix = if prefix.is_null() { Value::string(WORKSPACES) } else { prefix };
        let workspace = root.workspace.clone().filter(|name| &**name != DEFAULT);
        match (&workspace, parts.last_mut()) {
            (Some(name), Some((named, key))) if backend == "s3" => {
                *named = if prefix.is_known() { *named } else { PREFIX };
                *key = in_workspace(&prefix, name, key);
            }
            // Each has a way of its own to name them, and all keep them apart.
            (Some(name), _) => parts.push(("workspace", Value::string(&**name))),
            (None, _) => {}
        }
        let workspaces = prefix.as_str().map(ToString::to_string);
        Some(Self { backend, parts, workspaces, root: Arc::clone(&root.path), workspace })
    }

    /// HCP Terraform keeps one state in each of its workspaces; nothing where several are chosen from, by tags or a prefix.
    fn of_service(root: &RootModule) -> Option<Self> {
        let workspaces = argument(&root.backend, "workspaces");
        let block = workspaces.items().and_then(<[Value]>::first).unwrap_or(&workspaces);
        let name = block.get("name").filter(|name| !name.is_null())?.clone();
        let host = argument(&root.backend, "hostname");
        let host = if host.is_null() { Value::string(SERVICE) } else { host };
        let parts =
            vec![("hostname", host), ("organization", argument(&root.backend, "organization")), ("workspaces", name)];
        Some(Self { backend: "cloud", parts, workspaces: None, root: Arc::clone(&root.path), workspace: None })
    }

    /// The place as text, when all of it is known.
    fn known(&self) -> Option<(&'static str, Vec<&str>)> {
        let text = |value: &'_ Value| value.is_null() || value.as_str().is_some();
        let all = self.parts.iter().all(|(_, value)| text(value));
        all.then(|| {
            let parts = self.parts.iter().map(|(_, value)| value.as_str().map_or("", |text| text.as_str()));
            (self.backend, parts.collect())
        })
    }

    fn unknown(&self) -> Option<&'static str> {
        self.parts.iter().find(|(_, value)| !value.is_known()).map(|(name, _)| *name)
    }

    fn may_be(&self, other: &Self) -> bool {
        let parts = self.parts.iter().zip(&other.parts);
        let comparable = self.backend == other.backend && self.parts.len() == other.parts.len();
        comparable && self.root != other.root && parts.into_iter().all(|((_, a), (_, b))| equals(a, b) != Truth::False)
    }
}

/// The key of a workspace's state.
fn in_workspace(prefix: &Value, workspace: &str, key: &Value) -> Value {
    if let (Some(prefix), Some(key)) = (prefix.as_str(), key.as_str()) {
        return Value::string(format!("{prefix}/{workspace}/{key}"));
    }
    let parts = [prefix.clone(), Value::string(format!("/{workspace}/")), key.clone()];
    Value::unknown(Type::String, Because::Template(parts.into()))
}

/// Equal places: each with the first.
fn certain(places: &[Option<StatePlace>]) -> Vec<Collision> {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut found = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let Some(known) = place.as_ref().and_then(StatePlace::known) else { continue };
        let one = *first.entry(known).or_insert(i);
        if one != i {
            found.push(Collision { one, other: i, open: None, workspace: None });
        }
    }
    found
}

/// Keys that are written as the path of another root module's workspace: `env:/prod/main.tfstate`.
fn in_workspaces(places: &[Option<StatePlace>]) -> Vec<Collision> {
    let mut by_key: HashMap<(&str, &str), Vec<(usize, &str)>> = HashMap::new();
    let mut prefixes: BTreeSet<&str> = BTreeSet::new();
    for (i, place) in places.iter().enumerate() {
        if place.as_ref().is_some_and(|place| place.workspace.is_some()) {
            continue;
        }
        if let (Some((_, parts)), Some(prefix)) =
            (known_s3(place), place.as_ref().and_then(|p| p.workspaces.as_deref()))
            && let [bucket, key] = parts.as_slice()
        {
            by_key.entry((bucket, key)).or_default().push((i, prefix));
            prefixes.insert(prefix);
        }
    }
    // Where a workspace is evaluated itself, its place is compared as a whole.
    let own = places.iter().filter(|place| place.as_ref().is_some_and(|place| place.workspace.is_some()));
    let evaluated: BTreeSet<(&str, &str)> = own
        .filter_map(|place| match known_s3(place)?.1.as_slice() {
            [bucket, key] => Some((*bucket, *key)),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    for (one, place) in places.iter().enumerate() {
        // A key that is made of a workspace's name is compared as a whole.
        if place.as_ref().is_some_and(|place| place.workspace.is_some()) {
            continue;
        }
        let Some((_, parts)) = known_s3(place) else { continue };
        let [bucket, path] = parts.as_slice() else { continue };
        for prefix in &prefixes {
            let inside = path.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/'));
            let Some((workspace, key)) = inside.and_then(|rest| rest.split_once('/')) else { continue };
            if evaluated.contains(&(bucket, path)) {
                continue;
            }
            let others = by_key.get(&(bucket, key)).into_iter().flatten();
            let others = others.filter(|(other, theirs)| *other != one && theirs == prefix);
            found.extend(others.map(|(other, _)| Collision {
                one,
                other: *other,
                open: None,
                workspace: Some(workspace.to_owned()),
            }));
        }
    }
    found
}

fn known_s3(place: &Option<StatePlace>) -> Option<(&'static str, Vec<&str>)> {
    place.as_ref()?.known().filter(|(backend, _)| *backend == "s3")
}

/// Places that are not known and may be another's: told once for each, with the first that it may be.
fn possible(places: &[Option<StatePlace>]) -> Vec<Collision> {
    let mut found = Vec::new();
    for (one, place) in places.iter().enumerate() {
        let Some(place) = place else { continue };
        let Some(open) = place.unknown() else { continue };
        let others = places.iter().enumerate().filter_map(|(i, other)| Some((i, other.as_ref()?)));
        let told_here = others.filter(|(i, other)| *i != one && (*i > one || other.unknown().is_none()));
        let other = told_here.into_iter().find(|(_, other)| place.may_be(other));
        found.extend(other.map(|(other, _)| Collision { one, other, open: Some(open), workspace: None }));
    }
    found
}
