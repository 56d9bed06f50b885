//! Policy documents, as the provider reads them before AWS does.

/// What is wrong with a text that should be a policy document.
pub(super) fn refuses(text: &str, name: &str) -> Option<String> {
    let of = |why: &str| Some(format!("{name:?} contains an invalid JSON policy: {why}"));
    match text.as_bytes().first() {
        None => Some(format!("{name:?} is an empty string, which is not a valid JSON value")),
        Some(b'{') => {
            let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
            of(&syntax_error(text, &error))
        }
        Some(b' ' | b'\t' | b'\r' | b'\n') => of("leading space characters are not allowed"),
        Some(b'"') => of("contains a JSON-encoded string, not a JSON-encoded object"),
        Some(b'[') => of("contains a JSON array, not a JSON object"),
        Some(_) => of("not a JSON object"),
    }
}

/// In the words of the provider where the text just ends; else in those of the parser here.
fn syntax_error(text: &str, error: &serde_json::Error) -> String {
    if error.is_eof() {
        return format!("unexpected end of JSON input, at byte offset {}", text.len());
    }
    error.to_string()
}
