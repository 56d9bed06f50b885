//! Address ranges, known (`10.0.0.0/16`) or symbolic (the third /20 of whatever the VPC gets).

use std::{fmt, net::IpAddr};

use crate::{
    addr::name,
    value::{Because, Choice, Step, Truth, Value, equals},
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

    /// How many bits its prefix has.
    #[must_use]
    pub const fn prefix_length(self) -> u32 {
        let width = if self.v6 { 128 } else { 32 };
        width - (self.last - self.first).count_ones()
    }

    /// The first block of a prefix length in it; nothing where none fits.
    #[must_use]
    pub fn block(self, prefix: u32) -> Option<Self> {
        let host = host_mask(if self.v6 { 128 } else { 32 }, prefix)?;
        (prefix >= self.prefix_length()).then_some(Self { v6: self.v6, first: self.first, last: self.first | host })
    }

    /// The block of the same size that follows.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let size = self.last - self.first;
        let first = self.last.checked_add(1)?;
        let last = first.checked_add(size)?;
        (self.v6 || last <= u128::from(u32::MAX)).then_some(Self { v6: self.v6, first, last })
    }

    /// The first block of the same size that begins after another range.
    #[must_use]
    pub fn after(self, other: Self) -> Option<Self> {
        let size = self.last - self.first;
        let beyond = other.last.max(self.last).checked_add(1)?;
        let first = if size == u128::MAX { return None } else { beyond.checked_add(size)? / (size + 1) * (size + 1) };
        let last = first.checked_add(size)?;
        (self.v6 || last <= u128::from(u32::MAX)).then_some(Self { v6: self.v6, first, last })
    }

    /// How many blocks of its size follow one another from it on, up to the end of a whole or the next range that is taken;
    /// and the block after them.
    #[must_use]
    pub fn run(self, within: Self, taken: Option<Self>) -> (u128, Option<Self>) {
        let size = self.last - self.first;
        let end = taken.map_or(within.last, |taken| taken.first.saturating_sub(1).min(within.last));
        let count = match size.checked_add(1) {
            Some(size) => (end - self.first).checked_add(1).map_or(u128::MAX / size, |room| room / size),
            None => 1,
        };
        let step = count.checked_mul(size.saturating_add(1));
        let first = step.and_then(|step| self.first.checked_add(step));
        let block = first.and_then(|first| Some(Self { v6: self.v6, first, last: first.checked_add(size)? }));
        (count, block)
    }

    /// The part of a whole that follows after so many bits. Parts of one whole compare as ranges do.
    const fn part(length: u32, bits: u128) -> Self {
        if length == 0 {
            return Self { v6: true, first: 0, last: u128::MAX };
        }
        let first = bits << (128 - length);
        Self { v6: true, first, last: first | (u128::MAX >> length) }
    }
}

/// Ones for the bits after the prefix. `None` when the prefix is longer than the address.
fn host_mask(width: u32, length: u32) -> Option<u128> {
    let free = width.checked_sub(length)?;
    Some(if free == 128 { u128::MAX } else { (1 << free) - 1 })
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.prefix_length();
        if self.v6 {
            write!(f, "{}/{length}", std::net::Ipv6Addr::from_bits(self.first))
        } else {
            let first = u32::try_from(self.first).unwrap_or(u32::MAX);
            write!(f, "{}/{length}", std::net::Ipv4Addr::from_bits(first))
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
            // Of equal ranges `Contains` was said.
            Self::Within | Self::Disjoint => Some(false),
            Self::Unknown => None,
        }
    }
}

/// How two range values lie to each other, known or not.
#[must_use]
pub fn relation(a: &Value, b: &Value) -> Relation {
    relation_within(a, b, MAX_CHOICES)
}

/// Choices inside choices that are followed.
const MAX_CHOICES: u32 = 6;

fn relation_within(a: &Value, b: &Value, choices: u32) -> Relation {
    let (a, b) = (resolved(a), resolved(b));
    if let (Some(x), Some(y)) = (known(a), known(b)) {
        return of_ranges(x, y);
    }
    let cut = Part::of(a).zip(Part::of(b));
    let same_base = cut.filter(|(x, y)| equals(x.base, y.base) == Truth::True);
    if let Some((x, y)) = same_base {
        return of_ranges(x.range, y.range);
    }
    let Some(deeper) = choices.checked_sub(1) else { return Relation::Unknown };
    match (choice(a), choice(b)) {
        (Some(choice), _) => same(relation_within(&choice.yes, b, deeper), || relation_within(&choice.no, b, deeper)),
        (None, Some(choice)) => {
            same(relation_within(a, &choice.yes, deeper), || relation_within(a, &choice.no, deeper))
        }
        (None, None) => Relation::Unknown,
    }
}

fn of_ranges(x: Range, y: Range) -> Relation {
    if x.contains(y) {
        Relation::Contains
    } else if y.contains(x) {
        Relation::Within
    } else {
        Relation::Disjoint
    }
}

fn choice(value: &Value) -> Option<&Choice> {
    match &value.as_unknown()?.because {
        Because::Either(choice) => Some(choice),
        _ => None,
    }
}

/// What holds with either arm of a choice.
fn same(one: Relation, other: impl FnOnce() -> Relation) -> Relation {
    if one != Relation::Unknown && other() == one { one } else { Relation::Unknown }
}

/// Whether a range hangs on a condition that is not known.
pub(super) fn is_choice(value: &Value) -> bool {
    choice(resolved(value)).is_some()
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

/// A range that is cut out of another by `cidrsubnet`.
#[derive(Debug)]
pub(super) struct Part<'v> {
    /// What it is cut out of in the end: a range that nothing is known of.
    pub base: &'v Value,
    /// Which part of it.
    pub range: Range,
}

/// Cuts of cuts that are followed.
const MAX_CUTS: usize = 64;

impl<'v> Part<'v> {
    pub(super) fn of(value: &'v Value) -> Option<Self> {
        let mut base = resolved(value);
        let (mut length, mut bits) = (0_u32, 0_u128);
        for _ in 0..MAX_CUTS {
            let Some((prefix, newbits, netnum)) = cut(base) else {
                return Some(Self { base, range: Range::part(length, bits) });
            };
            // The bits of the outer cut come first. A number that has no room is an error of the configuration.
            let fits = newbits < 128 && netnum >> newbits == 0;
            bits |= fits.then(|| netnum.checked_shl(length))??;
            length = length.checked_add(newbits).filter(|length| *length < 128)?;
            base = resolved(prefix);
        }
        None
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
        next = next.div_ceil(size).saturating_mul(size);
        if i as u64 == index {
            return Some((prefix, *newbits, next / size));
        }
        next = next.saturating_add(size);
    }
    None
}

fn small(value: &Value) -> Option<u64> {
    value.as_number()?.to_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        addr::ModulePath,
        value::{Known, Type},
    };

    fn range(text: &str) -> Range {
        Range::parse(text).expect("a range")
    }

    #[test]
    fn ranges_overlap_and_contain() {
        let cases = [
            ("10.0.0.0/16", "10.0.5.0/24", true, true),
            ("10.0.5.0/24", "10.0.0.0/16", true, false),
            ("10.0.0.0/16", "10.1.0.0/16", false, false),
            ("0.0.0.0/0", "255.255.255.255/32", true, true),
            ("10.0.0.7/16", "10.0.255.255/32", true, true),
            ("::/0", "10.0.0.0/8", false, false),
            ("2001:db8::/32", "2001:db8:1::/48", true, true),
        ];
        for (a, b, overlaps, contains) in cases {
            let (x, y) = (range(a), range(b));
            assert_eq!((x.overlaps(y), x.contains(y)), (overlaps, contains), "{a} {b}");
        }
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "x/8", "10.0.0.0/+8", "10.0.0.0/"] {
            assert!(Range::parse(bad).is_none(), "{bad}");
        }
        for text in ["10.0.0.0/16", "0.0.0.0/0", "255.255.255.255/32", "2001:db8::/32", "::/0", "::1/128"] {
            assert_eq!(range(text).to_string(), text);
        }
        assert_eq!(range("10.0.0.7/16").to_string(), "10.0.0.0/16");
    }

    #[test]
    fn blocks_follow_one_another() {
        let block = range("10.0.0.0/8").block(16).expect("a block");
        assert_eq!(block, range("10.0.0.0/16"));
        assert_eq!(block.next(), Some(range("10.1.0.0/16")));
        assert_eq!(block.after(range("10.0.0.0/15")), Some(range("10.2.0.0/16")));
        assert_eq!(block.after(range("10.2.3.0/24")), Some(range("10.3.0.0/16")));
        assert_eq!(block.run(range("10.0.0.0/8"), None), (256, Some(range("11.0.0.0/16"))));
        assert_eq!(block.run(range("10.0.0.0/8"), Some(range("10.2.3.0/24"))), (2, Some(range("10.2.0.0/16"))));
        assert_eq!(range("10.0.0.0/16").block(8), None);
        assert_eq!(range("255.255.0.0/16").next(), None);
        assert_eq!(range("::/0").next(), None);
    }

    fn var(text: &str) -> Value {
        let because = Because::Variable { module: ModulePath::default(), name: name(text), root: ".".into() };
        Value::unknown(Type::String, because)
    }

    fn subnet(prefix: &Value, newbits: i64, netnum: i64) -> Value {
        let args = vec![prefix.clone(), Value::int(newbits), Value::int(netnum)];
        Value::unknown(Type::String, Because::Call(name("cidrsubnet"), args.into()))
    }

    fn one_of(prefix: &Value, sizes: &[i64], index: u64) -> Value {
        let args = std::iter::once(prefix.clone()).chain(sizes.iter().map(|n| Value::int(*n))).collect::<Vec<_>>();
        let whole = Value::unknown(Type::list(Type::String), Because::Call(name("cidrsubnets"), args.into()));
        Value::unknown(Type::String, Because::Part(whole, Step::Index(index)))
    }

    fn either(yes: Value, no: Value) -> Value {
        let choice = Choice { condition: var("flag"), yes, no };
        Value::unknown(Type::String, Because::Either(choice.into()))
    }

    #[test]
    fn ranges_cut_from_one_base_are_compared() {
        let x = var("cidr");
        let cases = [
            (x.clone(), x.clone(), Relation::Contains),
            (x.clone(), subnet(&x, 4, 3), Relation::Contains),
            (subnet(&x, 4, 3), x.clone(), Relation::Within),
            (subnet(&x, 4, 0), subnet(&x, 4, 1), Relation::Disjoint),
            (subnet(&x, 4, 2), subnet(&x, 4, 2), Relation::Contains),
            (subnet(&x, 4, 0), subnet(&x, 8, 8), Relation::Contains),
            (subnet(&x, 4, 0), subnet(&x, 8, 16), Relation::Disjoint),
            // A cut of a cut: the third quarter of the second half.
            (subnet(&subnet(&x, 1, 1), 2, 2), subnet(&x, 3, 6), Relation::Contains),
            (subnet(&subnet(&x, 1, 0), 2, 2), subnet(&x, 3, 6), Relation::Disjoint),
            // /17, /19, /19 one after the other.
            (one_of(&x, &[1, 3, 3], 0), subnet(&x, 1, 0), Relation::Contains),
            (one_of(&x, &[1, 3, 3], 1), subnet(&x, 3, 4), Relation::Contains),
            (one_of(&x, &[1, 3, 3], 2), subnet(&x, 3, 4), Relation::Disjoint),
            // A small one before a large one leaves a gap.
            (one_of(&x, &[3, 1], 1), subnet(&x, 1, 1), Relation::Contains),
            (x.clone(), var("other"), Relation::Unknown),
            (x.clone(), Value::string("10.0.0.0/16"), Relation::Unknown),
            (subnet(&x, 4, 0), subnet(&var("other"), 4, 1), Relation::Unknown),
            (either(subnet(&x, 1, 0), subnet(&x, 2, 1)), subnet(&x, 1, 1), Relation::Disjoint),
            (either(subnet(&x, 1, 0), subnet(&x, 2, 3)), subnet(&x, 1, 1), Relation::Unknown),
            (
                either(Value::string("10.0.0.0/24"), Value::string("10.0.1.0/24")),
                Value::string("10.0.0.0/16"),
                Relation::Within,
            ),
        ];
        for (i, (a, b, relation)) in cases.iter().enumerate() {
            assert_eq!(super::relation(a, b), *relation, "case {i}");
        }
    }

    #[test]
    fn a_value_that_will_be_known_is_compared_as_it_will_be() {
        let known = Known { alias: Some(Value::string("10.0.0.0/16")), ..Known::default() };
        let later = Value::unknown_with(Type::String, Because::Unsupported("x".into()), known);
        assert_eq!(relation(&later, &Value::string("10.0.1.0/24")), Relation::Contains);
    }

    #[test]
    fn no_depth_of_cuts_or_choices_takes_long() {
        let mut cut = var("cidr");
        let mut choices = var("cidr");
        for _ in 0..10_000 {
            cut = subnet(&cut, 0, 0);
            choices = either(choices.clone(), choices);
        }
        assert_eq!(relation(&cut, &Value::string("10.0.0.0/16")), Relation::Unknown);
        assert_eq!(relation(&choices, &Value::string("10.0.0.0/16")), Relation::Unknown);
        // Dropping ten thousand levels of one value is the value's own affair.
        std::mem::forget((cut, choices));
    }
}
