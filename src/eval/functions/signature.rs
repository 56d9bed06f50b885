//! What a function takes and gives: the rows of the table.

use super::{Call, Failure, Outcome};
use crate::value::Type;

/// A type as a constant; `Type` itself cannot be one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Want {
    Any,
    Bool,
    Number,
    String,
    List,
    ListOfBool,
    ListOfNumber,
    ListOfString,
    Set,
    SetOfString,
    MapOfListOfString,
}

impl Want {
    pub(super) fn ty(self) -> Type {
        match self {
            Self::Any => Type::Any,
            Self::Bool => Type::Bool,
            Self::Number => Type::Number,
            Self::String => Type::String,
            Self::List => Type::list(Type::Any),
            Self::ListOfBool => Type::list(Type::Bool),
            Self::ListOfNumber => Type::list(Type::Number),
            Self::ListOfString => Type::list(Type::String),
            Self::Set => Type::set(Type::Any),
            Self::SetOfString => Type::set(Type::String),
            Self::MapOfListOfString => Type::map(Type::list(Type::String)),
        }
    }
}

/// One parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) want: Want,
    /// Whether null is allowed.
    pub(super) null: bool,
    /// Whether the function itself deals with an unknown argument.
    pub(super) unknown: bool,
    /// Whether Terraform's function deals with an argument of which not even the type is known.
    pub(super) untyped: bool,
}

impl Parameter {
    pub(super) const fn new(name: &'static str, want: Want) -> Self {
        Self { name, want, null: false, unknown: false, untyped: false }
    }

    /// Null is allowed.
    pub(super) const fn null(mut self) -> Self {
        self.null = true;
        self
    }

    /// So does Terraform's with a type that is not known.
    pub(super) const fn untyped(mut self) -> Self {
        self.untyped = true;
        self
    }

    /// The function deals with unknown itself.
    pub(super) const fn unknown(mut self) -> Self {
        self.unknown = true;
        self
    }
}

pub(super) const fn any(name: &'static str) -> Parameter {
    Parameter::new(name, Want::Any)
}

pub(super) const fn text(name: &'static str) -> Parameter {
    Parameter::new(name, Want::String)
}

pub(super) const fn number(name: &'static str) -> Parameter {
    Parameter::new(name, Want::Number)
}

pub(super) const fn list(name: &'static str) -> Parameter {
    Parameter::new(name, Want::List)
}

pub(super) const fn set(name: &'static str) -> Parameter {
    Parameter::new(name, Want::Set)
}

pub(super) const fn texts(name: &'static str) -> Parameter {
    Parameter::new(name, Want::ListOfString)
}

/// The type of a result that is unknown because an argument is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Returns {
    /// Always this one; such results are never null.
    Type(Want),
    /// It follows from the arguments.
    From(fn(&Call<'_, '_>) -> Result<Type, Failure>),
}

/// What happens to the marks of the arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum MarkRule {
    /// All of them, also those of elements, go onto the result.
    Deep,
    /// The arguments' own marks go onto the result; elements keep theirs.
    Shallow,
    /// The same, once the result is known.
    Known,
    /// The function decides.
    Own,
}

/// One function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Parameter],
    pub(super) variadic: Option<Parameter>,
    pub(super) returns: Returns,
    pub(super) marks: MarkRule,
    pub(super) run: fn(&Call<'_, '_>) -> Outcome,
}

impl Function {
    pub(super) const fn new(
        name: &'static str,
        parameters: &'static [Parameter],
        returns: Returns,
        run: fn(&Call<'_, '_>) -> Outcome,
    ) -> Self {
        Self { name, parameters, variadic: None, returns, marks: MarkRule::Deep, run }
    }

    /// Further arguments of one kind.
    pub(super) const fn and(mut self, parameter: Parameter) -> Self {
        self.variadic = Some(parameter);
        self
    }

    pub(super) const fn marks(mut self, rule: MarkRule) -> Self {
        self.marks = rule;
        self
    }

    /// The parameter that takes the argument at `index`.
    pub(super) fn parameter(&self, index: usize) -> Option<&Parameter> {
        self.parameters.get(index).or(self.variadic.as_ref())
    }
}
