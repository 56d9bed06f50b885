//! `infralint::` functions about resources: what is managed here, what is only in the account, what is ignored.

use std::sync::Arc;

use super::NativeCall;
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    diag::Label,
    eval::identity,
    policy::own::{exactly, text, unknown},
    value::{Attribute, Because, Hop, Known, Origin, Step, Type, Unknown, Value, What},
    world::OpaqueCall,
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
        Some(text) => read_from_account(&root.id, (ty, text), attribute),
        None => Because::Call(name("infralint::in_account"), vec![named.clone()].into()),
    };
    let known = Known { not_null: true, ..Known::default() };
    Ok(Value::unknown_with(Type::Any, because, known).with_origin(named.origin))
}

/// Why an attribute is not known that something in the account has: its type and name.
pub(super) fn read_from_account(root: &Arc<str>, (ty, named): (&str, &str), attribute: &str) -> Because {
    let of = InstanceAddr {
        root: Arc::clone(root),
        module: ModulePath::default(),
        mode: Mode::Data,
        ty: name(ty),
        name: name(named),
        key: InstanceKey::None,
    };
    Because::Data(Attribute { of: Arc::new(of), path: [Step::Attr(name(attribute))].into(), identity: None })
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
    Ok(Value::bool(ignored.iter().any(|(ignored, _)| *ignored == attribute.as_str() || *ignored == "all")))
}

/// Whether a value is what AWS assigns where nothing is configured: `infralint::is_assigned(table.route)`.
pub(super) fn assigned(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [value] = exactly::<1>(call.args)?;
    if value.is_error() {
        return Ok(Value::error());
    }
    let because = value.as_unknown().map(|unknown| &unknown.because);
    let assigned = matches!(because, Some(Because::Attribute(attribute)) if attribute.of.mode == Mode::Managed)
        && call.cx.origins.first(value.origin).is_none_or(|hop| hop.what == What::NotConfigured);
    Ok(Value::bool(assigned).with_origin(value.origin))
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

/// Whether a value is made from an attribute of resources of a type, which is not known before they are applied:
/// `infralint::comes_from(attrs.value, "aws_elasticache_replication_group", "member_clusters")`.
pub(super) fn comes_from(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [value, ty, attribute] = exactly::<3>(call.args)?;
    let (ty, attribute) = (text(ty)?, text(attribute)?);
    let (ty, attribute) = ty.as_str().zip(attribute.as_str()).ok_or("type and attribute must be known")?;
    if value.is_error() {
        return Ok(Value::error());
    }
    let is_it = |because: &Because| match because {
        Because::Attribute(a) => {
            a.of.ty == ty.as_str() && a.path.first().is_some_and(|step| *step == Step::Attr(name(attribute)))
        }
        _ => false,
    };
    let holds = |value: &Value| value.deep_unknowns().into_iter().flat_map(Unknown::causes).any(is_it);
    let part = value.children().find(|part| holds(part));
    let origin = part.map_or(value.origin, |part| part.origin.or(value.origin));
    Ok(Value::bool(part.is_some() || holds(value)).with_origin(origin))
}

/// Whether an account id is known to be another one than that of the judged resource, as its provider configuration's
/// `allowed_account_ids` names it: `infralint::of_other_account(attrs.expected_bucket_owner)`.
pub(super) fn of_other_account(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [account] = exactly::<1>(call.args)?;
    let root = call.world.root_modules.get(call.root);
    let judged = root.zip(call.instance).and_then(|(root, i)| Some((root, root.instances.get(i)?)));
    let (root, judged) = judged.ok_or("it needs a resource that is judged")?;
    let provider = judged.provider.and_then(|i| root.providers.get(i));
    let allowed = provider.and_then(|provider| provider.attrs.get("allowed_account_ids")).and_then(Value::items);
    let own: Option<Vec<&str>> = allowed.map(|ids| ids.iter().filter_map(|id| Some(id.as_str()?.as_str())).collect());
    let other = match (account.as_str(), own.as_deref(), allowed) {
        (Some(account), Some(own), Some(allowed)) if !own.is_empty() && own.len() == allowed.len() => {
            !own.contains(&account.as_str())
        }
        _ => false,
    };
    Ok(Value::bool(other).with_origin(account.origin))
}

/// Of each module call in the judged root module whose source is not here, whether all is well in there: which is not known.
pub(super) fn opaque_modules(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let root = call.world.root_modules.get(call.root).ok_or("it needs a root module")?;
    let unknown = |opaque: &OpaqueCall| {
        let hop = Hop { what: What::Block, at: opaque.at, name: opaque.at, next: Origin::NONE };
        let known = Known { not_null: true, ..Known::default() };
        Value::unknown_with(Type::Bool, Because::OpaqueModule(opaque.address.as_str().into()), known)
            .with_origin(call.cx.origins.push(hop))
    };
    for other in root.opaque_calls.iter().skip(1) {
        call.caller.run.relate(Label { place: other.at, text: format!("not here either: {}", other.address) });
    }
    Ok(Value::list(Type::Bool, root.opaque_calls.iter().map(unknown).collect()))
}

/// The managed resource that a value is an identity of, in a list of at most one: `{type, attrs}`. A value that is known,
/// or made from something else, names none: `infralint::referent(attrs.kms_key_id)`.
pub(super) fn referent(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [value] = exactly::<1>(call.args)?;
    if value.is_error() {
        return Ok(Value::error());
    }
    let named = identity(value).filter(|(addr, _)| addr.mode == Mode::Managed);
    let found = named.and_then(|(addr, _)| call.world.find(&addr)).filter(|(root, _)| *root == call.root);
    let entry = found.map(|(_, instance)| {
        let ty = Value::string(instance.addr.ty.as_str());
        Value::object(vec![("attrs".into(), instance.attrs.clone()), ("type".into(), ty)])
    });
    Ok(Value::tuple(entry.into_iter().collect()).with_origin(value.origin))
}
