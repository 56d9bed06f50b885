//! Public modules and their examples against what the real Terraform plans of them: `tests/public_modules/record.py` asks it, and
//! `PUBLIC_MODULES=WORK cargo test --test public_modules -- --ignored --nocapture` compares. None of them is kept here.
//!
//! - Nothing panics.
//! - Whatever local value, variable, module output or attribute of an instance Terraform knows is known and equal here.
//! - The same instances are there, unless Terraform plans none.
//! - Whatever Terraform takes is taken here, without an error; what it refuses is refused here for that reason too, unless it is
//!   that a number of instances is not known, which is left to the plan.
//!
//! `PUBLIC_MODULES_ONLY=TEXT` compares only root modules with the text in their path.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod planned_values;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use infralint::{
    config::{self, CommandLineValue, LoadOptions},
    source::Sources,
    world::{self, RootModule},
};
use planned_values::{Comparison, compare_outputs, compare_resources};
use serde_json::Value as Json;

/// The root module of an answer, and the errors about it: summary, file and line.
fn evaluated(work: &Path, answer: &Json) -> (Option<RootModule>, BTreeSet<(String, String, u64)>) {
    let repositories = work.join("repositories").canonicalize().unwrap();
    let path = Path::new(answer["root"].as_str().unwrap());
    let file = repositories.join(path).join(format!("zz_{}.tfvars.json", answer["variant"].as_str().unwrap()));
    let options = LoadOptions {
        paths: vec![repositories.join(path)],
        shallow: true,
        var_files: vec![file],
        order: vec![CommandLineValue::File(0)],
        workspace: Some("default".to_owned()),
        ..LoadOptions::default()
    };
    let sources = Sources::new(repositories);
    let repository = config::load(&sources, &options);
    let index = repository.root_modules.iter().position(|root| Path::new(&*root.path) == path);
    let module = index.map(|index| world::evaluate(&sources, &repository, index));
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let of_root = index.iter().flat_map(|index| &repository.root_modules[*index].diagnostics);
    let all = of_loading.chain(of_root).chain(module.iter().flat_map(|m| &m.diagnostics));
    let told = all.filter(|d| d.is_error()).map(|d| {
        let (file, line) = d.place.map_or((String::new(), 0), |place| {
            let file = sources.get(place.file);
            (file.path.to_string(), u64::from(file.position(place.span.start).line))
        });
        (d.summary.clone(), file, line)
    });
    let told = told.collect();
    (module, told)
}

/// What Terraform says is wrong: summary, file (from the repositories' folder) and line.
fn refused(answer: &Json) -> BTreeSet<(String, String, u64)> {
    let root = answer["root"].as_str().unwrap();
    let told = answer["diagnostics"].as_array().unwrap().iter().filter(|d| d[0] == "error");
    told.map(|d| {
        let file = d[2].as_str().unwrap();
        let file = if file.is_empty() { String::new() } else { normal(&format!("{root}/{file}")) };
        (d[1].as_str().unwrap().to_owned(), file, d[3].as_u64().unwrap())
    })
    .collect()
}

fn normal(path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| *part != ".") {
        match part {
            ".." => drop(out.pop()),
            part => out.push(part),
        }
    }
    out.join("/")
}

fn difference(work: &Path, answer: &Json) -> String {
    let (module, told) = evaluated(work, answer);
    let mut comparison = Comparison::new();
    let refused = refused(answer);
    // Terraform looks at nothing that comes after a mistake.
    if answer["stage"] == "planned" {
        for (summary, file, line) in told.difference(&refused) {
            comparison.tell(format!("here: {file}:{line}: {summary}; not in Terraform"));
        }
    }
    if answer["stage"] == "plan" {
        let left_to_the_plan =
            |summary: &str| ["Invalid count argument", "Invalid for_each argument"].contains(&summary);
        for (summary, file, line) in refused.difference(&told).filter(|(summary, ..)| !left_to_the_plan(summary)) {
            comparison.tell(format!("Terraform: {file}:{line}: {summary}; not here"));
        }
    }
    if let (Some(module), Some(outputs), Some(resources)) =
        (&module, answer["outputs"].as_object(), answer["resources"].as_object())
    {
        compare_outputs(&mut comparison, module, outputs);
        compare_resources(&mut comparison, module, resources);
    }
    comparison.out
}

#[test]
#[ignore = "needs public repositories, and answers of Terraform"]
fn public_modules_evaluate_as_terraform_plans_them() {
    let work = PathBuf::from(std::env::var_os("PUBLIC_MODULES").unwrap());
    let only = std::env::var("PUBLIC_MODULES_ONLY").unwrap_or_default();
    let mut paths: Vec<PathBuf> =
        fs::read_dir(work.join("answers")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_str::<Json>(&fs::read_to_string(path).unwrap()).unwrap();
    let mut stages: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let (mut values, mut wrong) = (0, String::new());
    for answer in paths.iter().map(read).filter(|answer| answer["root"].as_str().unwrap().contains(&only)) {
        let found = difference(&work, &answer);
        let stage = stages.entry(answer["stage"].as_str().unwrap().to_owned()).or_default();
        stage.0 += 1;
        let count = |of: &str| answer[of].as_object().map_or(0, serde_json::Map::len);
        values += count("outputs") + count("resources");
        if !found.is_empty() {
            stage.1 += 1;
            wrong += &format!("{} ({}, {})\n{found}", answer["root"], answer["variant"], answer["stage"]);
        }
    }
    // How many of each stage there are, and how many of them differ.
    let summary = format!("{stages:?}, {values} outputs and instances");
    assert!(wrong.is_empty(), "\n{wrong}\n{summary}");
    assert!(!stages.is_empty(), "no answers");
}
