//! Text to tree. The only importer of `hcl-edit`.

mod complain;
mod dump;
mod items;
mod json;
mod json_body;
mod json_text;
mod lower;
mod lower_expr;
mod recover;
mod scan;
mod shown;
mod start;
mod survey;
mod template;
mod text;
mod tree;
mod visit;

pub use json::static_expression;
pub use tree::{
    Attribute, Block, BlockLabel, Body, Call, CallId, Comment, ExprId, ExprKind, For, ForId, Node, ObjectItem,
    ObjectKey, Operator, Part, Run, StrId, Tree,
};
pub use visit::{Reference, StaticStep};

use hcl_edit::parser;

use self::{
    items::Item,
    lower::Lowering,
    scan::{Kind, Scanner},
    shown::Objection,
    survey::Survey,
    template::Form,
};
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
    let whole = whole(text);
    let broken = lowering.survey(Scanner::new(text, whole));
    let parsed = if broken { None } else { lowering.ask_whole(whole) };
    lowering.tree.body = match parsed {
        Some(body) => lowering.body(&body, whole),
        None => lowering.recover_file(whole),
    };
    finish(lowering)
}

/// Parses a JSON-syntax file (`.tf.json`).
#[must_use]
pub fn parse_json(file: FileId, text: &str) -> Parsed {
    let tree = Tree { is_json: true, ..Tree::empty(file) };
    finish(json::Reader::new(tree, text).file())
}

/// Parses a JSON variable file, where strings are no templates.
#[must_use]
pub fn parse_json_values(file: FileId, text: &str) -> Parsed {
    let tree = Tree { is_json: true, ..Tree::empty(file) };
    finish(json::Reader::new(tree, text).literal().file())
}

/// Parses a template file (`templatefile`, `templatestring`); the result is one expression.
#[must_use]
pub fn parse_template(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let id = lowering.whole_template(Form::Plain);
    let parsed = finish(lowering);
    (parsed.tree, id, parsed.diagnostics)
}

/// Parses one expression on its own (`-var`, `eval`).
#[must_use]
pub fn parse_expression(file: FileId, text: &str) -> (Tree, ExprId, Vec<Diagnostic>) {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let whole = whole(text);
    let broken = lowering.survey(Scanner::new(text, whole));
    let inside = trimmed(text);
    let id = match lowering.ask_all(inside, broken, Scanner::new(text, whole), parser::parse_expr) {
        Some(expr) => lowering.expr(&expr),
        None => lowering.push(ExprKind::Error, whole),
    };
    let parsed = finish(lowering);
    (parsed.tree, id, parsed.diagnostics)
}

fn whole(text: &str) -> Span {
    Span::new(0, offset(text.len()))
}

/// Without the spaces and comments around it, which hcl-edit takes only in a body.
fn trimmed(text: &str) -> Span {
    let tokens = Scanner::new(text, whole(text)).filter(|t| !matches!(t.kind, Kind::Comment | Kind::Newline));
    tokens.map(|token| token.span).reduce(Span::to).unwrap_or_default()
}

impl Lowering<'_> {
    /// Whether Terraform refuses the text for something that hcl-edit may overlook.
    fn survey(&mut self, scanner: Scanner<'_>) -> bool {
        let survey = Survey::of(self.source, scanner, survey::LARGE_OBJECT);
        self.tree.comments = survey.comments.into();
        self.masks = survey.masks;
        survey.broken
    }

    /// The whole body, if there is nothing wrong with it.
    fn ask_whole(&mut self, whole: Span) -> Option<hcl_edit::structure::Body> {
        self.ask(whole, ["", ""], parser::parse_body).ok()
    }

    fn ask_all<T>(
        &mut self,
        whole: Span,
        broken: bool,
        scanner: Scanner<'_>,
        parser: fn(&str) -> Result<T, parser::Error>,
    ) -> Option<T> {
        let objection = if broken {
            Objection { at: whole.start, message: String::new() }
        } else {
            match self.ask(whole, ["", ""], parser) {
                Ok(found) => return Some(found),
                Err(objection) => objection,
            }
        };
        let item = Item::whole(scanner, whole);
        self.complain(complain::in_text(self.source, &item, &objection));
        None
    }
}

fn finish(mut lowering: Lowering<'_>) -> Parsed {
    lowering.fill_holes();
    lowering.tree.shrink();
    lowering.diagnostics.sort_by_key(|diagnostic| diagnostic.place.map(|place| place.span.start));
    Parsed { tree: lowering.tree, diagnostics: lowering.diagnostics }
}
