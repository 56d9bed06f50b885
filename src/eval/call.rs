//! Function calls. `try` and `can` are lazy, so they are here; every other function is in [`super::functions`].

use super::{
    candidates,
    expr::{CallPart, CallPlaces, Eval},
};
use crate::{
    addr::{Name, name},
    source::{Place, Span},
    syntax::{Call, ExprId},
    value::{Because, Kind, Known, Marks, Type, Value},
};

pub(super) fn evaluate(eval: &Eval<'_, '_>, call: &Call, at: Place) -> Value {
    let args = eval.tree.list(call.args);
    match eval.scope.function(&call.name) {
        None => unknown_function(eval, call),
        Some("try") => r#try(eval, args, part_of(eval, call, CallPart::Name, at)),
        Some("can") => can(eval, (call, args), at),
        Some(plain) if plain.strip_prefix("provider::").is_some_and(|function| !declared(eval, function)) => {
            unknown_function(eval, call)
        }
        Some(plain) if !eval.scope.knows(plain) => unknown_function(eval, call),
        Some(plain) => {
            let before = eval.cx.reported();
            let Some(values) = arguments(eval, args, call.expand_final) else {
                return Value::error();
            };
            let ready = |vars: &Value| vars.is_known() && !vars.is_null();
            if plain == "templatestring" && values.get(1).is_none_or(ready) && !refers_directly(eval, args) {
                let detail = "Invalid value for \"template\" parameter: the template must be a direct reference to a named \
                              value, as in local.greeting. A template that is written here needs no function.";
                return eval.error("Invalid function argument", detail, part_of(eval, call, CallPart::Argument(0), at));
            }
            let failed = eval.cx.reported() > before;
            let part = |part| part_of(eval, call, part, at);
            let places = CallPlaces { whole: at, part: &part, failed };
            eval.scope.call(eval.cx, plain, &values, &places).unwrap_or_else(|| unknown_function(eval, call))
        }
    }
}

fn unknown_function(eval: &Eval<'_, '_>, call: &Call) -> Value {
    // All of the functions of Terraform's own provider are here.
    let open = |function: &&str| declared(eval, function) && !function.starts_with("terraform::");
    if let Some(provider) = call.name.strip_prefix("provider::").filter(open) {
        let what = format!("the provider-defined function {provider}");
        return Value::unknown(Type::Any, Because::Unsupported(what.into()));
    }
    let detail = format!("There is no function named \"{}\".", call.name);
    eval.error(eval.scope.dialect().unknown_function(&call.name), detail, eval.tree.at(call.name_span))
}

/// Whether the provider of a function, written without `provider::`, is declared.
fn declared(eval: &Eval<'_, '_>, function: &str) -> bool {
    function.split_once("::").is_some_and(|(provider, _)| eval.scope.has_provider(provider))
}

/// Whether the first argument names a value whose template is rendered, and is not one itself.
fn refers_directly(eval: &Eval<'_, '_>, args: &[ExprId]) -> bool {
    use crate::syntax::ExprKind;
    args.first().is_none_or(|id| {
        matches!(eval.tree.kind(eval.tree.unwrapped(*id)), ExprKind::Name(_) | ExprKind::Attr(..) | ExprKind::Index(..))
    })
}

/// Where a part of a call stands. The elements of a last argument that is spread all stand where that does.
fn part_of(eval: &Eval<'_, '_>, call: &Call, part: CallPart, at: Place) -> Place {
    let text = &eval.cx.sources.get(at.file).text;
    let args = eval.tree.list(call.args);
    let span = match part {
        CallPart::Name => eval.tree.call_start(call, text),
        CallPart::End => Span::new(at.span.end.saturating_sub(1), at.span.end),
        CallPart::Argument(i) => match args.get(i.min(args.len().saturating_sub(1))) {
            Some(last) if call.expand_final && i + 1 >= args.len() => eval.tree.node(*last).span,
            Some(argument) => eval.tree.start(*argument, text),
            None => at.span,
        },
    };
    eval.tree.at(span)
}

/// The values of the arguments, a final `...` spread. `None` after an error.
fn arguments(eval: &Eval<'_, '_>, args: &[ExprId], expand_final: bool) -> Option<Vec<Value>> {
    let mut values: Vec<Value> = args.iter().map(|id| eval.expr(*id)).collect();
    if expand_final {
        let (last, at) = (values.pop()?, eval.tree.place(*args.last()?));
        values.extend(spread(eval, &last, at)?);
    }
    Some(values)
}

fn spread(eval: &Eval<'_, '_>, last: &Value, at: Place) -> Option<Vec<Value>> {
    if let Some(items) = last.items() {
        return Some(items.iter().map(|v| v.clone().marked(last.marks)).collect());
    }
    match &last.kind {
        Kind::Unknown(unknown)
            if !unknown.ty.is_primitive() && !matches!(unknown.ty, Type::Map(_) | Type::Object(_)) =>
        {
            // How many arguments there are is unknown; one unknown argument makes the call unknown.
            let because = Because::Call(name("..."), vec![last.clone()].into());
            return (!last.is_error()).then(|| vec![Value::unknown(Type::Any, because)]);
        }
        Kind::Null(_) => {
            let detail = "The expanding argument (indicated by ...) must not be null.";
            eval.cx.error("Invalid expanding argument value", detail, at);
        }
        _ => {
            let detail = "The expanding argument (indicated by ...) must be of a tuple, list, or set type.";
            eval.cx.error("Invalid expanding argument value", detail, at);
        }
    }
    None
}

/// The first argument that evaluates without an error.
///
/// A result of which it is open whether it will turn out to be an error (a part of a value of unknown
/// type) stays open as a whole; any other result stands, even when partly unknown.
fn r#try(eval: &Eval<'_, '_>, args: &[ExprId], at: Place) -> Value {
    let mut failures = Vec::new();
    for (i, id) in args.iter().enumerate() {
        let ((value, errors), open) = eval.cx.watching_lookups(|| eval.cx.apart(|| eval.expr(*id)));
        match (errors.into_iter().find(crate::diag::Diagnostic::is_error), open) {
            (Some(error), _) => failures.push(error),
            (None, _) if value.is_error() => return value,
            (None, _) if eval.cx.whole_try && !value.is_wholly_known() => return unknown_as_whole(name("try"), value),
            (None, _) if may_fail(&value, asks) && args.len() > 1 => return in_doubt(eval, value, args),
            (None, Some(key)) => return unless_missing(eval, (value, key), args.get(i + 1..).unwrap_or_default(), at),
            // As in Terraform, it is not sensitive until it is known.
            (None, None) if !value.is_known() => return Value { marks: Marks::NONE, ..value },
            (None, None) => return value,
        }
    }
    let mut detail = "no expression succeeded:".to_owned();
    for failure in &failures {
        detail.push_str(&format!("\n- {}: {}", failure.summary, failure.detail));
    }
    detail.push_str("\n\nAt least one expression must produce a successful result");
    let detail = format!("Call to function \"try\" failed: {detail}.");
    eval.error("Error in function call", detail, at)
}

/// A value that comes of a look-up by a key that may not be there: else what the further arguments yield.
fn unless_missing(eval: &Eval<'_, '_>, (value, key): (Value, Value), rest: &[ExprId], at: Place) -> Value {
    let (other, errors) = eval.cx.apart(|| r#try(eval, rest, at));
    if errors.iter().any(crate::diag::Diagnostic::is_error) {
        eval.cx.note_open_lookup(&key);
        return value;
    }
    let known = Known { not_null: true, ..Known::default() };
    let (origin, marks) = (value.origin, value.marks);
    let condition = Value::unknown_with(Type::Bool, Because::Call(name("can"), vec![key].into()), known);
    candidates::either(condition, value, other).with_origin(origin).marked(marks)
}

/// What a function makes of something partly unknown where it takes that as a whole.
fn unknown_as_whole(function: Name, value: Value) -> Value {
    let ty = if function == "can" { Type::Bool } else { Type::Any };
    let origin = value.origin;
    Value::unknown(ty, Because::Call(function, vec![value].into())).with_origin(origin)
}

fn in_doubt(eval: &Eval<'_, '_>, value: Value, args: &[ExprId]) -> Value {
    let mut values = vec![value];
    values.extend(args.iter().skip(1).map(|id| eval.cx.apart(|| eval.expr(*id)).0));
    let origin = values[0].origin;
    Value::unknown(Type::Any, Because::Call(name("try"), values.into())).with_origin(origin)
}

/// Functions that are called in `try` and `can` to ask of what form a text is: whether they refuse an unknown one is
/// open. Sorted.
const ASKING: [&str; 13] = [
    "base64decode",
    "csvdecode",
    "formatdate",
    "jsondecode",
    "parseint",
    "regex",
    "textdecodebase64",
    "timeadd",
    "timecmp",
    "tobool",
    "tonumber",
    "urldecode",
    "yamldecode",
];

fn asks(function: &str) -> bool {
    ASKING.binary_search(&function).is_ok()
}

/// Functions and operators that refuse nothing of the right type. Sorted.
const TOTAL: [&str; 60] = [
    "!",
    "!=",
    "&&",
    "*",
    "+",
    "-",
    "<",
    "<=",
    "==",
    ">",
    ">=",
    "abs",
    "alltrue",
    "anytrue",
    "base64encode",
    "base64gzip",
    "base64sha256",
    "base64sha512",
    "basename",
    "can",
    "ceil",
    "chomp",
    "compact",
    "concat",
    "contains",
    "dirname",
    "distinct",
    "endswith",
    "flatten",
    "floor",
    "issensitive",
    "join",
    "jsonencode",
    "keys",
    "length",
    "lower",
    "md5",
    "merge",
    "nonsensitive",
    "reverse",
    "sensitive",
    "sha1",
    "sha256",
    "sha512",
    "sort",
    "split",
    "startswith",
    "strcontains",
    "strrev",
    "title",
    "tolist",
    "toset",
    "tostring",
    "trim",
    "trimprefix",
    "trimspace",
    "trimsuffix",
    "try",
    "upper",
    "urlencode",
];

fn is_total(function: &str) -> bool {
    TOTAL.binary_search(&function).is_ok()
}

/// Whether a value was taken out of one whose type is unknown, so that it may not be there, or computed by a function
/// that may refuse, as `refuses` says.
fn may_fail(value: &Value, refuses: fn(&str) -> bool) -> bool {
    let mut left = MAX_LOOKED_AT;
    fails_within(value, refuses, &mut left)
}

/// Values looked at before it is said that it may fail: unknown values share their parts.
const MAX_LOOKED_AT: u32 = 1_000;

fn fails_within(value: &Value, refuses: fn(&str) -> bool, left: &mut u32) -> bool {
    let Some(unknown) = value.as_unknown() else { return false };
    let Some(less) = left.checked_sub(1) else { return true };
    *left = less;
    match &unknown.because {
        Because::Part(whole, _) => {
            whole.as_unknown().is_none_or(|w| w.ty == Type::Any) || fails_within(whole, refuses, left)
        }
        Because::Call(function, args) if *function == "[]" => args.iter().any(|a| !a.is_known()),
        Because::Call(function, args) => refuses(function) || args.iter().any(|arg| fails_within(arg, refuses, left)),
        Because::Template(parts) => parts.iter().any(|part| fails_within(part, refuses, left)),
        Because::Either(choice) => fails_within(&choice.yes, refuses, left) || fails_within(&choice.no, refuses, left),
        _ => false,
    }
}

/// Whether the argument evaluates without an error.
fn can(eval: &Eval<'_, '_>, (call, args): (&Call, &[ExprId]), at: Place) -> Value {
    let id = match args {
        [id] => id,
        [] => {
            let detail = "Function \"can\" expects 1 argument(s). Missing value for \"expression\".";
            return eval.error("Not enough function arguments", detail, part_of(eval, call, CallPart::End, at));
        }
        _ => {
            let detail = "Function \"can\" expects only 1 argument(s).";
            return eval.error("Too many function arguments", detail, part_of(eval, call, CallPart::Argument(1), at));
        }
    };
    let ((value, errors), open) = eval.cx.watching_lookups(|| eval.cx.apart(|| eval.expr(*id)));
    if errors.iter().any(crate::diag::Diagnostic::is_error) {
        return Value::bool(false);
    }
    if value.is_error() {
        return value;
    }
    if eval.cx.whole_try && !value.is_wholly_known() {
        return unknown_as_whole(name("can"), value);
    }
    if open.is_some() || may_fail(&value, |function| !is_total(function)) {
        let value = open.unwrap_or(value);
        return Value::unknown(Type::Bool, Because::Call(name("can"), vec![value].into()));
    }
    Value::bool(true)
}
