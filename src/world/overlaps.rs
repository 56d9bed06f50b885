//! Which of a group of ranges overlap.
//!
//! Known ranges are found by a sweep over their sorted bounds: n log n. Ranges that are not known yet are swept among
//! those cut from the same base, and compared with the others one by one.
//!
//! Not every pair is told, or a thousand equal ranges would make half a million: a range is paired with the first
//! holder of the same range, and with the first holder of each range around it. So each holder of a range that
//! overlaps another one is in some pair.

use std::collections::{BTreeMap, HashMap};

use super::{
    cidr::{self, Part, Range},
    existing::Pool,
};
use crate::value::{Truth, Value, equals};

/// A range of a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'v> {
    /// What the caller knows it by; pairs are told in this order.
    pub index: usize,
    pub range: &'v Value,
    /// Two address families never overlap.
    pub v6: bool,
    /// The pool it is taken from, where only that is known. A pool never gives the same addresses twice.
    pub pool: Option<&'v Value>,
    /// What an account tells of that pool.
    pub told: Option<&'v Pool>,
}

impl Entry<'_> {
    /// Whether its range is taken from a pool that cannot give what another one has.
    fn is_kept_from(&self, other: &Self) -> bool {
        let other = cidr::known(other.range);
        self.told.is_some_and(|pool| other.is_some_and(|range| pool.never_gives(range)))
    }
}

/// Pairs that overlap, the smaller index first: certain (`true`), or not decided by what is known.
pub(super) type Pairs = BTreeMap<(usize, usize), bool>;

/// Pairs of a group, of those that matter. `open` tells those that are not decided too.
pub(super) fn pairs(entries: &[Entry<'_>], open: bool, matters: &dyn Fn(usize, usize) -> bool) -> Pairs {
    let mut found = Pairs::new();
    for v6 in [false, true] {
        let family: Vec<Entry<'_>> = entries.iter().filter(|e| e.v6 == v6).copied().collect();
        let mut search = Search { matters, found: &mut found };
        let (known, buckets) = sorted(&family);
        search.sweep(known);
        for bucket in &buckets {
            search.sweep(bucket.parts.clone());
        }
        if open {
            search.across(&family, &buckets);
        }
    }
    found
}

/// Ranges of one base that is not known, or of one pool (then without parts to compare).
struct Bucket<'v> {
    base: &'v Value,
    parts: Vec<(Range, usize)>,
    members: Vec<Entry<'v>>,
}

/// Known ranges, and the others by what they are cut from.
fn sorted<'v>(entries: &[Entry<'v>]) -> (Vec<(Range, usize)>, Vec<Bucket<'v>>) {
    let mut known = Vec::new();
    let mut buckets: Vec<Bucket<'v>> = Vec::new();
    let mut by_name: HashMap<(bool, String), Vec<usize>> = HashMap::new();
    for entry in entries.iter().filter(|entry| !entry.range.is_error()) {
        if let Some(range) = cidr::known(entry.range) {
            known.push((range, entry.index));
            continue;
        }
        let part = Part::of(entry.range).filter(|_| entry.pool.is_none());
        let base = entry.pool.or(part.as_ref().map(|part| part.base)).unwrap_or(entry.range);
        let name = base.as_unknown().map_or_else(|| format!("{:?}", base.as_str()), |u| u.because.to_string());
        let alike = by_name.entry((entry.pool.is_some(), name)).or_default();
        let at = alike.iter().copied().find(|at| buckets.get(*at).is_some_and(|b| equals(b.base, base) == Truth::True));
        let at = at.unwrap_or_else(|| {
            alike.push(buckets.len());
            buckets.push(Bucket { base, parts: Vec::new(), members: Vec::new() });
            buckets.len() - 1
        });
        let Some(bucket) = buckets.get_mut(at) else { continue };
        bucket.members.push(*entry);
        bucket.parts.extend(part.map(|part| (part.range, entry.index)));
    }
    (known, buckets)
}

struct Search<'s> {
    matters: &'s dyn Fn(usize, usize) -> bool,
    found: &'s mut Pairs,
}

impl Search<'_> {
    fn add(&mut self, a: usize, b: usize, sure: bool) {
        if (self.matters)(a, b) {
            let known = self.found.entry((a.min(b), a.max(b))).or_insert(sure);
            *known |= sure;
        }
    }

    /// Prefixes nest or are disjoint, so the ranges still open form a stack, no deeper than a prefix has bits.
    fn sweep(&mut self, mut ranges: Vec<(Range, usize)>) {
        ranges.sort_by_key(|(range, index)| (range.start(), std::cmp::Reverse(range.end()), *index));
        let mut open: Vec<(Range, usize)> = Vec::new();
        for (range, index) in ranges {
            while open.last().is_some_and(|(last, _)| last.end() < range.start()) {
                open.pop();
            }
            for (_, first) in &open {
                self.add(*first, index, true);
            }
            if open.last().is_none_or(|(last, _)| *last != range) {
                open.push((range, index));
            }
        }
    }

    /// Every range that is not known against those of other bases. That one of a base may overlap another range is
    /// told once.
    fn across(&mut self, family: &[Entry<'_>], buckets: &[Bucket<'_>]) {
        let numbered = buckets.iter().enumerate();
        let bucket_of: HashMap<usize, usize> =
            numbered.flat_map(|(i, bucket)| bucket.members.iter().map(move |entry| (entry.index, i))).collect();
        for (i, bucket) in buckets.iter().enumerate() {
            let mut told = false;
            for entry in &bucket.members {
                let others = family.iter().filter(|other| bucket_of.get(&other.index) != Some(&i));
                for other in others.filter(|other| !other.range.is_error() && (self.matters)(entry.index, other.index))
                {
                    if entry.is_kept_from(other) || other.is_kept_from(entry) {
                        continue;
                    }
                    let overlaps = cidr::relation(entry.range, other.range).overlaps();
                    if overlaps == Some(true) || overlaps.is_none() && !told {
                        self.add(entry.index, other.index, overlaps.is_some());
                        told |= overlaps.is_none();
                    }
                    // Only what hangs on a condition is ever decided towards another base.
                    if told && !cidr::is_choice(entry.range) && !cidr::is_choice(other.range) {
                        break;
                    }
                }
            }
        }
    }
}
