//! What is known of a number, a length or a text that may be unknown.

use super::{Because, Kind, Number, Range, Type, Unknown, Value, convert};

/// Values looked at for one answer: choices share their arms, so that a small value may be endless when walked.
const MAX_LOOKED_AT: u32 = 1_000;

impl Value {
    /// The bounds of a number that is not negative: exact for a known one, of either arm for a choice. `None` when
    /// this is no number, or one that nothing is known of.
    #[must_use]
    pub fn number_range(&self) -> Option<Range> {
        Bounds { left: MAX_LOOKED_AT }.number(self)
    }

    /// The bounds of a collection's or structure's number of elements. `None` for null and for what has no elements.
    #[must_use]
    pub fn length_range(&self) -> Option<Range> {
        Bounds { left: MAX_LOOKED_AT }.length(self)
    }

    /// The text a string starts with in any case: all of a known one, the literal start of a template.
    #[must_use]
    pub fn known_prefix(&self) -> String {
        Bounds { left: MAX_LOOKED_AT }.prefix(self)
    }
}

/// The number of elements, where unknown ones cannot make it another.
pub(super) fn exact_length(value: &Value) -> Option<u64> {
    let length = match &value.kind {
        Kind::Set(set) if set.items.len() > 1 && !set.items.iter().all(Value::is_wholly_known) => return None,
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => value.items()?.len(),
        Kind::Map(_) | Kind::Object(_) => value.entries()?.len(),
        _ => return None,
    };
    u64::try_from(length).ok()
}

struct Bounds {
    left: u32,
}

impl Bounds {
    fn look(&mut self) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        Some(())
    }

    fn number(&mut self, value: &Value) -> Option<Range> {
        self.look()?;
        match &value.kind {
            Kind::Number(number) => number_bounds(number),
            Kind::Unknown(unknown) => match (unknown.known.range, self.number_of_unknown(unknown)) {
                (Some(a), Some(b)) => Some(a.intersection(b)),
                (a, b) => a.or(b),
            },
            _ => None,
        }
    }

    fn number_of_unknown(&mut self, unknown: &Unknown) -> Option<Range> {
        if let Some(alias) = &unknown.known.alias {
            return self.number(alias);
        }
        match &unknown.because {
            Because::Either(choice) => {
                let yes = self.number(&convert(&choice.yes, &Type::Number).ok()?)?;
                let no = self.number(&convert(&choice.no, &Type::Number).ok()?)?;
                Some(yes.union(no))
            }
            Because::Call(function, arguments) if function.as_str() == "length" => self.length(arguments.first()?),
            _ => None,
        }
    }

    fn length(&mut self, value: &Value) -> Option<Range> {
        self.look()?;
        match &value.kind {
            Kind::Unknown(unknown) => self.length_of_unknown(unknown),
            Kind::Set(set) => Some(exact_length(value).map_or_else(|| set_bounds(&set.items), Range::exactly)),
            _ => exact_length(value).map(Range::exactly),
        }
    }

    fn length_of_unknown(&mut self, unknown: &Unknown) -> Option<Range> {
        let by_type = match &unknown.ty {
            Type::Tuple(items) => Range::exactly(items.len() as u64),
            Type::Object(fields) => Range::exactly(fields.len() as u64),
            Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Any => Range::ANY,
            Type::Bool | Type::Number | Type::String => return None,
        };
        let known = unknown.known.range.unwrap_or(Range::ANY);
        let by_reason = self.length_by_reason(unknown).unwrap_or(Range::ANY);
        Some(by_type.intersection(known).intersection(by_reason))
    }

    fn length_by_reason(&mut self, unknown: &Unknown) -> Option<Range> {
        if let Some(alias) = &unknown.known.alias {
            return self.length(alias);
        }
        match &unknown.because {
            Because::Either(choice) => {
                let yes = self.length(&convert(&choice.yes, &unknown.ty).ok()?)?;
                let no = self.length(&convert(&choice.no, &unknown.ty).ok()?)?;
                Some(yes.union(no))
            }
            Because::Call(function, arguments) if function.as_str() == "concat" => {
                arguments.iter().try_fold(Range::exactly(0), |sum, list| Some(sum.sum(self.length(list)?)))
            }
            _ => None,
        }
    }

    fn prefix(&mut self, value: &Value) -> String {
        if self.look().is_none() {
            return String::new();
        }
        match &value.kind {
            Kind::String(text) => text.to_string(),
            Kind::Number(number) => number.to_string(),
            Kind::Bool(value) => value.to_string(),
            Kind::Unknown(unknown) => self.prefix_of_unknown(unknown),
            _ => String::new(),
        }
    }

    fn prefix_of_unknown(&mut self, unknown: &Unknown) -> String {
        if let Some(alias) = &unknown.known.alias {
            return self.prefix(alias);
        }
        match &unknown.because {
            Because::Template(parts) => self.prefix_of_parts(parts),
            Because::Either(choice) => common_prefix(&self.prefix(&choice.yes), &self.prefix(&choice.no)).to_owned(),
            Because::Call(function, arguments) => self.prefix_of_call(function.as_str(), arguments),
            _ => String::new(),
        }
    }

    fn prefix_of_parts(&mut self, parts: &[Value]) -> String {
        let mut out = String::new();
        for part in parts {
            out.push_str(&self.prefix(part));
            if !part.is_known() {
                break;
            }
        }
        out
    }

    fn prefix_of_call(&mut self, function: &str, arguments: &[Value]) -> String {
        match (function, arguments) {
            ("format", [format, ..]) => match format.as_str() {
                // Up to the first verb.
                Some(text) => text.split('%').next().unwrap_or_default().to_owned(),
                None => String::new(),
            },
            ("join", [separator, list]) => match (separator.is_known(), list.items()) {
                (_, Some([first])) => self.prefix(first),
                (true, Some([first, ..])) if !matches!(list.kind, Kind::Set(_)) => {
                    let more = if first.is_known() { self.prefix(separator) } else { String::new() };
                    self.prefix(first) + &more
                }
                (_, Some([first, ..])) if !matches!(list.kind, Kind::Set(_)) => self.prefix(first),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }
}

/// A set with unknown elements: they may turn out to be equal to others, its wholly known ones not.
fn set_bounds(items: &[Value]) -> Range {
    let known = items.iter().filter(|item| item.is_wholly_known()).count();
    Range { low: known.max(1) as u64, high: Some(items.len() as u64) }
}

fn number_bounds(number: &Number) -> Option<Range> {
    if number.is_negative() && !number.is_zero() {
        return None;
    }
    Some(Range { low: number.floor().to_u64()?, high: number.ceil().to_u64() })
}

fn common_prefix<'t>(a: &'t str, b: &str) -> &'t str {
    let same = a.char_indices().zip(b.chars()).find(|((_, x), y)| x != y);
    let length = same.map_or(a.len().min(b.len()), |((at, _), _)| at);
    a.get(..length).unwrap_or_default()
}
