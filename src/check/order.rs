//! The one order in which everything is shown: by place, whatever thread found it first.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use super::Reported;
use crate::{
    diag::Diagnostic,
    policy::{Finding, Information},
    source::{FileId, Place, SourceFile, Sources},
};

pub(super) fn sort_findings(sources: &Sources, findings: &mut [Reported]) {
    let files = Files::of(sources, findings.iter().map(|r| r.finding.place));
    findings.sort_by(|a, b| finding_order(&files, &a.finding, &b.finding));
}

pub(super) fn sort_information(sources: &Sources, information: &mut [Information]) {
    let files = Files::of(sources, information.iter().map(|said| said.place));
    information.sort_by(|a, b| {
        let whose = |said: &Information| (said.root_module.clone(), said.workspace.clone(), said.address.clone());
        files
            .order(a.place, b.place)
            .then_with(|| a.check.cmp(&b.check))
            .then_with(|| whose(a).cmp(&whose(b)))
            .then_with(|| a.message.cmp(&b.message))
    });
}

/// Sorts, and tells the same thing once (a module called twice reports its mistakes twice).
pub fn sort_diagnostics(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let files = Files::of(sources, diagnostics.iter().filter_map(|d| d.place));
    diagnostics.sort_by(|a, b| diagnostic_order(&files, a, b));
    diagnostics.dedup_by(|a, b| diagnostic_order(&files, a, b).is_eq());
}

fn finding_order(files: &Files, a: &Finding, b: &Finding) -> Ordering {
    let by_place = files.order(a.place, b.place);
    let by_check = || a.check.cmp(&b.check).then_with(|| a.root_module.cmp(&b.root_module));
    by_place
        .then_with(by_check)
        .then_with(|| a.workspace.cmp(&b.workspace))
        .then_with(|| a.address.cmp(&b.address))
        .then_with(|| a.verdict.cmp(&b.verdict))
        .then_with(|| a.message.cmp(&b.message))
}

/// Those without a place come first.
fn diagnostic_order(files: &Files, a: &Diagnostic, b: &Diagnostic) -> Ordering {
    let by_place = match (a.place, b.place) {
        (Some(a), Some(b)) => files.order(a, b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    };
    by_place.then(a.level.cmp(&b.level)).then_with(|| (&a.summary, &a.detail).cmp(&(&b.summary, &b.detail)))
}

/// The files that places are in: ids are given in the order of reading, which differs from run to run.
struct Files(HashMap<FileId, Arc<SourceFile>>);

impl Files {
    fn of(sources: &Sources, places: impl Iterator<Item = Place>) -> Self {
        let mut files = HashMap::new();
        for place in places {
            files.entry(place.file).or_insert_with(|| sources.get(place.file));
        }
        Self(files)
    }

    fn order(&self, a: Place, b: Place) -> Ordering {
        let path = |place: Place| self.0.get(&place.file).map_or("", |file| &*file.path);
        path(a).cmp(path(b)).then_with(|| (a.span.start, a.span.end).cmp(&(b.span.start, b.span.end)))
    }
}
