//! `textencodebase64` and `textdecodebase64`.

use base64::{Engine, engine::general_purpose::STANDARD};
use encoding_rs::Encoding;

use super::{Call, Failure, Outcome, string};
use crate::value::{Because, Type, Value};

/// How a character encoding is handled here.
enum Charset {
    Utf8,
    /// With a byte order mark when written.
    Utf16,
    Utf16Le,
    Utf16Be,
    /// Each character up to this one is the byte of its number.
    Direct(u32),
    Other(&'static Encoding),
}

/// By its IANA name or an alias of it; `None` for those that are not handled here.
fn charset(name: &str) -> Option<Charset> {
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "utf-8" | "csutf8" => Charset::Utf8,
        "utf-16" | "csutf16" => Charset::Utf16,
        "utf-16le" | "csutf16le" => Charset::Utf16Le,
        "utf-16be" | "csutf16be" => Charset::Utf16Be,
        "us-ascii" | "ascii" | "ansi_x3.4-1968" | "iso646-us" | "us" | "iso-ir-6" | "cp367" | "ibm367" | "csascii" => {
            Charset::Direct(0x7f)
        }
        "iso-8859-1" | "iso_8859-1:1987" | "iso_8859-1" | "iso-ir-100" | "latin1" | "l1" | "ibm819" | "cp819"
        | "csisolatin1" => Charset::Direct(0xff),
        other => Charset::Other(Encoding::for_label(other.as_bytes()).filter(|_| is_iana(other))?),
    })
}

/// Whether a label of the web is also a name that Terraform knows.
fn is_iana(lower: &str) -> bool {
    const PREFIXES: [&str; 12] = [
        "windows-",
        "iso-8859-",
        "koi8-",
        "shift_jis",
        "euc-",
        "gbk",
        "gb18030",
        "big5",
        "iso-2022-jp",
        "macintosh",
        "gb2312",
        "ibm866",
    ];
    PREFIXES.iter().any(|prefix| lower.starts_with(prefix))
}

/// Terraform knows encodings that are not handled here, so what they give is left open.
fn not_handled(call: &Call<'_, '_>) -> Value {
    let why = format!("the character encoding {} is not handled here", call.text(1));
    Value::unknown(Type::String, Because::Unsupported(why.into()))
}

pub(super) fn textencodebase64(call: &Call<'_, '_>) -> Outcome {
    let Some(charset) = charset(call.text(1)) else { return Ok(not_handled(call)) };
    let text = call.text(0);
    let bytes = match charset {
        Charset::Utf8 => Some(text.as_bytes().to_vec()),
        Charset::Utf16 => Some([0xfe, 0xff].into_iter().chain(units(text, u16::to_be_bytes)).collect()),
        Charset::Utf16Le => Some(units(text, u16::to_le_bytes).collect()),
        Charset::Utf16Be => Some(units(text, u16::to_be_bytes).collect()),
        Charset::Direct(last) => {
            text.chars().map(|c| u8::try_from(u32::from(c)).ok().filter(|b| u32::from(*b) <= last)).collect()
        }
        Charset::Other(encoding) => {
            let (bytes, _, unmappable) = encoding.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    };
    let bytes = bytes.ok_or_else(|| {
        let encoding = call.text(1);
        Failure::at(0, format!("the given string contains characters that cannot be represented in {encoding}"))
    })?;
    Ok(Value::string(STANDARD.encode(bytes)))
}

fn units(text: &str, bytes: fn(u16) -> [u8; 2]) -> impl Iterator<Item = u8> {
    text.encode_utf16().flat_map(bytes)
}

pub(super) fn textdecodebase64(call: &Call<'_, '_>) -> Outcome {
    let Some(charset) = charset(call.text(1)) else { return Ok(not_handled(call)) };
    let bytes =
        STANDARD.decode(call.text(0)).map_err(|error| Failure::at(0, bad_symbol(&error, call.text(0).len())))?;
    let text = match charset {
        Charset::Utf8 => String::from_utf8(bytes).ok(),
        Charset::Utf16 => match bytes.strip_prefix(&[0xff, 0xfe]) {
            Some(rest) => wide(rest, u16::from_le_bytes),
            None => wide(bytes.strip_prefix(&[0xfe, 0xff]).unwrap_or(&bytes), u16::from_be_bytes),
        },
        Charset::Utf16Le => wide(&bytes, u16::from_le_bytes),
        Charset::Utf16Be => wide(&bytes, u16::from_be_bytes),
        Charset::Direct(last) => bytes.iter().map(|b| Some(char::from(*b)).filter(|_| u32::from(*b) <= last)).collect(),
        Charset::Other(encoding) => {
            let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
            text.map(std::borrow::Cow::into_owned).filter(|text| !undefined(encoding, text))
        }
    };
    let text = text.ok_or_else(|| {
        Failure::at(0, format!("the given string contains symbols that are not defined for {}", call.text(1)))
    })?;
    Ok(string(&text))
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>().ok();
    text.filter(|_| rest.is_empty())
}

fn bad_symbol(error: &base64::DecodeError, length: usize) -> String {
    match error {
        base64::DecodeError::InvalidByte(at, _) => {
            format!("the given value is has an invalid base64 symbol at offset {at}")
        }
        _ => format!("the given value is has an invalid base64 symbol at offset {}", length / 4 * 4),
    }
}

/// The web gives the holes of the Windows code pages control characters; Go leaves them undefined.
fn undefined(encoding: &'static Encoding, text: &str) -> bool {
    encoding.name().starts_with("windows-") && text.contains(|c| ('\u{80}'..='\u{9f}').contains(&c))
}
