//! What is not known never decides: making a known value unknown turns verdicts into undecided ones only.
//!
//! In the examples on the pages of the rules and in this repository's own infrastructure, one literal argument at a time
//! becomes a value that nobody knows, or one variable loses its default and what variable files say of it. A check that failed must fail or be undecided afterwards, and one that did not must
//! not fail. `SOUNDNESS=all` takes every literal; without it some are, the same ones each time.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use checking::Checked;
use infralint::policy::Verdict;

/// A repository: texts by path.
type Files = BTreeMap<String, String>;

/// What stands for a value that nobody knows, of no known type.
const UNKNOWN: &str = "jsondecode(timestamp())";

/// A literal argument: its file, and the range of its value.
#[derive(Clone, Debug)]
struct Leaf {
    file: String,
    start: usize,
    end: usize,
}

/// Blocks in which only constants may stand, or in which a value says how something is read.
const CONSTANT: [&str; 8] =
    ["terraform {", "variable ", "provider ", "lifecycle {", "moved {", "removed {", "import {", "backend "];

/// Arguments that must be constants.
const NAMES: [&str; 6] = ["source", "version", "provider", "depends_on", "count", "for_each"];

fn leaves(files: &Files) -> Vec<Leaf> {
    files.iter().filter(|(path, _)| path.ends_with(".tf")).flat_map(|(path, text)| leaves_of(path, text)).collect()
}

fn leaves_of(path: &str, text: &str) -> Vec<Leaf> {
    let mut found = Vec::new();
    let (mut at, mut depth, mut constant_above) = (0, 0_usize, None);
    for line in text.split_inclusive('\n') {
        let code = line.trim();
        if constant_above.is_none() && CONSTANT.iter().any(|block| code.starts_with(block)) {
            constant_above = Some(depth);
        }
        if constant_above.is_none()
            && let Some((name, value)) = code.split_once(" = ")
            && is_literal(value)
            && !NAMES.contains(&name.trim())
            && name.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            let start = at + line.rfind(value).unwrap_or(0);
            found.push(Leaf { file: path.to_owned(), start, end: start + value.len() });
        }
        let opened = line.matches(['{', '[', '(']).count();
        depth = (depth + opened).saturating_sub(line.matches(['}', ']', ')']).count());
        if constant_above.is_some_and(|above| depth <= above) {
            constant_above = None;
        }
        at += line.len();
    }
    found
}

/// A variable without the value it has: its name and file, and the files as they are then.
fn without_value(files: &Files) -> Vec<(String, Files)> {
    let mut found = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".tf")) {
        let blocks = text.match_indices("variable \"").filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
        for (start, _) in blocks {
            let block = &text[start..text[start..].find("\n}").map_or(text.len(), |end| start + end)];
            let Some(name) = block.split('"').nth(1) else { continue };
            let mut changed = files.clone();
            let mut given = false;
            let default = block.lines().find(|line| assigned(line, "default").is_some_and(is_literal));
            if let Some(default) = default {
                let at = start + block.find(default).unwrap_or(0);
                changed.entry(path.clone()).or_default().replace_range(at..at + default.len(), "");
                given = true;
            }
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            for (other, text) in &mut changed {
                let beside = other.rsplit_once('/').map_or("", |(folder, _)| folder) == folder;
                if beside && other.ends_with(".tfvars") {
                    let kept = text.lines().filter(|line| !assigned(line, name).is_some_and(is_literal));
                    let kept: String = kept.map(|line| format!("{line}\n")).collect();
                    given |= kept != *text;
                    *text = kept;
                }
            }
            if given {
                found.push((format!("var.{name} of {path}"), changed));
            }
        }
    }
    found
}

/// What a line assigns to a name.
fn assigned<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (assigned, value) = line.split_once('=')?;
    (assigned.trim() == name).then(|| value.trim())
}

fn is_literal(value: &str) -> bool {
    let quoted = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    let plain = quoted && value.matches('"').count() == 2 && !value.contains(['$', '%', '\\']);
    plain || matches!(value, "true" | "false") || value.parse::<u32>().is_ok()
}

/// Each check's verdict on each object, where it is not a pass.
type Verdicts = BTreeMap<(String, String, String), Verdict>;

/// The verdicts over some files; `None` when the configuration is wrong.
fn verdicts(files: &Files, folder: &Path) -> Option<Verdicts> {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent()?).ok()?;
        fs::write(path, text).ok()?;
    }
    let checked = Checked::folder(folder);
    if !checked.errors().is_empty() {
        return None;
    }
    let mut verdicts = Verdicts::new();
    for finding in checked.report.findings.iter().map(|reported| &reported.finding) {
        let check = format!("{}/{}", finding.check.rule, finding.check.policy);
        let key = (check, finding.root_module.to_string(), finding.address.clone().unwrap_or_default().to_string());
        let worst = verdicts.entry(key).or_insert(finding.verdict);
        if finding.verdict == Verdict::Fail {
            *worst = Verdict::Fail;
        }
    }
    Some(verdicts)
}

/// What a leaf that became unknown decided; empty when it decided nothing.
fn decided(before: &Verdicts, after: &Verdicts) -> String {
    let mut out = String::new();
    for (key, verdict) in before.iter().filter(|(_, verdict)| **verdict == Verdict::Fail) {
        if !after.contains_key(key) {
            let _ = writeln!(out, "    {key:?} was {verdict:?} and passes");
        }
    }
    for (key, verdict) in after.iter().filter(|(_, verdict)| **verdict == Verdict::Fail) {
        if before.get(key) != Some(verdict) {
            let _ = writeln!(out, "    {key:?} was {:?} and fails", before.get(key));
        }
    }
    out
}

/// Makes some leaves of a repository unknown, one after the other.
fn hold(name: &str, files: &Files, every: usize, out: &mut String) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(before) = verdicts(files, folder.path()) else { return 0 };
    let every = if std::env::var("SOUNDNESS").is_ok_and(|value| value == "all") { 1 } else { every };
    let mut held = 0;
    // From where is different for each, or all would look at the same kinds of arguments.
    let first = name.bytes().map(usize::from).sum::<usize>() % every;
    for leaf in leaves(files).into_iter().skip(first).step_by(every) {
        let mut changed = files.clone();
        let text = changed.entry(leaf.file.clone()).or_default();
        let value = text.get(leaf.start..leaf.end).unwrap_or_default().to_owned();
        text.replace_range(leaf.start..leaf.end, UNKNOWN);
        let Some(after) = verdicts(&changed, folder.path()) else { continue };
        held += 1;
        let wrong = decided(&before, &after);
        if !wrong.is_empty() {
            let line = files[&leaf.file][..leaf.start].lines().count();
            let _ = writeln!(out, "{name}: {}:{line}: {value} unknown\n{wrong}", leaf.file);
        }
    }
    held + hold_variables((name, every), (files, &before), folder.path(), out)
}

/// The same of variables; there are few of them, so a third as many are left out.
fn hold_variables(
    (name, every): (&str, usize),
    (files, before): (&Files, &Verdicts),
    folder: &Path,
    out: &mut String,
) -> usize {
    let mut held = 0;
    for (variable, changed) in without_value(files).into_iter().step_by(every.div_ceil(3)) {
        let Some(after) = verdicts(&changed, folder) else { continue };
        held += 1;
        let wrong = decided(before, &after);
        if !wrong.is_empty() {
            let _ = writeln!(out, "{name}: {variable} without a value\n{wrong}");
        }
    }
    held
}

/// The `hcl` fences of a page, each a repository of its own (see `tests/rule_pages.rs`).
fn examples(page: &str) -> Vec<Files> {
    let fences = page.split("\n```hcl\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    fences
        .map(|fence| {
            let mut files = Files::new();
            let mut path = "main.tf".to_owned();
            for line in fence.lines() {
                match line.strip_prefix("# file: ") {
                    Some(next) => next.trim().clone_into(&mut path),
                    None => {
                        let text = files.entry(path.clone()).or_default();
                        text.push_str(line);
                        text.push('\n');
                    }
                }
            }
            files
        })
        .collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_is_unknown_decides_nothing_on_the_pages_of_rules() {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(root().join("rules")).expect("rules").map(|e| e.expect("one").path()).collect();
    pages.retain(|path| path.extension().is_some_and(|e| e == "md"));
    pages.sort();
    let (mut out, mut held) = (String::new(), 0);
    for page in pages {
        let name = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for (i, files) in examples(&fs::read_to_string(&page).expect("a page")).iter().enumerate() {
            held += hold(&format!("{name} {}", i + 1), files, 12, &mut out);
        }
    }
    assert!(out.is_empty(), "\n{out}");
    assert!(held > 50, "only {held} values became unknown");
}

#[test]
fn what_is_unknown_decides_nothing_in_this_repository() {
    let mut files = Files::new();
    for part in ["stages", "modules"] {
        gather(&root(), &root().join(part), &mut files);
    }
    let mut out = String::new();
    let held = hold("this repository", &files, 23, &mut out);
    assert!(out.is_empty(), "\n{out}");
    assert!(held > 3, "only {held} values became unknown");
}

fn gather(root: &Path, folder: &Path, files: &mut Files) {
    for path in fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()) {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".terraform"));
        if path.is_dir() && !hidden {
            gather(root, &path, files);
        } else if let (false, Ok(text)) = (hidden, fs::read_to_string(&path)) {
            let relative = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
            files.insert(relative, text);
        }
    }
}

#[test]
fn variables_lose_their_values() {
    let text = "variable \"v\" {\n  type    = string\n  default = \"x\"\n}\nvariable \"w\" {\n}\n";
    let files = [("s/main.tf", text), ("s/terraform.tfvars", "v = \"y\"\nw = [1]\n"), ("terraform.tfvars", "v = 1\n")];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let found = without_value(&Files::from(files));
    assert_eq!(found.len(), 1);
    let (name, changed) = &found[0];
    assert_eq!(name, "var.v of s/main.tf");
    assert!(!changed["s/main.tf"].contains("default"));
    assert_eq!(changed["s/terraform.tfvars"], "w = [1]\n");
    assert_eq!(changed["terraform.tfvars"], "v = 1\n");
}

#[test]
fn literals_are_found() {
    let text = "terraform {\n  a = 1\n}\nresource \"a\" \"b\" {\n  c = \"x\"\n  d = { e = true }\n  f = var.x\n  source = \"y\"\n}\n";
    let found: Vec<&str> = leaves_of("main.tf", text).iter().map(|leaf| &text[leaf.start..leaf.end]).collect();
    assert_eq!(found, ["\"x\""]);
}
