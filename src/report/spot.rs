//! Places as other programs name them: a file of the repository, lines and columns from 1.

use crate::{
    policy::Finding,
    source::{Place, Sources},
};

/// A place in a file that a reader of the report can open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Spot {
    /// Relative to the repository's root, or absolute where it lies elsewhere.
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) end_line: u32,
    /// The column after the last character.
    pub(super) end_column: u32,
}

impl Spot {
    /// None for texts that are in no file: the command line, a plan, the shipped rules.
    pub(super) fn of(sources: &Sources, place: Place) -> Option<Self> {
        if place == Place::NOWHERE {
            return None;
        }
        let file = sources.get(place.file);
        let (start, end) = (file.position(place.span.start), file.position(place.span.end.max(place.span.start)));
        file.is_on_disk.then(|| Self {
            file: file.path.to_string(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        })
    }

    /// The place of a finding, or of the nearest thing that has to do with it and is in a file.
    pub(super) fn of_finding(sources: &Sources, finding: &Finding) -> Option<Self> {
        let hops = finding.origin.iter().map(|hop| hop.at);
        let labels = finding.labels.iter().map(|label| label.place);
        std::iter::once(finding.place).chain(hops).chain(labels).find_map(|place| Self::of(sources, place))
    }
}
