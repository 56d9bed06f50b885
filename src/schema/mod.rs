//! Provider schemas in a compact form, defaults of attributes, and which attributes name an instance.

use crate::{
    addr::Name,
    value::{IdentityClass, Type, Value},
};

/// A provider's schemas.
#[derive(Debug)]
pub struct Provider {}

/// One level of a schema: a resource, a data source, a provider, or a nested block.
#[derive(Clone, Copy, Debug)]
pub struct Block<'s> {
    provider: &'s Provider,
}

#[derive(Clone, Debug)]
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
pub fn aws() -> &'static Provider {
    static AWS: Provider = Provider {};
    &AWS
}

impl Provider {
    #[must_use]
    pub fn resource(&self, ty: &str) -> Option<Block<'_>> {
        let _ = ty;
        None.or(Some(Block { provider: self }))
    }

    #[must_use]
    pub fn data_source(&self, ty: &str) -> Option<Block<'_>> {
        self.resource(ty)
    }

    /// The arguments of a `provider` block.
    #[must_use]
    pub fn configuration(&self) -> Block<'_> {
        Block { provider: self }
    }
}

impl<'s> Block<'s> {
    pub fn attributes(self) -> impl Iterator<Item = Attribute> {
        let _ = self.provider;
        std::iter::empty()
    }

    pub fn blocks(self) -> impl Iterator<Item = NestedBlock<'s>> {
        std::iter::empty()
    }

    #[must_use]
    pub fn attribute(self, name: &str) -> Option<Attribute> {
        self.attributes().find(|a| a.name == name)
    }

    #[must_use]
    pub fn block(self, name: &str) -> Option<NestedBlock<'s>> {
        self.blocks().find(|b| b.name == name)
    }

    /// The type of the whole block's value.
    #[must_use]
    pub fn ty(self) -> Type {
        Type::Any
    }
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
    /// Where this is documented or how it was measured.
    pub source: &'static str,
}

/// The default of an attribute. `path` is dotted: `vpc_config.endpoint_public_access`.
#[must_use]
pub fn default_of(resource: &str, path: &str) -> Option<Default> {
    let _ = (resource, path);
    None
}

/// Which identity of an instance an attribute is, if any.
#[must_use]
pub fn identity_of(resource: &str, attribute: &str) -> Option<IdentityClass> {
    let _ = resource;
    match attribute {
        "id" => Some(IdentityClass::Id),
        "arn" => Some(IdentityClass::Arn),
        _ => None,
    }
}

/// The attribute whose configured value another attribute will turn out to have
/// (`id` of `aws_s3_bucket` is its `bucket`).
#[must_use]
pub fn alias_of(resource: &str, attribute: &str) -> Option<&'static str> {
    let _ = (resource, attribute);
    None
}
