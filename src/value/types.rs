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

    /// Whether the type leaves something open.
    #[must_use]
    pub fn has_any(&self) -> bool {
        match self {
            Self::Any => true,
            Self::Bool | Self::Number | Self::String => false,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_any(),
            Self::Tuple(items) => items.iter().any(Self::has_any),
            Self::Object(fields) => fields.iter().any(|field| field.ty.has_any()),
        }
    }

    /// The type of values of this constraint: no attribute is optional any more.
    #[must_use]
    pub fn without_optional(&self) -> Self {
        if !self.has_optional() {
            return self.clone();
        }
        match self {
            Self::List(element) => Self::list(element.without_optional()),
            Self::Set(element) => Self::set(element.without_optional()),
            Self::Map(element) => Self::map(element.without_optional()),
            Self::Tuple(items) => Self::tuple(items.iter().map(Self::without_optional).collect()),
            Self::Object(fields) => {
                let settled = |f: &Field| Field { name: f.name.clone(), ty: f.ty.without_optional(), optional: false };
                Self::Object(Arc::new(fields.iter().map(settled).collect()))
            }
            _ => self.clone(),
        }
    }

    fn has_optional(&self) -> bool {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.has_optional(),
            Self::Tuple(items) => items.iter().any(Self::has_optional),
            Self::Object(fields) => fields.iter().any(|field| field.optional || field.ty.has_optional()),
            _ => false,
        }
    }

    /// The name Terraform's messages use for a type that is asked for: `list of string`, `map of any single type`.
    #[must_use]
    pub fn constraint_name(&self) -> String {
        match self {
            Self::Any => "any type".to_owned(),
            Self::List(element) => format!("list of {}", element.element_name()),
            Self::Set(element) => format!("set of {}", element.element_name()),
            Self::Map(element) => format!("map of {}", element.element_name()),
            _ => self.friendly_name(),
        }
    }

    fn element_name(&self) -> String {
        match self {
            Self::Any => "any single type".to_owned(),
            _ => self.constraint_name(),
        }
    }

    /// The name Terraform's messages use for the type of a value: `list of string`, `object`, `dynamic`.
    #[must_use]
    pub fn friendly_name(&self) -> String {
        match self {
            Self::Any => "dynamic".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Number => "number".to_owned(),
            Self::String => "string".to_owned(),
            Self::List(element) => format!("list of {}", element.friendly_name()),
            Self::Set(element) => format!("set of {}", element.friendly_name()),
            Self::Map(element) => format!("map of {}", element.friendly_name()),
            Self::Tuple(_) => "tuple".to_owned(),
            Self::Object(_) => "object".to_owned(),
        }
    }
}
