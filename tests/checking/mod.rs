//! Judges a folder by the shipped rules, as `infralint check` does, and tells what was found line by line.

use std::path::Path;

use infralint::{
    check::{self, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    policy::{Finding, Verdict},
    source::{Place, Sources},
};

/// A run over a folder.
pub(crate) struct Checked {
    pub sources: Sources,
    pub report: Report,
}

/// What was found, at the place that decided it: where its value was written, else what lacks one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Found {
    pub file: String,
    pub line: u32,
    /// `error`, `undecided`, or `rule error`.
    pub verdict: &'static str,
    /// The policy's label.
    pub check: String,
}

impl Checked {
    /// Checks everything under a folder.
    pub(crate) fn folder(folder: &Path) -> Self {
        let sources = Sources::new(folder.canonicalize().expect("the folder is there"));
        let report = check::run(&sources, &Self::request(sources.root()));
        Self { sources, report }
    }

    /// What a run over a folder is asked.
    pub(crate) fn request(folder: &Path) -> Request {
        Request {
            load: LoadOptions { paths: vec![folder.to_path_buf()], ..LoadOptions::default() },
            rules: RuleSources { shipped: true, folders: Vec::new() },
            undecided: None,
            whole_try: false,
            fail_on: Level::Error,
            jobs: std::num::NonZeroUsize::new(1),
            inputs: infralint::policy::InputSources::default(),
            now: "2026-11-24T00:00:00Z".parse().expect("a time"),
            only: infralint::check::Only::default(),
        }
    }

    pub(crate) fn findings<'c>(&'c self, rule: &'c str) -> impl Iterator<Item = &'c Finding> {
        self.report.findings.iter().map(|reported| &reported.finding).filter(move |f| f.check.rule == rule)
    }

    /// Errors about the configuration and the rules, in words.
    pub(crate) fn errors(&self) -> Vec<String> {
        let errors = self.report.diagnostics.iter().filter(|d| d.is_error());
        errors
            .map(|d| {
                let at = d.place.map(|place| self.line(place)).map_or(String::new(), |(f, l)| format!("{f}:{l}: "));
                format!("{at}{}: {}", d.summary, d.detail)
            })
            .collect()
    }

    pub(crate) fn found(&self, finding: &Finding) -> Found {
        let (file, line) = self.line(finding.origin.last().map_or(finding.place, |hop| hop.at));
        let verdict = match finding.verdict {
            Verdict::Fail => "error",
            Verdict::Undecided => "undecided",
            Verdict::Error => "rule error",
        };
        Found { file, line, verdict, check: finding.check.policy.to_string() }
    }

    pub(crate) fn line(&self, place: Place) -> (String, u32) {
        let file = self.sources.get(place.file);
        (file.path.to_string(), file.position(place.span.start).line)
    }
}
