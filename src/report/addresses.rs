//! The address plan of a repository, for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::prose::harmless;
use crate::world::{
    addresses::Kind,
    plan::{Free, Pair, Plan, Use},
};

/// Free blocks that people get to see.
const MAX_LISTED: usize = 8;

/// The plan as text.
#[must_use]
pub fn addresses(plan: &Plan) -> String {
    let mut out = String::new();
    if plan.used.is_empty() && plan.open.is_empty() {
        out.push_str("no address ranges are used\n");
    }
    uses(plan, &mut out);
    if !plan.open.is_empty() {
        out.push_str("\nnot known\n");
        for (root_module, address, hangs_on) in &plan.open {
            let _ = writeln!(out, "  {}", harmless(&format!("{root_module}  {address}  {hangs_on}")));
        }
    }
    if !plan.overlaps.is_empty() {
        out.push_str("\noverlaps\n");
        plan.overlaps.iter().for_each(|pair| overlap(pair, &mut out));
    }
    plan.free.iter().for_each(|free| blocks(free, &mut out));
    out
}

/// Subnets stand indented below what holds them.
fn uses(plan: &Plan, out: &mut String) {
    let shown = |used: &Use| format!("{}{}", if used.is_subnet { "    " } else { "  " }, used.range);
    let width = plan.used.iter().map(|used| shown(used).len()).max().unwrap_or(0);
    let roots = plan.used.iter().map(|used| used.root_module.len()).max().unwrap_or(0);
    if !plan.used.is_empty() {
        out.push_str("in use\n");
    }
    for used in &plan.used {
        let what = if used.what.is_empty() { String::new() } else { format!("  ({})", used.what) };
        let line = format!("{:width$}  {:roots$}  {}{what}", shown(used), used.root_module, used.address);
        let _ = writeln!(out, "{}", harmless(line.trim_end()));
    }
}

fn overlap(pair: &Pair, out: &mut String) {
    let end = |used: &Use| format!("{} {} in {}", used.range, used.address, used.root_module);
    let via = pair.via.as_ref().map_or_else(String::new, |via| format!(" through {via}"));
    let line = format!("{} and {}: {}{via}", end(&pair.one), end(&pair.other), words(pair.kind));
    let _ = writeln!(out, "  {}", harmless(&line));
}

const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Subnets => "subnets of one VPC",
        Kind::Secondary => "ranges of one VPC",
        Kind::Peered => "peered",
        Kind::Transit => "on one transit gateway",
        Kind::DirectConnect => "behind one Direct Connect gateway",
        Kind::Separate => "on one transit gateway, kept apart by route tables",
        Kind::Hub => "peered with one VPC",
        Kind::SameStage => "not connected, in one stage",
        Kind::OtherStage => "not connected, in different stages",
    }
}

fn blocks(free: &Free, out: &mut String) {
    let _ = writeln!(out, "\nfree /{} blocks in {}: {}", free.prefix, free.within, free.count);
    let listed: Vec<String> = free.first.iter().take(MAX_LISTED).map(ToString::to_string).collect();
    if !listed.is_empty() {
        let more = if free.count > listed.len() as u128 { ", …" } else { "" };
        let _ = writeln!(out, "  {}{more}", listed.join(", "));
    }
}

#[derive(Serialize)]
struct Whole<'p> {
    version: u32,
    used: Vec<Range<'p>>,
    unknown: Vec<Unknown<'p>>,
    overlaps: Vec<Overlap<'p>>,
    free: Vec<Blocks>,
}

#[derive(Serialize)]
struct Range<'p> {
    range: String,
    root_module: &'p str,
    address: &'p str,
    subnet: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    what: &'p str,
}

#[derive(Serialize)]
struct Unknown<'p> {
    root_module: &'p str,
    address: &'p str,
    because: &'p str,
}

#[derive(Serialize)]
struct Overlap<'p> {
    kind: &'static str,
    one: Range<'p>,
    other: Range<'p>,
    via: Option<&'p str>,
}

#[derive(Serialize)]
struct Blocks {
    within: String,
    prefix: u32,
    count: u128,
    first: Vec<String>,
}

/// The plan as JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn addresses_json(plan: &Plan) -> Result<String, serde_json::Error> {
    let whole = Whole {
        version: 1,
        used: plan.used.iter().map(range).collect(),
        unknown: plan
            .open
            .iter()
            .map(|(root_module, address, because)| Unknown { root_module, address, because })
            .collect(),
        overlaps: plan
            .overlaps
            .iter()
            .map(|pair| Overlap {
                kind: words(pair.kind),
                one: range(&pair.one),
                other: range(&pair.other),
                via: pair.via.as_deref(),
            })
            .collect(),
        free: plan.free.iter().map(free).collect(),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

fn range(used: &Use) -> Range<'_> {
    Range {
        range: used.range.to_string(),
        root_module: &used.root_module,
        address: &used.address,
        subnet: used.is_subnet,
        what: used.what,
    }
}

fn free(free: &Free) -> Blocks {
    let first = free.first.iter().map(ToString::to_string).collect();
    Blocks { within: free.within.to_string(), prefix: free.prefix, count: free.count, first }
}
