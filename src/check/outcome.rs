//! What goes into a run, and what comes out of it.

use std::{num::NonZeroUsize, path::PathBuf, sync::Arc};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{DescribedCheck, JudgedPlan, Only, Renewed, Scope, Summary, UsedWaiver, Waiver};
use crate::{
    account::Facts,
    config::LoadOptions,
    diag::{Diagnostic, Level},
    policy::{Finding, Fix, Information, InputSources, UndecidedPolicy, Verdict},
};

/// Everything a run depends on besides the files.
#[derive(Clone, Debug)]
pub struct Request {
    pub load: LoadOptions,
    pub rules: RuleSources,
    /// Counts more than the settings file, if given.
    pub undecided: Option<UndecidedPolicy>,
    /// Whether `core::try` is wholly unknown where something is partly unknown, as in HashiCorp's engine.
    pub whole_try: bool,
    /// Findings of this level or a heavier one make the run fail.
    pub fail_on: Level,
    /// Worker threads; as many as there are cores if not given.
    pub jobs: Option<NonZeroUsize>,
    /// Values for inputs of rules.
    pub inputs: InputSources,
    /// When the run began: the day waivers are compared with, and what `core::timestamp()` says.
    pub now: Timestamp,
    /// What it is held against.
    pub only: Only,
}

impl Request {
    pub(super) fn today(&self) -> Date {
        TimeZone::UTC.to_datetime(self.now).date()
    }
}

/// Where rules come from. A rule in a folder replaces the shipped one of the same id.
#[derive(Clone, Debug)]
pub struct RuleSources {
    pub shipped: bool,
    /// Absolute, or relative to the repository's root; later ones win.
    pub folders: Vec<PathBuf>,
}

/// What a run found.
#[derive(Debug)]
pub struct Report {
    /// In the one order; waived ones too.
    pub findings: Vec<Reported>,
    /// What policies say of objects beside verdicts (`info_message`); in the one order.
    pub information: Vec<Information>,
    /// About the configuration, the settings and the rules; in the one order.
    pub diagnostics: Vec<Diagnostic>,
    pub summary: Summary,
    pub fail_on: Level,
    /// The checks there were to judge by, sorted by id.
    pub checks: Vec<DescribedCheck>,
    /// The plans that were judged, in the order of their root modules.
    pub plans: Vec<JudgedPlan>,
    /// What was known of accounts.
    pub facts: Arc<Facts>,
    /// When the run began.
    pub now: Timestamp,
    pub apart: Apart,
}

/// What was set apart from what counts.
#[derive(Clone, Debug, Default)]
pub struct Apart {
    /// The waivers that accept something, by place.
    pub waivers: Vec<UsedWaiver>,
    /// Findings that the baseline knows, in the one order; they are none of the others.
    pub known: Vec<Reported>,
    /// A baseline of what was found, where one is to be written.
    pub renewed: Option<Renewed>,
    /// Where only what has changed was judged.
    pub scope: Option<Scope>,
}

/// A finding, and the waiver that accepts it.
#[derive(Clone, Debug)]
pub struct Reported {
    pub finding: Finding,
    /// Where whoever asked for the report wants it: the patch of the rule as edits of files.
    pub fix: Option<Fix>,
    pub waiver: Option<Arc<Waiver>>,
}

/// What the exit code says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Everything was checked, and nothing at or above the failing level was found.
    Clean,
    /// Everything was checked, and something was found.
    Findings,
    /// Something could not be checked, so nothing is said to be good.
    NotChecked,
}

impl Outcome {
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::NotChecked => 2,
        }
    }
}

impl Report {
    /// A gate fails closed: what was not checked outweighs what was found.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        if self.summary.errors > 0 {
            Outcome::NotChecked
        } else if self.findings.iter().any(|reported| reported.fails(self.fail_on)) {
            Outcome::Findings
        } else {
            Outcome::Clean
        }
    }
}

impl Reported {
    /// One that nothing takes away yet.
    #[must_use]
    pub const fn new(finding: Finding) -> Self {
        Self { finding, fix: None, waiver: None }
    }

    /// Whether this alone makes a run fail.
    #[must_use]
    pub fn fails(&self, fail_on: Level) -> bool {
        self.waiver.is_none() && (self.finding.verdict == Verdict::Error || self.finding.level <= fail_on)
    }
}
