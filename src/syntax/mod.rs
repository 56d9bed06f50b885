//! Text to tree. The only importer of `hcl-edit`.

mod complain;
mod dump;
mod items;
mod json;
mod json_body;
mod json_text;
mod lexeme;
mod lower;
mod lower_expr;
mod prepared;
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
pub use prepared::{prepare, prepared};
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
    survey::{Mask, Survey},
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
    parse_masked(file, text, |_| true)
}

fn parse_masked(file: FileId, text: &str, masked: fn(&Mask) -> bool) -> Parsed {
    let mut lowering = Lowering::new(Tree::empty(file), text);
    let whole = whole(text);
    let broken = lowering.survey(Scanner::new(text, whole));
    lowering.masks.retain(masked);
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

/// Whether a text is nothing but spaces, line breaks and comments.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    trimmed(text).is_empty()
}

/// Whether an expression goes on after its last line: a bracket, a heredoc or a sequence of a template is still open. A
/// quoted string ends with its line in any case.
#[must_use]
pub fn goes_on(text: &str) -> bool {
    // A heredoc's last line is one only with its line break.
    let text = format!("{text}\n");
    let mut scanner = Scanner::new(&text, whole(&text));
    let broken = scanner.by_ref().any(|token| matches!(token.kind, Kind::QuoteBroken | Kind::StrayClose));
    !broken && !scanner.open().is_empty()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::survey::MaskKind;

    const TEXT: &str = "resource \"a\" \"b\" {\n  x = \"é\" # c\n  y = f(\"p\", [\"q\" , \"\"\n])[\"k\"]\n  z = { k = \"v\", \"l\" = \
                        \"${m[\"n\"]}\" }\n  dynamic \"d\" {\n  }\n}\nlocals { t = [for \"o\" in [\"r\"] : \"s\" if \"t\" == \"u\"] }\n";

    const MARKS: [&str; 24] = [
        "\"", "{", "}", "(", ")", "[", "]", "${", "\n", "\r\n", "=", "==", ",", ":", "::", "?", ".", "...", "for ",
        "\\", "#", "/*", "x", " ",
    ];

    fn shown(parsed: &Parsed) -> String {
        format!("{}\n{:?}", parsed.tree.dump(), parsed.diagnostics)
    }

    /// Wherever a name is shown for a string, the tree and the complaints are those of the string.
    #[test]
    fn a_string_shown_as_a_name_changes_nothing() {
        let places: Vec<usize> = (0..TEXT.len()).filter(|at| TEXT.is_char_boundary(*at)).collect();
        for at in places {
            for mark in MARKS {
                let inserted = format!("{}{mark}{}", &TEXT[..at], &TEXT[at..]);
                let plain = parse_masked(FileId(0), &inserted, |mask| mask.kind != MaskKind::PlainString);
                assert_eq!(shown(&parse(FileId(0), &inserted)), shown(&plain), "{inserted}");
            }
        }
    }
}
