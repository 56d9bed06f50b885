//! `infralint settings`: what holds, and where it came from.

use serde::Serialize;

use super::{human::at, prose};
use crate::{
    check::{Effective, SetBy},
    source::Sources,
};

/// A paragraph for each thing that settings are about.
#[must_use]
pub fn settings(sources: &Sources, all: &[Effective]) -> String {
    let mut out = String::new();
    let mut before: Option<&str> = None;
    let widest = |about: &str| all.iter().filter(|one| one.about == about).map(|one| one.name.chars().count()).max();
    for one in all {
        if before != Some(&one.about) {
            if before.is_some() {
                out.push('\n');
            }
            if !one.about.is_empty() {
                out.push_str(&format!("{}\n", prose::harmless(&one.about)));
            }
            before = Some(&one.about);
        }
        let indent = if one.about.is_empty() { "" } else { "  " };
        let width = widest(&one.about).unwrap_or_default();
        let line = format!("{indent}{:width$} = {}  # {}", one.name, one.value, from(sources, &one.from));
        out.push_str(&format!("{}\n", prose::harmless(&line)));
    }
    out
}

fn from(sources: &Sources, from: &SetBy) -> String {
    match from {
        SetBy::Default => "default".to_owned(),
        SetBy::Written(place) => at(sources, *place),
        SetBy::Other(where_else) => (*where_else).to_owned(),
    }
}

#[derive(Serialize)]
struct Whole<'s> {
    version: u32,
    settings: Vec<One<'s>>,
}

#[derive(Serialize)]
struct One<'s> {
    about: &'s str,
    name: &'s str,
    value: &'s str,
    /// `default`, `file:line:column`, or a word.
    from: String,
}

/// The same for programs.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn settings_json(sources: &Sources, all: &[Effective]) -> Result<String, serde_json::Error> {
    let settings = all.iter().map(|one| One {
        about: &one.about,
        name: &one.name,
        value: &one.value,
        from: from(sources, &one.from),
    });
    let whole = Whole { version: 1, settings: settings.collect() };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}
