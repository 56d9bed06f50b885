//! `infralint explain ADDRESS --format json`, described by `docs/explain.schema.json`.

use serde::Serialize;

use super::json::{Location, Step};
use crate::{
    source::{Place, Sources},
    value::{Marks, Value, What, encode_json, show_type, show_with_reasons, why},
    world::explain::{Explanation, Origined, Subject},
};

const VERSION: u32 = 1;

#[derive(Serialize)]
struct Whole<'e> {
    version: u32,
    root_module: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    workspace: Option<&'e str>,
    address: &'e str,
    #[serde(flatten)]
    subject: Explained<'e>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repetition: Vec<Hop>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exists: Option<String>,
}

/// One of the three.
#[derive(Serialize)]
#[serde(untagged)]
enum Explained<'e> {
    Value(Valued),
    Block { location: Location, parts: Vec<Part<'e>> },
    Instances { location: Location, instances: &'e [String] },
}

#[derive(Serialize)]
struct Part<'e> {
    name: &'e str,
    #[serde(flatten)]
    value: Valued,
}

#[derive(Serialize)]
struct Valued {
    /// As the console prints it.
    text: String,
    #[serde(rename = "type")]
    ty: String,
    /// Only of what is known as a whole and not secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<serde_json::Value>,
    /// Why it is not known, or not all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
    origin: Vec<Hop>,
}

#[derive(Serialize)]
struct Hop {
    #[serde(flatten)]
    step: Step,
    /// The source line; not of what is secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_text: Option<String>,
}

/// The explanation as JSON, with a newline at its end.
///
/// # Errors
/// When a value has no JSON form; none of those here is such.
pub fn explanation_json(sources: &Sources, explanation: &Explanation) -> Result<String, serde_json::Error> {
    let location = |at: Place| Location::of(sources, at);
    let subject = match &explanation.subject {
        Subject::Value(of) => Explained::Value(valued(sources, of)),
        Subject::Block { at, parts } => Explained::Block {
            location: location(*at),
            parts: parts.iter().map(|(name, of)| Part { name, value: valued(sources, of) }).collect(),
        },
        Subject::Instances { at, addresses } => Explained::Instances { location: location(*at), instances: addresses },
    };
    let whole = Whole {
        version: VERSION,
        root_module: &explanation.root_module,
        workspace: explanation.workspace.as_deref(),
        address: &explanation.address,
        subject,
        repetition: hops(sources, &explanation.repetition),
        exists: explanation.exists.as_ref().map(show_with_reasons),
    };
    serde_json::to_string_pretty(&whole).map(|text| text + "\n")
}

fn valued(sources: &Sources, of: &Origined) -> Valued {
    let value = &of.value;
    let is_open = value.is_wholly_known() && value.deep_marks() == Marks::NONE;
    Valued {
        text: show_with_reasons(value),
        ty: show_type(&value.ty()),
        value: is_open.then(|| json(value)).flatten(),
        unknown: value.deep_unknowns().into_iter().map(why).collect(),
        origin: hops(sources, &of.hops),
    }
}

/// As `jsonencode` has it. Infinity has no JSON form.
fn json(value: &Value) -> Option<serde_json::Value> {
    serde_json::from_str(&encode_json(value)?).ok()
}

fn hops(sources: &Sources, hops: &[crate::value::Hop]) -> Vec<Hop> {
    // What a sensitive value came from is as secret as the value.
    let mut secret = false;
    let hop = |hop: &crate::value::Hop| {
        secret |= matches!(hop.what, What::VariableEnvironment | What::SensitiveVariable);
        let file = sources.get(hop.at.file);
        let line = || file.slice(file.line_span(hop.at.span.start)).trim().to_owned();
        Hop { step: Step::of(sources, hop), line_text: (!secret).then(line) }
    };
    hops.iter().map(hop).collect()
}
