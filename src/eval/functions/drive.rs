//! Calls a function: counts and converts the arguments, refuses nulls, answers for unknown ones,
//! and carries marks and origins over to the result.

use std::path::Path;

use super::{
    Call, Failure, Outcome, shape,
    signature::{Function, MarkRule, Parameter, Returns},
    table,
};
use crate::{
    addr::Name,
    eval::{CallPart, CallPlaces, Context},
    source::Place,
    value::{Kind, Known, Marks, Origin, Type, Value, convert},
};

/// Stands for an argument that is not there.
pub(super) static NULL: Value = Value { kind: Kind::Null(Type::Any), marks: Marks::NONE, origin: Origin::NONE };

/// Calls a built-in function by its plain name (`length`, not `core::length`), with arguments as
/// evaluated. Reports its own errors and then yields [`Value::error`]; `None` when there is no such function.
#[must_use]
pub fn call(cx: &Context<'_>, name: Name, args: &[Value], base: &Path, at: &CallPlaces<'_>) -> Option<Value> {
    let function = table::find(name)?;
    let blame = Blame { cx, function, at };
    let called = prepare(&blame, args).map(|args| {
        let call = Call { cx, name, args: &args, base, at: at.whole };
        let outcome = run(function, &call);
        finish(&blame, &call, outcome)
    });
    Some(called.unwrap_or_else(Value::error))
}

/// Where to report what.
struct Blame<'a, 's> {
    cx: &'a Context<'s>,
    function: &'a Function,
    at: &'a CallPlaces<'a>,
}

impl Blame<'_, '_> {
    fn place(&self, part: CallPart) -> Place {
        (self.at.part)(part)
    }

    /// An argument that is refused.
    fn argument(&self, index: usize, message: &str) {
        let name = self.function.parameter(index).map_or("", |p| p.name);
        let detail = format!("Invalid value for \"{name}\" parameter: {}.", message.trim_end_matches('.'));
        self.cx.error("Invalid function argument", detail, self.place(CallPart::Argument(index)));
    }

    fn failure(&self, failure: &Failure) {
        if let Some(index) = failure.argument {
            return self.argument(index, &failure.message);
        }
        let detail =
            format!("Call to function \"{}\" failed: {}.", self.function.name, failure.message.trim_end_matches('.'));
        self.cx.error("Error in function call", detail, self.place(CallPart::Name));
    }
}

/// The arguments as the function wants them; `None` when something was reported or is an error already.
fn prepare(blame: &Blame<'_, '_>, args: &[Value]) -> Option<Vec<Value>> {
    count(blame, args.len())?;
    let converted: Vec<_> = args.iter().enumerate().map(|(i, arg)| convert_one(blame, i, arg)).collect();
    let converted: Vec<Value> = converted.into_iter().collect::<Option<_>>()?;
    if blame.at.failed || converted.iter().any(Value::is_error) {
        return None;
    }
    // As in Terraform, nobody looks further than to an argument of which not even the type is known.
    let mut looked_at = converted.iter().enumerate().take_while(|(_, arg)| !is_untyped(arg));
    let refused = looked_at.find(|(i, arg)| arg.is_null() && !allows_null(blame, *i));
    if let Some((index, _)) = refused {
        blame.argument(index, "argument must not be null");
        return None;
    }
    Some(converted)
}

fn allows_null(blame: &Blame<'_, '_>, index: usize) -> bool {
    blame.function.parameter(index).is_some_and(|p| p.null)
}

fn count(blame: &Blame<'_, '_>, given: usize) -> Option<()> {
    let Function { name, parameters, variadic, .. } = blame.function;
    let most = if variadic.is_some() { usize::MAX } else { parameters.len() };
    let qualifier = if variadic.is_some() { "at least " } else { "" };
    if let Some(missing) = parameters.get(given) {
        let wanted = parameters.len();
        let detail = format!(
            "Function \"{name}\" expects {qualifier}{wanted} argument(s). Missing value for \"{}\".",
            missing.name
        );
        blame.cx.error("Not enough function arguments", detail, blame.place(CallPart::End));
        return None;
    }
    if given > most {
        let detail = format!("Function \"{name}\" expects only {most} argument(s).");
        blame.cx.error("Too many function arguments", detail, blame.place(CallPart::Argument(most)));
        return None;
    }
    Some(())
}

fn convert_one(blame: &Blame<'_, '_>, index: usize, arg: &Value) -> Option<Value> {
    let want = blame.function.parameter(index).map_or(Type::Any, |p| p.want.ty());
    blame.cx.note_open_conversion(arg, &want);
    let mut value = match convert(arg, &want) {
        Ok(value) => value,
        Err(error) => {
            blame.argument(index, &error.message);
            return None;
        }
    };
    if blame.function.marks == MarkRule::Deep && value.deep_marks() != value.marks {
        strip(&mut value);
    }
    Some(value)
}

/// Moves the marks of everything inside a value onto the value.
fn strip(value: &mut Value) {
    let marks = value.deep_marks();
    shape::unmark(value);
    value.marks = marks;
}

/// Whether not even the type of an argument is known.
fn is_untyped(arg: &Value) -> bool {
    arg.as_unknown().is_some_and(|unknown| unknown.ty == Type::Any)
}

fn run(function: &Function, call: &Call<'_, '_>) -> Outcome {
    // What is wrong beside an argument without a type is told when that has one.
    answer(function, call).or_else(|failure| {
        let open = |(i, arg): (usize, &Value)| is_untyped(arg) && function.parameter(i).is_some_and(|p| !p.untyped);
        let open = call.args.iter().enumerate().any(open);
        if open { Ok(call.unknown_with(Type::Any, Known::default())) } else { Err(failure) }
    })
}

fn answer(function: &Function, call: &Call<'_, '_>) -> Outcome {
    let undecided = call.args.iter().enumerate().any(|(i, arg)| !arg.is_known() && !handles(function.parameter(i)));
    if !undecided {
        return (function.run)(call);
    }
    match function.returns {
        Returns::Type(want) => Ok(call.unknown(want.ty())),
        Returns::From(of) => Ok(call.unknown_with(of(call)?, Known::default())),
    }
}

fn handles(parameter: Option<&Parameter>) -> bool {
    parameter.is_some_and(|p| p.unknown)
}

fn finish(blame: &Blame<'_, '_>, call: &Call<'_, '_>, outcome: Outcome) -> Value {
    let mut value = match outcome {
        Ok(value) => value,
        Err(failure) => {
            blame.failure(&failure);
            return Value::error();
        }
    };
    let own = match blame.function.marks {
        MarkRule::Own => true,
        MarkRule::Known => !value.is_known(),
        MarkRule::Deep | MarkRule::Shallow => false,
    };
    if !own {
        value.marks = call.args.iter().fold(value.marks, |marks, arg| marks.with(arg.marks));
    }
    value.origin = call.args.iter().fold(decisive(&value, call), |origin, arg| origin.or(arg.origin));
    value
}

/// The origin a result has by itself: of an unknown one, that of the first argument that made it so.
fn decisive(value: &Value, call: &Call<'_, '_>) -> Origin {
    if value.is_known() || !value.origin.is_none() {
        return value.origin;
    }
    call.args.iter().find_map(first_unknown_origin).unwrap_or_default()
}

/// The origin of the first unknown value inside a value, itself included; its container's where it has none.
fn first_unknown_origin(value: &Value) -> Option<Origin> {
    if !value.is_known() {
        return Some(value.origin);
    }
    value.children().find_map(first_unknown_origin).map(|origin| origin.or(value.origin))
}
