//! Whole configurations against what the real Terraform plans: `tests/configurations/*.txt`, answers recorded by `record.py`.
//!
//! - What Terraform knows is known and equal here, of the same type; what it marks sensitive is sensitive here.
//! - What it does not know is not known here.
//! - The same resource instances are there.
//! - An error here exactly when there is one there: same summary, same file, line and column. Failed checks are warnings.
//!
//! What differs on purpose stands in `tests/configurations/differences.txt` with a reason, and where only the column does in
//! `columns.txt`; an entry that no longer differs fails the test too.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod differences;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use infralint::{
    config::{self, LoadOptions},
    diag::Diagnostic,
    source::Sources,
    value::{Kind, Marks, Number, Type, Value},
    world::{self, RootModule},
};
use serde_json::Value as Json;

/// A diagnostic: level, summary, file, line and column.
type Told = (String, String, String, (u64, u64));

/// One configuration.
struct Case {
    /// Topic and name: `modules: count by index`.
    name: String,
    text: String,
    recorded: Json,
}

/// The cases: those of `tests/configurations`, or of another folder that `record.py FOLDER` has recorded.
fn here() -> PathBuf {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configurations");
    std::env::var_os("CONFIGURATIONS").map_or_else(own, PathBuf::from)
}

fn cases() -> Vec<Case> {
    let mut topics: Vec<PathBuf> = fs::read_dir(here()).unwrap().map(|entry| entry.unwrap().path()).collect();
    topics.sort();
    let is_list = |path: &PathBuf| path.ends_with("differences.txt") || path.ends_with("columns.txt");
    topics.retain(|path| path.extension().is_some_and(|e| e == "txt") && !is_list(path));
    topics.iter().flat_map(|topic| cases_of(topic)).collect()
}

#[expect(clippy::panic, reason = "a failing test may panic")]
fn unrecorded(name: &str) -> Json {
    panic!("{name} is not recorded: run record.py")
}

fn cases_of(topic: &Path) -> Vec<Case> {
    let text = fs::read_to_string(topic).unwrap();
    let recorded = fs::read_to_string(topic.with_extension("json")).unwrap();
    let mut recorded: BTreeMap<String, Json> = serde_json::from_str(&recorded).unwrap();
    let stem = topic.file_stem().unwrap().to_string_lossy();
    let case = |part: &str| {
        let (name, text) = part.split_once('\n').unwrap();
        let answer = recorded.remove(name.trim()).unwrap_or_else(|| unrecorded(name));
        Case {
            name: format!("{stem}: {}", name.trim()),
            text: text.trim_end_matches('\n').to_owned(),
            recorded: answer,
        }
    };
    let cases = text.split("\n=== ").skip(1).map(case).collect();
    assert!(recorded.is_empty(), "recorded of cases that are gone: {:?}", recorded.keys());
    cases
}

/// The words of a directive; single quotes keep spaces.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (i, part) in text.split('\'').enumerate() {
        if i % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for (j, word) in part.split(' ').enumerate() {
            if j > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Writes the files of a case, and says how Terraform is called.
fn unpack(case: &Case, folder: &Path) -> LoadOptions {
    // The answers were recorded in the default workspace.
    let workspace = Some("default".to_owned());
    let mut options = LoadOptions { paths: vec![folder.to_path_buf()], workspace, ..LoadOptions::default() };
    let whole = format!("\n{}\n", case.text);
    let mut parts = whole.split("\n--- ");
    for line in parts.next().unwrap_or_default().lines() {
        let pair = |word: &String| word.split_once('=').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        if let Some(args) = line.strip_prefix("args: ") {
            for word in words(args) {
                match word.strip_prefix("-var-file=") {
                    Some(file) => {
                        options.order.push(config::CommandLineValue::File(options.var_files.len()));
                        options.var_files.push(PathBuf::from(file));
                    }
                    None => {
                        options.order.push(config::CommandLineValue::Var(options.vars.len()));
                        options.vars.push(pair(&word.strip_prefix("-var=").unwrap().to_owned()));
                    }
                }
            }
        }
        if let Some(env) = line.strip_prefix("env: ") {
            let named = |word: &String| (pair(word).0.strip_prefix("TF_VAR_").unwrap().to_owned(), pair(word).1);
            options.env_vars.extend(words(env).iter().map(named));
        }
    }
    for part in parts {
        let (name, text) = part.split_once('\n').unwrap();
        let path = folder.join(name.trim());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{}\n", text.trim_end_matches('\n'))).unwrap();
    }
    options
}

/// What infralint makes of a case: the root module that is the folder itself, and everything it says.
fn evaluated(case: &Case) -> (Option<RootModule>, BTreeSet<Told>) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    let options = unpack(case, &root);
    let sources = Sources::new(root);
    let repository = config::load(&sources, &options);
    let index = repository.root_modules.iter().position(|root| matches!(&*root.path, "" | "."));
    let module = index.map(|index| world::evaluate(&sources, &repository, index));
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let of_root = index.iter().flat_map(|index| &repository.root_modules[*index].diagnostics);
    let all = of_loading.chain(of_root).chain(module.iter().flat_map(|m| &m.diagnostics));
    let told = all
        .filter(|d| d.is_error() || d.summary == "Check block assertion failed")
        .map(|d| told(&sources, d))
        .collect();
    (module, told)
}

fn told(sources: &Sources, diagnostic: &Diagnostic) -> Told {
    let (file, at) = diagnostic.place.map_or((String::new(), (0, 0)), |place| {
        let file = sources.get(place.file);
        let at = file.position(place.span.start);
        (file.path.to_string(), (u64::from(at.line), u64::from(at.column)))
    });
    let level = if diagnostic.is_error() { "error" } else { "warning" };
    without_order((level.to_owned(), diagnostic.summary.clone(), file, at))
}

/// Terraform names the members of a cycle in any order, and no place.
fn without_order(told: Told) -> Told {
    if told.1.starts_with("Cycle: ") { (told.0, "Cycle".to_owned(), String::new(), (0, 0)) } else { told }
}

fn recorded_told(case: &Case) -> BTreeSet<Told> {
    let list = case.recorded["diagnostics"].as_array().unwrap().iter();
    let text = |json: &Json| json.as_str().unwrap().to_owned();
    // A column of 0 is one that has not been recorded.
    let at = |d: &Json| (d[3].as_u64().unwrap(), d[4].as_u64().unwrap_or(0));
    list.map(|d| without_order((text(&d[0]), text(&d[1]), text(&d[2]), at(d)))).collect()
}

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
struct Comparison {
    out: String,
    /// Of AWS's resources more is known here: what the provider and AWS fill in when it is not configured.
    filled_in: bool,
    /// What of it is sensitive by the schema, by its path: that is marked where it is referred to, and not for rules.
    secrets: BTreeSet<String>,
}

impl Comparison {
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

    fn tell(&mut self, line: String) {
        let _ = writeln!(self.out, "    {line}");
    }
}

fn has_unknown(unknown: &Json) -> bool {
    unknown.as_object().is_some_and(|parts| !parts.is_empty())
}

/// Diagnostics without their columns.
fn by_line(told: &BTreeSet<Told>) -> BTreeSet<Told> {
    told.iter().cloned().map(|(level, summary, file, (line, _))| (level, summary, file, (line, 0))).collect()
}

/// How diagnostics of the same lines differ in their columns.
fn by_column(told: &BTreeSet<Told>, recorded: &BTreeSet<Told>) -> String {
    if recorded.iter().any(|(.., (line, column))| *line > 0 && *column == 0) {
        return String::new();
    }
    recorded.symmetric_difference(told).map(|told| format!("    {told:?}\n")).collect()
}

/// What differs between a case's answers, and what in columns only; empty when nothing does.
fn difference(case: &Case) -> (String, String) {
    let (module, told) = evaluated(case);
    let recorded = recorded_told(case);
    let columns = if by_line(&told) == by_line(&recorded) { by_column(&told, &recorded) } else { String::new() };
    let (told, recorded) = (by_line(&told), by_line(&recorded));
    let mut comparison = Comparison { out: String::new(), filled_in: false, secrets: BTreeSet::new() };
    for (level, summary, file, (line, _)) in recorded.difference(&told) {
        comparison.tell(format!("Terraform: {file}:{line}: {level}: {summary}; not here"));
    }
    for (level, summary, file, (line, _)) in told.difference(&recorded) {
        comparison.tell(format!("here: {file}:{line}: {level}: {summary}; not in Terraform"));
    }
    if let (Some(module), Some(outputs), Some(resources)) =
        (&module, case.recorded["outputs"].as_object(), case.recorded["resources"].as_object())
    {
        compare_outputs(&mut comparison, module, outputs);
        compare_resources(&mut comparison, module, resources);
    }
    (comparison.out, columns)
}

type Fields = serde_json::Map<String, Json>;

fn compare_outputs(comparison: &mut Comparison, module: &RootModule, outputs: &Fields) {
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

fn compare_resources(comparison: &mut Comparison, module: &RootModule, resources: &Fields) {
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

#[test]
fn configurations_evaluate_as_terraform_plans_them() {
    let known = differences::read(&here().join("differences.txt"));
    let known_columns = differences::read(&here().join("columns.txt"));
    let cases = cases();
    let mut wrong = String::new();
    for case in &cases {
        let (difference, columns) = difference(case);
        for (difference, known) in [(difference, &known), (columns, &known_columns)] {
            match (difference.is_empty(), known.get(&case.name)) {
                (false, None) => {
                    let _ = writeln!(wrong, "{}\n{difference}", case.name);
                }
                (true, Some(reason)) => {
                    let _ = writeln!(wrong, "{}\n    no longer differs ({reason})\n", case.name);
                }
                (false, Some(_)) | (true, None) => {}
            }
        }
    }
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let unheard: Vec<&String> =
        known.keys().chain(known_columns.keys()).filter(|name| !names.contains(name.as_str())).collect();
    assert!(unheard.is_empty(), "differences of what is no case: {unheard:?}");
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(cases.len() > 100 || std::env::var_os("CONFIGURATIONS").is_some(), "only {} cases", cases.len());
}
