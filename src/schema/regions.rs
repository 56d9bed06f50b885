//! What the AWS provider knows of partitions and regions by itself: the table `regions.tsv`.

use std::sync::LazyLock;

/// A region, and what is fixed in it. Nothing stands for what the provider does not know of it.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub name: &'static str,
    pub partition: &'static str,
    pub description: &'static str,
    /// Of EC2.
    pub endpoint: &'static str,
    /// The accounts of load balancers, Redshift and CloudTrail that write logs to buckets.
    pub elb_account: Option<&'static str>,
    pub redshift_account: Option<&'static str>,
    pub cloudtrail_account: Option<&'static str>,
    /// Hosted zones of DNS names that AWS gives.
    pub application_lb_zone: Option<&'static str>,
    pub network_lb_zone: Option<&'static str>,
    pub elastic_beanstalk_zone: Option<&'static str>,
    pub apprunner_zone: Option<&'static str>,
    /// The canonical user that CloudFront writes logs as.
    pub cloudfront_user: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
pub struct Partition {
    pub name: &'static str,
    pub dns_suffix: &'static str,
    pub reverse_dns_prefix: &'static str,
}

#[derive(Debug, Default)]
struct Table {
    /// Sorted by name.
    regions: Vec<Region>,
    partitions: Vec<Partition>,
    /// Service, partition and suffix.
    principals: Vec<[&'static str; 3]>,
    billing_account: &'static str,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let lines = include_str!("regions.tsv").lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let mut fields = line.split('\t');
        let kind = fields.next();
        table.add(kind, &fields.collect::<Vec<_>>());
    }
    table
});

impl Table {
    fn add(&mut self, kind: Option<&str>, fields: &[&'static str]) {
        match (kind, fields) {
            (Some("partition"), &[name, dns_suffix, reverse_dns_prefix]) => {
                self.partitions.push(Partition { name, dns_suffix, reverse_dns_prefix });
            }
            (Some("principal"), &[service, partition, suffix]) => self.principals.push([service, partition, suffix]),
            (Some("billing"), &[account]) => self.billing_account = account,
            (Some("region"), fields) => self.regions.extend(region_of(fields)),
            _ => {}
        }
    }
}

fn region_of(fields: &[&'static str]) -> Option<Region> {
    let &[name, partition, description, endpoint, elb, alb_zone, nlb_zone, redshift, trail, beanstalk, apprunner, user] =
        fields
    else {
        return None;
    };
    let known = |field: &'static str| (field != "-").then_some(field);
    Some(Region {
        name,
        partition,
        description,
        endpoint,
        elb_account: known(elb),
        redshift_account: known(redshift),
        cloudtrail_account: known(trail),
        application_lb_zone: known(alb_zone),
        network_lb_zone: known(nlb_zone),
        elastic_beanstalk_zone: known(beanstalk),
        apprunner_zone: known(apprunner),
        cloudfront_user: known(user),
    })
}

/// A region by its name.
#[must_use]
pub fn region(name: &str) -> Option<&'static Region> {
    let at = TABLE.regions.binary_search_by(|region| region.name.cmp(name)).ok()?;
    TABLE.regions.get(at)
}

/// A region by the endpoint that EC2 has there.
#[must_use]
pub fn region_by_endpoint(endpoint: &str) -> Option<&'static Region> {
    TABLE.regions.iter().find(|region| region.endpoint == endpoint)
}

/// The partition of a region, also of one that is newer than the table: such regions are named like those of their partition.
/// Of a name that is like none of them the provider says that its partition has no name.
#[must_use]
pub fn partition_of(region_name: &str) -> &'static Partition {
    let partition =
        region(region_name).or_else(|| TABLE.regions.iter().find(|known| is_alike(known.name, region_name)));
    let named = |region: &Region| TABLE.partitions.iter().find(|partition| partition.name == region.partition);
    partition.and_then(named).unwrap_or(&NAMELESS)
}

static NAMELESS: Partition = Partition { name: "", dns_suffix: "amazonaws.com", reverse_dns_prefix: "com.amazonaws" };

/// Whether two names begin alike up to the direction: `us-gov-` of `us-gov-east-1`.
fn is_alike(known: &str, other: &str) -> bool {
    let area = |name: &str| name.rsplitn(3, '-').nth(2).map(str::to_owned);
    area(known).is_some_and(|known| area(other).is_some_and(|other| known == other))
}

/// What the principal of a service ends in: `amazonaws.com`, with few exceptions.
#[must_use]
pub fn principal_suffix(service: &str, partition: &str) -> &'static str {
    let found = TABLE.principals.iter().find(|[of, within, _]| *of == service && *within == partition);
    found.map_or("amazonaws.com", |[_, _, suffix]| suffix)
}

/// The account that billing reports come from.
#[must_use]
pub fn billing_account() -> &'static str {
    TABLE.billing_account
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_sorted() {
        let lines = include_str!("regions.tsv").lines().filter(|line| line.starts_with("region\t")).count();
        assert_eq!(TABLE.regions.len(), lines);
        assert!(TABLE.regions.is_sorted_by_key(|region| region.name));
        for region in &TABLE.regions {
            assert!(TABLE.partitions.iter().any(|partition| partition.name == region.partition), "{region:?}");
        }
        assert_eq!(billing_account().len(), 12);
    }
}
