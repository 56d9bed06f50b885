//! From hcl-edit's tree to the arena: bodies, and what all lowering shares.

use std::ops::Range;

use ecow::EcoString;
use hcl_edit::{
    Span as _,
    structure::{self, BlockLabel as HclLabel, Structure},
};

use super::{
    shown::Hole,
    survey::Mask,
    text::nfc,
    tree::{Attribute, Block, BlockLabel, Body, ExprId, ExprKind, Node, ObjectItem, Part, Run, StrId, Tree},
};
use crate::{
    addr::name,
    diag::Diagnostic,
    source::{Place, Span, offset},
};

/// Fills one tree from one or more parsed pieces of a source.
#[derive(Debug)]
pub(super) struct Lowering<'s> {
    pub(super) tree: Tree,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) source: &'s str,
    /// Whether the source is a template and not code.
    pub(super) bare: bool,
    /// Sorted; see [`super::survey`].
    pub(super) masks: Vec<Mask>,
    /// Whether every object literal with two keys is among the masks.
    pub(super) all_masked: bool,
    /// Still to be parsed.
    pub(super) holes: Vec<Hole>,
    /// Where the piece that is being lowered starts in the source.
    pub(super) base: usize,
    /// How deep the expression that is being lowered is nested.
    pub(super) depth: u32,
}

impl<'s> Lowering<'s> {
    pub(super) fn new(tree: Tree, source: &'s str) -> Self {
        Self {
            tree,
            diagnostics: Vec::new(),
            source,
            bare: false,
            masks: Vec::new(),
            all_masked: false,
            holes: Vec::new(),
            base: 0,
            depth: 0,
        }
    }

    pub(super) fn body(&mut self, body: &structure::Body, span: Span) -> Body {
        let (mut attributes, mut blocks) = (Vec::new(), Vec::new());
        for item in body {
            match item {
                Structure::Attribute(attribute) => attributes.push(self.attribute(attribute)),
                Structure::Block(block) => blocks.push(self.block(block)),
            }
        }
        Body { attributes: attributes.into(), blocks: blocks.into(), span }
    }

    fn attribute(&mut self, attribute: &structure::Attribute) -> Attribute {
        let value = self.expr(&attribute.value);
        let name_span = self.span_of(attribute.key.span());
        let span = name_span.to(self.tree.node(value).span);
        Attribute { name: name(attribute.key.as_str()), name_span, value, span }
    }

    pub(super) fn block(&mut self, block: &structure::Block) -> Block {
        let span = self.span_of(block.span());
        let ty_span = self.span_of(block.ident.span());
        let labels: Box<[BlockLabel]> = block.labels.iter().map(|label| self.label(label)).collect();
        let header = labels.last().map_or(ty_span, |last| ty_span.to(last.span));
        let inside = self.inside_braces(header, span);
        let body = self.body(&block.body, inside);
        Block { ty: name(block.ident.as_str()), ty_span, labels, body, header, span }
    }

    fn label(&self, label: &HclLabel) -> BlockLabel {
        let (range, plain) = match label {
            HclLabel::Ident(ident) => (ident.span(), self.plain_string(self.span_of(ident.span()))),
            HclLabel::String(string) => (string.span(), None),
        };
        let text = plain.unwrap_or_else(|| nfc(label.as_str()));
        BlockLabel { text: name(&text), span: self.span_of(range) }
    }

    /// Only spaces and comments stand between a header and its brace.
    fn inside_braces(&self, header: Span, span: Span) -> Span {
        let after = self.text(Span::new(header.end, span.end));
        let brace = super::scan::skip_trivia(after);
        let start = header.end + offset(brace) + 1;
        Span::new(start.min(span.end), span.end.saturating_sub(1).max(start.min(span.end)))
    }

    pub(super) fn push(&mut self, kind: ExprKind, span: Span) -> ExprId {
        self.tree.nodes.push(Node { kind, span });
        ExprId(offset(self.tree.nodes.len() - 1))
    }

    pub(super) fn intern(&mut self, text: impl Into<EcoString>) -> StrId {
        self.tree.strings.push(text.into());
        StrId(offset(self.tree.strings.len() - 1))
    }

    pub(super) fn list_run(&mut self, ids: &[ExprId]) -> Run {
        run(&mut self.tree.lists, ids)
    }

    pub(super) fn item_run(&mut self, items: &[ObjectItem]) -> Run {
        run(&mut self.tree.items, items)
    }

    pub(super) fn part_run(&mut self, parts: &[Part]) -> Run {
        run(&mut self.tree.parts, parts)
    }

    /// hcl-edit's spans count from the start of the piece; parsed nodes always have one.
    pub(super) fn span_of(&self, range: Option<Range<usize>>) -> Span {
        let range = range.unwrap_or(0..0);
        Span::new(offset(self.base + range.start), offset(self.base + range.end))
    }

    pub(super) fn text(&self, span: Span) -> &'s str {
        self.source.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    pub(super) fn error(&mut self, summary: &str, detail: impl Into<String>, span: Span) {
        let place = Place::new(self.tree.file, span);
        self.diagnostics.push(Diagnostic::error(summary, detail, place));
    }
}

fn run<T: Copy>(pool: &mut Vec<T>, items: &[T]) -> Run {
    let start = offset(pool.len());
    pool.extend_from_slice(items);
    Run { start, len: offset(items.len()) }
}
