//! Networks in CIDR notation, as the provider reads them.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a network must be; the words of the table: `host-bits` may be set, `4` or `6` for one family alone, `16-28` for the length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Whether the bits behind the length may be set.
    host_bits: bool,
    family: Option<u8>,
    length: Option<(u8, u8)>,
    /// Whether the message about host bits asks what was meant.
    asks: bool,
    may_be_empty: bool,
}

impl Wanted {
    pub(super) fn of(words: &str) -> Option<Self> {
        let mut wanted = Self::default();
        for word in words.split(' ').filter(|word| *word != "-") {
            match word {
                "host-bits" => wanted.host_bits = true,
                "asks" => wanted.asks = true,
                "empty" => wanted.may_be_empty = true,
                "4" | "6" => wanted.family = word.parse().ok(),
                _ => {
                    let (low, high) = word.split_once('-')?;
                    wanted.length = Some((low.parse().ok()?, high.parse().ok()?));
                }
            }
        }
        Some(wanted)
    }

    /// As [`super::Test`] has it, for an argument of a name.
    pub(super) fn refuses(self, text: &str, name: &str) -> Option<Option<String>> {
        if text.is_empty() && self.may_be_empty {
            return None;
        }
        let Some((address, length)) = parsed(text) else { return Some(None) };
        let first = masked(address, length);
        let family = if address.is_ipv4() { 4 } else { 6 };
        if self.asks && self.family.is_some_and(|wanted| wanted != family) {
            return Some(Some(format!("{text:?} is not a valid IPv{} CIDR block", if family == 4 { 6 } else { 4 })));
        }
        if !self.host_bits && first != address {
            return Some(Some(match self.asks {
                true => format!("{text:?} is not a valid CIDR block; did you mean \"{first}/{length}\"?"),
                false => {
                    format!("expected {name} to contain a valid network Value, expected {first}/{length}, got {text}")
                }
            }));
        }
        let (low, high) = self.length.filter(|(low, high)| !(low..=high).contains(&&length))?;
        Some(Some(format!(
            "expected {name:?} to contain a network Value with between {low} and {high} significant bits, got: {length}"
        )))
    }
}

/// The address and the length of its network.
fn parsed(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let address: IpAddr = address.parse().ok()?;
    let is_number = !length.is_empty() && length.bytes().all(|digit| digit.is_ascii_digit());
    let length: u8 = if is_number { length.parse().ok()? } else { return None };
    (length <= if address.is_ipv4() { 32 } else { 128 }).then_some((address, length))
}

/// The first address of a network.
fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}
