//! Edits of the user's files that mend what rules object to.
//!
//! A rule states its patch as HCL for the judged block ([`Patch`]); here it becomes edits of bytes at the place that
//! decides: the literal in a variable file, a default, an argument of a module; or an argument put into the block. What
//! the edits lead to is judged before anything is written ([`mend`]), and bytes that no edit covers stay as they are.

mod diff;
mod insert;
mod literal;
mod mend;
mod site;

pub use diff::diff;
pub use mend::{Changed, Mended, mend};

use crate::{
    policy::{Edit, Finding, Fix, Patch},
    source::{Sources, Span},
    syntax::{self, Body, ObjectKey, Tree},
};

/// Why a finding has no fix, for a person.
pub type NoFix = String;

/// The fix of a finding, if its rule states one that is possible where the value is decided.
///
/// # Errors
/// With the reason why there is none.
pub fn proposed(sources: &Sources, finding: &Finding) -> Result<Fix, NoFix> {
    let patch = finding.patch.as_ref().ok_or_else(|| "its rule states no patch".to_owned())?;
    let mut edits = edits(sources, finding, patch)?;
    if edits.is_empty() {
        return Err("its patch changes nothing".to_owned());
    }
    edits.sort_by_key(|edit| (edit.at.file.0, std::cmp::Reverse(edit.at.span.start)));
    Ok(Fix { class: patch.class, edits })
}

fn edits(sources: &Sources, finding: &Finding, patch: &Patch) -> Result<Vec<Edit>, NoFix> {
    if let Some(word) = patch.text.strip_prefix("- ") {
        return literal::without(sources, finding, word).map(|edit| vec![edit]);
    }
    let file = sources.add("patch", patch.text.as_str());
    let parsed = syntax::parse(file, &patch.text);
    if parsed.diagnostics.iter().any(crate::diag::Diagnostic::is_error) {
        return Err("the patch of its rule is no HCL".to_owned());
    }
    let asked = Asked { sources, finding, tree: &parsed.tree, text: &patch.text };
    let body = &parsed.tree.body;
    if let Some(resource) = body.blocks_of("resource").next() {
        return insert::beside(&asked, resource).map(|edit| vec![edit]);
    }
    let mut edits = Vec::new();
    for attribute in &body.attributes {
        edits.extend(asked.argument(None, attribute)?);
    }
    for block in &body.blocks {
        edits.extend(insert::nested(&asked, block)?);
    }
    Ok(edits)
}

/// A patch that is asked for a finding.
struct Asked<'a> {
    sources: &'a Sources,
    finding: &'a Finding,
    tree: &'a Tree,
    text: &'a str,
}

impl Asked<'_> {
    fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// An argument as the patch has it, in the judged block or in a block of it.
    fn argument(&self, within: Option<&str>, wanted: &syntax::Attribute) -> Result<Vec<Edit>, NoFix> {
        let value = self.slice(self.tree.node(wanted.value).span);
        if value == "null" {
            return insert::removed(self, wanted.name.as_str());
        }
        if let Some(decided) = site::decided(self, wanted.name.as_str()) {
            site::handed_on(self)?;
            return literal::replaced(self.sources, decided, value).map(|edit| edit.into_iter().collect());
        }
        if wanted.name == "count" {
            return Err("no count decides how many there are".to_owned());
        }
        insert::argument(self, within, (wanted.name.as_str(), value)).map(|edit| edit.into_iter().collect())
    }
}

/// The literal inside a text of the form `value`, `name = value` or `"name" : value`, relative to its start.
fn literal_in(text: &str) -> Option<Span> {
    with_value(text, |tree, id| is_literal(tree, id).then(|| tree.node(id).span))
}

/// What of the value inside such a text; spans are relative to the start of the text.
fn with_value<T: Shifted>(text: &str, ask: impl Fn(&Tree, syntax::ExprId) -> Option<T>) -> Option<T> {
    let scratch = crate::source::FileId(0);
    let (tree, id, found) = syntax::parse_expression(scratch, text);
    if found.is_empty() && !matches!(tree.kind(id), syntax::ExprKind::Error) {
        return ask(&tree, id);
    }
    let (tree, id, found) = syntax::parse_expression(scratch, &format!("{{{text}}}"));
    let syntax::ExprKind::Object(run) = tree.kind(id) else { return None };
    let [item] = tree.items(run) else { return None };
    let named = match item.key {
        ObjectKey::Name(_) => true,
        ObjectKey::Expr(key) => is_literal(&tree, key),
    };
    if !found.is_empty() || !named {
        return None;
    }
    ask(&tree, item.value).map(Shifted::shifted)
}

/// What is told of a text behind a brace that was put before it.
trait Shifted {
    fn shifted(self) -> Self;
}

impl Shifted for Span {
    fn shifted(self) -> Self {
        Self::new(self.start.saturating_sub(1), self.end.saturating_sub(1))
    }
}

impl Shifted for bool {
    fn shifted(self) -> Self {
        self
    }
}

/// Functions whose result is one of their arguments, or the same in another type.
const PASSING: [&str; 9] =
    ["coalesce", "element", "lookup", "one", "tobool", "tonumber", "tostring", "try", "nonsensitive"];

/// Whether the value inside a text is handed on as it is: then a literal it comes from is its literal.
fn passes_on(text: &str) -> bool {
    use syntax::ExprKind::{Binary, Call, Error, Negate, Not, Template};
    let asked = with_value(text, |tree, id| {
        Some(match tree.kind(tree.unwrapped(id)) {
            Binary(..) | Not(_) | Negate(_) | Template(_) | Error => false,
            Call(call) => PASSING.contains(&tree.call(call).name.as_str()),
            _ => true,
        })
    });
    // A hop that is a block or a key says nothing of its own.
    asked.unwrap_or(true)
}

fn is_literal(tree: &Tree, id: syntax::ExprId) -> bool {
    use syntax::ExprKind::{Bool, Null, Number, String};
    matches!(tree.kind(id), Bool(_) | Null | Number(_) | String(_))
}

/// The innermost block that holds an offset.
fn block_at(body: &Body, at: Span) -> Option<&syntax::Block> {
    let holds = |block: &&syntax::Block| block.span.start <= at.start && at.start < block.span.end;
    let outer = body.blocks.iter().find(holds)?;
    Some(block_at(&outer.body, at).unwrap_or(outer))
}
