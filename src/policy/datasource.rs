//! `core::getdatasource`: answered by a data source of the configuration that asks the same, or by the data mocks of a
//! test file. What nobody in the configuration asks, a provider would have to read from the account.

use ecow::EcoString;

use super::{
    environment::Facts,
    functions::Caller,
    members::in_doubt,
    own::{exactly, text, unknown},
    subject::Object,
};
use crate::{
    addr::{Name, name},
    schema,
    value::{Because, Kind, Truth, Type, Value, convert, equals},
    world::DataSource,
};

/// A question: arguments and blocks that are not null, each in the shape its schema has.
type Asked = Vec<(EcoString, Value)>;

pub(super) fn getdatasource(caller: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let [ty, config] = exactly::<2>(args)?;
    let ty = text(ty)?;
    let Some(ty) = ty.as_str() else { return Ok(unread("…")) };
    if !config.is_known() {
        return Ok(unknown("core::getdatasource", Type::Any, args));
    }
    let entries = if config.is_null() { &[][..] } else { config.entries().ok_or("the arguments must be an object")? };
    let asked: Asked = entries
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(argument, value)| (argument.clone(), fitted(ty, argument, value)))
        .collect();
    match facts.mocked {
        Some(mocked) => {
            let found = mocked.data(name(ty)).find(|data| mock_answers(ty, data, &asked)).cloned();
            found.ok_or_else(|| format!("no data mock of type \"{ty}\" has these arguments"))
        }
        None => Ok(configured(caller, facts, ty, &asked)),
    }
}

/// Whether a mock has all the values that are asked for.
fn mock_answers(ty: &str, data: &Value, asked: &Asked) -> bool {
    let is = |(argument, wanted): &(EcoString, Value)| {
        data.get(argument).is_some_and(|found| equals(&fitted(ty, argument, found), wanted) == Truth::True)
    };
    asked.iter().all(is)
}

/// What the data source of the configuration says that asks the same; the first of several.
fn configured(caller: &Caller<'_, '_>, facts: &Facts<'_>, ty: &str, asked: &Asked) -> Value {
    let provider = match caller.subject.map(|subject| subject.object) {
        Some(Object::Instance(_, instance)) => instance.provider,
        _ => None,
    };
    let mut doubt = None;
    for data in facts.module.data.iter().filter(|data| data.ty == ty) {
        let elsewhere = provider.is_some() && data.provider.is_some() && provider != data.provider;
        if elsewhere || !asks_for(data, asked) {
            continue;
        }
        match asks_the_same(data, asked) {
            (Truth::True, _) => return caller.run.assumed.apply(&data.attrs),
            (Truth::Unknown, on) => doubt = doubt.or(on),
            (Truth::False, _) => {}
        }
    }
    doubt.map_or_else(|| unread(ty), |on| unknown("core::getdatasource", Type::Any, &[on]))
}

/// Whether a data source is asked with the same arguments, whatever their values are.
fn asks_for(data: &DataSource, asked: &Asked) -> bool {
    let is_set = |argument: &Name| data.attrs.get(argument).is_some_and(|value| !is_nothing(value));
    let is_asked = |name: &&Name| asked.iter().any(|(argument, _)| **name == argument.as_str());
    asked.iter().all(|(argument, _)| data.asked.iter().any(|name| *name == argument.as_str()))
        && data.asked.iter().filter(|name| is_set(name)).all(|name| is_asked(&name))
}

/// What an argument is that is not given, and a block that is not there.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.items().is_some_and(<[Value]>::is_empty)
}

/// Whether all values are equal; where that is not known, what it hangs on.
fn asks_the_same(data: &DataSource, asked: &Asked) -> (Truth, Option<Value>) {
    let mut doubt = None;
    for (argument, wanted) in asked {
        let Some(found) = data.attrs.get(argument) else { return (Truth::False, None) };
        let found = fitted(&data.ty, argument, found);
        match equals(&found, wanted) {
            Truth::True => {}
            Truth::False => return (Truth::False, None),
            Truth::Unknown => doubt = doubt.or_else(|| Some(in_doubt(&found, wanted))),
        }
    }
    (if doubt.is_some() { Truth::Unknown } else { Truth::True }, doubt)
}

/// A value in the shape the schema gives an argument; as it is where that is not known.
fn fitted(ty: &str, argument: &str, value: &Value) -> Value {
    let Some(Type::Object(fields)) = schema::aws().data_source(ty).map(schema::Block::ty) else { return value.clone() };
    match fields.iter().find(|field| field.name == argument) {
        Some(field) => {
            let whole = completed(value, &field.ty);
            convert(&whole, &field.ty).unwrap_or(whole)
        }
        None => value.clone(),
    }
}

/// With null for what objects leave out; one object where blocks are a list is a list of one.
fn completed(value: &Value, ty: &Type) -> Value {
    match (&value.kind, ty) {
        (Kind::Object(_), Type::List(element) | Type::Set(element)) => Value::tuple(vec![completed(value, element)]),
        (Kind::Object(_), Type::Object(fields)) => {
            let field = |field: &crate::value::Field| {
                let inner = value.get(&field.name).map(|inner| completed(inner, &field.ty));
                (field.name.clone(), inner.unwrap_or_else(|| Value::null(field.ty.clone())))
            };
            let unknown_names = value
                .entries()
                .unwrap_or_default()
                .iter()
                .filter(|(name, _)| fields.iter().all(|field| field.name != *name));
            let all = fields.iter().map(field).chain(unknown_names.cloned()).collect();
            Value::object(all).with_origin(value.origin)
        }
        (_, Type::List(element) | Type::Set(element)) => match value.items() {
            Some(items) => Value::tuple(items.iter().map(|item| completed(item, element)).collect()),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

fn unread(ty: &str) -> Value {
    let what = format!("core::getdatasource(\"{ty}\", …), which needs the provider,");
    Value::unknown(Type::Any, Because::Unsupported(what.into()))
}
