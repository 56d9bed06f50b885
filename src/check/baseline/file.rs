//! The file of a baseline: JSON with one finding a line, sorted, so that a difference of two can be read.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Entry;
use crate::{
    diag::{Diagnostic, did_you_mean},
    source::{Place, SourceFile},
    syntax::{self, ExprId, ExprKind, ObjectItem, ObjectKey, Tree},
};

const VERSION: &str = "1";
const FIELDS: [&str; 7] = ["root_module", "workspace", "check", "verdict", "address", "value", "count"];

/// How often each finding is in a baseline, and where.
pub(super) type Entries = BTreeMap<Entry, Listed>;

/// An entry of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Listed {
    pub(super) count: usize,
    pub(super) at: Place,
}

/// One line.
#[derive(Serialize)]
struct Line<'e> {
    root_module: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<&'e str>,
    check: &'e str,
    verdict: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'e str>,
    #[serde(skip_serializing_if = "is_one")]
    count: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_one(count: &usize) -> bool {
    *count == 1
}

/// The text of a file with these findings, each as often as it was found.
pub(super) fn written(entries: &BTreeMap<Entry, usize>) -> Result<String, serde_json::Error> {
    let line = |(entry, count): (&Entry, &usize)| {
        serde_json::to_string(&Line {
            root_module: &entry.root_module,
            workspace: entry.workspace.as_deref(),
            check: &entry.check,
            verdict: &entry.verdict,
            address: entry.address.as_deref(),
            value: entry.value.as_deref(),
            count: *count,
        })
    };
    let lines = entries.iter().map(line).collect::<Result<Vec<String>, _>>()?;
    let lines = if lines.is_empty() { String::new() } else { format!("\n    {}\n  ", lines.join(",\n    ")) };
    Ok(format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{lines}]\n}}\n"))
}

/// Reads a file, or tells what is wrong with it.
pub(super) fn read(id: crate::source::FileId, file: &SourceFile) -> Result<Entries, Vec<Diagnostic>> {
    let parsed = syntax::parse_json_values(id, &file.text);
    let mut reading = Reading { tree: &parsed.tree, entries: Entries::new(), problems: Vec::new() };
    if parsed.diagnostics.is_empty() {
        reading.file();
    } else {
        let told = parsed.diagnostics.iter().filter_map(|d| Some((format!("{}: {}", d.summary, d.detail), d.place?)));
        told.for_each(|(detail, place)| reading.wrong(&detail, place));
    }
    if reading.problems.is_empty() { Ok(reading.entries) } else { Err(reading.problems) }
}

struct Reading<'t> {
    tree: &'t Tree,
    entries: Entries,
    problems: Vec<Diagnostic>,
}

impl Reading<'_> {
    fn wrong(&mut self, detail: &str, at: Place) {
        let detail =
            format!("{detail} A baseline is written by --write-baseline; take the last good one, or write it anew.");
        self.problems.push(Diagnostic::error("Damaged baseline", detail, at));
    }

    fn file(&mut self) {
        let whole = self.tree.at(self.tree.body.span);
        for attribute in
            self.tree.body.attributes.iter().filter(|a| !["version", "findings"].contains(&a.name.as_str()))
        {
            self.wrong(
                &format!("There is no \"{}\" in a baseline.", attribute.name),
                self.tree.at(attribute.name_span),
            );
        }
        match self.tree.body.attribute("version").map(|attribute| attribute.value) {
            Some(version) if self.number(version).as_deref() == Some(VERSION) => {}
            Some(version) => self.wrong("It is of another version of infralint.", self.tree.place(version)),
            None => self.wrong("It has no \"version\".", whole),
        }
        let Some(findings) = self.tree.body.attribute("findings").map(|attribute| attribute.value) else {
            return self.wrong("It has no \"findings\".", whole);
        };
        match self.tree.kind(findings) {
            ExprKind::Tuple(run) => self.tree.list(run).iter().for_each(|finding| self.finding(*finding)),
            _ => self.wrong("\"findings\" must be a list.", self.tree.place(findings)),
        }
    }

    fn number(&self, id: ExprId) -> Option<String> {
        match self.tree.kind(id) {
            ExprKind::Number(text) => Some(self.tree.str(text).to_string()),
            _ => None,
        }
    }

    fn finding(&mut self, id: ExprId) {
        let at = self.tree.place(id);
        let ExprKind::Object(run) = self.tree.kind(id) else { return self.wrong("A finding must be an object.", at) };
        let mut texts: BTreeMap<&str, String> = BTreeMap::new();
        let mut count = 1;
        for item in self.tree.items(run) {
            let name = self.key(item);
            let Some(field) = FIELDS.iter().find(|field| **field == name) else {
                let hint = did_you_mean(&name, FIELDS);
                self.wrong(&format!("A finding has no \"{name}\".{hint}"), self.tree.at(item.key_span));
                continue;
            };
            let place = self.tree.place(item.value);
            match (*field, self.tree.kind(item.value)) {
                ("count", ExprKind::Number(number)) => match self.tree.str(number).parse() {
                    Ok(number) if number > 0 => count = number,
                    _ => self.wrong("\"count\" must be a whole number above 0.", place),
                },
                (field, ExprKind::String(text)) if field != "count" => {
                    texts.insert(field, self.tree.str(text).to_string());
                }
                (field, _) => self.wrong(&format!("\"{field}\" has the wrong type."), place),
            }
        }
        let missing = ["root_module", "check", "verdict"].into_iter().find(|field| !texts.contains_key(field));
        if let Some(missing) = missing {
            return self.wrong(&format!("A finding has a \"{missing}\"."), at);
        }
        let mut taken = |field| texts.remove(field);
        let entry = Entry {
            root_module: taken("root_module").unwrap_or_default(),
            workspace: taken("workspace"),
            check: taken("check").unwrap_or_default(),
            verdict: taken("verdict").unwrap_or_default(),
            address: taken("address"),
            value: taken("value"),
        };
        // What two branches have added is there once: it would hide another one.
        let listed = self.entries.entry(entry).or_insert(Listed { count, at });
        listed.count = listed.count.max(count);
    }

    fn key(&self, item: &ObjectItem) -> String {
        match item.key {
            ObjectKey::Name(name) => name.to_string(),
            ObjectKey::Expr(id) => match self.tree.kind(id) {
                ExprKind::String(text) => self.tree.str(text).to_string(),
                _ => String::new(),
            },
        }
    }
}
