//! Data sources whose answer follows from a region: their own argument, or the region that their provider is configured for.

use super::{Answer, Question, Refusal};
use crate::{
    addr::name,
    diag::Diagnostic,
    eval::implied_provider,
    schema::{self, Partition, Region},
    value::{Because, Type, Value},
};

/// What to answer of a region by its name.
pub(super) type Regional = fn(&Question<'_, '_>, &str) -> Result<Answer, Refusal>;

pub(super) fn of(ty: &str) -> Option<Regional> {
    Some(match ty {
        "aws_partition" => partition,
        "aws_region" => region,
        "aws_service_principal" => service_principal,
        "aws_elb_service_account" => elb_service_account,
        "aws_redshift_service_account" => redshift_service_account,
        "aws_cloudtrail_service_account" => cloudtrail_service_account,
        "aws_billing_service_account" => billing_service_account,
        "aws_elb_hosted_zone_id" => elb_hosted_zone_id,
        "aws_lb_hosted_zone_id" => lb_hosted_zone_id,
        "aws_elastic_beanstalk_hosted_zone" => elastic_beanstalk_hosted_zone,
        "aws_apprunner_hosted_zone_id" => apprunner_hosted_zone_id,
        "aws_cloudfront_log_delivery_canonical_user_id" => cloudfront_log_delivery_canonical_user_id,
        _ => return None,
    })
}

/// Answers where the region is known; elsewhere nothing is said.
pub(super) fn read(question: &Question<'_, '_>, answer: Regional) -> Result<Answer, Refusal> {
    let region = question.region();
    match region.as_ref().map(|region| (region, region.as_str())) {
        Some((_, Some(region))) => answer(question, region),
        Some((unknown, None)) if !unknown.is_null() => Ok(hanging_on(question, unknown)),
        _ => Ok(Answer::new()),
    }
}

/// Everything that the data source will tell is unknown because the region is: asked the same, it tells the same.
fn hanging_on(question: &Question<'_, '_>, region: &Value) -> Answer {
    let entries = question.arguments.entries().unwrap_or_default();
    let is_configured = |attribute: &str| question.resource.body.attribute(attribute).is_some();
    let mut arguments = vec![region.clone()];
    arguments.extend(entries.iter().filter(|(name, _)| is_configured(name)).map(|(_, value)| value.clone()));
    let told = entries.iter().filter(|(name, value)| !value.is_known() && !is_configured(name));
    let told = told.filter_map(|(attribute, value)| {
        let function = name(&format!("{}.{attribute}", question.resource.ty));
        let because = Because::Call(function, arguments.clone().into());
        Some((name(attribute).as_str(), Value::unknown(value.as_unknown()?.ty.clone(), because)))
    });
    told.collect()
}

impl Question<'_, '_> {
    /// The region it is asked of. Without a word about it in the configuration, the environment tells.
    pub(super) fn region(&self) -> Option<Value> {
        if let Some(region) = self.argument("region").filter(|region| region.as_str().is_some()) {
            return Some(region.clone());
        }
        if let Some(region) = self.arguments.get("region").filter(|region| !region.is_null())
            && !self.is_computed(region)
        {
            return Some(region.clone());
        }
        let configured = self.provider().and_then(|provider| provider.get("region").cloned());
        match configured.filter(|region| !region.is_null()) {
            Some(region) => Some(region),
            None => self.site().map(|site| Value::string(site.region.as_str())),
        }
    }

    /// The configuration of its provider.
    pub(super) fn provider(&self) -> Option<Value> {
        let reference = self.resource.provider.unwrap_or_else(|| implied_provider(self.resource.ty));
        self.root.provider(self.node, reference)
    }

    /// Whether a value is what nobody configured and the data source will tell.
    fn is_computed(&self, value: &Value) -> bool {
        let configured = self.resource.body.attribute("region").is_some();
        !configured && !value.is_known()
    }
}

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::string(value))
}

fn partition(_: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    let Partition { name, dns_suffix, reverse_dns_prefix } = schema::partition_of(region);
    Ok(vec![
        text("id", name),
        text("partition", name),
        text("dns_suffix", dns_suffix),
        text("reverse_dns_prefix", reverse_dns_prefix),
    ])
}

/// The region by name, by endpoint, or that of the provider.
fn region(question: &Question<'_, '_>, of_provider: &str) -> Result<Answer, Refusal> {
    let given = |name| question.resource.body.attribute(name).and_then(|_| question.argument(name));
    let (name, endpoint) = (given("name"), given("endpoint"));
    if [name, endpoint].into_iter().flatten().any(|value| value.as_str().is_none()) {
        return Ok(Answer::new());
    }
    let text_of = |value: Option<&Value>| value.and_then(Value::as_str).cloned();
    let by_endpoint = text_of(endpoint).map(|endpoint| {
        let found = schema::region_by_endpoint(&endpoint);
        found.ok_or_else(|| format!("finding Region by endpoint ({endpoint})"))
    });
    let by_endpoint = by_endpoint.transpose()?;
    let by_name = text_of(name).map(|name| named(&name)).transpose()?;
    let found = match (by_endpoint, by_name) {
        (Some(a), Some(b)) if a.name != b.name => {
            return Err(Refusal::Failed("multiple Regions matched".to_owned()));
        }
        (Some(found), _) | (None, Some(found)) => found,
        (None, None) => named(of_provider)?,
    };
    Ok(vec![
        text("id", found.name),
        text("name", found.name),
        text("endpoint", found.endpoint),
        text("description", found.description),
    ])
}

fn named(name: &str) -> Result<&'static Region, String> {
    schema::region(name).ok_or_else(|| format!("finding Region by name ({name})"))
}

fn service_principal(question: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    let found = named(region)?;
    let Some(service) = question.argument("service_name").and_then(Value::as_str) else { return Ok(Answer::new()) };
    let suffix = schema::principal_suffix(service, found.partition);
    Ok(vec![
        ("id", Value::string(format!("{service}.{region}.{suffix}"))),
        ("name", Value::string(format!("{service}.{suffix}"))),
        text("suffix", suffix),
        text("region", region),
    ])
}

/// What is fixed in a region, where the provider knows it.
fn fixed(region: &str, of: impl FnOnce(&Region) -> Option<&'static str>) -> Result<&'static str, Refusal> {
    let found = schema::region(region).and_then(of);
    found.ok_or_else(|| Refusal::Failed(format!("unsupported AWS Region: {region}")))
}

/// An account of AWS's own. The provider gives it an ARN of the partition that it works in itself.
fn account(question: &Question<'_, '_>, id: &str, name: &str) -> Answer {
    let region = question.provider().and_then(|provider| provider.get("region")?.as_str().cloned());
    let arn = region.map(|region| format!("arn:{}:iam::{id}:{name}", schema::partition_of(&region).name));
    let arn = arn.map(|arn| ("arn", Value::string(arn)));
    std::iter::once(text("id", id)).chain(arn).collect()
}

fn elb_service_account(question: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(account(question, fixed(region, |region| region.elb_account)?, "root"))
}

fn redshift_service_account(question: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(account(question, fixed(region, |region| region.redshift_account)?, "user/logs"))
}

fn cloudtrail_service_account(question: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(account(question, fixed(region, |region| region.cloudtrail_account)?, "root"))
}

fn billing_service_account(question: &Question<'_, '_>, _: &str) -> Result<Answer, Refusal> {
    Ok(account(question, schema::billing_account(), "root"))
}

fn elb_hosted_zone_id(_: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(vec![text("id", fixed(region, |region| region.application_lb_zone)?)])
}

fn lb_hosted_zone_id(question: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    let kind = question.argument("load_balancer_type");
    if kind.is_some_and(|kind| !kind.is_known()) {
        return Ok(Answer::new());
    }
    match kind.and_then(Value::as_str).map(|kind| kind.as_str()) {
        Some("network") => Ok(vec![text("id", fixed(region, |region| region.network_lb_zone)?)]),
        None | Some("application") => {
            let zone = fixed(region, |region| region.application_lb_zone)?;
            Ok(vec![text("id", zone), text("load_balancer_type", "application")])
        }
        Some(other) => {
            let summary =
                format!("expected load_balancer_type to be one of [\"application\" \"network\"], got {other}");
            let at = kind.map_or(question.resource.header, |kind| question.place_of(kind));
            Err(Refusal::Invalid(vec![Diagnostic::error(summary, "", at)]))
        }
    }
}

fn elastic_beanstalk_hosted_zone(_: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(vec![text("id", fixed(region, |region| region.elastic_beanstalk_zone)?), text("region", region)])
}

fn apprunner_hosted_zone_id(_: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(vec![text("id", fixed(region, |region| region.apprunner_zone)?), text("region", region)])
}

fn cloudfront_log_delivery_canonical_user_id(_: &Question<'_, '_>, region: &str) -> Result<Answer, Refusal> {
    Ok(vec![text("id", fixed(region, |region| region.cloudfront_user)?)])
}

/// The tags that the provider gives to everything.
pub(super) fn default_tags(question: &Question<'_, '_>) -> Answer {
    let Some(provider) = question.provider() else { return Answer::new() };
    let mut answer = Answer::new();
    let blocks = provider.get("default_tags");
    let tags = match blocks.map(|blocks| (blocks, blocks.items())) {
        None => Some(Value::map(Type::String, Vec::new())),
        Some((_, Some(blocks))) => {
            let tags = blocks.first().and_then(|block| block.get("tags")).cloned();
            present(&tags.unwrap_or_else(|| Value::map(Type::String, Vec::new())))
        }
        Some((unknown, None)) => Some(unknown.clone()).filter(|unknown| unknown.is_error()),
    };
    answer.extend(tags.map(|tags| ("tags", tags)));
    let partition = provider.get("region").and_then(Value::as_str).map(|region| schema::partition_of(region).name);
    answer.extend(partition.map(|partition| text("id", partition)));
    answer
}

/// Tags without those that are null.
fn present(tags: &Value) -> Option<Value> {
    if tags.is_null() {
        return Some(Value::map(Type::String, Vec::new()));
    }
    let strings = tags.entries()?.iter().filter(|(_, value)| !value.is_null());
    let strings = strings.map(|(key, value)| Some((key.clone(), crate::value::convert(value, &Type::String).ok()?)));
    Some(Value::map(Type::String, strings.collect::<Option<_>>()?).with_origin(tags.origin))
}
