//! `infralint::` functions about accounts: which one something lies in, and who shares a state bucket with another.

use super::{
    NativeCall,
    state::{resource, root_module},
};
use crate::{
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
    let others = call.world.root_modules.iter().filter_map(|other| {
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
        (Some(p), Some(v)) => {
            let (p, v): (Vec<char>, Vec<char>) = (p.chars().collect(), v.chars().collect());
            Value::bool(covers(&p, &v)).with_origin(pattern.origin)
        }
        _ => crate::policy::own::unknown("infralint::wildcard", Type::Bool, &[pattern.clone(), value.clone()])
            .with_origin(pattern.origin.or(value.origin)),
    })
}

/// One way back, to the last star: no pattern takes longer than the product of the lengths.
fn covers(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                p = at + 1;
                t = from + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
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
    let role =
        provider.attrs.get("assume_role").and_then(|roles| roles.items()?.first()?.get("role_arn")?.as_str().cloned());
    if let Some(account) = role.as_deref().and_then(in_arn) {
        return Some(account.to_owned());
    }
    let allowed = provider.attrs.get("allowed_account_ids").and_then(Value::items)?;
    match allowed {
        [only] => only.as_str().map(|account| account.to_string()),
        _ => None,
    }
}

fn in_arn(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let account = (parts.next()? == "arn").then(|| parts.nth(3))??;
    (account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit())).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_cover_as_in_policies() {
        let cases = [
            ("arn:aws:s3:::states/*", "arn:aws:s3:::states/a/b.tflock", true),
            ("arn:aws:s3:::states/a", "arn:aws:s3:::states/a.tflock", false),
            ("*.tflock", "a/b.tflock", true),
            ("a*b*c", "aXbXbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*", "", true),
            ("", "a", false),
        ];
        for (pattern, text, wanted) in cases {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            assert_eq!(covers(&p, &t), wanted, "{pattern} {text}");
        }
        assert_eq!(in_arn("arn:aws:iam::123456789012:role/x"), Some("123456789012"));
        assert_eq!(in_arn("arn:aws:s3:::states"), None);
    }
}
