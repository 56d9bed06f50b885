//! `infralint explain ADDRESS`, for people.

use super::{
    human::{Look, Writer, at},
    prose,
};
use crate::{
    source::{Place, Sources},
    value::{Hop, Kind, Value, What, show_short, show_type, show_with_reasons},
    world::explain::{Explanation, Origined, Subject},
};

/// Columns of a value in a list of attributes.
const SHORT: usize = 60;

/// What an address stands for, and the way it came.
#[must_use]
pub fn explanation(sources: &Sources, explanation: &Explanation, look: Look) -> String {
    let writer = Writer::new(sources, look);
    let mut out = format!("{}\n", writer.paint.bold(&prose::harmless(&explanation.address)));
    writer.lines("in", &[of_root(explanation)], &mut out);
    match &explanation.subject {
        Subject::Value(of) => value(&writer, of, &mut out),
        Subject::Block { at, parts } => block(&writer, *at, parts, &mut out),
        Subject::Instances { at, addresses } => {
            writer.lines("declared", &declared(&writer, *at), &mut out);
            let lines: Vec<String> = addresses.iter().map(|address| prose::harmless(address)).collect();
            let none = ["none".to_owned()];
            writer.lines("instances", if lines.is_empty() { &none } else { &lines }, &mut out);
        }
    }
    writer.lines("repeated", &writer.table(&writer.rows(explanation.repetition.iter())), &mut out);
    if let Some(on) = &explanation.exists {
        writer.field("may exist", &format!("or not: that hangs on {}", show_with_reasons(on)), &mut out);
    }
    out
}

fn of_root(explanation: &Explanation) -> String {
    let workspace = explanation.workspace.as_ref().map(|name| format!(", workspace {name}")).unwrap_or_default();
    prose::harmless(&format!("{}{workspace}", explanation.root_module))
}

fn value(writer: &Writer<'_>, of: &Origined, out: &mut String) {
    writer.lines("value", &split(&show_with_reasons(&of.value)), out);
    writer.lines("known", &known(&of.value), out);
    writer.lines("type", &split(&show_type(&of.value.ty())), out);
    let rows = writer.rows(of.hops.iter());
    let nowhere = ["nothing that has a name".to_owned()];
    let lines = writer.table(&rows);
    writer.lines("came from", if lines.is_empty() { &nowhere } else { &lines }, out);
}

fn split(text: &str) -> Vec<String> {
    prose::harmless(text).lines().map(str::to_owned).collect()
}

/// What is known of an unknown value all the same.
fn known(value: &Value) -> Vec<String> {
    let Some(unknown) = value.as_unknown() else { return Vec::new() };
    let mut lines = Vec::new();
    if let Some(alias) = &unknown.known.alias {
        lines.push(format!("it will be {}", show_short(alias)));
    }
    let prefix = value.known_prefix();
    if !prefix.is_empty() && unknown.known.alias.is_none() {
        lines.push(format!("it starts with {}", show_short(&Value::string(prefix))));
    }
    if let Some(range) = value.number_range().filter(|range| range.high.is_some() || range.low > 0) {
        lines.push(format!("it is {}", span(range.low, range.high)));
    }
    if let Some(range) = value.length_range().filter(|range| range.high.is_some() || range.low > 0) {
        lines.push(format!("its length is {}", span(range.low, range.high)));
    }
    lines
}

fn span(low: u64, high: Option<u64>) -> String {
    match high {
        Some(high) if high == low => low.to_string(),
        Some(high) => format!("from {low} to {high}"),
        None => format!("at least {low}"),
    }
}

fn declared(writer: &Writer<'_>, place: Place) -> Vec<String> {
    vec![format!("{}  {}", at(writer.sources, place), writer.paint.dim(&writer.line_of(place)))]
}

/// A whole block: what is set, with the line that decided it; then what is not.
fn block(writer: &Writer<'_>, place: Place, parts: &[(String, Origined)], out: &mut String) {
    writer.lines("declared", &declared(writer, place), out);
    let (unset, set): (Vec<_>, Vec<_>) = parts.iter().partition(|(_, of)| is_unset(of));
    let rows: Vec<[String; 3]> = set.iter().map(|(name, of)| part(writer, name, of)).collect();
    let widest = |column: fn(&[String; 3]) -> &String| rows.iter().map(|row| column(row).chars().count()).max();
    let (names, values) = (widest(|row| &row[0]).unwrap_or(0), widest(|row| &row[1]).unwrap_or(0));
    out.push('\n');
    for [name, value, from] in &rows {
        let line = format!("  {name:names$} = {value:values$}  {}", writer.paint.dim(from));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    let names: Vec<&str> = unset.iter().map(|(name, _)| name.as_str()).collect();
    if !names.is_empty() {
        out.push('\n');
        writer.field("not set", &names.join(", "), out);
    }
}

/// Nothing configures it, and nothing fills it in: null, or no blocks.
fn is_unset(of: &Origined) -> bool {
    let is_written = of.hops.first().is_some_and(|hop| !matches!(hop.what, What::NotConfigured | What::Data));
    let is_empty = match &of.value.kind {
        Kind::Null(_) => true,
        Kind::List(items) | Kind::Set(items) => items.items.is_empty(),
        _ => false,
    };
    is_empty && !is_written
}

/// Name and value, and the place that decided it, or who did where nothing is written.
fn part(writer: &Writer<'_>, name: &str, of: &Origined) -> [String; 3] {
    let text = match (of.value.is_known(), of.hops.first().map(|hop| hop.what)) {
        (true, _) | (_, Some(What::NotConfigured)) => show_short(&of.value),
        (_, Some(What::Data)) => "(read from the account)".to_owned(),
        _ => show_with_reasons(&of.value),
    };
    let from = match of.hops.last() {
        Some(hop) if matches!(hop.what, What::NotConfigured | What::Data) => String::new(),
        Some(hop) if is_of_provider(hop) => hop.what.as_str().to_owned(),
        Some(hop) => at(writer.sources, hop.at),
        None => String::new(),
    };
    [prose::harmless(name), prose::short(&text, SHORT), from]
}

/// Says nothing by its place: it is the block's header.
const fn is_of_provider(hop: &Hop) -> bool {
    matches!(hop.what, What::ProviderDefault | What::ApiDefault)
}
