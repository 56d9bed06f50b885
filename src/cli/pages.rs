//! The pages of the shipped rules, embedded.

/// Rule id and text of every page in `rules/`, sorted by id; a test holds this list against the folder.
const PAGES: &[(&str, &str)] = &[
    ("aurora-backup-retention", include_str!("../../rules/aurora-backup-retention.md")),
    ("aurora-deletion-protection", include_str!("../../rules/aurora-deletion-protection.md")),
    ("aurora-encrypted", include_str!("../../rules/aurora-encrypted.md")),
    ("aurora-final-snapshot", include_str!("../../rules/aurora-final-snapshot.md")),
    ("aurora-multi-az", include_str!("../../rules/aurora-multi-az.md")),
    ("cidr-overlap", include_str!("../../rules/cidr-overlap.md")),
    ("modules-installed", include_str!("../../rules/modules-installed.md")),
    ("redis-ha", include_str!("../../rules/redis-ha.md")),
    ("s3-access-logs", include_str!("../../rules/s3-access-logs.md")),
    ("s3-acl-disabled", include_str!("../../rules/s3-acl-disabled.md")),
    ("s3-encrypted", include_str!("../../rules/s3-encrypted.md")),
    ("s3-lifecycle", include_str!("../../rules/s3-lifecycle.md")),
    ("s3-public-access-block", include_str!("../../rules/s3-public-access-block.md")),
    ("s3-tls-only", include_str!("../../rules/s3-tls-only.md")),
    ("s3-versioning", include_str!("../../rules/s3-versioning.md")),
    ("state-locking", include_str!("../../rules/state-locking.md")),
    ("stateful-replace", include_str!("../../rules/stateful-replace.md")),
];

/// The page of a rule.
pub(super) fn page(id: &str) -> Option<&'static str> {
    PAGES.iter().find(|(known, _)| *known == id).map(|(_, text)| *text)
}

/// The rules that have a page, sorted.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    PAGES.iter().map(|(id, _)| *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
        let entries = std::fs::read_dir(folder).expect("the folder of rules");
        let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
        let stems = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned));
        let mut pages: Vec<String> = stems.filter(|id| id != "README").collect();
        pages.sort();
        assert_eq!(ids().collect::<Vec<_>>(), pages);
    }
}
