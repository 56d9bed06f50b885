//! What a block may hold.

use super::Decoder;
use crate::{
    config::model::{Block, Body, Expr},
    diag::{Diagnostic, did_you_mean},
    source::{Place, Span, offset},
};

/// Between a header and its brace there are only spaces and comments.
const MAX_GAP: u32 = 200;

/// The arguments and nested blocks a block may have.
pub(super) struct Spec {
    pub arguments: &'static [&'static str],
    pub required: &'static [&'static str],
    /// Nested block types, each with the names of its labels.
    pub blocks: &'static [(&'static str, &'static [&'static str])],
}

impl Spec {
    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.arguments).copied()
    }
}

impl Decoder<'_> {
    /// Reports what a body has too much or too little of.
    pub(super) fn expect(&mut self, body: &Body, header: Place, spec: &Spec) {
        self.expect_arguments(body, spec);
        self.expect_blocks(body, spec);
        self.expect_required(body, header, spec.required);
    }

    fn expect_arguments(&mut self, body: &Body, spec: &Spec) {
        for attribute in &body.attributes {
            let name = attribute.name.as_str();
            if spec.names().any(|known| known == name) {
                continue;
            }
            if self.is_json(attribute.value) {
                let known = spec.names().chain(spec.blocks.iter().map(|(ty, _)| *ty));
                self.problems.push(extraneous_property(name, known, attribute.name_at));
                continue;
            }
            let detail = if spec.blocks.iter().any(|(ty, _)| *ty == name) {
                format!(
                    "An argument named {name:?} is not expected here. Did you mean to define a block of type {name:?}?"
                )
            } else {
                format!("An argument named {name:?} is not expected here.{}", did_you_mean(name, spec.names()))
            };
            self.error("Unsupported argument", detail, attribute.name_at);
        }
    }

    fn expect_blocks(&mut self, body: &Body, spec: &Spec) {
        for block in &body.blocks {
            let ty = block.ty.as_str();
            match spec.blocks.iter().find(|(known, _)| *known == ty) {
                Some((_, labels)) => {
                    self.expect_labels(block, labels);
                }
                None => self.unexpected_block(block, spec),
            }
        }
    }

    /// Reports blocks in a body that has arguments of any name and nothing else.
    pub(super) fn no_blocks(&mut self, body: &Body) {
        for nested in &body.blocks {
            let summary = format!("Unexpected {:?} block", nested.ty.as_str());
            self.error(summary, "Blocks are not allowed here.", nested.header);
        }
    }

    fn unexpected_block(&mut self, block: &Block, spec: &Spec) {
        let ty = block.ty.as_str();
        let hint = if spec.names().any(|known| known == ty) {
            format!(" Did you mean to define argument {ty:?}? If so, use the equals sign to assign it a value.")
        } else {
            did_you_mean(ty, spec.blocks.iter().map(|(known, _)| *known))
        };
        self.error(
            "Unsupported block type",
            format!("Blocks of type {ty:?} are not expected here.{hint}"),
            block.header,
        );
    }

    pub(super) fn expect_required(&mut self, body: &Body, header: Place, required: &[&str]) {
        for name in required.iter().filter(|name| body.attribute(name).is_none()) {
            let detail = format!("The argument {name:?} is required, but no definition was found.");
            self.error("Missing required argument", detail, self.opening(header));
        }
    }

    /// The brace after a block's header, which is where Terraform misses things. In JSON the closing one.
    pub(super) fn opening(&self, header: Place) -> Place {
        let file = self.sources.get(header.file);
        let end = header.span.end;
        if file.path.ends_with(".json") && file.slice(header.span) == "{" {
            let rest = Span::new(header.span.start, offset(file.text.len()));
            let close = json_end(file.slice(rest)).map(|at| header.span.start.saturating_add(at));
            return close.map_or(header, |at| Place::new(header.file, Span::new(at, at.saturating_add(1))));
        }
        let rest = file.slice(Span::new(end, end.saturating_add(MAX_GAP).min(offset(file.text.len()))));
        match rest.find('{').and_then(|at| u32::try_from(at).ok()) {
            Some(at) if !file.path.ends_with(".json") => {
                let start = end.saturating_add(at);
                Place::new(header.file, Span::new(start, start.saturating_add(1)))
            }
            _ => header,
        }
    }

    /// Reports labels that are missing or too many; whether the block has what it needs.
    pub(super) fn expect_labels(&mut self, block: &Block, labels: &[&str]) -> bool {
        let (ty, names) = (block.ty, labels.join(", "));
        if let Some(missing) = labels.get(block.labels.len()) {
            let detail = format!("All {ty} blocks must have {} labels ({names}).", labels.len());
            self.error(format!("Missing {missing} for {ty}"), detail, self.opening(block.header));
            return false;
        }
        if let Some((_, at)) = block.labels.get(labels.len()) {
            let detail = match labels.len() {
                0 => format!("No labels are expected for {ty} blocks."),
                n => format!("Only {n} labels ({names}) are expected for {ty} blocks."),
            };
            self.error(format!("Extraneous label for {ty}"), detail, *at);
            return false;
        }
        true
    }

    /// A flag of a body: its constant, or `default`.
    pub(super) fn flag(&mut self, body: &Body, name: &str, default: bool) -> bool {
        let given = body.attribute(name).map(|attribute| attribute.value);
        given.and_then(|value| self.constant_bool(value)).unwrap_or(default)
    }

    /// Both `count` and `for_each` of one block are a mistake; `what` is what they would make many of.
    pub(super) fn repetition(&mut self, body: &Body, what: &str) -> (Option<Expr>, Option<Expr>) {
        let (count, for_each) = (body.attribute("count"), body.attribute("for_each"));
        if let (Some(_), Some(for_each)) = (count, for_each) {
            let detail = format!(
                "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used to be \
                 explicit about the number of {what} to be created."
            );
            self.error("Invalid combination of \"count\" and \"for_each\"", detail, for_each.name_at);
        }
        (count.map(|a| a.value), for_each.map(|a| a.value))
    }
}

/// Where the object ends that a text of JSON begins with: its closing brace.
fn json_end(text: &str) -> Option<u32> {
    let (mut depth, mut in_text, mut escaped) = (0_u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' => depth = depth.saturating_add(1),
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return u32::try_from(at).ok();
                }
            }
            _ => {}
        }
    }
    None
}

/// JSON does not tell arguments from blocks, so neither does this.
pub(in crate::config) fn extraneous_property<'k>(
    name: &str,
    known: impl Iterator<Item = &'k str>,
    at: Place,
) -> Diagnostic {
    let detail = format!("No argument or block type is named {name:?}.{}", did_you_mean(name, known));
    Diagnostic::error("Extraneous JSON object property", detail, at)
}
