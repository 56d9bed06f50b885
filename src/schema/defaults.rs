//! Values of attributes that are not configured.
//!
//! Two tables of one form: resource type, dotted path of the attribute, value as JSON, since when, source.
//! `defaults.tsv` holds what the provider fills in, measured by tests/schema/record-defaults.py, and
//! `defaults-api.tsv` what AWS fills in, written by hand. Where both know an attribute the provider's row holds.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

use foldhash::fast::FixedState;

use super::{Default, DefaultBy, NestedBlock, aws};
use crate::value::{Type, Value, convert, decode_json};

/// A row of the tables.
#[derive(Debug)]
struct Row {
    ty: &'static str,
    path: &'static str,
    value: &'static str,
    by: DefaultBy,
    since: &'static str,
    source: &'static str,
    /// Read on first use: a type's defaults are asked for once per instance.
    decoded: OnceLock<Option<Value>>,
}

/// Both tables, sorted by type, path and origin.
static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let measured = rows(include_str!("defaults.tsv"), DefaultBy::Provider);
    let documented = rows(include_str!("defaults-api.tsv"), DefaultBy::Api);
    let mut rows: Vec<Row> = measured.chain(documented).collect();
    rows.sort_by_key(|row| (row.ty, row.path, row.by == DefaultBy::Api));
    rows
});

fn rows(text: &'static str, by: DefaultBy) -> impl Iterator<Item = Row> {
    lines(text).filter_map(move |line| row(line, by))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn row(line: &'static str, by: DefaultBy) -> Option<Row> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(Row {
        ty: next()?,
        path: next()?,
        value: next()?,
        by,
        since: next()?,
        source: next()?,
        decoded: OnceLock::new(),
    })
}

/// The default of an attribute of a managed resource. `path` is dotted, without indexes:
/// `vpc_config.endpoint_public_access`. The default of a nested attribute holds when its block is there.
#[must_use]
pub fn default_of(resource: &str, path: &str) -> Option<Default> {
    let at = ROWS.partition_point(|row| (row.ty, row.path) < (resource, path));
    ROWS.get(at).filter(|row| (row.ty, row.path) == (resource, path)).and_then(Row::decode)
}

/// The defaults of all attributes of a managed resource, by dotted path, sorted.
pub fn defaults(resource: &str) -> impl Iterator<Item = (&'static str, Default)> {
    let at = ROWS.partition_point(|row| row.ty < resource);
    let rows = ROWS.get(at..).unwrap_or_default();
    let mut last = "";
    rows.iter().take_while(move |row| row.ty == resource).filter_map(move |row| {
        let first = row.path != last;
        last = row.path;
        if first { Some((row.path, row.decode()?)) } else { None }
    })
}

/// What is filled in of an attribute, and inside it.
#[derive(Debug)]
pub struct Filling {
    pub name: &'static str,
    pub default: Option<Default>,
    /// By name.
    pub inside: Vec<Filling>,
}

/// What is filled in of managed resources of a type, by name; none where AWS fills in nothing.
#[must_use]
pub fn filled_in(resource: &str) -> Option<&'static [Filling]> {
    /// Of each type, made when it is first asked for.
    type ByType = HashMap<&'static str, OnceLock<Option<Vec<Filling>>>, FixedState>;
    static BY_TYPE: LazyLock<ByType> = LazyLock::new(|| ROWS.iter().map(|row| (row.ty, OnceLock::new())).collect());
    let made = BY_TYPE.get(resource)?.get_or_init(|| {
        let rows: Vec<(&'static str, Default)> = defaults(resource).collect();
        rows.iter().any(|(_, default)| default.by == DefaultBy::Api).then(|| fillings(rows))
    });
    made.as_deref()
}

/// Rows sorted by path as a tree.
fn fillings(rows: Vec<(&'static str, Default)>) -> Vec<Filling> {
    let mut found: Vec<(Filling, Vec<(&'static str, Default)>)> = Vec::new();
    for (path, default) in rows {
        let (name, inside) = path.split_once('.').map_or((path, None), |(name, inside)| (name, Some(inside)));
        if found.last().is_none_or(|(last, _)| last.name != name) {
            found.push((Filling { name, default: None, inside: Vec::new() }, Vec::new()));
        }
        match (found.last_mut(), inside) {
            (Some((_, below)), Some(inside)) => below.push((inside, default)),
            (Some((filling, _)), None) => filling.default = Some(default),
            (None, _) => {}
        }
    }
    found.into_iter().map(|(filling, below)| Filling { inside: fillings(below), ..filling }).collect()
}

impl Row {
    fn decode(&self) -> Option<Default> {
        let value = self.decoded.get_or_init(|| self.value()).clone()?;
        Some(Default { value, by: self.by, since: self.since, source: self.source })
    }

    fn value(&self) -> Option<Value> {
        convert(&decode_json(self.value).ok()?, &type_of(self.ty, self.path)?).ok()
    }
}

/// The schema's type of the attribute at a path.
fn type_of(resource: &str, path: &str) -> Option<Type> {
    let mut block = aws().resource(resource)?;
    let (blocks, attribute) = path.rsplit_once('.').unwrap_or(("", path));
    for step in blocks.split('.').filter(|step| !step.is_empty()) {
        let NestedBlock { block: inner, .. } = block.block(step)?;
        block = inner;
    }
    Some(block.attribute(attribute)?.ty)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test")]

    use super::*;
    use crate::value::{Truth, equals};

    #[test]
    fn every_row_names_an_attribute_and_has_a_value_of_its_type() {
        for text in [include_str!("defaults.tsv"), include_str!("defaults-api.tsv")] {
            for line in lines(text) {
                let row = row(line, DefaultBy::Api).unwrap();
                assert!(row.decode().is_some(), "{line}");
                assert_eq!(line.split('\t').count(), 5, "{line}");
                assert!(!row.since.is_empty() && !row.source.is_empty(), "{line}");
            }
        }
    }

    #[test]
    fn no_table_says_two_things_of_one_attribute() {
        for pair in ROWS.windows(2) {
            assert!((pair[0].ty, pair[0].path, pair[0].by) != (pair[1].ty, pair[1].path, pair[1].by), "{:?}", pair[0]);
        }
    }

    #[test]
    fn the_provider_is_measured_and_the_api_documented() {
        let api = default_of("aws_eks_cluster", "vpc_config.public_access_cidrs").unwrap();
        assert_eq!(api.by, DefaultBy::Api);
        assert_eq!(api.value.items().unwrap()[0].as_str().unwrap(), "0.0.0.0/0");
        let measured = default_of("aws_s3_bucket_public_access_block", "block_public_acls").unwrap();
        assert_eq!((measured.by, measured.value.as_bool()), (DefaultBy::Provider, Some(false)));
        let nested = default_of("aws_cloudfront_distribution", "origin.connection_attempts").unwrap();
        assert_eq!(nested.value.as_number(), Value::int(3).as_number());
    }

    #[test]
    fn what_is_not_in_the_table_has_no_default() {
        assert!(default_of("aws_vpc", "cidr_block").is_none());
        assert!(default_of("aws_nothing", "").is_none());
        assert!(default_of("aws_zzz", "zzz").is_none());
        assert!(default_of("", "").is_none());
    }

    #[test]
    fn defaults_lists_what_default_of_says() {
        let all: Vec<_> = defaults("aws_db_instance").collect();
        assert!(all.len() > 5 && all.is_sorted_by(|a, b| a.0 < b.0));
        for (path, default) in all {
            let one = default_of("aws_db_instance", path).unwrap();
            assert!(matches!(equals(&one.value, &default.value), Truth::True | Truth::Unknown), "{path}");
            assert_eq!(one.by, default.by);
        }
    }
}
