//! References: a name, and steps into what it stands for.

use smallvec::SmallVec;

use super::{
    Context, Scope, candidates,
    expr::{Eval, RefStep, Resolved},
};
use crate::{
    addr::Name,
    diag::Diagnostic,
    source::Place,
    syntax::{ExprId, ExprKind},
    value::{Because, Hop, Kind, Marks, Number, Step, Type, Unknown, Value, What, convert},
};

/// Evaluates a name with the attribute accesses and indexes after it.
pub(super) fn evaluate(eval: &Eval<'_, '_>, id: ExprId) -> Value {
    let (base, steps) = collect(eval, id);
    let at = eval.tree.place(id);
    let ExprKind::Name(root) = eval.tree.kind(base) else {
        let value = eval.expr(base);
        return follow(eval.cx, value, &steps);
    };
    let Resolved { value, used } = match bound(eval, root) {
        Some(value) => Resolved { value, used: 0 },
        None => eval.scope.resolve(eval.cx, root, &steps, at),
    };
    within(eval.cx, value, steps.get(used..).unwrap_or_default(), at)
}

/// What a name and the steps after it stand for in a scope; errors are reported.
pub fn refer(cx: &Context<'_>, scope: &dyn Scope, root: Name, steps: &[RefStep], at: Place) -> Value {
    let Resolved { value, used } = scope.resolve(cx, root, steps, at);
    within(cx, value, steps.get(used..).unwrap_or_default(), at)
}

/// What steps lead to inside a named value; `at` is the whole reference. Errors are reported.
pub fn within(cx: &Context<'_>, value: Value, steps: &[RefStep], at: Place) -> Value {
    let container = value.origin;
    renamed(cx, follow(cx, value, steps), container, at)
}

/// Few references have more steps than this, and there are very many references.
type Steps = SmallVec<[RefStep; 3]>;

/// The innermost expression and the steps after it, in the order they are written.
fn collect(eval: &Eval<'_, '_>, mut id: ExprId) -> (ExprId, Steps) {
    let mut steps = Steps::new();
    loop {
        let end = eval.tree.node(id).span;
        match eval.tree.kind(id) {
            ExprKind::Attr(of, name) => {
                steps.push(RefStep::Attr(name, step_place(eval, of, end.end)));
                id = of;
            }
            ExprKind::Index(of, key) => {
                steps.push(RefStep::Index(eval.expr(key), step_place(eval, of, end.end)));
                id = of;
            }
            _ => break,
        }
    }
    steps.reverse();
    (id, steps)
}

fn step_place(eval: &Eval<'_, '_>, of: ExprId, end: u32) -> Place {
    eval.tree.at(crate::source::Span::new(eval.tree.node(of).span.end, end))
}

/// The value a `for` around the expression gives to a name.
fn bound(eval: &Eval<'_, '_>, name: Name) -> Option<Value> {
    let mut frame = eval.frame;
    while let Some(at) = frame {
        if at.value.0 == name {
            return Some(at.value.1.clone());
        }
        if let Some((key, value)) = &at.key
            && *key == name
        {
            return Some(value.clone());
        }
        frame = at.outer;
    }
    None
}

/// A part of a named value came through that name: its origin says so. How many instances there are says nothing of
/// what is in one.
fn renamed(cx: &Context<'_>, value: Value, container: crate::value::Origin, at: Place) -> Value {
    if container.is_none() || value.origin == container {
        return value;
    }
    let origins = &cx.origins;
    let origin = match origins.first(container) {
        _ if value.origin.is_none() => container,
        Some(Hop { what: What::Count | What::ForEach, .. }) => value.origin,
        Some(hop) if !origins.passes(value.origin, hop.at) => {
            let passed_on = origins.first(hop.next).is_some_and(|next| next.name == hop.at);
            let inner = if passed_on { origins.through(hop.next, value.origin) } else { value.origin };
            origins.push(Hop { name: at, next: inner, ..hop })
        }
        _ => value.origin,
    };
    value.with_origin(origin)
}

/// Takes steps into a value; errors are reported and end the walk.
pub(super) fn follow(cx: &Context<'_>, value: Value, steps: &[RefStep]) -> Value {
    let mut value = value;
    for step in steps {
        if let RefStep::Index(key, _) = step
            && !key.is_known()
            && !key.is_error()
        {
            cx.note_open_lookup(key);
        }
        match take(&value, step) {
            Ok(next) => value = only_where_it_is(cx, &value, step, next),
            Err(diagnostic) => {
                let diagnostic = of_the_type(cx, &value, step).unwrap_or(diagnostic);
                cx.report(*diagnostic);
                return Value::error();
            }
        }
    }
    value
}

/// What is wrong with a step into any value of the type of a null that a variable has: Terraform looks at the types of
/// variables before it looks at their values.
fn of_the_type(cx: &Context<'_>, value: &Value, step: &RefStep) -> Option<Box<Diagnostic>> {
    let Kind::Null(ty) = &value.kind else { return None };
    let given = |hop: &Hop| {
        use What::{ModuleArgument, VariableCommandLine, VariableDefault, VariableEnvironment, VariableFile};
        matches!(hop.what, ModuleArgument | VariableCommandLine | VariableDefault | VariableEnvironment | VariableFile)
    };
    if !cx.origins.chain(value.origin).iter().any(given) {
        return None;
    }
    take(&Value::unknown(ty.clone(), Because::Error), step).err()
}

/// A part that only some values of a choice have: in the others the step is a mistake, which a `try` may be there for.
fn only_where_it_is(cx: &Context<'_>, value: &Value, step: &RefStep, taken: Value) -> Value {
    let is_open = matches!(taken.as_unknown().map(|unknown| &unknown.because), Some(Because::Part(..)));
    let Some((found, condition)) = is_open.then(|| candidates::where_it_is(value, step)).flatten() else {
        return taken;
    };
    cx.note_open_lookup(&condition);
    let origin = found.origin.or(taken.origin);
    found.with_origin(origin).marked(taken.marks)
}

/// One step into a value, or what is wrong with it in Terraform's words.
pub fn take(value: &Value, step: &RefStep) -> Result<Value, Box<Diagnostic>> {
    let next = match step {
        RefStep::Attr(name, at) => attribute(value, *name, *at),
        RefStep::Index(key, at) => index(value, key, *at),
    }?;
    let marks = next.marks.with(value.marks);
    let origin = next.origin.or(value.origin);
    Ok(next.with_origin(origin).marked(marks))
}

type Taken = Result<Value, Box<Diagnostic>>;

fn fail(summary: &str, detail: impl Into<String>, at: Place) -> Taken {
    Err(Box::new(Diagnostic::error(summary, detail, at)))
}

fn attribute(value: &Value, name: Name, at: Place) -> Taken {
    match &value.kind {
        Kind::Object(_) => match value.get(&name) {
            Some(found) => Ok(found.clone()),
            None if value.rest().is_some() => Ok(of_rest(value, Step::Attr(name))),
            None => {
                fail("Unsupported attribute", format!("This object does not have an attribute named \"{name}\"."), at)
            }
        },
        Kind::Map(_) => match value.get(&name) {
            Some(found) => Ok(found.clone()),
            None => {
                fail("Missing map element", format!("This map does not have an element with the key \"{name}\"."), at)
            }
        },
        Kind::Unknown(unknown) => unknown_attribute(value, unknown, name, at),
        Kind::Null(_) => fail(
            "Attempt to get attribute from null value",
            "This value is null, so it does not have any attributes.",
            at,
        ),
        Kind::Tuple(_) | Kind::List(_) | Kind::Set(_) => match legacy_index(&name) {
            Some(key) => index(value, &key, at),
            None => fail("Unsupported attribute", no_attributes(value, name), at),
        },
        Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            let ty = value.ty().friendly_name();
            fail("Unsupported attribute", format!("Can't access attributes on a primitive-typed value ({ty})."), at)
        }
    }
}

/// An attribute of an object that may have more than its entries.
fn of_rest(object: &Value, step: Step) -> Value {
    let because = match object.rest() {
        Some(Because::Attribute(attribute)) => Because::Attribute(attribute.at(step)),
        Some(Because::Data(attribute)) => Because::Data(attribute.at(step)),
        _ => Because::Part(object.clone(), step),
    };
    Value::unknown(Type::Any, because)
}

/// `.0` after a list is an index.
fn legacy_index(name: &str) -> Option<Value> {
    name.parse::<i64>().ok().map(Value::int)
}

fn no_attributes(value: &Value, name: Name) -> String {
    match value.ty() {
        Type::List(element) | Type::Set(element) if matches!(*element, Type::Object(_)) => format!(
            "Can't access attributes on a list of objects. Did you mean to access attribute \"{name}\" for a specific element of the list, or across all elements of the list?"
        ),
        _ => "This value does not have any attributes.".to_owned(),
    }
}

fn unknown_attribute(value: &Value, unknown: &Unknown, name: Name, at: Place) -> Taken {
    let ty = match &unknown.ty {
        Type::Any => Type::Any,
        Type::Map(element) => (**element).clone(),
        Type::Object(fields) => match fields.iter().find(|f| f.name.as_str() == name.as_str()) {
            Some(field) => field.ty.clone(),
            None => {
                return fail(
                    "Unsupported attribute",
                    format!("This object does not have an attribute named \"{name}\"."),
                    at,
                );
            }
        },
        ty if ty.is_primitive() => {
            let ty = ty.friendly_name();
            return fail(
                "Unsupported attribute",
                format!("Can't access attributes on a primitive-typed value ({ty})."),
                at,
            );
        }
        _ => return fail("Unsupported attribute", "This value does not have any attributes.", at),
    };
    Ok(part(value, unknown, ty, Step::Attr(name)))
}

/// A part of an unknown value, which keeps whose it is.
fn part(whole: &Value, unknown: &Unknown, ty: Type, step: Step) -> Value {
    let because = match &unknown.because {
        Because::Attribute(attribute) => Because::Attribute(attribute.at(step)),
        Because::Data(attribute) => Because::Data(attribute.at(step)),
        Because::Either(choice) if candidates::is_small(whole) => {
            return part_of_either(choice, ty, &step).unwrap_or_else(|| plain_part(whole, step));
        }
        Because::Error => Because::Error,
        _ => Because::Part(whole.clone(), step),
    };
    Value::unknown(ty, because)
}

fn plain_part(whole: &Value, step: Step) -> Value {
    Value::unknown(Type::Any, Because::Part(whole.clone(), step))
}

/// The part of both arms, where both have it.
fn part_of_either(choice: &crate::value::Choice, ty: Type, step: &Step) -> Option<Value> {
    let place = Place::NOWHERE;
    let step = match step {
        Step::Attr(name) => RefStep::Attr(*name, place),
        Step::Index(i) => RefStep::Index(Value::int(i64::try_from(*i).ok()?), place),
        Step::Key(key) => RefStep::Index(Value::string(key.clone()), place),
        Step::Any => return None,
    };
    let (yes, no) = (take(&choice.yes, &step).ok()?, take(&choice.no, &step).ok()?);
    if crate::value::equals(&yes, &no) == crate::value::Truth::True {
        return Some(yes);
    }
    let choice = crate::value::Choice { condition: choice.condition.clone(), yes, no };
    Some(Value::unknown(ty, Because::Either(choice.into())))
}

fn index(value: &Value, key: &Value, at: Place) -> Taken {
    if key.is_error() || value.is_error() {
        return Ok(Value::error());
    }
    if value.is_null() {
        return fail("Attempt to index null value", "This value is null, so it does not have any indices.", at);
    }
    if key.is_null() {
        return fail("Invalid index", "Can't use a null value as an indexing key.", at);
    }
    if key.ty() == Type::Any {
        return Ok(some_element(value, Type::Any, key));
    }
    match &value.kind {
        Kind::List(sequence) => in_sequence(value, &sequence.items, Some(&sequence.element), key, at),
        Kind::Tuple(items) => in_sequence(value, items, None, key, at),
        Kind::Map(mapping) => in_mapping(value, Some(&mapping.element), key, at),
        Kind::Object(_) => in_mapping(value, None, key, at),
        Kind::Unknown(unknown) => unknown_index(value, unknown, key, at),
        Kind::Set(_) => of_set(at),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            fail("Invalid index", "This value does not have any indices.", at)
        }
    }
}

fn of_set(at: Place) -> Taken {
    fail(
        "Invalid index",
        "Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's only possible to perform operations across all elements of the set.",
        at,
    )
}

const NOT_THERE: &str = "The given key does not identify an element in this collection value";

fn in_sequence(value: &Value, items: &[Value], element: Option<&Type>, key: &Value, at: Place) -> Taken {
    let key = number_key(key, at)?;
    let Some(number) = key.as_number() else {
        let ty = element.cloned().unwrap_or_default();
        return Ok(some_element(value, ty, &key));
    };
    match position(number, items.len()) {
        Ok(i) => Ok(items[i].clone().marked(key.marks)),
        Err(why) => fail("Invalid index", format!("{NOT_THERE}{why}."), at),
    }
}

fn number_key(key: &Value, at: Place) -> Taken {
    convert(key, &Type::Number).or_else(|_| fail("Invalid index", format!("{NOT_THERE}: a number is required."), at))
}

fn string_key(key: &Value, at: Place) -> Taken {
    convert(key, &Type::String).or_else(|_| fail("Invalid index", format!("{NOT_THERE}: a string is required."), at))
}

/// The index a number stands for, or why it is none.
fn position(number: &Number, len: usize) -> Result<usize, &'static str> {
    if number.is_negative() && !number.is_zero() {
        return Err(": a negative number is not a valid index for a sequence");
    }
    if !number.is_integer() {
        return Err(": indexing a sequence requires a whole number, but the given index has a fractional part");
    }
    number.to_usize().filter(|i| *i < len).ok_or("")
}

fn in_mapping(value: &Value, element: Option<&Type>, key: &Value, at: Place) -> Taken {
    let by_number = element.is_none() && matches!(key.kind, Kind::Number(_));
    let key = string_key(key, at)?;
    let Some(text) = key.as_str() else {
        return Ok(some_element(value, element.cloned().unwrap_or_default(), &key));
    };
    // An object is asked for a name, and it does not matter how that came about.
    let marks = if element.is_some() { key.marks } else { Marks::NONE };
    match value.get(text) {
        Some(found) => Ok(found.clone().marked(marks)),
        None if value.rest().is_some() => Ok(of_rest(value, Step::Attr(crate::addr::name(text)))),
        None if by_number => fail(
            "Invalid index",
            format!("{NOT_THERE}. An object only supports looking up attributes by name, not by numeric index."),
            at,
        ),
        None => fail("Invalid index", format!("{NOT_THERE}."), at),
    }
}

/// An element, which one is unknown. As in Terraform, that the key is sensitive does not matter then.
fn some_element(value: &Value, ty: Type, key: &Value) -> Value {
    if let Some(found) = candidates::entry(value, key) {
        return if found.is_known() { found.marked(key.marks) } else { Value { marks: Marks::NONE, ..found } };
    }
    let because = Because::Call(crate::addr::name("[]"), vec![value.clone(), key.clone()].into());
    Value::unknown(ty, because)
}

/// More elements of an unknown list are not looked at one by one.
const MAX_PARTS: u64 = 1_000;

/// The elements of an unknown list or tuple whose length is known all the same.
pub(super) fn parts(value: &Value) -> Option<Vec<Value>> {
    let unknown = value.as_unknown()?;
    if !matches!(unknown.ty, Type::List(_) | Type::Tuple(_)) || value.is_error() {
        return None;
    }
    let length = value.length_range().filter(|range| range.high == Some(range.low))?.low;
    if length > MAX_PARTS {
        return None;
    }
    (0..length)
        .map(|i| take(value, &RefStep::Index(Value::int(i64::try_from(i).unwrap_or(i64::MAX)), Place::NOWHERE)).ok())
        .collect()
}

fn unknown_index(value: &Value, unknown: &Unknown, key: &Value, at: Place) -> Taken {
    match &unknown.ty {
        Type::Any => {
            let step = match &key.kind {
                Kind::Number(number) => number.to_usize().map(|i| Step::Index(i as u64)),
                Kind::String(text) => Some(Step::Key(text.clone())),
                _ => None,
            };
            Ok(part_at(value, unknown, Type::Any, (key, step)))
        }
        Type::List(element) => {
            let key = number_key(key, at)?;
            let step = key.as_number().map(|i| i.to_usize().map_or(Step::Any, |i| Step::Index(i as u64)));
            Ok(part_at(value, unknown, (**element).clone(), (&key, step)))
        }
        Type::Map(element) => {
            let key = string_key(key, at)?;
            let step = key.as_str().map(|key| Step::Key(key.clone()));
            Ok(part_at(value, unknown, (**element).clone(), (&key, step)))
        }
        Type::Tuple(types) => {
            let key = number_key(key, at)?;
            let Some(number) = key.as_number() else { return Ok(some_element(value, Type::Any, &key)) };
            match position(number, types.len()) {
                Ok(i) => Ok(part(value, unknown, types[i].clone(), Step::Index(i as u64)).marked(key.marks)),
                Err(why) => fail("Invalid index", format!("{NOT_THERE}{why}."), at),
            }
        }
        Type::Object(fields) => {
            let key = string_key(key, at)?;
            let step = key.as_str().map(|key| Step::Attr(crate::addr::name(key)));
            // That there is no such attribute is not told before the object is known.
            let field = fields.iter().find(|field| key.as_str() == Some(&field.name));
            let ty = field.map(|field| field.ty.clone()).unwrap_or_default();
            Ok(part_at(value, unknown, ty, (&key, step)))
        }
        Type::Set(_) => of_set(at),
        Type::Bool | Type::Number | Type::String => fail("Invalid index", "This value does not have any indices.", at),
    }
}

/// A part of an unknown value: the one a known key leads to, or some.
fn part_at(whole: &Value, unknown: &Unknown, ty: Type, (key, step): (&Value, Option<Step>)) -> Value {
    step.map_or_else(|| some_element(whole, ty.clone(), key), |step| part(whole, unknown, ty.clone(), step))
}
