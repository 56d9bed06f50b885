//! The cases of `declarations.txt`, held against what Terraform 1.11.4 said about them (`record.py`).

use std::collections::BTreeMap;

use infralint::diag::Level;
use serde::Deserialize;

use super::repository::{Repo, diagnostics};

#[derive(Deserialize)]
struct Said {
    level: String,
    summary: String,
    file: Option<String>,
    line: Option<u32>,
}

/// Said about what this tool does not load (`terraform init`'s work).
const NOT_HERE: [&str; 1] = ["Module not installed"];

/// Where Terraform and this tool differ on purpose: the case, the summary, and why.
const DIFFERENT: [(&str, &str, &str); 18] = [
    (
        "terraform_args",
        "Invalid version constraint",
        "Terraform does not get this far in a block that has other mistakes",
    ),
    ("terraform_args", "Invalid required_providers object", "as above"),
    ("terraform_args", "Invalid provider local name", "as above"),
    ("terraform_args", "Invalid source", "as above"),
    ("terraform_args", "Duplicate backend configuration", "as above"),
    ("terraform_args", "Invalid provider source string", "as above"),
    ("terraform_args", "Unsupported Terraform Core version", "as above"),
    ("terraform_args", "Unsupported backend type", "said by `terraform init`"),
    ("check_dup", "Zero assert blocks", "evaluation says what is wrong with the one assert block there is"),
    ("ov_missing", "Cannot override 'removed' blocks", "a warning where Terraform says nothing"),
    ("ov_missing", "Missing ephemeral resource to override", "a warning where Terraform says nothing"),
    ("ov_backend", "Invalid version constraint", "what has been overridden is not looked at"),
    ("terraform_args", "Unsupported Terraform Core version", "Terraform does not get this far"),
    ("badnames", "Unreadable module directory", "said by `terraform init`"),
    ("module_args", "Unsupported block type", "said once the module is installed"),
    ("modsrc", "Unreadable module directory", "said by `terraform init`"),
    ("nested", "Unsupported argument", "said by the provider's schema"),
    ("ov_type", "Call to unknown function", "said by evaluation"),
];

type Line = (String, String, String, u32);

#[test]
fn declarations_are_judged_as_terraform_does() {
    let recorded: BTreeMap<String, Vec<Said>> = serde_json::from_str(include_str!("declarations.json")).unwrap();
    let mut wrong = String::new();
    for (name, files) in cases() {
        let differs = |line: &Line| DIFFERENT.iter().any(|(case, summary, _)| *case == name && line.1 == *summary);
        let theirs = expected(recorded.get(name).unwrap_or_else(|| panic!("{name} is not recorded: run record.py")));
        let ours = actual(&files);
        for line in theirs.iter().filter(|line| !same(&ours, line) && !differs(line)) {
            wrong += &format!("{name}: only Terraform says {line:?}\n");
        }
        for line in ours.iter().filter(|line| !same(&theirs, line) && !differs(line)) {
            wrong += &format!("{name}: only we say {line:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn cases() -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let mut cases: Vec<(&str, Vec<(&str, String)>)> = Vec::new();
    for line in include_str!("declarations.txt").lines() {
        if let Some(name) = line.strip_prefix("=== ") {
            cases.push((name, vec![("main.tf", String::new())]));
            continue;
        }
        let files = &mut cases.last_mut().unwrap().1;
        if let Some(path) = line.strip_prefix("--- ") {
            files.push((path, String::new()));
        } else {
            let text = &mut files.last_mut().unwrap().1;
            text.push_str(line);
            text.push('\n');
        }
    }
    cases
}

/// A place is asked for only where both name one.
fn same(lines: &[Line], line: &Line) -> bool {
    let placeless = |line: &Line| line.2.is_empty();
    lines.iter().any(|other| {
        other.0 == line.0
            && other.1 == line.1
            && (placeless(other) || placeless(line) || (&other.2, other.3) == (&line.2, line.3))
    })
}

fn expected(said: &[Said]) -> Vec<Line> {
    let here = said.iter().filter(|s| !NOT_HERE.contains(&s.summary.as_str()));
    here.map(|s| (s.level.clone(), s.summary.clone(), s.file.clone().unwrap_or_default(), s.line.unwrap_or(0)))
        .collect()
}

fn actual(files: &[(&str, String)]) -> Vec<Line> {
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let repo = Repo::new(&files);
    let repository = repo.load(&["main.tf"]);
    let line = |d: infralint::diag::Diagnostic| {
        let level = if d.level == Level::Error { "error" } else { "warning" };
        let place = d.place.map(|place| {
            let file = repo.sources.get(place.file);
            (file.path.to_string(), file.position(place.span.start).line)
        });
        let (file, line) = place.unwrap_or_default();
        (level.to_owned(), d.summary, file, line)
    };
    diagnostics(&repository).into_iter().map(line).collect()
}
