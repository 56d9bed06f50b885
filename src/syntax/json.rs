//! The reader of JSON-syntax files. Only a schema tells an argument from a block there, so every object is
//! an expression first; [`Tree::json_body`] and [`Tree::json_blocks`] turn it into what it is used as.

use std::borrow::Cow;

use super::{
    json_text::{Decoded, Offsets},
    lower::Lowering,
    scan::Scanner,
    template::Form,
    text::nfc,
    tree::{Attribute, Body, ExprId, ExprKind, ObjectItem, ObjectKey, Tree},
};
use crate::{
    addr::{Name, name},
    diag::Diagnostic,
    source::{Span, offset},
};

/// How deep values may be nested.
const MAX_DEPTH: u32 = 128;

const STARTS: &str = "A JSON value must start with a brace, a bracket, a number, a string, or a keyword.";
const ROOT: &str =
    "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.";

/// Reads values until the first mistake; what was read until then stays in the tree.
#[derive(Debug)]
pub(super) struct Reader<'s> {
    lowering: Lowering<'s>,
    text: &'s str,
    at: usize,
    depth: u32,
    failed: bool,
    /// Whether the root itself is what could not be read.
    root_failed: bool,
    /// Whether strings are templates, as in configuration; in variable files they are not.
    templates: bool,
    /// The names of the properties around the current place, as far as it matters whether they are constants.
    within: Vec<Name>,
    /// Mistakes in templates: they matter only in a file that is JSON.
    in_templates: Vec<Diagnostic>,
}

/// How many labels stand between the name of a block and its arguments, and which of them Terraform reads without anything
/// to refer to, so that their strings are no templates. An empty list stands for all.
const CONSTANTS: [(&str, usize, &[&str]); 4] = [
    ("module", 1, &["source", "version"]),
    ("output", 1, &["description", "ephemeral", "sensitive"]),
    ("terraform", 0, &[]),
    ("variable", 1, &["default", "deprecated", "description", "ephemeral", "nullable", "sensitive"]),
];

impl<'s> Reader<'s> {
    pub(super) fn new(tree: Tree, text: &'s str) -> Self {
        Self {
            lowering: Lowering::new(tree, text),
            text,
            at: 0,
            depth: 0,
            failed: false,
            root_failed: false,
            templates: true,
            within: Vec::new(),
            in_templates: Vec::new(),
        }
    }

    /// Takes strings for what they are.
    pub(super) const fn literal(mut self) -> Self {
        self.templates = false;
        self
    }

    /// The root object as a body. A root array of objects is taken for one object with all their properties.
    pub(super) fn file(mut self) -> Lowering<'s> {
        let root = self.value("The JSON data ends prematurely.");
        self.spaces();
        if !self.failed && self.at < self.text.len() {
            let span = self.span_from(self.at, self.text.len());
            self.lowering.error("Extraneous data after value", "Extra characters appear after the JSON value.", span);
        }
        if !self.failed {
            self.lowering.diagnostics.append(&mut self.in_templates);
        }
        if self.root_failed {
            let start = self.lowering.tree.node(root).span.start;
            self.lowering.error("Root value must be object", ROOT, Span::new(start, start.saturating_add(1)));
        }
        let bodies = match self.lowering.tree.kind(root) {
            ExprKind::Tuple(list) => self.lowering.tree.list(list).to_vec(),
            _ => vec![root],
        };
        let mut attributes: Vec<Attribute> = Vec::new();
        for body in bodies {
            match self.lowering.tree.json_body(body) {
                Some(body) => attributes.extend(body.attributes),
                None if self.failed && !self.root_failed => {}
                None => self.lowering.error("Root value must be object", ROOT, self.lowering.tree.node(body).span),
            }
        }
        let span = Span::new(0, offset(self.text.len()));
        self.lowering.tree.body = Body { attributes: attributes.into(), blocks: Box::default(), span };
        self.lowering
    }

    fn rest(&self) -> &'s str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn spaces(&mut self) {
        let spaces = self.rest().bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
        self.at += spaces.count();
    }

    fn span_from(&self, start: usize, end: usize) -> Span {
        Span::new(offset(start), offset(end))
    }

    /// The character at the current place.
    fn here(&self) -> Span {
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        self.span_from(self.at, self.at + len)
    }

    fn fail(&mut self, summary: &str, detail: impl Into<String>, span: Span) {
        if !self.failed {
            self.lowering.error(summary, detail, span);
            // Of what ends within a text nothing is left either.
            self.root_failed = self.depth == 0;
        }
        self.failed = true;
    }

    fn value(&mut self, at_end: &str) -> ExprId {
        self.spaces();
        let start = self.at;
        let kind = match self.byte() {
            _ if self.depth >= MAX_DEPTH => {
                let detail = format!("Values can be nested {MAX_DEPTH} levels deep.");
                self.fail("JSON value nested too deeply", detail, self.here());
                ExprKind::Error
            }
            None => {
                self.fail("Missing value", at_end, self.here());
                ExprKind::Error
            }
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => return self.string_value(),
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => return self.number(),
            Some(b'a'..=b'z' | b'A'..=b'Z') => self.keyword(),
            Some(b']' | b'}') => {
                self.fail("Missing JSON value", STARTS, self.here());
                ExprKind::Error
            }
            Some(_) => {
                self.fail("Invalid start of value", STARTS, self.here());
                ExprKind::Error
            }
        };
        self.lowering.push(kind, self.span_from(start, self.at))
    }

    fn nested(&mut self, read: fn(&mut Self) -> ExprKind) -> ExprKind {
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn object(&mut self) -> ExprKind {
        let brace = self.here();
        self.at += 1;
        let mut items: Vec<ObjectItem> = Vec::new();
        while self.goes_on(b'}', items.is_empty(), brace) {
            let Some(item) = self.property() else { break };
            items.push(item);
        }
        ExprKind::Object(self.lowering.item_run(&items))
    }

    fn array(&mut self) -> ExprKind {
        let bracket = self.here();
        self.at += 1;
        let mut values = Vec::new();
        while self.goes_on(b']', values.is_empty(), bracket) {
            values.push(self.value("The JSON data ends prematurely."));
        }
        ExprKind::Tuple(self.lowering.list_run(&values))
    }

    /// Steps over the comma before the next member, or over the end.
    fn goes_on(&mut self, end: u8, first: bool, open: Span) -> bool {
        if self.failed {
            return false;
        }
        self.spaces();
        let object = end == b'}';
        match self.byte() {
            Some(byte) if byte == end => {
                self.at += 1;
                false
            }
            None if first => {
                self.fail("Missing value", "The JSON data ends prematurely.", self.here());
                false
            }
            None => {
                let (summary, detail) = if object {
                    ("Unclosed object", "No closing brace was found for this JSON object.")
                } else {
                    ("Unclosed array", "No closing bracket was found for this JSON array.")
                };
                self.fail(summary, detail, open);
                false
            }
            _ if first => true,
            Some(b',') => self.comma(end),
            Some(_) => {
                let what = if object { "property definition in an object" } else { "value in an array" };
                // Terraform spells it like this.
                let detail = format!("A comma must appear between each {what}.");
                self.recover(byte_of(end));
                self.fail("Missing attribute seperator comma", detail, self.here());
                false
            }
        }
    }

    /// Goes to where Terraform's reader takes up again, which is also where it says that something is missing.
    fn recover(&mut self, (open, close): (u8, u8)) {
        let mut depth = 1_u32;
        while let Some(byte) = self.byte() {
            if byte == b'"' {
                match Decoded::read(self.text, self.at) {
                    Ok((_, end)) => self.at = end,
                    Err(_) => return,
                }
                continue;
            }
            self.at += 1;
            depth = if byte == open { depth.saturating_add(1) } else { depth };
            if byte == close {
                depth = depth.saturating_sub(1);
                if depth <= 1 {
                    break;
                }
            }
        }
        self.spaces();
    }

    fn comma(&mut self, end: u8) -> bool {
        let comma = self.here();
        self.at += 1;
        self.spaces();
        if self.byte() != Some(end) {
            return true;
        }
        if end == b'}' {
            let detail = "JSON does not permit a trailing comma after the final property in an object.";
            self.fail("Trailing comma in object", detail, comma);
        } else {
            let detail = "JSON does not permit a trailing comma after the final value in an array.";
            self.fail("Trailing comma in array", detail, comma);
        }
        false
    }

    fn property(&mut self) -> Option<ObjectItem> {
        if self.byte() != Some(b'"') {
            self.fail("Invalid object property name", "A JSON object property name must be a string", self.here());
            return None;
        }
        let (key_span, text) = self.string()?;
        let key = if self.templates && has_sequence(&text.text) {
            ObjectKey::Expr(self.template(key_span, &text))
        } else {
            ObjectKey::Name(name(&nfc(&text.text)))
        };
        self.spaces();
        if self.byte() != Some(b':') {
            let detail = "A colon must appear between an object property's name and its value.";
            self.fail("Missing property value colon", detail, self.here());
            return None;
        }
        self.at += 1;
        Some(ObjectItem { key, key_span, value: self.value_of(&text.text) })
    }

    /// The value of a property.
    fn value_of(&mut self, name_of: &str) -> ExprId {
        let templates = self.templates;
        let matters = self.within.len() < 3;
        if matters {
            self.within.push(name(name_of));
            self.templates &= !self.is_constant();
        }
        let value = self.value("The JSON data ends prematurely.");
        self.templates = templates;
        if matters {
            self.within.pop();
        }
        value
    }

    /// Whether the property that was entered last is one that Terraform reads as a constant.
    fn is_constant(&self) -> bool {
        let Some((block, inner)) = self.within.split_first() else { return false };
        CONSTANTS.iter().any(|(ty, labels, names)| {
            *block == *ty && inner.get(*labels).is_some_and(|of| names.is_empty() || names.contains(&of.as_str()))
        })
    }

    /// The string at the current place with its quotes, decoded.
    fn string(&mut self) -> Option<(Span, Decoded<'s>)> {
        let start = self.at;
        match Decoded::read(self.text, start) {
            Ok((decoded, end)) => {
                self.at = end;
                Some((self.span_from(start, end), decoded))
            }
            Err(at) => {
                self.at = at;
                self.fail("Invalid JSON string", "There is a syntax error in the given JSON string.", self.here());
                None
            }
        }
    }

    fn string_value(&mut self) -> ExprId {
        let start = self.at;
        let Some((span, decoded)) = self.string() else {
            return self.lowering.push(ExprKind::Error, self.span_from(start, self.at));
        };
        if self.templates && has_sequence(&decoded.text) {
            return self.template(span, &decoded);
        }
        let text = self.lowering.intern(nfc(&decoded.text));
        self.lowering.push(ExprKind::String(text), span)
    }

    /// A string is a template. It is parsed as a source of its own, and its places are moved afterwards.
    fn template(&mut self, span: Span, decoded: &Decoded<'_>) -> ExprId {
        let empty = Tree::empty(self.lowering.tree.file);
        let tree = std::mem::replace(&mut self.lowering.tree, empty);
        let before = tree.marks();
        let mut inner = Lowering::new(tree, &decoded.text);
        let id = inner.whole_template(Form::Plain);
        inner.fill_holes();
        self.lowering.tree = inner.tree;
        self.lowering.tree.comments = Box::default();
        self.lowering.tree.move_since(before, |place| decoded.offsets.moved(place));
        if let Some(node) = self.lowering.tree.nodes.get_mut(id.0 as usize) {
            node.span = span;
        }
        for mut diagnostic in inner.diagnostics {
            diagnostic.place = diagnostic.place.map(|place| self.lowering.tree.at(decoded.offsets.moved(place.span)));
            self.in_templates.push(diagnostic);
        }
        id
    }

    fn number(&mut self) -> ExprId {
        let start = self.at;
        let token = self.rest().bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'));
        self.at += token.count();
        let span = self.span_from(start, self.at);
        let text = self.text.get(start..self.at).unwrap_or_default();
        if !is_number(text) {
            self.fail("Invalid JSON number", "There is a syntax error in the given JSON number.", span);
            return self.lowering.push(ExprKind::Error, span);
        }
        let digits = text.trim_start_matches('-');
        let kind = ExprKind::Number(self.lowering.intern(digits));
        let id = self.lowering.push(kind, Span::new(span.end - offset(digits.len()), span.end));
        if text.starts_with('-') { self.lowering.push(ExprKind::Negate(id), span) } else { id }
    }

    fn keyword(&mut self) -> ExprKind {
        let start = self.at;
        self.at += self.rest().bytes().take_while(u8::is_ascii_alphanumeric).count();
        match self.text.get(start..self.at).unwrap_or_default() {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            other => {
                let meant = ["true", "false", "null"]
                    .into_iter()
                    .find(|word| other.eq_ignore_ascii_case(word) || (other.len() > 1 && word.starts_with(other)));
                let hint = meant.map(|word| format!(" Did you mean \"{word}\"?")).unwrap_or_default();
                let detail = format!("\"{other}\" is not a valid JSON keyword.{hint}");
                self.fail("Invalid JSON keyword", detail, self.span_from(start, self.at));
                ExprKind::Error
            }
        }
    }
}

/// The bracket that opens what one closes, and that one.
const fn byte_of(end: u8) -> (u8, u8) {
    if end == b'}' { (b'{', b'}') } else { (b'[', b']') }
}

fn has_sequence(text: &str) -> bool {
    text.contains("${") || text.contains("%{")
}

/// JSON's grammar, which is stricter than Rust's.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    let no_leading_zero = whole == 1 || !unsigned.starts_with('0');
    let after = unsigned.get(whole..).unwrap_or_default();
    let fraction_ok = after.strip_prefix('.').is_none_or(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    whole > 0 && no_leading_zero && fraction_ok && !after.ends_with('.') && text.parse::<f64>().is_ok()
}

/// A string of a JSON file as an expression of the native syntax, as Terraform reads it where it takes no
/// value: `"type": "list(string)"`, `"depends_on": ["aws_vpc.main"]`. Nothing if it is no plain string.
#[must_use]
pub fn static_expression(tree: &Tree, id: ExprId) -> Option<(Tree, ExprId, Vec<crate::diag::Diagnostic>)> {
    let ExprKind::String(text) = tree.kind(id) else { return None };
    let (mut inner, root, mut diagnostics) = super::parse_expression(tree.file, tree.str(text));
    // The place within a string with escapes is not known any more: its start is right in any case.
    let offsets = Offsets::Shifted { by: tree.node(id).span.start + 1, within: tree.node(id).span };
    inner.move_since(Tree::empty(tree.file).marks(), |span| offsets.moved(span));
    inner.comments = Box::default();
    for diagnostic in &mut diagnostics {
        diagnostic.place = diagnostic.place.map(|place| tree.at(offsets.moved(place.span)));
    }
    Some((inner, root, diagnostics))
}

impl Lowering<'_> {
    /// The whole source as one template.
    pub(super) fn whole_template(&mut self, form: Form) -> ExprId {
        let source = self.source;
        let whole = Span::new(0, offset(source.len()));
        self.bare = true;
        let broken = self.survey(Scanner::bare(source));
        let kind = match self.ask_all(whole, broken, Scanner::bare(source), hcl_edit::parser::parse_template) {
            Some(template) => self.template(&template, form),
            None => ExprKind::Error,
        };
        self.push(kind, whole)
    }
}

impl Decoded<'_> {
    const fn new<'s>(text: Cow<'s, str>, offsets: Offsets) -> Decoded<'s> {
        Decoded { text, offsets }
    }

    /// Reads the string whose quote is at `start`: its text, and where it ends; or where it is wrong.
    fn read(source: &str, start: usize) -> Result<(Decoded<'_>, usize), usize> {
        let (text, places, end) = super::json_text::decode(source, start)?;
        let within = Span::new(offset(start), offset(end));
        let offsets = match places {
            None => Offsets::Shifted { by: offset(start + 1), within },
            Some(places) => Offsets::Listed(places),
        };
        Ok((Decoded::new(text, offsets), end))
    }
}
