//! `--format sarif`: SARIF 2.1.0, for code scanning.
//!
//! What a rule says is a result, and so is what is wrong at a place of a file; what kept infralint from judging is a
//! notification. An undecided check is of the kind `open`, which is SARIF's own word for it.

mod flow;
mod result;
mod rules;

use serde_json::{Value, json};

use self::rules::Rules;
use super::{
    entry::{Entries, Entry, Home},
    spot::Spot,
};
use crate::{
    check::{Outcome, Report},
    diag::Level,
    source::Sources,
};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The base that relative paths are below: the repository's root.
const ROOT: &str = "%SRCROOT%";

/// The report as SARIF, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn sarif(sources: &Sources, report: &Report) -> Result<String, serde_json::Error> {
    let mut entries = Entries::new(sources, report);
    let diagnostics: Vec<Entry<'_>> = report.diagnostics.iter().map(|d| entries.diagnostic(d)).collect();
    let mut findings: Vec<(Entry<'_>, _)> = report.findings.iter().map(|r| (entries.finding(r), r)).collect();
    findings.extend(report.apart.known.iter().map(|r| (entries.known(r), r)));
    let information: Vec<Entry<'_>> = report.information.iter().map(|said| entries.information(said)).collect();
    let (placed, placeless): (Vec<_>, Vec<_>) = diagnostics.iter().partition(|entry| entry.spot.is_some());
    let (broken, judged): (Vec<_>, Vec<_>) = findings.iter().partition(|(entry, _)| entry.home == Home::RuleError);
    let named = placed.iter().copied().chain(findings.iter().map(|(entry, _)| entry)).chain(&information);
    let rules = Rules::of(report, named);

    let mut results: Vec<Value> = placed.iter().map(|entry| result::plain(entry, &rules)).collect();
    results.extend(judged.iter().map(|(entry, reported)| result::finding((entry, reported), &rules, sources)));
    results.extend(information.iter().map(|entry| result::plain(entry, &rules)));
    let notifications = placeless.iter().copied().chain(broken.iter().map(|(entry, _)| entry));
    let notifications: Vec<Value> = notifications.map(|entry| notification(entry, &rules)).collect();

    let whole = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "infralint",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "shortDescription": { "text": env!("CARGO_PKG_DESCRIPTION") },
                "rules": rules.descriptors(),
            } },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "invocations": [{
                "executionSuccessful": report.outcome() != Outcome::NotChecked,
                "exitCode": report.outcome().exit_code(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
            "properties": counts(report),
        }],
    });
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

/// What was looked at.
fn counts(report: &Report) -> Value {
    let summary = &report.summary;
    json!({
        "rootModules": summary.root_modules,
        "resourceInstances": summary.resource_instances,
        "passed": summary.passed,
        "failed": summary.failed,
        "undecided": summary.undecided,
        "waived": summary.waived,
        "known": summary.known,
        "errors": summary.errors,
        "rulesWithoutMatch": summary.rules_without_match,
    })
}

/// What kept infralint from judging: something without a place, or a rule that could not be evaluated.
fn notification(entry: &Entry<'_>, rules: &Rules<'_>) -> Value {
    let mut whole = json!({ "level": level(entry.level), "message": { "text": entry.text() } });
    if let Some(spot) = &entry.spot {
        set(&mut whole, "locations", json!([{ "physicalLocation": physical(spot) }]));
    }
    match (entry.home, rules.index(&entry.name)) {
        (Home::RuleError, Some(index)) => {
            set(&mut whole, "associatedRule", json!({ "id": entry.name, "index": index }));
        }
        _ => set(&mut whole, "descriptor", json!({ "id": entry.name })),
    }
    whole
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// Sets a property of an object.
fn set(object: &mut Value, name: &str, value: Value) {
    if let Value::Object(properties) = object {
        properties.insert(name.to_owned(), value);
    }
}

fn physical(spot: &Spot) -> Value {
    json!({
        "artifactLocation": artifact(&spot.file),
        "region": {
            "startLine": spot.line,
            "startColumn": spot.column,
            "endLine": spot.end_line,
            "endColumn": spot.end_column,
        },
    })
}

/// A path below the repository's root is relative to it.
fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        json!({ "uri": format!("file://{}", encoded(path)) })
    } else {
        json!({ "uri": encoded(path), "uriBaseId": ROOT })
    }
}

/// A path in a URI: everything but the plainest characters is percent-encoded.
fn encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn paths_in_uris() {
        let cases = [("stages/test/main.tf", "stages/test/main.tf"), ("a b/ü:#%.tf", "a%20b/%C3%BC%3A%23%25.tf")];
        for (path, expected) in cases {
            assert_eq!(encoded(path), expected);
        }
    }
}
