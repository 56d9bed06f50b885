//! One root module in several workspaces: what is the same in all of them is told once.

use std::{collections::HashMap, sync::Arc};

use super::Reported;
use crate::{
    diag::{Diagnostic, Label},
    policy::{CheckId, Verdict},
    source::Place,
    value::Hop,
    world::World,
};

/// How many evaluations each root module has, by its path, where there are several.
pub(super) fn evaluations(world: &World) -> HashMap<Arc<str>, usize> {
    let mut counts = HashMap::new();
    for root in world.judged() {
        *counts.entry(Arc::clone(&root.path)).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count > 1);
    counts
}

/// What must be equal for findings of two workspaces to be one.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    root_module: Arc<str>,
    check: CheckId,
    verdict: Verdict,
    address: Option<String>,
    message: String,
    place: Place,
}

/// Findings that are equal in all workspaces of their root module become one, of no workspace.
pub(super) fn fold(findings: Vec<Reported>, evaluations: &HashMap<Arc<str>, usize>) -> Vec<Reported> {
    if evaluations.is_empty() {
        return findings;
    }
    let mut groups: HashMap<Key, Vec<usize>> = HashMap::new();
    for (i, reported) in findings.iter().enumerate() {
        if evaluations.contains_key(&reported.finding.root_module) {
            groups.entry(key(reported)).or_default().push(i);
        }
    }
    let mut dropped = vec![false; findings.len()];
    let mut everywhere = vec![false; findings.len()];
    for (key, group) in &groups {
        let of = |i: &usize| findings.get(*i);
        let all = evaluations.get(&key.root_module) == Some(&group.len());
        let Some((first, others)) = group.split_first() else { continue };
        let are_equal = of(first).is_some_and(|first| others.iter().filter_map(of).all(|other| equal(first, other)));
        if all && are_equal {
            others.iter().for_each(|i| dropped[*i] = true);
            everywhere[*first] = true;
        }
    }
    let kept = findings.into_iter().zip(dropped).zip(everywhere).filter(|((_, dropped), _)| !dropped);
    kept.map(|((mut reported, _), everywhere)| {
        if everywhere {
            reported.finding.workspace = None;
        }
        reported
    })
    .collect()
}

fn key(reported: &Reported) -> Key {
    let finding = &reported.finding;
    Key {
        root_module: Arc::clone(&finding.root_module),
        check: finding.check.clone(),
        verdict: finding.verdict,
        address: finding.address.clone(),
        message: finding.message.clone(),
        place: finding.place,
    }
}

/// Whether findings of one key are one: they came the same way, and both are waived or neither.
fn equal(a: &Reported, b: &Reported) -> bool {
    let way = |reported: &Reported| -> (Vec<Hop>, Vec<Label>) {
        (reported.finding.origin.clone(), reported.finding.labels.clone())
    };
    a.waiver == b.waiver
        && a.finding.level == b.finding.level
        && a.finding.undecided == b.finding.undecided
        && way(a) == way(b)
}

/// Diagnostics of evaluations, each with its root module's path and its workspace. One that is not met in all workspaces
/// of its root module names those it is met in.
pub(super) fn diagnostics<'d>(
    of: impl Iterator<Item = (&'d Arc<str>, Option<&'d str>, &'d [Diagnostic])>,
    evaluations: &HashMap<Arc<str>, usize>,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let mut met: Vec<(&Arc<str>, &Diagnostic, Vec<&str>)> = Vec::new();
    for (path, workspace, diagnostics) in of {
        if !evaluations.contains_key(path) {
            out.extend(diagnostics.iter().cloned());
            continue;
        }
        for diagnostic in diagnostics {
            let workspace = workspace.unwrap_or_default();
            match met.iter_mut().find(|(known, same, _)| *known == path && *same == diagnostic) {
                Some((_, _, workspaces)) if workspaces.contains(&workspace) => {}
                Some((_, _, workspaces)) => workspaces.push(workspace),
                None => met.push((path, diagnostic, vec![workspace])),
            }
        }
    }
    out.extend(met.into_iter().map(|(path, diagnostic, workspaces)| {
        let mut diagnostic = diagnostic.clone();
        if evaluations.get(path) != Some(&workspaces.len()) {
            let plural = if workspaces.len() == 1 { "" } else { "s" };
            diagnostic.detail.push_str(&format!("\n\nIn the workspace{plural} {}.", workspaces.join(", ")));
        }
        diagnostic
    }));
    out
}
