//! VPCs with the same addresses behind one gateway: a transit gateway, or one of Direct Connect.

use std::collections::{BTreeMap, HashMap};

use super::{
    addresses::{Addresses, Kind, Overlap},
    network::Attachment,
};
use crate::value::Truth;

impl Addresses {
    /// VPCs at one transit gateway: those that meet in one of its route tables, and those that do not.
    pub(super) fn in_transit(&self) -> Vec<(Kind, Overlap)> {
        let mut found = Vec::new();
        for transit in &self.network.transits {
            let mut by: HashMap<usize, &Attachment> = HashMap::new();
            for attached in &transit.attached {
                by.extend(self.indexes(&attached.vpc).iter().map(|i| (*i, attached)));
            }
            let mut all: Vec<usize> = by.keys().copied().collect();
            all.sort_unstable();
            let meets = |a: usize, b: usize| match (by.get(&a), by.get(&b)) {
                (Some(a), Some(b)) => a.meets(b),
                _ => Truth::False,
            };
            let separate = self.pairs(&all, false, &|a, b| self.are_unrelated(a, b) && meets(a, b) == Truth::False);
            found.extend(self.told(Kind::Separate, separate));
            let pairs = self.pairs(&all, true, &|a, b| self.are_unrelated(a, b) && meets(a, b) != Truth::False);
            found.extend(self.told(Kind::Transit, pairs).map(|(kind, overlap)| {
                let via = by.get(&overlap.other).map(|attached| attached.via);
                let ends = [overlap.one, overlap.other].map(|i| by.get(&i));
                let table = ends.iter().flatten().find_map(|end| Some((end.via.root, end.unknown_table()?.clone())));
                let open = (meets(overlap.one, overlap.other) == Truth::Unknown).then_some(table);
                let exists = [overlap.one, overlap.other]
                    .iter()
                    .find_map(|i| by.get(i).and_then(|attached| Some((attached.via.root, attached.exists.clone()?))));
                let doubt = open.and_then(|table| table.or_else(|| Some((via?.root, transit.gateway()))));
                (kind, Overlap { via, open: overlap.open.or(exists).or(doubt), ..overlap })
            }));
        }
        found.extend(self.at_one_gateway_perhaps());
        found
    }

    /// VPCs with the same addresses at two gateways that may be one.
    fn at_one_gateway_perhaps(&self) -> Vec<(Kind, Overlap)> {
        let mut by: BTreeMap<usize, Vec<(usize, &Attachment)>> = BTreeMap::new();
        for (t, transit) in self.network.transits.iter().enumerate() {
            for attached in &transit.attached {
                self.indexes(&attached.vpc).iter().for_each(|i| by.entry(*i).or_default().push((t, attached)));
            }
        }
        let transit = |t: usize| self.network.transits.get(t);
        let perhaps = |a: usize, b: usize| {
            let both = |i| by.get(&i).map(Vec::as_slice).unwrap_or_default();
            both(a).iter().flat_map(|(t, _)| both(b).iter().map(|(u, other)| (*t, *u, other))).find_map(
                |(t, u, other)| {
                    let (one, two) = (transit(t)?, transit(u)?);
                    (t != u && one.is(two) == Truth::Unknown).then(|| (other.via, one.or(two)))
                },
            )
        };
        let all: Vec<usize> = by.keys().copied().collect();
        let pairs = self.pairs(&all, false, &|a, b| self.are_unrelated(a, b) && perhaps(a, b).is_some());
        let told = self.told(Kind::Transit, pairs).map(|(kind, overlap)| {
            let (via, on) = perhaps(overlap.one, overlap.other).unzip();
            let on = via.zip(on).map(|(via, on)| (via.root, on));
            (kind, Overlap { via, open: overlap.open.or(on), ..overlap })
        });
        told.collect()
    }

    /// VPCs that one Direct Connect gateway leads to: it takes no two that overlap.
    pub(super) fn through_direct_connect(&self) -> Vec<(Kind, Overlap)> {
        let mut found = Vec::new();
        for gateway in &self.network.direct_connects {
            let mut by: HashMap<usize, &Attachment> = HashMap::new();
            for attached in &gateway.attached {
                by.extend(self.indexes(&attached.vpc).iter().map(|i| (*i, attached)));
            }
            let mut all: Vec<usize> = by.keys().copied().collect();
            all.sort_unstable();
            let pairs = self.pairs(&all, true, &|a, b| self.are_unrelated(a, b));
            found.extend(self.told(Kind::DirectConnect, pairs).map(|(kind, overlap)| {
                let ends = [overlap.one, overlap.other].map(|i| by.get(&i));
                let exists = ends.iter().flatten().find_map(|a| Some((a.via.root, a.exists.clone()?)));
                let via = by.get(&overlap.other).map(|attached| attached.via);
                (kind, Overlap { via, open: overlap.open.or(exists), ..overlap })
            }));
        }
        found
    }
}
