//! Type expressions to types, and the defaults of `optional` attributes inside them.

use ecow::EcoString;

use super::{
    decode::Decoder,
    model::{Expr, TypeDefaults},
};
use crate::{
    diag::Diagnostic,
    source::{Place, Sources, Span},
    syntax::{ExprId, ExprKind, ObjectItem, ObjectKey, Tree, static_expression},
    value::{ConvertError, Field, Step, Type, Value, convert},
};

const SUMMARY: &str = "Invalid type specification";

/// Deeper types are refused rather than followed.
const MAX_DEPTH: u32 = 200;

/// What a type expression says: the type, and what fills in its optional attributes.
type Constraint = (Type, TypeDefaults);

/// The type an expression of a single tree names, what fills in its optional attributes, and what is wrong with it.
#[must_use]
pub fn type_of_expression(sources: &Sources, tree: &Tree, id: ExprId) -> (Type, TypeDefaults, Vec<Diagnostic>) {
    let mut decoder = Decoder { sources, dir: "", trees: std::slice::from_ref(tree), problems: Vec::new() };
    let (ty, defaults) = decoder.type_constraint(Expr { tree: 0, id });
    (ty, defaults, decoder.problems)
}

impl Decoder<'_> {
    /// The type a `type` argument names; [`Type::Any`] where it is no type, which has been reported.
    pub(super) fn type_constraint(&mut self, expr: Expr) -> Constraint {
        let tree = self.tree(expr);
        if tree.is_json
            && let Some((inner, root, problems)) = static_expression(tree, expr.id)
        {
            self.problems.extend(problems);
            let (ty, defaults, problems) = type_of_expression(self.sources, &inner, root);
            self.problems.extend(problems);
            return (ty, defaults);
        }
        let before = self.problems.len();
        let constraint = match self.legacy_type(expr) {
            Some(ty) => (ty, TypeDefaults::default()),
            None => self.type_expression(expr, 0),
        };
        // Of a type that is wrong anywhere nothing is known: values must not be blamed for it.
        if self.problems.iter().skip(before).any(Diagnostic::is_error) {
            return (Type::Any, TypeDefaults::default());
        }
        constraint
    }

    /// The quoted types of Terraform 0.11, which it still understands well enough to complain.
    fn legacy_type(&mut self, expr: Expr) -> Option<Type> {
        let tree = self.tree(expr);
        let ExprKind::String(text) = tree.kind(expr.id) else { return None };
        let text = tree.str(text).as_str();
        let (ty, instead) = match text {
            "string" => (Type::String, ""),
            "list" => (
                Type::list(Type::String),
                " and write list(string) instead to explicitly indicate that the list elements are strings",
            ),
            "map" => (
                Type::map(Type::String),
                " and write map(string) instead to explicitly indicate that the map elements are strings",
            ),
            _ => {
                let detail = "To provide a full type expression, remove the surrounding quotes and give the type expression directly.";
                self.error("Invalid legacy variable type hint", detail, self.place(expr));
                return Some(Type::Any);
            }
        };
        let detail = format!(
            "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now deprecated and \
             will be removed in a future version of Terraform. Remove the quotes around {text:?}{instead}."
        );
        self.error("Invalid quoted type constraints", detail, self.place(expr));
        Some(ty)
    }

    fn type_expression(&mut self, expr: Expr, depth: u32) -> Constraint {
        let tree = self.tree(expr);
        if depth > MAX_DEPTH {
            return self.no_type("This type is nested too deeply to be read.", self.place(expr));
        }
        match tree.kind(expr.id) {
            // Bare, as Terraform 0.11 had them; there is no such form of a set.
            ExprKind::Name(name) if name == "list" => (Type::list(Type::Any), TypeDefaults::default()),
            ExprKind::Name(name) if name == "map" => (Type::map(Type::Any), TypeDefaults::default()),
            ExprKind::Name(name) => self.type_keyword(&name, self.place(expr)),
            ExprKind::Null => self.type_keyword("null", self.place(expr)),
            ExprKind::Bool(value) => self.type_keyword(if value { "true" } else { "false" }, self.place(expr)),
            ExprKind::Call(_) => self.type_call(expr, depth),
            ExprKind::Error => (Type::Any, TypeDefaults::default()),
            _ => {
                let detail = "A type specification is either a primitive type keyword (bool, number, string) or a complex type \
                              constructor call, like list(string).";
                self.no_type(detail, self.place(expr))
            }
        }
    }

    fn no_type(&mut self, detail: impl Into<String>, at: Place) -> Constraint {
        self.error(SUMMARY, detail, at);
        (Type::Any, TypeDefaults::default())
    }

    fn type_keyword(&mut self, word: &str, at: Place) -> Constraint {
        let ty = match word {
            "bool" => Type::Bool,
            "number" => Type::Number,
            "string" => Type::String,
            "any" => Type::Any,
            "list" | "set" | "map" => {
                return self.no_type(
                    format!("The {word} type constructor requires one argument specifying the element type."),
                    at,
                );
            }
            "object" => {
                let detail = "The object type constructor requires one argument specifying the attribute types and values as a map.";
                return self.no_type(detail, at);
            }
            "tuple" => {
                let detail = "The tuple type constructor requires one argument specifying the element types as a list.";
                return self.no_type(detail, at);
            }
            "optional" => return self.misplaced_optional(at),
            _ => return self.no_type(format!("The keyword {word:?} is not a valid type specification."), at),
        };
        (ty, TypeDefaults::default())
    }

    fn misplaced_optional(&mut self, at: Place) -> Constraint {
        self.no_type("Keyword \"optional\" is valid only as a modifier for object type attributes.", at)
    }

    fn type_call(&mut self, expr: Expr, depth: u32) -> Constraint {
        let tree = self.tree(expr);
        let ExprKind::Call(id) = tree.kind(expr.id) else { return (Type::Any, TypeDefaults::default()) };
        let call = tree.call(id);
        let (word, at) = (call.name.as_str(), tree.at(call.name_span));
        match word {
            "bool" | "number" | "string" => {
                return self
                    .no_type(format!("Primitive type keyword {word:?} does not expect arguments."), self.place(expr));
            }
            "any" => {
                let detail = format!("Type constraint keyword {word:?} does not expect arguments.");
                return self.no_type(detail, self.arguments(expr, call.name_span));
            }
            "optional" => return self.misplaced_optional(at),
            "list" | "set" | "map" | "object" | "tuple" => {}
            _ => {
                let detail = format!("Keyword {word:?} is not a valid type constructor.");
                return self.no_type(detail, self.place(expr));
            }
        }
        let [argument] = tree.list(call.args) else {
            let at =
                tree.list(call.args).get(1).map_or(self.arguments(expr, call.name_span), |second| tree.place(*second));
            return self.type_keyword(word, at);
        };
        let argument = Expr { tree: expr.tree, id: *argument };
        match word {
            "object" => self.object_type(argument, depth),
            "tuple" => self.tuple_type(argument, depth),
            _ => self.collection_type(word, argument, depth),
        }
    }

    /// The parentheses of a call and what is in them.
    fn arguments(&self, expr: Expr, name: Span) -> Place {
        let whole = self.place(expr);
        Place::new(whole.file, Span::new(name.end.max(whole.span.start), whole.span.end))
    }

    fn collection_type(&mut self, word: &str, argument: Expr, depth: u32) -> Constraint {
        let (element, inner) = self.type_expression(argument, depth + 1);
        let ty = match word {
            "list" => Type::list(element),
            "set" => Type::set(element),
            _ => Type::map(element),
        };
        (ty, TypeDefaults::default().with_child("", inner))
    }

    fn tuple_type(&mut self, argument: Expr, depth: u32) -> Constraint {
        let tree = self.tree(argument);
        let ExprKind::Tuple(items) = tree.kind(argument.id) else {
            return self.no_type("Tuple type constructor requires a list of element types.", self.place(argument));
        };
        let mut defaults = TypeDefaults::default();
        let mut elements = Vec::new();
        for (i, id) in tree.list(items).iter().enumerate() {
            let (element, inner) = self.type_expression(Expr { tree: argument.tree, id: *id }, depth + 1);
            elements.push(element);
            defaults = defaults.with_child(&i.to_string(), inner);
        }
        (Type::tuple(elements), defaults)
    }

    fn object_type(&mut self, argument: Expr, depth: u32) -> Constraint {
        let tree = self.tree(argument);
        let ExprKind::Object(items) = tree.kind(argument.id) else {
            let detail = "Object type constructor requires a map whose keys are attribute names and whose values are the \
                          corresponding attribute types.";
            return self.no_type(detail, self.place(argument));
        };
        let mut fields: Vec<Field> = Vec::new();
        let mut defaults = TypeDefaults::default();
        for item in tree.items(items) {
            let Some(name) = self.field_name(argument, item) else { continue };
            if fields.iter().any(|field| field.name == name) {
                self.error(SUMMARY, "Object constructor map keys must be unique.", tree.at(item.key_span));
                continue;
            }
            let value = Expr { tree: argument.tree, id: item.value };
            let (field, inner) = self.field(name, value, &mut defaults, depth);
            defaults = defaults.with_child(&field.name, inner);
            fields.push(field);
        }
        (Type::object(fields), defaults)
    }

    fn field_name(&mut self, object: Expr, item: &ObjectItem) -> Option<EcoString> {
        match item.key {
            ObjectKey::Name(name) => Some(name.as_str().into()),
            ObjectKey::Expr(_) => {
                let at = self.tree(object).at(item.key_span);
                self.error(SUMMARY, "Object constructor map keys must be attribute names.", at);
                None
            }
        }
    }

    fn field(
        &mut self,
        name: EcoString,
        value: Expr,
        defaults: &mut TypeDefaults,
        depth: u32,
    ) -> (Field, TypeDefaults) {
        let tree = self.tree(value);
        let optional = match tree.kind(value.id) {
            ExprKind::Call(id) if tree.call(id).name == "optional" => Some(tree.call(id)),
            _ => None,
        };
        let Some(call) = optional else {
            let (ty, inner) = self.type_expression(value, depth + 1);
            return (Field { name, ty, optional: false }, inner);
        };
        let arguments = tree.list(call.args);
        let Some(first) = arguments.first() else {
            let detail = "Optional attribute modifier requires the attribute type as its argument.";
            let (ty, inner) = self.no_type(detail, self.arguments(value, call.name_span));
            return (Field { name, ty, optional: true }, inner);
        };
        let (ty, inner) = self.type_expression(Expr { tree: value.tree, id: *first }, depth + 1);
        if let Some(default) = arguments.get(1) {
            let default = Expr { tree: value.tree, id: *default };
            self.optional_default(&name, &ty, default, defaults);
        }
        if arguments.len() > 2 {
            let detail =
                "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.";
            self.error(SUMMARY, detail, self.arguments(value, call.name_span));
        }
        (Field { name, ty, optional: true }, inner)
    }

    fn optional_default(&mut self, name: &EcoString, ty: &Type, default: Expr, defaults: &mut TypeDefaults) {
        let value = self.constant(default);
        if value.is_error() || value.is_null() {
            return;
        }
        match convert(&value, ty) {
            Ok(value) => {
                defaults.values.push((name.clone(), value));
                defaults.places.push((name.clone(), self.place(default)));
            }
            Err(error) => {
                let detail = format!(
                    "This default value is not compatible with the attribute's type constraint: {}.",
                    mismatch(&error)
                );
                self.error("Invalid default value for optional attribute", detail, self.place(default));
            }
        }
    }
}

/// A conversion error as Terraform words it: the steps to the offending part, then what is wrong.
pub(super) fn mismatch(error: &ConvertError) -> String {
    let mut out = String::new();
    for step in &error.path {
        match step {
            Step::Attr(name) => out.push_str(&format!("attribute {:?}: ", name.as_str())),
            Step::Index(i) => out.push_str(&format!("element {i}: ")),
            Step::Key(key) => out.push_str(&format!("element {key:?}: ")),
            Step::Any => out.push_str("element: "),
        }
    }
    out + &error.message
}

impl TypeDefaults {
    /// Whether there is nothing to fill in anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.children.is_empty()
    }

    fn with_child(mut self, step: &str, child: Self) -> Self {
        if !child.is_empty() {
            self.children.push((step.into(), child));
        }
        self
    }

    fn child(&self, step: &str) -> Option<&Self> {
        self.children.iter().find(|(name, _)| name == step).map(|(_, child)| child)
    }

    /// A value with its absent and null optional attributes filled in, as Terraform does before it converts.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        use crate::value::{Kind, Mapping, Sequence};
        use std::sync::Arc;

        let kind = match &value.kind {
            Kind::List(list) => {
                Kind::List(Arc::new(Sequence { items: self.elements(&list.items), ..(**list).clone() }))
            }
            Kind::Set(set) => {
                let filled = Value::set(set.element.clone(), self.elements(&set.items));
                filled.kind
            }
            Kind::Tuple(items) => Kind::Tuple(Arc::new(self.elements(items))),
            Kind::Map(map) => Kind::Map(Arc::new(Mapping { entries: self.entries(&map.entries), ..(**map).clone() })),
            Kind::Object(object) => {
                Kind::Object(Arc::new(Mapping { entries: self.entries(&object.entries), ..(**object).clone() }))
            }
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Unknown(_) => {
                return value.clone();
            }
        };
        Value { kind, marks: value.marks, origin: value.origin }
    }

    fn elements(&self, items: &[Value]) -> Vec<Value> {
        let fill = |(i, item): (usize, &Value)| {
            let child = self.child("").or_else(|| self.child(&i.to_string()));
            child.map_or_else(|| item.clone(), |child| child.apply(item))
        };
        items.iter().enumerate().map(fill).collect()
    }

    fn entries(&self, entries: &[(EcoString, Value)]) -> Vec<(EcoString, Value)> {
        let fill = |name: &str, value: &Value| {
            let child = self.child("").or_else(|| self.child(name));
            child.map_or_else(|| value.clone(), |child| child.apply(value))
        };
        let mut out: Vec<(EcoString, Value)> = Vec::with_capacity(entries.len());
        for (name, value) in entries {
            let default = self.values.iter().find(|(known, _)| known == name && value.is_null());
            out.push((name.clone(), fill(name, default.map_or(value, |(_, default)| default))));
        }
        for (name, default) in &self.values {
            if !entries.iter().any(|(known, _)| known == name) {
                out.push((name.clone(), fill(name, default)));
            }
        }
        out.sort_by(|a, b| a.0.cmp(&b.0));
        out
    }
}
