//! Reads bodies by what may stand in them; everything else is reported with what was probably meant.

use super::literal;
use crate::{
    diag::{Diagnostic, did_you_mean},
    policy::{GivenInput, InputText},
    source::{Place, Span},
    syntax::{Attribute, Block, Body, ExprKind, ObjectItem, Tree},
    value::Value,
};

/// What is wrong with the settings so far.
#[derive(Debug, Default)]
pub(super) struct Problems(pub(super) Vec<Diagnostic>);

impl Problems {
    pub(super) fn error(&mut self, summary: &str, detail: impl Into<String>, at: Place) {
        self.0.push(Diagnostic::error(summary, detail, at));
    }
}

/// A body and how to call it in messages: `a "rule" block`.
#[derive(Clone, Copy)]
pub(super) struct Reader<'t> {
    pub(super) tree: &'t Tree,
    pub(super) body: &'t Body,
    pub(super) whose: &'static str,
}

impl<'t> Reader<'t> {
    /// Reports arguments and blocks other than these.
    pub(super) fn only(self, arguments: &[&str], blocks: &[&str], problems: &mut Problems) {
        for attribute in &self.body.attributes {
            self.expect("argument", &attribute.name, arguments, (attribute.name_span, problems));
        }
        for block in &self.body.blocks {
            self.expect("block", &block.ty, blocks, (block.ty_span, problems));
        }
    }

    fn expect(self, what: &str, name: &str, known: &[&str], at: (Span, &mut Problems)) {
        if known.contains(&name) {
            return;
        }
        let names = known.iter().copied();
        let hint = did_you_mean(name, names.clone());
        let list = match known {
            [] => format!("There can be no {what}s."),
            _ => format!("There can be: {}.", names.collect::<Vec<_>>().join(", ")),
        };
        let detail = format!("{} has no {what} named \"{name}\".{hint} {list}", self.whose);
        at.1.error(&format!("Unsupported {what}"), detail, self.tree.at(at.0));
    }

    pub(super) fn attribute(self, name: &str) -> Option<&'t Attribute> {
        self.body.attribute(name)
    }

    pub(super) fn value(self, attribute: &Attribute, problems: &mut Problems) -> Option<Value> {
        literal::value(self.tree, attribute.value, problems)
    }

    /// A string, where there is one; reports any other kind of value and the empty string.
    pub(super) fn string(self, name: &str, problems: &mut Problems) -> Option<String> {
        let attribute = self.attribute(name)?;
        match self.value(attribute, problems)?.as_str() {
            Some(text) if !text.trim().is_empty() => Some(text.to_string()),
            _ => self.wrong(attribute, "a string that is not empty", problems),
        }
    }

    /// The strings of a list, each with its place; reports any other kind of value and empty strings.
    pub(super) fn strings(self, name: &str, problems: &mut Problems) -> Vec<(String, Place)> {
        let Some(attribute) = self.attribute(name) else { return Vec::new() };
        let ExprKind::Tuple(run) = self.tree.kind(self.tree.unwrapped(attribute.value)) else {
            return self.wrong(attribute, "a list of strings", problems).unwrap_or_default();
        };
        let mut strings = Vec::new();
        for item in self.tree.list(run) {
            let Some(value) = literal::value(self.tree, *item, problems) else { continue };
            match value.as_str().filter(|text| !text.trim().is_empty()) {
                Some(text) => strings.push((text.to_string(), self.tree.place(*item))),
                None => {
                    let detail = format!("\"{name}\" must be a list of strings that are not empty.");
                    problems.error("Invalid value", detail, self.tree.place(*item));
                }
            }
        }
        strings
    }

    pub(super) fn bool(self, name: &str, problems: &mut Problems) -> Option<bool> {
        let attribute = self.attribute(name)?;
        let value = self.value(attribute, problems)?.as_bool();
        value.or_else(|| self.wrong(attribute, "true or false", problems))
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(self, name: &str, words: &[(&str, T)], problems: &mut Problems) -> Option<T> {
        let attribute = self.attribute(name)?;
        let value = self.value(attribute, problems)?;
        let written = value.as_str().map_or("", |text| text.as_str());
        let found = words.iter().find(|(word, _)| *word == written).map(|(_, meaning)| *meaning);
        found.or_else(|| {
            let list = words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ");
            let hint = did_you_mean(written, words.iter().map(|(word, _)| *word));
            self.wrong(attribute, &format!("one of {list}.{hint}"), problems)
        })
    }

    /// The entries of an object, each with its place.
    pub(super) fn inputs(self, name: &str, problems: &mut Problems) -> Vec<GivenInput> {
        let Some(attribute) = self.attribute(name) else { return Vec::new() };
        let ExprKind::Object(run) = self.tree.kind(self.tree.unwrapped(attribute.value)) else {
            return self.wrong(attribute, "an object: { name = value }", problems).unwrap_or_default();
        };
        self.tree.items(run).iter().filter_map(|item| self.input(item, problems)).collect()
    }

    fn input(self, item: &ObjectItem, problems: &mut Problems) -> Option<GivenInput> {
        let (name, value) = literal::entry(self.tree, item, problems)?;
        Some(GivenInput { name, value: InputText::Value(value), at: Some(self.tree.at(item.key_span)) })
    }

    pub(super) fn wrong<T>(self, attribute: &Attribute, expected: &str, problems: &mut Problems) -> Option<T> {
        let stop = if expected.ends_with(['.', '?']) { "" } else { "." };
        let detail = format!("\"{}\" must be {expected}{stop}", attribute.name);
        problems.error("Invalid value", detail, self.tree.place(attribute.value));
        None
    }

    pub(super) fn of(self, block: &'t Block, whose: &'static str) -> Self {
        Self { body: &block.body, whose, ..self }
    }
}
