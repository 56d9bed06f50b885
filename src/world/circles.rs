//! Root modules that read each other's states in a circle: none of them can be applied first.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::World;
use crate::{diag::Diagnostic, eval::StateRead, source::Place};

/// Who reads whose state, and the first place that does.
type Edges<'w> = BTreeMap<&'w Arc<str>, BTreeMap<&'w Arc<str>, &'w StateRead>>;

/// One warning for each circle of root modules, with every place that closes it.
#[must_use]
pub fn circles(world: &World) -> Vec<Diagnostic> {
    let mut edges = Edges::new();
    for read in world.root_modules.iter().flat_map(|root| &root.state_reads) {
        edges.entry(&read.by).or_default().entry(&read.of).or_insert(read);
    }
    let mut told: BTreeSet<&Arc<str>> = BTreeSet::new();
    let mut found = Vec::new();
    for start in edges.keys().copied() {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = circle_from(&edges, start) {
            told.extend(circle.iter().map(|read| &read.by));
            let told_elsewhere =
                |other: &Diagnostic| places(other) == circle.iter().map(|read| read.at).collect::<Vec<_>>();
            // In another workspace it is the same circle.
            if !found.iter().any(told_elsewhere) {
                found.push(diagnostic(&circle));
            }
        }
    }
    found
}

fn places(diagnostic: &Diagnostic) -> Vec<Place> {
    diagnostic.place.into_iter().chain(diagnostic.labels.iter().map(|label| label.place)).collect()
}

/// The shortest way back to a root module.
fn circle_from<'w>(edges: &Edges<'w>, start: &'w Arc<str>) -> Option<Vec<&'w StateRead>> {
    let mut came_by: BTreeMap<&Arc<str>, &StateRead> = BTreeMap::new();
    let mut wave = vec![start];
    while !wave.is_empty() {
        let mut next = Vec::new();
        for by in wave {
            for (of, read) in edges.get(by).into_iter().flatten() {
                if *of == start {
                    return Some(way(&came_by, start, read));
                }
                if !came_by.contains_key(of) {
                    came_by.insert(of, read);
                    next.push(*of);
                }
            }
        }
        wave = next;
    }
    None
}

fn way<'w>(
    came_by: &BTreeMap<&'w Arc<str>, &'w StateRead>,
    start: &'w Arc<str>,
    last: &'w StateRead,
) -> Vec<&'w StateRead> {
    let mut way = vec![last];
    while let Some(read) = way.last().filter(|read| read.by != *start).and_then(|read| came_by.get(&read.by)) {
        way.push(read);
    }
    way.reverse();
    way
}

fn diagnostic(circle: &[&StateRead]) -> Diagnostic {
    let mut names: Vec<&str> = circle.iter().map(|read| &*read.by).collect();
    names.extend(circle.first().map(|read| &*read.by));
    let chain = names.join(" -> ");
    let (detail, summary) = if let [alone] = circle {
        (
            format!("{} reads its own state: before it is first applied, there is none.", alone.by),
            "State that reads itself",
        )
    } else {
        let detail = format!(
            "Each of these root modules reads the state of the next one: {chain}. Before they are first applied there is no \
             state to read, so none of them can be the first."
        );
        (detail, "Root modules read each other's states")
    };
    let at = circle.first().map(|read| read.at);
    let mut diagnostic = match at {
        Some(at) => Diagnostic::warning(summary, detail, at),
        None => Diagnostic::placeless(summary, detail),
    };
    for read in circle.iter().skip(1) {
        diagnostic = diagnostic.with_label(read.at, format!("{} reads the state of {}", read.by, read.of));
    }
    diagnostic
}
