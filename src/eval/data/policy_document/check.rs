//! What the provider refuses before it reads anything.

use super::{
    super::{Question, Refusal},
    OLD_VERSION, VERSION,
};
use crate::{
    diag::Diagnostic,
    value::{Value, decode_json},
};

const DOCUMENTS: [&str; 2] = ["source_policy_documents", "override_policy_documents"];
/// The arguments of lists and sets of texts in a statement, and in its blocks.
const TEXTS: [&str; 4] = ["actions", "not_actions", "resources", "not_resources"];
const BLOCK_TEXTS: [(&str, &str); 3] =
    [("principals", "identifiers"), ("not_principals", "identifiers"), ("condition", "values")];

pub(super) fn arguments(question: &Question<'_, '_>) -> Result<(), Refusal> {
    let mut check = Check { question, problems: Vec::new() };
    for unused in ["source_json", "override_json"] {
        check.unused(unused);
    }
    check.one_of("version", question.argument("version"), [OLD_VERSION, VERSION]);
    for list in DOCUMENTS {
        check.documents(list);
    }
    for (i, block) in question.argument("statement").and_then(Value::items).unwrap_or_default().iter().enumerate() {
        check.statement(i, block);
    }
    if check.problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid(check.problems)) }
}

struct Check<'a, 'r> {
    question: &'a Question<'a, 'r>,
    problems: Vec<Diagnostic>,
}

impl Check<'_, '_> {
    fn tell(&mut self, summary: String, value: &Value) {
        let at = self.question.place_of(value);
        self.problems.push(Diagnostic::error(summary, "", at));
    }

    fn unused(&mut self, name: &str) {
        let Some(value) = self.question.argument(name) else { return };
        if let Some(text) = value.as_str().filter(|text| !text.is_empty()) {
            self.tell(format!("expected \"{name}\" to be an empty string: got {text}"), value);
        }
    }

    fn one_of(&mut self, name: &str, value: Option<&Value>, allowed: [&str; 2]) {
        let Some(value) = value else { return };
        if let Some(text) = value.as_str().filter(|text| !allowed.contains(&text.as_str())) {
            let [a, b] = allowed;
            self.tell(format!("expected {name} to be one of [\"{a}\" \"{b}\"], got {text}"), value);
        }
    }

    fn documents(&mut self, name: &str) {
        let Some(list) = self.question.argument(name) else { return };
        self.no_nulls(list, list);
        for (i, item) in list.items().unwrap_or_default().iter().enumerate() {
            let text = item.as_str().filter(|text| !text.is_empty());
            if let Some(problem) = text.and_then(|text| problem(text)) {
                self.tell(format!("\"{name}.{i}\" contains an invalid JSON: {problem}"), list);
            }
        }
    }

    fn statement(&mut self, i: usize, block: &Value) {
        let effect = block.get("effect").filter(|effect| !effect.is_null());
        self.one_of(&format!("statement.{i}.effect"), effect, ["Allow", "Deny"]);
        for list in TEXTS.iter().filter_map(|name| block.get(name)) {
            self.no_nulls(list, list);
        }
        for (name, texts) in BLOCK_TEXTS {
            for inner in block.get(name).and_then(Value::items).unwrap_or_default() {
                if let Some(list) = inner.get(texts) {
                    self.no_nulls(list, inner);
                }
            }
        }
    }

    fn no_nulls(&mut self, list: &Value, told_at: &Value) {
        if list.items().is_some_and(|items| items.iter().any(Value::is_null)) {
            self.tell("Null value found in list".to_owned(), told_at);
        }
    }
}

/// What is wrong with JSON, in Go's words.
fn problem(text: &str) -> Option<String> {
    if let Err(problem) = decode_json(text) {
        return Some(problem);
    }
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    documents.next()?.ok()?;
    let rest = text.get(documents.byte_offset()..)?.trim_start();
    Some(format!("invalid character '{}' after top-level value", rest.chars().next()?))
}
