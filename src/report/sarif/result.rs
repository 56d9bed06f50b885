//! Results of a SARIF log.

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{artifact, flow::code_flows, level, physical, rules::Rules, set};
use crate::{
    check::{Reported, SETTINGS_FILE, Waiver},
    policy::{Edit, Finding, Fix},
    report::{
        entry::{Entry, Home},
        spot::Spot,
    },
    source::Sources,
};

/// The version of the fingerprint rises when fingerprints of the same findings change.
const FINGERPRINT: &str = "infralint/v1";

/// What is told of an entry of any kind.
pub(super) fn plain(entry: &Entry<'_>, rules: &Rules<'_>) -> Value {
    let kind = kind(entry);
    let level = if kind == "fail" { level(entry.level) } else { "none" };
    let mut result = json!({
        "ruleId": entry.name,
        "kind": kind,
        "level": level,
        "message": { "text": entry.text() },
        "locations": [location(entry)],
        "partialFingerprints": { FINGERPRINT: entry.fingerprint },
    });
    if let Some(index) = rules.index(&entry.name) {
        set(&mut result, "ruleIndex", json!(index));
    }
    result
}

/// Only a result of the kind `fail` has a level; what an undecided check weighs is among the properties.
const fn kind(entry: &Entry<'_>) -> &'static str {
    match entry.home {
        Home::Undecided => "open",
        Home::Information => "informational",
        Home::Failed | Home::Waived | Home::Known | Home::RuleError | Home::Configuration => "fail",
    }
}

fn location(entry: &Entry<'_>) -> Value {
    let mut location = json!({});
    if let Some(spot) = &entry.spot {
        set(&mut location, "physicalLocation", physical(spot));
    }
    let logical = match (entry.root_module, entry.address) {
        (_, Some(address)) => json!([{ "fullyQualifiedName": address, "kind": "resource" }]),
        (Some(root_module), None) => json!([{ "fullyQualifiedName": root_module, "kind": "module" }]),
        (None, None) => return location,
    };
    set(&mut location, "logicalLocations", logical);
    location
}

/// What a rule says of an object, with everything it came through.
pub(super) fn finding((entry, reported): (&Entry<'_>, &Reported), rules: &Rules<'_>, sources: &Sources) -> Value {
    let finding = &reported.finding;
    let mut result = plain(entry, rules);
    let optional = [
        ("codeFlows", code_flows(sources, finding)),
        ("relatedLocations", related(sources, finding)),
        ("fixes", reported.fix.as_ref().map(|fix| fixes(sources, fix, &finding.help))),
        ("suppressions", suppressions(sources, (entry, reported))),
        ("baselineState", (entry.home == Home::Known).then(|| json!("unchanged"))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            set(&mut result, name, value);
        }
    }
    set(&mut result, "properties", properties(finding));
    result
}

/// Further places that take part.
fn related(sources: &Sources, finding: &Finding) -> Option<Value> {
    let mut places: Vec<Value> = Vec::new();
    for label in &finding.labels {
        if let Some(spot) = Spot::of(sources, label.place) {
            let (id, physical) = (places.len() + 1, physical(&spot));
            places.push(json!({ "id": id, "physicalLocation": physical, "message": { "text": label.text } }));
        }
    }
    (!places.is_empty()).then_some(Value::Array(places))
}

/// The patch of the rule, a change for each file.
fn fixes(sources: &Sources, fix: &Fix, help: &str) -> Value {
    let mut by_file: IndexMap<String, Vec<(u32, Value)>> = IndexMap::new();
    for edit in &fix.edits {
        let file = sources.get(edit.at.file).path.to_string();
        by_file.entry(file).or_default().push((edit.at.span.start, replacement(sources, edit)));
    }
    let changes: Vec<Value> = by_file
        .into_iter()
        .map(|(file, mut replacements)| {
            replacements.sort_by_key(|(start, _)| *start);
            let replacements: Vec<Value> = replacements.into_iter().map(|(_, value)| value).collect();
            json!({ "artifactLocation": artifact(&file), "replacements": replacements })
        })
        .collect();
    let text = format!("{help} ({})", fix.class.as_str());
    json!([{ "description": { "text": text.trim_start() }, "artifactChanges": changes }])
}

fn replacement(sources: &Sources, edit: &Edit) -> Value {
    let file = sources.get(edit.at.file);
    let (start, end) = (file.position(edit.at.span.start), file.position(edit.at.span.end));
    let region = json!({
        "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
    });
    json!({ "deletedRegion": region, "insertedContent": { "text": edit.text } })
}

fn suppressions(sources: &Sources, (entry, reported): (&Entry<'_>, &Reported)) -> Option<Value> {
    let known = || json!([{ "kind": "external", "status": "accepted", "justification": "in the baseline" }]);
    let waived = reported.waiver.as_deref().map(|waiver| suppression(sources, waiver));
    waived.or_else(|| (entry.home == Home::Known).then(known))
}

/// A waiver in the settings lies outside of what it is about; any other stands beside it.
fn suppression(sources: &Sources, waiver: &Waiver) -> Value {
    let spot = Spot::of(sources, waiver.place);
    let is_in_source = spot.as_ref().is_some_and(|spot| spot.file != SETTINGS_FILE);
    let mut one = json!({
        "kind": if is_in_source { "inSource" } else { "external" },
        "status": "accepted",
        "justification": waiver.reason,
    });
    if let Some(spot) = spot {
        set(&mut one, "location", json!({ "physicalLocation": physical(&spot) }));
    }
    if let Some(until) = waiver.until {
        set(&mut one, "properties", json!({ "until": until.to_string() }));
    }
    json!([one])
}

fn properties(finding: &Finding) -> Value {
    let mut properties = Map::new();
    properties.insert("rootModule".to_owned(), json!(finding.root_module));
    properties.insert("severity".to_owned(), json!(finding.severity.as_str()));
    properties.insert("weighsAs".to_owned(), json!(finding.level.as_str()));
    properties.insert("controls".to_owned(), json!(finding.controls));
    if let Some(workspace) = &finding.workspace {
        properties.insert("workspace".to_owned(), json!(workspace));
    }
    if let Some(undecided) = &finding.undecided {
        let because = undecided.because.as_str();
        let value = json!({ "because": because, "what": undecided.what, "decidedBy": undecided.decided_by });
        properties.insert("undecided".to_owned(), value);
    }
    Value::Object(properties)
}
