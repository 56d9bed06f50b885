//! Classes and escapes: what stands for one character.

use super::{Refusal, upto};

/// `\d`, `\w`, `\s` and their complements, which know ASCII only, and `\p{…}`. As written, and the width.
pub(super) fn class_escape(rest: &str) -> Option<(String, usize)> {
    let inner = perl_class(rest.chars().nth(1)?)?;
    Some((format!("[{inner}]"), 2))
}

/// A Perl class as it stands inside brackets.
fn perl_class(c: char) -> Option<&'static str> {
    Some(match c {
        'd' => "0-9",
        'D' => "^0-9",
        's' => "\\t\\n\\x0C\\r\\x20",
        'S' => "^\\t\\n\\x0C\\r\\x20",
        'w' => "0-9A-Za-z_",
        'W' => "^0-9A-Za-z_",
        _ => return None,
    })
}

/// An escape that stands for one character, or `\p{…}`.
pub(super) fn literal_escape(rest: &str) -> Result<(String, usize), Refusal> {
    if rest.starts_with("\\p") || rest.starts_with("\\P") {
        return unicode_class(rest);
    }
    let (c, width) = escaped_char(rest)?;
    Ok((code(c), width))
}

/// A character in a form that means itself anywhere.
fn code(c: char) -> String {
    format!("\\x{{{:X}}}", u32::from(c))
}

fn escaped_char(rest: &str) -> Result<(char, usize), Refusal> {
    let c = rest.chars().nth(1).ok_or_else(|| Refusal::new("trailing backslash at end of expression", ""))?;
    let simple = |c| Ok((c, 2));
    match c {
        'a' => simple('\u{7}'),
        'f' => simple('\u{c}'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\u{b}'),
        'x' => hexadecimal(rest),
        '0'..='7' => octal(rest),
        _ if c.is_ascii() && !c.is_ascii_alphanumeric() => simple(c),
        _ => Err(Refusal::new("invalid escape sequence", upto(rest, 1 + c.len_utf8()))),
    }
}

/// `\123`, `\0`, `\012`; a single digit other than 0 would be a back reference.
fn octal(rest: &str) -> Result<(char, usize), Refusal> {
    let digits: String = rest.chars().skip(1).take(3).take_while(|c| ('0'..='7').contains(c)).collect();
    if digits.len() < 2 && !digits.starts_with('0') {
        return Err(Refusal::new("invalid escape sequence", upto(rest, 2)));
    }
    let value = u32::from_str_radix(&digits, 8).unwrap_or(0);
    char::from_u32(value)
        .map(|c| (c, 1 + digits.len()))
        .ok_or_else(|| Refusal::new("invalid escape sequence", upto(rest, 4)))
}

/// `\x7F` and `\x{10FFFF}`.
fn hexadecimal(rest: &str) -> Result<(char, usize), Refusal> {
    let after = rest.get(2..).unwrap_or("");
    let (digits, width) = match after.strip_prefix('{') {
        Some(inner) => {
            let end = inner.find('}').ok_or_else(|| Refusal::new("invalid escape sequence", rest))?;
            (inner.get(..end).unwrap_or(""), end + 4)
        }
        None => (after.get(..2).unwrap_or(""), 4),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| plain).and_then(char::from_u32);
    value.map(|c| (c, width)).ok_or_else(|| Refusal::new("invalid escape sequence", upto(rest, width)))
}

/// `\pL`, `\p{Greek}`, `\p{^Lu}`: general categories and scripts by their names, nothing else.
fn unicode_class(rest: &str) -> Result<(String, usize), Refusal> {
    let after = rest.get(2..).unwrap_or("");
    let (inner, width) = match after.strip_prefix('{') {
        Some(inner) => match inner.find('}') {
            Some(end) => (inner.get(..end).unwrap_or(""), end + 4),
            None => return Err(Refusal::new("invalid character class range", rest)),
        },
        None => {
            let c = after.chars().next().map_or(0, char::len_utf8);
            (after.get(..c).unwrap_or(""), 2 + c)
        }
    };
    let refused = || Refusal::new("invalid character class range", upto(rest, width));
    let (turned, name) = inner.strip_prefix('^').map_or((false, inner), |name| (true, name));
    let negative = rest.starts_with("\\P") != turned;
    let letter = if negative { 'P' } else { 'p' };
    if name == "Any" {
        return Ok((format!("\\{letter}{{any}}"), width));
    }
    let as_category = (name.len() <= 2).then(|| format!("\\{letter}{{gc={name}}}"));
    let as_script = || format!("\\{letter}{{sc={name}}}");
    let written = as_category.unwrap_or_else(as_script);
    let proper = name.chars().next().is_some_and(|c| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if !proper || regex::Regex::new(&written).is_err() {
        return Err(refused());
    }
    Ok((written, width))
}

/// A bracketed class, from after its `[`.
pub(super) struct Class<'p> {
    pub(super) text: &'p str,
    pub(super) at: usize,
}

impl Class<'_> {
    /// The class as the `regex` crate writes it, and its width.
    pub(super) fn read(mut self) -> Result<(String, usize), Refusal> {
        let mut out = String::from("[");
        if self.rest().starts_with('^') {
            out.push('^');
            self.at += 1;
        }
        let mut first = true;
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return Err(Refusal::new("missing closing ]", self.text));
            }
            if rest.starts_with(']') && !first {
                out.push(']');
                return Ok((out, self.at + 1));
            }
            first = false;
            self.item(&mut out)?;
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn item(&mut self, out: &mut String) -> Result<(), Refusal> {
        let rest = self.text.get(self.at..).unwrap_or("");
        if rest.starts_with("[:")
            && let Some(end) = rest.find(":]")
        {
            let name = upto(rest, end + 2);
            let (written, width) =
                posix_class(name).ok_or_else(|| Refusal::new("invalid character class range", name))?;
            out.push_str(written);
            self.at += width;
            return Ok(());
        }
        if let Some(inner) = rest.strip_prefix('\\').and_then(|r| r.chars().next()).and_then(perl_class) {
            out.push_str(&format!("[{inner}]"));
            self.at += 2;
            return Ok(());
        }
        if rest.starts_with("\\p") || rest.starts_with("\\P") {
            let (written, width) = unicode_class(rest)?;
            out.push_str(&written);
            self.at += width;
            return Ok(());
        }
        self.range(out)
    }

    fn range(&mut self, out: &mut String) -> Result<(), Refusal> {
        let start = self.at;
        let low = self.single()?;
        out.push_str(&code(low));
        let is_range = self.rest().starts_with('-') && !self.rest().starts_with("-]") && self.rest().len() > 1;
        if is_range {
            self.at += 1;
            let high = self.single()?;
            if high < low {
                let part = self.text.get(start..self.at).unwrap_or("");
                return Err(Refusal::new("invalid character class range", part));
            }
            out.push('-');
            out.push_str(&code(high));
        }
        Ok(())
    }

    fn single(&mut self) -> Result<char, Refusal> {
        let rest = self.text.get(self.at..).unwrap_or("");
        let Some(c) = rest.chars().next() else { return Err(Refusal::new("missing closing ]", self.text)) };
        let (c, width) = if c == '\\' { escaped_char(rest)? } else { (c, c.len_utf8()) };
        self.at += width;
        Ok(c)
    }
}

fn posix_class(name: &str) -> Option<(&'static str, usize)> {
    const NAMES: [&str; 28] = [
        "[:alnum:]",
        "[:^alnum:]",
        "[:alpha:]",
        "[:^alpha:]",
        "[:ascii:]",
        "[:^ascii:]",
        "[:blank:]",
        "[:^blank:]",
        "[:cntrl:]",
        "[:^cntrl:]",
        "[:digit:]",
        "[:^digit:]",
        "[:graph:]",
        "[:^graph:]",
        "[:lower:]",
        "[:^lower:]",
        "[:print:]",
        "[:^print:]",
        "[:punct:]",
        "[:^punct:]",
        "[:space:]",
        "[:^space:]",
        "[:upper:]",
        "[:^upper:]",
        "[:word:]",
        "[:^word:]",
        "[:xdigit:]",
        "[:^xdigit:]",
    ];
    NAMES.iter().find(|known| **known == name).map(|known| (*known, known.len()))
}
