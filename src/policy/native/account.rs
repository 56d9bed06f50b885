//! `infralint::` functions about accounts: which one something lies in, and who shares a state bucket with another.

use super::{
    NativeCall,
    state::{resource, root_module},
};
use crate::{
    account::{Configured, in_arn},
    addr::covers,
    policy::own::{exactly, text},
    value::{Type, Value},
    world::{Provider, RootModule, stage, state::argument},
};

/// The account a resource lies in, given its root module and address: that of its provider's role, else the one account
/// its provider allows. Null where neither says.
pub(super) fn account_of(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    if call.args.iter().any(|argument| !argument.is_known()) {
        return Ok(crate::policy::own::unknown("infralint::account_of", Type::String, call.args));
    }
    let (module, instance) = resource(call)?;
    let provider = instance.provider.and_then(|i| module.providers.get(i));
    Ok(or_null(provider.and_then(of_provider)))
}

/// The account of a role or a key that an ARN names: null for another text, and for what is not known.
pub(super) fn arn_account(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [arn] = exactly::<1>(call.args)?;
    let account = arn.as_str().and_then(|arn| in_arn(arn));
    Ok(or_null(account.map(str::to_owned)).with_origin(arn.origin))
}

/// Root modules of other stages that keep their state in the same S3 bucket and work in another account:
/// `{root_module, account, own}` each.
pub(super) fn bucket_sharers(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    exactly::<0>(call.args)?;
    let own = root_module(call, call.root).ok_or("it needs a root module")?;
    let bucket = argument(&own.backend, "bucket");
    let (Some(bucket), Some(account)) = (bucket.as_str(), of_root(own)) else { return Ok(Value::tuple(Vec::new())) };
    let others = call.world.judged().iter().filter_map(|other| {
        let theirs = of_root(other).filter(|theirs| *theirs != account)?;
        let shares = argument(&other.backend, "bucket").as_str() == Some(bucket);
        (shares && stage::folder(&other.path) != stage::folder(&own.path)).then(|| {
            Value::object(vec![
                ("root_module".into(), Value::string(&*other.path)),
                ("account".into(), Value::string(theirs)),
                ("own".into(), Value::string(account.clone())),
            ])
        })
    });
    Ok(Value::tuple(others.collect()))
}

/// Whether an IAM pattern, where `*` stands for any text and `?` for one character, covers a text:
/// `infralint::wildcard("arn:aws:s3:::states/*", arn)`.
pub(super) fn wildcard(call: &NativeCall<'_, '_>) -> Result<Value, String> {
    let [pattern, value] = exactly::<2>(call.args)?;
    let (pattern, value) = (text(pattern)?, text(value)?);
    Ok(match (pattern.as_str(), value.as_str()) {
        (Some(p), Some(v)) => Value::bool(covers(p, v)).with_origin(pattern.origin),
        _ => crate::policy::own::unknown("infralint::wildcard", Type::Bool, &[pattern.clone(), value.clone()])
            .with_origin(pattern.origin.or(value.origin)),
    })
}

fn or_null(account: Option<String>) -> Value {
    account.map_or_else(|| Value::null(Type::String), Value::string)
}

/// The account of a root module: that of its AWS provider configuration without an alias.
fn of_root(module: &RootModule) -> Option<String> {
    let plain = module
        .providers
        .iter()
        .find(|provider| provider.name == "aws" && provider.alias.is_none() && provider.module.0.is_empty());
    plain.and_then(of_provider)
}

pub(super) fn of_provider(provider: &Provider) -> Option<String> {
    Configured(Some(&provider.attrs)).account().map(str::to_owned)
}
