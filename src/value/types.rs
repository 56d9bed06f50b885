//! Terraform's types.

use std::sync::Arc;

use ecow::EcoString;

/// A type, or a type constraint: `Any` stands for "not known yet" (cty's dynamic pseudo-type).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum Type {
    #[default]
    Any,
    Bool,
    Number,
    String,
    List(Arc<Type>),
    Set(Arc<Type>),
    Map(Arc<Type>),
    Tuple(Arc<Vec<Type>>),
    Object(Arc<Vec<Field>>),
}

/// One attribute of an object type. Fields are sorted by name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Field {
    pub name: EcoString,
    pub ty: Type,
    /// `optional(…)`: an absent attribute becomes null (or its default, kept by the variable).
    pub optional: bool,
}

impl Type {
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Arc::new(element))
    }

    #[must_use]
    pub fn set(element: Self) -> Self {
        Self::Set(Arc::new(element))
    }

    #[must_use]
    pub fn map(element: Self) -> Self {
        Self::Map(Arc::new(element))
    }

    #[must_use]
    pub fn tuple(elements: Vec<Self>) -> Self {
        Self::Tuple(Arc::new(elements))
    }

    /// Fields in any order.
    #[must_use]
    pub fn object(mut fields: Vec<Field>) -> Self {
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        Self::Object(Arc::new(fields))
    }

    #[must_use]
    pub const fn is_primitive(&self) -> bool {
        matches!(self, Self::Bool | Self::Number | Self::String)
    }

    #[must_use]
    pub const fn is_collection(&self) -> bool {
        matches!(self, Self::List(_) | Self::Set(_) | Self::Map(_))
    }

    /// The type as Terraform's messages name it.
    #[must_use]
    pub fn friendly(&self) -> String {
        match self {
            Self::Any => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list of {}", element.friendly_element()),
            Self::Set(element) => format!("set of {}", element.friendly_element()),
            Self::Map(element) => format!("map of {}", element.friendly_element()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }

    fn friendly_element(&self) -> String {
        if *self == Self::Any { "any single type".to_owned() } else { self.friendly() }
    }
}
