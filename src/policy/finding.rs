//! What a policy says of one object.

use std::{fmt, sync::Arc};

use ecow::EcoString;

use crate::{
    diag::{Label, Level},
    source::Place,
    value::Hop,
};

/// `rule/policy-label`: the rule is the policy file's stem.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CheckId {
    pub rule: EcoString,
    pub policy: EcoString,
}

impl fmt::Display for CheckId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.rule, self.policy)
    }
}

/// A verdict that is shown. Passed and not applicable ones are only counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Verdict {
    /// The rule itself could not be evaluated.
    Error,
    Fail,
    Undecided,
}

/// How bad the thing found is; says nothing about the exit code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl Severity {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];
        all.into_iter().find(|s| s.as_str() == word)
    }
}

/// Why something is undecided; the words of the JSON contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    UnsetVariable,
    ApplyTime,
    DataSource,
    OtherState,
    OpaqueModule,
    PartialBackend,
    PartialPlan,
    Workspace,
    UnsupportedExpression,
}

impl Reason {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnsetVariable => "unset-variable",
            Self::ApplyTime => "apply-time",
            Self::DataSource => "data-source",
            Self::OtherState => "other-state",
            Self::OpaqueModule => "opaque-module",
            Self::PartialBackend => "partial-backend",
            Self::PartialPlan => "partial-plan",
            Self::Workspace => "workspace",
            Self::UnsupportedExpression => "unsupported-expression",
        }
    }

    /// What would decide it, for a person.
    #[must_use]
    pub const fn decided_by(self) -> &'static str {
        match self {
            Self::UnsetVariable => "-var-file",
            Self::ApplyTime => "terraform apply",
            Self::DataSource => "--live",
            Self::OtherState => "the other root module in the repository",
            Self::OpaqueModule => "terraform init",
            Self::PartialBackend => "-backend-config",
            Self::PartialPlan => "a plan of the whole root module",
            Self::Workspace => "--workspace, or a list of workspaces in .infralint.hcl",
            Self::UnsupportedExpression => "the plan",
        }
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undecided {
    pub because: Reason,
    /// What is unknown: `var.readers`, `data.aws_vpc.main.cidr_block`.
    pub what: String,
    pub decided_by: String,
}

/// How much thought a patch needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PatchClass {
    /// Changes text only, or what nobody notices: no replacement, no cost, no restart.
    Safe,
    /// In place, but it costs money, restarts something, or somebody must agree.
    Review,
}

impl PatchClass {
    /// The word of metadata and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Review => "review",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Safe, Self::Review].into_iter().find(|class| class.as_str() == word)
    }
}

/// The edit that mends a failure, as the rule states it.
///
/// The text is HCL: arguments and nested blocks as the judged block shall have them (`multi_az_enabled = true`; null
/// takes an argument away), or one `resource` block that shall stand beside it, in which `self` is the judged resource.
/// After a hyphen stands a word that is to be taken out of a command (`- -lock=false`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Patch {
    pub class: PatchClass,
    pub text: String,
}

/// A text that takes the place of another one; of an empty span, one that is put in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub at: Place,
    pub text: String,
}

/// The edits that mend one finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    pub class: PatchClass,
    /// Back to front within a file; none overlap.
    pub edits: Vec<Edit>,
}

/// A verdict other than pass, with its place and its origin.
#[derive(Clone, Debug)]
pub struct Finding {
    pub check: CheckId,
    pub verdict: Verdict,
    /// From the enforcement level, or for an undecided one from the undecided policy.
    pub level: Level,
    pub severity: Severity,
    /// The root module's path.
    pub root_module: Arc<str>,
    /// The workspace it holds in; none where the root module has no known one, or it holds in all of them.
    pub workspace: Option<Arc<str>>,
    /// The object's address; none for a finding about the root module itself.
    pub address: Option<String>,
    pub message: String,
    /// Why it matters, in one sentence.
    pub why: String,
    /// The way out, as a person would write it into the file.
    pub help: String,
    pub patch: Option<Patch>,
    pub controls: Vec<String>,
    /// The deciding place: the attribute the failing condition read, else the block's header.
    pub place: Place,
    /// How the deciding value came there, nearest hop first.
    pub origin: Vec<Hop>,
    /// Further places that take part: the other VPC, the module call.
    pub labels: Vec<Label>,
    pub undecided: Option<Undecided>,
    /// The failing `enforce` block in the policy file.
    pub policy_at: Place,
}
