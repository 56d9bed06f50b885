//! What stands in subnets.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    model::{Kind, Service, Thing},
    network::{Placed, Tiers},
    read::{Reading, at, name_of, named_in, names, number, text, text_or_not_known, truth},
};
use crate::{addr::InstanceAddr, value::Value, world::Instance};

/// Types that name their subnets themselves, and have nothing more to them: the type, what it is called, the attribute with
/// its name, the path to the subnets, the path to what tells its size.
const PLAIN: [(&str, &str, &str, &str, &str, Kind); 14] = [
    ("aws_instance", "EC2", "tags.Name", "subnet_id", "instance_type", Kind::Compute),
    ("aws_autoscaling_group", "Auto Scaling", "name", "vpc_zone_identifier", "max_size", Kind::Compute),
    ("aws_ecs_service", "ECS", "name", "network_configuration.subnets", "launch_type", Kind::Compute),
    ("aws_eks_fargate_profile", "EKS Fargate", "fargate_profile_name", "subnet_ids", "", Kind::Compute),
    ("aws_lambda_function", "Lambda", "function_name", "vpc_config.subnet_ids", "runtime", Kind::Compute),
    ("aws_lb", "Load balancer", "name", "subnets", "load_balancer_type", Kind::Network),
    ("aws_alb", "Load balancer", "name", "subnets", "load_balancer_type", Kind::Network),
    ("aws_elb", "Load balancer", "name", "subnets", "", Kind::Network),
    ("aws_mq_broker", "Amazon MQ", "broker_name", "subnet_ids", "engine_type", Kind::Database),
    (
        "aws_msk_cluster",
        "MSK",
        "cluster_name",
        "broker_node_group_info.client_subnets",
        "kafka_version",
        Kind::Database,
    ),
    ("aws_efs_mount_target", "EFS", "tags.Name", "subnet_id", "", Kind::Storage),
    ("aws_fsx_lustre_file_system", "FSx", "tags.Name", "subnet_ids", "", Kind::Storage),
    ("aws_networkfirewall_firewall", "Network Firewall", "name", "subnet_mapping.subnet_id", "", Kind::Network),
    ("aws_ec2_transit_gateway_vpc_attachment", "Transit gateway", "tags.Name", "subnet_ids", "", Kind::Network),
];

/// Puts everything into the tier of its subnets.
pub(super) fn stand<'m>(reading: &mut Reading<'m>, (placed, zones): (&[Placed<'m>], &[String]), tiers: &mut Tiers) {
    let mut here = Here { reading, placed, zones, tiers };
    here.clusters_of_kubernetes();
    for plain in &PLAIN {
        here.plain(*plain);
    }
    here.aurora();
    here.databases();
    here.redis();
    here.search();
    // Last, and so at the bottom, where routes come from.
    here.nat_gateways();
}

struct Here<'h, 'm> {
    reading: &'h mut Reading<'m>,
    placed: &'h [Placed<'m>],
    zones: &'h [String],
    tiers: &'h mut Tiers,
}

impl<'m> Here<'_, 'm> {
    fn all(&self, ty: &str) -> Vec<&'m Instance> {
        self.reading.of_type(ty).collect()
    }

    /// The columns of these subnets, each once.
    fn columns(&self, subnets: &[Arc<InstanceAddr>]) -> Vec<usize> {
        let own = self.placed.iter().filter(|placed| subnets.contains(&placed.instance.addr));
        let columns: BTreeSet<usize> = own.filter_map(|placed| placed.column(self.zones)).collect();
        columns.into_iter().collect()
    }

    fn column_of_zone(&self, zone: &str) -> Option<usize> {
        self.placed.iter().find(|placed| placed.zone() == zone)?.column(self.zones)
    }

    /// Puts a service into the first tier that has one of its subnets; what stands in none of them is not of this VPC.
    fn put(&mut self, subnets: &[Arc<InstanceAddr>], service: Service) {
        let holds = |(own, _): &&mut (Vec<Arc<InstanceAddr>>, _)| own.iter().any(|addr| subnets.contains(addr));
        if let Some((_, tier)) = self.tiers.iter_mut().find(holds) {
            tier.services.push(service);
        }
    }

    fn is_here(&self, subnets: &[Arc<InstanceAddr>]) -> bool {
        self.tiers.iter().any(|(own, _)| own.iter().any(|addr| subnets.contains(addr)))
    }

    fn nat_gateways(&mut self) {
        for nat in self.all("aws_nat_gateway") {
            let subnets = subnets_at(nat, "subnet_id");
            let columns = self.columns(&subnets);
            if self.is_here(&subnets) {
                let thing = self.reading.thing(nat, "NAT gateway".to_owned(), String::new());
                self.put(&subnets, Service { thing, kind: Kind::Network, columns, ..Service::default() });
            }
        }
    }

    fn plain(&mut self, (ty, label, named, path, size, kind): (&str, &str, &str, &str, &str, Kind)) {
        for instance in self.all(ty) {
            let subnets = subnets_at(instance, path);
            if !self.is_here(&subnets) {
                continue;
            }
            let columns = self.columns(&subnets);
            let size =
                text(instance, size).or_else(|| number(instance, size).map(|n| n.to_string())).unwrap_or_default();
            let reach = match truth(instance, "internal") {
                Some(true) => "internal ",
                Some(false) => "open to the internet, ",
                None => "",
            };
            let title = format!("{label} {}", name_of(instance, &[named]));
            let thing = self.reading.thing(instance, title, format!("{reach}{size}"));
            self.put(&subnets, Service { thing, kind, columns, ..Service::default() });
        }
    }

    /// A cluster with its node groups; nodes stand in the groups' subnets.
    fn clusters_of_kubernetes(&mut self) {
        for cluster in self.all("aws_eks_cluster") {
            let subnets = subnets_at(cluster, "vpc_config.subnet_ids");
            if !self.is_here(&subnets) {
                continue;
            }
            let columns = self.columns(&subnets);
            let version = text_or_not_known(cluster, "version");
            let reach = match truth(cluster, "vpc_config.endpoint_public_access") {
                Some(false) => ", private endpoint",
                Some(true) => ", public endpoint",
                None => "",
            };
            let title = format!("EKS {}", name_of(cluster, &["name"]));
            let thing = self.reading.thing(cluster, title, format!("Kubernetes {version}{reach}"));
            let mut service = Service { thing, kind: Kind::Compute, columns, ..Service::default() };
            for group in self.all("aws_eks_node_group") {
                let is_its = group.attrs.get("cluster_name").is_some_and(|name| names(name, cluster, &["name"]));
                if is_its {
                    self.nodes(group, &mut service);
                }
            }
            self.put(&subnets, service);
        }
    }

    fn nodes(&mut self, group: &Instance, service: &mut Service) {
        let types = at(&group.attrs, "instance_types").and_then(Value::items).unwrap_or_default();
        let types: Vec<&str> = types.iter().filter_map(|ty| ty.as_str().map(ecow::EcoString::as_str)).collect();
        let size = |path: &str| number(group, path).map_or_else(|| "?".to_owned(), |n| n.to_string());
        let (least, most) = (size("scaling_config.min_size"), size("scaling_config.max_size"));
        let thing = self.reading.thing(group, "nodes".to_owned(), types.join(", "));
        service.link = format!("{least} to {most} nodes over these zones");
        for column in self.columns(&subnets_at(group, "subnet_ids")) {
            service.members.entry(column).or_default().push(thing.clone());
        }
    }

    /// The subnets of a group that is named by an attribute.
    fn group(&self, ty: &str, instance: &Instance, attribute: &str) -> Vec<Arc<InstanceAddr>> {
        let Some(name) = instance.attrs.get(attribute) else { return Vec::new() };
        let mut groups = self.reading.of_type(ty);
        let group = groups.find(|group| names(name, group, &["name"]));
        group.map(|group| subnets_at(group, "subnet_ids")).unwrap_or_default()
    }

    fn aurora(&mut self) {
        for cluster in self.all("aws_rds_cluster") {
            let subnets = self.group("aws_db_subnet_group", cluster, "db_subnet_group_name");
            if !self.is_here(&subnets) {
                continue;
            }
            let engine = text_or_not_known(cluster, "engine");
            let version = text(cluster, "engine_version").unwrap_or_default();
            let title = format!("RDS cluster {}", name_of(cluster, &["cluster_identifier"]));
            let thing = self.reading.thing(cluster, title, format!("{engine} {version}").trim().to_owned());
            let columns = self.columns(&subnets);
            let mut service = Service { thing, kind: Kind::Database, columns, ..Service::default() };
            let is_its = |instance: &&&Instance| {
                instance.attrs.get("cluster_identifier").is_some_and(|id| names(id, cluster, &["cluster_identifier"]))
            };
            let all = self.all("aws_rds_cluster_instance");
            let instances: Vec<&Instance> = all.iter().filter(is_its).copied().collect();
            if instances.len() > 1 {
                service.link = "replication over shared storage".to_owned();
            }
            for (i, instance) in instances.into_iter().enumerate() {
                self.aurora_instance((i, instance), &mut service);
            }
            self.put(&subnets, service);
        }
    }

    /// The first instance is made first, and writes until a failover.
    fn aurora_instance(&mut self, (i, instance): (usize, &Instance), service: &mut Service) {
        let zone = text(instance, "availability_zone");
        let column = zone.and_then(|zone| self.column_of_zone(&zone));
        let role = if i == 0 { "writer" } else { "reader" };
        let class = text_or_not_known(instance, "instance_class");
        let class = if column.is_some() { class } else { format!("{class}, zone chosen by AWS") };
        let thing = self.reading.thing(instance, role.to_owned(), class);
        let column = column.or_else(|| service.columns.get(i % service.columns.len().max(1)).copied());
        service.members.entry(column.unwrap_or(0)).or_default().push(thing);
    }

    fn databases(&mut self) {
        for database in self.all("aws_db_instance") {
            let subnets = self.group("aws_db_subnet_group", database, "db_subnet_group_name");
            if !self.is_here(&subnets) {
                continue;
            }
            let title = format!("RDS {}", name_of(database, &["identifier"]));
            let engine = text_or_not_known(database, "engine");
            let class = text_or_not_known(database, "instance_class");
            let standby =
                if truth(database, "multi_az") == Some(true) { ", standby in another zone" } else { ", one zone" };
            let thing = self.reading.thing(database, title, format!("{engine} {class}{standby}"));
            let columns = self.columns(&subnets);
            self.put(&subnets, Service { thing, kind: Kind::Database, columns, ..Service::default() });
        }
    }

    fn redis(&mut self) {
        for group in self.all("aws_elasticache_replication_group") {
            let subnets = self.group("aws_elasticache_subnet_group", group, "subnet_group_name");
            if !self.is_here(&subnets) {
                continue;
            }
            let columns = self.columns(&subnets);
            let shards = number(group, "num_node_groups").unwrap_or(1).max(1);
            let replicas = number(group, "replicas_per_node_group");
            let nodes = number(group, "num_cache_clusters").or_else(|| replicas.map(|each| each + 1)).unwrap_or(1);
            let (engine, version) =
                (text_or_not_known(group, "engine"), text(group, "engine_version").unwrap_or_default());
            let size = text_or_not_known(group, "node_type");
            let title = format!("{} {}", capital(&engine), name_of(group, &["replication_group_id"]));
            let shards_told = if shards > 1 { format!(", {shards} shards") } else { String::new() };
            let thing = self.reading.thing(group, title, format!("{engine} {version}{shards_told}"));
            let spreads = truth(group, "multi_az_enabled") == Some(true);
            let mut service = Service { thing, kind: Kind::Database, columns, ..Service::default() };
            service.link = redis_link(nodes, spreads, truth(group, "automatic_failover_enabled") == Some(true));
            members(&mut service, (nodes, spreads), |i| if i == 0 { "primary" } else { "replica" }, &size);
            self.put(&subnets, service);
        }
    }

    fn search(&mut self) {
        let types = [("aws_opensearch_domain", "OpenSearch"), ("aws_elasticsearch_domain", "Elasticsearch")];
        for (ty, label) in types {
            for domain in self.all(ty) {
                let subnets = subnets_at(domain, "vpc_options.subnet_ids");
                if !self.is_here(&subnets) {
                    continue;
                }
                let columns = self.columns(&subnets);
                let title = format!("{label} {}", name_of(domain, &["domain_name"]));
                let thing =
                    self.reading.thing(domain, title, text_or_not_known(domain, "engine_version").replace('_', " "));
                let nodes = number(domain, "cluster_config.instance_count").unwrap_or(1);
                let spreads = truth(domain, "cluster_config.zone_awareness_enabled") == Some(true);
                let mut service = Service { thing, kind: Kind::Database, columns, ..Service::default() };
                service.link = masters(domain);
                let size = text_or_not_known(domain, "cluster_config.instance_type");
                members(&mut service, (nodes, spreads), |_| "data node", &size);
                self.put(&subnets, service);
            }
        }
    }
}

fn masters(domain: &Instance) -> String {
    let masters = number(domain, "cluster_config.dedicated_master_count");
    let dedicated = truth(domain, "cluster_config.dedicated_master_enabled") == Some(true);
    match masters.filter(|_| dedicated) {
        Some(masters) => format!("shards replicated, {masters} dedicated masters"),
        None => "shards replicated".to_owned(),
    }
}

fn redis_link(nodes: u64, spreads: bool, fails_over: bool) -> String {
    let failover = if fails_over { "automatic failover" } else { "no automatic failover" };
    match (nodes, spreads) {
        (0 | 1, _) => "no replica".to_owned(),
        (_, true) => format!("asynchronous replication, {failover}"),
        (_, false) => format!("asynchronous replication, {failover}, zones may be the same"),
    }
}

/// More members of one service in one zone are told as a number.
const MOST: u64 = 12;

/// Spreads members over the columns, or puts them all into the first, where nobody asks for more.
fn members(service: &mut Service, (count, spreads): (u64, bool), role: impl Fn(u64) -> &'static str, size: &str) {
    let columns = if spreads { service.columns.clone() } else { service.columns.iter().take(1).copied().collect() };
    for i in 0..count.min(MOST) {
        let at = usize::try_from(i).unwrap_or(0) % columns.len().max(1);
        let Some(column) = columns.get(at) else { continue };
        let thing = Thing { title: role(i).to_owned(), detail: size.to_owned(), ..Thing::default() };
        service.members.entry(*column).or_default().push(thing);
    }
    if count > MOST {
        service.link.push_str(&format!(", {count} nodes"));
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn subnets_at(instance: &Instance, path: &str) -> Vec<Arc<InstanceAddr>> {
    at(&instance.attrs, path).map(named_in).unwrap_or_default()
}
