//! How a value came where it is, as a code flow: from the line that decided to the attribute that was judged.

use serde_json::{Value, json};

use super::physical;
use crate::{
    policy::Finding,
    report::spot::Spot,
    source::{Place, Sources},
    value::Hop,
};

/// One flow in one thread; none where the value came from nowhere else.
pub(super) fn code_flows(sources: &Sources, finding: &Finding) -> Option<Value> {
    let mut steps: Vec<Value> = finding.origin.iter().rev().filter_map(|hop| step(sources, hop)).collect();
    let is_at_start =
        finding.origin.first().is_some_and(|hop| on_line(sources, hop.at) == on_line(sources, finding.place));
    if !is_at_start {
        steps.extend(location(sources, finding.place, "judged here"));
    }
    (steps.len() > 1).then(|| json!([{ "threadFlows": [{ "locations": steps }] }]))
}

fn on_line(sources: &Sources, place: Place) -> Option<(String, u32)> {
    Spot::of(sources, place).map(|spot| (spot.file, spot.line))
}

/// `local.ha (local)`: no value is told, which may be a secret.
fn step(sources: &Sources, hop: &Hop) -> Option<Value> {
    let (name, what) = (sources.text_at(hop.name), hop.what.as_str());
    let text = if name.is_empty() { what.to_owned() } else { format!("{name} ({what})") };
    location(sources, hop.at, &text)
}

fn location(sources: &Sources, place: Place, text: &str) -> Option<Value> {
    let spot = Spot::of(sources, place)?;
    Some(json!({ "location": { "physicalLocation": physical(&spot), "message": { "text": text } } }))
}
