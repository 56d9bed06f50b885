//! What is known of unknown values: causes, bounds, texts, and how they are shown.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::sync::Arc;

use infralint::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    value::{
        Attribute, Because, Choice, Known, Marks, Number, Range, Step, Type, Value, convert, decode_json, show,
        show_short,
    },
};

fn variable(label: &str, ty: Type) -> Value {
    let module = ModulePath::default();
    Value::unknown(ty, Because::Variable { module, name: name(label), root: "stages/test".into() })
}

fn attribute(label: &str, path: &str) -> Value {
    let of = InstanceAddr {
        root: "stages/test".into(),
        module: ModulePath::default().child(name("net"), InstanceKey::Key("a".into())),
        mode: Mode::Managed,
        ty: name("aws_vpc"),
        name: name(label),
        key: InstanceKey::Index(0),
    };
    let path = vec![Step::Attr(name(path)), Step::Index(1)];
    Value::unknown(Type::String, Because::Attribute(Attribute { of: Arc::new(of), path: path.into(), identity: None }))
}

fn template(parts: Vec<Value>) -> Value {
    Value::unknown(Type::String, Because::Template(parts.into()))
}

fn either(yes: Value, no: Value, ty: Type) -> Value {
    let condition = variable("c", Type::Bool);
    Value::unknown(ty, Because::Either(Arc::new(Choice { condition, yes, no })))
}

fn causes(value: &Value) -> Vec<String> {
    value.as_unknown().unwrap().causes().iter().map(ToString::to_string).collect()
}

#[test]
fn causes_are_the_leaves_each_once() {
    let (v, a) = (variable("v", Type::String), attribute("main", "ids"));
    let value = template(vec![Value::string("x"), a.clone(), either(v.clone(), a, Type::String), v]);
    assert_eq!(causes(&value), ["module.net[\"a\"].aws_vpc.main[0].ids[1]", "var.c", "var.v"]);
    let list = Value::tuple(vec![Value::int(1), variable("deep", Type::Any)]);
    let call = Value::unknown(Type::String, Because::Call(name("join"), vec![Value::string(","), list].into()));
    assert_eq!(causes(&call), ["var.deep"]);
    assert_eq!(causes(&variable("v", Type::Any)), ["var.v"]);
}

#[test]
fn causes_of_a_small_value_that_unfolds_without_end() {
    let value = (0..200).fold(variable("v", Type::String), |v, _| template(vec![v.clone(), v]));
    assert_eq!(causes(&value), ["var.v"]);
    let known = (0..200).fold(Value::int(1), |v, _| Value::tuple(vec![v.clone(), v]));
    assert!(known.deep_unknowns().is_empty());
}

#[test]
fn the_first_unknown_inside() {
    let value = decode_json(r#"{"a": [1, {"b": 2}]}"#).unwrap();
    assert!(value.first_unknown().is_none());
    let value = Value::tuple(vec![value, variable("x", Type::Any), variable("y", Type::Any)]);
    assert_eq!(value.first_unknown().unwrap().because.to_string(), "var.x");
    assert_eq!(value.deep_unknowns().len(), 2);
}

const fn range(low: u64, high: u64) -> Option<Range> {
    Some(Range { low, high: Some(high) })
}

#[test]
fn bounds_of_numbers() {
    assert_eq!(Value::int(3).number_range(), range(3, 3));
    assert_eq!(Value::number(Number::parse("2.5").unwrap()).number_range(), range(2, 3));
    assert_eq!(Value::int(-3).number_range(), None);
    assert_eq!(either(Value::int(2), Value::string("1"), Type::Number).number_range(), range(1, 2));
    assert_eq!(either(Value::int(2), variable("n", Type::Number), Type::Number).number_range(), None);
    let list = Value::tuple(vec![variable("x", Type::Any), Value::int(1)]);
    assert_eq!(
        Value::unknown(Type::Number, Because::Call(name("length"), vec![list].into())).number_range(),
        range(2, 2)
    );
}

#[test]
fn bounds_of_lengths() {
    let pair = Value::tuple(vec![Value::string("a"), variable("x", Type::String)]);
    let list = Type::list(Type::String);
    assert_eq!(pair.length_range(), range(2, 2));
    assert_eq!(convert(&pair, &Type::set(Type::String)).unwrap().length_range(), range(1, 2));
    assert_eq!(either(pair.clone(), Value::tuple(vec![]), list.clone()).length_range(), range(0, 2));
    assert_eq!(variable("l", list.clone()).length_range(), Some(Range::ANY));
    assert_eq!(variable("s", Type::String).length_range(), None);
    assert_eq!(Value::null(list.clone()).length_range(), None);
    assert_eq!(variable("t", Type::tuple(vec![Type::Any, Type::Any])).length_range(), range(2, 2));
    let known = Known { range: range(2, 5), ..Known::default() };
    let unknown = Value::unknown_with(list, Because::Unsupported("x".into()), known);
    assert_eq!(unknown.length_range(), range(2, 5));
    assert_eq!(convert(&unknown, &Type::set(Type::String)).unwrap().length_range(), range(1, 5));
}

#[test]
fn known_starts_of_texts() {
    let v = || variable("v", Type::String);
    assert_eq!(Value::string("abc").known_prefix(), "abc");
    assert_eq!(template(vec![Value::string("arn:"), Value::int(1), v(), Value::string("x")]).known_prefix(), "arn:1");
    assert_eq!(either(Value::string("prod-a"), Value::string("prod-b"), Type::String).known_prefix(), "prod-");
    assert_eq!(v().known_prefix(), "");
    let join = vec![Value::string("-"), Value::tuple(vec![Value::string("a"), v()])];
    assert_eq!(Value::unknown(Type::String, Because::Call(name("join"), join.into())).known_prefix(), "a-");
    let format = vec![Value::string("app-%s"), v()];
    assert_eq!(Value::unknown(Type::String, Because::Call(name("format"), format.into())).known_prefix(), "app-");
}

#[test]
fn shown_to_a_person() {
    let value = Value::object(vec![
        ("a".into(), attribute("main", "ids")),
        ("b".into(), variable("v", Type::String)),
        ("c".into(), Value::string("secret").marked(Marks::SENSITIVE)),
        ("d".into(), Value::tuple(vec![Value::int(1), Value::null(Type::Any)])),
    ]);
    let lines = "{\n  \"a\" = (known after apply)\n  \"b\" = (var.v is not known)\n  \"c\" = (sensitive value)\n  \"d\" = [\n    1,\n    null,\n  ]\n}";
    assert_eq!(show(&value), lines);
    assert!(!show_short(&value).contains("secret"));
    assert_eq!(show_short(&Value::tuple(vec![Value::int(1), Value::string("a\nb")])), "[1, \"a\\nb\"]");
    let long = show_short(&Value::string("é".repeat(100)));
    assert_eq!((long.chars().count(), long.ends_with('…')), (60, true));
}

#[test]
fn numbers_of_any_size_are_cheap() {
    let huge = Number::parse("1e300000000").unwrap();
    assert_eq!(huge.to_string(), "1.0e+300000000");
    assert_eq!(huge.add(&Number::Int(1)).unwrap(), huge);
    assert!(huge > Number::Int(i64::MAX) && huge.neg() < Number::Int(i64::MIN));
    assert!(Number::parse("1e999999999999").unwrap().is_infinite());
    assert!(Number::parse("1e-999999999999").unwrap().is_zero());
    assert_eq!(huge.rem(&Number::Int(7)).map(|n| n.is_infinite()), Some(false));
    assert_eq!(huge.to_i64(), None);
    assert_eq!(huge.to_integer(), None);
}

#[test]
fn structural_identity() {
    let value = Value::tuple(vec![template(vec![variable("v", Type::String), Value::string("x")]), Value::int(1)]);
    assert!(value.same(&value.clone()));
    assert!(!value.same(&value.clone().marked(Marks::SENSITIVE)));
    assert!(!Value::null(Type::String).same(&Value::null(Type::Any)));
    assert!(!variable("v", Type::Any).same(&variable("w", Type::Any)));
}
