//! How evaluated values differ from those of a plan of Terraform, in the JSON that `tests/configurations/record.py` writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use infralint::{
    value::{Kind, Marks, Number, Type, Value},
    world::RootModule,
};
use serde_json::Value as Json;

/// A type as Terraform writes it in JSON.
fn type_json(ty: &Type) -> Json {
    let fields = |fields: &[infralint::value::Field]| {
        fields.iter().map(|field| (field.name.to_string(), type_json(&field.ty))).collect::<serde_json::Map<_, _>>()
    };
    match ty {
        Type::Any => "dynamic".into(),
        Type::Bool => "bool".into(),
        Type::Number => "number".into(),
        Type::String => "string".into(),
        Type::List(element) => Json::Array(vec!["list".into(), type_json(element)]),
        Type::Set(element) => Json::Array(vec!["set".into(), type_json(element)]),
        Type::Map(element) => Json::Array(vec!["map".into(), type_json(element)]),
        Type::Tuple(items) => Json::Array(vec!["tuple".into(), items.iter().map(type_json).collect()]),
        Type::Object(of) => Json::Array(vec!["object".into(), Json::Object(fields(of))]),
    }
}

/// How an evaluated value differs from a planned one.
pub(crate) struct Comparison {
    pub(crate) out: String,
    /// Of AWS's resources more is known here: what the provider and AWS fill in when it is not configured.
    filled_in: bool,
    /// What of it is sensitive by the schema, by its path: that is marked where it is referred to, and not for rules.
    secrets: BTreeSet<String>,
}

impl Comparison {
    pub(crate) fn new() -> Self {
        Self { out: String::new(), filled_in: false, secrets: BTreeSet::new() }
    }

    fn value(&mut self, at: &str, planned: (&Json, &Json, &Json), ours: &Value, outer: Marks) {
        let (value, unknown, sensitive) = planned;
        let marks = ours.marks.with(outer);
        if sensitive == &Json::Bool(true) && !marks.has(Marks::SENSITIVE) && !self.secrets.contains(at) {
            self.tell(format!("{at} is sensitive in Terraform and not here"));
        }
        if unknown == &Json::Bool(true) {
            if ours.is_known() && !self.filled_in {
                self.tell(format!("{at} is unknown in Terraform, here it is {}", infralint::value::show_short(ours)));
            }
            return;
        }
        match (value, &ours.kind) {
            (_, Kind::Unknown(why)) => {
                self.tell(format!(
                    "{at} is {value} in Terraform, here it is unknown: {:.300}",
                    format!("{:?}", why.because)
                ));
            }
            (Json::Object(number), Kind::Number(ours)) if number.contains_key("number") => {
                let text = number["number"].as_str().unwrap();
                // What Terraform computed with fewer bits has the same digits, and is no number written like that.
                if Number::parse(text).as_ref() != Some(ours) && ours.to_string() != text {
                    self.tell(format!("{at} is {text} in Terraform, here it is {ours}"));
                }
            }
            (Json::Object(_) | Json::Null, Kind::Object(of) | Kind::Map(of))
                if !value.is_null() || has_unknown(unknown) =>
            {
                let none = Json::Null;
                let part = |of: &Json, key: &str| of.get(key).cloned().unwrap_or(Json::Null);
                let mut names: BTreeSet<String> = of.entries.iter().map(|(key, _)| key.to_string()).collect();
                names.extend(value.as_object().into_iter().chain(unknown.as_object()).flat_map(|o| o.keys().cloned()));
                for name in names {
                    let path = format!("{at}.{name}");
                    let planned = (value.get(&name), part(unknown, &name), part(sensitive, &name));
                    let there = planned.0.is_some() || !planned.1.is_null();
                    match (there, ours.get(&name)) {
                        (true, Some(ours)) => {
                            self.value(&path, (planned.0.unwrap_or(&none), &planned.1, &planned.2), ours, marks);
                        }
                        (true, None) => self.tell(format!("{path} is missing here")),
                        (false, Some(_)) => self.tell(format!("{path} is here only")),
                        (false, None) => {}
                    }
                }
            }
            (Json::Array(items), _) if ours.items().is_some_and(|ours| ours.len() == items.len()) => {
                for (i, (planned, ours)) in items.iter().zip(ours.items().unwrap()).enumerate() {
                    let part = |of: &Json| of.get(i).cloned().unwrap_or(Json::Null);
                    self.value(&format!("{at}[{i}]"), (planned, &part(unknown), &part(sensitive)), ours, marks);
                }
            }
            (Json::Null, Kind::Null(_)) => {}
            (Json::Null, _) if self.filled_in => {}
            (Json::Bool(planned), Kind::Bool(ours)) if planned == ours => {}
            (Json::String(planned), Kind::String(ours)) if planned == ours => {}
            (Json::Number(planned), Kind::Number(ours))
                if Number::parse(&planned.to_string()).as_ref() == Some(ours) => {}
            _ => self.tell(format!("{at} is {value} in Terraform, here it is {}", infralint::value::show_short(ours))),
        }
    }

    pub(crate) fn tell(&mut self, line: String) {
        let _ = writeln!(self.out, "    {line}");
    }
}

fn has_unknown(unknown: &Json) -> bool {
    unknown.as_object().is_some_and(|parts| !parts.is_empty())
}

pub(crate) type Fields = serde_json::Map<String, Json>;

pub(crate) fn compare_outputs(comparison: &mut Comparison, module: &RootModule, outputs: &Fields) {
    for (name, planned) in outputs {
        let Some(ours) = module.outputs.get(name) else {
            comparison.tell(format!("there is no output {name} here"));
            continue;
        };
        let before = comparison.out.len();
        let planned_value = (&planned["value"], &planned["unknown"], &planned["sensitive"]);
        comparison.value(&format!("output.{name}"), planned_value, ours, Marks::NONE);
        let of_type = type_json(&ours.ty());
        let shows_type = !planned["type"].is_null() && !planned["value"].is_null();
        if before == comparison.out.len() && shows_type && planned["type"] != of_type {
            comparison.tell(format!("output.{name} is of type {} in Terraform, here of {of_type}", planned["type"]));
        }
    }
    for (name, _) in module.outputs.entries().unwrap_or_default() {
        if !outputs.contains_key(name.as_str()) {
            comparison.tell(format!("output.{name} is here only"));
        }
    }
}

pub(crate) fn compare_resources(comparison: &mut Comparison, module: &RootModule, resources: &Fields) {
    let ours: BTreeMap<String, &Value> = module.instances.iter().map(|i| (i.addr.to_string(), &i.attrs)).collect();
    for (address, planned) in resources {
        let value = ours.get(address.as_str());
        comparison.filled_in = address.contains("aws_");
        comparison.secrets = secrets(address);
        match (value, planned.get("value")) {
            (None, _) => comparison.tell(format!("{address} is not here")),
            (Some(_), None) => {}
            (Some(ours), Some(value)) => {
                comparison.value(address, (value, &planned["unknown"], &planned["sensitive"]), ours, Marks::NONE);
            }
        }
    }
    for address in ours.keys().filter(|address| !resources.contains_key(*address)) {
        comparison.tell(format!("{address} is here only"));
    }
}

/// The paths of the attributes of an instance that are sensitive by the schema.
fn secrets(address: &str) -> BTreeSet<String> {
    let resource = address.rsplit("module.").next().unwrap_or_default();
    let ty = resource.split('.').find(|part| part.starts_with("aws_")).unwrap_or_default();
    let block = infralint::schema::aws().resource(ty);
    let attributes = block.iter().flat_map(|block| block.attributes());
    attributes.filter(|attribute| attribute.sensitive).map(|a| format!("{address}.{}", a.name)).collect()
}
