//! Address ranges, known (`10.0.0.0/16`) or symbolic (the third /20 of whatever the VPC gets).

use std::{fmt, net::IpAddr};

use crate::{
    addr::name,
    value::{Because, Step, Truth, Value, equals},
};

/// A known range of one address family.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Range {
    v6: bool,
    first: u128,
    last: u128,
}

impl Range {
    /// Bits after the prefix are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = text.split_once('/')?;
        let address: IpAddr = address.parse().ok()?;
        let length: u32 = length.bytes().all(|b| b.is_ascii_digit()).then(|| length.parse().ok())??;
        let (v6, bits, width) = match address {
            IpAddr::V4(v4) => (false, u128::from(v4.to_bits()), 32),
            IpAddr::V6(v6) => (true, v6.to_bits(), 128),
        };
        let host = host_mask(width, length)?;
        let first = bits & !host;
        Some(Self { v6, first, last: first | host })
    }

    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.last && other.first <= self.last
    }

    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last <= self.last
    }

    /// The sort key of a sweep: family, then first address.
    #[must_use]
    pub const fn start(self) -> (bool, u128) {
        (self.v6, self.first)
    }

    #[must_use]
    pub const fn end(self) -> (bool, u128) {
        (self.v6, self.last)
    }

    /// The addresses both hold: of two prefixes that overlap, the smaller.
    #[must_use]
    pub fn common(self, other: Self) -> Option<Self> {
        if !self.overlaps(other) {
            return None;
        }
        Some(if self.contains(other) { other } else { self })
    }
}

/// Ones for the bits after the prefix. `None` when the prefix is longer than the address.
fn host_mask(width: u32, length: u32) -> Option<u128> {
    let free = width.checked_sub(length)?;
    Some(if free == 128 { u128::MAX } else { (1 << free) - 1 })
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = (self.last - self.first).count_ones();
        if self.v6 {
            write!(f, "{}/{}", std::net::Ipv6Addr::from_bits(self.first), 128 - free)
        } else {
            let first = u32::try_from(self.first).unwrap_or(u32::MAX);
            write!(f, "{}/{}", std::net::Ipv4Addr::from_bits(first), 32 - free)
        }
    }
}

/// How two ranges lie to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    Disjoint,
    /// The first holds the second, or they are equal.
    Contains,
    /// The second holds the first.
    Within,
    Unknown,
}

impl Relation {
    #[must_use]
    pub const fn overlaps(self) -> Option<bool> {
        match self {
            Self::Disjoint => Some(false),
            Self::Contains | Self::Within => Some(true),
            Self::Unknown => None,
        }
    }

    /// Whether the first holds the second.
    #[must_use]
    pub const fn contains(self) -> Option<bool> {
        match self {
            Self::Contains => Some(true),
            // Two prefixes of one base are equal only when they are the same; then `Contains` was said.
            Self::Within | Self::Disjoint => Some(false),
            Self::Unknown => None,
        }
    }
}

/// How two range values lie to each other, known or not.
#[must_use]
pub fn relation(a: &Value, b: &Value) -> Relation {
    let (a, b) = (resolved(a), resolved(b));
    if let (Some(x), Some(y)) = (known(a), known(b)) {
        return if x.contains(y) {
            Relation::Contains
        } else if y.contains(x) {
            Relation::Within
        } else {
            Relation::Disjoint
        };
    }
    if equals(a, b) == Truth::True {
        return Relation::Contains;
    }
    match (Part::of(a), Part::of(b)) {
        (Some(x), Some(y)) => x.relation(&y),
        _ => Relation::Unknown,
    }
}

/// The range of a known value.
#[must_use]
pub fn known(value: &Value) -> Option<Range> {
    Range::parse(value.as_str()?)
}

/// The value a value will turn out to be, where that is known to us.
fn resolved(value: &Value) -> &Value {
    match value.as_unknown().and_then(|u| u.known.alias.as_ref()) {
        Some(alias) => resolved(alias),
        None => value,
    }
}

/// A range that is cut out of another by `cidrsubnet`: the base, and the bits that follow its prefix.
#[derive(Debug)]
struct Part<'v> {
    base: &'v Value,
    /// How many bits, and their value.
    length: u32,
    bits: u128,
}

impl<'v> Part<'v> {
    fn of(value: &'v Value) -> Option<Self> {
        let value = resolved(value);
        let Some((prefix, newbits, netnum)) = cut(value) else {
            return Some(Self { base: value, length: 0, bits: 0 });
        };
        let outer = Self::of(prefix)?;
        let length = outer.length.checked_add(newbits).filter(|l| *l < 128)?;
        Some(Self { base: outer.base, length, bits: (outer.bits << newbits) | netnum })
    }

    fn relation(&self, other: &Self) -> Relation {
        if equals(self.base, other.base) != Truth::True {
            return Relation::Unknown;
        }
        let shared = self.length.min(other.length);
        let head = |part: &Self| part.bits >> (part.length - shared);
        if head(self) != head(other) {
            Relation::Disjoint
        } else if self.length <= other.length {
            Relation::Contains
        } else {
            Relation::Within
        }
    }
}

/// The arguments of `cidrsubnet(prefix, newbits, netnum)`, or of one element of `cidrsubnets(prefix, …)`.
fn cut(value: &Value) -> Option<(&Value, u32, u128)> {
    match &value.as_unknown()?.because {
        Because::Call(function, args) if *function == name("cidrsubnet") => {
            let [prefix, newbits, netnum] = &args[..] else { return None };
            Some((prefix, u32::try_from(small(newbits)?).ok()?, u128::from(small(netnum)?)))
        }
        Because::Part(whole, Step::Index(index)) => one_of_several(whole, *index),
        _ => None,
    }
}

/// `cidrsubnets` hands out its ranges one after the other, each aligned to its own size.
fn one_of_several(whole: &Value, index: u64) -> Option<(&Value, u32, u128)> {
    let Because::Call(function, args) = &whole.as_unknown()?.because else { return None };
    if *function != name("cidrsubnets") {
        return None;
    }
    let (prefix, sizes) = args.split_first()?;
    let sizes: Vec<u32> = sizes.iter().map(|s| small(s).and_then(|n| u32::try_from(n).ok())).collect::<Option<_>>()?;
    let deepest = *sizes.iter().max()?;
    let mut next: u128 = 0;
    for (i, newbits) in sizes.iter().enumerate() {
        let size = 1_u128.checked_shl(deepest - newbits)?;
        next = next.div_ceil(size) * size;
        if i as u64 == index {
            return Some((prefix, *newbits, next / size));
        }
        next += size;
    }
    None
}

fn small(value: &Value) -> Option<u64> {
    value.as_number()?.to_u64()
}
