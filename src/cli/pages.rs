//! The pages of the shipped rules, as they are in `rules/`.

use include_dir::{Dir, include_dir};

static RULES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules");

/// The page of a rule.
pub(super) fn page(id: &str) -> Option<&'static str> {
    RULES.get_file(format!("{id}.md")).filter(|_| id != README)?.contents_utf8()
}

/// The rules that have a page, sorted.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    let stems = RULES.files().filter_map(|file| file.path().to_str()?.strip_suffix(".md"));
    stems.filter(|id| *id != README)
}

/// Says how rules are written; is no rule.
const README: &str = "README";
