//! Waivers that are put into files as comments.

use crate::{
    check::Session,
    policy::Finding,
    source::{Place, SourceFile, Span},
    syntax::{self, Block},
};

/// A comment to put in, and what it stands on.
pub(super) struct Proposed {
    pub(super) at: Place,
    pub(super) text: String,
    /// What the comment stands above, for a person.
    pub(super) on: String,
}

/// Where a waiver of a finding may stand: above the judged block, and above the calls of the modules that lead to it.
/// The reason is left empty, which is told until somebody gives one.
pub(super) fn proposed(session: &Session, finding: &Finding) -> Vec<Proposed> {
    let calls = finding.labels.iter().filter(|label| label.text.starts_with("called as ")).map(|label| label.place);
    let mut all: Vec<Proposed> = Vec::new();
    for place in std::iter::once(finding.place).chain(calls) {
        if let Some(proposed) = above(session, place, &finding.check.to_string())
            && all.iter().all(|known| known.at != proposed.at)
        {
            all.push(proposed);
        }
    }
    all
}

fn above(session: &Session, place: Place, check: &str) -> Option<Proposed> {
    let file = session.sources().get(place.file);
    // JSON has no comments.
    if !file.is_on_disk || file.path.ends_with(".json") {
        return None;
    }
    let parsed = syntax::parse(place.file, &file.text);
    let body = &parsed.tree.body;
    let holds = |span: Span| span.start <= place.span.start && place.span.start <= span.end;
    let block = body.blocks.iter().find(|block| holds(block.span));
    let argument = body.attributes.iter().find(|attribute| holds(attribute.span));
    let (start, on) = match (block, argument) {
        (Some(block), _) => (block.span.start, header(block)),
        (None, Some(argument)) => (argument.span.start, argument.name.to_string()),
        (None, None) => return None,
    };
    let line = file.line_span(start);
    let indent = indent(&file, line);
    let newline = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let text = format!("{indent}# infralint:ignore {check} reason=\"\"{newline}");
    Some(Proposed { at: Place::new(place.file, Span::new(line.start, line.start)), text, on })
}

fn indent(file: &SourceFile, line: Span) -> String {
    file.slice(line).chars().take_while(|c| matches!(c, ' ' | '\t')).collect()
}

fn header(block: &Block) -> String {
    let labels = block.labels.iter().map(|label| format!(" \"{}\"", label.text));
    std::iter::once(block.ty.to_string()).chain(labels).collect()
}
