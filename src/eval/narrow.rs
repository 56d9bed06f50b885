//! What the validation of a variable says of its value before anybody gave one: bounds of a number, or of a length.

use crate::{
    addr::Name,
    config::{Module, Variable},
    syntax::{ExprId, ExprKind, Operator, Tree},
    value::{Known, Range, Type},
};

/// What holds of every value that passes. Null passes no comparison.
pub(super) fn known(module: &Module, variable: &Variable) -> Known {
    let mut range = Range::ANY;
    let mut bounded = false;
    // A length is never negative, a number may be.
    let mut has_low = variable.ty != Type::Number;
    for validation in &variable.validations {
        let tree = module.tree(validation.condition);
        let mut left = vec![validation.condition.id];
        while let Some(id) = left.pop() {
            match tree.kind(tree.unwrapped(id)) {
                ExprKind::Binary(Operator::And, a, b) => left.extend([a, b]),
                ExprKind::Call(_) => {
                    let Some(of) = one_of(tree, variable, id) else { continue };
                    has_low = true;
                    range = Range { low: range.low.max(of.low), high: least(range.high, of.high) };
                    bounded = true;
                }
                ExprKind::Binary(op, a, b) => {
                    let Some((of, is_low)) = compared(tree, variable, (op, a, b)) else { continue };
                    has_low |= is_low;
                    range = Range { low: range.low.max(of.low), high: least(range.high, of.high) };
                    bounded = true;
                }
                _ => {}
            }
        }
    }
    // Bounds that nothing can meet are the validation's own mistake.
    let is_possible = range.high.is_none_or(|high| range.low <= high);
    let range = (bounded && has_low && is_possible).then_some(range);
    Known { not_null: bounded, range, alias: None }
}

fn least(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}

/// The bounds that a comparison of the variable, or of its length, with a literal sets, and whether it sets a lower one.
fn compared(tree: &Tree, variable: &Variable, (op, a, b): (Operator, ExprId, ExprId)) -> Option<(Range, bool)> {
    let (op, of, literal) = match (whole(tree, a), whole(tree, b)) {
        (None, Some(literal)) => (op, a, literal),
        (Some(literal), None) => (turned(op), b, literal),
        _ => return None,
    };
    let is_length = match variable.ty {
        Type::Number => is_variable(tree, of, variable.name).then_some(false),
        Type::List(_) | Type::Set(_) | Type::Map(_) => is_length(tree, of, variable.name).then_some(true),
        _ => None,
    }?;
    // Between two whole numbers there are others, but no lengths.
    let next = u64::from(is_length);
    let is_low = matches!(op, Operator::GreaterOrEqual | Operator::Greater | Operator::Equal);
    let range = match op {
        Operator::GreaterOrEqual => Range { low: literal, high: None },
        Operator::Greater => Range { low: literal.saturating_add(next), high: None },
        Operator::LessOrEqual => Range { low: 0, high: Some(literal) },
        Operator::Less => Range { low: 0, high: Some(literal.saturating_sub(next)) },
        Operator::Equal => Range::exactly(literal),
        _ => return None,
    };
    Some((range, is_low))
}

/// The bounds that `contains([1, 3, 5], var.x)` sets.
fn one_of(tree: &Tree, variable: &Variable, id: ExprId) -> Option<Range> {
    let ExprKind::Call(call) = tree.kind(tree.unwrapped(id)) else { return None };
    let call = tree.call(call);
    let [list, of] = tree.list(call.args) else { return None };
    let ExprKind::Tuple(items) = tree.kind(tree.unwrapped(*list)) else { return None };
    let is_asked = call.name == "contains" && variable.ty == Type::Number && is_variable(tree, *of, variable.name);
    let numbers = tree.list(items).iter().map(|item| whole(tree, *item)).collect::<Option<Vec<u64>>>();
    let numbers = numbers.filter(|_| is_asked)?;
    Some(Range { low: numbers.iter().min().copied()?, high: numbers.iter().max().copied() })
}

/// The operator with its sides exchanged.
const fn turned(op: Operator) -> Operator {
    match op {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        other => other,
    }
}

fn whole(tree: &Tree, id: ExprId) -> Option<u64> {
    match tree.kind(tree.unwrapped(id)) {
        ExprKind::Number(text) => tree.str(text).parse().ok(),
        _ => None,
    }
}

fn is_variable(tree: &Tree, id: ExprId, name: Name) -> bool {
    match tree.kind(tree.unwrapped(id)) {
        ExprKind::Attr(of, attribute) => {
            attribute == name && matches!(tree.kind(of), ExprKind::Name(root) if root == "var")
        }
        _ => false,
    }
}

fn is_length(tree: &Tree, id: ExprId, name: Name) -> bool {
    let ExprKind::Call(call) = tree.kind(tree.unwrapped(id)) else { return false };
    let call = tree.call(call);
    call.name == "length" && matches!(tree.list(call.args), [argument] if is_variable(tree, *argument, name))
}
