//! Evaluates one expression in a scope.

use std::path::Path;

use ecow::EcoString;

use super::{
    Context, call,
    candidates::{joined_range, never_null},
    functions, iteration, operators, reference, template,
};
use crate::{
    addr::Name,
    diag::Diagnostic,
    source::{Place, Span},
    syntax::{ExprId, ExprKind, ObjectItem, ObjectKey, Run, Tree},
    value::{
        Because, Choice, Hop, Kind, Known, Marks, Number, Origin, Truth, Type, Value, What, convert, equals, unify,
    },
};

/// A step after the first name of a reference.
#[derive(Clone, Debug)]
pub enum RefStep {
    Attr(Name, Place),
    /// A constant or computed index.
    Index(Value, Place),
}

impl RefStep {
    #[must_use]
    pub const fn place(&self) -> Place {
        match self {
            Self::Attr(_, at) | Self::Index(_, at) => *at,
        }
    }
}

/// What a name resolved to, and how many of the following steps that used up.
#[derive(Debug)]
pub struct Resolved {
    pub value: Value,
    pub used: usize,
}

/// Languages that evaluate the same expressions, and differ in little.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    Terraform,
    /// The policy language. [`Scope::function`] alone says which functions there are.
    Policy,
}

impl Dialect {
    /// Whether `&&` and `||` drop the errors of the side that does not matter. Terraform 1.11 does not.
    pub(super) fn short_circuits(self) -> bool {
        self == Self::Policy
    }

    /// The summary of a call to a function that is not there. In Terraform all namespaces are providers'.
    pub(super) fn unknown_function(self, written: &str) -> &'static str {
        if self == Self::Terraform && written.contains("::") {
            "Unknown provider function"
        } else {
            "Call to unknown function"
        }
    }
}

/// What names mean where an expression stands.
pub trait Scope {
    /// Resolves `root` followed by `steps`. `at` is the whole reference as written.
    /// Reports its own errors (undeclared names) and then yields [`Value::error`].
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved;

    /// The plain name of a function as written, if functions are called like that here.
    /// Terraform's own functions may be written with the `core::` namespace.
    fn function<'n>(&self, written: &'n str) -> Option<&'n str> {
        Some(written.strip_prefix("core::").unwrap_or(written))
    }

    /// Whether there is a function of a plain name. Arguments of one that is not there are not evaluated.
    fn knows(&self, name: &str) -> bool {
        self.dialect() == Dialect::Policy || functions::is_one(name)
    }

    /// The language of the expressions.
    fn dialect(&self) -> Dialect {
        Dialect::Terraform
    }

    /// What an unknown `if` of a `for` is taken to be.
    fn kept(&self, _condition: &Value) -> Option<bool> {
        None
    }

    /// Whether a provider is declared whose functions are called by this local name.
    fn has_provider(&self, _name: &str) -> bool {
        true
    }

    /// Calls a function by its plain name. Reports its own errors; `None` when there is no such function.
    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        functions::call(cx, crate::addr::name(name), args, self.base(), at)
    }

    /// The directory relative paths of file functions are resolved against.
    fn base(&self) -> &Path;
}

/// A part of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallPart {
    /// The function's name, to the opening parenthesis.
    Name,
    /// The closing parenthesis.
    End,
    /// The beginning of an argument.
    Argument(usize),
}

/// Where a call and its parts stand. Nobody looks for those before one is to blame.
#[derive(Clone, Copy)]
pub struct CallPlaces<'a> {
    /// The whole call.
    pub whole: Place,
    pub part: &'a dyn Fn(CallPart) -> Place,
    /// Whether there are mistakes in the arguments: then only their types are looked at.
    pub failed: bool,
}

impl std::fmt::Debug for CallPlaces<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallPlaces").field("whole", &self.whole).finish_non_exhaustive()
    }
}

/// Evaluates an expression.
#[must_use]
pub fn evaluate(cx: &Context<'_>, scope: &dyn Scope, tree: &Tree, id: ExprId) -> Value {
    Eval { cx, scope, tree, frame: None, element: None }.expr(id)
}

/// Names bound by a `for` around an expression.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) key: Option<(Name, Value)>,
    pub(super) value: (Name, Value),
    pub(super) outer: Option<&'a Frame<'a>>,
}

/// One evaluation: everything an expression's value depends on.
#[derive(Clone, Copy)]
pub(super) struct Eval<'a, 's> {
    pub(super) cx: &'a Context<'s>,
    pub(super) scope: &'a dyn Scope,
    pub(super) tree: &'a Tree,
    pub(super) frame: Option<&'a Frame<'a>>,
    /// What stands for the element of the splat around an expression.
    pub(super) element: Option<&'a Value>,
}

impl<'a> Eval<'a, '_> {
    /// The value of an expression; errors are reported and become [`Value::error`].
    pub(super) fn expr(&self, id: ExprId) -> Value {
        match self.cx.enter(self.tree.place(id)) {
            Some(_guard) => self.bounded(id, self.kind(id)),
            None => Value::error(),
        }
    }

    /// The value, unless it is too large to be worked on. Rules look at whole root modules, and are not asked.
    fn bounded(&self, id: ExprId, value: Value) -> Value {
        use ExprKind::{Call, For, Object, Splat, Tuple};
        let composes = matches!(self.tree.kind(id), Tuple(_) | Object(_) | For(_) | Call(_) | Splat { .. });
        if !composes || self.scope.dialect().short_circuits() || self.cx.bears(&value) {
            return value;
        }
        let detail = format!("This value is made of more than {} values.", self.cx.limits.parts);
        self.error("Value too large", detail, self.tree.place(id))
    }

    fn kind(&self, id: ExprId) -> Value {
        match self.tree.kind(id) {
            ExprKind::Null => Value::null(Type::Any),
            ExprKind::Bool(value) => Value::bool(value),
            ExprKind::Number(text) => self.number(id, self.tree.str(text)),
            ExprKind::String(text) => Value::string(self.tree.str(text).clone()),
            ExprKind::Template(parts) => template::evaluate(self, parts),
            ExprKind::Tuple(items) => self.tuple(items),
            ExprKind::Object(items) => self.object(items),
            ExprKind::For(of) => iteration::for_expr(self, self.tree.for_expr(of)),
            ExprKind::Name(_) | ExprKind::Attr(..) | ExprKind::Index(..) => reference::evaluate(self, id),
            ExprKind::Splat { source, each } => iteration::splat(self, source, each),
            ExprKind::SplatItem => self.element.cloned().unwrap_or_else(Value::error),
            ExprKind::Not(operand) => operators::not(self, operand, self.tree.place(id)),
            ExprKind::Negate(operand) => operators::negate(self, operand, self.tree.place(id)),
            ExprKind::Binary(op, left, right) => operators::binary(self, op, (left, right), self.tree.place(id)),
            ExprKind::Conditional(condition, yes, no) => self.conditional(condition, yes, no),
            ExprKind::Call(called) => call::evaluate(self, self.tree.call(called), self.tree.place(id)),
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Error => Value::error(),
        }
    }

    /// This evaluation with the names of a `for` bound.
    pub(super) const fn within<'b>(&self, frame: &'b Frame<'b>) -> Eval<'b, '_>
    where
        'a: 'b,
    {
        Eval { cx: self.cx, scope: self.scope, tree: self.tree, frame: Some(frame), element: self.element }
    }

    pub(super) fn error(&self, summary: &str, detail: impl Into<String>, at: Place) -> Value {
        self.cx.error(summary, detail, at);
        Value::error()
    }

    fn number(&self, id: ExprId, text: &str) -> Value {
        match Number::parse(text) {
            Some(number) => crate::value::Kind::Number(number).into(),
            None => self.error("Invalid number literal", format!("{text} is not a number."), self.tree.place(id)),
        }
    }

    fn tuple(&self, items: Run) -> Value {
        let items = self.tree.list(items);
        Value::tuple(items.iter().map(|id| self.element_of(*id, self.tree.node(*id).span)).collect())
    }

    /// An element or an object's attribute, which remembers its own line when nothing named is behind it.
    fn element_of(&self, id: ExprId, name: Span) -> Value {
        let value = self.expr(id);
        if !value.origin.is_none() {
            return value;
        }
        let hop = Hop { what: What::Element, at: self.tree.place(id), name: self.tree.at(name), next: Origin::NONE };
        let origin = self.cx.origins.push(hop);
        value.with_origin(origin)
    }

    fn object(&self, items: Run) -> Value {
        let mut entries = Vec::with_capacity(self.tree.items(items).len());
        let mut marks = Marks::NONE;
        let mut in_doubt = None;
        let mut seen = std::collections::HashSet::new();
        for item in self.tree.items(items) {
            let key = self.object_key(item);
            let value = self.element_of(item.value, item.key_span);
            marks = marks.with(key.marks);
            match key.as_str() {
                Some(text) => {
                    if self.tree.is_json && !seen.insert(text.clone()) {
                        let detail = format!("An attribute named {text:?} was already defined in this object.");
                        return self.error("Duplicate object attribute", detail, self.tree.at(item.key_span));
                    }
                    entries.push((text.clone(), value));
                }
                None => in_doubt = Some(key),
            }
        }
        match in_doubt {
            None => Value::object(entries).marked(marks),
            Some(key) if key.is_error() => key,
            Some(key) => {
                // As in Terraform, it is not sensitive until all keys are known.
                let because = Because::Call(crate::addr::name("{}"), vec![key, Value::object(entries)].into());
                Value::unknown(Type::Any, because)
            }
        }
    }

    /// The key as a string, or the unknown it is; errors are reported.
    fn object_key(&self, item: &ObjectItem) -> Value {
        let expr = match item.key {
            ObjectKey::Name(name) => return Value::string(crate::value::normalise(&name)),
            ObjectKey::Expr(expr) => expr,
        };
        let at = self.tree.at(item.key_span);
        if matches!(self.tree.kind(expr), ExprKind::Attr(..) | ExprKind::Index(..)) && !self.tree.is_json {
            if self.expr(expr).is_error() {
                return Value::error();
            }
            let detail = "If this expression is intended to be a reference, wrap it in parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a string literal.";
            return self.error("Ambiguous attribute key", detail, at);
        }
        let key = self.expr(expr);
        if key.is_null() {
            // Terraform blames the value.
            let at = self.tree.place(item.value);
            return self.error("Null value as key", "Can't use a null value as a key.", at);
        }
        convert(&key, &Type::String).unwrap_or_else(|e| {
            self.error("Incorrect key type", format!("Can't use this value as a key: {}.", e.message), at)
        })
    }

    fn conditional(&self, condition: ExprId, yes: ExprId, no: ExprId) -> Value {
        let (at, arms_at) =
            (self.tree.place(condition), self.tree.at(self.tree.node(yes).span.to(self.tree.node(no).span)));
        let arms = (yes, no);
        let (yes, yes_errors) = self.cx.apart(|| self.expr(yes));
        let (no, no_errors) = self.cx.apart(|| self.expr(no));
        let failed = yes.is_error() || no.is_error();
        let ty = if failed { None } else { common_type(&yes, &no) };
        if ty.is_none() && !failed && !self.scope.dialect().short_circuits() {
            return self.inconsistent(&yes, &no, arms_at);
        }
        let test = self.expr(condition);
        if test.is_null() {
            return self.error(
                "Null condition",
                "The condition value is null. Conditions must either be true or false.",
                at,
            );
        }
        if test.is_error() {
            // Of no type: the condition's would be taken for the result's.
            return Value::error();
        }
        if !test.is_known() {
            self.cx.note_open_conversion(&test, &Type::Bool);
            // As in Terraform, the arm with the error may be the one that is not chosen.
            let arm = |value: Value, errors: &[Diagnostic]| {
                if errors.iter().any(Diagnostic::is_error) { in_doubt(&test) } else { value }
            };
            let (yes, no) = (arm(yes, &yes_errors), arm(no, &no_errors));
            return self.either(test, yes, no);
        }
        let Some(chosen) = convert(&test, &Type::Bool).ok().and_then(|test| test.as_bool()) else {
            return self.error("Incorrect condition type", "The condition expression must be of type bool.", at);
        };
        // As in Terraform, the result is as sensitive as either arm.
        let marks = test.marks.with(yes.marks).with(no.marks);
        let (value, errors) = if chosen { (yes, yes_errors) } else { (no, no_errors) };
        self.cx.report_all(errors);
        let unlike = ty.as_ref().and_then(|ty| unlike_elements(&value.ty(), ty));
        let value = match ty.map(|ty| convert(&value, &ty)) {
            Some(Ok(value)) if unlike.is_none() => value,
            None => value,
            converted => {
                let (word, arm) = if chosen { ("true", arms.0) } else { ("false", arms.1) };
                let message = converted.and_then(Result::err).map(|wrong| wrong.message).or(unlike).unwrap_or_default();
                let detail = format!("The {word} result value has the wrong type: {message}.");
                return self.error("Inconsistent conditional result types", detail, self.tree.place(arm));
            }
        };
        let origin = value.origin.or(test.origin);
        value.with_origin(origin).marked(marks)
    }

    fn inconsistent(&self, yes: &Value, no: &Value, at: Place) -> Value {
        let detail = format!(
            "The true and false result expressions must have consistent types. The 'true' value is {}, but the 'false' value is {}.",
            yes.ty().friendly_name(),
            no.ty().friendly_name(),
        );
        self.error("Inconsistent conditional result types", detail, at)
    }

    /// What a conditional yields whose condition is unknown: both arms, kept.
    fn either(&self, condition: Value, yes: Value, no: Value) -> Value {
        let marks = condition.marks.with(yes.marks).with(no.marks);
        if equals(&yes, &no) == Truth::True && yes.ty() == no.ty() {
            let origin = yes.origin;
            return yes.with_origin(origin).marked(marks);
        }
        let Some(ty) = common_type(&yes, &no) else {
            return Value::unknown(Type::Any, Because::Either(Choice { condition, yes, no }.into())).marked(marks);
        };
        if yes.is_null() && no.is_null() {
            return Value::null(ty).with_origin(yes.origin).marked(marks);
        }
        let (yes, no) = (convert(&yes, &ty).unwrap_or(yes), convert(&no, &ty).unwrap_or(no));
        if let (Kind::List(of), Kind::List(others)) = (&yes.kind, &no.kind)
            && of.items.len() == others.items.len()
        {
            let items = of.items.iter().zip(&others.items);
            let items = items.map(|(yes, no)| self.either(condition.clone(), yes.clone(), no.clone()));
            return Value::list(of.element.clone(), items.collect()).with_origin(condition.origin).marked(marks);
        }
        let known =
            Known { not_null: never_null(&yes) && never_null(&no), range: joined_range(&yes, &no), alias: None };
        let origin = condition.origin;
        let because = Because::Either(Choice { condition, yes, no }.into());
        Value::unknown_with(ty, because, known).with_origin(origin).marked(marks)
    }
}

/// What stands for an arm that is an error, if the unknown condition chooses it.
fn in_doubt(condition: &Value) -> Value {
    Value::unknown(Type::Any, Because::Call(crate::addr::name("?:"), vec![condition.clone()].into()))
}

/// The type of a conditional: null takes the other arm's.
pub(super) fn common_type(yes: &Value, no: &Value) -> Option<Type> {
    let (a, b) = (yes.ty(), no.ty());
    match (yes.is_null() && a == Type::Any, no.is_null() && b == Type::Any) {
        (true, _) => Some(b),
        (_, true) => Some(a),
        _ => unify(&[a, b]),
    }
}

/// A string value's text, or nothing.
pub(super) fn text_of(value: &Value) -> Option<EcoString> {
    value.as_str().cloned()
}

/// Why a structure does not become a collection of elements of any one type beside an empty one: as in Terraform, its
/// own elements are not made alike then.
fn unlike_elements(from: &Type, to: &Type) -> Option<String> {
    let (alike, name) = match (from, to) {
        (Type::Tuple(items), Type::List(element)) if **element == Type::Any => {
            (items.windows(2).all(|pair| pair.first() == pair.last()), "list")
        }
        (Type::Object(fields), Type::Map(element)) if **element == Type::Any => {
            (fields.windows(2).all(|pair| pair.first().map(|f| &f.ty) == pair.last().map(|f| &f.ty)), "map")
        }
        _ => return None,
    };
    (!alike).then(|| format!("element types must all match for conversion to {name}"))
}
