//! What Terraform itself brings: its own resource and data source, provisioners and connections. Learned by asking
//! `terraform validate` 1.11 about each argument.

use super::level::{Argument, Level, Nested};
use crate::{
    addr::{Mode, Name, name},
    schema::Nesting,
    value::Type,
};

/// A body of fixed arguments.
#[derive(Debug)]
pub(super) struct Fixed {
    arguments: &'static [(&'static str, Use, Kind)],
    blocks: &'static [(&'static str, &'static Self)],
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Use {
    Required,
    Optional,
    /// Terraform itself refuses it, in words of its own.
    ReadOnly,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Any,
    Text,
    Number,
    Bool,
    Texts,
    TextMap,
}

use Kind::{Any, Bool, Number, Text, TextMap, Texts};
use Use::{Optional, ReadOnly, Required};

const DATA: Fixed = Fixed {
    arguments: &[
        ("id", ReadOnly, Text),
        ("input", Optional, Any),
        ("output", ReadOnly, Any),
        ("triggers_replace", Optional, Any),
    ],
    blocks: &[],
};

const REMOTE_STATE: Fixed = Fixed {
    arguments: &[
        ("backend", Required, Text),
        ("config", Optional, Any),
        ("defaults", Optional, Any),
        ("outputs", ReadOnly, Any),
        ("workspace", Optional, Text),
    ],
    blocks: &[],
};

const CONNECTION: Fixed = Fixed {
    arguments: &[
        ("agent", Optional, Bool),
        ("agent_identity", Optional, Text),
        ("bastion_certificate", Optional, Text),
        ("bastion_host", Optional, Text),
        ("bastion_host_key", Optional, Text),
        ("bastion_password", Optional, Text),
        ("bastion_port", Optional, Number),
        ("bastion_private_key", Optional, Text),
        ("bastion_user", Optional, Text),
        ("cacert", Optional, Text),
        ("certificate", Optional, Text),
        ("host", Required, Text),
        ("host_key", Optional, Text),
        ("https", Optional, Bool),
        ("insecure", Optional, Bool),
        ("password", Optional, Text),
        ("port", Optional, Number),
        ("private_key", Optional, Text),
        ("proxy_host", Optional, Text),
        ("proxy_port", Optional, Number),
        ("proxy_scheme", Optional, Text),
        ("proxy_user_name", Optional, Text),
        ("proxy_user_password", Optional, Text),
        ("script_path", Optional, Text),
        ("target_platform", Optional, Text),
        ("timeout", Optional, Text),
        ("type", Optional, Text),
        ("use_ntlm", Optional, Bool),
        ("user", Optional, Text),
    ],
    blocks: &[],
};

const LOCAL_EXEC: Fixed = Fixed {
    arguments: &[
        ("command", Required, Text),
        ("environment", Optional, TextMap),
        ("interpreter", Optional, Texts),
        ("quiet", Optional, Bool),
        ("working_dir", Optional, Text),
    ],
    blocks: &[("connection", &CONNECTION)],
};

const REMOTE_EXEC: Fixed = Fixed {
    arguments: &[("inline", Optional, Texts), ("script", Optional, Text), ("scripts", Optional, Texts)],
    blocks: &[("connection", &CONNECTION)],
};

const FILE: Fixed = Fixed {
    arguments: &[("content", Optional, Text), ("destination", Required, Text), ("source", Optional, Text)],
    blocks: &[("connection", &CONNECTION)],
};

static ALL: [(&str, Fixed); 6] = [
    ("connection", CONNECTION),
    ("file", FILE),
    ("local-exec", LOCAL_EXEC),
    ("remote-exec", REMOTE_EXEC),
    ("terraform_data", DATA),
    ("terraform_remote_state", REMOTE_STATE),
];

fn of(name: &str) -> Option<Level> {
    ALL.iter().find(|(known, _)| *known == name).map(|(_, fixed)| Level::Fixed(fixed))
}

/// Those there were, of which reading the configuration says so.
pub(super) const REMOVED: [&str; 4] = ["chef", "habitat", "puppet", "salt-masterless"];

/// The provisioners there are.
pub(super) const PROVISIONERS: [&str; 3] = ["file", "local-exec", "remote-exec"];

/// The schema of a provisioner, by its type.
pub(super) fn provisioner(ty: &str) -> Option<Level> {
    of(ty).filter(|_| PROVISIONERS.contains(&ty))
}

/// The schema of `connection`.
pub(super) fn connection() -> Option<Level> {
    of("connection")
}

/// The types of Terraform's own provider of a mode.
pub(super) const fn types(mode: Mode) -> &'static [&'static str] {
    match mode {
        Mode::Managed => &["terraform_data"],
        Mode::Data => &["terraform_remote_state"],
        Mode::Ephemeral => &[],
    }
}

/// The schema of a type of Terraform's own provider.
pub(super) fn resource(mode: Mode, ty: &str) -> Option<Level> {
    of(ty).filter(|_| types(mode).contains(&ty))
}

impl Fixed {
    pub(super) fn argument(&self, name: &str) -> Option<Argument> {
        let (_, usage, kind) = self.arguments.iter().find(|(known, ..)| *known == name)?;
        let ty = match kind {
            Any => Type::Any,
            Text => Type::String,
            Number => Type::Number,
            Bool => Type::Bool,
            Texts => Type::list(Type::String),
            TextMap => Type::map(Type::String),
        };
        let required = *usage == Required;
        let computed = *usage == ReadOnly;
        Some(Argument { ty, required, optional: !required && !computed, computed, deprecated: false })
    }

    pub(super) fn nested(&self, wanted: &str) -> Option<Nested> {
        let (known, fixed) = self.blocks.iter().find(|(known, _)| *known == wanted)?;
        let level = Level::Fixed(fixed);
        Some(Nested { name: name(known), nesting: Nesting::Single, min: 0, max: 0, level })
    }

    pub(super) fn required(&self) -> Vec<Name> {
        self.arguments.iter().filter(|(_, usage, _)| *usage == Required).map(|(known, ..)| name(known)).collect()
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        self.arguments.iter().map(|(known, ..)| *known).collect()
    }

    pub(super) fn block_names(&self) -> Vec<&'static str> {
        self.blocks.iter().map(|(known, _)| *known).collect()
    }
}
