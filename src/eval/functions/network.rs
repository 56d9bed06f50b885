//! The `cidr…` functions, for IPv4 and IPv6. Addresses are big integers and combine as in Terraform: what
//! overflows there gives the same here.

use std::net::{Ipv4Addr, Ipv6Addr};

use dashu_int::IBig;

use super::{Call, Failure, Outcome, numeric::whole};
use crate::value::{Number, Range, Type, Value};

/// An address of 32 or 128 bits, and how many of them are the network's.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Prefix {
    address: u128,
    width: u32,
    length: u32,
}

/// The CIDR expression of the first argument, with its host bits cleared.
fn prefix(call: &Call<'_, '_>) -> Result<Prefix, Failure> {
    let text = call.text(0);
    parse(text).ok_or_else(|| Failure::new(format!("invalid CIDR expression: invalid CIDR address: {text}")))
}

fn parse(text: &str) -> Option<Prefix> {
    let (address, length) = text.split_once('/')?;
    let plain = !length.is_empty() && length.len() <= 3 && length.bytes().all(|b| b.is_ascii_digit());
    let length: u32 = length.parse().ok().filter(|_| plain)?;
    let (address, width) = if address.contains(':') {
        (u128::from(ipv6(address)?), 128)
    } else {
        (u128::from(u32::from(ipv4(address)?)), 32)
    };
    (length <= width).then(|| Prefix { address: address & mask(width, length), width, length })
}

/// Leading zeros are allowed, and decimal.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0_u8; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        let part = parts.next().filter(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))?;
        *octet = part.trim_start_matches('0').parse().ok().or_else(|| part.bytes().all(|b| b == b'0').then_some(0))?;
    }
    parts.next().is_none().then_some(Ipv4Addr::from(octets))
}

/// With an embedded IPv4 address too, whose octets may have leading zeros.
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    match text.rsplit_once(':') {
        Some((before, last)) if last.contains('.') => format!("{before}:{}", ipv4(last)?).parse().ok(),
        _ => text.parse().ok(),
    }
}

fn mask(width: u32, length: u32) -> u128 {
    let ones = 1_u128.checked_shl(length).map_or(u128::MAX, |bit| bit - 1);
    ones.checked_shl(width.saturating_sub(length)).unwrap_or(0)
}

fn shown(address: u128, width: u32) -> String {
    if width == 32 {
        return Ipv4Addr::from(u32::try_from(address & u128::from(u32::MAX)).unwrap_or(0)).to_string();
    }
    // An IPv4-mapped address is written as IPv6 all the same.
    let text = Ipv6Addr::from(address);
    match text.to_ipv4_mapped() {
        Some(inner) => inner.to_string(),
        None => compressed(text),
    }
}

/// Go writes an IPv4-compatible address (`::102:304`) in hexadecimal throughout.
fn compressed(address: Ipv6Addr) -> String {
    let plain = address.to_string();
    if !plain.contains('.') {
        return plain;
    }
    let [.., high, low] = address.segments();
    format!("::{high:x}:{low:x}")
}

/// A whole number of any size.
fn big(call: &Call<'_, '_>, index: usize) -> Result<IBig, Failure> {
    let integer = call.arg(index).as_number().and_then(Number::to_integer);
    integer.ok_or_else(|| Failure::new("value must be a whole number"))
}

/// The number of a host or network, shifted into place and combined with the address. A negative number
/// combines by its two's complement, of which the magnitude is kept, as in Terraform; `None` where that is too long.
fn combined(address: u128, number: &IBig, shift: u32, width: u32) -> Option<u128> {
    let shifted = number << usize::try_from(shift).unwrap_or(0);
    let bits = IBig::from(address) | shifted;
    let magnitude = if bits < IBig::ZERO { -bits } else { bits };
    u128::try_from(&magnitude).ok().filter(|address| *address <= mask(width, width))
}

/// The low 64 bits of the magnitude: all that Terraform looks at to see whether a number is too large.
fn low(number: &IBig) -> u64 {
    let magnitude = if *number < IBig::ZERO { -number } else { number.clone() };
    u64::try_from(&(magnitude & IBig::from(u64::MAX))).unwrap_or(u64::MAX)
}

fn overflow(number: &IBig) -> Failure {
    Failure::new(format!("the address does not have the bits for number {number}"))
}

pub(super) fn cidrhost(call: &Call<'_, '_>) -> Outcome {
    let number = big(call, 1)?;
    let network = prefix(call)?;
    let bits = network.width - network.length;
    let most = (IBig::ONE << usize::try_from(bits).unwrap_or(0)) - IBig::ONE;
    let (host, asked) = if number < IBig::ZERO {
        (&most + &number + IBig::ONE, -&number - IBig::ONE)
    } else {
        // Read as a signed number.
        (number.clone(), IBig::from(low(&number).cast_signed()))
    };
    if asked > most {
        let length = network.length;
        let message = format!("prefix of {length} does not accommodate a host numbered {host}");
        return Err(Failure::new(message));
    }
    let address = combined(network.address, &host, 0, network.width).ok_or_else(|| overflow(&host))?;
    Ok(Value::string(shown(address, network.width)))
}

pub(super) fn cidrnetmask(call: &Call<'_, '_>) -> Outcome {
    let network = prefix(call)?;
    if network.width != 32 {
        return Err(Failure::new(format!("IPv6 addresses cannot have a netmask: {}", call.text(0))));
    }
    Ok(Value::string(shown(mask(32, network.length), 32)))
}

pub(super) fn cidrsubnet(call: &Call<'_, '_>) -> Outcome {
    let newbits = whole(call, 1)?;
    let number = big(call, 2)?;
    let network = prefix(call)?;
    let length = i64::from(network.length).saturating_add(newbits);
    let too_long = || {
        let length = network.length;
        Failure::new(format!("insufficient address space to extend prefix of {length} by {newbits}"))
    };
    if length > i64::from(network.width) {
        return Err(too_long());
    }
    let most = u32::try_from(newbits).ok().and_then(|bits| 1_u64.checked_shl(bits)).map_or(u64::MAX, |bit| bit - 1);
    if low(&number) > most {
        let message = format!("prefix extension of {newbits} does not accommodate a subnet numbered {number}");
        return Err(Failure::new(message));
    }
    let shift = u32::try_from(i64::from(network.width) - length).map_err(|_| too_long())?;
    let address = combined(network.address, &number, shift, network.width).ok_or_else(|| overflow(&number))?;
    Ok(Value::string(match u32::try_from(length) {
        Ok(length) => shown_network(address, network.width, length),
        // As Terraform prints a network that has a negative number of bits.
        Err(_) => "<nil>".to_owned(),
    }))
}

/// The bits of an IPv4-mapped network are counted as those of the IPv4 network that it is shown as.
fn shown_network(address: u128, width: u32, length: u32) -> String {
    let mapped = width == 128 && Ipv6Addr::from(address).to_ipv4_mapped().is_some();
    let length = if mapped { length.checked_sub(96) } else { Some(length) };
    length.map_or_else(|| "<nil>".to_owned(), |length| format!("{}/{length}", shown(address, width)))
}

/// Subnets one after the other, each at the next boundary of its size.
pub(super) fn cidrsubnets(call: &Call<'_, '_>) -> Outcome {
    if call.args.iter().any(|arg| !arg.is_known()) {
        let n = u64::try_from(call.args.len().saturating_sub(1)).unwrap_or(0);
        let known = crate::value::Known { not_null: true, range: Some(Range { low: n, high: Some(n) }), alias: None };
        return Ok(call.unknown_with(Type::list(Type::String), known));
    }
    let network = prefix(call).map_err(|failure| Failure::at(0, failure.message))?;
    let mut subnets = Vec::new();
    let mut previous: Option<Prefix> = None;
    for argument in 1..call.args.len() {
        let length = network.length + extension(call, argument, &network)?;
        if previous.is_none()
            && let Some(before) = wrapped(&network, length)
        {
            return Err(full(argument, length, &Some(before)));
        }
        let next = following(&network, previous.as_ref(), length).ok_or_else(|| full(argument, length, &previous))?;
        subnets.push(Value::string(format!("{}/{}", shown(next.address, next.width), next.length)));
        previous = Some(next);
    }
    Ok(Value::list(Type::String, subnets))
}

/// Terraform begins at the subnet before the network. Where the network is the first of all, that is the last of all,
/// from which there is no next.
fn wrapped(network: &Prefix, length: u32) -> Option<Prefix> {
    let first = network.address == 0;
    first.then(|| Prefix { address: mask(network.width, length), width: network.width, length })
}

fn full(argument: usize, length: u32, previous: &Option<Prefix>) -> Failure {
    let after = previous.as_ref().map_or_else(String::new, |p| format!("{}/{}", shown(p.address, p.width), p.length));
    let message =
        format!("not enough remaining address space for a subnet with a prefix of {length} bits after {after}");
    Failure::at(argument, message)
}

fn extension(call: &Call<'_, '_>, argument: usize, network: &Prefix) -> Result<u32, Failure> {
    let bits = whole(call, argument).map_err(|f| Failure::at(argument, f.message))?;
    if bits < 1 {
        return Err(Failure::at(argument, "must extend prefix by at least one bit"));
    }
    if bits > 32 {
        return Err(Failure::at(argument, "may not extend prefix by more than 32 bits"));
    }
    let length = i64::from(network.length) + bits;
    if length > i64::from(network.width) {
        let family = if network.width == 32 { "IPv4" } else { "IPv6" };
        let message = format!("would extend prefix to {length} bits, which is too long for an {family} address");
        return Err(Failure::at(argument, message));
    }
    Ok(u32::try_from(bits).unwrap_or(0))
}

/// The first subnet of this length after the previous one; `None` when the network is used up.
fn following(network: &Prefix, previous: Option<&Prefix>, length: u32) -> Option<Prefix> {
    let size = |length: u32| 1_u128.checked_shl(network.width - length);
    let Some(previous) = previous else {
        return Some(Prefix { length, ..network.clone() });
    };
    let after = previous.address.checked_add(size(previous.length)?)?;
    let address = after.checked_next_multiple_of(size(length)?)?;
    let inside = address & mask(network.width, network.length) == network.address;
    let in_width = network.width == 128 || address <= u128::from(u32::MAX);
    (inside && in_width).then_some(Prefix { address, width: network.width, length })
}
