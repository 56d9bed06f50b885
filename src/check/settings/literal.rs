//! Values written out in settings: no references, no calls.

use ecow::EcoString;

use super::body::Problems;
use crate::{
    syntax::{ExprId, ExprKind, ObjectItem, ObjectKey, Tree},
    value::{Type, Value, convert},
};

/// Deeper nesting is refused: nobody writes it, and reading recurses.
const MAX_DEPTH: u32 = 64;

/// The value of a literal; reports anything else.
pub(super) fn value(tree: &Tree, id: ExprId, problems: &mut Problems) -> Option<Value> {
    Literal { tree, problems, depth: 0 }.read(id)
}

/// A key and its value.
pub(super) fn entry(tree: &Tree, item: &ObjectItem, problems: &mut Problems) -> Option<(EcoString, Value)> {
    Literal { tree, problems, depth: 0 }.entry(item)
}

struct Literal<'t, 'p> {
    tree: &'t Tree,
    problems: &'p mut Problems,
    depth: u32,
}

impl Literal<'_, '_> {
    fn read(&mut self, id: ExprId) -> Option<Value> {
        if self.depth > MAX_DEPTH {
            return self.refuse(id, "Values in settings nest no deeper than 64 levels.");
        }
        self.depth += 1;
        let value = self.by_kind(id);
        self.depth -= 1;
        value
    }

    fn by_kind(&mut self, id: ExprId) -> Option<Value> {
        let tree = self.tree;
        match tree.kind(id) {
            ExprKind::Null => Some(Value::null(Type::Any)),
            ExprKind::Bool(value) => Some(Value::bool(value)),
            ExprKind::String(text) => Some(Value::string(tree.str(text).clone())),
            ExprKind::Number(text) => self.number(id, tree.str(text)),
            ExprKind::Negate(inner) => match tree.kind(inner) {
                ExprKind::Number(text) => self.number(id, &format!("-{}", tree.str(text))),
                _ => self.not_literal(id),
            },
            ExprKind::Paren(inner) => self.read(inner),
            ExprKind::Tuple(run) => {
                tree.list(run).iter().map(|item| self.read(*item)).collect::<Option<_>>().map(Value::tuple)
            }
            ExprKind::Object(run) => {
                tree.items(run).iter().map(|item| self.entry(item)).collect::<Option<_>>().map(Value::object)
            }
            // The parser has said what is wrong.
            ExprKind::Error => None,
            _ => self.not_literal(id),
        }
    }

    fn number(&mut self, id: ExprId, text: &str) -> Option<Value> {
        match convert(&Value::string(text), &Type::Number) {
            Ok(number) => Some(number),
            Err(error) => self.refuse(id, &format!("This is not a number: {}.", error.message)),
        }
    }

    fn entry(&mut self, item: &ObjectItem) -> Option<(EcoString, Value)> {
        let key = match item.key {
            ObjectKey::Name(name) => name.as_str().into(),
            ObjectKey::Expr(id) => match self.tree.kind(self.tree.unwrapped(id)) {
                ExprKind::String(text) => self.tree.str(text).clone(),
                _ => return self.not_literal(id),
            },
        };
        Some((key, self.read(item.value)?))
    }

    fn not_literal<T>(&mut self, id: ExprId) -> Option<T> {
        self.refuse(id, "Settings are read before anything is evaluated: write the value itself, without references, calls or operators.")
    }

    fn refuse<T>(&mut self, id: ExprId, detail: &str) -> Option<T> {
        self.problems.error("Value must be literal", detail, self.tree.place(id));
        None
    }
}
