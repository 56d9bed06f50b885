//! What the driver does for every function, and what unknown arguments leave known.

use std::{path::Path, sync::Arc};

use super::*;
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    eval::{CallPart, CallPlaces},
    source::{FileId, Span},
    value::{Attribute, Hop, IdentityClass, Kind, Marks, Origin, What, show},
};

fn place(n: u32) -> Place {
    Place::new(FileId(0), Span::new(n, n + 1))
}

/// Calls a function; gives the result, and the diagnostics' summaries and places.
fn ask(cx: &Context<'_>, function: &str, args: &[Value]) -> (Value, Vec<(String, u32)>) {
    let part = |part| match part {
        CallPart::Name | CallPart::End => place(1),
        CallPart::Argument(n) => place(10 + u32::try_from(n).unwrap_or(0)),
    };
    let at = CallPlaces { whole: place(1), part: &part, failed: false };
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/functions/files");
    let value = call(cx, name(function), args, &base, &at).unwrap_or_else(|| Value::string("no such function"));
    let said = cx.take_diagnostics();
    (value, said.into_iter().map(|d| (d.summary, d.place.map_or(0, |p| p.span.start))).collect())
}

fn with<T>(test: impl FnOnce(&Context<'_>) -> T) -> T {
    let sources = crate::source::Sources::new("/".into());
    sources.add("main.tf", "0123456789");
    test(&Context::new(&sources))
}

/// The id of a bucket that does not exist yet.
fn id(of: &str) -> Value {
    let of = InstanceAddr {
        root: "root".into(),
        module: ModulePath::default(),
        mode: Mode::Managed,
        ty: name("aws_s3_bucket"),
        name: name(of),
        key: InstanceKey::None,
    };
    let attribute = Attribute { of: Arc::new(of), path: [].into(), identity: Some(IdentityClass::Id) };
    Value::unknown(Type::String, Because::Attribute(attribute))
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn strings(values: &[&str]) -> Value {
    Value::list(Type::String, values.iter().map(|v| text(v)).collect())
}

#[test]
fn mistakes_stand_at_the_argument_they_are_in() {
    with(|cx| {
        for (function, args, summary, at) in [
            ("upper", vec![], "Not enough function arguments", 1),
            ("upper", vec![text("a"), text("b")], "Too many function arguments", 11),
            ("join", vec![text(","), text("a")], "Invalid function argument", 11),
            ("upper", vec![Value::null(Type::String)], "Invalid function argument", 10),
            ("element", vec![Value::tuple(vec![]), Value::int(0)], "Error in function call", 1),
            ("cidrsubnets", vec![text("10.0.0.0/8"), Value::int(8), Value::int(-1)], "Invalid function argument", 12),
        ] {
            let (value, said) = ask(cx, function, &args);
            assert!(value.is_error(), "{function}");
            assert_eq!(said, [(summary.to_owned(), at)], "{function}");
        }
    });
}

#[test]
fn an_error_goes_through_in_silence() {
    with(|cx| {
        let (value, said) = ask(cx, "upper", &[Value::error()]);
        assert!(value.is_error() && said.is_empty());
        let at = CallPlaces { whole: place(1), part: &|_| place(1), failed: false };
        assert!(call(cx, name("nope"), &[], Path::new("."), &at).is_none());
    });
}

#[test]
fn marks_and_origins_come_along() {
    with(|cx| {
        let hop = Hop { what: What::Local, at: place(1), name: place(1), next: Origin::NONE };
        let (outer, inner) = (cx.origins.push(hop), cx.origins.push(hop));
        let element = text("a").marked(Marks::SENSITIVE).with_origin(inner);
        let list = Value::tuple(vec![element, text("b")]).with_origin(outer);
        let (joined, _) = ask(cx, "join", &[text(","), list.clone()]);
        assert!(joined.marks.has(Marks::SENSITIVE) && joined.origin == outer);
        let (first, _) = ask(cx, "element", &[list.clone(), Value::int(0)]);
        assert!(first.marks.has(Marks::SENSITIVE) && first.origin == inner);
        let (second, _) = ask(cx, "element", &[list, Value::int(1)]);
        assert!(!second.marks.has(Marks::SENSITIVE) && second.origin == outer);
    });
}

#[test]
fn strings_keep_their_unknown_parts() {
    with(|cx| {
        let pieces = |value: &Value| match value.as_unknown().map(|u| &u.because) {
            Some(Because::Template(pieces)) => {
                pieces.iter().map(|p| p.as_str().map_or("?".to_owned(), |t| t.to_string())).collect()
            }
            _ => vec!["no template".to_owned()],
        };
        let (arn, _) = ask(cx, "format", &[text("arn:%s/%s*"), id("a"), text("x")]);
        assert_eq!(pieces(&arn), ["arn:", "?", "/x*"]);
        let (joined, _) = ask(cx, "join", &[text("-"), Value::tuple(vec![text("a"), arn, text("b")])]);
        assert_eq!(pieces(&joined), ["a-arn:", "?", "/x*-b"]);
        let (starts, _) = ask(cx, "startswith", &[joined, text("a-")]);
        assert_eq!(starts.as_bool(), Some(true));
        let (built, _) = ask(
            cx,
            "provider::aws::arn_build",
            &["aws", "s3", "", ""].map(text).into_iter().chain([id("a")]).collect::<Vec<_>>(),
        );
        assert_eq!(pieces(&built), ["arn:aws:s3:::", "?"]);
    });
}

#[test]
fn identities_pass_through_and_decide() {
    with(|cx| {
        let is_id = |value: &Value| value.as_unknown().is_some_and(|u| matches!(u.because, Because::Attribute(_)));
        let (value, _) = ask(cx, "coalesce", &[Value::null(Type::String), id("a"), text("b")]);
        assert!(is_id(&value), "an id is neither null nor empty");
        let (value, _) = ask(cx, "contains", &[Value::tuple(vec![id("b"), id("a")]), id("a")]);
        assert_eq!(value.as_bool(), Some(true));
        let (value, _) = ask(cx, "distinct", &[Value::tuple(vec![id("a"), id("a")])]);
        assert_eq!(value.items().map(<[Value]>::len), Some(1));
        let (value, _) = ask(cx, "jsonencode", &[Value::tuple(vec![id("a")])]);
        let tree = value.as_unknown().map(|u| matches!(&u.because, Because::Call(n, args) if *n == "jsonencode" && is_id(&args[0].items().unwrap_or_default()[0])));
        assert_eq!(tree, Some(true));
    });
}

#[test]
fn what_would_take_too_much_is_refused() {
    with(|cx| {
        let many = Value::list(Type::Number, (0..1000).map(Value::int).collect());
        let (value, said) = ask(cx, "setproduct", &[many.clone(), many.clone(), many.clone()]);
        assert!(value.is_error() && said.len() == 1);
        let long = text(&"a".repeat(100_000));
        for (function, args) in [
            ("replace", vec![long.clone(), text("a"), long.clone()]),
            ("replace", vec![long.clone(), text("/a/"), long.clone()]),
            ("indent", vec![Value::int(1 << 40), text("\n")]),
            ("format", vec![text("%1000001d"), Value::int(1)]),
            ("join", vec![long, Value::list(Type::Any, vec![text("a"); 1000])]),
        ] {
            let (value, said) = ask(cx, function, &args);
            assert!(value.is_error() && said.len() == 1, "{function}");
        }
        let nested = text(&"[".repeat(100_000));
        assert!(ask(cx, "yamldecode", &[nested]).0.is_error());
        let bomb: String = (1..40).map(|n| format!("a{n}: &a{n} [*a{m},*a{m}]\n", m = n - 1)).collect();
        assert!(ask(cx, "yamldecode", &[text(&format!("a0: &a0 1\n{bomb}"))]).0.is_error());
    });
}

#[test]
fn templates_are_sources_and_reads_are_recorded() {
    with(|cx| {
        let vars = Value::object(vec![("name".into(), Value::null(Type::String))]);
        let (value, said) = ask(cx, "templatefile", &[text("a.tpl"), vars]);
        assert!(value.is_error());
        assert_eq!(said, [("Error in function call".to_owned(), 1)], "its place is the call's");
        assert!(cx.files_read().iter().any(|path| path.ends_with("a.tpl")));
        let vars = Value::object(vec![("template".into(), id("a")), ("name".into(), text("x"))]);
        let (value, _) = ask(cx, "templatestring", &[text("Hi ${name}"), vars]);
        assert_eq!(show(&value), "\"Hi x\"");
    });
}

#[test]
fn arns_are_taken_apart() {
    with(|cx| {
        let (parts, _) = ask(cx, "provider::aws::arn_parse", &[text("arn:aws:iam::123456789012:role/a/b")]);
        assert_eq!(parts.get("account_id").and_then(Value::as_str).map(|t| t.as_str()), Some("123456789012"));
        assert_eq!(parts.get("resource").and_then(Value::as_str).map(|t| t.as_str()), Some("role/a/b"));
        let (arn, _) = ask(cx, "provider::aws::trim_iam_role_path", &[text("arn:aws:iam::123456789012:role/a/b")]);
        assert_eq!(arn.as_str().map(|t| t.as_str()), Some("arn:aws:iam::123456789012:role/b"));
        assert!(ask(cx, "provider::aws::arn_parse", &[text("aws:iam")]).0.is_error());
    });
}

#[test]
fn sets_with_unknown_elements_stay_open_unless_it_is_sure() {
    with(|cx| {
        let known = |value: &Value| value.is_known();
        let (value, _) = ask(cx, "setunion", &[strings(&["a"]), Value::tuple(vec![id("a")])]);
        assert!(value.items().is_some_and(|items| items.len() == 2 && !items.iter().all(known)));
        let (value, _) = ask(cx, "length", &[value]);
        let range = value.as_unknown().and_then(|u| u.known.range);
        assert_eq!(range.map(|r| (r.low, r.high)), Some((1, Some(2))));
        let (value, _) = ask(cx, "toset", &[Value::tuple(vec![id("a"), text("x")])]);
        assert!(matches!(&value.kind, Kind::Set(set) if set.items.len() == 2), "its elements stay visible");
    });
}
