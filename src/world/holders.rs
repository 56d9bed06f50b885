//! What holds address ranges, as resources say it.

use std::{collections::HashMap, sync::Arc};

use super::{
    Existence, Instance, World,
    addresses::{Held, Holder, Within},
    network::Vpc,
};
use crate::value::{Because, Truth, Value, equals};

/// Everything in the world that holds a range.
pub(super) fn gather(world: &World) -> Vec<Held> {
    let mut others = Others::default();
    let mut all = Vec::new();
    for (root, module) in world.root_modules.iter().enumerate() {
        for (i, instance) in module.instances.iter().enumerate().filter(|(_, instance)| instance.repeat == 0) {
            let holder = match instance.addr.ty.as_str() {
                "aws_vpc" | "aws_default_vpc" => Holder::Vpc,
                "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => Holder::Association,
                "aws_subnet" => Holder::Subnet,
                _ => continue,
            };
            let id = instance.attrs.get(if holder == Holder::Vpc { "id" } else { "vpc_id" });
            let vpc_id = id.cloned().unwrap_or_else(Value::error);
            let within = match holder {
                Holder::Vpc => Some(Within::Managed(Vpc(Arc::clone(&instance.addr)))),
                _ => others.within(world, root, &vpc_id),
            };
            let held = |(v6, range, pool): (bool, Value, Option<Value>)| Held {
                holder,
                root,
                instance: i,
                addr: Arc::clone(&instance.addr),
                within: within.clone(),
                vpc_id: vpc_id.clone(),
                range,
                v6,
                told: pool.as_ref().and_then(|pool| world.existing.pool(pool)),
                pool,
                exists: exists(instance),
            };
            all.extend(ranges(instance).into_iter().map(held));
        }
    }
    all
}

/// Numbers the VPCs that are no instances of this world.
#[derive(Default)]
struct Others {
    by_name: HashMap<(usize, String), Vec<(Value, usize)>>,
    count: usize,
}

impl Others {
    fn within(&mut self, world: &World, root: usize, vpc_id: &Value) -> Option<Within> {
        if let Some(vpc) = world.vpc_named(vpc_id) {
            return Some(Within::Managed(vpc));
        }
        let key = match (vpc_id.as_str(), vpc_id.as_unknown()) {
            // An id is the same VPC everywhere.
            (Some(id), _) => (0, id.to_string()),
            (None, Some(unknown)) if !vpc_id.is_error() => (root + 1, unknown.because.to_string()),
            _ => return None,
        };
        let alike = self.by_name.entry(key).or_default();
        let known = alike.iter().find(|(id, _)| equals(id, vpc_id) == Truth::True).map(|(_, number)| *number);
        let number = known.unwrap_or_else(|| {
            alike.push((vpc_id.clone(), self.count));
            self.count += 1;
            self.count - 1
        });
        Some(Within::Other(number))
    }
}

/// The ranges an instance asks for: whether IPv6, the range, the pool it is taken from.
fn ranges(instance: &Instance) -> Vec<(bool, Value, Option<Value>)> {
    let families = [(false, "cidr_block", "ipv4_ipam_pool_id"), (true, "ipv6_cidr_block", "ipv6_ipam_pool_id")];
    let set = |name: &str| instance.attrs.get(name).filter(|v| !v.is_null() && !is_assigned(v, instance));
    let mut found = Vec::new();
    for (v6, attribute, pool) in families {
        let Some(range) = instance.attrs.get(attribute) else { continue };
        let pool = set(pool);
        let asked = instance.attrs.get("assign_generated_ipv6_cidr_block");
        let assigned = v6 && asked.is_some_and(|asked| asked.as_bool() != Some(false) && !asked.is_null());
        if range.is_null() || range.is_error() {
            continue;
        }
        if !is_assigned(range, instance) {
            found.push((v6, range.clone(), None));
        } else if pool.is_some() || assigned {
            // Ranges that AWS assigns differ among each other as those of one pool do.
            let amazon = || Value::string("amazon");
            found.push((v6, range.clone(), Some(pool.cloned().unwrap_or_else(amazon))));
        }
    }
    found
}

/// Whether a value is what AWS assigns, since nothing is configured.
fn is_assigned(value: &Value, instance: &Instance) -> bool {
    let because = value.as_unknown().map(|unknown| &unknown.because);
    matches!(because, Some(Because::Attribute(attribute)) if attribute.of == instance.addr)
}

/// What it hangs on whether an instance is there.
pub(super) fn exists(instance: &Instance) -> Option<Value> {
    match &instance.exists {
        Existence::Sure => None,
        Existence::Maybe(on) => Some(on.clone()),
    }
}
