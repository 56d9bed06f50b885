//! A body of which something is wrong: each item by itself, so that one mistake costs one item.

use hcl_edit::{parser, structure::Structure};

use super::{
    complain::{self, Complaint},
    items::{Item, Items},
    lower::Lowering,
    scan::{Bracket, Kind, Token},
    shown::Objection,
    tree::{Attribute, Block, Body, ExprKind},
};
use crate::{addr::name, source::Span};

/// How deep blocks may be nested before what is inside is no longer looked at; hcl-edit's own limit.
const MAX_BLOCKS: u32 = 64;

#[derive(Default)]
struct Found {
    attributes: Vec<Attribute>,
    blocks: Vec<Block>,
}

impl Lowering<'_> {
    pub(super) fn recover_file(&mut self, span: Span) -> Body {
        self.recover(Items::of_file(self.source), span, 0)
    }

    fn recover(&mut self, items: Items<'_>, span: Span, depth: u32) -> Body {
        let mut found = Found::default();
        for item in items {
            self.recover_item(&item, &mut found, depth);
        }
        self.reject_redefined(&mut found.attributes);
        Body { attributes: found.attributes.into(), blocks: found.blocks.into(), span }
    }

    fn recover_item(&mut self, item: &Item, found: &mut Found, depth: u32) {
        let objection = if item.is_broken(self.source) {
            Objection { at: item.span.start, message: String::new() }
        } else {
            match self.ask(item.span, ["", "\n"], parser::parse_body) {
                Ok(body) => {
                    let body = self.body(&body, item.span);
                    found.attributes.extend(body.attributes);
                    return found.blocks.extend(body.blocks);
                }
                Err(objection) => objection,
            }
        };
        let said = self.diagnostics.len();
        self.salvage(item, found, depth);
        if self.diagnostics.len() == said {
            let first = complain::in_body(self.source, item, &objection);
            // After the first mistake of a file Terraform's parser says no more of its own.
            let besides = complain::besides(self.source, item, &first).filter(|_| said == 0);
            self.complain(first);
            besides.into_iter().for_each(|complaint| self.complain(complaint));
        }
    }

    fn salvage(&mut self, item: &Item, found: &mut Found, depth: u32) {
        let equals = item.tokens.get(1).filter(|token| self.text(token.span) == "=");
        match (item.tokens.first(), equals) {
            (Some(first), Some(equals)) if first.kind == Kind::Name => {
                found.attributes.push(self.broken_attribute(item, *first, *equals));
            }
            (Some(first), None) if first.kind == Kind::Name && depth < MAX_BLOCKS => {
                found.blocks.extend(self.broken_block(item, depth));
            }
            _ => {}
        }
    }

    fn broken_attribute(&mut self, item: &Item, first: Token, equals: Token) -> Attribute {
        let start = item.tokens.get(2).map_or(equals.span.end, |token| token.span.start);
        let value = self.push(ExprKind::Error, Span::new(start, item.span.end.max(start)));
        Attribute { name: name(self.text(first.span)), name_span: first.span, value, span: item.span }
    }

    fn broken_block(&mut self, item: &Item, depth: u32) -> Option<Block> {
        let at = item.tokens.iter().position(|token| token.kind == Kind::Open(Bracket::Block))?;
        let brace = item.tokens.get(at)?.span;
        let header = Span::new(item.span.start, brace.end);
        let Ok(body) = self.ask(header, ["", "}"], parser::parse_body) else { return None };
        let Some(Structure::Block(block)) = body.iter().next() else { return None };
        let mut block = self.block(block);
        let close = item.closes.iter().find(|(opener, _)| *opener == brace).map(|(_, close)| *close);
        let inside = Span::new(brace.end, close.map_or(item.span.end, |close| close.start).max(brace.end));
        block.span = block.span.to(close.unwrap_or(inside));
        let said = self.diagnostics.len();
        if self.spans_lines(item, at, inside) {
            block.body = self.recover(Items::of_block(self.source, inside), inside, depth + 1);
        } else {
            block.body.span = inside;
        }
        // What is not closed inside has taken this block's brace.
        if close.is_some() || self.diagnostics.len() == said {
            self.complain_about_end(item, brace, close);
        }
        Some(block)
    }

    fn spans_lines(&self, item: &Item, brace: usize, inside: Span) -> bool {
        item.tokens.get(brace + 1).is_none_or(|token| token.kind == Kind::Newline || token.span.start >= inside.end)
    }

    fn complain_about_end(&mut self, item: &Item, brace: Span, close: Option<Span>) {
        let Some(close) = close else {
            let complaint = item.unclosed.iter().find(|(_, span)| *span == brace);
            if let Some((mode, span)) = complaint {
                self.complain(complain::unclosed(self.source, *mode, *span));
            }
            return;
        };
        if let Some(token) = item.tokens.iter().find(|token| token.span.start >= close.end) {
            let detail = "A block definition must end with a newline.";
            self.complain(Complaint::new("Missing newline after block definition", detail, token.span));
        }
    }

    /// The first of two arguments with one name counts.
    fn reject_redefined(&mut self, attributes: &mut Vec<Attribute>) {
        let mut seen = std::collections::HashMap::new();
        attributes.retain(|attribute| {
            let first = *seen.entry(attribute.name).or_insert(attribute.name_span);
            if first != attribute.name_span {
                self.redefined(attribute, first);
            }
            first == attribute.name_span
        });
    }

    fn redefined(&mut self, attribute: &Attribute, first: Span) {
        let detail =
            format!("The argument \"{}\" was already set. Each argument may be set only once.", attribute.name);
        self.error("Attribute redefined", detail, attribute.name_span);
        let place = self.tree.at(first);
        if let Some(last) = self.diagnostics.last_mut() {
            last.labels.push(crate::diag::Label { place, text: "first set here".to_owned() });
        }
    }

    pub(super) fn complain(&mut self, complaint: Complaint) {
        self.error(complaint.summary, complaint.detail, complaint.span);
    }
}
