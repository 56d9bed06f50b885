//! The closing lines: what was looked at, and what that says.

use super::{paint::Paint, prose};
use crate::{
    account::{Recorded, Source},
    check::{Outcome, Report},
    diag::Level,
};

/// The counts in one sentence, then what to think of them.
pub(super) fn closing(report: &Report, paint: Paint, width: usize) -> String {
    let mut out = String::new();
    for line in facts(report).iter().flat_map(|line| prose::wrap(line, width)) {
        out.push_str(&format!("{line}\n"));
    }
    for line in prose::wrap(&counts(report), width) {
        out.push_str(&format!("{line}\n"));
    }
    if let Some(said) = verdict(report) {
        let is_bad = report.outcome() == Outcome::NotChecked;
        let said = if is_bad { paint.level(Level::Error, said) } else { paint.good(said) };
        out.push_str(&format!("{said}\n"));
    }
    out
}

/// What to think of a report that is not told by its findings.
pub(super) fn verdict(report: &Report) -> Option<&'static str> {
    match report.outcome() {
        Outcome::NotChecked => Some("not everything could be checked, so nothing here is approved"),
        Outcome::Clean if report.findings.is_empty() && report.apart.known.is_empty() && report.summary.passed > 0 => {
            Some("nothing to object to")
        }
        Outcome::Clean | Outcome::Findings => None,
    }
}

/// Which facts of accounts were judged by, and how old they are.
fn facts(report: &Report) -> Vec<String> {
    let line = |recorded: &Recorded| {
        let sites: Vec<String> =
            recorded.sites.iter().map(|site| format!("account {} ({})", site.account, site.region)).collect();
        match &recorded.source {
            Source::Live => format!("asked {}", sites.join(", ")),
            Source::File(name) => {
                let age = age(report.now.duration_since(recorded.at).as_secs());
                format!("judged by what {name} tells of {}, {age}", sites.join(", "))
            }
        }
    };
    report.facts.recorded.iter().map(line).collect()
}

/// `3 hours old`, in the largest unit of which there is more than one.
fn age(seconds: i64) -> String {
    let (count, unit) = match u64::try_from(seconds) {
        Err(_) => return "recorded in the future".to_owned(),
        Ok(seconds) if seconds < 120 => (seconds, "second"),
        Ok(seconds) if seconds < 2 * 3600 => (seconds / 60, "minute"),
        Ok(seconds) if seconds < 2 * 86_400 => (seconds / 3600, "hour"),
        Ok(seconds) => (seconds / 86_400, "day"),
    };
    format!("{} old", counted(usize::try_from(count).unwrap_or(usize::MAX), unit))
}

/// What was looked at, in one sentence.
pub(super) fn counts(report: &Report) -> String {
    let summary = &report.summary;
    if summary.root_modules == 0 && report.apart.scope.is_some() {
        return "checked nothing".to_owned();
    }
    if summary.root_modules == 0 {
        return "checked nothing: no root module was loaded".to_owned();
    }
    let workspaces = match summary.workspaces {
        0 => String::new(),
        count => format!(" in {}", counted(count, "workspace")),
    };
    let mut text = format!(
        "checked {}{workspaces}, {}: {} passed, {} failed, {} undecided",
        counted(summary.root_modules, "root module"),
        resources(summary.resource_instances),
        counted(summary.passed, "check"),
        summary.failed,
        summary.undecided
    );
    if summary.waived > 0 {
        text.push_str(&format!(", {} waived", summary.waived));
    }
    if summary.known > 0 {
        text.push_str(&format!(", {} in the baseline", summary.known));
    }
    if summary.errors > 0 {
        text.push_str(&format!(", {}", counted(summary.errors, "error")));
    }
    if !summary.rules_without_match.is_empty() {
        text.push_str(&format!("; rules that matched nothing: {}", summary.rules_without_match.join(", ")));
    }
    text
}

fn resources(count: usize) -> String {
    match count {
        0 => "no resource instances at all".to_owned(),
        _ => counted(count, "resource instance"),
    }
}

/// `1 check`, `2 checks`, `1,234 checks`.
pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", thousands(count))
}

fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn groups_of_three() {
        for (count, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(count), expected);
        }
    }
}
