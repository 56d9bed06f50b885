//! `aws_arn` and `aws_service`: names taken apart.

use super::{Answer, Question, Refusal};
use crate::{diag::Diagnostic, schema, value::Value};

const PARTS: [&str; 5] = ["partition", "service", "region", "account", "resource"];

pub(super) fn arn(question: &Question<'_, '_>) -> Result<Answer, Refusal> {
    let Some(given) = question.argument("arn") else { return Ok(Answer::new()) };
    let Some(arn) = given.as_str() else { return Ok(Answer::new()) };
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [prefix, parts @ ..] = parts.as_slice() else { return Ok(Answer::new()) };
    if *prefix != "arn" || parts.len() != PARTS.len() {
        return Err(Refusal::Invalid(vec![Diagnostic::error("Invalid ARN Value", "", question.place_of(given))]));
    }
    let mut answer: Answer = PARTS.into_iter().zip(parts).map(|(name, part)| (name, Value::string(*part))).collect();
    answer.push(("id", Value::string(arn.clone())));
    Ok(answer)
}

/// A service by its id, by its DNS name, or by that read backwards. Whether AWS has it there the provider looks up in
/// tables that are not here.
pub(super) fn service(question: &Question<'_, '_>) -> Result<Answer, Refusal> {
    let given = |name| question.resource.body.attribute(name).and_then(|_| question.argument(name));
    let names = ["dns_name", "reverse_dns_name", "service_id", "reverse_dns_prefix"].map(given);
    if names.iter().flatten().any(|value| value.as_str().is_none()) {
        return Ok(Answer::new());
    }
    let [dns_name, reverse, id, prefix] = names.map(|value| value.and_then(Value::as_str).cloned());
    let reverse = reverse.map(|name| name.to_string()).or_else(|| dns_name.map(|name| backwards(&name)));
    let found = match reverse {
        Some(name) => Some(by_reverse_name(&name)?),
        None => None,
    };
    let (prefix, region, id) = match found {
        Some([prefix, region, id]) => (Some(prefix), Some(region), Some(id)),
        None => (prefix.map(|prefix| prefix.to_string()), None, id.map(|id| id.to_string())),
    };
    let Some(id) = id else {
        return Err("service ID not provided directly or through a DNS name".to_owned().into());
    };
    let region = region.or_else(|| Some(question.region()?.as_str()?.to_string()));
    let Some(region) = region else { return Ok(Answer::new()) };
    let prefix = prefix.unwrap_or_else(|| "com.amazonaws".to_owned());
    let reverse = format!("{prefix}.{region}.{id}");
    Ok(vec![
        ("dns_name", Value::string(backwards(&reverse).to_lowercase())),
        ("id", Value::string(reverse.clone())),
        ("partition", Value::string(schema::partition_of(&region).name)),
        ("region", Value::string(region)),
        ("reverse_dns_name", Value::string(reverse)),
        ("reverse_dns_prefix", Value::string(prefix)),
        ("service_id", Value::string(id)),
    ])
}

fn backwards(name: &str) -> String {
    name.rsplit('.').collect::<Vec<_>>().join(".")
}

/// Prefix, region and service of a name that is written backwards.
fn by_reverse_name(name: &str) -> Result<[String; 3], String> {
    let mut parts: Vec<&str> = name.split('.').collect();
    if parts.len() < 4 {
        return Err("service DNS names must have at least 4 parts".to_owned());
    }
    let (id, region) = (parts.pop().unwrap_or_default().to_owned(), parts.pop().unwrap_or_default().to_owned());
    Ok([parts.join("."), region, id])
}
