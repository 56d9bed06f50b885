//! Equality of unknown values by identity.

#![allow(clippy::unwrap_used, reason = "a failing test panics")]

use std::sync::Arc;

use super::{Truth, canonical_order, equals};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    value::{Attribute, Because, Choice, IdentityClass, Known, Range, Step, Type, Value, convert},
};

struct Of(InstanceAddr);

fn resource(ty: &str, label: &str) -> Of {
    Of(InstanceAddr {
        root: "stages/test".into(),
        module: ModulePath::default(),
        mode: Mode::Managed,
        ty: name(ty),
        name: name(label),
        key: InstanceKey::None,
    })
}

fn bucket(label: &str) -> Of {
    resource("aws_s3_bucket", label)
}

fn data(ty: &str, label: &str) -> Of {
    let mut of = resource(ty, label);
    of.0.mode = Mode::Data;
    of
}

impl Of {
    fn key(mut self, key: InstanceKey) -> Self {
        self.0.key = key;
        self
    }

    fn within(mut self, key: InstanceKey) -> Self {
        self.0.module = self.0.module.child(name("m"), key);
        self
    }

    fn attribute(self, path: &str, identity: Option<IdentityClass>) -> Attribute {
        Attribute { of: Arc::new(self.0), path: [Step::Attr(name(path))].into(), identity }
    }

    fn class(self, path: &str, class: IdentityClass) -> Value {
        Value::unknown(Type::String, Because::Attribute(self.attribute(path, Some(class))))
    }

    fn id(self) -> Value {
        self.class("id", IdentityClass::Id)
    }

    fn plain(self, path: &str) -> Value {
        Value::unknown(Type::String, Because::Attribute(self.attribute(path, None)))
    }

    /// `id`, of which the configuration tells what it will be.
    fn id_as(self, alias: Value) -> Value {
        let because = Because::Attribute(self.attribute("id", Some(IdentityClass::Id)));
        Value::unknown_with(Type::String, because, Known { alias: Some(alias), ..Known::default() })
    }

    fn read(self, path: &str, ty: Type) -> Value {
        Value::unknown(ty, Because::Data(self.attribute(path, None)))
    }
}

fn variable(label: &str, ty: Type) -> Value {
    Value::unknown(
        ty,
        Because::Variable { module: ModulePath::default(), name: name(label), root: "stages/test".into() },
    )
}

fn template(parts: &[Value]) -> Value {
    Value::unknown(Type::String, Because::Template(parts.into()))
}

fn call(function: &str, arguments: &[Value], ty: Type) -> Value {
    Value::unknown(ty, Because::Call(name(function), arguments.into()))
}

fn part(of: &Value, step: Step) -> Value {
    Value::unknown(Type::String, Because::Part(of.clone(), step))
}

fn either(condition: &str, yes: &Value, no: &Value, ty: Type) -> Value {
    let condition = variable(condition, Type::Bool);
    Value::unknown(ty, Because::Either(Arc::new(Choice { condition, yes: yes.clone(), no: no.clone() })))
}

fn text(text: &str) -> Value {
    Value::string(text)
}

fn ranged(ty: Type, low: u64, high: Option<u64>) -> Value {
    let known = Known { range: Some(Range { low, high }), ..Known::default() };
    Value::unknown_with(ty, Because::Unsupported("x".into()), known)
}

/// Holds both ways round.
#[track_caller]
fn holds(a: &Value, b: &Value, truth: Truth) {
    assert_eq!(equals(a, b), truth, "{a:?}\n{b:?}");
    assert_eq!(equals(b, a), truth, "the other way round");
}

use Truth::{False, True, Unknown};

#[test]
fn identities_of_one_instance_are_equal() {
    holds(&bucket("a").id(), &bucket("a").id(), True);
    holds(&bucket("a").id(), &bucket("a").class("bucket", IdentityClass::Id), True);
    holds(&bucket("a").id(), &bucket("a").class("arn", IdentityClass::Arn), Unknown);
    holds(&bucket("a").plain("region"), &bucket("a").plain("region"), True);
    holds(&bucket("a").plain("region"), &bucket("a").plain("zone"), Unknown);
    holds(&bucket("a").key(InstanceKey::Index(1)).id(), &bucket("a").key(InstanceKey::Index(1)).id(), True);
}

#[test]
fn identities_of_instances_of_one_type_differ() {
    holds(&bucket("a").id(), &bucket("b").id(), False);
    holds(&bucket("a").key(InstanceKey::Index(0)).id(), &bucket("a").key(InstanceKey::Index(1)).id(), False);
    holds(
        &bucket("a").within(InstanceKey::Key("x".into())).id(),
        &bucket("a").within(InstanceKey::Key("y".into())).id(),
        False,
    );
    holds(&bucket("a").plain("region"), &bucket("b").plain("region"), Unknown);
    holds(&bucket("a").id(), &resource("aws_vpc", "a").id(), Unknown);
    holds(&bucket("a").id(), &data("aws_s3_bucket", "a").id(), Unknown);
}

#[test]
fn an_unknown_key_decides_nothing() {
    let some = || bucket("a").key(InstanceKey::Unknown);
    holds(&some().id(), &some().id(), Unknown);
    holds(&some().id(), &bucket("b").id(), Unknown);
    let same = some().id();
    holds(&same, &same, Unknown);
    let module = || bucket("a").within(InstanceKey::Unknown);
    holds(&module().id(), &module().id(), Unknown);
    holds(&module().id(), &bucket("b").id(), Unknown);
}

#[test]
fn an_alias_is_compared_too() {
    let a = || bucket("a").id_as(text("logs"));
    holds(&a(), &text("logs"), True);
    holds(&a(), &text("other"), False);
    holds(&a(), &bucket("b").plain("bucket_name"), Unknown);
    // The identity answers first, whatever the names say.
    holds(&a(), &bucket("b").id_as(text("logs")), False);
    holds(&a(), &resource("aws_vpc", "v").id_as(text("logs")), True);
    holds(&a(), &template(&[text("lo"), variable("x", Type::String)]), Unknown);
    holds(&a(), &template(&[text("x"), variable("x", Type::String)]), False);
}

#[test]
fn data_is_equal_to_itself_only() {
    let cidr = |label| data("aws_vpc", label).read("cidr_block", Type::String);
    holds(&cidr("a"), &cidr("a"), True);
    holds(&cidr("a"), &cidr("b"), Unknown);
}

#[test]
fn availability_zones_are_distinct() {
    let zones = |ty: &str| data(ty, "z").read("names", Type::list(Type::String));
    let zone = |i| part(&zones("aws_availability_zones"), Step::Index(i));
    holds(&zone(0), &zone(0), True);
    holds(&zone(0), &zone(1), False);
    holds(&zone(0), &part(&zones("aws_availability_zones"), Step::Any), Unknown);
    holds(&part(&zones("aws_regions"), Step::Index(0)), &part(&zones("aws_regions"), Step::Index(1)), Unknown);
}

#[test]
fn parts_of_equal_things_are_equal() {
    let v = variable("v", Type::map(Type::String));
    let key = |k: &str| Step::Key(k.into());
    holds(&part(&v, key("a")), &part(&v, key("a")), True);
    holds(&part(&v, key("a")), &part(&v, key("b")), Unknown);
    let made = call("jsondecode", &[variable("j", Type::String)], Type::Any);
    holds(&part(&made, key("a")), &part(&made, key("a")), True);
}

#[test]
fn templates_are_compared_from_both_ends() {
    let (a, b) = (|| bucket("a").id(), || bucket("b").id());
    holds(&template(&[a(), text("/*")]), &template(&[a(), text("/*")]), True);
    holds(&template(&[a(), text("/*")]), &template(&[b(), text("/*")]), False);
    holds(&template(&[text("s3:"), a(), text("/x")]), &template(&[text("s3:"), b(), text("/x")]), False);
    holds(&template(&[text("a-"), a()]), &template(&[text("b-"), b()]), False);
    holds(&template(&[a(), text("-x")]), &template(&[b(), text("-y")]), False);
    holds(&template(&[text("a-"), a()]), &text("a-logs"), Unknown);
    holds(&template(&[text("a-"), a()]), &text("b-logs"), False);
    holds(&template(&[a(), text("-x")]), &text("logs-y"), False);
    holds(&template(&[a()]), &a(), True);
    holds(&template(&[a(), text("x")]), &a(), False);
    holds(&template(&[a(), variable("v", Type::String)]), &a(), Unknown);
    // Parts are joined and unfolded before they are compared.
    let inner = template(&[text("a"), a()]);
    holds(&template(&[text("x"), inner]), &template(&[text("xa"), a()]), True);
    holds(&template(&[a(), b()]), &template(&[b(), a()]), Unknown);
    // Both ends of "aba" agree, but it is too short for both.
    holds(&template(&[text("ab"), variable("v", Type::String), text("ba")]), &text("aba"), False);
    holds(&template(&[text("n"), variable("v", Type::Number)]), &Value::null(Type::String), False);
}

#[test]
fn calls_are_equal_when_their_arguments_are() {
    let v = || variable("v", Type::String);
    holds(&call("lower", &[v()], Type::String), &call("lower", &[v()], Type::String), True);
    holds(&call("lower", &[v()], Type::String), &call("upper", &[v()], Type::String), Unknown);
    holds(
        &call("lower", &[bucket("a").id()], Type::String),
        &call("lower", &[bucket("b").id()], Type::String),
        Unknown,
    );
    holds(&call("uuid", &[], Type::String), &call("uuid", &[], Type::String), Unknown);
    let once = call("uuid", &[], Type::String);
    holds(&once, &once, True);
    let subnet = |n| call("cidrsubnet", &[v(), Value::int(4), Value::int(n)], Type::String);
    holds(&subnet(0), &subnet(0), True);
    holds(&subnet(0), &subnet(1), False);
}

#[test]
fn a_choice_answers_where_its_arms_agree() {
    let v = |yes: &str, no: &str| either("c", &text(yes), &text(no), Type::String);
    holds(&v("a", "b"), &text("c"), False);
    holds(&v("a", "b"), &text("a"), Unknown);
    holds(&v("a", "a"), &text("a"), True);
    holds(&v("a", "b"), &v("a", "b"), True);
    holds(&v("a", "b"), &v("b", "a"), False);
    holds(&v("a", "b"), &either("d", &text("x"), &text("y"), Type::String), False);
    // Arms count as converted to the type.
    let number = either("c", &Value::int(1), &Value::int(1), Type::String);
    holds(&number, &text("1"), True);
    let optional = either("c", &text("a"), &Value::null(Type::String), Type::String);
    holds(&optional, &Value::null(Type::String), Unknown);
    holds(&v("a", "b"), &Value::null(Type::String), False);
}

#[test]
fn types_and_ranges_exclude() {
    holds(&variable("n", Type::Number), &text("1"), False);
    holds(&variable("n", Type::Any), &text("1"), Unknown);
    holds(&variable("n", Type::list(Type::String)), &Value::tuple(vec![]), False);
    // Both may be null.
    holds(&variable("n", Type::Number), &variable("s", Type::String), Unknown);
    holds(&variable("n", Type::Number), &bucket("a").id(), False);
    holds(&bucket("a").id(), &Value::null(Type::Any), False);
    holds(&variable("s", Type::String), &Value::null(Type::Any), Unknown);
    holds(&ranged(Type::Number, 2, Some(3)), &Value::int(1), False);
    holds(&ranged(Type::Number, 2, Some(3)), &Value::int(4), False);
    holds(&ranged(Type::Number, 2, Some(3)), &Value::int(2), Unknown);
    holds(&ranged(Type::Number, 0, None), &Value::int(-1), False);
    holds(&ranged(Type::Number, 2, Some(3)), &ranged(Type::Number, 4, None), False);
    let list = Type::list(Type::String);
    holds(&ranged(list.clone(), 1, None), &Value::list(Type::String, vec![]), False);
    holds(&ranged(list, 1, None), &Value::list(Type::String, vec![text("a")]), Unknown);
}

#[test]
fn collections_are_compared_element_by_element() {
    let list = |items: &[Value]| Value::list(Type::String, items.to_vec());
    let (a, b, v) = (bucket("a").id(), bucket("b").id(), variable("v", Type::String));
    holds(&list(&[a.clone(), text("x")]), &list(&[a.clone(), text("x")]), True);
    holds(&list(&[a.clone(), text("x")]), &list(&[b.clone(), text("x")]), False);
    holds(&list(&[v.clone(), text("x")]), &list(&[text("a"), text("x")]), Unknown);
    holds(&list(&[v.clone(), text("x")]), &list(&[text("a"), text("y")]), False);
    holds(&list(std::slice::from_ref(&v)), &list(&[]), False);
    let set = |items: &[Value]| Value::set(Type::String, items.to_vec());
    holds(&set(&[a.clone(), b.clone()]), &set(&[b.clone(), a.clone()]), True);
    holds(&set(&[a.clone(), b.clone()]), &set(std::slice::from_ref(&a)), False);
    holds(&set(&[a.clone(), v.clone()]), &set(std::slice::from_ref(&a)), Unknown);
    holds(&set(std::slice::from_ref(&v)), &set(&[]), False);
    holds(&set(std::slice::from_ref(&v)), &set(&[text("a"), text("b")]), Unknown);
    let object = |value: &Value| Value::object(vec![("k".into(), value.clone())]);
    holds(&object(&a), &object(&a), True);
    holds(&object(&a), &object(&b), False);
    holds(&object(&a), &object(&v), Unknown);
}

#[test]
fn errors_are_never_equal_or_different() {
    holds(&Value::error(), &Value::error(), Unknown);
    holds(&Value::error(), &text("a"), Unknown);
}

/// A small value that unfolds to 2^200 arms.
#[test]
fn work_is_bounded() {
    let grow = |seed: &Value, make: &dyn Fn(&Value) -> Value| (0..200).fold(seed.clone(), |v, _| make(&v));
    let choices = grow(&text("a"), &|v| either("c", v, v, Type::String));
    let others = grow(&text("b"), &|v| either("d", v, v, Type::String));
    holds(&choices, &others, Unknown);
    let templates = grow(&variable("v", Type::String), &|v| template(&[v.clone(), v.clone()]));
    assert_eq!(equals(&templates, &template(&[templates.clone(), text("x")])), Unknown);
    let calls = grow(&variable("v", Type::String), &|v| call("format", &[v.clone(), v.clone()], Type::String));
    let again = grow(&variable("v", Type::String), &|v| call("format", &[v.clone(), v.clone()], Type::String));
    assert_eq!(equals(&calls, &again), Unknown);
    let tuples = grow(&text("a"), &|v| Value::tuple(vec![v.clone(), v.clone()]));
    let tuples_again = grow(&text("a"), &|v| Value::tuple(vec![v.clone(), v.clone()]));
    assert_eq!(equals(&tuples, &tuples_again), Unknown);
}

#[test]
fn conversion_keeps_the_identity() {
    let port = Value::unknown(Type::Number, Because::Attribute(bucket("a").attribute("port", None)));
    let as_text = convert(&port, &Type::String).unwrap();
    holds(&as_text, &convert(&port, &Type::String).unwrap(), True);
    holds(&bucket("a").id(), &convert(&bucket("a").id(), &Type::Any).unwrap(), True);
}

#[test]
fn sets_keep_one_of_equal_unknown_elements() {
    let ids = vec![bucket("b").id(), text("x"), bucket("a").id(), bucket("b").class("bucket", IdentityClass::Id)];
    let set = Value::set(Type::String, ids);
    assert_eq!(set.items().unwrap().len(), 3);
    assert_eq!(set.items().unwrap()[0].as_str().unwrap(), "x");
}

#[test]
fn the_order_is_total() {
    let values = [
        text("a"),
        text("b"),
        Value::int(1),
        Value::bool(true),
        Value::null(Type::String),
        bucket("a").id(),
        bucket("b").id(),
        variable("v", Type::String),
        Value::tuple(vec![Value::int(2)]),
        Value::tuple(vec![Value::int(10)]),
    ];
    for a in &values {
        for b in &values {
            assert_eq!(canonical_order(a, b), canonical_order(b, a).reverse());
            for c in &values {
                if canonical_order(a, b).is_le() && canonical_order(b, c).is_le() {
                    assert!(canonical_order(a, c).is_le());
                }
            }
        }
    }
}
