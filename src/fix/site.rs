//! Where the value of an argument is decided.

use super::{Asked, NoFix, passes_on};
use crate::{
    source::Place,
    value::{Hop, What},
};

/// The place that decides an argument of the judged block, if it is configured; none if it is not.
pub(super) fn decided(asked: &Asked<'_>, name: &str) -> Option<Place> {
    let (first, last) = (asked.finding.origin.first()?, asked.finding.origin.last()?);
    (is_about(asked, first, name) && !is_default(last.what)).then_some(last.at)
}

/// That the value is handed on unchanged, from the line that decides to the judged argument.
pub(super) fn handed_on(asked: &Asked<'_>) -> Result<(), NoFix> {
    let hops = asked.finding.origin.iter().rev().skip(1);
    match hops.into_iter().find(|hop| !passes_on(&asked.sources.text_at(hop.at))) {
        Some(hop) => Err(format!("an expression decides it, at {}", asked.sources.describe(hop.at))),
        None => Ok(()),
    }
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
