//! Address ranges: `10.0.0.0/16`, `2001:db8::/32`.

use std::net::IpAddr;

/// A range: its first address and the length of its prefix.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Range {
    v6: bool,
    first: u128,
    last: u128,
}

impl Range {
    /// Bits after the prefix are dropped.
    pub(super) fn parse(text: &str) -> Option<Self> {
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

    pub(super) const fn overlaps(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.last && other.first <= self.last
    }

    pub(super) const fn contains(self, other: Self) -> bool {
        self.v6 == other.v6 && self.first <= other.first && other.last <= self.last
    }
}

/// Ones for the bits after the prefix. `None` when the prefix is longer than the address.
fn host_mask(width: u32, length: u32) -> Option<u128> {
    let free = width.checked_sub(length)?;
    Some(if free == 128 { u128::MAX } else { (1 << free) - 1 })
}

#[cfg(test)]
mod tests {
    use super::Range;

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
            let (x, y) = (Range::parse(a).expect("a range"), Range::parse(b).expect("a range"));
            assert_eq!((x.overlaps(y), x.contains(y)), (overlaps, contains), "{a} {b}");
        }
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "x/8", "10.0.0.0/+8", "10.0.0.0/"] {
            assert!(Range::parse(bad).is_none(), "{bad}");
        }
    }
}
