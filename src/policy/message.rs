//! Messages of a policy: templates whose unknowns and nulls are words.

use crate::{
    diag::Diagnostic,
    eval::{Context, Scope, evaluate},
    syntax::{ExprId, ExprKind, Part, Run, Tree},
    value::{Because, Kind, Marks, Type, Value, convert, show_short},
};

const UNKNOWN: &str = "(known after apply)";
const SENSITIVE: &str = "(sensitive value)";

/// A message as text. What is wrong in it is returned, and reads `(error)` in the text.
pub(super) fn render(cx: &Context<'_>, scope: &dyn Scope, tree: &Tree, id: ExprId) -> (String, Vec<Diagnostic>) {
    let (text, diagnostics) = cx.apart(|| {
        let mut out = String::new();
        Renderer { cx, scope, tree }.expr(id, &mut out);
        out
    });
    (text.trim_end().to_owned(), diagnostics)
}

struct Renderer<'a, 's> {
    cx: &'a Context<'s>,
    scope: &'a dyn Scope,
    tree: &'a Tree,
}

impl Renderer<'_, '_> {
    fn expr(&self, id: ExprId, out: &mut String) {
        match self.tree.kind(self.tree.unwrapped(id)) {
            ExprKind::Template(parts) if self.is_flat(parts) => self.parts(parts, out),
            _ => out.push_str(&shown(&self.value(id))),
        }
    }

    fn value(&self, id: ExprId) -> Value {
        evaluate(self.cx, self.scope, self.tree, id)
    }

    /// Whether the parts can be told one by one: a loop binds names for those inside.
    fn is_flat(&self, parts: Run) -> bool {
        self.tree.parts(parts).iter().all(|part| match *part {
            Part::Literal(_) | Part::Interpolation(_) => true,
            Part::If { then, otherwise, .. } => self.is_flat(then) && self.is_flat(otherwise),
            Part::For { .. } => false,
        })
    }

    fn parts(&self, parts: Run, out: &mut String) {
        for part in self.tree.parts(parts) {
            match *part {
                Part::Literal(text) => out.push_str(self.tree.str(text)),
                Part::Interpolation(id) => out.push_str(&shown(&self.value(id))),
                Part::If { condition, then, otherwise } => match self.value(condition).as_bool() {
                    Some(true) => self.parts(then, out),
                    Some(false) => self.parts(otherwise, out),
                    None => out.push_str(UNKNOWN),
                },
                Part::For { .. } => {}
            }
        }
    }
}

/// A value inside a message.
fn shown(value: &Value) -> String {
    if value.deep_marks().has(Marks::SECRET) {
        return SENSITIVE.to_owned();
    }
    match &value.kind {
        Kind::Null(_) => "null".to_owned(),
        Kind::Unknown(_) if value.is_error() => "(error)".to_owned(),
        Kind::Unknown(unknown) => match (&unknown.known.alias, &unknown.because) {
            (Some(alias), _) => shown(alias),
            (None, Because::Template(parts)) => parts.iter().map(shown).collect(),
            _ => UNKNOWN.to_owned(),
        },
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            let text = convert(value, &Type::String).ok().and_then(|text| text.as_str().cloned());
            text.map_or_else(|| show_short(value), |text| text.to_string())
        }
        _ => show_short(value),
    }
}
