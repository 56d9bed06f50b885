//! Where rules come from: the shipped ones, and directories of policy files.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ecow::EcoString;

use super::{
    Rule, RuleFile,
    load::load_tree,
    load_file,
    shipped::{SHIPPED, tree_of},
    stem,
};
use crate::{diag::Diagnostic, source::Sources, syntax::Parsed};

/// Rules by id, sorted.
#[derive(Debug, Default)]
pub struct RuleSet {
    pub rules: Vec<Rule>,
    /// About the directories; what is wrong with a file is with that file.
    pub diagnostics: Vec<Diagnostic>,
}

impl RuleSet {
    /// The rules that come with infralint.
    #[must_use]
    pub fn shipped(sources: &Sources) -> Self {
        Self::of(SHIPPED.iter().filter_map(|file| load_shipped(sources, file)).collect())
    }

    /// Rules out of loaded files.
    #[must_use]
    pub fn of(files: Vec<RuleFile>) -> Self {
        let mut set = Self::default();
        files.into_iter().for_each(|file| set.add(file));
        set
    }

    /// The rules of a directory with everything below it, or of one file.
    #[must_use]
    pub fn load(sources: &Sources, path: &Path) -> Self {
        let mut set = Self::default();
        let absolute = sources.root().join(path);
        for file in set.files(&absolute) {
            set.read(sources, &file);
        }
        if set.rules.is_empty() && set.diagnostics.is_empty() {
            let detail = format!("There is no file named *.policy.hcl or *.infralint.hcl under {}.", path.display());
            set.diagnostics.push(Diagnostic::placeless("No rules found", detail));
        }
        set
    }

    /// These rules, with the other's in place of those of the same id.
    #[must_use]
    pub fn replaced_by(mut self, other: Self) -> Self {
        self.rules.retain(|rule| !other.rules.iter().any(|r| r.id == rule.id));
        self.rules.extend(other.rules);
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        self.diagnostics.extend(other.diagnostics);
        self
    }

    fn read(&mut self, sources: &Sources, path: &Path) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some((id, extended)) = stem(&name) else { return };
        match sources.read(path) {
            Ok(file) => self.add(load_file(sources, file, id, extended)),
            Err(error) => self.unreadable(path, &error.to_string()),
        }
    }

    fn add(&mut self, file: RuleFile) {
        match self.rules.binary_search_by(|rule| rule.id.cmp(&file.id)) {
            Ok(at) => self.rules[at].files.push(Arc::new(file)),
            Err(at) => self.rules.insert(at, Rule { id: EcoString::clone(&file.id), files: vec![Arc::new(file)] }),
        }
    }

    fn files(&mut self, path: &Path) -> Vec<PathBuf> {
        let (found, diagnostics) = files_below(path, |name| stem(name).is_some());
        self.diagnostics.extend(diagnostics);
        found
    }

    fn unreadable(&mut self, path: &Path, why: &str) {
        self.diagnostics.push(unreadable(path, why));
    }
}

/// The files with a wanted name under a path, sorted; a file reached twice (by a link) counts once. Also what could
/// not be read.
#[must_use]
pub fn files_below(path: &Path, wanted: impl Fn(&str) -> bool) -> (Vec<PathBuf>, Vec<Diagnostic>) {
    let (mut found, mut diagnostics) = (Vec::new(), Vec::new());
    for entry in ignore::WalkBuilder::new(path).standard_filters(false).follow_links(true).build() {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => found.push(entry.into_path()),
            Ok(_) => {}
            Err(error) => diagnostics.push(unreadable(path, &error.to_string())),
        }
    }
    found.retain(|file| wanted(&file.file_name().unwrap_or_default().to_string_lossy()));
    found.sort();
    let mut seen = std::collections::HashSet::new();
    found.retain(|file| seen.insert(file.canonicalize().unwrap_or_else(|_| file.clone())));
    (found, diagnostics)
}

/// The policy files of a folder with everything below it, or one; each by itself. Also what could not be read.
#[must_use]
pub fn load_policies(sources: &Sources, path: &Path) -> (Vec<Arc<RuleFile>>, Vec<Diagnostic>) {
    let (found, mut diagnostics) = files_below(path, |name| stem(name).is_some());
    let mut files = Vec::new();
    for path in found {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some((id, extended)) = stem(&name) else { continue };
        match sources.read(&path) {
            Ok(file) => files.push(Arc::new(load_file(sources, file, id, extended))),
            Err(error) => diagnostics.push(unreadable(&path, &error.to_string())),
        }
    }
    (files, diagnostics)
}

fn unreadable(path: &Path, why: &str) -> Diagnostic {
    let detail = format!("{} could not be read: {why}.", path.display());
    Diagnostic::placeless("Failed to read rules", detail)
}

/// The name and the text of a policy file that comes with infralint.
pub type Shipped = (&'static str, &'static str);

/// All of them.
#[must_use]
pub const fn shipped_files() -> &'static [Shipped] {
    SHIPPED
}

/// Where they are said to be, since they lie in no folder of the person's.
const SHIPPED_FOLDER: &str = "<infralint>/rules/";

/// Whether a file is a policy file that comes with infralint, by its path.
#[must_use]
pub fn is_shipped(path: &str) -> bool {
    path.starts_with(SHIPPED_FOLDER)
}

/// Loads one of them.
#[must_use]
pub fn load_shipped(sources: &Sources, (name, text): &Shipped) -> Option<RuleFile> {
    let (id, extended) = stem(name)?;
    let file = sources.add(format!("{SHIPPED_FOLDER}{name}"), *text);
    match tree_of(name, text, file) {
        Some(tree) => Some(load_tree(sources, Parsed { tree, diagnostics: Vec::new() }, id, extended)),
        None => Some(load_file(sources, file, id, extended)),
    }
}
