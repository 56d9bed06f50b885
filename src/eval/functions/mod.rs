//! The functions of the language: a table of small functions, and the one driver that calls them.
//!
//! `table` says for each function what it takes; `drive` does what is the same for all of them
//! (conversion, nulls, unknowns, marks, origins); the other files hold the functions by kind.

mod drive;
mod signature;
mod table;

mod charset;
mod checksum;
mod collection;
mod combine;
mod convert;
mod csv;
mod date;
mod encoding;
mod filesystem;
mod float;
mod format;
mod glob;
mod network;
mod numeric;
mod provider;
mod re2;
mod regex;
mod set;
mod shape;
mod string;
mod template;
mod tfvars;
mod yaml_read;
mod yaml_write;

use std::path::Path;

use super::Context;
use crate::{
    addr::Name,
    source::Place,
    value::{Because, Known, Type, Value},
};

pub use drive::call;
pub(super) use template::Templates;

/// What a function is called with. Arguments are converted to the parameters' types, checked for
/// null, and known at their top level unless the parameter says otherwise.
#[derive(Debug)]
pub struct Call<'a, 's> {
    pub cx: &'a Context<'s>,
    pub name: Name,
    pub args: &'a [Value],
    /// The directory relative paths of file functions are resolved against, as Terraform does.
    pub base: &'a Path,
    pub at: Place,
}

/// Why a call failed, in Terraform's words.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The argument to blame, if one is.
    pub argument: Option<usize>,
    pub message: String,
}

impl Failure {
    /// The call fails as a whole.
    fn new(message: impl Into<String>) -> Self {
        Self { argument: None, message: message.into() }
    }

    /// One argument is to blame.
    fn at(argument: usize, message: impl Into<String>) -> Self {
        Self { argument: Some(argument), message: message.into() }
    }
}

/// What every function gives.
type Outcome = Result<Value, Failure>;

impl Call<'_, '_> {
    /// An argument; the driver has counted them.
    fn arg(&self, index: usize) -> &Value {
        self.args.get(index).unwrap_or(&drive::NULL)
    }

    /// A known string argument.
    fn text(&self, index: usize) -> &str {
        self.arg(index).as_str().map_or("", |text| text.as_str())
    }

    /// The elements of a known sequence argument.
    fn items(&self, index: usize) -> &[Value] {
        self.arg(index).items().unwrap_or_default()
    }

    /// A result nobody knows before these arguments are known.
    fn unknown(&self, ty: Type) -> Value {
        self.unknown_with(ty, Known { not_null: true, ..Known::default() })
    }

    /// The same, with what is known of it anyway.
    fn unknown_with(&self, ty: Type, known: Known) -> Value {
        Value::unknown_with(ty, Because::Call(self.name, self.args.into()), known)
    }

    /// Refuses a result of more elements or bytes than the limits allow.
    fn bounded(&self, size: usize) -> Result<(), Failure> {
        let limit = self.cx.limits.size;
        if size <= limit {
            return Ok(());
        }
        Err(Failure::new(format!("the result would have a size of {size}, and the limit is {limit}")))
    }
}

/// A string value from text that may not be in NFC any more.
fn string(text: &str) -> Value {
    use unicode_normalization::{UnicodeNormalization, is_nfc};
    if text.is_ascii() || is_nfc(text) {
        return Value::string(text);
    }
    Value::string(text.nfc().collect::<String>())
}

/// Whether the language has a function of a plain name.
pub(super) fn is_one(name: &str) -> bool {
    table::find(crate::addr::name(name)).is_some()
}

/// The plain names of all functions of the language, sorted; not those of providers.
#[must_use]
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<_> =
        table::TABLE.iter().map(|f| f.name).filter(|name| !name.contains(':')).chain(["can", "try"]).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests;
