//! The JSON of a plan, read with every mistake named by its place; no mistake shows a value.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Action, Plan, ResourceAddr, ResourceChange, configuration::Configuration, json::Part};
use crate::{
    addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
    value::{Step, normalise},
};

/// Why a file is no plan that can be judged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    #[error(
        "this is a saved plan as `terraform plan -out` writes it. Give the JSON of it: terraform show -json PLAN > plan.json"
    )]
    Binary,
    #[error(
        "this is a state, not a plan. Give the JSON of a plan: terraform plan -out=plan && terraform show -json plan > plan.json"
    )]
    State,
    #[error(
        "this is what `terraform {0} -json` tells while it runs, a message a line. Give the JSON of a saved plan: terraform plan -out=plan && terraform show -json plan > plan.json"
    )]
    Messages(&'static str),
    #[error("the file is empty")]
    Empty,
    /// Serde's own message may hold parts of the text, which may be secret.
    #[error("this is no JSON: line {line}, column {column}: {what}")]
    Syntax { line: usize, column: usize, what: &'static str },
    #[error("there is no \"format_version\" in it, so it is no plan that `terraform show -json` wrote")]
    NoPlan,
    #[error("its format_version is {0}, and this version of infralint reads 1.x, which Terraform writes since 1.1")]
    Version(String),
    #[error("{path} is not as `terraform show -json` writes it: it must be {expected}")]
    Part { path: String, expected: String },
}

/// What a saved plan begins with: it is a ZIP archive.
const ARCHIVE: &[u8] = b"PK\x03\x04";

pub(super) fn plan(name: &str, bytes: &[u8]) -> Result<Plan, ReadError> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.starts_with(ARCHIVE) {
        return Err(ReadError::Binary);
    }
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(ReadError::Empty);
    }
    let json: Json = serde_json::from_slice(bytes).map_err(|error| no_json(bytes, &error))?;
    let whole = Part::whole(&json);
    check_kind(&whole)?;
    let mut changes = changes(&whole.get("resource_changes"))?;
    let state = state(&whole)?;
    let complete = whole.get("complete").flag(true)? && whole.get("deferred_changes").items()?.is_empty();
    let managed = || state.iter().filter(|(addr, _, _)| addr.0.mode == Mode::Managed);
    // Of a plan that only refreshes nothing is told but the state, which stays as it is.
    let refresh_only = whole.get("resource_changes").is_null() && managed().next().is_some();
    if refresh_only {
        changes.extend(managed().map(|(addr, value, sensitive)| ResourceChange::none(addr, value, sensitive)));
    }
    Ok(Plan {
        name: name.to_owned(),
        terraform: whole.get("terraform_version").optional_text()?.unwrap_or_default().to_owned(),
        complete,
        errored: whole.get("errored").flag(false)?,
        refresh_only,
        variables: variables(&whole.get("variables"))?,
        drifted: drifted(&whole.get("resource_drift"))?,
        changes,
        state,
        failed_checks: failed_checks(&whole.get("checks"))?,
        configuration: Configuration::read(whole.get("configuration").object()?),
    })
}

fn no_json(bytes: &[u8], error: &serde_json::Error) -> ReadError {
    if let Some(running) = messages(bytes) {
        return ReadError::Messages(running);
    }
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the text ends too early",
        _ if error.to_string().starts_with("recursion limit") => "it is nested too deeply",
        _ => "something else is expected here",
    };
    ReadError::Syntax { line: error.line(), column: error.column(), what }
}

/// The command whose messages these are, a JSON object a line.
fn messages(bytes: &[u8]) -> Option<&'static str> {
    let first = bytes.split(|byte| *byte == b'\n').next()?;
    let json: Json = serde_json::from_slice(first).ok()?;
    json.get("@level")?;
    Some("plan")
}

/// Whether it is a plan of a version that is known.
fn check_kind(whole: &Part<'_>) -> Result<(), ReadError> {
    let has = |key: &str| !whole.get(key).is_null();
    if has("@level") {
        return Err(ReadError::Messages("plan"));
    }
    if has("lineage") || (has("values") && !has("planned_values") && !has("resource_changes")) {
        return Err(ReadError::State);
    }
    let version = whole.get("format_version");
    if version.is_null() {
        return Err(ReadError::NoPlan);
    }
    let version = version.text()?;
    let is_known = version.split('.').next() == Some("1");
    let shown: String = version.chars().filter(|c| c.is_ascii_digit() || *c == '.').take(20).collect();
    if !is_known {
        return Err(ReadError::Version(shown));
    }
    // An empty state has no values at all.
    let of_plan = ["planned_values", "resource_changes", "configuration", "prior_state", "output_changes"];
    if of_plan.iter().any(|key| has(key)) { Ok(()) } else { Err(ReadError::State) }
}

fn variables(part: &Part<'_>) -> Result<Vec<(crate::addr::Name, Json)>, ReadError> {
    let entries = part.entries()?;
    Ok(entries.into_iter().map(|(variable, part)| (name(variable), part.get("value").json.clone())).collect())
}

fn changes(part: &Part<'_>) -> Result<Vec<ResourceChange>, ReadError> {
    part.items()?.iter().map(change).collect()
}

fn change(part: &Part<'_>) -> Result<ResourceChange, ReadError> {
    let change = part.get("change");
    let owned = |key: &str| change.get(key).json.clone();
    let text = |key: &str| Ok(part.get(key).optional_text()?.map(ToOwned::to_owned));
    Ok(ResourceChange {
        addr: address(part, part.get("module_address").optional_text()?.unwrap_or_default())?,
        previous: text("previous_address")?,
        deposed: text("deposed")?,
        action: action(&change.get("actions"))?,
        reason: text("action_reason")?,
        importing: !change.get("importing").is_null(),
        before: change.get("before").object()?.clone(),
        before_sensitive: owned("before_sensitive"),
        after: change.get("after").object()?.clone(),
        after_unknown: owned("after_unknown"),
        after_sensitive: owned("after_sensitive"),
        replace_paths: replace_paths(&change.get("replace_paths"))?,
    })
}

fn action(part: &Part<'_>) -> Result<Action, ReadError> {
    let words = part.items()?;
    let words: Vec<&str> = words.iter().map(Part::text).collect::<Result<_, _>>()?;
    Ok(match words.as_slice() {
        ["no-op"] => Action::NoOp,
        ["create"] => Action::Create,
        ["read"] => Action::Read,
        ["update"] => Action::Update,
        ["delete", "create"] => Action::DeleteThenCreate,
        ["create", "delete"] => Action::CreateThenDelete,
        ["delete"] => Action::Delete,
        ["forget"] => Action::Forget,
        ["create", "forget"] => Action::CreateThenForget,
        _ => return Err(part.refuse("a list of actions that Terraform knows")),
    })
}

fn replace_paths(part: &Part<'_>) -> Result<Vec<Vec<Step>>, ReadError> {
    let step = |part: &Part<'_>| match part.json {
        Json::String(text) => Ok(Step::Attr(name(text))),
        Json::Number(number) => number.as_u64().map(Step::Index).ok_or_else(|| part.refuse("an index")),
        _ => Err(part.refuse("a name or an index")),
    };
    part.items()?.iter().map(|path| path.items()?.iter().map(step).collect()).collect()
}

/// The address of a change or of an object of the state, from its parts.
fn address(part: &Part<'_>, module: &str) -> Result<ResourceAddr, ReadError> {
    let mode = match part.get("mode").text()? {
        "managed" => Mode::Managed,
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => return Err(part.get("mode").refuse("\"managed\" or \"data\"")),
    };
    let index = part.get("index");
    let key = match index.json {
        Json::Null => InstanceKey::None,
        Json::String(key) => InstanceKey::Key(normalise(key)),
        Json::Number(number) => {
            InstanceKey::Index(number.as_u64().ok_or_else(|| index.refuse("a text or a whole number"))?)
        }
        _ => return Err(index.refuse("a text or a whole number")),
    };
    let module = ModulePath::parse(module).ok_or_else(|| part.refuse("about an address that Terraform writes"))?;
    let (ty, named) = (name(part.get("type").text()?), name(part.get("name").text()?));
    Ok(ResourceAddr(InstanceAddr { root: Arc::from(""), module, mode, ty, name: named, key }))
}

/// Everything the state holds, with what is sensitive in it.
fn state(whole: &Part<'_>) -> Result<Vec<(ResourceAddr, Json, Json)>, ReadError> {
    let mut found = Vec::new();
    let (state, values) = (whole.get("prior_state"), "values");
    let values = state.get(values);
    of_module(&values.get("root_module"), &mut found)?;
    Ok(found)
}

fn of_module(module: &Part<'_>, found: &mut Vec<(ResourceAddr, Json, Json)>) -> Result<(), ReadError> {
    let path = module.get("address").optional_text()?.unwrap_or_default();
    for resource in module.get("resources").items()? {
        if resource.get("deposed_key").is_null() {
            let values = resource.get("values").object()?.clone();
            found.push((address(&resource, path)?, values, resource.get("sensitive_values").json.clone()));
        }
    }
    // Modules are nested no deeper than the JSON is, which has a limit.
    module.get("child_modules").items()?.iter().try_for_each(|child| of_module(child, found))
}

fn drifted(part: &Part<'_>) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    for change in part.items()? {
        let actions = change.get("change");
        if action(&actions.get("actions"))? != Action::NoOp {
            found.push(change.get("address").text()?.to_owned());
        }
    }
    Ok(found)
}

/// The conditions that do not hold, by what they belong to.
fn failed_checks(part: &Part<'_>) -> Result<Vec<String>, ReadError> {
    let mut found = Vec::new();
    for check in part.items()? {
        for instance in check.get("instances").items()? {
            let status = instance.get("status").optional_text()?;
            if matches!(status, Some("fail" | "error")) {
                let address = instance.get("address");
                found.push(address.get("to_display").optional_text()?.unwrap_or("a check").to_owned());
            }
        }
    }
    Ok(found)
}
