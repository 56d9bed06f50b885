//! The rules of a SARIF log: what each check says of itself, as far as results or notifications name it.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{level, set};
use crate::{
    check::{DescribedCheck, Report},
    policy::Severity,
    report::entry::{Entry, Home},
};

/// Descriptors by id, in the order of their indexes.
pub(super) struct Rules<'r>(IndexMap<String, Descriptor<'r>>);

struct Descriptor<'r> {
    check: Option<&'r DescribedCheck>,
    /// What stands for a description of that which describes itself nowhere.
    headline: String,
    level: &'static str,
}

impl<'r> Rules<'r> {
    pub(super) fn of<'e>(report: &'r Report, entries: impl Iterator<Item = &'e Entry<'e>>) -> Self {
        let mut rules = IndexMap::new();
        for entry in entries {
            let describe = || Descriptor {
                check: report.checks.iter().find(|check| check.id.to_string() == entry.name),
                headline: headline(entry),
                level: level(entry.level),
            };
            rules.entry(entry.name.clone()).or_insert_with(describe);
        }
        Self(rules)
    }

    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.0.get_index_of(name)
    }

    pub(super) fn descriptors(&self) -> Vec<Value> {
        self.0.iter().map(|(id, descriptor)| descriptor.value(id)).collect()
    }
}

/// Messages of a check are about one object each; the summary of a diagnostic is about none.
fn headline(entry: &Entry<'_>) -> String {
    if entry.home == Home::Configuration { entry.headline.clone() } else { entry.name.clone() }
}

impl Descriptor<'_> {
    fn value(&self, id: &str) -> Value {
        let about = self.check.map(|check| &check.about);
        let title = about.and_then(|about| about.title.as_deref()).unwrap_or(&self.headline);
        let why = about.and_then(|about| about.why.as_deref()).unwrap_or(title);
        let mut whole = json!({
            "id": id,
            "shortDescription": { "text": title },
            "fullDescription": { "text": why },
            "help": self.help(why),
            "defaultConfiguration": { "level": self.level },
            "properties": self.properties(),
        });
        let docs = about.and_then(|about| about.docs.as_deref());
        if let Some(docs) = docs.filter(|docs| docs.starts_with("https://") || docs.starts_with("http://")) {
            set(&mut whole, "helpUri", json!(docs));
        }
        whole
    }

    fn help(&self, why: &str) -> Value {
        let Some(check) = self.check else { return json!({ "text": why }) };
        let fix = check.about.help.as_deref().unwrap_or("");
        let page = format!("infralint explain {}", check.id.rule);
        let mut text = vec![why.to_owned()];
        let mut markdown = vec![why.to_owned()];
        if !fix.is_empty() {
            text.push(format!("Fix: {fix}"));
            markdown.push(format!("Fix:\n\n```hcl\n{fix}\n```"));
        }
        text.push(format!("More: {page}"));
        markdown.push(format!("More: `{page}`"));
        json!({ "text": text.join("\n"), "markdown": markdown.join("\n\n") })
    }

    fn properties(&self) -> Value {
        let mut properties = json!({ "problem.severity": match self.level {
            "note" => "recommendation",
            level => level,
        } });
        let Some(about) = self.check.map(|check| &check.about) else { return properties };
        let tags: Vec<&str> = about.category.as_deref().into_iter().chain(texts(about.tags.as_ref())).collect();
        set(&mut properties, "tags", json!(tags));
        let controls: Vec<&str> = texts(about.controls.as_ref()).collect();
        set(&mut properties, "controls", json!(controls));
        if let (Some("security"), Some(severity)) = (about.category.as_deref(), about.severity) {
            set(&mut properties, "security-severity", json!(score(severity)));
        }
        properties
    }
}

fn texts(list: Option<&Vec<String>>) -> impl Iterator<Item = &str> {
    list.into_iter().flatten().map(String::as_str)
}

/// A number of the range that code scanning shows under the severity's name.
const fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.1",
    }
}
