//! What stands before the region: names and distributions.

use super::{
    model::{Distribution, Thing},
    read::{Reading, at, counted, mentioned_in, name_of},
};
use crate::{value::Value, world::Instance};

pub(super) fn edge(reading: &mut Reading<'_>) -> (Vec<Thing>, Vec<Distribution>) {
    (zones(reading), distributions(reading))
}

fn zones(reading: &mut Reading<'_>) -> Vec<Thing> {
    let all: Vec<&Instance> = reading.of_type("aws_route53_zone").collect();
    let records: Vec<&Instance> = reading.of_type("aws_route53_record").collect();
    let zone = |zone: &Instance, reading: &mut Reading<'_>| {
        let is_its = |record: &&&Instance| {
            let id = record.attrs.get("zone_id");
            id.is_some_and(|id| mentioned_in(id).contains(&zone.addr))
        };
        let records = counted(records.iter().filter(is_its).count(), "record");
        reading.thing(zone, name_of(zone, &["name"]), records)
    };
    all.into_iter().map(|instance| zone(instance, reading)).collect()
}

fn distributions(reading: &mut Reading<'_>) -> Vec<Distribution> {
    let all: Vec<&Instance> = reading.of_type("aws_cloudfront_distribution").collect();
    let one = |instance: &Instance, reading: &mut Reading<'_>| {
        let aliases = instance.attrs.get("aliases").and_then(Value::items).unwrap_or_default();
        let aliases: Vec<&str> =
            aliases.iter().filter_map(|alias| alias.as_str().map(ecow::EcoString::as_str)).collect();
        let title = name_of(instance, &["comment"]);
        let origins = origins(reading, instance);
        Distribution { thing: reading.thing(instance, title, aliases.join(", ")), origins }
    };
    all.into_iter().map(|instance| one(instance, reading)).collect()
}

/// The addresses of what a distribution fetches from: buckets, and load balancers, also through a VPC origin.
fn origins(reading: &Reading<'_>, distribution: &Instance) -> Vec<String> {
    let mut found = Vec::new();
    for origin in distribution.attrs.get("origin").and_then(Value::items).unwrap_or_default() {
        let mut mentioned = mentioned_in(origin);
        let through: Vec<_> =
            reading.of_type("aws_cloudfront_vpc_origin").filter(|o| mentioned.contains(&o.addr)).collect();
        mentioned.extend(
            through.iter().filter_map(|o| at(&o.attrs, "vpc_origin_endpoint_config.arn")).flat_map(mentioned_in),
        );
        let ends = ["aws_s3_bucket", "aws_lb", "aws_alb", "aws_elb"];
        found.extend(mentioned.iter().filter(|addr| ends.contains(&addr.ty.as_str())).map(ToString::to_string));
        found.extend(bucket_by_name(reading, origin));
    }
    found.sort();
    found.dedup();
    found
}

/// `NAME.s3.eu-west-1.amazonaws.com` names a bucket in a known text.
fn bucket_by_name(reading: &Reading<'_>, origin: &Value) -> Option<String> {
    let domain = origin.get("domain_name")?.as_str()?;
    let is_its = |bucket: &&Instance| {
        let name = bucket.attrs.get("bucket").and_then(Value::as_str);
        name.is_some_and(|name| domain.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(".s3")))
    };
    reading.of_type("aws_s3_bucket").find(is_its).map(|bucket| bucket.addr.to_string())
}
