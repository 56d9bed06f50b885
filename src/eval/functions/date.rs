//! Dates: RFC 3339 timestamps, Go durations, and Terraform's format letters.

use std::cmp::Ordering;

use jiff::civil;

use super::{Call, Failure, Outcome, string};
use crate::value::{Type, Value};

/// A timestamp with the offset it was written in, in seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Stamp {
    local: civil::DateTime,
    offset: i32,
}

impl Stamp {
    /// Nanoseconds since 1970.
    fn instant(self) -> i128 {
        let local = self.local.duration_since(civil::date(1970, 1, 1).at(0, 0, 0, 0));
        local.as_nanos() - i128::from(self.offset) * 1_000_000_000
    }
}

/// Reads the parts one after the other and says which one is wrong.
struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// A run of digits, or one other character; a `Z`, `+` or `-` in the time part starts the offset.
    fn digits(&mut self, name: &str, width: usize) -> Result<i16, String> {
        if self.rest.is_empty() {
            return Err(format!("end of string before {name}"));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        if end != width {
            return Err(format!("cannot use \"{}\" as {name}", self.rest));
        }
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().map_err(|_| format!("cannot use \"{digits}\" as {name}"))
    }

    fn separator(&mut self, wanted: char) -> Result<(), String> {
        if self.rest.is_empty() {
            return Err(format!("end of string where \"{wanted}\" is expected"));
        }
        match self.rest.strip_prefix(wanted) {
            Some(rest) => self.rest = rest,
            None => return Err(format!("found \"{}\" where \"{wanted}\" is expected", self.rest)),
        }
        Ok(())
    }

    /// A fraction of a second, in nanoseconds; digits beyond the ninth do not count.
    fn fraction(&mut self) -> Result<i32, String> {
        let Some(after) = self.rest.strip_prefix('.') else { return Ok(0) };
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        if end == 0 {
            return Err(format!("cannot use \"{}\" as UTC offset", self.rest));
        }
        let (digits, rest) = after.split_at(end);
        self.rest = rest;
        let nine: String = digits.chars().chain("000000000".chars()).take(9).collect();
        nine.parse().map_err(|_| "cannot use the fraction of the second".to_owned())
    }

    /// `Z`, `+01:30` or `-08:00`, in seconds.
    fn offset(&mut self) -> Result<i32, String> {
        let given = self.rest;
        let sign = match given.chars().next() {
            None => return Err("end of string before UTC offset".to_owned()),
            Some('Z') => {
                self.rest = given.get(1..).unwrap_or("");
                return Ok(0);
            }
            Some('+') => 1,
            Some('-') => -1,
            Some(_) => return Err(format!("cannot use \"{given}\" as UTC offset")),
        };
        let parts = given.get(1..6).and_then(|text| text.split_once(':'));
        let two = |text: &str| (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok());
        let read = parts.and_then(|(h, m)| Some((two(h)??, two(m)??)));
        let Some((hours, minutes)) = read else { return Err(format!("cannot use \"{given}\" as UTC offset")) };
        let (hours, minutes): (i32, i32) = (hours, minutes);
        if hours > 23 || minutes > 59 {
            return Err(format!("cannot use \"{given}\" as UTC offset"));
        }
        self.rest = given.get(6..).unwrap_or("");
        Ok(sign * (hours * 3600 + minutes * 60))
    }
}

fn parse(text: &str) -> Result<Stamp, String> {
    let mut reader = Reader { rest: text };
    let year = reader.digits("year", 4)?;
    reader.separator('-')?;
    let month = reader.digits("month", 2)?;
    if !(1..=12).contains(&month) {
        return Err(format!("cannot use \"{}\" as month", reader.rest));
    }
    reader.separator('-')?;
    let day = reader.digits("day", 2)?;
    if !reader.rest.starts_with('T') {
        return Err("missing required time introducer 'T'".to_owned());
    }
    reader.rest = reader.rest.get(1..).unwrap_or("");
    let hour = reader.digits("hour", 2)?;
    reader.separator(':')?;
    let minute = reader.digits("minute", 2)?;
    reader.separator(':')?;
    let second = reader.digits("second", 2)?;
    if second > 59 {
        return Err(format!("cannot use \"{}\" as second", reader.rest));
    }
    let nanoseconds = reader.fraction()?;
    let offset = reader.offset()?;
    if !reader.rest.is_empty() {
        return Err(format!("cannot use \"{}\" as timestamp segment", reader.rest));
    }
    if hour > 23 {
        return Err("hour must be between 0 and 23 inclusive".to_owned());
    }
    if minute > 59 {
        return Err("minute must be between 0 and 59 inclusive".to_owned());
    }
    let narrow = |n: i16| i8::try_from(n).unwrap_or(i8::MAX);
    civil::DateTime::new(year, narrow(month), narrow(day), narrow(hour), narrow(minute), narrow(second), nanoseconds)
        .map(|local| Stamp { local, offset })
        .map_err(|_| "day out of range".to_owned())
}

fn not_a_timestamp(message: &str) -> String {
    format!("not a valid RFC3339 timestamp: {message}")
}

fn stamp(call: &Call<'_, '_>, index: usize) -> Result<Stamp, Failure> {
    parse(call.text(index)).map_err(|message| Failure::at(index, not_a_timestamp(&message)))
}

pub(super) fn formatdate(call: &Call<'_, '_>) -> Outcome {
    let stamp = stamp(call, 1)?;
    let mut out = String::new();
    let mut rest = call.text(0);
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            let (literal, after) = quoted(rest).ok_or_else(|| Failure::at(0, "unterminated literal '"))?;
            out.push_str(&literal);
            rest = after;
            continue;
        }
        let end = if c.is_ascii_alphabetic() {
            rest.find(|next| next != c).unwrap_or(rest.len())
        } else {
            rest.find(|next: char| next.is_ascii_alphabetic() || next == '\'').unwrap_or(rest.len())
        };
        let (verb, after) = rest.split_at(end);
        rest = after;
        if c.is_ascii_alphabetic() {
            out.push_str(&part(stamp, verb).map_err(|message| Failure::at(0, message))?);
        } else {
            out.push_str(verb);
        }
    }
    Ok(string(&out))
}

/// The text between quotes, in which two quotes are one; two quotes alone are one too.
fn quoted(text: &str) -> Option<(String, &str)> {
    if let Some(after) = text.strip_prefix("''") {
        return Some(("'".to_owned(), after));
    }
    let mut out = String::new();
    let mut rest = text.get(1..)?;
    loop {
        let (before, after) = rest.split_once('\'')?;
        out.push_str(before);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some((out, after)),
        }
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

fn named<'n>(names: &[&'n str], number: i8) -> &'n str {
    usize::try_from(number).ok().and_then(|n| names.get(n.checked_sub(1)?)).copied().unwrap_or("")
}

/// One run of a format letter.
fn part(stamp: Stamp, verb: &str) -> Result<String, String> {
    let local = stamp.local;
    let twelve = (local.hour() + 11) % 12 + 1;
    let short = |name: &str| name.get(..3).unwrap_or(name).to_owned();
    Ok(match verb {
        "YYYY" => format!("{:04}", local.year()),
        "YY" => format!("{:02}", local.year() % 100),
        "M" => local.month().to_string(),
        "MM" => format!("{:02}", local.month()),
        "MMM" => short(named(&MONTHS, local.month())),
        "MMMM" => named(&MONTHS, local.month()).to_owned(),
        "D" => local.day().to_string(),
        "DD" => format!("{:02}", local.day()),
        "EEE" => short(named(&DAYS, local.weekday().to_monday_one_offset())),
        "EEEE" => named(&DAYS, local.weekday().to_monday_one_offset()).to_owned(),
        "h" => local.hour().to_string(),
        "hh" => format!("{:02}", local.hour()),
        "H" => twelve.to_string(),
        "HH" => format!("{twelve:02}"),
        "AA" => if local.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if local.hour() < 12 { "am" } else { "pm" }.to_owned(),
        "m" => local.minute().to_string(),
        "mm" => format!("{:02}", local.minute()),
        "s" => local.second().to_string(),
        "ss" => format!("{:02}", local.second()),
        "Z" => offset(stamp.offset, ":", "Z"),
        "ZZZ" => offset(stamp.offset, "", "UTC"),
        "ZZZZ" => offset(stamp.offset, "", ""),
        "ZZZZZ" => offset(stamp.offset, ":", ""),
        _ => return Err(wrong_verb(verb)),
    })
}

/// `zero` stands for no offset, if there is such a word.
fn offset(seconds: i32, separator: &str, zero: &str) -> String {
    if seconds == 0 && !zero.is_empty() {
        return zero.to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
}

fn wrong_verb(verb: &str) -> String {
    let rule = match verb.chars().next() {
        Some('Y') => ": year must either be \"YY\" or \"YYYY\"",
        Some('M') => ": month must be \"M\", \"MM\", \"MMM\", or \"MMMM\"",
        Some('D') => ": day of month must either be \"D\" or \"DD\"",
        Some('E') => ": day of week must either be \"EEE\" or \"EEEE\"",
        Some('h') => ": 24-hour must either be \"h\" or \"hh\"",
        Some('H') => ": 12-hour must either be \"H\" or \"HH\"",
        Some('A') => ": must be \"AA\"",
        Some('a') => ": must be \"aa\"",
        Some('m') => ": minute must either be \"m\" or \"mm\"",
        Some('s') => ": second must either be \"s\" or \"ss\"",
        Some('Z') => ": timezone must be Z, ZZZZ, or ZZZZZ",
        _ => "",
    };
    format!("invalid date format verb \"{verb}\"{rule}")
}

pub(super) fn timeadd(call: &Call<'_, '_>) -> Outcome {
    let stamp = parse(call.text(0)).map_err(|message| Failure::new(not_a_timestamp(&message)))?;
    let duration = duration(call.text(1)).map_err(|m| Failure::new(format!("time: {m}")))?;
    let span = jiff::SignedDuration::from_nanos(duration);
    let local = stamp.local.checked_add(span).map_err(|_| Failure::new("the result is out of range"))?;
    let date = local.strftime("%Y-%m-%dT%H:%M:%S");
    Ok(Value::string(format!("{date}{}", offset(stamp.offset, ":", "Z"))))
}

/// Go's durations: `-1h30m`, `1.5s`, `100ms`, `0`. In nanoseconds.
fn duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("invalid duration \"{text}\"");
    let (negative, mut rest) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let mut points = 0;
        let end = rest.find(|c: char| {
            points += usize::from(c == '.');
            points > 1 || !(c.is_ascii_digit() || c == '.')
        });
        let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(invalid());
        }
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        rest = after;
        total += amount(text, whole, fraction, unit)?;
        if total > 1 << 63 {
            return Err(invalid());
        }
    }
    let signed = if negative { -total } else { total };
    i64::try_from(signed).map_err(|_| invalid())
}

/// One number with its unit, in nanoseconds; parts of a nanosecond do not count.
fn amount(text: &str, whole: &str, fraction: &str, unit: &str) -> Result<i128, String> {
    let nanoseconds: i128 = match unit {
        "" => return Err(format!("missing unit in duration \"{text}\"")),
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return Err(format!("unknown unit \"{unit}\" in duration \"{text}\"")),
    };
    let number = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i64>().ok().map(i128::from) };
    let invalid = || format!("invalid duration \"{text}\"");
    let whole = number(whole).ok_or_else(invalid)?;
    let digits = fraction.get(..fraction.len().min(18)).unwrap_or("");
    let scale = 10_i128.pow(u32::try_from(digits.len()).unwrap_or(0));
    let part = number(digits).ok_or_else(invalid)? * nanoseconds / scale;
    Ok(whole * nanoseconds + part)
}

/// A timestamp as Go reads it: also with one digit for the hour, a comma before the fraction, and an offset of up to 24
/// hours and 60 minutes. `timecmp` alone is so lenient.
fn lenient(call: &Call<'_, '_>, index: usize) -> Result<Stamp, Failure> {
    let text = call.text(index);
    stamp(call, index).or_else(|failure| strict(text).ok_or(failure))
}

fn strict(text: &str) -> Option<Stamp> {
    let (date, time) = text.split_once('T')?;
    let padded = if time.get(1..2) == Some(":") { format!("0{time}") } else { time.to_owned() };
    let (clock, fraction) = padded.split_at_checked(8)?;
    let padded = format!("{clock}{}", fraction.replacen(',', ".", usize::from(fraction.starts_with(','))));
    let (clock, offset) = match padded.split_at_checked(padded.find(['Z', '+', '-'])?)? {
        (_, "Z") => return parse(&format!("{date}T{padded}")).ok(),
        parts => parts,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let within = |digits: &str, most: i32| {
        let plain = digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<i32>().ok().filter(|number| plain && *number <= most)
    };
    let seconds = within(hours, 24)? * 3600 + within(minutes, 60)? * 60;
    let local = parse(&format!("{date}T{clock}Z")).ok()?.local;
    Some(Stamp { local, offset: if offset.starts_with('-') { -seconds } else { seconds } })
}

pub(super) fn timecmp(call: &Call<'_, '_>) -> Outcome {
    let (a, b) = (lenient(call, 0)?, lenient(call, 1)?);
    Ok(Value::counted(match a.instant().cmp(&b.instant()) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }))
}

/// Unknown before apply.
pub(super) fn timestamp(call: &Call<'_, '_>) -> Outcome {
    Ok(call.unknown(Type::String))
}

/// A timestamp as Go prints it in RFC 3339, without the fraction; `None` when it is none.
pub(super) fn rfc3339(text: &str) -> Option<String> {
    let stamp = parse(text).ok()?;
    Some(format!("{}{}", stamp.local.strftime("%Y-%m-%dT%H:%M:%S"), offset(stamp.offset, ":", "Z")))
}
