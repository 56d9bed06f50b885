//! Data sources that facts of the account answer, with the provider's filters and its mistakes.

use std::sync::Arc;

use ecow::EcoString;

use super::{Answer, Question, Refusal};
use crate::{
    account::{
        Asked, Association, Configured, Filter, Filtered, Site, Subnet, Tags, Vpc, Zone, matching, provider_key,
    },
    eval::implied_provider,
    schema,
    value::{Because, Field, Type, Value},
};

/// What facts say; nothing where there are none of this.
pub(super) fn read(question: &Question<'_, '_>) -> Option<Result<Answer, Refusal>> {
    let answer: fn(&Question<'_, '_>, &Site) -> Option<Result<Answer, Refusal>> = match question.resource.ty.as_str() {
        "aws_vpc" => vpc,
        "aws_vpcs" => vpcs,
        "aws_subnet" => subnet,
        "aws_subnets" => subnets,
        "aws_availability_zones" => zones,
        "aws_caller_identity" => identity,
        _ => return None,
    };
    // What it depends on may be about to change; Terraform reads it only then.
    if question.resource.depends_on.is_some() {
        return None;
    }
    answer(question, question.site()?)
}

impl Question<'_, '_> {
    /// What is known of where it is asked.
    pub(super) fn site(&self) -> Option<&Site> {
        let facts = &*self.root.repository.account_facts;
        if facts.is_empty() {
            return None;
        }
        let reference = self.resource.provider.unwrap_or_else(|| implied_provider(self.resource.ty));
        let key = match self.root.find_provider(self.node, reference) {
            Some((node, index)) => {
                let config = node.module.providers.get(index)?;
                provider_key(&node.path, config.name, config.alias)
            }
            None => reference.name.to_string(),
        };
        let asked = Asked { root_module: self.root.id().to_string(), provider: key };
        let provider = self.provider();
        let region = self.resource.body.attribute("region").and_then(|_| self.argument("region"));
        if region.is_some_and(|region| !region.is_known()) {
            return None;
        }
        let region = region.and_then(Value::as_str).map(EcoString::as_str);
        facts.site(&asked, Configured(provider.as_ref()), region)
    }

    /// What is written for an argument; nothing where nothing is, or nothing but an empty text.
    fn written(&self, name: &str) -> Option<&Value> {
        self.resource.body.attribute(name)?;
        self.argument(name).filter(|value| value.as_str().is_none_or(|text| !text.is_empty()))
    }

    /// The filters that its arguments mean; nothing when one of them is not known.
    fn filters(&self, arguments: &[(&str, &str)]) -> Option<Vec<Filter>> {
        let mut filters = Vec::new();
        for (argument, filter) in arguments {
            let Some(value) = self.written(argument) else { continue };
            let text = value.as_bool().map(|flag| flag.to_string());
            let text = text.or_else(|| value.as_str().map(ToString::to_string))?;
            // A flag that is not set asks nothing.
            if text != "false" {
                filters.push(Filter { name: (*filter).to_owned(), values: vec![text] });
            }
        }
        if let Some(tags) = self.written("tags") {
            for (key, value) in tags.entries()? {
                let name = format!("tag:{key}");
                filters.push(Filter { name, values: vec![value.as_str()?.to_string()] });
            }
        }
        let blocks = self.argument("filter").map_or(Some([].as_slice()), Value::items)?;
        for block in blocks {
            let name = block.get("name")?.as_str()?.to_string();
            let values: Option<Vec<String>> =
                block.get("values")?.items()?.iter().map(|value| Some(value.as_str()?.to_string())).collect();
            filters.push(Filter { name, values: values? });
        }
        Some(filters)
    }

    /// What is unknown stays so, since the account did not tell.
    fn untold(&self, site: &Site, action: &str) -> Option<Result<Answer, Refusal>> {
        let why = site.why_not(action)?.sentence();
        let entries = self.arguments.entries().unwrap_or_default();
        let told = entries.iter().filter(|(name, _)| self.resource.body.attribute(name).is_none());
        let answer = told.filter_map(|(name, value)| {
            let unknown = value.as_unknown()?;
            let because = Because::Account(ecow::eco_format!("{} ({why})", unknown.because));
            Some((crate::addr::name(name).as_str(), Value::unknown(unknown.ty.clone(), because)))
        });
        Some(Ok(answer.collect()))
    }
}

/// The one that fits, in the words of the provider where it is none or several.
fn only<'t, T: Filtered>(all: &'t [T], filters: &[Filter], what: &str) -> Option<Result<&'t T, Refusal>> {
    Some(match matching(all, filters)?.as_slice() {
        [one] => Ok(*one),
        [] => Err(Refusal::Failed(format!("no matching {what} found"))),
        _ => {
            let constraints = format!("use additional constraints to reduce matches to a single {what}");
            Err(Refusal::Failed(format!("multiple {what}s matched; {constraints}")))
        }
    })
}

fn text(name: &'static str, value: &str) -> (&'static str, Value) {
    (name, Value::string(value))
}

fn texts<'t>(values: impl Iterator<Item = &'t str>) -> Vec<Value> {
    values.map(Value::string).collect()
}

fn tags(tags: &Tags) -> (&'static str, Value) {
    // The provider leaves out the tags of AWS itself.
    let own = tags.iter().filter(|(key, _)| !key.starts_with("aws:"));
    ("tags", Value::map(Type::String, own.map(|(key, value)| (key.into(), Value::string(value.as_str()))).collect()))
}

fn arn(site: &Site, owner: &str, what: &str) -> (&'static str, Value) {
    let partition = schema::partition_of(&site.region).name;
    let owner = if owner.is_empty() { &site.account } else { owner };
    ("arn", Value::string(format!("arn:{partition}:ec2:{}:{owner}:{what}", site.region)))
}

const VPC: [(&str, &str); 5] = [
    ("id", "vpc-id"),
    ("cidr_block", "cidr"),
    ("dhcp_options_id", "dhcp-options-id"),
    ("default", "is-default"),
    ("state", "state"),
];

fn vpc(question: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    let Some(all) = &site.vpcs else { return question.untold(site, "ec2:DescribeVpcs") };
    let found = only(all, &question.filters(&VPC)?, "EC2 VPC")?;
    Some(found.map(|vpc| vpc_attributes(site, vpc)))
}

fn vpc_attributes(site: &Site, vpc: &Vpc) -> Answer {
    let mut answer = vec![
        text("id", &vpc.id),
        arn(site, &vpc.owner, &format!("vpc/{}", vpc.id)),
        text("cidr_block", &vpc.cidr_block),
        ("default", Value::bool(vpc.is_default)),
        ("cidr_block_associations", associations(&vpc.associations)),
        tags(&vpc.tags),
    ];
    let told = [
        ("owner_id", &vpc.owner),
        ("state", &vpc.state),
        ("instance_tenancy", &vpc.instance_tenancy),
        ("dhcp_options_id", &vpc.dhcp_options),
    ];
    answer.extend(told.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| text(name, value)));
    answer.extend(ipv6(&vpc.ipv6_associations, ["ipv6_cidr_block", "ipv6_association_id"]));
    let main = site.route_tables.iter().flatten().find(|table| table.main && table.vpc == vpc.id);
    answer.extend(main.map(|table| text("main_route_table_id", &table.id)));
    answer
}

fn associations(associations: &[Association]) -> Value {
    let field = |name: &str| Field { name: name.into(), ty: Type::String, optional: false };
    let ty = Type::Object(Arc::from(vec![field("association_id"), field("cidr_block"), field("state")]));
    let one = |association: &Association| {
        Value::object(vec![
            ("association_id".into(), Value::string(association.id.as_str())),
            ("cidr_block".into(), Value::string(association.cidr_block.as_str())),
            ("state".into(), Value::string(association.state.as_str())),
        ])
    };
    Value::list(ty, associations.iter().map(one).collect())
}

/// The first range that counts, and its association; empty texts where there is none.
fn ipv6(associations: &[Association], names: [&'static str; 2]) -> Answer {
    let first = associations.iter().find(|association| association.counts());
    let of = |value: fn(&Association) -> &String| first.map_or("", |association| value(association).as_str());
    let values = [of(|association| &association.cidr_block), of(|association| &association.id)];
    names.into_iter().zip(values).map(|(name, value)| text(name, value)).collect()
}

fn vpcs(question: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    let Some(all) = &site.vpcs else { return question.untold(site, "ec2:DescribeVpcs") };
    let found = matching(all, &question.filters(&[])?)?;
    let ids = texts(found.iter().map(|vpc| vpc.id.as_str()));
    Some(Ok(vec![text("id", &site.region), ("ids", Value::list(Type::String, ids))]))
}

const SUBNET: [(&str, &str); 8] = [
    ("id", "subnet-id"),
    ("availability_zone", "availability-zone"),
    ("availability_zone_id", "availability-zone-id"),
    ("cidr_block", "cidr-block"),
    ("default_for_az", "default-for-az"),
    ("ipv6_cidr_block", "ipv6-cidr-block-association.ipv6-cidr-block"),
    ("state", "state"),
    ("vpc_id", "vpc-id"),
];

fn subnet(question: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    let Some(all) = &site.subnets else { return question.untold(site, "ec2:DescribeSubnets") };
    let found = only(all, &question.filters(&SUBNET)?, "EC2 Subnet")?;
    Some(found.map(|subnet| subnet_attributes(site, subnet)))
}

fn subnet_attributes(site: &Site, subnet: &Subnet) -> Answer {
    let mut answer = vec![
        text("id", &subnet.id),
        arn(site, &subnet.owner, &format!("subnet/{}", subnet.id)),
        text("vpc_id", &subnet.vpc),
        text("availability_zone", &subnet.availability_zone),
        text("availability_zone_id", &subnet.availability_zone_id),
        ("available_ip_address_count", Value::int(i64::from(subnet.free_addresses))),
        text("cidr_block", &subnet.cidr_block),
        ("default_for_az", Value::bool(subnet.default_for_zone)),
        ("map_public_ip_on_launch", Value::bool(subnet.map_public_ip_on_launch)),
        tags(&subnet.tags),
    ];
    let told = [("owner_id", &subnet.owner), ("state", &subnet.state)];
    answer.extend(told.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| text(name, value)));
    answer.extend(ipv6(&subnet.ipv6_associations, ["ipv6_cidr_block", "ipv6_cidr_block_association_id"]));
    answer
}

fn subnets(question: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    let Some(all) = &site.subnets else { return question.untold(site, "ec2:DescribeSubnets") };
    let found = matching(all, &question.filters(&[])?)?;
    let ids = texts(found.iter().map(|subnet| subnet.id.as_str()));
    Some(Ok(vec![text("id", &site.region), ("ids", Value::list(Type::String, ids))]))
}

/// By name, as the provider sorts them.
fn zones(question: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    let all = site.availability_zones.as_ref()?;
    let every = question.written("all_availability_zones");
    if every.is_some_and(|every| !every.is_known()) {
        return None;
    }
    let every = every.and_then(Value::as_bool).unwrap_or_default();
    let filters = question.filters(&[("state", "state")])?;
    let [excluded, excluded_ids] = ["exclude_names", "exclude_zone_ids"].map(|name| {
        let list = question.written(name).map_or(Some([].as_slice()), Value::items)?;
        list.iter().map(|item| item.as_str().map(EcoString::as_str)).collect::<Option<Vec<_>>>()
    });
    let (excluded, excluded_ids) = (excluded?, excluded_ids?);
    let counts = |zone: &&&Zone| {
        (every || zone.opt_in_status != "not-opted-in")
            && !excluded.contains(&zone.name.as_str())
            && !excluded_ids.contains(&zone.id.as_str())
    };
    let found = matching(all, &filters)?;
    let found: Vec<&Zone> = found.iter().filter(counts).copied().collect();
    let groups = texts(found.iter().map(|zone| zone.group.as_str()));
    Some(Ok(vec![
        text("id", &site.region),
        ("names", Value::list(Type::String, texts(found.iter().map(|zone| zone.name.as_str())))),
        ("zone_ids", Value::list(Type::String, texts(found.iter().map(|zone| zone.id.as_str())))),
        ("group_names", Value::set(Type::String, groups)),
    ]))
}

/// Who asks, EC2 does not tell; where, it does.
fn identity(_: &Question<'_, '_>, site: &Site) -> Option<Result<Answer, Refusal>> {
    Some(Ok(vec![text("id", &site.account), text("account_id", &site.account)]))
}
