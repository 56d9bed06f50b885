//! Encoders and decoders of text: Base64, JSON, CSV, URLs.

use base64::{Engine, engine::general_purpose::STANDARD};
use ecow::EcoString;

use super::{Call, Failure, Outcome, string};
use crate::value::{Because, Known, Type, Value, decode_json, encode_json};

pub(super) fn base64encode(call: &Call<'_, '_>) -> Outcome {
    Ok(Value::string(STANDARD.encode(call.text(0))))
}

pub(super) fn base64decode(call: &Call<'_, '_>) -> Outcome {
    let bytes = decode_base64(call.text(0)).map_err(|m| Failure::at(0, m))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(string(&text)),
        Err(_) => Err(Failure::at(0, "the result of decoding the provided string is not valid UTF-8")),
    }
}

/// Line breaks do not count, as in Go.
pub(super) fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
    STANDARD.decode(compact).map_err(|error| format!("failed to decode base64 data: {error}"))
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
        None => Err(Failure::new("the value cannot be written as JSON")),
    }
}

pub(super) fn jsondecode(call: &Call<'_, '_>) -> Outcome {
    decode_json(call.text(0)).map_err(Failure::new)
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

/// A list of objects; the first row names the attributes.
pub(super) fn csvdecode(call: &Call<'_, '_>) -> Outcome {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(call.text(0).as_bytes());
    let mut rows = reader.records();
    let header: Vec<EcoString> = match rows.next() {
        None => return Err(Failure::new("missing header line")),
        Some(row) => row.map_err(|e| Failure::new(e.to_string()))?.iter().map(EcoString::from).collect(),
    };
    if let Some(twice) = header.iter().enumerate().find(|(at, name)| header[..*at].contains(name)) {
        return Err(Failure::new(format!("duplicate column name \"{}\"", twice.1)));
    }
    let mut objects = Vec::new();
    for row in rows {
        let row = row.map_err(|e| Failure::new(e.to_string()))?;
        let entries = header.iter().cloned().zip(row.iter().map(string)).collect();
        objects.push(Value::object(entries));
    }
    let fields = header.into_iter().map(|name| crate::value::Field { name, ty: Type::String, optional: false });
    Ok(Value::list(Type::object(fields.collect()), objects))
}
