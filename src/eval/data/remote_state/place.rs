//! Which root module keeps its state at a place.

use std::{
    path::{Component, Path},
    sync::Arc,
};

use crate::{
    config::{self, Backend, BackendKind, RootModule, WORKSPACES, backend_value, state_location},
    eval::Root,
    value::{Because, Truth, Type, Value, convert, equals},
};

use super::DEFAULT;

/// What is asked for.
pub(super) struct Wanted<'a, 'r> {
    pub(super) root: &'a Root<'r>,
    pub(super) backend: &'a str,
    pub(super) settings: &'a Value,
    pub(super) workspace: Value,
}

/// A root module, and the workspace of it whose state it is.
pub(super) struct Place<'r> {
    pub(super) config: &'r RootModule,
    pub(super) workspace: Value,
    /// What its instances are told from others by.
    pub(super) id: Arc<str>,
}

pub(super) enum Found<'r> {
    At(Place<'r>),
    /// It hangs on these values which it is.
    Hanging(Vec<Value>),
    /// No root module here surely keeps it: which state it is, and what else is to be said.
    Nowhere(String),
}

/// Whether a root module keeps the state.
enum Keeps {
    Yes(Value),
    No,
    /// An argument of its backend is not known.
    Maybe(&'static str),
}

pub(super) fn find<'r>(wanted: &Wanted<'_, 'r>) -> Found<'r> {
    let mut sure: Vec<(&'r RootModule, Value)> = Vec::new();
    let mut maybe = Vec::new();
    let mut last: Option<&str> = None;
    for config in wanted.root.repository.all_root_modules() {
        // Of one that is evaluated in several workspaces, the first stands for all.
        if last.replace(&config.path) == Some(&config.path) {
            continue;
        }
        match wanted.kept_by(config) {
            Keeps::Yes(workspace) => sure.push((config, workspace)),
            Keeps::Maybe(open) => maybe.push((config, open)),
            Keeps::No => {}
        }
    }
    if let [(config, workspace)] = sure.as_slice() {
        return wanted.in_workspace(&config.path, workspace);
    }
    let unknown = wanted.unknown_settings();
    if !unknown.is_empty() && sure.is_empty() {
        return Found::Hanging(unknown);
    }
    let mut why = wanted.described();
    if let [(one, _), (other, _), ..] = sure.as_slice() {
        why.push_str(&format!("; both {} and {} keep theirs there", one.path, other.path));
    } else if let Some((config, open)) = maybe.first() {
        why.push_str(&format!("; it may be that of {}, of whose backend {open} is not known", config.path));
    }
    Found::Nowhere(why)
}

impl<'r> Wanted<'_, 'r> {
    /// A root module in a workspace: in one that it is judged in, or by an evaluation that only this one sees.
    fn in_workspace(&self, path: &str, workspace: &Value) -> Found<'r> {
        let judged = || self.root.repository.all_root_modules().filter(|config| &*config.path == path);
        let found =
            |config: &'r RootModule, id: Arc<str>| Found::At(Place { config, workspace: workspace.clone(), id });
        let is_selected = |config: &&RootModule| match (workspace.as_str(), config.workspace.as_deref()) {
            (Some(wanted), Some(selected)) => wanted == selected,
            // Nobody says which workspace is selected: the default one, as far as anybody knows.
            (Some(wanted), None) => wanted == DEFAULT,
            // The workspace that reads, which nobody knows either.
            (None, None) => {
                matches!(workspace.as_unknown().map(|unknown| &unknown.because), Some(Because::Workspace))
            }
            (None, Some(_)) => false,
        };
        if let Some(config) = judged().find(is_selected) {
            return found(config, Arc::clone(&config.id));
        }
        let shown = workspace.as_str().map_or_else(|| "that is not known".into(), Clone::clone);
        match (judged().next(), judged().nth(1)) {
            (Some(only), None) => found(only, format!("{path} in workspace {shown}").into()),
            _ => Found::Nowhere(format!("the state of {path} in a workspace that is not listed: {shown}")),
        }
    }
}

impl Wanted<'_, '_> {
    fn setting(&self, name: &str) -> Value {
        let value = self.settings.get(name).cloned().unwrap_or_else(|| match self.settings.is_known() {
            true => Value::null(Type::Any),
            false => self.settings.clone(),
        });
        convert(&value, &Type::String).unwrap_or(value)
    }

    fn kept_by(&self, other: &RootModule) -> Keeps {
        match (self.backend, &other.backend.kind) {
            ("local", BackendKind::Implicit) => self.on_disk(other),
            ("local", BackendKind::Named(ty)) if *ty == "local" => self.on_disk(other),
            ("remote", BackendKind::Cloud) => self.at_a_service(other),
            ("remote", BackendKind::Named(ty)) if *ty == "remote" => self.at_a_service(other),
            (backend, BackendKind::Named(ty)) if *ty == backend => self.at_a_location(other),
            _ => Keeps::No,
        }
    }

    /// The arguments that say where a state lies are the same.
    fn at_a_location(&self, other: &RootModule) -> Keeps {
        let Some((_, names)) = state_location(self.backend) else { return Keeps::No };
        let mut open = None;
        let mut in_workspace = None;
        for name in names {
            let theirs = backend_value(&other.backend, name);
            let ours = self.setting(name);
            match equals(&ours, &convert(&theirs, &Type::String).unwrap_or(theirs.clone())) {
                Truth::True => {}
                Truth::Unknown => open = Some(*name),
                Truth::False if *name == "key" && self.backend == "s3" => {
                    match in_workspace_of(&other.backend, (&ours, &theirs)) {
                        Some(workspace) if self.is_default() => in_workspace = Some(workspace),
                        _ => return Keeps::No,
                    }
                }
                Truth::False => return Keeps::No,
            }
        }
        if let Some(open) = open {
            return Keeps::Maybe(open);
        }
        if in_workspace.is_none() && self.backend == "s3" && !self.is_default() && !self.same_prefix(&other.backend) {
            return Keeps::No;
        }
        Keeps::Yes(in_workspace.unwrap_or_else(|| self.workspace.clone()))
    }

    /// Workspaces lie under a prefix.
    fn same_prefix(&self, other: &Backend) -> bool {
        let or_default = |value: Value| if value.is_null() { Value::string(WORKSPACES) } else { value };
        let ours = or_default(self.setting("workspace_key_prefix"));
        let theirs = or_default(backend_value(other, "workspace_key_prefix"));
        equals(&ours, &theirs) == Truth::True
    }

    fn is_default(&self) -> bool {
        self.workspace.as_str().is_some_and(|workspace| workspace == DEFAULT)
    }

    /// Paths are relative to the directory that Terraform runs in.
    fn on_disk(&self, other: &RootModule) -> Keeps {
        if !self.is_default() {
            // Then the path is not looked at, and states lie in folders beside the root module that reads.
            return Keeps::No;
        }
        let ours = self.setting("path");
        let (Some(ours), Some(theirs)) = (path(&ours), local_path(&other.backend)) else { return Keeps::No };
        let ours = below(&self.root.config.path, &ours);
        if ours == below(&other.path, &theirs) {
            return Keeps::Yes(Value::string(DEFAULT));
        }
        let folder = backend_value(&other.backend, "workspace_dir");
        let folder = folder.as_str().map_or("terraform.tfstate.d", |folder| folder.as_str());
        let inside = ours.strip_prefix(&below(&other.path, folder)).and_then(|rest| rest.strip_prefix('/'));
        match inside.and_then(|rest| rest.strip_suffix("/terraform.tfstate")) {
            Some(workspace) if !workspace.contains('/') => Keeps::Yes(Value::string(workspace)),
            _ => Keeps::No,
        }
    }

    /// The workspace of a service stands for the root module.
    fn at_a_service(&self, other: &RootModule) -> Keeps {
        let of = |settings: &Value| {
            let block = settings.get("workspaces").cloned()?;
            let block = block.items().and_then(<[Value]>::first).cloned().unwrap_or(block);
            block.get("name").cloned()
        };
        let theirs = backend_value(&other.backend, "workspaces");
        let theirs = theirs.get("name").cloned();
        let (Some(ours), Some(theirs)) = (of(self.settings), theirs) else { return Keeps::No };
        let organization = equals(&self.setting("organization"), &backend_value(&other.backend, "organization"));
        match (organization, equals(&ours, &theirs)) {
            (Truth::True, Truth::True) => Keeps::Yes(Value::string(DEFAULT)),
            (Truth::False, _) | (_, Truth::False) => Keeps::No,
            (Truth::Unknown, _) => Keeps::Maybe("organization"),
            (_, Truth::Unknown) => Keeps::Maybe("workspaces"),
        }
    }

    /// The settings that say which state it is, as far as they are not known.
    fn unknown_settings(&self) -> Vec<Value> {
        let names = state_location(self.backend).map_or(["path"].as_slice(), |(_, names)| names);
        names.iter().map(|name| self.setting(name)).filter(|value| !value.is_known()).collect()
    }

    /// `s3: bucket "states", key "network.tfstate"`.
    fn described(&self) -> String {
        let names = match self.backend {
            "remote" => ["organization"].as_slice(),
            _ => state_location(self.backend).map_or(["path"].as_slice(), |(_, names)| names),
        };
        let settings = names.iter().filter_map(|name| Some(format!("{name} {:?}", self.setting(name).as_str()?)));
        let settings: Vec<String> = settings.collect();
        let workspace = if self.is_default() { "" } else { ", of a workspace" };
        format!("{}: {}{workspace}", self.backend, settings.join(", "))
    }
}

fn path(value: &Value) -> Option<String> {
    if value.is_null() {
        return Some("terraform.tfstate".to_owned());
    }
    value.as_str().map(ToString::to_string)
}

fn local_path(backend: &Backend) -> Option<String> {
    match backend.kind {
        BackendKind::Implicit => Some("terraform.tfstate".to_owned()),
        _ => path(&config::backend_value(backend, "path")),
    }
}

/// The workspace whose key is written out: `env:/prod/main.tfstate`.
fn in_workspace_of(other: &Backend, (ours, theirs): (&Value, &Value)) -> Option<Value> {
    let prefix = backend_value(other, "workspace_key_prefix");
    let prefix = prefix.as_str().map_or(WORKSPACES, |prefix| prefix.as_str());
    let inside = ours.as_str()?.strip_prefix(prefix)?.strip_prefix('/')?;
    let (workspace, key) = inside.split_once('/')?;
    (key == theirs.as_str()?.as_str()).then(|| Value::string(workspace))
}

/// A path as seen from the repository's root.
fn below(dir: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in Path::new(dir).join(path).components() {
        match component {
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            Component::ParentDir if parts.last().is_some_and(|part| part != "..") => {
                parts.pop();
            }
            Component::ParentDir => parts.push("..".to_owned()),
            Component::RootDir => parts.push(String::new()),
            Component::CurDir | Component::Prefix(_) => {}
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_the_root() {
        let cases = [
            (("stages/app", "../network/terraform.tfstate"), "stages/network/terraform.tfstate"),
            (("stages/app", "./x.tfstate"), "stages/app/x.tfstate"),
            ((".", "x.tfstate"), "x.tfstate"),
            (("a", "../../x.tfstate"), "../x.tfstate"),
            (("a", "/var/x.tfstate"), "/var/x.tfstate"),
        ];
        for ((dir, path), expected) in cases {
            assert_eq!(below(dir, path), expected, "{path} in {dir}");
        }
    }
}
