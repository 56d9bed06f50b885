//! Arguments that former versions of the provider knew under other names: the table `renamed.tsv`.

use std::sync::LazyLock;

/// An argument with its former name, which is dotted where it stood inside a block.
#[derive(Clone, Copy, Debug)]
pub struct Renamed {
    pub resource: &'static str,
    pub former: &'static str,
    pub name: &'static str,
    /// The version of the provider that no longer has the former name.
    pub removed_in: &'static str,
}

static ROWS: LazyLock<Vec<Renamed>> = LazyLock::new(|| lines().filter_map(row).collect());

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("renamed.tsv").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn row(line: &'static str) -> Option<Renamed> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    Some(Renamed { resource: next()?, former: next()?, name: next()?, removed_in: next()? })
}

/// The renamed arguments of a managed resource.
pub fn renamed(resource: &str) -> impl Iterator<Item = &'static Renamed> {
    let at = ROWS.partition_point(|row| row.resource < resource);
    ROWS.get(at..).unwrap_or_default().iter().take_while(move |row| row.resource == resource)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::aws;

    #[test]
    fn rows_are_sorted_and_name_arguments_of_the_schema() {
        assert!(ROWS.is_sorted_by(|a, b| (a.resource, a.former) < (b.resource, b.former)));
        for (line, row) in lines().zip(ROWS.iter()) {
            assert_eq!(line.split('\t').filter(|field| !field.is_empty()).count(), 5, "{line}");
            let block = aws().resource(row.resource);
            assert!(block.is_some_and(|block| block.attribute(row.name).is_some()), "{line}");
            assert!(block.is_none_or(|block| block.attribute(row.former).is_none()), "{line}");
        }
        assert_eq!(renamed("aws_elasticache_replication_group").count(), 5);
        assert_eq!(renamed("aws_vpc").count(), 0);
    }
}
