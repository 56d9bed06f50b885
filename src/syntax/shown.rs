//! Asking hcl-edit: what it is shown of the source, and the object literals it is not shown.

use std::{borrow::Cow, ops::Range};

use ecow::EcoString;
use hcl_edit::{expr::Expression, parser};

use super::{
    complain,
    items::{Item, Items},
    lower::Lowering,
    scan::Scanner,
    survey::{self, Mask, MaskKind, Survey},
    text::nfc,
    tree::{ExprId, ExprKind, ObjectItem},
};
use crate::source::{Span, offset};

/// An object literal that is parsed item by item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hole {
    /// The node that stands for it.
    pub(super) node: ExprId,
    pub(super) span: Span,
    pub(super) depth: u32,
}

/// hcl-edit's objection: where in the source, and what.
#[derive(Debug)]
pub(super) struct Objection {
    pub(super) at: u32,
    pub(super) message: String,
}

impl<'s> Lowering<'s> {
    /// Parses a range of the source, put between two texts of ASCII.
    pub(super) fn ask<T>(
        &mut self,
        range: Span,
        [before, after]: [&str; 2],
        parser: fn(&str) -> Result<T, parser::Error>,
    ) -> Result<T, Objection> {
        let first = self.ask_once(range, [before, after], parser);
        let is_double = |it: &Objection| it.message.contains("redefined object key");
        if !first.as_ref().is_err_and(is_double) {
            return first;
        }
        if !self.all_masked {
            self.all_masked = true;
            self.mask_objects(Span::new(0, offset(self.source.len())));
            let second = self.ask_once(range, [before, after], parser);
            if !second.as_ref().is_err_and(is_double) {
                return second;
            }
        }
        self.mask_objects(range);
        self.ask_once(range, [before, after], parser)
    }

    pub(super) fn ask_once<T>(
        &mut self,
        range: Span,
        [before, after]: [&str; 2],
        parser: fn(&str) -> Result<T, parser::Error>,
    ) -> Result<T, Objection> {
        let shown = self.shown(range);
        let shown =
            if before.is_empty() && after.is_empty() { shown } else { format!("{before}{shown}{after}").into() };
        self.base = (range.start as usize).saturating_sub(before.len());
        parser(&shown).map_err(|error| {
            let at = offset(self.base + error.location().offset());
            Objection { at: at.clamp(range.start, range.end), message: error.message().to_owned() }
        })
    }

    fn shown(&self, range: Span) -> Cow<'s, str> {
        let text = self.text(range);
        let first = self.masks.partition_point(|mask| mask.span.start < range.start);
        let masks = self.masks.get(first..).unwrap_or_default();
        let inside =
            masks.iter().take_while(|mask| mask.span.start < range.end).filter(|mask| mask.span.end <= range.end);
        let mut inside = inside.peekable();
        if inside.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut bytes = text.as_bytes().to_vec();
        let mut hidden = range.start;
        for mask in inside {
            if mask.span.start < hidden {
                continue;
            }
            let (start, end) = ((mask.span.start - range.start) as usize, (mask.span.end - range.start) as usize);
            apply(mask.kind, &mut bytes, start..end);
            if mask.kind == MaskKind::Hole {
                hidden = mask.span.end;
            }
        }
        String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Terraform lets a key occur twice in an object, hcl-edit does not: it shall see no two together.
    fn mask_objects(&mut self, range: Span) {
        let scanner = if self.bare { Scanner::bare(self.source) } else { Scanner::new(self.source, range) };
        let found = Survey::of(self.source, scanner, 1);
        self.masks.extend(found.masks.into_iter().filter(|mask| mask.kind == MaskKind::Hole));
        survey::sort(&mut self.masks);
    }

    /// The text of a plain string that hcl-edit saw as a name.
    pub(super) fn plain_string(&self, span: Span) -> Option<EcoString> {
        self.text(span).strip_prefix('"')?.strip_suffix('"').map(nfc)
    }

    /// The hole that hcl-edit saw as a number at this place.
    pub(super) fn hole_at(&self, start: u32) -> Option<Span> {
        let first = self.masks.partition_point(|mask| mask.span.start < start);
        let mask: &Mask = self.masks.get(first)?;
        (mask.span.start == start && mask.kind == MaskKind::Hole).then_some(mask.span)
    }

    /// Parses what was left out so far. Without recursion: holes inside holes come into the same list.
    pub(super) fn fill_holes(&mut self) {
        while let Some(hole) = self.holes.pop() {
            self.depth = hole.depth;
            let inside = Span::new(hole.span.start + 1, hole.span.end - 1);
            let mut found = Vec::new();
            for item in Items::of_object(self.source, inside) {
                found.extend(self.object_item(&item));
            }
            let run = self.item_run(&found);
            if let Some(node) = self.tree.nodes.get_mut(hole.node.0 as usize) {
                node.kind = ExprKind::Object(run);
            }
            self.depth = 0;
        }
    }

    fn object_item(&mut self, item: &Item) -> Option<ObjectItem> {
        let found = self.ask(item.span, ["{", "\n}"], parser::parse_expr);
        let objection = match found {
            Ok(Expression::Object(object)) if object.len() == 1 => {
                let (key, value) = object.iter().next()?;
                return Some(self.item(key, value.expr()));
            }
            Ok(_) => Objection { at: item.span.start, message: String::new() },
            Err(objection) => objection,
        };
        let complaint = complain::in_object(self.source, item, &objection);
        self.complain(complaint);
        None
    }
}

fn apply(kind: MaskKind, bytes: &mut [u8], range: Range<usize>) {
    let glued = range.start > 0 && bytes.get(range.start - 1).is_some_and(|b| !b.is_ascii_punctuation() && *b > b' ');
    let bytes = bytes.get_mut(range).unwrap_or_default();
    match kind {
        MaskKind::Hole => {
            bytes.fill(b' ');
            // `x{ … }` is wrong, and must not become the name `x0`.
            if let Some(place) = bytes.get_mut(usize::from(glued)) {
                *place = b'0';
            }
        }
        MaskKind::FalseEnd => bytes.fill(b'.'),
        MaskKind::Break => bytes.fill(b' '),
        MaskKind::PlainString => bytes.fill(b'q'),
        MaskKind::Number => {
            for digit in bytes.iter_mut().filter(|b| b.is_ascii_digit()) {
                *digit = b'0';
            }
        }
    }
}
