//! Templates: strings with interpolations and directives.

use ecow::EcoString;

use super::{
    expr::{Eval, Frame, text_of},
    iteration,
};
use crate::{
    syntax::{ExprId, Part, Run},
    value::{Because, Kind, Known, Marks, Origin, Type, Value, convert},
};

/// Evaluates a template. One interpolation alone yields its value, of whatever type.
pub(super) fn evaluate(eval: &Eval<'_, '_>, parts: Run) -> Value {
    if let [Part::Interpolation(only)] = eval.tree.parts(parts) {
        return eval.expr(*only);
    }
    let mut out = Pieces::default();
    pieces(eval, parts, &mut out);
    out.finish(eval)
}

/// Templates in templates, each twice in the next, would fill any memory with what is not known yet.
const MAX_PIECES: usize = 100_000;

/// The pieces a template is joined from; neighbouring known texts are joined already.
#[derive(Default)]
struct Pieces {
    pieces: Vec<Value>,
    text: EcoString,
    marks: Marks,
    origin: Origin,
    error: bool,
    too_long: bool,
}

impl Pieces {
    fn text(&mut self, text: &str, limit: usize) {
        if self.text.len() + text.len() > limit {
            self.too_long = true;
            return;
        }
        self.text.push_str(text);
    }

    fn value(&mut self, value: Value, limit: usize) {
        self.marks = self.marks.with(value.marks);
        self.origin = self.origin.or(value.origin);
        self.error |= value.is_error();
        match text_of(&value) {
            Some(text) => self.text(&text, limit),
            None => self.unknown(value),
        }
    }

    fn unknown(&mut self, value: Value) {
        self.flush();
        match value.as_unknown().map(|u| &u.because) {
            Some(Because::Template(inner)) if self.pieces.len() + inner.len() > MAX_PIECES => self.too_long = true,
            Some(Because::Template(inner)) => self.pieces.extend(inner.iter().cloned()),
            _ => self.pieces.push(value),
        }
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.pieces.push(Value::string(std::mem::take(&mut self.text)));
        }
    }

    fn finish(mut self, eval: &Eval<'_, '_>) -> Value {
        if self.error {
            return Value::error();
        }
        if self.too_long {
            let detail =
                format!("This template yields more than {} bytes, or {MAX_PIECES} pieces.", eval.cx.limits.size);
            return eval.error("String too long", detail, eval.cx.last_place());
        }
        let value = if self.pieces.is_empty() {
            Value::string(crate::value::normalise(&self.text))
        } else {
            self.flush();
            let known = Known { not_null: true, ..Known::default() };
            Value::unknown_with(Type::String, Because::Template(self.pieces.into()), known)
        };
        value.with_origin(self.origin).marked(self.marks)
    }
}

fn pieces(eval: &Eval<'_, '_>, parts: Run, out: &mut Pieces) {
    for part in eval.tree.parts(parts) {
        match *part {
            Part::Literal(text) => out.text(eval.tree.str(text), eval.cx.limits.size),
            Part::Interpolation(expr) => out.value(interpolated(eval, expr), eval.cx.limits.size),
            Part::If { condition, then, otherwise } => directive_if(eval, condition, (then, otherwise), out),
            Part::For { key, value, collection, body } => {
                let collection_value = eval.expr(collection);
                out.marks = out.marks.with(collection_value.marks);
                let at = eval.tree.place(collection);
                let Some(elements) = iteration::elements(eval, &collection_value, at) else {
                    let unknown = !collection_value.is_known() || collection_value.rest().is_some();
                    let text = if unknown { in_doubt(&collection_value) } else { Value::error() };
                    out.value(text, eval.cx.limits.size);
                    continue;
                };
                for (k, v) in elements {
                    if out.too_long || !eval.cx.may_loop(at) {
                        out.error |= !out.too_long;
                        break;
                    }
                    let frame = Frame { key: key.map(|name| (name, k)), value: (value, v), outer: eval.frame };
                    pieces(&eval.within(&frame), body, out);
                }
            }
        }
    }
}

/// An unknown string that stands for text which depends on an unknown value.
fn in_doubt(on: &Value) -> Value {
    if on.is_error() {
        return Value::error();
    }
    Value::unknown(Type::String, Because::Call(crate::addr::name("%{}"), vec![on.clone()].into()))
        .with_origin(on.origin)
}

fn interpolated(eval: &Eval<'_, '_>, expr: ExprId) -> Value {
    let value = eval.expr(expr);
    let at = eval.tree.place(expr);
    if value.is_null() {
        return eval.error(
            "Invalid template interpolation value",
            "The expression result is null. Cannot include a null value in a string template.",
            at,
        );
    }
    convert(&value, &Type::String).unwrap_or_else(|e| {
        if !value.is_known() {
            // Terraform says so only when it knows the value.
            return in_doubt(&value).marked(value.marks);
        }
        let detail = format!("Cannot include the given value in a string template: {}.", e.message);
        eval.error("Invalid template interpolation value", detail, at)
    })
}

fn directive_if(eval: &Eval<'_, '_>, condition: ExprId, arms: (Run, Run), out: &mut Pieces) {
    let at = eval.tree.place(condition);
    let test = eval.expr(condition);
    if test.is_null() {
        let error =
            eval.error("Null condition", "The condition value is null. Conditions must either be true or false.", at);
        return out.value(error, eval.cx.limits.size);
    }
    let test = convert(&test, &Type::Bool).unwrap_or_else(|_| {
        if !test.is_known() {
            return test;
        }
        eval.error("Incorrect condition type", "The condition expression must be of type bool.", at)
    });
    out.marks = out.marks.with(test.marks);
    out.origin = out.origin.or(test.origin);
    match test.kind {
        Kind::Bool(true) => pieces(eval, arms.0, out),
        Kind::Bool(false) => pieces(eval, arms.1, out),
        _ => out.value(in_doubt(&test), eval.cx.limits.size),
    }
}
