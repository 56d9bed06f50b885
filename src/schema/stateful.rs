//! Resource types that keep data which goes with an instance, from `stateful.tsv`.

use std::sync::LazyLock;

/// What is lost when an instance of a type is deleted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Kept {
    pub ty: &'static str,
    /// Words to follow "with it goes": `the items in it`.
    pub what: &'static str,
    /// The document that says what deleting does.
    pub source: &'static str,
}

static TABLE: LazyLock<Vec<Kept>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut columns = line.split('\t');
        Some(Kept { ty: columns.next()?, what: columns.next()?, source: columns.next()? })
    };
    include_str!("stateful.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(row).collect()
});

/// What an instance of a type keeps; nothing for a type that can be made anew without a loss.
#[must_use]
pub fn data_kept_by(ty: &str) -> Option<Kept> {
    let at = TABLE.binary_search_by(|row| row.ty.cmp(ty)).ok()?;
    TABLE.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_complete_and_of_types_there_are() {
        let rows = include_str!("stateful.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(TABLE.len(), rows);
        assert!(TABLE.is_sorted_by(|a, b| a.ty < b.ty));
        let unknown: Vec<&str> =
            TABLE.iter().map(|row| row.ty).filter(|ty| crate::schema::aws().resource(ty).is_none()).collect();
        assert_eq!(unknown, Vec::<&str>::new());
        assert_eq!(data_kept_by("aws_kms_key").map(|kept| kept.what), Some("everything encrypted under the key"));
        assert_eq!(data_kept_by("aws_iam_role"), None);
    }
}
