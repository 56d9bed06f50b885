//! `--format json`: a contract, described by `docs/report.schema.json`.

use serde::Serialize;

use crate::{
    account::{self, Recorded, Source},
    check::{Report, Reported, Summary},
    diag::Diagnostic,
    policy::{Edit, Fix, Information, Undecided, Verdict},
    report::{
        accepted_json::{By, Changed, Used},
        changes_json::Planned,
    },
    source::{Place, Sources},
    value::Hop,
};

/// Rises when something that a reader relies on changes; additions do not count.
const VERSION: u32 = 1;

/// The report as JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn json(sources: &Sources, report: &Report) -> Result<String, serde_json::Error> {
    let whole = Whole {
        version: VERSION,
        summary: Counts::of(&report.summary),
        findings: report.findings.iter().map(|reported| Finding::of(sources, reported)).collect(),
        information: report.information.iter().map(|said| Said::of(sources, said)).collect(),
        diagnostics: report.diagnostics.iter().map(|diagnostic| Message::of(sources, diagnostic)).collect(),
        plans: report.plans.iter().map(Planned::of).collect(),
        facts: report.facts.recorded.iter().map(|recorded| Known::of(report, recorded)).collect(),
        waivers: report.apart.waivers.iter().map(|used| Used::of(sources, used)).collect(),
        changed: report.apart.scope.as_ref().map(Changed::of),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

#[derive(Serialize)]
struct Whole<'r> {
    version: u32,
    summary: Counts<'r>,
    findings: Vec<Finding<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    information: Vec<Said<'r>>,
    diagnostics: Vec<Message<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plans: Vec<Planned<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Known<'r>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waivers: Vec<Used<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<Changed<'r>>,
}

/// Facts of accounts that were judged by.
#[derive(Serialize)]
struct Known<'r> {
    /// A file as typed, or `live`.
    source: &'r str,
    recorded_at: String,
    age_seconds: i64,
    sites: Vec<Site<'r>>,
}

#[derive(Serialize)]
struct Site<'r> {
    account: &'r str,
    region: &'r str,
    /// The IAM actions that were not answered.
    untold: Vec<&'r str>,
}

impl<'r> Known<'r> {
    fn of(report: &Report, recorded: &'r Recorded) -> Self {
        let site = |site: &'r account::Site| Site {
            account: &site.account,
            region: &site.region,
            untold: site.untold.iter().map(|untold| untold.action.as_str()).collect(),
        };
        Self {
            source: match &recorded.source {
                Source::File(name) => name,
                Source::Live => "live",
            },
            recorded_at: recorded.at.to_string(),
            age_seconds: report.now.duration_since(recorded.at).as_secs(),
            sites: recorded.sites.iter().map(site).collect(),
        }
    }
}

#[derive(Serialize)]
struct Counts<'r> {
    root_modules: usize,
    #[serde(skip_serializing_if = "is_zero")]
    workspaces: usize,
    resource_instances: usize,
    passed: usize,
    failed: usize,
    undecided: usize,
    waived: usize,
    /// Findings that the baseline knows.
    #[serde(skip_serializing_if = "is_zero")]
    known: usize,
    errors: usize,
    rules_without_match: &'r [String],
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[derive(Serialize)]
struct Finding<'r> {
    check: String,
    verdict: &'static str,
    level: &'static str,
    severity: &'static str,
    root_module: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<&'r str>,
    address: Option<&'r str>,
    message: &'r str,
    help: &'r str,
    controls: &'r [String],
    location: Location,
    policy: Location,
    origin: Vec<Step>,
    #[serde(skip_serializing_if = "Option::is_none")]
    undecided: Option<Unknown<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<By<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Patch<'r>>,
}

/// The patch of a rule as edits of files, back to front.
#[derive(Serialize)]
struct Patch<'r> {
    class: &'static str,
    edits: Vec<Replaced<'r>>,
}

/// Bytes `start` to `end` of a file, counted from 0, and what takes their place.
#[derive(Serialize)]
struct Replaced<'r> {
    file: String,
    start: u32,
    end: u32,
    replacement: &'r str,
}

/// An `info_message`.
#[derive(Serialize)]
struct Said<'r> {
    check: String,
    root_module: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<&'r str>,
    address: Option<&'r str>,
    message: &'r str,
    location: Location,
    policy: Location,
}

#[derive(Serialize)]
pub(super) struct Location {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
pub(super) struct Step {
    what: &'static str,
    name: String,
    file: String,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Unknown<'r> {
    because: &'static str,
    what: &'r str,
    decided_by: &'r str,
}

/// A diagnostic.
#[derive(Serialize)]
pub(super) struct Message<'r> {
    level: &'static str,
    summary: &'r str,
    detail: &'r str,
    location: Option<Location>,
}

impl<'r> Counts<'r> {
    fn of(summary: &'r Summary) -> Self {
        Self {
            root_modules: summary.root_modules,
            workspaces: summary.workspaces,
            resource_instances: summary.resource_instances,
            passed: summary.passed,
            failed: summary.failed,
            undecided: summary.undecided,
            waived: summary.waived,
            known: summary.known,
            errors: summary.errors,
            rules_without_match: &summary.rules_without_match,
        }
    }
}

impl<'r> Finding<'r> {
    fn of(sources: &Sources, reported: &'r Reported) -> Self {
        let finding = &reported.finding;
        let waiver = reported.waiver.as_deref();
        Self {
            check: finding.check.to_string(),
            verdict: verdict(finding.verdict),
            level: finding.level.as_str(),
            severity: finding.severity.as_str(),
            root_module: &finding.root_module,
            workspace: finding.workspace.as_deref(),
            address: finding.address.as_deref(),
            message: &finding.message,
            help: &finding.help,
            controls: &finding.controls,
            location: Location::of(sources, finding.place),
            policy: Location::of(sources, finding.policy_at),
            origin: finding.origin.iter().map(|hop| Step::of(sources, hop)).collect(),
            undecided: finding.undecided.as_ref().map(Unknown::of),
            waiver: waiver.map(|waiver| By::of(sources, waiver)),
            fix: reported.fix.as_ref().map(|fix| Patch::of(sources, fix)),
        }
    }
}

impl<'r> Patch<'r> {
    fn of(sources: &Sources, fix: &'r Fix) -> Self {
        let edit = |edit: &'r Edit| Replaced {
            file: sources.get(edit.at.file).path.to_string(),
            start: edit.at.span.start,
            end: edit.at.span.end,
            replacement: &edit.text,
        };
        Self { class: fix.class.as_str(), edits: fix.edits.iter().map(edit).collect() }
    }
}

impl<'r> Said<'r> {
    fn of(sources: &Sources, said: &'r Information) -> Self {
        Self {
            check: said.check.to_string(),
            root_module: &said.root_module,
            workspace: said.workspace.as_deref(),
            address: said.address.as_deref(),
            message: &said.message,
            location: Location::of(sources, said.place),
            policy: Location::of(sources, said.policy_at),
        }
    }
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Error => "error",
        Verdict::Fail => "fail",
        Verdict::Undecided => "undecided",
    }
}

impl Location {
    pub(super) fn of(sources: &Sources, place: Place) -> Self {
        let file = sources.get(place.file);
        let (start, end) = (file.position(place.span.start), file.position(place.span.end));
        Self {
            file: file.path.to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

impl Step {
    pub(super) fn of(sources: &Sources, hop: &Hop) -> Self {
        let file = sources.get(hop.at.file);
        let at = file.position(hop.at.span.start);
        let name = sources.text_at(hop.name);
        Self { what: hop.what.as_str(), name, file: file.path.to_string(), line: at.line, column: at.column }
    }
}

impl<'r> Unknown<'r> {
    fn of(undecided: &'r Undecided) -> Self {
        Self { because: undecided.because.as_str(), what: &undecided.what, decided_by: &undecided.decided_by }
    }
}

impl<'r> Message<'r> {
    pub(super) fn of(sources: &Sources, diagnostic: &'r Diagnostic) -> Self {
        Self {
            level: diagnostic.level.as_str(),
            summary: &diagnostic.summary,
            detail: &diagnostic.detail,
            location: diagnostic.place.map(|place| Location::of(sources, place)),
        }
    }
}
