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
mod planned_values;

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
    world::{self, RootModule},
};
use planned_values::{Comparison, compare_outputs, compare_resources};
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
    let mut comparison = Comparison::new();
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
