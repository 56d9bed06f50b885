//! Provider schemas in a compact form, defaults of attributes, and which attributes name an instance.

mod asked;
pub mod compile;
mod defaults;
mod format;
mod identity;
mod library;
mod limits;
mod provider;
mod regions;
mod renamed;
mod stateful;

use std::sync::LazyLock;

use crate::{
    addr::Name,
    value::{Type, Value},
};

pub use defaults::{Filling, default_of, defaults, filled_in};
pub use identity::{alias_of, identity_of, is_alias_lowered};
pub use library::{EXTENSION, Imported, Library, Unreadable};
pub use limits::{Got, Limit, RefusedBy, Rule, Together, limits};
pub use provider::{Header, OpenError, Provider};
pub use regions::{Partition, Region, billing_account, partition_of, principal_suffix, region, region_by_endpoint};
pub use renamed::{Renamed, renamed};
pub use stateful::{Kept, data_kept_by};

/// One level of a schema: a resource, a data source, a provider, or a nested block.
/// A handle: what it shows is decoded when asked for.
#[derive(Clone, Copy, Debug)]
pub struct Block<'s> {
    provider: &'s Provider,
    id: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attribute {
    pub name: Name,
    pub ty: Type,
    pub required: bool,
    pub optional: bool,
    pub computed: bool,
    pub sensitive: bool,
    pub deprecated: bool,
    pub write_only: bool,
}

/// How a nested block appears in the resource's value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nesting {
    /// An object, or null.
    Single,
    /// An object, always there.
    Group,
    List,
    Set,
    Map,
}

#[derive(Clone, Copy, Debug)]
pub struct NestedBlock<'s> {
    pub name: Name,
    pub nesting: Nesting,
    pub min_items: u32,
    /// 0 means unbounded.
    pub max_items: u32,
    pub block: Block<'s>,
}

/// The embedded AWS provider.
#[must_use]
#[expect(clippy::expect_used, reason = "the file is part of the program, and tests open it")]
pub fn aws() -> &'static Provider {
    static AWS: LazyLock<Provider> = LazyLock::new(|| {
        Provider::embedded(include_bytes!("aws.schema")).expect("the embedded AWS schema is well formed")
    });
    &AWS
}

/// Who fills in an attribute that is not configured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefaultBy {
    /// The provider: Terraform shows it in a plan.
    Provider,
    /// AWS: Terraform only knows it after the apply.
    Api,
}

/// The value an attribute has when it is not configured.
#[derive(Clone, Debug)]
pub struct Default {
    pub value: Value,
    pub by: DefaultBy,
    /// The provider version it was measured with, or the date or version AWS introduced it (`-`: always).
    pub since: &'static str,
    /// Where this is documented or how it was measured.
    pub source: &'static str,
}
