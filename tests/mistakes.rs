//! Mistakes against what the real `terraform validate` says of them: `tests/mistakes/*.txt`, answers recorded by `record.py`.
//!
//! The same errors and warnings: summary, file and line, as a set. Columns agree too, but for few.
//!
//! What differs stands in `tests/mistakes/differences.txt` with a reason, above all what only a running provider says; an entry
//! that no longer differs fails the test too.

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
    diag::{Diagnostic, Level},
    source::Sources,
    world,
};
use serde::Deserialize;

/// A diagnostic: level, summary, file and line.
type Told = (String, String, String, u32);

/// File, line and column of the start, and line and column of the end.
type Range = (String, u32, u32, u32, u32);

#[derive(Deserialize)]
struct Recorded {
    valid: bool,
    /// Level, summary, range and detail.
    diagnostics: Vec<(String, String, Option<Range>, String)>,
}

struct Case {
    /// Topic and name: `arguments: unsupported argument`.
    name: String,
    text: String,
    recorded: Recorded,
}

/// `MISTAKES` names another folder, of one's own mistakes.
fn here() -> PathBuf {
    let own = std::env::var_os("MISTAKES").map(PathBuf::from);
    own.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes"))
}

fn cases() -> Vec<Case> {
    let mut topics: Vec<PathBuf> = fs::read_dir(here()).unwrap().map(|entry| entry.unwrap().path()).collect();
    topics.sort();
    topics.retain(|path| path.extension().is_some_and(|e| e == "txt") && !path.ends_with("differences.txt"));
    topics.iter().flat_map(|topic| cases_of(topic)).collect()
}

#[expect(clippy::panic, reason = "a failing test may panic")]
fn cases_of(topic: &Path) -> Vec<Case> {
    let text = fs::read_to_string(topic).unwrap();
    let recorded = fs::read_to_string(topic.with_extension("json")).unwrap();
    let mut recorded: BTreeMap<String, Recorded> = serde_json::from_str(&recorded).unwrap();
    let stem = topic.file_stem().unwrap().to_string_lossy();
    let case = |part: &str| {
        let (name, text) = part.split_once('\n').unwrap();
        let recorded = recorded.remove(name.trim()).unwrap_or_else(|| panic!("{name} is not recorded: run record.py"));
        Case { name: format!("{stem}: {}", name.trim()), text: text.trim_end_matches('\n').to_owned(), recorded }
    };
    let cases = text.split("\n=== ").skip(1).map(case).collect();
    assert!(recorded.is_empty(), "recorded of cases that are gone: {:?}", recorded.keys());
    cases
}

fn unpack(case: &Case, folder: &Path) {
    for part in format!("\n{}\n", case.text).split("\n--- ").skip(1) {
        let (name, text) = part.split_once('\n').unwrap();
        let path = folder.join(name.trim());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{}\n", text.trim_end_matches('\n'))).unwrap();
    }
}

/// Everything infralint says of a case, with the column it begins at.
fn said(case: &Case) -> BTreeMap<Told, u32> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    unpack(case, &root);
    let sources = Sources::new(root.clone());
    let options = LoadOptions { paths: vec![root], workspace: Some("default".to_owned()), ..LoadOptions::default() };
    let repository = config::load(&sources, &options);
    let index = repository.root_modules.iter().position(|root| matches!(&*root.path, "" | "."));
    let module = index.map(|index| world::evaluate(&sources, &repository, index));
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let of_root = index.iter().flat_map(|index| &repository.root_modules[*index].diagnostics);
    let all = of_loading.chain(of_root).chain(module.iter().flat_map(|m| &m.diagnostics));
    let all = all.filter(|d| d.level != Level::Info && d.summary != "Check block assertion failed");
    all.map(|d| told(&sources, d)).collect()
}

fn told(sources: &Sources, diagnostic: &Diagnostic) -> (Told, u32) {
    let level = if diagnostic.is_error() { "error" } else { "warning" };
    let (file, line, column) = diagnostic.place.map_or((String::new(), 0, 0), |place| {
        let file = sources.get(place.file);
        let at = file.position(place.span.start);
        (file.path.to_string(), at.line, at.column)
    });
    (without_order((level.to_owned(), diagnostic.summary.clone(), file, line)), column)
}

/// Terraform names the members of a cycle in any order, and no place.
fn without_order(told: Told) -> Told {
    if told.1.starts_with("Cycle: ") { (told.0, "Cycle".to_owned(), String::new(), 0) } else { told }
}

fn recorded(case: &Case) -> BTreeMap<Told, u32> {
    let said = case.recorded.diagnostics.iter().map(|(level, summary, range, _)| {
        let (file, line, column) = range.as_ref().map_or((String::new(), 0, 0), |r| (r.0.clone(), r.1, r.2));
        (without_order((level.clone(), summary.clone(), file, line)), column)
    });
    said.collect()
}

/// What differs, empty when nothing does; and how many columns do.
fn difference(case: &Case) -> (String, usize) {
    let (ours, theirs) = (said(case), recorded(case));
    assert_eq!(case.recorded.valid, theirs.keys().all(|told| told.0 != "error"), "{}", case.name);
    let mut out = String::new();
    for ((level, summary, file, line), _) in theirs.iter().filter(|(told, _)| !ours.contains_key(*told)) {
        let _ = writeln!(out, "    Terraform: {file}:{line}: {level}: {summary}");
    }
    for ((level, summary, file, line), _) in ours.iter().filter(|(told, _)| !theirs.contains_key(*told)) {
        let _ = writeln!(out, "    here:      {file}:{line}: {level}: {summary}");
    }
    let columns = theirs.iter().filter(|(told, column)| ours.get(*told).is_some_and(|ours| ours != *column)).count();
    (out, columns)
}

#[test]
fn mistakes_are_told_as_terraform_validate_tells_them() {
    let (known, cases) = (differences::read(&here().join("differences.txt")), cases());
    let (mut wrong, mut columns, mut differing) = (String::new(), String::new(), 0);
    for case in &cases {
        let (difference, other_columns) = difference(case);
        match (difference.is_empty(), known.get(&case.name)) {
            (false, None) => {
                differing += 1;
                let _ = writeln!(wrong, "{}\n{difference}", case.name);
            }
            (true, Some(reason)) => {
                let _ = writeln!(wrong, "{}\n    no longer differs ({reason})\n", case.name);
            }
            (false, Some(_)) | (true, None) => {}
        }
        if other_columns > 0 {
            let _ = writeln!(columns, "    {}", case.name);
        }
    }
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let unheard: Vec<&String> = known.keys().filter(|name| !names.contains(name.as_str())).collect();
    assert!(unheard.is_empty(), "differences of what is no case: {unheard:?}");
    let columns_differ = columns.lines().count();
    assert!(wrong.is_empty(), "\n{wrong}{differing} of {} differ\nother columns:\n{columns}", cases.len());
    assert!(columns_differ * 20 < cases.len(), "other columns:\n{columns}");
    assert!(cases.len() > 400 || std::env::var_os("MISTAKES").is_some(), "only {} cases", cases.len());
}
