//! Doubts: what a verdict may hang on, and verdicts under assumptions about them.
//!
//! A look-up has sure members and members in doubt. A policy is evaluated again under assumptions about those in
//! doubt; a verdict that is the same under all of them is decided. Unknown conditions of the configuration
//! (`var.ha ? 3 : 1`) are treated alike: once with each arm.

use std::{borrow::Cow, sync::Arc};

use ecow::EcoString;

use super::{
    fingerprint::fingerprint,
    reason::{Cause, parts},
};
use crate::value::{Because, Choice, Kind, Mapping, Sequence, Truth, Type, Unknown, Value, equals};

/// Names a doubt; the same wherever the same question is asked again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum DoubtKey {
    /// Whether an instance matches a look-up: its root module and index, and the fingerprint of the filter.
    Member { root: usize, instance: usize, filter: u64 },
    /// Whether an instance exists: the fingerprint of its `count` or `for_each`, and its keys.
    Exists { count: u64, keys: String },
    /// Which arm of a conditional counts: the fingerprint of its condition.
    Choice(u64),
    /// Whether what an unknown `if` of a `for` is about is kept: the condition's fingerprint.
    Kept(u64),
    /// Whether an unknown value is this text: the value's fingerprint. It is one text at most.
    Is { value: u64, text: EcoString },
}

/// A doubt that was met while evaluating.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub key: DoubtKey,
    pub cause: Cause,
}

/// Answers to doubts, taken for the time of one evaluation.
#[derive(Clone, Debug, Default)]
pub(super) struct Assumed(pub Vec<(DoubtKey, bool)>);

impl Assumed {
    pub(super) fn answer(&self, key: &DoubtKey) -> Option<bool> {
        let own = self.0.iter().find(|(k, _)| k == key).map(|(_, answer)| *answer);
        own.or_else(|| self.is_another(key).then_some(false))
    }

    /// Whether a value that is taken to be one text is asked for another.
    fn is_another(&self, key: &DoubtKey) -> bool {
        let DoubtKey::Is { value: asked, .. } = key else { return false };
        self.0.iter().any(|(known, answer)| *answer && matches!(known, DoubtKey::Is { value, .. } if value == asked))
    }

    /// How many doubts were answered one way or the other; all that one text is not count for nothing.
    pub(super) fn weight(&self) -> usize {
        self.0.iter().filter(|(key, answer)| *answer || !matches!(key, DoubtKey::Is { .. })).count()
    }

    pub(super) fn with(&self, key: &DoubtKey, answer: bool) -> Self {
        let mut assumed = self.clone();
        assumed.0.push((key.clone(), answer));
        assumed
    }

    pub(super) const fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    fn has_choices(&self) -> bool {
        self.0.iter().any(|(key, _)| matches!(key, DoubtKey::Choice(_) | DoubtKey::Is { .. }))
    }

    /// What an unknown `if` of a `for` is taken to be.
    pub(super) fn kept(&self, condition: &Value) -> Option<bool> {
        let any = self.0.iter().any(|(key, _)| matches!(key, DoubtKey::Kept(_)));
        if any { self.answer(&DoubtKey::Kept(fingerprint(condition))) } else { None }
    }

    /// The value with the assumed arms in place of the conditionals.
    pub(super) fn apply(&self, value: &Value) -> Value {
        if self.has_choices() { self.rewrite(value) } else { value.clone() }
    }

    /// The same, without a copy where nothing is assumed.
    pub(super) fn applied<'v>(&self, value: Cow<'v, Value>) -> Cow<'v, Value> {
        if self.has_choices() { Cow::Owned(self.rewrite(&value)) } else { value }
    }

    fn rewrite(&self, value: &Value) -> Value {
        if value.is_wholly_known() {
            return value.clone();
        }
        let kind = match &value.kind {
            Kind::List(sequence) => Kind::List(Arc::new(self.sequence(sequence))),
            Kind::Set(sequence) => Value::set(sequence.element.clone(), self.sequence(sequence).items).kind,
            Kind::Tuple(items) => Kind::Tuple(Arc::new(items.iter().map(|v| self.rewrite(v)).collect())),
            Kind::Map(mapping) => Kind::Map(Arc::new(self.mapping(mapping))),
            Kind::Object(mapping) => Kind::Object(Arc::new(self.mapping(mapping))),
            Kind::Unknown(unknown) => match &unknown.because {
                Because::Either(choice) => return self.choose(choice, value),
                Because::Call(name, args) => return self.recall(name, args, value),
                _ => return value.clone(),
            },
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => return value.clone(),
        };
        Value { kind, ..value.clone() }
    }

    /// The assumed arm, else the conditional with what is assumed applied inside.
    fn choose(&self, choice: &Choice, value: &Value) -> Value {
        let answer = self.answer(&DoubtKey::Choice(fingerprint(&choice.condition)));
        let answer = answer.or_else(|| self.rewrite(&choice.condition).as_bool());
        let arm = match answer {
            Some(true) => self.rewrite(&choice.yes),
            Some(false) => self.rewrite(&choice.no),
            None => return value.clone(),
        };
        let origin = arm.origin.or(value.origin);
        arm.with_origin(origin).marked(value.marks)
    }

    /// The operator applied to what its operands become.
    fn recall(&self, operator: &str, args: &[Value], value: &Value) -> Value {
        if let Some((key, is_equal)) = text_comparison(operator, args) {
            let answer = self.answer(&key).map(|answer| Value::bool(answer == is_equal));
            return answer.map_or_else(|| value.clone(), |truth| truth.with_origin(value.origin).marked(value.marks));
        }
        let args: Vec<Value> = args.iter().map(|v| self.rewrite(v)).collect();
        match operate(operator, &args) {
            Some(result) => {
                let origin = args.iter().fold(value.origin, |origin, arg| origin.or(arg.origin));
                result.with_origin(origin).marked(value.marks)
            }
            None => value.clone(),
        }
    }

    fn sequence(&self, sequence: &Sequence) -> Sequence {
        Sequence { element: sequence.element.clone(), items: sequence.items.iter().map(|v| self.rewrite(v)).collect() }
    }

    fn mapping(&self, mapping: &Mapping) -> Mapping {
        let entries = mapping.entries.iter().map(|(k, v)| (k.clone(), self.rewrite(v))).collect();
        Mapping { element: mapping.element.clone(), entries, rest: mapping.rest.clone() }
    }
}

/// The doubt that a comparison of an unknown value with a text is, and whether it holds when they are equal.
fn text_comparison(operator: &str, args: &[Value]) -> Option<(DoubtKey, bool)> {
    let is_equal = match operator {
        "==" => true,
        "!=" => false,
        _ => return None,
    };
    let (value, text) = match args {
        [value, text] | [text, value] if !value.is_known() && text.as_str().is_some() => (value, text.as_str()?),
        _ => return None,
    };
    let open = value.as_unknown()?;
    // Which arm it is tells more.
    let is_choice = matches!(open.because, Because::Either(_));
    (!is_choice).then(|| (DoubtKey::Is { value: fingerprint(value), text: text.clone() }, is_equal))
}

/// The first comparison with a text in a condition of which nothing is assumed yet, else the condition as a whole.
fn of_condition(condition: &Value, assumed: &Assumed) -> Option<DoubtKey> {
    let mut open = vec![condition];
    let mut budget = 100;
    while let (Some(value), true) = (open.pop(), budget > 0) {
        budget -= 1;
        let Some(Because::Call(operator, args)) = value.as_unknown().map(|unknown| &unknown.because) else { continue };
        match text_comparison(operator, args) {
            Some((key, _)) if assumed.answer(&key).is_none() => return Some(key),
            Some(_) => {}
            None if matches!(operator.as_str(), "!" | "&&" | "||" | "==" | "!=") => open.extend(args.iter().rev()),
            None => {}
        }
    }
    let whole = DoubtKey::Choice(fingerprint(condition));
    assumed.answer(&whole).is_none().then_some(whole)
}

/// A logical or comparing operator, where its operands decide it.
fn operate(operator: &str, args: &[Value]) -> Option<Value> {
    match (operator, args) {
        ("!", [a]) => a.as_bool().map(|a| Value::bool(!a)),
        ("&&" | "||", [a, b]) => logical(operator == "||", a, b),
        ("==" | "!=", [a, b]) => match equals(a, b) {
            Truth::Unknown => None,
            truth => Some(Value::bool((truth == Truth::True) == (operator == "=="))),
        },
        ("<" | "<=" | ">" | ">=", [a, b]) => {
            let order = a.as_number()?.partial_cmp(b.as_number()?)?;
            Some(Value::bool(match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            }))
        }
        _ => None,
    }
}

fn logical(or: bool, a: &Value, b: &Value) -> Option<Value> {
    match (a.as_bool(), b.as_bool()) {
        (Some(side), _) | (_, Some(side)) if side == or => Some(Value::bool(or)),
        (Some(_), Some(_)) => Some(Value::bool(!or)),
        (None, Some(_)) => Some(a.clone()),
        (Some(_), None) => Some(b.clone()),
        (None, None) => None,
    }
}

/// The first conditional under a value on which nothing is assumed yet.
pub(super) fn open_choice(value: &Value, assumed: &Assumed) -> Option<Doubt> {
    let mut open = vec![value];
    let mut budget = 1_000;
    while let (Some(value), true) = (open.pop(), budget > 0) {
        budget -= 1;
        let Kind::Unknown(unknown) = &value.kind else {
            open.extend(value.children());
            continue;
        };
        if let Because::Either(choice) = &unknown.because
            && let Some(key) = of_condition(&choice.condition, assumed)
        {
            // A condition without a way of its own came the way of what it decides.
            let origin = choice.condition.origin.or(value.origin);
            let condition = choice.condition.clone().with_origin(origin);
            return Some(Doubt { key, cause: Cause { value: condition, candidate: None } });
        }
        if let Some(doubt) = open_filter(unknown, assumed) {
            return Some(doubt);
        }
        open.extend(parts(unknown));
    }
    None
}

/// The first unknown `if` of a `for` on which nothing is assumed yet. Only what has an identity is the same value
/// wherever it is met.
fn open_filter(unknown: &Unknown, assumed: &Assumed) -> Option<Doubt> {
    let Because::Call(name, conditions) = &unknown.because else { return None };
    let is_condition = |value: &Value| value.as_unknown().is_some_and(|unknown| unknown.ty == Type::Bool);
    if *name != "for" || !conditions.iter().all(is_condition) {
        return None;
    }
    let mut open = conditions.iter().filter(|condition| has_identity(condition));
    open.find_map(|condition| {
        let key = DoubtKey::Kept(fingerprint(condition));
        let cause = || Cause { value: condition.clone(), candidate: None };
        assumed.answer(&key).is_none().then(|| Doubt { key, cause: cause() })
    })
}

/// Whether everything unknown in a value is the attribute of an instance, or a variable.
fn has_identity(value: &Value) -> bool {
    let is_one =
        |because: &Because| matches!(because, Because::Attribute(_) | Because::Data(_) | Because::Variable { .. });
    let unknowns = value.deep_unknowns();
    let mut causes = unknowns.iter().flat_map(|unknown| unknown.causes()).peekable();
    causes.peek().is_some() && causes.all(|because| is_one(because) || is_made_of_others(because))
}

/// Whether it says what an unknown value is computed from, which `causes` also tells.
const fn is_made_of_others(because: &Because) -> bool {
    matches!(because, Because::Template(_) | Because::Call(..) | Because::Either(_) | Because::Part(..))
}
