//! What the real Terraform makes of a case: a plan says what is wrong and what the values are, the console of what types.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use infralint::value::Number;
use serde_json::{Value as Json, json};

use super::{Case, errors, gathering, ours, types};

/// Cases of one run.
const CHUNK: usize = 150;

/// Variables of the environment that would change what Terraform does.
const LEFT_OUT: [&str; 6] =
    ["TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE"];

/// Whether the Terraform these answers are of is on the machine.
pub(crate) fn is_here() -> bool {
    let said = command(Path::new(".")).arg("version").output();
    said.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).starts_with("Terraform v1.11.4"))
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new("terraform");
    for name in LEFT_OUT {
        command.env_remove(name);
    }
    command.env("CHECKPOINT_DISABLE", "1").env("TF_INPUT", "0").current_dir(folder);
    command
}

/// The answers to cases, each evaluated beside the files of a folder. Two runs at a time.
pub(crate) fn answers(folder: &Path, cases: &[Case]) -> Vec<Json> {
    let chunks: Vec<&[Case]> = cases.chunks(CHUNK).collect();
    let half = chunks.len().div_ceil(2);
    let work = |chunks: &[&[Case]]| -> Vec<Json> {
        let own = Folder::copy(folder);
        chunks.iter().flat_map(|chunk| own.ask(chunk)).collect()
    };
    let (first, second) = chunks.split_at(half);
    std::thread::scope(|threads| {
        let other = threads.spawn(|| work(second));
        let mut all = work(first);
        all.extend(other.join().expect("no panic"));
        all
    })
}

/// A copy of the files.
struct Folder {
    path: PathBuf,
    _kept: tempfile::TempDir,
}

impl Folder {
    fn copy(from: &Path) -> Self {
        let kept = tempfile::tempdir().expect("a folder");
        copy(from, kept.path());
        let folder = Self { path: kept.path().to_owned(), _kept: kept };
        folder.run(&["init", "-no-color"]);
        folder
    }

    fn run(&self, args: &[&str]) -> (bool, String) {
        let out = command(&self.path).args(args).output().expect("terraform");
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        (out.status.success(), text)
    }

    fn ask(&self, cases: &[Case]) -> Vec<Json> {
        let names: Vec<String> = (0..cases.len()).map(|i| format!("c{i:04}")).collect();
        let mut left: Vec<usize> = (0..cases.len()).collect();
        let mut answers: BTreeMap<usize, Json> = BTreeMap::new();
        while !left.is_empty() {
            let of_left: Vec<String> = left.iter().map(|i| names[*i].clone()).collect();
            for (i, name) in left.iter().zip(&of_left) {
                fs::write(self.path.join(format!("{name}.tf")), cases[*i].file(name).0).expect("a file");
            }
            fs::write(self.path.join("all.tf"), gathering(&of_left)).expect("a file");
            let given = self.planned(&left, &of_left, cases);
            of_left.iter().for_each(|name| drop(fs::remove_file(self.path.join(format!("{name}.tf")))));
            match given {
                Some(given) => {
                    left.retain(|i| !given.contains_key(i));
                    answers.extend(given);
                }
                None if left.len() == 1 => {
                    answers.insert(left[0], json!(super::NOT_SHOWN));
                    left.clear();
                }
                None => {
                    let (a, b) = left.split_at(left.len() / 2);
                    for half in [a, b] {
                        let some: Vec<Case> = half.iter().map(|i| cases[*i].clone()).collect();
                        answers.extend(half.iter().copied().zip(self.ask(&some)));
                    }
                    left.clear();
                }
            }
        }
        answers.into_values().collect()
    }

    /// The answers of some of the cases, at least one; `None` when it has to be asked for fewer.
    fn planned(&self, left: &[usize], names: &[String], cases: &[Case]) -> Option<BTreeMap<usize, Json>> {
        if left.iter().any(|i| matches!(cases[*i], Case::Argument { .. })) {
            let (fine, said) = self.run(&["init", "-json"]);
            if !fine {
                return self.wrong(&said, left, names, cases);
            }
        }
        let (fine, said) = self.run(&["plan", "-json", "-out=plan"]);
        if !fine {
            return self.wrong(&said, left, names, cases);
        }
        let (_, shown) = self.run(&["show", "-json", "plan"]);
        let plan: Json = serde_json::from_str(&shown).ok()?;
        let change = plan["resource_changes"].as_array()?.iter().find(|c| c["address"] == "terraform_data.cases")?;
        let change = &change["change"];
        let part =
            |what: &str, name: &str| change[what].get("input").and_then(|i| i.get(name)).cloned().unwrap_or_default();
        let types = self.types(names)?;
        let given = left.iter().zip(names).zip(types).map(|((i, name), ty)| {
            let (value, unknown, sensitive) =
                (part("after", name), part("after_unknown", name), part("after_sensitive", name));
            (*i, value_of(&value, &ty, (&unknown, &sensitive)))
        });
        Some(given.collect())
    }

    fn types(&self, names: &[String]) -> Option<Vec<Json>> {
        let all: Vec<String> = names.iter().map(|name| format!("local.{name}")).collect();
        let mut console = command(&self.path)
            .args(["console", "-plan"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("terraform");
        writeln!(console.stdin.take().expect("a pipe"), "type([{}])", all.join(", ")).expect("a console");
        let out = console.wait_with_output().expect("an end");
        match types::parse(&String::from_utf8_lossy(&out.stdout))? {
            Json::Array(tuple) => tuple.get(1)?.as_array().cloned(),
            _ => None,
        }
    }

    /// The answers of the cases whose files are named by errors.
    fn wrong(&self, said: &str, left: &[usize], names: &[String], cases: &[Case]) -> Option<BTreeMap<usize, Json>> {
        let mut told: BTreeMap<usize, Vec<(String, i64, i64)>> = BTreeMap::new();
        for line in said.lines().filter(|line| line.starts_with('{')) {
            let line: Json = serde_json::from_str(line).ok()?;
            let diagnostic = &line["diagnostic"];
            let summary = diagnostic["summary"].as_str().unwrap_or_default();
            if diagnostic["severity"] != "error" || summary.starts_with("Terraform encountered problems during") {
                continue;
            }
            let range = &diagnostic["range"];
            let file = range["filename"].as_str().unwrap_or_default();
            let at = names.iter().position(|name| file == format!("{name}.tf"));
            let Some(at) = at.or_else(|| (left.len() == 1).then_some(0)) else { continue };
            let begin = cases[left[at]].file(&names[at]).1 as i64;
            let own = file == format!("{}.tf", names[at]);
            let place = |end: &str| range[end]["byte"].as_i64().filter(|_| own).map_or(-1, |byte| byte - begin);
            if summary.contains("cannot serialize infinity") {
                return None;
            }
            told.entry(left[at]).or_default().push((summary.to_owned(), place("start"), place("end")));
        }
        (!told.is_empty()).then(|| told.into_iter().map(|(i, told)| (i, errors(told))).collect())
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").map(|e| e.expect("an entry")) {
        let path = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&path).expect("a folder");
            copy(&entry.path(), &path);
        } else {
            fs::copy(entry.path(), path).expect("a file");
        }
    }
}

/// A planned value as an answer: what it is, of which type, and what of it is not known and what sensitive.
fn value_of(value: &Json, ty: &Json, how: (&Json, &Json)) -> Json {
    let (unknown, sensitive) = how;
    let inner = if unknown == &Json::Bool(true) { json!({ "?": ty }) } else { known(value, ty, how) };
    if sensitive == &Json::Bool(true) { json!({ "~": inner }) } else { inner }
}

fn known(value: &Json, ty: &Json, (unknown, sensitive): (&Json, &Json)) -> Json {
    let none = Json::Null;
    let of = |i: usize| ty.get(i).unwrap_or(&none);
    let (kind, element) = (ty.as_str().or_else(|| of(0).as_str()).unwrap_or_default(), of(1));
    let nothing = value.is_null() && !unknown.is_object();
    match (kind, value) {
        _ if nothing => json!({ "null": ty }),
        ("number", Json::Number(number)) => {
            Number::parse(&number.to_string()).map_or(Json::Null, |n| ours::shown_number(&n))
        }
        ("list" | "set" | "tuple", Json::Array(items)) => {
            let part = |of: &Json, i: usize| of.get(i).cloned().unwrap_or_default();
            let one = |(i, item): (usize, &Json)| {
                let ty = if kind == "tuple" { part(element, i) } else { element.clone() };
                value_of(item, &ty, (&part(unknown, i), &part(sensitive, i)))
            };
            let items: Json = items.iter().enumerate().map(one).collect();
            match kind {
                "tuple" => items,
                "set" => json!({ "set": ours::sorted(items), "of": element }),
                _ => json!({ "list": items, "of": element }),
            }
        }
        ("map" | "object", Json::Object(_) | Json::Null) => {
            let part = |of: &Json, key: &str| of.get(key).cloned().unwrap_or_default();
            let keys = |of: &Json| of.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
            let mut names = keys(value);
            names.extend(keys(unknown));
            names.extend(if kind == "object" { keys(element) } else { Vec::new() });
            names.sort();
            names.dedup();
            let one = |name: &String| {
                let ty = if kind == "object" { part(element, name) } else { element.clone() };
                (name.clone(), value_of(&part(value, name), &ty, (&part(unknown, name), &part(sensitive, name))))
            };
            let entries: serde_json::Map<String, Json> = names.iter().map(one).collect();
            if kind == "map" { json!({ "map": entries, "of": element }) } else { json!({ "{}": entries }) }
        }
        _ => value.clone(),
    }
}
