//! Text to tree. The only importer of `hcl-edit`.

mod dump;
mod lower;
mod lower_expr;
mod scan;
mod template;
mod text;
mod tree;

pub use tree::{
    Attribute, Block, BlockLabel, Body, Call, CallId, Comment, ExprId, ExprKind, For, ForId, Node, ObjectItem,
    ObjectKey, Operator, Part, Run, StrId, Tree,
};

use self::{lower::Lowering, template::Form};
use crate::{
    diag::Diagnostic,
    source::{FileId, Span, offset},
};

/// What parsing yields: a tree that can always be used, and what was wrong.
#[derive(Debug)]
pub struct Parsed {
    pub tree: Tree,
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a native-syntax file (`.tf`, `.tfvars`, `.hcl`).
#[must_use]
pub fn parse(file: FileId, text: &str) -> Parsed {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let whole = Span::new(0, offset(text.len()));
    match hcl_edit::parser::parse_body(text) {
        Ok(body) => lowering.tree.body = lowering.body(&body, whole),
        Err(error) => report(&mut lowering, &error, text),
    }
    finish(lowering)
}

/// Parses a JSON-syntax file (`.tf.json`, `.tfvars.json`).
#[must_use]
pub fn parse_json(file: FileId, text: &str) -> Parsed {
    parse(file, text)
}

/// Parses a template file (`templatefile`, `templatestring`); the result is one expression.
#[must_use]
pub fn parse_template(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let whole = Span::new(0, offset(text.len()));
    let kind = match hcl_edit::parser::parse_template(text) {
        Ok(template) => lowering.template(&template, Form::Plain),
        Err(error) => {
            report(&mut lowering, &error, text);
            ExprKind::Error
        }
    };
    let id = lowering.push(kind, whole);
    let parsed = finish(lowering);
    (parsed.tree, id, parsed.diagnostics)
}

/// Parses one expression on its own (`-var`, `eval`).
#[must_use]
pub fn parse_expression(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let id = match hcl_edit::parser::parse_expr(text) {
        Ok(expr) => lowering.expr(&expr),
        Err(error) => {
            report(&mut lowering, &error, text);
            lowering.push(ExprKind::Error, Span::new(0, offset(text.len())))
        }
    };
    let parsed = finish(lowering);
    (parsed.tree, id, parsed.diagnostics)
}

fn report(lowering: &mut Lowering<'_>, error: &hcl_edit::parser::Error, text: &str) {
    let mut at = error.location().offset().min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    lowering.error("Invalid expression", error.message(), Span::new(offset(at), offset(at)));
}

fn finish(lowering: Lowering<'_>) -> Parsed {
    Parsed { tree: lowering.tree, diagnostics: lowering.diagnostics }
}
