//! Addresses: module paths, instance keys, resources and their instances. Plain values.

use std::{cmp::Ordering, fmt, sync::Arc};

use ecow::EcoString;

mod name;
mod parse;
mod pattern;

pub use name::{Name, name};
pub use pattern::{covers, fits};

/// The key of one instance of a resource or a module call.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub enum InstanceKey {
    /// Neither `count` nor `for_each`.
    #[default]
    None,
    /// An index of `count`.
    Index(u64),
    /// A key of `for_each`.
    Key(EcoString),
    /// Some key: `count` or `for_each` is unknown.
    Unknown,
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Index(i) => write!(f, "[{i}]"),
            Self::Key(key) => write!(f, "[{}]", quoted(key)),
            Self::Unknown => f.write_str("[?]"),
        }
    }
}

/// A string as Terraform writes it inside an address.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out.replace("${", "$${").replace("%{", "%%{")
}

/// A module instance: the calls that lead to it from the root module, each with its key.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ModulePath(pub Vec<(Name, InstanceKey)>);

impl ModulePath {
    #[must_use]
    pub fn child(&self, call: Name, key: InstanceKey) -> Self {
        let mut steps = self.0.clone();
        steps.push((call, key));
        Self(steps)
    }

    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }
}

/// `module.a.module.b["k"]`, and nothing for the root module.
impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (call, key)) in self.0.iter().enumerate() {
            let dot = if i == 0 { "" } else { "." };
            write!(f, "{dot}module.{call}{key}")?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Mode {
    Managed,
    Data,
    Ephemeral,
}

/// One instance of a resource: in which root module, in which module instance, with which key.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct InstanceAddr {
    /// The root module's directory, relative to the repository, with its workspace where it is evaluated in several: two
    /// root modules may use the same address.
    pub root: Arc<str>,
    pub module: ModulePath,
    pub mode: Mode,
    pub ty: Name,
    pub name: Name,
    pub key: InstanceKey,
}

/// By root module, then as the fields stand. Most are compared with others of their root module, which share its path.
impl Ord for InstanceAddr {
    fn cmp(&self, other: &Self) -> Ordering {
        let root = if Arc::ptr_eq(&self.root, &other.root) { Ordering::Equal } else { self.root.cmp(&other.root) };
        root.then_with(|| self.module.cmp(&other.module))
            .then_with(|| (self.mode, self.ty, self.name).cmp(&(other.mode, other.ty, other.name)))
            .then_with(|| self.key.cmp(&other.key))
    }
}

impl PartialOrd for InstanceAddr {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The Terraform address, without the root module.
impl fmt::Display for InstanceAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        match self.mode {
            Mode::Managed => {}
            Mode::Data => f.write_str("data.")?,
            Mode::Ephemeral => f.write_str("ephemeral.")?,
        }
        write!(f, "{}.{}{}", self.ty, self.name, self.key)
    }
}
