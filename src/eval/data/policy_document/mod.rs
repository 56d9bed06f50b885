//! `aws_iam_policy_document`, as the AWS provider 5.100.0 renders it.
//!
//! With something unknown inside, Terraform knows nothing of the text. Here the tree stays visible under it, in the shape
//! that the text will have, so that a policy is judged statement by statement.

mod check;
mod configured;
mod document;
mod order;
mod source;
mod write;

use std::collections::HashSet;

use document::{Document, Statements};

use super::{Answer, Question, Refusal};
use crate::{
    addr::name,
    value::{Because, Known, MINIFIED_POLICY_DOCUMENT, POLICY_DOCUMENT, Type, Value},
};

/// The version of a document that does not say which.
const VERSION: &str = "2012-10-17";
/// The one whose policies have no variables.
const OLD_VERSION: &str = "2008-10-17";

pub(super) fn read(question: &Question<'_, '_>) -> Result<Answer, Refusal> {
    check::arguments(question)?;
    let document = merged(question)?;
    let Some(written) = write::texts(&document) else { return Ok(unknown(&document)) };
    let id = order::checksum(&written.indented).to_string();
    let mut answer = vec![
        ("json", Value::string(written.indented)),
        ("minified_json", Value::string(written.minified)),
        ("id", Value::string(id)),
    ];
    // Only what was read has its defaults; before, there is what is configured.
    if question.arguments.get("statement").is_some_and(Value::is_wholly_known) {
        answer.extend(configured::with_defaults(question.arguments));
    }
    Ok(answer)
}

fn unknown(document: &Document) -> Answer {
    let tree = document.tree();
    let text = |function| {
        let known = Known { not_null: true, ..Known::default() };
        Value::unknown_with(Type::String, Because::Call(name(function), [tree.clone()].into()), known)
    };
    vec![("json", text(POLICY_DOCUMENT)), ("minified_json", text(MINIFIED_POLICY_DOCUMENT))]
}

/// The sources in their order, then what is configured, then the overrides.
fn merged(question: &Question<'_, '_>) -> Result<Document, Refusal> {
    let mut merged = sources(question.argument("source_policy_documents"))?;
    merged.merge(configured::document(question)?);
    let overrides = documents(question.argument("override_policy_documents"), "override")?;
    for document in overrides {
        merged.merge(document);
    }
    Ok(merged)
}

/// The sources merged, of which each `Sid` is there once.
fn sources(list: Option<&Value>) -> Result<Document, String> {
    let mut merged = Document::default();
    let mut seen = HashSet::new();
    for (i, document) in documents(list, "source")?.into_iter().enumerate() {
        if let Statements::Listed(statements) = &document.statements {
            for (at, statement) in statements.iter().enumerate() {
                let Some(sid) = statement.sid.as_ref().and_then(Value::as_str) else { continue };
                if !seen.insert(sid.clone()) {
                    return Err(format!(
                        "writing IAM Policy Document: merging source document {i}: duplicate Sid ({sid}) in \
                         source_policy_documents (statement {at}). Remove the Sid or ensure Sids are unique."
                    ));
                }
            }
        }
        merged.merge(document);
    }
    Ok(merged)
}

fn documents(list: Option<&Value>, kind: &str) -> Result<Vec<Document>, String> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let Some(items) = list.items() else { return Ok(vec![Document::unknown(list)]) };
    let read = |(i, item): (usize, &Value)| {
        source::read(item).map_err(|problem| match &*problem {
            source::STOPPED => problem,
            problem => format!("writing IAM Policy Document: merging {kind} document {i}: {problem}"),
        })
    };
    items.iter().enumerate().map(read).collect()
}

/// Part of a document that is unknown because its arguments are.
fn open(part: &str, arguments: Vec<Value>) -> Value {
    let function = name(&format!("aws_iam_policy_document.{part}"));
    Value::unknown(Type::Any, Because::Call(function, arguments.into()))
}
