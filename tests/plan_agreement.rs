//! The infrastructure of this repository evaluates to what Terraform plans.
//!
//! The plans under `tests/terraform/recorded/` are `terraform show -json` of plans made without a cloud; to record
//! them again: `tests/terraform/record-plan.sh ROOT_MODULE OUTPUT`.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, path::PathBuf};

use infralint::{
    config::{self, LoadOptions},
    source::Sources,
    value::{Kind, Origins, Value, What},
    world,
};
use serde_json::Value as Json;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What differs between a plan and the evaluation, one line each.
struct Differences<'a> {
    origins: &'a Origins,
    lines: Vec<String>,
    compared: usize,
}

impl Differences<'_> {
    fn compare(&mut self, at: &str, planned: &Json, unknown: &Json, ours: &Value) {
        if unknown == &Json::Bool(true) {
            return;
        }
        match (planned, &ours.kind) {
            (_, Kind::Unknown(why)) => {
                self.compared += 1;
                self.lines.push(format!("{at}: Terraform knows {planned}, here it is unknown: {:?}", why.because));
            }
            (Json::Object(fields), _) if ours.entries().is_some() => self.fields(at, fields, unknown, ours),
            (Json::Array(items), _) if ours.items().is_some() => self.items(at, items, unknown, ours),
            _ => self.leaf(at, planned, ours),
        }
    }

    fn fields(&mut self, at: &str, fields: &serde_json::Map<String, Json>, unknown: &Json, ours: &Value) {
        for (name, planned) in fields {
            let path = format!("{at}.{name}");
            let unknown = unknown.get(name).unwrap_or(&Json::Null);
            match ours.get(name) {
                Some(value) => self.compare(&path, planned, unknown, value),
                None => self.lines.push(format!("{path}: Terraform has {planned}, here there is nothing")),
            }
        }
    }

    fn items(&mut self, at: &str, items: &[Json], unknown: &Json, ours: &Value) {
        let own = ours.items().unwrap();
        if items.len() != own.len() {
            self.lines.push(format!("{at}: Terraform has {} elements, here are {}", items.len(), own.len()));
            return;
        }
        if matches!(ours.kind, Kind::Set(_)) {
            return self.set(at, items, unknown, own);
        }
        for (i, (planned, value)) in items.iter().zip(own).enumerate() {
            let unknown = unknown.get(i).unwrap_or(&Json::Null);
            self.compare(&format!("{at}[{i}]"), planned, unknown, value);
        }
    }

    /// Sets have no order: every planned element must be some element here.
    fn set(&mut self, at: &str, items: &[Json], unknown: &Json, own: &[Value]) {
        for (i, planned) in items.iter().enumerate() {
            let unknown = unknown.get(i).unwrap_or(&Json::Null);
            let best = own.iter().map(|value| {
                let mut trial = Differences { origins: self.origins, lines: Vec::new(), compared: 0 };
                trial.compare(&format!("{at}{{{i}}}"), planned, unknown, value);
                (trial.lines, trial.compared)
            });
            let (lines, compared) = best.min_by_key(|(lines, _)| lines.len()).unwrap_or_default();
            self.lines.extend(lines);
            self.compared += compared;
        }
    }

    fn leaf(&mut self, at: &str, planned: &Json, ours: &Value) {
        self.compared += 1;
        let by_api = self.origins.first(ours.origin).is_some_and(|hop| hop.what == What::ApiDefault);
        if planned.is_null() && by_api {
            return;
        }
        let equal = match (planned, &ours.kind) {
            (Json::Null, Kind::Null(_)) => true,
            // Terraform's older plugin SDK plans an empty collection as null.
            (Json::Null, Kind::List(items) | Kind::Set(items)) => items.items.is_empty(),
            (Json::Bool(a), Kind::Bool(b)) => a == b,
            (Json::Number(a), Kind::Number(b)) => infralint::value::Number::parse(&a.to_string()).as_ref() == Some(b),
            (Json::String(a), Kind::String(b)) => a == b.as_str() || same_json(a, b),
            _ => false,
        };
        if !equal {
            self.lines.push(format!("{at}: Terraform has {planned}, here is {}", infralint::value::show_short(ours)));
        }
    }
}

/// Policies are compared as documents: the provider may write the same document with other spaces.
fn same_json(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<Json>(a), serde_json::from_str::<Json>(b)) {
        (Ok(a @ Json::Object(_)), Ok(b)) => a == b,
        _ => false,
    }
}

fn differences(root_module: &str, recorded: &str) -> (Vec<String>, usize) {
    let root = repository();
    let sources = Sources::new(root.clone());
    let options = LoadOptions { paths: vec![root_module.into()], ..LoadOptions::default() };
    let loaded = config::load(&sources, &options);
    let index = loaded.root_modules.iter().position(|r| &*r.path == root_module).unwrap();
    let evaluated = world::evaluate(&sources, &loaded, index);
    assert!(evaluated.diagnostics.is_empty(), "{:#?}", evaluated.diagnostics);

    let plan: Json = serde_json::from_str(&std::fs::read_to_string(root.join(recorded)).unwrap()).unwrap();
    let changes = plan["resource_changes"].as_array().unwrap();
    let planned: BTreeMap<&str, &Json> =
        changes.iter().filter(|c| c["mode"] == "managed").map(|c| (c["address"].as_str().unwrap(), c)).collect();
    let ours: BTreeMap<String, &world::Instance> =
        evaluated.instances.iter().map(|instance| (instance.addr.to_string(), instance)).collect();

    let mut all = Differences { origins: &evaluated.origins, lines: Vec::new(), compared: 0 };
    for address in planned.keys().filter(|address| !ours.contains_key(**address)) {
        all.lines.push(format!("{address}: Terraform plans it, here it is missing"));
    }
    for (address, instance) in &ours {
        match planned.get(address.as_str()) {
            None => all.lines.push(format!("{address}: Terraform does not plan it")),
            Some(change) => {
                all.compare(address, &change["change"]["after"], &change["change"]["after_unknown"], &instance.attrs);
            }
        }
    }
    (all.lines, all.compared)
}

fn agrees(root_module: &str, recorded: &str, at_least: usize) {
    let (lines, compared) = differences(root_module, recorded);
    assert!(lines.is_empty(), "{} differences:\n{}", lines.len(), lines.join("\n"));
    assert!(compared >= at_least, "only {compared} values were compared");
}

#[test]
fn bootstrap_agrees_with_its_plan() {
    agrees("stages/test/bootstrap", "tests/terraform/recorded/bootstrap-plan.json", 50);
}

#[test]
fn main_agrees_with_its_plan() {
    agrees("stages/test/main", "tests/terraform/recorded/main-plan.json", 1_000);
}
