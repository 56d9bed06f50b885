//! Go's regular expressions (RE2) in the words of the `regex` crate.
//!
//! Most of the two languages is one. What differs is rewritten: classes like `\w` know ASCII only, `[` `&` `~` inside
//! a class are plain characters, `\Q…\E` quotes, `{` that starts no repetition is plain, `\<` is no word start,
//! octal escapes. What Go refuses is refused here.

mod class;

use class::{Class, class_escape, literal_escape};

/// Go allows a repetition to be at most this large, nested repetitions multiplied.
const MAX_REPEAT: u32 = 1000;

/// The pattern for the `regex` crate.
///
/// # Errors
/// In Go's words, without the leading `error parsing regexp: `: what is wrong, and the part that is.
pub(super) fn translate(pattern: &str) -> Result<String, Refusal> {
    let mut reader = Reader {
        text: pattern,
        at: 0,
        out: String::with_capacity(pattern.len() + 8),
        groups: vec![1],
        last: Last::Nothing,
    };
    while reader.at < pattern.len() {
        reader.step()?;
    }
    if reader.groups.len() > 1 {
        return Err(Refusal::new("missing closing )", pattern));
    }
    Ok(reader.out)
}

/// Why Go would refuse a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal {
    pub(super) why: &'static str,
    pub(super) part: String,
}

impl Refusal {
    fn new(why: &'static str, part: &str) -> Self {
        Self { why, part: part.to_owned() }
    }
}

/// What a repetition would repeat.
#[derive(Clone, Copy, PartialEq)]
enum Last {
    Nothing,
    /// Something with a repetition of this size inside.
    Item(u32),
    /// A repetition that starts at this offset.
    Repetition(usize),
}

struct Reader<'p> {
    text: &'p str,
    at: usize,
    out: String,
    /// For each open group the largest repetition inside so far.
    groups: Vec<u32>,
    last: Last,
}

impl<'p> Reader<'p> {
    fn rest(&self) -> &'p str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn step(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return Ok(()) };
        match c {
            '\\' => self.escape(),
            '[' => self.class(),
            '(' => self.open(),
            ')' => self.close(),
            '|' => {
                self.last = Last::Nothing;
                self.copy(1);
                Ok(())
            }
            '*' | '+' | '?' => self.repeat(1, None),
            '{' => match repetition(rest) {
                Some((width, most)) => self.repeat(width, Some(most)),
                None => {
                    self.item("\\{", 1);
                    Ok(())
                }
            },
            '^' | '$' | '.' => {
                self.item_as_is(1);
                Ok(())
            }
            ']' | '}' | '#' | '&' | '-' | '~' => {
                let escaped = format!("\\{c}");
                self.item(&escaped, 1);
                Ok(())
            }
            _ => {
                self.item_as_is(c.len_utf8());
                Ok(())
            }
        }
    }

    fn copy(&mut self, width: usize) {
        let text = self.rest().get(..width).unwrap_or("");
        self.out.push_str(text);
        self.at += width;
    }

    fn item_as_is(&mut self, width: usize) {
        self.copy(width);
        self.last = Last::Item(1);
    }

    fn item(&mut self, written: &str, width: usize) {
        self.out.push_str(written);
        self.at += width;
        self.last = Last::Item(1);
    }

    /// `*`, `+`, `?` or `{n,m}` with an optional `?` after it.
    fn repeat(&mut self, width: usize, most: Option<(u32, Option<u32>)>) -> Result<(), Refusal> {
        let rest = self.rest();
        let operator = rest.get(..width).unwrap_or("");
        let inner = match self.last {
            Last::Nothing => return Err(Refusal::new("missing argument to repetition operator", operator)),
            Last::Repetition(start) => {
                let both = self.text.get(start..self.at + width).unwrap_or("");
                return Err(Refusal::new("invalid nested repetition operator", both));
            }
            Last::Item(inner) => inner,
        };
        let mut size = inner;
        if let Some((low, high)) = most {
            let largest = high.unwrap_or(low);
            if low > MAX_REPEAT || largest > MAX_REPEAT || largest < low {
                return Err(Refusal::new("invalid repeat count", operator));
            }
            size = inner.saturating_mul(largest.max(1));
            if size > MAX_REPEAT {
                return Err(Refusal::new("invalid repeat count", operator));
            }
        }
        let lazy = usize::from(rest.get(width..).is_some_and(|after| after.starts_with('?')));
        let start = self.at;
        self.copy(width + lazy);
        if let Some(group) = self.groups.last_mut() {
            *group = (*group).max(size);
        }
        self.last = Last::Repetition(start);
        Ok(())
    }

    fn open(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        self.last = Last::Nothing;
        if !rest.starts_with("(?") {
            self.groups.push(1);
            self.copy(1);
            return Ok(());
        }
        if rest.starts_with("(?P<") || rest.starts_with("(?<") {
            return self.named();
        }
        self.flags()
    }

    fn named(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let Some(end) = rest.find('>') else { return Err(Refusal::new("invalid named capture", rest)) };
        let start = rest.find('<').unwrap_or(0) + 1;
        let name = rest.get(start..end).unwrap_or("");
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Refusal::new("invalid named capture", rest.get(..=end).unwrap_or(rest)));
        }
        // Names may repeat and start with a digit in Go; so they are kept aside, see `group_names`.
        self.groups.push(1);
        self.out.push('(');
        self.at += end + 1;
        Ok(())
    }

    /// `(?flags)` and `(?flags:`; Go knows i, m, s and U.
    fn flags(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let mut negative = false;
        let mut sign_alone = false;
        for (at, c) in rest.char_indices().skip(2) {
            match c {
                'i' | 'm' | 's' | 'U' => sign_alone = false,
                '-' if !negative => {
                    negative = true;
                    sign_alone = true;
                }
                ')' | ':' if !sign_alone => {
                    if c == ':' {
                        self.groups.push(1);
                    }
                    let empty = at == 2 && c == ')';
                    if empty {
                        // `(?)` sets nothing.
                        self.at += at + 1;
                    } else {
                        self.copy(at + 1);
                    }
                    return Ok(());
                }
                _ => return Err(Refusal::new("invalid or unsupported Perl syntax", upto(rest, at + c.len_utf8()))),
            }
        }
        Err(Refusal::new("invalid or unsupported Perl syntax", rest))
    }

    fn close(&mut self) -> Result<(), Refusal> {
        if self.groups.len() < 2 {
            return Err(Refusal::new("unexpected )", self.text));
        }
        let inner = self.groups.pop().unwrap_or(1);
        if let Some(outer) = self.groups.last_mut() {
            *outer = (*outer).max(inner);
        }
        self.copy(1);
        self.last = Last::Item(inner);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let rest = self.rest();
        let Some(c) = rest.chars().nth(1) else {
            return Err(Refusal::new("trailing backslash at end of expression", ""));
        };
        match c {
            'Q' => self.quoted(),
            'A' | 'z' => self.item_as_is(2),
            'b' => self.item("(?-u:\\b)", 2),
            'B' => self.item("(?-u:\\B)", 2),
            'C' => return Err(Refusal::new("invalid escape sequence", "\\C")),
            _ => {
                let (written, width) = class_escape(rest).map_or_else(|| literal_escape(rest), Ok)?;
                self.item(&written, width);
            }
        }
        Ok(())
    }

    /// `\Q…\E`: each character stands for itself; without `\E` to the end.
    fn quoted(&mut self) {
        let inner = self.rest().get(2..).unwrap_or("");
        let (text, width) =
            inner.find("\\E").map_or((inner, inner.len()), |end| (inner.get(..end).unwrap_or(""), end + 2));
        for c in text.chars() {
            self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4])));
        }
        self.at += 2 + width;
        if !text.is_empty() {
            self.last = Last::Item(1);
        }
    }

    fn class(&mut self) -> Result<(), Refusal> {
        let (written, width) = Class { text: self.rest(), at: 1 }.read()?;
        self.item(&written, width);
        Ok(())
    }
}

/// `{n}`, `{n,}` or `{n,m}` at the start: its width and bounds.
fn repetition(rest: &str) -> Option<(usize, (u32, Option<u32>))> {
    let end = rest.find('}')?;
    let inner = rest.get(1..end)?;
    let (low, high) = inner.split_once(',').map_or((inner, None), |(low, high)| (low, Some(high)));
    let number = |text: &str| {
        let plain =
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && !(text.len() > 1 && text.starts_with('0'));
        plain.then(|| text.parse::<u32>().unwrap_or(u32::MAX))
    };
    let low = number(low)?;
    let high = match high {
        None => Some(low),
        Some("") => None,
        Some(text) => Some(number(text)?),
    };
    Some((end + 1, (low, high)))
}

fn upto(text: &str, end: usize) -> &str {
    text.get(..end).unwrap_or(text)
}

/// The names of a pattern's groups in order, `None` for one without. Names may repeat.
pub(super) fn group_names(pattern: &str) -> Vec<Option<&str>> {
    let mut names = Vec::new();
    let mut at = 0;
    let mut in_class = false;
    while let Some(c) = pattern.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = pattern.get(at..).unwrap_or("");
        let mut width = c.len_utf8();
        match c {
            '\\' if rest.starts_with("\\Q") && !in_class => {
                width = rest.find("\\E").map_or(rest.len(), |end| end + 2);
            }
            '\\' => width += rest.chars().nth(1).map_or(0, char::len_utf8),
            '[' if in_class && rest.starts_with("[:") => width = rest.find(":]").map_or(1, |end| end + 2),
            '[' if !in_class => {
                in_class = true;
                let skipped = if rest.starts_with("[^") { 2 } else { 1 };
                width = skipped + usize::from(rest.get(skipped..).is_some_and(|r| r.starts_with(']')));
            }
            ']' => in_class = false,
            '(' if !in_class => names.extend(group_name(rest)),
            _ => {}
        }
        at += width;
    }
    names
}

/// The name of the group that opens here; the outer `None` when it does not capture.
fn group_name(rest: &str) -> Option<Option<&str>> {
    if !rest.starts_with("(?") {
        return Some(None);
    }
    let named = rest.strip_prefix("(?P<").or_else(|| rest.strip_prefix("(?<"))?;
    named.split('>').next().map(Some)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test may panic")]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&translate(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn go_only_forms_are_accepted() {
        for (pattern, yes, no) in [
            (r"^\Qa.b\E$", "a.b", "axb"),
            (r"^[[]a$", "[a", "]a"),
            (r"^a{$", "a{", "a"),
            (r"^a{,3}$", "a{,3}", "aa"),
            (r"^\123$", "S", "123"),
            (r"^\07$", "\u{7}", "7"),
            (r"^\w$", "a", "é"),
            (r"^\d$", "1", "١"),
            (r"^[a-z&&[b]$", "&", "A"),
            (r"^\<$", "<", ""),
        ] {
            assert!(matches(pattern, yes), "{pattern} {yes}");
            assert!(!matches(pattern, no), "{pattern} {no}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "a**",
            "a*+",
            "(?x)a",
            "(?R)",
            r"\p{Alphabetic}",
            r"\p{scx=Greek}",
            "x{1001}",
            ".{1000}{2}",
            "(.{1000}){2}",
            "[a--b]",
            r"\8",
            "*",
            "a)",
            "(",
            "[",
            "[]",
            "[b-a]",
            "(?P<a-b>x)",
            "(?=a)",
            r"\pX",
            r"\C",
        ] {
            assert!(translate(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn groups_are_named_in_order() {
        assert_eq!(group_names(r"(a)(?P<x>[(])\((?:b)(?<y>c)\Q(\E"), [None, Some("x"), Some("y")]);
    }
}
