//! The same expressions asked of the real Terraform and of infralint, and their answers compared.
//!
//! An answer is JSON. A value: `true`, `"text"`, `1`, `{"n": "1e400"}`, `[…]` a tuple, `{"{}": {…}}` an object,
//! `{"list": […], "of": TYPE}` (`set` and `map` alike), `{"null": TYPE}`, `{"?": TYPE}` not known, `{"~": VALUE}` sensitive.
//! Errors: `{"errors": [[SUMMARY, START, END], …]}`, places in bytes from where the expression begins.

#![allow(dead_code, reason = "every test uses a part of it")]

pub(crate) mod compare;
pub(crate) mod ours;
pub(crate) mod terraform;
pub(crate) mod types;

use serde_json::Value as Json;

/// Something to be evaluated.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Case {
    /// An expression.
    Expression(String),
    /// An expression that is the argument `v` of a call of a module, whose output `o` is the answer.
    Argument { module: String, expression: String },
}

impl Case {
    pub(crate) fn expression(&self) -> &str {
        match self {
            Self::Expression(text) | Self::Argument { expression: text, .. } => text,
        }
    }

    /// The module an argument is for.
    pub(crate) fn module(&self) -> Option<&str> {
        match self {
            Self::Expression(_) => None,
            Self::Argument { module, .. } => Some(module),
        }
    }

    /// The file of the case called `name`, and where in it the expression begins.
    pub(crate) fn file(&self, name: &str) -> (String, usize) {
        let (head, tail) = match self {
            Self::Expression(_) => (format!("locals {{\n  {name} = "), "\n}\n".to_owned()),
            Self::Argument { module, .. } => {
                let head = format!("module \"{name}\" {{\n  source = \"./{module}\"\n  v = ");
                (head, format!("\n}}\nlocals {{\n  {name} = module.{name}.o\n}}\n"))
            }
        };
        (format!("{head}{}{tail}", self.expression()), head.len())
    }
}

/// The answer where Terraform cannot show one: infinity.
pub(crate) const NOT_SHOWN: &str = "nothing that can be shown";

/// The answer of an expression with errors: each a summary and a place.
pub(crate) fn errors(mut told: Vec<(String, i64, i64)>) -> Json {
    told.sort();
    told.dedup();
    let told: Vec<Json> =
        told.into_iter().map(|(summary, start, end)| serde_json::json!([summary, start, end])).collect();
    serde_json::json!({ "errors": told })
}

/// The file that asks for all cases that are evaluated: they are the input of one resource.
pub(crate) fn gathering(names: &[String]) -> String {
    let lines: Vec<String> = names.iter().map(|name| format!("    {name} = local.{name}\n")).collect();
    format!("resource \"terraform_data\" \"cases\" {{\n  input = {{\n{}  }}\n}}\n", lines.concat())
}
