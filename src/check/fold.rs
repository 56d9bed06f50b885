//! The same finding in several root modules, told once.

use std::collections::HashMap;

use super::Reported;
use crate::{
    diag::Level,
    policy::{CheckId, Verdict},
    source::Place,
};

/// Findings that differ in nothing but the root module and the address, in the one order; never empty.
#[derive(Clone, Debug)]
pub struct Folded<'f> {
    pub first: &'f Reported,
    pub others: Vec<&'f Reported>,
}

impl<'f> Folded<'f> {
    pub fn all(&self) -> impl Iterator<Item = &'f Reported> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

/// What must be equal for two findings to be one.
#[derive(PartialEq, Eq, Hash)]
struct Key<'f> {
    check: &'f CheckId,
    verdict: Verdict,
    level: Level,
    place: Place,
    /// Without the root module and the address.
    message: String,
}

/// Folds what is the same; the order is that of the first of each.
pub fn fold<'f>(findings: impl IntoIterator<Item = &'f Reported>) -> Vec<Folded<'f>> {
    let mut folded: Vec<Folded<'f>> = Vec::new();
    let mut known: HashMap<Key<'f>, usize> = HashMap::new();
    for reported in findings {
        let at = *known.entry(key(reported)).or_insert(folded.len());
        match folded.get_mut(at) {
            Some(same) => same.others.push(reported),
            None => folded.push(Folded { first: reported, others: Vec::new() }),
        }
    }
    folded
}

fn key(reported: &Reported) -> Key<'_> {
    let finding = &reported.finding;
    let mut message = finding.message.clone();
    for own in finding.address.as_deref().into_iter().chain([&*finding.root_module]).filter(|own| !own.is_empty()) {
        message = message.replace(own, "\0");
    }
    Key { check: &finding.check, verdict: finding.verdict, level: finding.level, place: finding.place, message }
}
