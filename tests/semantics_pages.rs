//! The examples on the pages under `docs/semantics/` hold here, and in Terraform where it is on the machine.

mod oracle;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use infralint::eval::functions::names;
use oracle::{Case, ours, terraform};
use serde_json::Value as Json;

/// One line of a fence: a name, an expression, and what is said of it.
#[derive(Debug)]
struct Line {
    at: String,
    name: String,
    expression: String,
    claim: String,
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/semantics");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder).expect("pages").map(|e| e.expect("one").path()).collect();
    pages.sort();
    pages
}

/// The fences of a page.
fn fences(page: &Path) -> Vec<Vec<Line>> {
    let text = fs::read_to_string(page).expect("a page");
    let mut fences = Vec::new();
    let mut open: Option<Vec<Line>> = None;
    for (i, line) in text.lines().enumerate() {
        match (&mut open, line) {
            (None, "```hcl") => open = Some(Vec::new()),
            (Some(_), "```") => fences.extend(open.take()),
            (Some(lines), line) if !line.trim().is_empty() => {
                let (code, claim) = line.rsplit_once("# ").expect("a claim in every line of a fence");
                let (name, expression) = code.split_once(" = ").expect("a name in every line of a fence");
                lines.push(Line {
                    at: format!("{}:{}", page.file_name().unwrap_or_default().to_string_lossy(), i + 1),
                    name: name.trim().to_owned(),
                    expression: expression.trim().to_owned(),
                    claim: claim.trim().to_owned(),
                });
            }
            _ => {}
        }
    }
    assert!(open.is_none(), "a fence of {} is not closed", page.display());
    fences
}

/// What expressions are asked for a fence: each line's own, and the one its claim is, if it is one.
fn asked(lines: &[Line]) -> Vec<String> {
    let claims = lines.iter().map(|line| line.claim.strip_prefix("sensitive: ").unwrap_or(&line.claim));
    let claims = claims.map(|claim| {
        if matches!(claim, "unknown" | "undecided") || claim.starts_with("error: ") { "null" } else { claim }
    });
    lines.iter().map(|line| line.expression.as_str()).chain(claims).map(str::to_owned).collect()
}

/// A folder in which the lines without mistakes are locals.
fn folder(lines: &[Line]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let right = lines.iter().filter(|line| !line.claim.starts_with("error: "));
    let locals: String = right.map(|line| format!("  {} = {}\n", line.name, line.expression)).collect();
    fs::write(folder.path().join("prelude.tf"), format!("locals {{\n{locals}}}\n")).expect("a file");
    folder
}

/// What is wrong with a fence's claims, by these answers.
fn wrong(lines: &[Line], answers: &[Json], who: &str, out: &mut String) {
    let (values, claims) = answers.split_at(lines.len());
    for ((line, value), claim) in lines.iter().zip(values).zip(claims) {
        let holds = match line.claim.split_once(": ") {
            Some(("error", summary)) => value["errors"][0][0] == *summary,
            Some(("sensitive", _)) => value["~"] == *claim,
            _ if line.claim == "unknown" => value.get("?").is_some(),
            _ if line.claim == "undecided" => {
                value.get(if who == "Terraform" { "errors" } else { "?" }).is_some() != (who == "Terraform")
            }
            _ => value == claim,
        };
        // What Terraform does not know may be known here.
        if !(holds || who == "Terraform" && value.get("?").is_some() && line.expression.contains("local.")) {
            let _ =
                writeln!(out, "{}: {} = {}\n    {who}: {value}\n    claimed: {claim}", line.at, line.name, line.claim);
        }
    }
}

#[test]
fn every_example_holds() {
    let (mut out, mut held) = (String::new(), 0);
    for lines in pages().iter().flat_map(|page| fences(page)) {
        let folder = folder(&lines);
        let asked = asked(&lines);
        let texts: Vec<&str> = asked.iter().map(String::as_str).collect();
        wrong(&lines, &ours::Module::load(folder.path()).answers(&texts), "infralint", &mut out);
        held += lines.len();
    }
    assert!(out.is_empty(), "\n{out}");
    assert!(held > 150, "only {held} examples");
}

#[test]
fn every_example_is_true_of_terraform() {
    if !terraform::is_here() {
        return;
    }
    let mut out = String::new();
    for lines in pages().iter().flat_map(|page| fences(page)) {
        let folder = folder(&lines);
        let cases: Vec<Case> = asked(&lines).into_iter().map(Case::Expression).collect();
        wrong(&lines, &terraform::answers(folder.path(), &cases), "Terraform", &mut out);
    }
    assert!(out.is_empty(), "\n{out}");
}

#[test]
fn every_function_is_on_a_page() {
    let text = fs::read_to_string(pages().iter().find(|page| page.ends_with("functions.md")).expect("the page"))
        .expect("text");
    let named: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let missing: Vec<&str> = names().into_iter().filter(|name| !named.contains(name)).collect();
    assert_eq!(missing, [""; 0]);
    let gone: Vec<&&str> = named.iter().filter(|name| !names().contains(name)).collect();
    assert!(gone.is_empty(), "{gone:?} are no functions");
}
