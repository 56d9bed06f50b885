//! Templates: strip markers, heredoc indentation, and the nesting of directives.
//!
//! A template is first flattened to a list of pieces, in the order of the text. Terraform trims and
//! dedents on that list, so that a rule sees the line before it and not the directive around it.

use hcl_edit::{
    Span as _,
    expr::Expression,
    template::{Directive, Element, Strip, Template},
};

use super::{
    lower::Lowering,
    text::{nfc, unescape_markers, unescape_quoted},
    tree::{ExprKind, Part, Run},
};
use crate::addr::{Name, name};

/// Where a template stands; it decides how its literal text is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A whole file, or a text of JSON: one literal a line.
    Plain,
    /// In quotes: one literal between two sequences. hcl-edit leaves literals inside of directives as they are written.
    Quoted,
    /// `<<EOT`: one literal a line.
    Heredoc,
    /// `<<-EOT`: the common indentation of the lines is removed.
    Indented,
}

enum PieceKind<'e> {
    Text(String),
    Interpolation(&'e Expression),
    If(&'e Expression),
    Else,
    For {
        key: Option<Name>,
        value: Name,
        collection: &'e Expression,
    },
    /// `endif` or `endfor`; hcl-edit has seen to it that they match.
    End,
}

struct Piece<'e> {
    kind: PieceKind<'e>,
    strip: Strip,
}

impl<'e> Piece<'e> {
    const fn new(kind: PieceKind<'e>, strip: Strip) -> Self {
        Self { kind, strip }
    }

    fn text(&self) -> Option<&str> {
        match &self.kind {
            PieceKind::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Lowering<'_> {
    /// What a template is: a string if nothing in it is evaluated.
    pub(super) fn template(&mut self, template: &Template, form: Form) -> ExprKind {
        let mut pieces = Vec::with_capacity(template.len());
        self.flatten(template, (form, false), &mut pieces);
        trim(&mut pieces);
        if form == Form::Indented {
            dedent(&mut pieces);
        }
        if pieces.iter().all(|p| p.text().is_some()) {
            let text: String = pieces.iter().filter_map(Piece::text).collect();
            return ExprKind::String(self.intern(nfc(&text)));
        }
        // `" ${~ x}"` is a string, `"${x}"` is x itself: the trimmed text must stay visible.
        let keep_empty = pieces.len() == 2;
        let mut pieces = pieces.into_iter();
        ExprKind::Template(self.parts(&mut pieces, keep_empty).0)
    }

    fn flatten<'e>(&self, template: &'e Template, (form, is_inside): (Form, bool), out: &mut Vec<Piece<'e>>) {
        for element in template {
            match element {
                Element::Literal(text) if form == Form::Quoted && is_inside => {
                    let text = unescape_quoted(self.text(self.span_of(text.span())));
                    out.push(Piece::new(PieceKind::Text(text), Strip::None));
                }
                Element::Literal(text) if form == Form::Quoted => {
                    out.push(Piece::new(PieceKind::Text(text.value().clone()), Strip::None));
                }
                Element::Literal(text) => {
                    let source = self.text(self.span_of(text.span()));
                    let lines = source.split_inclusive('\n').map(|line| unescape_markers(line).into_owned());
                    out.extend(lines.map(|line| Piece::new(PieceKind::Text(line), Strip::None)));
                }
                Element::Interpolation(it) => out.push(Piece::new(PieceKind::Interpolation(&it.expr), it.strip)),
                Element::Directive(directive) => self.flatten_directive(directive, form, out),
            }
        }
    }

    fn flatten_directive<'e>(&self, directive: &'e Directive, form: Form, out: &mut Vec<Piece<'e>>) {
        match directive {
            Directive::If(it) => {
                out.push(Piece::new(PieceKind::If(&it.if_expr.cond_expr), it.if_expr.strip));
                self.flatten(&it.if_expr.template, (form, true), out);
                if let Some(otherwise) = &it.else_expr {
                    out.push(Piece::new(PieceKind::Else, otherwise.strip));
                    self.flatten(&otherwise.template, (form, true), out);
                }
                out.push(Piece::new(PieceKind::End, it.endif_expr.strip));
            }
            Directive::For(it) => {
                let head = &it.for_expr;
                let key = head.key_var.as_ref().map(|key| name(key.as_str()));
                let value = name(head.value_var.as_str());
                let kind = PieceKind::For { key, value, collection: &head.collection_expr };
                out.push(Piece::new(kind, head.strip));
                self.flatten(&head.template, (form, true), out);
                out.push(Piece::new(PieceKind::End, it.endfor_expr.strip));
            }
        }
    }

    /// The parts up to the end of this directive (or of the template), and whether an `else` ended them.
    fn parts<'e>(&mut self, pieces: &mut impl Iterator<Item = Piece<'e>>, keep_empty: bool) -> (Run, bool) {
        let mut parts = Vec::new();
        let mut literal: Option<String> = None;
        let mut otherwise = false;
        while let Some(piece) = pieces.next() {
            if let PieceKind::Text(text) = piece.kind {
                literal.get_or_insert_default().push_str(&text);
                continue;
            }
            self.flush(&mut literal, keep_empty, &mut parts);
            match piece.kind {
                PieceKind::Interpolation(expr) => parts.push(Part::Interpolation(self.expr(expr))),
                PieceKind::If(condition) => parts.push(self.if_part(condition, pieces)),
                PieceKind::For { key, value, collection } => {
                    let collection = self.expr(collection);
                    self.reject_glued("in", collection);
                    let body = self.parts(pieces, false).0;
                    parts.push(Part::For { key, value, collection, body });
                }
                PieceKind::Else => {
                    otherwise = true;
                    break;
                }
                PieceKind::End | PieceKind::Text(_) => break,
            }
        }
        self.flush(&mut literal, keep_empty, &mut parts);
        (self.part_run(&parts), otherwise)
    }

    fn flush(&mut self, literal: &mut Option<String>, keep_empty: bool, parts: &mut Vec<Part>) {
        if let Some(text) = literal.take().filter(|text| keep_empty || !text.is_empty()) {
            parts.push(Part::Literal(self.intern(nfc(&text))));
        }
    }

    fn if_part<'e>(&mut self, condition: &'e Expression, pieces: &mut impl Iterator<Item = Piece<'e>>) -> Part {
        let condition = self.expr(condition);
        let (then, has_else) = self.parts(pieces, false);
        let otherwise = if has_else { self.parts(pieces, false).0 } else { Run::default() };
        Part::If { condition, then, otherwise }
    }
}

/// `~` removes the white space of the one literal beside it: but in quotes that is up to the end of the line.
fn trim(pieces: &mut [Piece<'_>]) {
    for i in 0..pieces.len() {
        let Some(strip) = pieces.get(i).map(|p| p.strip) else { continue };
        if strip.strip_start() {
            edit(pieces, i.checked_sub(1), |text| text.truncate(text.trim_end().len()));
        }
        if strip.strip_end() {
            edit(pieces, i.checked_add(1), |text| *text = text.trim_start().to_owned());
        }
    }
}

fn edit(pieces: &mut [Piece<'_>], at: Option<usize>, change: impl FnOnce(&mut String)) {
    if let Some(PieceKind::Text(text)) = at.and_then(|i| pieces.get_mut(i)).map(|p| &mut p.kind) {
        change(text);
    }
}

/// Removes the smallest indentation of all lines from each. A line of white space only does not count
/// and is kept as it is; a line that starts with a sequence counts as not indented.
fn dedent(pieces: &mut [Piece<'_>]) {
    let mut smallest = usize::MAX;
    let mut starts_line = vec![false; pieces.len()];
    let mut at_start = true;
    for (piece, starts) in pieces.iter().zip(&mut starts_line) {
        let text = piece.text();
        if at_start {
            let blank = text.is_some_and(|t| t.trim_start().is_empty() && t.ends_with('\n'));
            if !blank {
                *starts = true;
                smallest = smallest.min(text.map_or(0, indentation));
            }
        }
        at_start = text.is_some_and(|t| t.ends_with('\n'));
    }
    for (piece, starts) in pieces.iter_mut().zip(starts_line) {
        if let PieceKind::Text(text) = &mut piece.kind
            && starts
        {
            *text = text.chars().skip(smallest).collect();
        }
    }
}

fn indentation(text: &str) -> usize {
    text.chars().take_while(|c| c.is_whitespace()).count()
}
