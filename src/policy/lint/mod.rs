//! What `infralint rules check` says of a policy file beyond what keeps it from being used: names that the provider's
//! schema does not have, conditions that read nothing, and what another engine would take differently.

mod calls;
mod notes;
mod steps;
mod typing;

pub(super) use typing::{Read, ReadOf, reads};

use super::{PolicyKind, RequiredProvider, RuleFile};
use crate::{
    config::semver::{Version, meets},
    diag::{Diagnostic, Level, nearest},
    schema,
    source::Span,
};

/// Everything that can be said of a file that could be read; `extended` files may use what only infralint has.
#[must_use]
pub fn lint(file: &RuleFile, extended: bool) -> Vec<Diagnostic> {
    if file.has_errors() {
        return Vec::new();
    }
    let mut found = targets(file);
    found.extend(typing::check(file, severity(file)));
    found.extend(notes::notes(file, extended));
    found
}

/// How sure a mismatch with the schema is: a file for other versions of the provider may well be right.
fn severity(file: &RuleFile) -> Level {
    let version = Version::parse(&schema::aws().header().version);
    let is_met = |constraint: &str| version.as_ref().and_then(|version| meets(version, constraint)) != Some(false);
    let aws = file.providers.iter().find(|provider| provider.source.ends_with("/aws") || provider.source == "aws");
    match aws.and_then(|provider| provider.version.as_deref()) {
        Some(constraint) if !is_met(constraint) => Level::Warning,
        _ => Level::Error,
    }
}

/// Whether a resource type is one that the embedded schema would have.
fn is_aws(ty: &str) -> bool {
    ty.starts_with("aws_")
}

/// Targets that select nothing.
fn targets(file: &RuleFile) -> Vec<Diagnostic> {
    let resources = || file.policies.iter().filter(|policy| policy.kind == PolicyKind::Resource);
    let unknown = resources().filter(|policy| !selects(&policy.target));
    let unknown = unknown.map(|policy| unknown_type(file, &policy.target, policy.target_at, severity(file)));
    let foreign = resources().filter_map(|policy| foreign_type(file, &policy.target, policy.target_at));
    unknown.chain(foreign).collect()
}

/// A resource type that none of the providers has which the file says it is written for. Types bear the name of their
/// provider, or its first word (`google` of `google-beta`).
fn foreign_type(file: &RuleFile, ty: &str, at: Span) -> Option<Diagnostic> {
    let prefix = ty.split(['_', '*']).next().filter(|prefix| !prefix.is_empty())?;
    let named = |provider: &RequiredProvider| {
        provider.source.rsplit('/').next().is_some_and(|n| n.split('-').next() == Some(prefix))
    };
    if file.providers.is_empty() || file.providers.iter().any(named) {
        return None;
    }
    let hint = nearest(ty, schema::aws().resource_types());
    let detail = format!("None of the required providers of this file has resources of a type like \"{ty}\".{hint}");
    Some(Diagnostic::warning("Unknown resource type", detail, file.place(at)))
}

fn selects(target: &str) -> bool {
    let types = || schema::aws().resource_types();
    if !target.contains('*') {
        return !is_aws(target) || schema::aws().resource(target).is_some();
    }
    // A star may stand for what other providers have.
    !is_aws(target) || types().any(|ty| super::target_matches(target, ty))
}

fn unknown_type(file: &RuleFile, ty: &str, at: Span, level: Level) -> Diagnostic {
    let header = schema::aws().header();
    let hint = nearest(ty, schema::aws().resource_types());
    let detail =
        format!("Version {} of the provider {} has no resource type \"{ty}\".{hint}", header.version, header.source);
    Diagnostic::new(level, "Unknown resource type", detail, Some(file.place(at)))
}
