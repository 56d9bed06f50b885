//! How much each verdict weighs: the level alone decides the exit code.

use super::{Enforcement, Settings, UndecidedPolicy};
use crate::{
    diag::Level,
    policy::{Finding, Verdict},
};

/// Levels as the command line and the settings have them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Levels<'s> {
    pub(super) settings: &'s Settings,
    /// `--undecided`: counts more than everything in the settings.
    pub(super) undecided: Option<UndecidedPolicy>,
}

impl Levels<'_> {
    /// The level of a finding; a failing one keeps the policy's own unless the settings have another.
    pub(super) fn of(&self, finding: &Finding) -> Level {
        match finding.verdict {
            Verdict::Error => Level::Error,
            Verdict::Fail => self.enforcement(finding).map_or(finding.level, Enforcement::level),
            Verdict::Undecided => self.undecided(finding).level(),
        }
    }

    fn enforcement(&self, finding: &Finding) -> Option<Enforcement> {
        self.settings.rule(&finding.check.rule)?.enforcement
    }

    /// The nearest one counts: command line, rule, stage, file.
    fn undecided(&self, finding: &Finding) -> UndecidedPolicy {
        let of_rule = || self.settings.rule(&finding.check.rule)?.undecided;
        let of_stage = || self.settings.stage_settings(&finding.root_module)?.undecided;
        self.undecided.or_else(of_rule).or_else(of_stage).unwrap_or(self.settings.undecided)
    }
}
