//! The kinds of tests a value is put to.

use std::sync::OnceLock;

use regex::Regex;

use super::{names, network, policy};

/// A value as tests see it.
#[derive(Clone, Copy, Debug)]
pub enum Got<'a> {
    Text(&'a str),
    Number(i64),
}

/// What a value must be.
#[derive(Debug)]
pub enum Test {
    OneOf(Vec<&'static str>),
    OneOfAnyCase(Vec<&'static str>),
    Numbers(Vec<i64>),
    /// A number within bounds.
    Range(Option<i64>, Option<i64>),
    /// A text whose bytes are within bounds.
    Length(usize, usize),
    Divisible(i64),
    Arn,
    Network(network::Wanted),
    Policy,
    Json,
    Port,
    Matches(&'static str, OnceLock<Option<Regex>>),
    /// A text of these characters alone, or none, as ranges: `a-z0-9-`.
    Only(&'static str),
    /// A text whose first character is one of these.
    Begins(&'static str),
    /// `eu-central-1`
    Region,
    /// `eu-central-1a`
    Zone,
    /// `db.t4g.micro`, behind the prefix.
    Class(&'static str),
    /// `m5.large`: families and their sizes, `m4,m5=large,xlarge`, separated by spaces.
    InstanceType(&'static str),
}

impl Test {
    /// The test a row is about; nothing for a kind there is not.
    pub(super) fn of(kind: &str, about: &'static str, message: &'static str) -> Option<Self> {
        let bounds = || about.split_once("..").map(|(low, high)| (low.parse::<i64>().ok(), high.parse::<i64>().ok()));
        let size = |bound: Option<i64>, open: usize| bound.map_or(Some(open), |bound| usize::try_from(bound).ok());
        Some(match kind {
            "one-of" => Self::OneOf(listed(about, message)),
            "one-of-any-case" => Self::OneOfAnyCase(listed(about, message)),
            "numbers" => Self::Numbers(numbers(message)?),
            "range" => bounds().map(|(low, high)| Self::Range(low, high))?,
            "length" => {
                let (low, high) = bounds()?;
                Self::Length(size(low, 0)?, size(high, usize::MAX)?)
            }
            "divisible" => Self::Divisible(about.parse().ok().filter(|by| *by != 0)?),
            "arn" => Self::Arn,
            "network" => Self::Network(network::Wanted::of(about)?),
            "policy" => Self::Policy,
            "json" => Self::Json,
            "port" => Self::Port,
            "only" => Self::Only(about),
            "begins" => Self::Begins(about),
            "region" => Self::Region,
            "zone" => Self::Zone,
            "class" => Self::Class(about),
            "instance-type" => Self::InstanceType(about),
            "matches" => Self::Matches(about, OnceLock::new()),
            _ => return None,
        })
    }

    /// `None` where the value is fine; else the message, where it is another one than the row's.
    pub(super) fn refuses(&self, got: Got<'_>, message: &str) -> Option<Option<String>> {
        match (self, got) {
            (Self::Network(wanted), Got::Text(text)) => wanted.refuses(text, name_in(message)),
            (Self::Policy, Got::Text(text)) => policy::refuses(text, name_in(message)).map(Some),
            _ => self.is_refused(got).then_some(None),
        }
    }

    fn is_refused(&self, got: Got<'_>) -> bool {
        match (self, got) {
            (Self::OneOf(values), Got::Text(text)) => !values.contains(&text),
            (Self::OneOfAnyCase(values), Got::Text(text)) => {
                !values.iter().any(|value| value.eq_ignore_ascii_case(text))
            }
            (Self::Numbers(values), Got::Number(number)) => !values.contains(&number),
            (Self::Range(low, high), Got::Number(number)) => {
                low.is_some_and(|low| number < low) || high.is_some_and(|high| number > high)
            }
            (Self::Length(low, high), Got::Text(text)) => text.len() < *low || text.len() > *high,
            (Self::Divisible(by), Got::Number(number)) => number.checked_rem(*by).is_some_and(|rest| rest != 0),
            (Self::Arn, Got::Text(text)) => !text.is_empty() && !text.starts_with("arn:"),
            (Self::Json, Got::Text(text)) => serde_json::from_str::<serde::de::IgnoredAny>(text).is_err(),
            (Self::Port, Got::Number(number)) => !(1..=65_535).contains(&number),
            (Self::Only(set), Got::Text(text)) => !text.bytes().all(|byte| is_in(set, byte)),
            (Self::Begins(set), Got::Text(text)) => text.bytes().next().is_some_and(|byte| !is_in(set, byte)),
            (Self::Region, Got::Text(text)) => !names::is_region(text),
            (Self::Zone, Got::Text(text)) => !names::is_zone(text),
            (Self::Class(prefix), Got::Text(text)) => !names::is_class(text, prefix),
            (Self::InstanceType(all), Got::Text(text)) => !names::is_instance_type(text, all),
            (Self::Matches(pattern, compiled), Got::Text(text)) => {
                let compiled = compiled.get_or_init(|| Regex::new(pattern).ok());
                compiled.as_ref().is_some_and(|pattern| !pattern.is_match(text))
            }
            _ => false,
        }
    }
}

/// What a message calls the argument: `expected NAME to`, `"NAME" contains`.
fn name_in(message: &str) -> &str {
    let after = message.strip_prefix("expected ").unwrap_or(message);
    let quoted = after.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    quoted.or_else(|| after.split_once(' ')).map_or(after, |(name, _)| name)
}

/// The words of a list, as the provider's messages have them: `["a" "b"]`; or those that the row names itself.
fn listed(about: &'static str, message: &'static str) -> Vec<&'static str> {
    if about != "-" {
        return about.split(' ').collect();
    }
    let list = message.split_once("[\"").and_then(|(_, rest)| rest.split_once("\"]"));
    list.map(|(list, _)| list.split("\" \"").collect()).unwrap_or_default()
}

/// `[7 731]`
fn numbers(message: &str) -> Option<Vec<i64>> {
    let (_, rest) = message.split_once('[')?;
    let (list, _) = rest.split_once(']')?;
    list.split(' ').map(|number| number.parse().ok()).collect()
}

/// Whether a byte is in a set of characters and ranges of them: `a-z0-9-`.
fn is_in(set: &str, byte: u8) -> bool {
    let mut rest = set.as_bytes();
    loop {
        rest = match rest {
            [low, b'-', high, ..] if (*low..=*high).contains(&byte) => return true,
            [_, b'-', _, after @ ..] => after,
            [one, ..] if *one == byte => return true,
            [_, after @ ..] => after,
            [] => return false,
        }
    }
}
