//! `infralint::json`: what a JSON text holds, as far as that is known before it is applied.

use super::NativeCall;
use crate::{
    eval::identity,
    policy::own::{exactly, unknown},
    value::{Because, IdentityClass, Kind, Type, Value, decode_json, decode_json_tree},
    world::World,
};

/// Values inside values that are followed.
const MAX_DEPTH: u32 = 64;

/// The value that a JSON text holds: `infralint::json(attrs.policy)`. Of a text that is not known yet, what is visible of it, as
/// `jsondecode` sees it; the ARN of a bucket that has a known name is known in it.
pub(super) fn json(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [text] = exactly::<1>(call.args)?;
    if text.is_error() || text.is_null() {
        return Ok(text.clone());
    }
    if let Some(known) = text.as_str() {
        let decoded = decode_json(known).map_err(|_| "the text is no JSON".to_owned())?;
        return Ok(decoded.with_origin(text.origin).marked(text.marks));
    }
    Ok(match decode_json_tree(text) {
        Some(tree) => resolved(call.world, &tree, MAX_DEPTH),
        None => unknown("infralint::json", Type::Any, call.args).with_origin(text.origin),
    })
}

/// A value with the names in it that will be known.
fn resolved(world: &World, value: &Value, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return value.clone() };
    let each = |items: &[Value]| items.iter().map(|item| resolved(world, item, depth)).collect::<Vec<_>>();
    let kind = match &value.kind {
        Kind::Tuple(items) => Value::tuple(each(items)).kind,
        Kind::List(sequence) => Value::tuple(each(&sequence.items)).kind,
        Kind::Set(sequence) => Value::tuple(each(&sequence.items)).kind,
        Kind::Object(mapping) | Kind::Map(mapping) => {
            let entries = mapping.entries.iter().map(|(key, value)| (key.clone(), resolved(world, value, depth)));
            Value::object(entries.collect()).kind
        }
        Kind::Unknown(_) => match as_text(world, value, depth) {
            Some(text) => Value::string(text).kind,
            None => return value.clone(),
        },
        _ => return value.clone(),
    };
    Value { kind, ..value.clone() }
}

fn as_text(world: &World, value: &Value, depth: u32) -> Option<String> {
    if let Some(text) = value.as_str() {
        return Some(text.to_string());
    }
    let depth = depth.checked_sub(1)?;
    let unknown = value.as_unknown()?;
    if let Some(alias) = unknown.known.alias.as_ref() {
        return as_text(world, alias, depth);
    }
    if let Because::Template(parts) = &unknown.because {
        return parts.iter().map(|part| as_text(world, part, depth)).collect();
    }
    let (addr, class) = identity(value)?;
    let bucket = (class == IdentityClass::Arn && addr.ty == "aws_s3_bucket").then(|| world.find(&addr))??;
    Some(format!("arn:aws:s3:::{}", bucket.1.attrs.get("bucket")?.as_str()?))
}
