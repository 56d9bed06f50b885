//! Where in the configuration a finding stands: what a waiver in a comment is held against.

use std::sync::Arc;

use crate::{
    check::{Within, objects::Objects},
    policy::Finding,
    source::{Place, SourceFile, Sources},
};

/// The beginning of a place. Files are told by their path: a variable file is read once for each root module.
pub(super) struct Spot {
    file: Arc<SourceFile>,
    at: u32,
}

impl Spot {
    pub(super) fn is_in(&self, within: &Within) -> bool {
        let end = within.span.end.max(within.span.start + 1);
        within.span.start <= self.at && self.at < end && *self.file.path == *within.path
    }
}

/// Where a finding stands: the judged place, the place that decided its value, the block of the object, and the module calls
/// that made it.
pub(super) fn spots(sources: &Sources, objects: &mut Objects<'_>, finding: &Finding) -> Vec<Spot> {
    let decided = finding.origin.last().map(|hop| hop.at);
    let object = objects.of(finding).and_then(|(_, object)| object);
    let blocks = object.into_iter().flat_map(|object| object.places.iter().copied());
    let places = [finding.place].into_iter().chain(decided).chain(blocks);
    let spot = |place: Place| Spot { file: sources.get(place.file), at: place.span.start };
    places.filter(|place| *place != Place::NOWHERE).map(spot).collect()
}
