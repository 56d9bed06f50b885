//! Which attributes name an instance: the table `identity.tsv`.
//!
//! One row: resource type, attribute, class (`id`, `arn`, `-` for none, else a class of its own), the argument whose
//! value the attribute turns out to have (`-` for none, `lower(…)` in lower case), source. Attributes of one class are equal for one
//! instance and differ between instances. Without a row `id` and `arn` are identities of every resource that does not
//! ask for them as arguments.

use std::sync::LazyLock;

use super::aws;
use crate::{addr::name, value::IdentityClass};

#[derive(Clone, Copy, Debug)]
struct Row {
    ty: &'static str,
    attribute: &'static str,
    class: &'static str,
    alias: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut rows: Vec<Row> = lines().filter_map(row).collect();
    rows.sort_by_key(|row| (row.ty, row.attribute));
    rows
});

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("identity.tsv").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(Row { ty: next()?, attribute: next()?, class: next()?, alias: next()? })
}

fn find(resource: &str, attribute: &str) -> Option<&'static Row> {
    let at = ROWS.binary_search_by(|row| (row.ty, row.attribute).cmp(&(resource, attribute))).ok()?;
    ROWS.get(at)
}

/// Which identity of an instance of a managed resource an attribute is, if any.
#[must_use]
pub fn identity_of(resource: &str, attribute: &str) -> Option<IdentityClass> {
    match find(resource, attribute) {
        Some(row) => class(row.class),
        None if attribute == "id" || attribute == "arn" => default_class(resource, attribute),
        None => None,
    }
}

fn default_class(resource: &str, attribute: &str) -> Option<IdentityClass> {
    let schema = aws().resource(resource).and_then(|block| block.attribute(attribute));
    if schema.is_some_and(|attribute| attribute.required) { None } else { class(attribute) }
}

fn class(text: &str) -> Option<IdentityClass> {
    match text {
        "-" => None,
        "id" => Some(IdentityClass::Id),
        "arn" => Some(IdentityClass::Arn),
        other => Some(IdentityClass::Other(name(other))),
    }
}

/// The argument whose value another attribute of a managed resource will turn out to have when that argument is
/// configured (`id` of `aws_s3_bucket` is its `bucket`).
#[must_use]
pub fn alias_of(resource: &str, attribute: &str) -> Option<&'static str> {
    let alias = find(resource, attribute).map(|row| row.alias).filter(|alias| *alias != "-")?;
    Some(lowered(alias).unwrap_or(alias))
}

/// Whether the attribute has that argument's value in lower case, as the API keeps it.
#[must_use]
pub fn is_alias_lowered(resource: &str, attribute: &str) -> bool {
    find(resource, attribute).is_some_and(|row| lowered(row.alias).is_some())
}

fn lowered(alias: &'static str) -> Option<&'static str> {
    alias.strip_prefix("lower(")?.strip_suffix(')')
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

    use super::*;

    #[test]
    fn every_row_names_attributes_of_the_schema() {
        for line in lines() {
            assert_eq!(line.split('\t').filter(|field| !field.is_empty()).count(), 5, "{line}");
            let row = row(line).unwrap();
            let block = aws().resource(row.ty).unwrap_or_else(|| panic!("{line}"));
            assert!(block.attribute(row.attribute).is_some(), "{line}");
            let alias = alias_of(row.ty, row.attribute).map(|alias| block.attribute(alias).unwrap());
            assert!(alias.is_none_or(|alias| alias.required || alias.optional), "{line}");
        }
    }

    #[test]
    fn no_attribute_has_two_rows() {
        assert!(ROWS.is_sorted_by(|a, b| (a.ty, a.attribute) < (b.ty, b.attribute)));
    }

    #[test]
    fn an_attribute_and_its_alias_are_of_one_class() {
        for row in ROWS.iter().filter(|row| row.alias != "-") {
            let alias = alias_of(row.ty, row.attribute).unwrap();
            assert_eq!(identity_of(row.ty, row.attribute), identity_of(row.ty, alias), "{row:?}");
        }
    }

    #[test]
    fn classes_and_aliases() {
        let id = Some(IdentityClass::Id);
        let arn = Some(IdentityClass::Arn);
        for (ty, attribute, class, alias) in [
            ("aws_s3_bucket", "id", id, Some("bucket")),
            ("aws_s3_bucket", "bucket", id, None),
            ("aws_s3_bucket", "arn", arn, None),
            ("aws_s3_bucket", "tags", None, None),
            ("aws_vpc", "id", id, None),
            ("aws_vpc", "cidr_block", None, None),
            ("aws_rds_cluster", "id", id, Some("cluster_identifier")),
            ("aws_opensearch_domain", "id", arn, None),
            ("aws_kms_key", "key_id", id, None),
            ("aws_eip", "allocation_id", id, None),
            ("aws_lb", "id", arn, None),
            ("aws_sns_topic_policy", "arn", None, None),
            ("aws_secretsmanager_secret_version", "arn", None, None),
            ("google_storage_bucket", "id", id, None),
        ] {
            assert_eq!(identity_of(ty, attribute), class, "{ty}.{attribute}");
            assert_eq!(alias_of(ty, attribute), alias, "{ty}.{attribute}");
        }
    }
}
