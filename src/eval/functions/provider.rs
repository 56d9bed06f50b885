//! Functions of providers, called as `provider::aws::…`. They are computed here; no provider runs.

use super::{Call, Failure, Outcome, string};
use crate::value::Value;

/// The parts of an ARN after `arn:`, by name and in order.
const PARTS: [&str; 5] = ["partition", "service", "region", "account_id", "resource"];

fn parse(call: &Call<'_, '_>) -> Result<Vec<String>, Failure> {
    let arn = call.text(0);
    let parts: Vec<String> = arn.splitn(6, ':').skip(1).map(str::to_owned).collect();
    if !arn.starts_with("arn:") || parts.len() != PARTS.len() {
        return Err(Failure::new(format!("\"{arn}\" is not an ARN: arn:partition:service:region:account:resource")));
    }
    Ok(parts)
}

pub(super) fn arn_parse(call: &Call<'_, '_>) -> Outcome {
    let parts = parse(call)?;
    Ok(Value::object(PARTS.iter().zip(parts).map(|(name, part)| ((*name).into(), string(&part))).collect()))
}

/// With something unknown among them the parts stay visible.
pub(super) fn arn_build(call: &Call<'_, '_>) -> Outcome {
    let mut pieces = vec![Value::string("arn")];
    for part in call.args {
        pieces.push(Value::string(":"));
        pieces.push(part.clone());
    }
    match pieces.iter().map(|piece| piece.as_str().map(|text| text.as_str())).collect::<Option<String>>() {
        Some(arn) => Ok(string(&arn)),
        None => Ok(super::string::template(pieces)),
    }
}

/// `role/a/b/name` becomes `role/name`.
pub(super) fn trim_iam_role_path(call: &Call<'_, '_>) -> Outcome {
    let mut parts = parse(call)?;
    let resource = parts.pop().unwrap_or_default();
    let is_role = parts.get(1).is_some_and(|service| service == "iam") && resource.starts_with("role/");
    if !is_role {
        return Err(Failure::new(format!("\"{}\" is not the ARN of an IAM role", call.text(0))));
    }
    let name = resource.rsplit('/').next().unwrap_or_default();
    Ok(string(&format!("arn:{}:role/{name}", parts.join(":"))))
}
