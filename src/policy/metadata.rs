//! What a policy file says about its checks: the file-level local named `infralint`, read as literals.
//!
//! Terraform policy sees an ordinary unused local, so files with metadata stay plain policy files.

use std::collections::HashSet;

use ecow::EcoString;
use indexmap::IndexMap;

use super::{PatchClass, Policy, Severity, StageKind};
use crate::{
    diag::Diagnostic,
    source::Span,
    syntax::{ExprId, ExprKind, ObjectItem, ObjectKey, Tree},
};

/// The metadata of one check.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct About {
    pub title: Option<String>,
    pub severity: Option<Severity>,
    /// In a stage that is no production.
    pub nonprod_severity: Option<Severity>,
    /// Why it matters, in one sentence.
    pub why: Option<String>,
    /// The way out.
    pub help: Option<String>,
    /// The edit itself: see [`Patch`].
    pub patch: Option<String>,
    pub patch_class: Option<PatchClass>,
    /// Control ids, each with its standard and version: `CIS AWS 5.0 2.1.1`.
    pub controls: Option<Vec<String>>,
    /// An undecided verdict counts as a failure.
    pub must_decide: Option<bool>,
    /// The kinds of stages it judges; all when absent.
    pub kinds: Option<Vec<StageKind>>,
    pub category: Option<String>,
    pub docs: Option<String>,
    pub tags: Option<Vec<String>>,
}

/// The metadata of a file, by the keys it was written under.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    by_key: IndexMap<EcoString, About>,
}

impl Metadata {
    /// What is said about a policy: under its address, else its name, else `*`, field by field.
    #[must_use]
    pub fn about(&self, policy: &Policy) -> About {
        let keys = [policy.address().into(), policy.name.clone(), EcoString::from("*")];
        keys.iter().filter_map(|key| self.by_key.get(key)).fold(About::default(), |so_far, more| so_far.or(more))
    }

    fn names(&self, policy: &Policy) -> [EcoString; 2] {
        [policy.address().into(), policy.name.clone()]
    }
}

impl About {
    fn or(self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            title: self.title.or(other.title),
            severity: self.severity.or(other.severity),
            nonprod_severity: self.nonprod_severity.or(other.nonprod_severity),
            why: self.why.or(other.why),
            help: self.help.or(other.help),
            patch: self.patch.or(other.patch),
            patch_class: self.patch_class.or(other.patch_class),
            controls: self.controls.or(other.controls),
            must_decide: self.must_decide.or(other.must_decide),
            kinds: self.kinds.or(other.kinds),
            category: self.category.or(other.category),
            docs: self.docs.or(other.docs),
            tags: self.tags.or(other.tags),
        }
    }
}

/// Reads the local named `infralint`. Policies are given to tell keys that name none.
pub(super) fn read(tree: &Tree, value: ExprId, policies: &[Policy]) -> (Metadata, Vec<Diagnostic>) {
    let mut reader = Reader { tree, diagnostics: Vec::new() };
    let mut metadata = Metadata::default();
    let known: HashSet<EcoString> = policies.iter().flat_map(|policy| metadata.names(policy)).collect();
    for (key, item) in reader.entries(value) {
        let about = reader.about(item.value);
        metadata.by_key.insert(key.clone(), about);
        if key != "*" && !known.contains(&key) {
            reader.warn(item.key_span, format!("This file has no policy that \"{key}\" names."));
        }
    }
    (metadata, reader.diagnostics)
}

struct Reader<'t> {
    tree: &'t Tree,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    fn about(&mut self, value: ExprId) -> About {
        let mut about = About::default();
        for (key, item) in self.entries(value) {
            self.field(&mut about, &key, &item);
        }
        about
    }

    fn field(&mut self, about: &mut About, key: &str, item: &ObjectItem) {
        let at = item.value;
        match key {
            "title" => about.title = self.text(at),
            "severity" => about.severity = self.word(at, Severity::parse),
            "nonprod_severity" => about.nonprod_severity = self.word(at, Severity::parse),
            "why" => about.why = self.text(at),
            "help" => about.help = self.text(at),
            "patch" => about.patch = self.text(at),
            "patch_class" => about.patch_class = self.word(at, PatchClass::parse),
            "controls" => about.controls = self.texts(at),
            "must_decide" => about.must_decide = self.bool(at),
            "kinds" => about.kinds = self.words(at, StageKind::parse),
            "category" => about.category = self.text(at),
            "docs" => about.docs = self.text(at),
            "tags" => about.tags = self.texts(at),
            _ => self.warn(item.key_span, format!("\"{key}\" is not a key that infralint knows; it is ignored.")),
        }
    }

    /// The items of an object constructor with literal keys.
    fn entries(&mut self, value: ExprId) -> Vec<(EcoString, ObjectItem)> {
        let tree = self.tree;
        let ExprKind::Object(run) = tree.kind(tree.unwrapped(value)) else {
            self.expected(value, "an object");
            return Vec::new();
        };
        tree.items(run).iter().filter_map(|item| Some((self.key(item)?, *item))).collect()
    }

    fn key(&mut self, item: &ObjectItem) -> Option<EcoString> {
        match item.key {
            ObjectKey::Name(name) => Some(name.as_str().into()),
            ObjectKey::Expr(id) => self.text(id).map(EcoString::from),
        }
    }

    fn text(&mut self, value: ExprId) -> Option<String> {
        let text = string(self.tree, value);
        if text.is_none() {
            self.expected(value, "a string without interpolation");
        }
        text.map(|t| t.trim_end_matches('\n').to_owned())
    }

    fn bool(&mut self, value: ExprId) -> Option<bool> {
        match self.tree.kind(self.tree.unwrapped(value)) {
            ExprKind::Bool(value) => Some(value),
            _ => {
                self.expected(value, "true or false");
                None
            }
        }
    }

    fn list(&mut self, value: ExprId) -> Option<&'t [ExprId]> {
        match self.tree.kind(self.tree.unwrapped(value)) {
            ExprKind::Tuple(run) => Some(self.tree.list(run)),
            _ => {
                self.expected(value, "a list");
                None
            }
        }
    }

    fn texts(&mut self, value: ExprId) -> Option<Vec<String>> {
        let items = self.list(value)?;
        Some(items.iter().filter_map(|item| self.text(*item)).collect())
    }

    fn word<T>(&mut self, value: ExprId, parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(value)?;
        let word = parse(&text);
        if word.is_none() {
            self.warn(
                self.tree.node(value).span,
                format!("\"{text}\" is not a word this key can have; it is ignored."),
            );
        }
        word
    }

    fn words<T>(&mut self, value: ExprId, parse: fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let items = self.list(value)?;
        Some(items.iter().filter_map(|item| self.word(*item, parse)).collect())
    }

    fn expected(&mut self, value: ExprId, what: &str) {
        let span = self.tree.node(value).span;
        self.warn(span, format!("Metadata is read without evaluating it: {what} is expected here."));
    }

    fn warn(&mut self, span: Span, detail: String) {
        self.diagnostics.push(Diagnostic::warning("Unusable rule metadata", detail, self.tree.at(span)));
    }
}

/// The text of a string without interpolation.
pub(super) fn string(tree: &Tree, value: ExprId) -> Option<String> {
    match tree.kind(tree.unwrapped(value)) {
        ExprKind::String(id) => Some(tree.str(id).to_string()),
        _ => None,
    }
}
