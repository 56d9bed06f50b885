//! Text to tree. The only importer of `hcl-edit`.

mod tree;

pub use tree::{
    Attribute, Block, BlockLabel, Body, Call, CallId, Comment, ExprId, ExprKind, For, ForId, Node, ObjectItem,
    ObjectKey, Operator, Part, Run, StrId, Tree,
};

use crate::{diag::Diagnostic, source::FileId};

/// What parsing yields: a tree that can always be used, and what was wrong.
#[derive(Debug)]
pub struct Parsed {
    pub tree: Tree,
    pub diagnostics: Vec<Diagnostic>,
}

/// Parses a native-syntax file (`.tf`, `.tfvars`, `.hcl`).
#[must_use]
pub fn parse(file: FileId, text: &str) -> Parsed {
    let _ = text;
    Parsed { tree: Tree::empty(file), diagnostics: Vec::new() }
}

/// Parses a JSON-syntax file (`.tf.json`, `.tfvars.json`).
#[must_use]
pub fn parse_json(file: FileId, text: &str) -> Parsed {
    parse(file, text)
}

/// Parses a template file (`templatefile`, `templatestring`); the result is one expression.
#[must_use]
pub fn parse_template(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    let parsed = parse(file, text);
    (parsed.tree, ExprId(0), parsed.diagnostics)
}

/// Parses one expression on its own (`-var`, `eval`).
#[must_use]
pub fn parse_expression(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    parse_template(file, text)
}
