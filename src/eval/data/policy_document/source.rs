//! Documents given as text, read as Go's `encoding/json` reads them into the provider's own document.

use ecow::EcoString;

use super::{
    document::{Document, Statement, Statements},
    open,
};
use crate::value::{Kind, Type, Value, decode_json, decode_json_tree};

/// What is wrong with a document, in the provider's words.
type Read<T> = Result<T, String>;

/// What Terraform says when the provider does not survive: a number among texts, or a statement that is null.
pub(super) const STOPPED: &str = "Plugin did not respond";

/// Reads one document. An empty text is none.
pub(super) fn read(text: &Value) -> Read<Document> {
    match (text.as_str(), decode_json_tree(text)) {
        (Some(text), _) if text.is_empty() => Ok(Document::default()),
        (Some(text), _) => document(&decode_json(text)?),
        (None, Some(tree)) => document(&tree),
        (None, None) => Ok(Document::unknown(text)),
    }
}

/// Go's name of what a value is.
fn go_kind(value: &Value) -> &'static str {
    match &value.kind {
        Kind::Bool(_) => "bool",
        Kind::Number(_) => "number",
        Kind::String(_) => "string",
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => "array",
        Kind::Null(_) | Kind::Map(_) | Kind::Object(_) | Kind::Unknown(_) => "object",
    }
}

/// Go's type of what a value is, where any is taken.
fn go_type(value: &Value) -> &'static str {
    match &value.kind {
        Kind::Bool(_) => "bool",
        Kind::Number(_) => "float64",
        Kind::String(_) => "string",
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => "[]interface {}",
        Kind::Null(_) | Kind::Unknown(_) => "<nil>",
        Kind::Map(_) | Kind::Object(_) => "map[string]interface {}",
    }
}

fn mismatch<T>(value: &Value, into: &str) -> Read<T> {
    Err(format!("json: cannot unmarshal {} into Go {into}", go_kind(value)))
}

/// A member whatever the case of its name; of several the last counts. Null is as if it was not there.
fn member<'v>(entries: &'v [(EcoString, Value)], name: &str) -> Option<&'v Value> {
    written(entries, name).filter(|value| !value.is_null())
}

fn written<'v>(entries: &'v [(EcoString, Value)], name: &str) -> Option<&'v Value> {
    entries.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn document(tree: &Value) -> Read<Document> {
    if tree.is_null() {
        return Ok(Document::default());
    }
    let Some(entries) = tree.entries() else {
        if !tree.is_known() {
            return Ok(Document::unknown(tree));
        }
        return mismatch(tree, "value of type iam.IAMPolicyDoc");
    };
    let of = "struct field IAMPolicyDoc";
    Ok(Document {
        version: text(member(entries, "Version"), &format!("{of}.Version"))?,
        id: text(member(entries, "Id"), &format!("{of}.Id"))?,
        statements: member(entries, "Statement").map_or_else(|| Ok(Statements::default()), statements)?,
    })
}

/// A text that is not empty.
fn text(value: Option<&Value>, field: &str) -> Read<Option<Value>> {
    match value {
        None => Ok(None),
        Some(value) if value.as_str().is_some_and(|text| text.is_empty()) => Ok(None),
        Some(value) if value.as_str().is_some() || !value.is_known() => Ok(Some(value.clone())),
        Some(value) => mismatch(value, &format!("{field} of type string")),
    }
}

fn statements(list: &Value) -> Read<Statements> {
    match list.items() {
        Some(items) => Ok(Statements::Listed(items.iter().map(statement).collect::<Read<_>>()?)),
        None if !list.is_known() => Ok(Statements::Unknown(vec![list.clone()])),
        None => mismatch(list, "struct field IAMPolicyDoc.Statement of type []*iam.IAMPolicyStatement"),
    }
}

fn statement(value: &Value) -> Read<Statement> {
    let Some(entries) = value.entries() else {
        return match &value.kind {
            Kind::Unknown(_) => Ok(Statement::unknown(value)),
            Kind::Null(_) => Err(STOPPED.to_owned()),
            _ => mismatch(value, "struct field IAMPolicyDoc.Statement of type iam.IAMPolicyStatement"),
        };
    };
    let of = "struct field IAMPolicyStatement.Statement";
    let any = |name| member(entries, name).cloned();
    let members = [
        ("Sid", text(member(entries, "Sid"), &format!("{of}.Sid"))?),
        ("Effect", text(member(entries, "Effect"), &format!("{of}.Effect"))?),
        ("Action", any("Action")),
        ("NotAction", any("NotAction")),
        ("Resource", any("Resource")),
        ("NotResource", any("NotResource")),
        ("Principal", written(entries, "Principal").map_or(Ok(None), principals)?),
        ("NotPrincipal", written(entries, "NotPrincipal").map_or(Ok(None), principals)?),
        ("Condition", member(entries, "Condition").map_or(Ok(None), conditions)?),
    ];
    Ok(Statement::of(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
}

fn principals(value: &Value) -> Read<Option<Value>> {
    const OF: &str = "IAMPolicyStatementPrincipalSet";
    match &value.kind {
        // Whatever the text.
        Kind::String(_) => return Ok(Some(Value::string("*").with_origin(value.origin))),
        Kind::Unknown(_) => return Ok(Some(open("principals", vec![value.clone()]))),
        Kind::Object(_) => {}
        _ => return Err(format!("Unsupported data type {} for {OF}", go_type(value))),
    }
    let entries = value.entries().unwrap_or_default();
    let mut types = Vec::with_capacity(entries.len());
    for (ty, identifiers) in entries {
        let identifiers = match (&identifiers.kind, identifiers.items()) {
            (_, Some(items)) if items.iter().all(is_text) => sorted(identifiers, items),
            (_, Some(_)) => return Err(STOPPED.to_owned()),
            (Kind::String(_), _) => identifiers.clone(),
            (Kind::Unknown(_), _) => identifiers.clone(),
            _ => return Err(format!("Unsupported data type {} for {OF}.Identifiers", go_type(identifiers))),
        };
        types.push((ty.clone(), identifiers));
    }
    match types.as_slice() {
        [] => Ok(None),
        [(ty, identifiers)] if ty == "*" && is_everybody(identifiers) => Ok(Some(Value::string("*"))),
        [(ty, identifiers)] if ty == "*" && !identifiers.is_wholly_known() => {
            Ok(Some(open("principals", vec![value.clone()])))
        }
        _ => Ok(Some(Value::object(types).with_origin(value.origin))),
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some() || value.as_unknown().is_some_and(|unknown| matches!(unknown.ty, Type::String | Type::Any))
}

fn is_everybody(identifiers: &Value) -> bool {
    let only = match identifiers.items() {
        Some([only]) => only,
        _ => identifiers,
    };
    only.as_str().is_some_and(|text| text == "*")
}

/// The last first.
fn sorted(list: &Value, items: &[Value]) -> Value {
    let mut items = items.to_vec();
    items.sort_by(|a, b| b.as_str().cmp(&a.as_str()));
    Value::tuple(items).with_origin(list.origin)
}

fn conditions(value: &Value) -> Read<Option<Value>> {
    let field = "struct field IAMPolicyStatement.Statement.Condition of type";
    let Some(tests) = value.entries() else {
        if !value.is_known() {
            return Ok(Some(open("condition", vec![value.clone()])));
        }
        return mismatch(value, &format!("{field} map[string]map[string]interface {{}}"));
    };
    let mut conditions = Vec::new();
    for (test, variables) in tests {
        let variables = match (variables.entries(), &variables.kind) {
            (Some(variables), _) => variables,
            (None, Kind::Null(_)) => continue,
            (None, Kind::Unknown(_)) => return Ok(Some(open("condition", vec![value.clone()]))),
            (None, _) => return mismatch(variables, &format!("{field} map[string]interface {{}}")),
        };
        let mut kept = Vec::new();
        for (variable, values) in variables {
            kept.extend(condition_values(values)?.map(|values| (variable.clone(), values)));
        }
        if !kept.is_empty() {
            conditions.push((test.clone(), Value::object(kept)));
        }
    }
    Ok((!conditions.is_empty()).then(|| Value::object(conditions)))
}

/// Flags become texts, numbers are dropped, and a list of one is that one.
fn condition_values(value: &Value) -> Read<Option<Value>> {
    if let Some(items) = value.items() {
        return match items {
            _ if !items.iter().all(is_text) => Err(STOPPED.to_owned()),
            [only] => Ok(Some(only.clone())),
            _ => Ok(Some(value.clone())),
        };
    }
    Ok(match &value.kind {
        Kind::String(_) => Some(value.clone()),
        Kind::Bool(flag) => Some(Value::string(if *flag { "true" } else { "false" }).with_origin(value.origin)),
        Kind::Unknown(unknown) if unknown.ty == Type::String => Some(value.clone()),
        Kind::Unknown(_) => Some(open("condition", vec![value.clone()])),
        _ => None,
    })
}
