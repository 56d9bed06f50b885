//! Expressions whose value must stand in the text: no references, no functions. Backend arguments,
//! defaults of `optional` attributes, module sources, flags.

use ecow::EcoString;

use super::{decode::Decoder, model::Expr};
use crate::{
    addr::Name,
    syntax::{ExprKind, ObjectItem, ObjectKey, Part, Run},
    value::{Because, Kind, Number, Type, Value, convert},
};

/// Deeper nesting is refused rather than followed.
const MAX_DEPTH: u32 = 200;

impl Decoder<'_> {
    /// The constant value of an expression; [`Value::error`] once what stands in its way has been reported.
    pub(super) fn constant(&mut self, expr: Expr) -> Value {
        self.constant_at(expr, 0)
    }

    /// A constant converted to a primitive type and not null, else Terraform's complaint.
    pub(super) fn constant_of(&mut self, expr: Expr, ty: &Type) -> Option<Value> {
        let before = self.problems.len();
        let value = self.constant(expr);
        if value.is_error() {
            // Terraform goes on with something unknown, and refuses that too.
            if self.problems.len() > before {
                self.error("Unsuitable value type", "Unsuitable value: value must be known", self.place(expr));
            }
            return None;
        }
        let message = match convert(&value, ty) {
            Ok(value) if value.is_null() => "null value is not allowed".to_owned(),
            Ok(value) if value.ty() == *ty => return Some(value),
            Ok(_) => format!("a {} is required", primitive_name(ty)),
            Err(error) => error.message,
        };
        self.error("Unsuitable value type", format!("Unsuitable value: {message}"), self.place(expr));
        None
    }

    /// A constant string.
    pub(super) fn constant_text(&mut self, expr: Expr) -> Option<EcoString> {
        self.constant_of(expr, &Type::String).and_then(|value| value.as_str().cloned())
    }

    /// A constant true or false.
    pub(super) fn constant_bool(&mut self, expr: Expr) -> Option<bool> {
        self.constant_of(expr, &Type::Bool).and_then(|value| value.as_bool())
    }

    fn constant_at(&mut self, expr: Expr, depth: u32) -> Value {
        if depth > MAX_DEPTH {
            self.error("Expression too deep", "This constant is nested too deeply to be read.", self.place(expr));
            return Value::error();
        }
        let tree = self.tree(expr);
        let at = |id| Expr { tree: expr.tree, id };
        match tree.kind(expr.id) {
            ExprKind::Null => Value::null(Type::Any),
            ExprKind::Bool(value) => Value::bool(value),
            ExprKind::Number(text) => number(tree.str(text)),
            ExprKind::String(text) => Value::string(tree.str(text).clone()),
            ExprKind::Template(parts) => self.constant_template(expr, parts, depth),
            ExprKind::Tuple(items) => {
                let items = tree.list(items).iter().map(|id| self.constant_at(at(*id), depth + 1)).collect();
                Value::tuple(items)
            }
            ExprKind::Object(items) => {
                let items = tree.items(items);
                Value::object(items.iter().filter_map(|item| self.constant_entry(expr, item, depth)).collect())
            }
            ExprKind::Paren(inner) => self.constant_at(at(inner), depth + 1),
            ExprKind::Negate(inner) => {
                let value = self.constant_at(at(inner), depth + 1);
                negated(&value).unwrap_or_else(|| self.not_constant(expr))
            }
            ExprKind::Error => Value::error(),
            ExprKind::Call(_) => {
                self.error("Function calls not allowed", "Functions may not be called here.", self.place(expr));
                Value::error()
            }
            _ => self.not_constant(expr),
        }
    }

    /// A reference is a mistake; an operator over constants is merely not worked out here.
    fn not_constant(&mut self, expr: Expr) -> Value {
        match self.first_name(expr, 0) {
            Some(name) => {
                self.error("Variables not allowed", "Variables may not be used here.", self.place(name));
                Value::error()
            }
            None => Value::unknown(Type::Any, Because::Unsupported("an operator in a constant".into())),
        }
    }

    fn constant_entry(&mut self, expr: Expr, item: &ObjectItem, depth: u32) -> Option<(EcoString, Value)> {
        let key = match item.key {
            ObjectKey::Name(name) => EcoString::from(name.as_str()),
            ObjectKey::Expr(id) => {
                let key = self.constant_at(Expr { tree: expr.tree, id }, depth + 1);
                convert(&key, &Type::String).ok()?.as_str()?.clone()
            }
        };
        Some((key, self.constant_at(Expr { tree: expr.tree, id: item.value }, depth + 1)))
    }

    fn constant_template(&mut self, expr: Expr, parts: Run, depth: u32) -> Value {
        let tree = self.tree(expr);
        // Where nothing is evaluated, JSON's strings are no templates.
        if tree.is_json {
            let place = self.place(expr);
            return Value::string(self.sources.get(place.file).slice(place.span).trim_matches('"'));
        }
        let mut text = EcoString::new();
        for part in tree.parts(parts) {
            match part {
                Part::Literal(literal) => text.push_str(tree.str(*literal)),
                Part::Interpolation(id) => {
                    let value = self.constant_at(Expr { tree: expr.tree, id: *id }, depth + 1);
                    match convert(&value, &Type::String) {
                        Ok(Value { kind: Kind::String(piece), .. }) => text.push_str(&piece),
                        _ if value.is_error() => return value,
                        _ => return self.not_constant(expr),
                    }
                }
                Part::If { .. } | Part::For { .. } => return self.not_constant(expr),
            }
        }
        Value::string(text)
    }

    /// The first reference inside an expression that is no constant.
    pub(super) fn first_name(&self, expr: Expr, depth: u32) -> Option<Expr> {
        if depth > MAX_DEPTH {
            return None;
        }
        let inside = |id| self.first_name(Expr { tree: expr.tree, id }, depth + 1);
        let tree = self.tree(expr);
        match tree.kind(expr.id) {
            ExprKind::Name(_) => Some(expr),
            ExprKind::Attr(of, _) | ExprKind::Not(of) | ExprKind::Negate(of) | ExprKind::Paren(of) => inside(of),
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) => inside(a).or_else(|| inside(b)),
            ExprKind::Splat { source, .. } => inside(source),
            ExprKind::Conditional(a, b, c) => inside(a).or_else(|| inside(b)).or_else(|| inside(c)),
            ExprKind::For(id) => inside(tree.for_expr(id).collection),
            ExprKind::Tuple(items) => tree.list(items).iter().find_map(|id| inside(*id)),
            ExprKind::Object(items) => tree.items(items).iter().find_map(|item| inside(item.value)),
            ExprKind::Template(parts) => tree.parts(parts).iter().find_map(|part| match part {
                Part::Interpolation(id) => inside(*id),
                Part::If { condition, .. } => inside(*condition),
                Part::For { collection, .. } => inside(*collection),
                Part::Literal(_) => None,
            }),
            _ => None,
        }
    }

    /// A keyword: a bare name.
    pub(super) fn keyword(&self, expr: Expr) -> Option<Name> {
        match self.tree(expr).kind(expr.id) {
            ExprKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

const fn primitive_name(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Number => "number",
        _ => "string",
    }
}

fn number(text: &str) -> Value {
    Number::parse(text).map_or_else(Value::error, |number| Kind::Number(number).into())
}

fn negated(value: &Value) -> Option<Value> {
    Some(Kind::Number(value.as_number()?.neg()).into())
}
