//! Filters as EC2's Describe calls have them: all must fit, of each one of its values; `*` and `?` stand for any characters.

use super::{Association, Subnet, Tags, Vpc, Zone};
use crate::addr::covers;

/// One filter: a name, and the values one of which must fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Filter {
    pub name: String,
    pub values: Vec<String>,
}

/// What can be filtered.
pub trait Filtered {
    /// What a filter looks at; nothing for a filter that cannot be decided here.
    fn looked_at(&self, filter: &str) -> Option<Vec<&str>>;
}

/// Those that fit all filters, in their order; nothing when a filter cannot be decided here.
#[must_use]
pub fn matching<'t, T: Filtered>(all: &'t [T], filters: &[Filter]) -> Option<Vec<&'t T>> {
    let mut found = Vec::new();
    for one in all {
        let mut fits = true;
        for filter in filters {
            let looked_at = one.looked_at(&filter.name)?;
            fits &= looked_at.iter().any(|text| filter.values.iter().any(|pattern| covers(pattern, text)));
        }
        if fits {
            found.push(one);
        }
    }
    Some(found)
}

fn of_tags<'t>(tags: &'t Tags, filter: &str) -> Option<Vec<&'t str>> {
    if let Some(key) = filter.strip_prefix("tag:") {
        return Some(tags.get(key).map(String::as_str).into_iter().collect());
    }
    (filter == "tag-key").then(|| tags.keys().map(String::as_str).collect())
}

fn flag(flag: bool) -> Vec<&'static str> {
    vec![if flag { "true" } else { "false" }]
}

fn ranges(associations: &[Association]) -> Vec<&str> {
    associations.iter().map(|association| association.cidr_block.as_str()).collect()
}

impl Filtered for Vpc {
    fn looked_at(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "vpc-id" => vec![&self.id],
            "cidr" | "cidr-block" => vec![&self.cidr_block],
            "cidr-block-association.cidr-block" => ranges(&self.associations),
            "cidr-block-association.association-id" => self.associations.iter().map(|a| a.id.as_str()).collect(),
            "ipv6-cidr-block-association.ipv6-cidr-block" => ranges(&self.ipv6_associations),
            "dhcp-options-id" => vec![&self.dhcp_options],
            "is-default" | "isDefault" => flag(self.is_default),
            "owner-id" => vec![&self.owner],
            "state" => vec![&self.state],
            other => return of_tags(&self.tags, other),
        })
    }
}

impl Filtered for Subnet {
    fn looked_at(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "subnet-id" => vec![&self.id],
            "vpc-id" => vec![&self.vpc],
            "cidr" | "cidr-block" | "cidrBlock" => vec![&self.cidr_block],
            "ipv6-cidr-block-association.ipv6-cidr-block" => ranges(&self.ipv6_associations),
            "availability-zone" | "availabilityZone" => vec![&self.availability_zone],
            "availability-zone-id" | "availabilityZoneId" => vec![&self.availability_zone_id],
            "default-for-az" | "defaultForAz" => flag(self.default_for_zone),
            "map-public-ip-on-launch" => flag(self.map_public_ip_on_launch),
            "owner-id" => vec![&self.owner],
            "state" => vec![&self.state],
            other => return of_tags(&self.tags, other),
        })
    }
}

impl Filtered for Zone {
    fn looked_at(&self, filter: &str) -> Option<Vec<&str>> {
        Some(match filter {
            "zone-name" => vec![&self.name],
            "zone-id" => vec![&self.id],
            "zone-type" => vec![&self.kind],
            "state" => vec![&self.state],
            "opt-in-status" => vec![&self.opt_in_status],
            "group-name" => vec![&self.group],
            _ => return None,
        })
    }
}
