//! What was looked at, counted.

use super::Reported;
use crate::{diag::Diagnostic, policy::Verdict};

/// The closing numbers. A waived finding counts as waived only.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    pub root_modules: usize,
    /// Evaluations of those root modules that are evaluated in several workspaces.
    pub workspaces: usize,
    pub resource_instances: usize,
    pub passed: usize,
    pub failed: usize,
    pub undecided: usize,
    pub waived: usize,
    /// Findings that the baseline knows; they are counted here only.
    pub known: usize,
    /// Error diagnostics, and rules that could not be evaluated: what was not checked.
    pub errors: usize,
    /// Rule ids, sorted.
    pub rules_without_match: Vec<String>,
}

impl Summary {
    /// Fills in what findings and diagnostics say.
    #[must_use]
    pub(super) fn counting(mut self, findings: &[Reported], diagnostics: &[Diagnostic]) -> Self {
        self.errors = diagnostics.iter().filter(|d| d.is_error()).count();
        for Reported { finding, waiver, .. } in findings {
            let counter = match (waiver, finding.verdict) {
                (Some(_), _) => &mut self.waived,
                (None, Verdict::Fail) => &mut self.failed,
                (None, Verdict::Undecided) => &mut self.undecided,
                (None, Verdict::Error) => &mut self.errors,
            };
            *counter += 1;
        }
        self
    }
}
