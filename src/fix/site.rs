//! Where the value of an argument is decided.

use super::Asked;
use crate::{
    source::Place,
    value::{Hop, What},
};

/// The place that decides an argument of the judged block, if it is configured; none if it is not.
pub(super) fn decided(asked: &Asked<'_>, name: &str) -> Option<Place> {
    let (first, last) = (asked.finding.origin.first()?, asked.finding.origin.last()?);
    (is_about(asked, first, name) && !is_default(last.what)).then_some(last.at)
}

/// Where a block stands that lacks the argument, or that is judged.
pub(super) fn of_block(asked: &Asked<'_>) -> Place {
    let default = asked.finding.origin.last().filter(|hop| is_default(hop.what));
    default.map_or(asked.finding.place, |hop| hop.at)
}

fn is_about(asked: &Asked<'_>, hop: &Hop, name: &str) -> bool {
    match hop.what {
        What::Count => name == "count",
        What::Attribute | What::Backend | What::BackendFile | What::CommandLine => {
            let written = asked.sources.text_at(hop.name);
            let written = written.split(['=', ' ', ':']).next().unwrap_or("").trim_matches('"');
            written.rsplit('.').next() == Some(name)
        }
        _ => false,
    }
}

const fn is_default(what: What) -> bool {
    matches!(what, What::ProviderDefault | What::ApiDefault | What::NotConfigured)
}
