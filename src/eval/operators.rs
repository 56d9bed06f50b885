//! Unary and binary operators.

use super::expr::Eval;
use crate::{
    addr::name,
    source::Place,
    syntax::{ExprId, Operator},
    value::{Because, Kind, Known, Marks, Number, Range, Truth, Type, Value, converted, equals},
};

/// An operand of the type an operator works on; errors are reported.
fn operand(eval: &Eval<'_, '_>, value: Value, ty: &Type, which: &str, at: Place) -> Value {
    eval.cx.note_open_conversion(&value, ty);
    converted(value, ty).unwrap_or_else(|e| {
        let article = if matches!(ty, Type::Bool) { "a bool is required" } else { "a number is required" };
        let why = if e.message.contains("to convert") || e.message.contains("only the strings") {
            e.message
        } else {
            article.to_owned()
        };
        let detail = format!("Unsuitable value for {which} operand: {why}.");
        failed(eval, "Invalid operand", detail, (ty, at))
    })
}

/// What an operation leaves after an error is of the operation's type: Terraform goes on with that.
fn failed(eval: &Eval<'_, '_>, summary: &str, detail: impl Into<String>, (ty, at): (&Type, Place)) -> Value {
    eval.cx.error(summary, detail, at);
    error_of(ty)
}

fn error_of(ty: &Type) -> Value {
    Value::unknown(ty.clone(), Because::Error)
}

/// The type of what an operator yields.
const fn result_type(op: Operator) -> Type {
    match op {
        Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo => Type::Number,
        _ => Type::Bool,
    }
}

/// Operands of the right types must not be null.
fn refuse_null(eval: &Eval<'_, '_>, ty: &Type, at: Place) -> Value {
    failed(eval, "Operation failed", "Error during operation: argument must not be null.", (ty, at))
}

/// The operand of a unary operator; `Err` holds what an error leaves.
fn only_operand(eval: &Eval<'_, '_>, id: ExprId, ty: &Type, at: Place) -> Result<Value, Value> {
    let value = operand(eval, eval.expr(id), ty, "unary", eval.tree.place(id));
    match value {
        error if error.is_error() => Err(error_of(ty)),
        null if null.is_null() => Err(refuse_null(eval, ty, at)),
        value => Ok(value),
    }
}

pub(super) fn not(eval: &Eval<'_, '_>, id: ExprId, at: Place) -> Value {
    let value = match only_operand(eval, id, &Type::Bool, at) {
        Ok(value) => value,
        Err(error) => return error,
    };
    match value.as_bool() {
        Some(b) => Value::bool(!b).with_origin(value.origin).marked(value.marks),
        // As in Terraform, it is not sensitive until it is known.
        None => unknown_result("!", Type::Bool, std::slice::from_ref(&value)).with_origin(value.origin),
    }
}

pub(super) fn negate(eval: &Eval<'_, '_>, id: ExprId, at: Place) -> Value {
    let value = match only_operand(eval, id, &Type::Number, at) {
        Ok(value) => value,
        Err(error) => return error,
    };
    match value.as_number() {
        Some(n) => Value::from(Kind::Number(n.neg())).with_origin(value.origin).marked(value.marks),
        None => unknown_result("-", Type::Number, std::slice::from_ref(&value)).with_origin(value.origin),
    }
}

/// An unknown that some operation over these operands yields; never null.
fn unknown_result(operator: &str, ty: Type, operands: &[Value]) -> Value {
    let known = Known { not_null: true, ..Known::default() };
    Value::unknown_with(ty, Because::Call(name(operator), operands.to_vec().into()), known)
}

pub(super) fn binary(eval: &Eval<'_, '_>, op: Operator, sides: (ExprId, ExprId), at: Place) -> Value {
    match op {
        Operator::And | Operator::Or => logical(eval, op, sides, at),
        Operator::Equal | Operator::NotEqual => equality(eval, op, sides),
        _ => numeric(eval, op, sides, at),
    }
}

/// A result with what both operands carry on. An unknown one came from the operand that is.
fn carried(result: Value, left: &Value, right: &Value) -> Value {
    let right_decides = !result.is_known() && left.is_known();
    let origin = if right_decides { right.origin.or(left.origin) } else { left.origin.or(right.origin) };
    result.with_origin(origin).marked(left.marks.with(right.marks))
}

fn equality(eval: &Eval<'_, '_>, op: Operator, (left, right): (ExprId, ExprId)) -> Value {
    let (left, right) = (eval.expr(left), eval.expr(right));
    if left.is_error() || right.is_error() {
        return error_of(&Type::Bool);
    }
    let negated = op == Operator::NotEqual;
    let result = match equals(&left, &right) {
        Truth::True => Value::bool(!negated),
        Truth::False => Value::bool(negated),
        Truth::Unknown => unknown_result(op.symbol(), Type::Bool, &[left.clone(), right.clone()]),
    };
    carried(result, &left, &right).marked(left.deep_marks().with(right.deep_marks()))
}

/// `&&` and `||`: the side that decides gives the result its origin.
fn logical(eval: &Eval<'_, '_>, op: Operator, (left, right): (ExprId, ExprId), at: Place) -> Value {
    // That a side is no bool is an error whatever the other side is.
    let side = |id: ExprId, which| {
        let (value, errors) = eval.cx.apart(|| eval.expr(id));
        let (bool, unsuitable) = eval.cx.apart(|| operand(eval, value, &Type::Bool, which, eval.tree.place(id)));
        (bool, errors, unsuitable)
    };
    let (a, a_errors, a_unsuitable) = side(left, "left");
    let (b, b_errors, b_unsuitable) = side(right, "right");
    let suitable = a_unsuitable.is_empty() && b_unsuitable.is_empty();
    let decides = Some(op == Operator::Or);
    let decided = |value: &Value, errors: &[crate::diag::Diagnostic]| value.as_bool() == decides && errors.is_empty();
    if eval.scope.dialect().short_circuits() && suitable {
        for (value, errors) in [(&a, &a_errors), (&b, &b_errors)] {
            if decided(value, errors) {
                return value.clone().marked(a.marks.with(b.marks));
            }
        }
    }
    if eval.cx.lazy_logic && a_unsuitable.is_empty() && decided(&a, &a_errors) {
        let marks = a.marks.with(b.marks);
        return a.marked(marks);
    }
    eval.cx.report_all(a_errors);
    eval.cx.report_all(b_errors);
    eval.cx.report_all(a_unsuitable);
    eval.cx.report_all(b_unsuitable);
    if a.is_error() || b.is_error() {
        return error_of(&Type::Bool);
    }
    if a.is_null() || b.is_null() {
        return refuse_null(eval, &Type::Bool, at);
    }
    // As in Terraform, it is not sensitive until both are known.
    let marks = if a.is_known() && b.is_known() { a.marks.with(b.marks) } else { Marks::NONE };
    let (a, b) = (Value { marks, ..a }, Value { marks, ..b });
    match (a.as_bool(), b.as_bool()) {
        (x, _) if x == decides => a,
        (_, x) if x == decides => b,
        (Some(_), Some(_)) => carried(Value::bool(op == Operator::And), &a, &b),
        (None, Some(_)) => a,
        (Some(_), None) => b,
        (None, None) => carried(unknown_result(op.symbol(), Type::Bool, &[a.clone(), b.clone()]), &a, &b),
    }
}

fn numeric(eval: &Eval<'_, '_>, op: Operator, (left, right): (ExprId, ExprId), at: Place) -> Value {
    let (left_at, right_at) = (eval.tree.place(left), eval.tree.place(right));
    let a = operand(eval, eval.expr(left), &Type::Number, "left", left_at);
    let b = operand(eval, eval.expr(right), &Type::Number, "right", right_at);
    if a.is_error() || b.is_error() {
        return error_of(&result_type(op));
    }
    if a.is_null() || b.is_null() {
        return refuse_null(eval, &result_type(op), at);
    }
    let result = match (a.as_number(), b.as_number()) {
        (Some(x), Some(y)) => known(eval, op, (x, y), at),
        _ => partly_known(op, &a, &b),
    };
    carried(result, &a, &b)
}

fn known(eval: &Eval<'_, '_>, op: Operator, (x, y): (&Number, &Number), at: Place) -> Value {
    let number = match op {
        Operator::Add => x.add(y),
        Operator::Subtract => x.sub(y),
        Operator::Multiply => x.mul(y),
        Operator::Divide => x.div(y),
        Operator::Modulo => x.rem(y),
        Operator::Less => return Value::bool(x < y),
        Operator::LessOrEqual => return Value::bool(x <= y),
        Operator::Greater => return Value::bool(x > y),
        _ => return Value::bool(x >= y),
    };
    match number {
        Some(number) => Kind::Number(number).into(),
        None => failed(
            eval,
            "Operation failed",
            "Error during operation: can't divide zero by zero or infinity by infinity.",
            (&result_type(op), at),
        ),
    }
}

/// Bounds may decide a comparison whose operands are not known exactly.
fn partly_known(op: Operator, a: &Value, b: &Value) -> Value {
    let arithmetic =
        matches!(op, Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide | Operator::Modulo);
    let operands = [a.clone(), b.clone()];
    if arithmetic {
        let known = Known { not_null: true, range: arithmetic_range(op, a, b), alias: None };
        return Value::unknown_with(Type::Number, Because::Call(name(op.symbol()), operands.to_vec().into()), known);
    }
    match compared(op, a.number_range(), b.number_range()) {
        Some(decided) => Value::bool(decided),
        None => unknown_result(op.symbol(), Type::Bool, &operands),
    }
}

fn compared(op: Operator, a: Option<Range>, b: Option<Range>) -> Option<bool> {
    let (a, b) = (a?, b?);
    let below = |x: Range, y: Range| x.high.is_some_and(|high| high < y.low);
    let at_most = |x: Range, y: Range| x.high.is_some_and(|high| high <= y.low);
    let (yes, no) = match op {
        Operator::Less => (below(a, b), at_most(b, a)),
        Operator::LessOrEqual => (at_most(a, b), below(b, a)),
        Operator::Greater => (below(b, a), at_most(a, b)),
        _ => (at_most(b, a), below(a, b)),
    };
    if yes { Some(true) } else { no.then_some(false) }
}

fn arithmetic_range(op: Operator, a: &Value, b: &Value) -> Option<Range> {
    let (a, b) = (a.number_range()?, b.number_range()?);
    let both = |f: fn(u64, u64) -> Option<u64>| a.high.zip(b.high).and_then(|(x, y)| f(x, y));
    match op {
        Operator::Add => Some(Range { low: a.low.checked_add(b.low)?, high: both(u64::checked_add) }),
        Operator::Multiply => Some(Range { low: a.low.checked_mul(b.low)?, high: both(u64::checked_mul) }),
        _ => None,
    }
}
