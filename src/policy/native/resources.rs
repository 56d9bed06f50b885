//! `infralint::` functions about resources: what is managed here, what is only in the account, what is ignored.

use std::sync::Arc;

use super::NativeCall;
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    eval::identity,
    policy::own::{exactly, text, unknown},
    value::{Attribute, Because, Known, Step, Type, Value},
};

/// An attribute of something that exists in the account and that no configuration here manages, by its name; unknown:
/// `infralint::in_account("aws_db_subnet_group", attrs.db_subnet_group_name, "subnet_ids")`.
pub(super) fn in_account(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [ty, named, attribute] = exactly::<3>(call.args)?;
    let (ty, attribute) = (text(ty)?, text(attribute)?);
    let (Some(ty), Some(attribute)) = (ty.as_str(), attribute.as_str()) else {
        return Ok(unknown("infralint::in_account", Type::Any, call.args));
    };
    if named.is_error() {
        return Ok(Value::error());
    }
    let Some(root) = call.world.root_modules.get(call.root) else { return Err("there is no root module".to_owned()) };
    let because = match named.as_str() {
        Some(text) => Because::Data(Attribute {
            of: Arc::new(InstanceAddr {
                root: Arc::clone(&root.path),
                module: ModulePath::default(),
                mode: Mode::Data,
                ty: name(ty),
                name: name(text),
                key: InstanceKey::None,
            }),
            path: [Step::Attr(name(attribute))].into(),
            identity: None,
        }),
        None => Because::Call(name("infralint::in_account"), vec![named.clone()].into()),
    };
    let known = Known { not_null: true, ..Known::default() };
    Ok(Value::unknown_with(Type::list(Type::String), because, known).with_origin(named.origin))
}

/// Whether `lifecycle.ignore_changes` of the judged resource names an attribute: `infralint::ignores_changes("x")`.
pub(super) fn ignores_changes(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [attribute] = exactly::<1>(call.args)?;
    let attribute = text(attribute)?;
    let attribute = attribute.as_str().ok_or("the attribute's name must be known")?;
    let root = call.world.root_modules.get(call.root);
    let judged = root.zip(call.instance).and_then(|(root, i)| root.instances.get(i));
    let judged = judged.ok_or("it needs a resource that is judged")?;
    let ignored = &judged.ignore_changes;
    Ok(Value::bool(ignored.iter().any(|ignored| ignored == attribute.as_str() || *ignored == "all")))
}

/// Whether a value names a resource that is managed here, whatever text that will be:
/// `infralint::is_managed(attrs.kms_key_id)`.
pub(super) fn is_managed(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [value] = exactly::<1>(call.args)?;
    if value.is_error() {
        return Ok(Value::error());
    }
    let managed = identity(value).is_some_and(|(addr, _)| addr.mode == Mode::Managed);
    Ok(Value::bool(managed).with_origin(value.origin))
}
