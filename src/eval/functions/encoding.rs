//! Encoders and decoders of text: Base64, JSON, CSV, URLs.

use base64::{
    Engine, alphabet,
    engine::{
        GeneralPurpose,
        general_purpose::{PAD, STANDARD},
    },
};
use ecow::EcoString;

use super::{Call, Failure, Outcome, string};
use crate::value::{Because, Known, Type, Value, decode_json, decode_json_tree, encode_json};

pub(super) fn base64encode(call: &Call<'_, '_>) -> Outcome {
    Ok(Value::string(STANDARD.encode(call.text(0))))
}

pub(super) fn base64decode(call: &Call<'_, '_>) -> Outcome {
    let text = call.text(0);
    let bytes = decode_base64(text).ok_or_else(|| Failure::new(format!("failed to decode base64 data \"{text}\"")))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(string(&text)),
        Err(_) => Err(Failure::new("the result of decoding the provided string is not valid UTF-8")),
    }
}

/// As Go decodes: the unused bits of the last symbol need not be zero.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, PAD.with_decode_allow_trailing_bits(true));

/// Line breaks do not count.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    LENIENT.decode(compact).ok()
}

/// The compressed bytes depend on the implementation, so only Terraform itself knows them.
pub(super) fn base64gzip(call: &Call<'_, '_>) -> Outcome {
    let why = EcoString::from("the bytes that base64gzip gives depend on Terraform's own compressor");
    let _ = call;
    Ok(Value::unknown_with(Type::String, Because::Unsupported(why), Known { not_null: true, ..Known::default() }))
}

/// With something unknown inside, the tree stays visible under the unknown string.
pub(super) fn jsonencode(call: &Call<'_, '_>) -> Outcome {
    if !call.arg(0).is_wholly_known() {
        return Ok(call.unknown(Type::String));
    }
    match encode_json(call.arg(0)) {
        Some(text) => Ok(Value::string(text)),
        None => Err(Failure::new("cannot serialize infinity as JSON")),
    }
}

/// Of an unknown text whose tree is visible, the tree.
pub(super) fn jsondecode(call: &Call<'_, '_>) -> Outcome {
    if call.arg(0).is_known() {
        return decode_json(call.text(0)).map_err(Failure::new);
    }
    Ok(decode_json_tree(call.arg(0)).unwrap_or_else(|| call.unknown_with(Type::Any, Known::default())))
}

/// As for a query string: a space is `+`, and only letters, digits and `-_.~` stay.
pub(super) fn urlencode(call: &Call<'_, '_>) -> Outcome {
    let mut out = String::new();
    for byte in call.text(0).bytes() {
        match byte {
            b' ' => out.push('+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Value::string(out))
}
