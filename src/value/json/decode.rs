//! `jsondecode`: a reader that takes what Go's takes, and complains in its words.

use ecow::EcoString;
use unicode_normalization::UnicodeNormalization;

use crate::value::{Number, Type, Value, quote::push_quoted};

/// Levels of lists and objects: more than anybody writes, and little enough for the stack.
const MAX_DEPTH: usize = 256;

/// The value `jsondecode` gives: objects, and tuples for lists; of entries with one key the last stays.
///
/// # Errors
/// When the text is not JSON, in Terraform's words; or when it is nested deeper than 256 levels.
pub fn decode_json(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    // As Terraform, which overlooks a closing bracket too many.
    match reader.peek() {
        Some(b']' | b'}') | None => Ok(value),
        Some(_) => Err("extraneous data after JSON object".to_owned()),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

type Read<T> = Result<T, String>;

impl Reader<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    fn next(&mut self) -> Read<u8> {
        self.peek().ok_or_else(|| "EOF".to_owned())
    }

    /// Takes the byte if it comes next.
    fn take(&mut self, byte: u8) -> Read<bool> {
        let found = self.next()? == byte;
        if found {
            self.at += 1;
        }
        Ok(found)
    }

    fn refuse<T>(&self, context: &str) -> Read<T> {
        let Some(byte) = self.byte() else { return Err("unexpected EOF".to_owned()) };
        Err(format!("invalid character {}{context}", quoted(byte)))
    }

    fn value(&mut self) -> Read<Value> {
        match self.next()? {
            b'{' => self.nested(Self::object),
            b'[' => self.nested(Self::array),
            b'"' => Ok(Value::string(self.string()?)),
            b't' => self.literal("true", Value::bool(true)),
            b'f' => self.literal("false", Value::bool(false)),
            b'n' => self.literal("null", Value::null(Type::Any)),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.refuse(" looking for beginning of value"),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Read<Value>) -> Read<Value> {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("exceeded max depth".to_owned());
        }
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Read<Value> {
        let mut items = Vec::new();
        if self.take(b']')? {
            return Ok(Value::tuple(items));
        }
        loop {
            items.push(self.value()?);
            if self.take(b']')? {
                return Ok(Value::tuple(items));
            }
            if !self.take(b',')? {
                return self.refuse(" after array element");
            }
        }
    }

    fn object(&mut self) -> Read<Value> {
        let mut entries = Vec::new();
        if self.take(b'}')? {
            return Ok(Value::object(entries));
        }
        let mut expected = "";
        loop {
            if self.next()? != b'"' {
                return self.refuse(expected);
            }
            let key = self.string()?;
            if !self.take(b':')? {
                return self.refuse(" after object key");
            }
            entries.push((key, self.value()?));
            if self.take(b'}')? {
                return Ok(Value::object(entries));
            }
            if !self.take(b',')? {
                return self.refuse(" after object key:value pair");
            }
            expected = " looking for beginning of object key string";
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Read<Value> {
        for expected in word.bytes() {
            if self.byte() != Some(expected) {
                return self.refuse(&format!(" in literal {word} (expecting {})", quoted(expected)));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn number(&mut self) -> Read<Value> {
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        if self.byte() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits(" in numeric literal")?;
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.digits(" after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.digits(" in exponent of numeric literal")?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let number = Number::parse(text).ok_or_else(|| format!("{text:.40}… is too long for a number"))?;
        Ok(Value::number(number))
    }

    /// At least one digit.
    fn digits(&mut self, context: &str) -> Read<()> {
        if !self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            return self.refuse(context);
        }
        while self.byte().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Ok(())
    }

    /// A string in quotes, normalised as all of Terraform's strings are.
    fn string(&mut self) -> Read<EcoString> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20)).unwrap_or(rest.len());
            out.push_str(rest.get(..plain).unwrap_or_default());
            self.at += plain;
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out.nfc().collect());
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return self.refuse(" in string literal"),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        self.at += 1;
        let c = match self.byte() {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return self.refuse(" in string escape code"),
        };
        self.at += 1;
        Ok(c)
    }

    /// After the backslash of `\uXXXX`; halves of a pair without the other half become U+FFFD.
    fn unicode(&mut self) -> Read<char> {
        let first = self.hex()?;
        if (0xd800..0xdc00).contains(&first) && self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
            let back = self.at;
            self.at += 1;
            let second = self.hex()?;
            if (0xdc00..0xe000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// At the `u`: takes it and four digits.
    fn hex(&mut self) -> Read<u32> {
        let mut code = 0;
        for _ in 0..4 {
            self.at += 1;
            let digit = self.byte().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else { return self.refuse(" in \\u hexadecimal character escape") };
            code = code * 16 + digit;
        }
        self.at += 1;
        Ok(code)
    }
}

/// A byte in quotes as Go shows it.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        byte => {
            let mut out = String::new();
            push_quoted(char::from(byte).encode_utf8(&mut [0; 4]), &mut out);
            format!("'{}'", out.trim_matches('"'))
        }
    }
}
