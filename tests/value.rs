//! Values against recorded answers of the real Terraform: `tests/value/record.py` makes the records.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test panics")]

use infralint::value::{
    ConvertError, Field, Number, Truth, Type, Value, convert, decode_json, encode_json, equals, show, unify,
};
use serde_json::Value as Json;

/// The cases of a record.
fn record(name: &str) -> Vec<Json> {
    let path = format!("{}/tests/value/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap()
}

/// Runs every case; fails with all that went wrong.
fn check(name: &str, case: impl Fn(&Json) -> Result<(), String>) {
    let cases = record(name);
    assert!(!cases.is_empty());
    let wrong: Vec<String> =
        cases.iter().filter_map(|json| case(json).err().map(|error| format!("{json}\n    {error}"))).collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn same<T: PartialEq + std::fmt::Debug>(ours: T, theirs: T) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("ours: {ours:?}")) }
}

/// A type in cty's JSON form.
fn ty(json: &Json) -> Type {
    match json {
        Json::String(name) => match name.as_str() {
            "string" => Type::String,
            "number" => Type::Number,
            "bool" => Type::Bool,
            "dynamic" => Type::Any,
            other => panic!("{other}"),
        },
        Json::Array(parts) => match parts[0].as_str().unwrap() {
            "list" => Type::list(ty(&parts[1])),
            "set" => Type::set(ty(&parts[1])),
            "map" => Type::map(ty(&parts[1])),
            "tuple" => Type::tuple(parts[1].as_array().unwrap().iter().map(ty).collect()),
            "object" => object(&parts[1], parts.get(2)),
            other => panic!("{other}"),
        },
        other => panic!("{other}"),
    }
}

fn object(fields: &Json, optional: Option<&Json>) -> Type {
    let optional = optional.and_then(Json::as_array).cloned().unwrap_or_default();
    let fields = fields.as_object().unwrap().iter().map(|(name, of)| Field {
        name: name.as_str().into(),
        ty: ty(of),
        optional: optional.contains(&Json::from(name.as_str())),
    });
    Type::object(fields.collect())
}

fn value(json: &Json) -> Value {
    decode_json(&json.to_string()).unwrap()
}

fn compute(case: &[Json]) -> Option<String> {
    let n = |i: usize| Number::parse(case[i].as_str().unwrap());
    let two = Number::from(2_i64);
    let text = |number: Option<Number>| number.map(|n| n.to_string());
    match case[0].as_str().unwrap() {
        "parse" => text(n(1)),
        "neg" => text(Some(n(1)?.neg())),
        "floor" => text(Some(n(1)?.floor())),
        "ceil" => text(Some(n(1)?.ceil())),
        "abs" => text(Some(n(1)?.abs())),
        "+" => text(n(1)?.add(&n(2)?)),
        "-" => text(n(1)?.sub(&n(2)?)),
        "*" => text(n(1)?.mul(&n(2)?)),
        "/" => text(n(1)?.div(&n(2)?)),
        "%" => text(n(1)?.rem(&n(2)?)),
        "<" => Some((n(1)? < n(2)?).to_string()),
        "==" => Some((n(1)? == n(2)?).to_string()),
        "pow" => text(n(1)?.pow(&n(2)?)),
        "log" => text(n(1)?.log(&n(2)?)),
        "chain" => {
            let (a, b) = (two.pow(&n(1)?)?, Number::from(3_i64).pow(&n(2)?)?);
            text(a.mul(&b)?.div(&a)?.add(&a)?.sub(&b))
        }
        other => panic!("{other}"),
    }
}

#[test]
fn numbers() {
    check("numbers", |case| {
        let case = case.as_array().unwrap();
        let theirs = case.last().unwrap().as_str().map(str::to_owned);
        same(compute(case), theirs)
    });
}

/// Compares the type and the JSON of a value, or the error: one of those Terraform may name.
fn outcome(result: Result<Value, ConvertError>, case: &Json) -> Result<(), String> {
    match (result, case.get("errors").and_then(Json::as_array)) {
        (Ok(value), None) => {
            let theirs = (ty(&case["type"]), case["json"].as_str().map(str::to_owned));
            same((value.ty(), encode_json(&value)), theirs)
        }
        (Err(ours), Some(theirs)) if theirs.contains(&ours.message.as_str().into()) => Ok(()),
        (ours, _) => Err(format!("ours: {ours:?}")),
    }
}

#[test]
fn conversions() {
    check("convert", |case| outcome(convert(&value(&case["value"]), &ty(&case["to"])), case));
}

#[test]
fn conversions_of_typed_values() {
    check("reconvert", |case| {
        let typed = convert(&value(&case["value"]), &ty(&case["from"])).unwrap();
        outcome(convert(&typed, &ty(&case["to"])), case)
    });
}

#[test]
fn unification() {
    check("unify", |case| {
        let types: Vec<Type> = case["types"].as_array().unwrap().iter().map(ty).collect();
        // The first arm, once converted.
        let ours = unify(&types).and_then(|common| convert(&Value::null(types[0].clone()), &common).ok());
        same(ours.map(|value| value.ty()), Some(&case["unified"]).filter(|json| !json.is_null()).map(ty))
    });
}

#[test]
fn equality() {
    let side = |json: &Json| convert(&value(&json[1]), &ty(&json[0])).unwrap();
    check("equal", |case| {
        let theirs = if case["equal"].as_bool().unwrap() { Truth::True } else { Truth::False };
        same(equals(&side(&case["a"]), &side(&case["b"])), theirs)
    });
}

#[test]
fn printing() {
    check("printed", |case| {
        let value = convert(&value(&case["value"]), &ty(&case["type"])).unwrap();
        same(show(&value).as_str(), case["printed"].as_str().unwrap())?;
        same(encode_json(&value).as_deref(), case["json"].as_str())
    });
}

#[test]
fn documents() {
    check("documents", |case| {
        let theirs = match case.get("error") {
            Some(error) => Err(error.as_str().unwrap().to_owned()),
            None => Ok(case["json"].as_str().unwrap().to_owned()),
        };
        same(decode_json(case["text"].as_str().unwrap()).map(|value| encode_json(&value).unwrap()), theirs)
    });
}
