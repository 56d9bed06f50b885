//! Values that are refused though they are of the right type, and arguments that exclude or need each other.
//!
//! Two tables of one form: resource type, dotted path of the argument, kind, what the kind is about (`-` where the message says it
//! all), message with `{}` for the value, source. `values.tsv` holds what the provider says when it validates, recorded by
//! tests/schema/record-values.py; `values-api.tsv` what only AWS refuses, from the models of its API and its documentation,
//! written by tests/schema/record-api-values.py.

mod names;
mod network;
mod policy;
mod test;

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use foldhash::fast::FixedState;

pub use self::test::Got;
use self::test::Test;

/// Who refuses a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefusedBy {
    /// The provider, before anything is planned.
    Provider,
    /// AWS, when the change is applied.
    Api,
}

/// One row of the tables.
#[derive(Debug)]
pub struct Limit {
    /// Dotted, without indexes.
    pub path: &'static str,
    pub rule: Rule,
    pub by: RefusedBy,
    /// Where this is documented or how it was measured.
    pub source: &'static str,
    message: &'static str,
}

#[derive(Debug)]
pub enum Rule {
    /// About the value.
    Value(Test),
    /// About fields that each object of the argument must have.
    Needs(Vec<&'static str>),
    /// About which arguments are there, beside this one or without it.
    Together(Together, Vec<&'static str>),
}

/// Each is about a list of arguments of a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Together {
    /// None of them beside this one.
    Conflicts,
    /// Exactly one of them.
    OneOf,
    /// At least one of them.
    Some,
    /// All of them, where this one is there.
    All,
}

impl Limit {
    /// The message about a value that is refused; `indexes` are those of the lists on the way to it.
    #[must_use]
    pub fn refuses(&self, got: Got<'_>, indexes: &[usize]) -> Option<String> {
        let Rule::Value(test) = &self.rule else { return None };
        // What is empty is not sent.
        if self.by == RefusedBy::Api && matches!(got, Got::Text("")) {
            return None;
        }
        Some(match test.refuses(got, &self.message("", indexes))? {
            Some(message) => message,
            None => match got {
                Got::Text(text) => self.message(text, indexes),
                Got::Number(number) => self.message(&number.to_string(), indexes),
            },
        })
    }

    /// The row's message, with a value in it.
    #[must_use]
    pub fn message(&self, got: &str, indexes: &[usize]) -> String {
        let mut out = String::with_capacity(self.message.len().saturating_add(got.len()));
        let mut indexes = indexes.iter();
        let mut rest = self.message;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            rest = after;
            if let Some(after) = after.strip_prefix('}') {
                out.push_str(got);
                rest = after;
            } else if let Some(after) = after.strip_prefix("#}") {
                out.push_str(&indexes.next().unwrap_or(&0).to_string());
                rest = after;
            } else {
                out.push('{');
            }
        }
        out.push_str(rest);
        out
    }
}

/// The rows of a type in one table, and what they say.
#[derive(Default, Debug)]
struct OfType {
    texts: [&'static str; 2],
    rows: OnceLock<Vec<Limit>>,
}

static BY_TYPE: LazyLock<HashMap<&'static str, OfType, FixedState>> = LazyLock::new(|| {
    let mut found: HashMap<&'static str, OfType, FixedState> = HashMap::default();
    for (table, whole) in [include_str!("values.tsv"), include_str!("values-api.tsv")].into_iter().enumerate() {
        for (ty, text) in by_type(whole) {
            if let Some(place) = found.entry(ty).or_default().texts.get_mut(table) {
                *place = text;
            }
        }
    }
    found
});

/// The lines of each type of a sorted table.
fn by_type(mut rest: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    while let Some((line, _)) = rest.split_once('\n') {
        let Some((ty, _)) = line.split_once('\t').filter(|_| !line.starts_with('#')) else {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        };
        let is_of = |line: &&str| line.strip_prefix(ty).is_some_and(|after| after.starts_with('\t'));
        let length: usize = rest.split_inclusive('\n').take_while(is_of).map(str::len).sum();
        let (text, after) = rest.split_at(length);
        found.push((ty, text));
        rest = after;
    }
    found
}

/// What is known of the arguments of managed resources of a type.
#[must_use]
pub fn limits(resource: &str) -> &'static [Limit] {
    let Some(of_type) = BY_TYPE.get(resource) else { return &[] };
    of_type.rows.get_or_init(|| {
        let [provider, api] = of_type.texts;
        let rows = |text: &'static str, by| text.lines().filter_map(move |line| row(line, by));
        rows(provider, RefusedBy::Provider).chain(rows(api, RefusedBy::Api)).collect()
    })
}

fn row(line: &'static str, by: RefusedBy) -> Option<Limit> {
    let mut columns = line.split('\t').skip(1);
    let mut next = || columns.next();
    let (path, kind, about, message, source) = (next()?, next()?, next()?, next()?, next()?);
    let together = |kind| Rule::Together(kind, about.split(',').collect());
    let rule = match kind {
        "conflicts" => together(Together::Conflicts),
        "exactly-one" => together(Together::OneOf),
        "at-least-one" => together(Together::Some),
        "all" => together(Together::All),
        "needs" => Rule::Needs(about.split(',').collect()),
        _ => Rule::Value(Test::of(kind, about, message)?),
    };
    Some(Limit { path, rule, by, source, message })
}

#[cfg(test)]
mod tests;
