//! The functions of the policy language: Terraform's under `core::`, the language's own, and `infralint::`.

use std::sync::LazyLock;

use foldhash::{HashMap, HashSet};

use super::{
    environment::{Facts, Run},
    lookups,
    native::{self, NativeCall},
    own,
    subject::Subject,
};
use crate::{
    addr::{Name, name as intern},
    diag::Diagnostic,
    eval::{self, CallPart, CallPlaces, Context},
    value::{Because, Type, Value},
};

/// Terraform's functions that the policy language has, under `core::`.
const LIBRARY: &str = "abs can ceil chomp chunklist coalescelist compact concat contains csvdecode distinct element endswith \
    flatten floor format formatdate formatlist indent issensitive join jsondecode jsonencode keys length log \
    lower max merge min nonsensitive one parseint pow range regex regexall reverse sensitive setintersection \
    setproduct setsubtract setunion signum slice sort split startswith strrev substr timeadd timecmp timestamp \
    title tolist toset trim trimprefix trimspace trimsuffix try type upper values yamldecode yamlencode zipmap";

/// Terraform's functions that the policy language lacks; here under `infralint::`.
const EXTRA: &str = "cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce lookup replace strcontains sum tobool tomap tonumber \
    tostring";

static LIBRARY_NAMES: LazyLock<HashMap<&str, Name>> =
    LazyLock::new(|| LIBRARY.split(' ').map(|name| (name, intern(name))).collect());
static EXTRA_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| EXTRA.split(' ').collect());

/// The plain name of a function as written, if there is such a function. Those of Terraform keep no namespace.
pub(super) fn plain(written: &str) -> Option<&str> {
    if let Some(name) = written.strip_prefix("core::") {
        if LIBRARY_NAMES.contains_key(name) {
            return Some(name);
        }
        return (own::find(written).is_some() || lookups::find(written).is_some()).then_some(written);
    }
    if let Some(name) = written.strip_prefix("infralint::") {
        if EXTRA_NAMES.contains(name) {
            return Some(name);
        }
        return (native::find(written).is_some() || lookups::find(written).is_some()).then_some(written);
    }
    written.starts_with("plugin::").then_some(written)
}

/// The plain name of a function of `core::` that was written without the namespace.
pub(super) fn bare(written: &str) -> Option<&str> {
    LIBRARY_NAMES.contains_key(written).then_some(written).or_else(|| own::bare(written))
}

/// Whether there is a function of this name as written.
pub(super) fn exists(written: &str) -> bool {
    plain(written).is_some()
}

/// The functions there are, as they are written.
pub fn names() -> Vec<String> {
    let core = LIBRARY.split(' ').map(|name| format!("core::{name}"));
    let extra = EXTRA.split(' ').map(|name| format!("infralint::{name}"));
    let of_tables = own::names().chain(lookups::names()).chain(native::names()).map(str::to_owned);
    core.chain(extra).chain(of_tables).collect()
}

/// Who calls a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caller<'c, 's> {
    pub cx: &'c Context<'s>,
    pub run: &'c Run<'c>,
    /// The judged object; none in the locals of a file.
    pub subject: Option<&'c Subject<'c>>,
}

/// Calls a function by the name [`plain`] gave.
pub(super) fn call(caller: &Caller<'_, '_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
    // Those of Terraform keep no namespace, and are most of what is called.
    if !name.contains("::") {
        return library(caller.cx, name, args, at);
    }
    if let Some(pure) = name.strip_prefix("plugin::infralint::").map(|f| format!("infralint::{f}")) {
        return native::find(&pure).map(|f| native(caller, &pure, f, (args, at)));
    }
    if let Some(lookup) = lookups::find(name) {
        return Some(with_facts(caller, name, at, |facts| lookup(caller, facts, args)));
    }
    if let Some(function) = native::find(name) {
        return Some(native(caller, name, function, (args, at)));
    }
    pure(caller.cx, name, args, at)
}

/// Calls a function that looks at nothing but its arguments.
pub(super) fn pure(cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
    if let Some(own) = own::find(name) {
        return Some(finish(cx, name, at, own(name, args)));
    }
    if name.starts_with("plugin::") {
        let what = format!("{name}(…), a plugin's function,");
        return Some(Value::unknown(Type::Any, Because::Unsupported(what.into())));
    }
    library(cx, name, args, at)
}

/// Calls a function of Terraform.
fn library(cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
    match (name, args, &cx.now) {
        ("contains", [list, needle], _) if needle.is_null() => Some(finish(cx, name, at, own::contains_null(list))),
        ("timestamp", [], Some(now)) => Some(Value::string(now.as_str())),
        _ => eval::functions::call(cx, interned(name), args, std::path::Path::new(""), at),
    }
}

fn interned(name: &str) -> Name {
    LIBRARY_NAMES.get(name).copied().unwrap_or_else(|| intern(name))
}

fn native(
    caller: &Caller<'_, '_>,
    name: &str,
    function: native::Native,
    (args, at): (&[Value], &CallPlaces<'_>),
) -> Value {
    with_facts(caller, name, at, |facts| {
        let attrs = caller.subject.map(Subject::attrs);
        function(&NativeCall {
            world: facts.world,
            root: facts.root,
            stage: facts.stage.kind,
            instance: caller.subject.and_then(Subject::instance),
            address: caller.subject.and_then(Subject::address),
            attrs: attrs.as_deref(),
            args,
            cx: caller.cx,
            caller,
            facts,
        })
    })
}

/// Runs a function that needs the root module that is judged; there is none while a file is loaded.
fn with_facts(
    caller: &Caller<'_, '_>,
    name: &str,
    at: &CallPlaces<'_>,
    work: impl FnOnce(&Facts<'_>) -> Result<Value, String>,
) -> Value {
    let result = match caller.run.env.facts {
        Some(facts) => work(facts),
        None => Err("there are no resources yet where this is evaluated".to_owned()),
    };
    finish(caller.cx, name, at, result)
}

fn finish(cx: &Context<'_>, name: &str, at: &CallPlaces<'_>, result: Result<Value, String>) -> Value {
    result.unwrap_or_else(|why| {
        let detail = format!("Call to function \"{name}\" failed: {why}.");
        cx.report(Diagnostic::error("Error in function call", detail, (at.part)(CallPart::Name)));
        Value::error()
    })
}
