//! A policy file after reading: what it declares, as expressions of its tree. Nothing here is evaluated.

use std::sync::Arc;

use ecow::EcoString;
use indexmap::IndexMap;

use super::{Metadata, Severity};
use crate::{
    addr::Name,
    config::TypeDefaults,
    diag::{Diagnostic, Level},
    source::{Place, Span},
    syntax::{ExprId, Tree},
    value::Type,
    world::Operation,
};

/// What a file or a policy declares, in its order. Every reference looks something up here, so that hashing is quick.
pub type Declared<T> = IndexMap<Name, T, foldhash::fast::RandomState>;

/// A rule: its policy files share a stem (`redis-ha.policy.hcl`, `redis-ha.infralint.hcl`).
#[derive(Debug)]
pub struct Rule {
    pub id: EcoString,
    pub files: Vec<Arc<RuleFile>>,
}

/// One policy file. Its inputs and locals are visible in no other file.
#[derive(Debug)]
pub struct RuleFile {
    /// The file's stem.
    pub id: EcoString,
    pub tree: Tree,
    /// The level of policies that state none.
    pub level: Option<ExprId>,
    /// What `required_providers` says.
    pub providers: Vec<RequiredProvider>,
    pub inputs: Declared<Input>,
    pub locals: Declared<Local>,
    pub policies: Vec<Policy>,
    pub metadata: Metadata,
    pub diagnostics: Vec<Diagnostic>,
}

impl RuleFile {
    /// Whether what it says of a root module is decided by that one, and those whose states it reads. Of a function that
    /// is not known to look nowhere else it is not.
    #[must_use]
    pub fn is_about_one_root_module(&self) -> bool {
        let mut own = self.tree.called().filter(|name| name.starts_with("infralint::"));
        own.all(|name| LOOK_NOWHERE_ELSE.contains(&name.as_str()))
    }
}

/// Functions of infralint's own that look at what they are given and at the judged root module.
const LOOK_NOWHERE_ELSE: [&str; 26] = [
    "infralint::address",
    "infralint::arn_account",
    "infralint::cidr_contains",
    "infralint::cidr_overlaps",
    "infralint::cidrsubnet",
    "infralint::coalesce",
    "infralint::comes_from",
    "infralint::configured",
    "infralint::data_kept",
    "infralint::distinct_count",
    "infralint::ignores_changes",
    "infralint::instance_zones",
    "infralint::is_assigned",
    "infralint::is_known",
    "infralint::json",
    "infralint::lookup",
    "infralint::opaque_modules",
    "infralint::prefix_length",
    "infralint::referent",
    "infralint::referrers",
    "infralint::replace",
    "infralint::replacement",
    "infralint::stage_kind",
    "infralint::subnet_zones",
    "infralint::tobool",
    "infralint::tostring",
];

/// A provider that a file is written for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequiredProvider {
    pub source: String,
    /// A version constraint.
    pub version: Option<String>,
}

#[derive(Debug)]
pub struct Input {
    pub name: Name,
    /// The label.
    pub name_at: Span,
    pub ty: Type,
    pub type_defaults: TypeDefaults,
    pub default: Option<ExprId>,
    pub nullable: bool,
    pub sensitive: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Local {
    pub name_at: Span,
    pub value: ExprId,
}

/// What kind of object a policy judges.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PolicyKind {
    Resource,
    Provider,
    Module,
    /// Only in `*.infralint.hcl`.
    RootModule,
}

impl PolicyKind {
    /// The kind a block type declares.
    #[must_use]
    pub fn of_block(ty: &str) -> Option<Self> {
        [Self::Resource, Self::Provider, Self::Module, Self::RootModule].into_iter().find(|k| k.block() == ty)
    }

    /// The block type.
    #[must_use]
    pub const fn block(self) -> &'static str {
        match self {
            Self::Resource => "resource_policy",
            Self::Provider => "provider_policy",
            Self::Module => "module_policy",
            Self::RootModule => "root_module_policy",
        }
    }
}

#[derive(Debug)]
pub struct Policy {
    pub kind: PolicyKind,
    /// The first label: an exact name, or one with `*` for any run of characters.
    pub target: EcoString,
    pub target_at: Span,
    /// The second label.
    pub name: EcoString,
    pub level: Option<ExprId>,
    pub filter: Option<ExprId>,
    pub operations: Vec<Operation>,
    pub locals: Declared<Local>,
    pub enforces: Vec<Enforce>,
    pub header: Span,
    /// Whether anything in it reads `prior_attrs`: it then needs a plan.
    pub reads_prior: bool,
}

impl Policy {
    /// `resource_policy.aws_s3_bucket.encrypted`
    #[must_use]
    pub fn address(&self) -> String {
        format!("{}.{}.{}", self.kind.block(), self.target, self.name)
    }

    /// Whether it judges instances that exist after an apply, as a configuration without a plan has them.
    #[must_use]
    pub fn judges_configuration(&self) -> bool {
        !self.reads_prior && self.operations.iter().any(|o| *o != Operation::Delete)
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Enforce {
    pub condition: ExprId,
    pub error_message: Option<ExprId>,
    pub info_message: Option<ExprId>,
    /// The edit that mends a failure, for the judged object: a template. Only extended files have it.
    pub fix: Option<ExprId>,
    /// The same as a [`Patch`](super::Patch): a template. Only extended files have it.
    pub patch: Option<ExprId>,
    /// The whole block.
    pub at: Span,
}

/// How binding a policy is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum EnforcementLevel {
    Advisory,
    #[default]
    Mandatory,
    MandatoryOverridable,
}

impl EnforcementLevel {
    pub const ALL: [Self; 3] = [Self::Advisory, Self::Mandatory, Self::MandatoryOverridable];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advisory => "advisory",
            Self::Mandatory => "mandatory",
            Self::MandatoryOverridable => "mandatory_overridable",
        }
    }

    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|l| l.as_str() == word)
    }

    /// The level of a finding that fails.
    #[must_use]
    pub const fn finding_level(self) -> Level {
        match self {
            Self::Advisory => Level::Warning,
            Self::Mandatory | Self::MandatoryOverridable => Level::Error,
        }
    }

    /// The severity of a finding whose rule states none.
    #[must_use]
    pub const fn usual_severity(self) -> Severity {
        match self {
            Self::Advisory => Severity::Medium,
            Self::Mandatory | Self::MandatoryOverridable => Severity::High,
        }
    }
}

impl RuleFile {
    #[must_use]
    pub const fn place(&self, span: Span) -> Place {
        self.tree.at(span)
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Whether a target label selects a name: `*` stands for any run of characters, all else for itself.
#[must_use]
pub fn target_matches(target: &str, name: &str) -> bool {
    let mut pieces = target.split('*');
    let Some(rest) = pieces.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let middle: Vec<&str> = pieces.collect();
    let Some((last, middle)) = middle.split_last() else { return rest.is_empty() };
    let after = middle.iter().try_fold(rest, |rest, piece| rest.find(piece).map(|at| &rest[at + piece.len()..]));
    after.is_some_and(|rest| rest.ends_with(last))
}

#[cfg(test)]
mod tests {
    use super::target_matches;

    #[test]
    fn targets_match_anchored_with_stars_for_runs() {
        let cases = [
            ("aws_s3_bucket", "aws_s3_bucket", true),
            ("aws_s3_bucket", "aws_s3_bucket_policy", false),
            ("*", "anything", true),
            ("*", "", true),
            ("aws_*", "aws_x", true),
            ("aws_*", "awscc_x", false),
            ("aws_*_policy", "aws_s3_bucket_policy", true),
            ("aws_*_policy", "aws_policy", false),
            ("*_a*b", "x_a_a_b", true),
            ("a*a", "a", false),
            ("", "a", false),
        ];
        for (target, name, expected) in cases {
            assert_eq!(target_matches(target, name), expected, "{target} on {name}");
        }
    }
}
