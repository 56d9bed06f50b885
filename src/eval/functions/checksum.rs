//! Checksums of strings and files.

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Call, Failure, Outcome, filesystem};
use crate::value::{Because, Type, Value};

fn hex(bytes: &[u8]) -> Value {
    Value::string(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

fn base64(bytes: &[u8]) -> Value {
    Value::string(STANDARD.encode(bytes))
}

pub(super) fn md5(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Md5::digest(call.text(0))))
}

pub(super) fn sha1(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha1::digest(call.text(0))))
}

pub(super) fn sha256(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha256::digest(call.text(0))))
}

pub(super) fn sha512(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha512::digest(call.text(0))))
}

pub(super) fn base64sha256(call: &Call<'_, '_>) -> Outcome {
    Ok(base64(&Sha256::digest(call.text(0))))
}

pub(super) fn base64sha512(call: &Call<'_, '_>) -> Outcome {
    Ok(base64(&Sha512::digest(call.text(0))))
}

pub(super) fn filemd5(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Md5::digest(filesystem::read_plainly(call)?)))
}

pub(super) fn filesha1(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha1::digest(filesystem::read_plainly(call)?)))
}

pub(super) fn filesha256(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha256::digest(filesystem::read_plainly(call)?)))
}

pub(super) fn filesha512(call: &Call<'_, '_>) -> Outcome {
    Ok(hex(&Sha512::digest(filesystem::read_plainly(call)?)))
}

pub(super) fn filebase64sha256(call: &Call<'_, '_>) -> Outcome {
    Ok(base64(&Sha256::digest(filesystem::read_plainly(call)?)))
}

pub(super) fn filebase64sha512(call: &Call<'_, '_>) -> Outcome {
    Ok(base64(&Sha512::digest(filesystem::read_plainly(call)?)))
}

/// The namespace is one of the four well-known names or a UUID.
pub(super) fn uuidv5(call: &Call<'_, '_>) -> Outcome {
    let namespace = match call.text(0) {
        "dns" => uuid::Uuid::NAMESPACE_DNS,
        "url" => uuid::Uuid::NAMESPACE_URL,
        "oid" => uuid::Uuid::NAMESPACE_OID,
        "x500" => uuid::Uuid::NAMESPACE_X500,
        other => uuid::Uuid::parse_str(other).map_err(|_| not_a_namespace(other))?,
    };
    Ok(Value::string(uuid::Uuid::new_v5(&namespace, call.text(1).as_bytes()).to_string()))
}

fn not_a_namespace(text: &str) -> Failure {
    Failure::new(format!("uuidv5() doesn't support namespace {text} ({})", what_is_wrong(text)))
}

fn what_is_wrong(text: &str) -> String {
    match text.len() {
        32 | 36 | 38 | 45 => "invalid UUID format".to_owned(),
        length => format!("invalid UUID length: {length}"),
    }
}

/// Random, so unknown before apply.
pub(super) fn uuid(call: &Call<'_, '_>) -> Outcome {
    Ok(call.unknown(Type::String))
}

/// Salted at random, so unknown before apply.
pub(super) fn bcrypt(call: &Call<'_, '_>) -> Outcome {
    if call.args.len() > 2 {
        return Err(Failure::new("bcrypt() takes no more than two arguments"));
    }
    Ok(call.unknown(Type::String))
}

/// Private keys are not handled here, so what they decrypt is not known.
pub(super) fn rsadecrypt(call: &Call<'_, '_>) -> Outcome {
    if STANDARD.decode(call.text(0)).is_err() {
        let given = call.text(0);
        let message = format!("failed to decode input \"{given}\": cipher text must be base64-encoded");
        return Err(Failure::at(0, message));
    }
    let because = Because::Unsupported("rsadecrypt needs a private key, and those are not used here".into());
    Ok(Value::unknown(Type::String, because))
}
