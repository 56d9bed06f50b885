//! The examples on the pages of the rules are run.
//!
//! Every fence of `rules/<id>.md` that says `hcl` is a configuration of its own, judged by the shipped rule `<id>`:
//!
//! - A line `# file: modules/x/main.tf` begins a file. What stands before the first such line is `main.tf`. Settings
//!   are a file too: `# file: .infralint.hcl`. A path with `prod` in it makes a prod stage.
//! - `# error: <check>` at the end of a line expects a failing finding of that check, decided on that line; on a line
//!   of its own it means the next line. `# undecided: <check>` likewise. Several may follow each other.
//! - A finding is decided where its value was written (the last hop of its origin), else at the block that lacks one.
//! - Nothing more is expected, and nothing less: a fence without marks is one where the rule finds nothing.
//!
//! Other fences (settings to copy, commands) say something else than `hcl`.

mod checking;

use std::{fmt::Write as _, fs, path::Path};

use checking::{Checked, Found};

/// An example: the line of the page its text begins on, and the text.
struct Example {
    line: usize,
    text: String,
}

/// The `hcl` fences of a page.
fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<(bool, Example)> = None;
    for (i, line) in page.lines().enumerate() {
        match (&mut open, line.trim_end().strip_prefix("```")) {
            (None, Some(language)) => open = Some((language == "hcl", Example { line: i + 2, text: String::new() })),
            (Some(_), Some("")) => found.extend(open.take().filter(|(is_hcl, _)| *is_hcl).map(|(_, example)| example)),
            (Some((_, example)), _) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

/// One file of an example; its first line's number in the example, from 0.
struct File {
    path: String,
    first: usize,
    text: String,
}

fn files(example: &str) -> Vec<File> {
    let mut files = vec![File { path: "main.tf".to_owned(), first: 0, text: String::new() }];
    for (i, line) in example.lines().enumerate() {
        if let Some(path) = line.strip_prefix("# file: ") {
            files.push(File { path: path.trim().to_owned(), first: i + 1, text: String::new() });
        } else if let Some(file) = files.last_mut() {
            file.text.push_str(line);
            file.text.push('\n');
        }
    }
    files.retain(|file| !file.text.trim().is_empty());
    files
}

/// What the marks in a file say.
fn expected(file: &File) -> Vec<Found> {
    let mut found = Vec::new();
    let mut waiting: Vec<(&'static str, String)> = Vec::new();
    for (i, line) in file.text.lines().enumerate() {
        let (code, mark) = line.split_at(line.rfind('#').unwrap_or(line.len()));
        let mark = ["error", "undecided"].into_iter().find_map(|verdict| {
            let check = mark.strip_prefix("# ")?.strip_prefix(verdict)?.strip_prefix(": ")?;
            Some((verdict, check.trim().to_owned()))
        });
        let alone = mark.is_some() && code.trim().is_empty();
        waiting.extend(mark);
        if !alone {
            let line = u32::try_from(i + 1).unwrap_or(u32::MAX);
            found.extend(waiting.drain(..).map(|(verdict, check)| Found {
                file: file.path.clone(),
                line,
                verdict,
                check,
            }));
        }
    }
    assert!(waiting.is_empty(), "a mark in {} is followed by nothing", file.path);
    found
}

/// What is wrong with an example; nothing when it is as it says.
fn mismatch(rule: &str, example: &Example) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = files(&example.text);
    for file in &files {
        write(folder.path(), file);
    }
    let checked = Checked::folder(folder.path());
    let errors = checked.errors();
    let mut got: Vec<Found> = checked.findings(rule).map(|finding| checked.found(finding)).collect();
    let mut wanted: Vec<Found> = files.iter().flat_map(expected).collect();
    got.sort();
    wanted.sort();
    if errors.is_empty() && got == wanted {
        return None;
    }
    let mut out = String::new();
    for error in errors {
        let _ = writeln!(out, "    the configuration is wrong: {error}");
    }
    let on_page = |found: &Found| {
        let file = files.iter().find(|file| file.path == found.file);
        file.map_or(0, |file| example.line + file.first + found.line as usize - 1)
    };
    for found in wanted.iter().filter(|found| !got.contains(found)) {
        let _ = writeln!(out, "    line {}: expected {}: {}, not found", on_page(found), found.verdict, found.check);
    }
    for finding in checked.findings(rule) {
        let found = checked.found(finding);
        if !wanted.contains(&found) {
            let (line, message) = (on_page(&found), &finding.message);
            let _ = writeln!(out, "    line {line}: not expected: {}: {}: {message}", found.verdict, found.check);
        }
    }
    if out.is_empty() {
        let _ = writeln!(out, "    not as often as expected: {got:?}\n    expected: {wanted:?}");
    }
    Some(out)
}

fn write(folder: &Path, file: &File) {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    fs::write(path, &file.text).expect("a file");
}

#[test]
fn every_example_is_as_it_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let mut pages: Vec<_> = fs::read_dir(folder).expect("the rules").map(|e| e.expect("an entry").path()).collect();
    pages.sort();
    let (mut wrong, mut run) = (String::new(), 0);
    for page in pages.iter().filter(|p| p.extension().is_some_and(|e| e == "md") && !p.ends_with("README.md")) {
        let rule = page.file_stem().unwrap_or_default().to_string_lossy();
        for example in examples(&fs::read_to_string(page).expect("a page")) {
            run += 1;
            if let Some(mismatch) = mismatch(&rule, &example) {
                let _ = writeln!(wrong, "rules/{rule}.md:{}\n{mismatch}", example.line);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(run > 0, "no page has an example");
}

/// The names of a rule's policies, from its files.
fn checks(rule: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let texts =
        [".policy.hcl", ".infralint.hcl"].map(|ending| fs::read_to_string(folder.join(format!("{rule}{ending}"))));
    let lines: Vec<String> =
        texts.into_iter().flatten().flat_map(|t| t.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let policies = lines.iter().filter(|line| line.contains("_policy \"") && line.ends_with('{'));
    policies.filter_map(|line| Some(line.rsplit('"').nth(1)?.to_owned())).collect()
}

/// Checks that read only what is written, or say nothing of what is not known: their pages say so.
const NEVER_OPEN: [&str; 9] = [
    "backend-credentials",
    "dynamodb-deprecated",
    "endpoint-bypass",
    "hub-conflict",
    "lock-disabled-on-cli",
    "lockfile-needs-1.10",
    "no-backend",
    "prefix-size",
    "stage-drift",
];

#[test]
fn every_check_has_examples_that_fail_and_that_are_undecided() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut lacking = Vec::new();
    for rule in ["aurora-multi-az", "cidr-overlap", "redis-ha", "s3-encrypted", "state-locking"] {
        let page = fs::read_to_string(folder.join(format!("{rule}.md"))).expect("a page");
        let checks = checks(rule);
        assert!(checks.len() > 3, "{rule}: {checks:?}");
        let verdicts = checks.iter().flat_map(|check| [(check, "error"), (check, "undecided")]);
        for (check, verdict) in verdicts.filter(|(check, v)| *v == "error" || !NEVER_OPEN.contains(&check.as_str())) {
            let mark = format!("# {verdict}: {check}");
            if !page.lines().any(|line| line.trim_end().ends_with(&mark)) {
                lacking.push(format!("{rule}: {mark}"));
            }
        }
    }
    assert_eq!(lacking, Vec::<String>::new());
}

#[test]
fn plain_rules_keep_to_the_plain_language() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in fs::read_dir(folder).expect("the rules") {
        let path = entry.expect("an entry").path();
        if path.to_string_lossy().ends_with(".policy.hcl") {
            let text = fs::read_to_string(&path).expect("a rule");
            assert!(!text.contains("infralint::"), "{} calls what only infralint has", path.display());
        }
    }
}

#[test]
fn marks_are_read() {
    let text = "a {\n  # error: x\n  # undecided: y\n  b = 1\n  c = \"#\" # error: z\n}\n";
    let file = File { path: "main.tf".to_owned(), first: 0, text: text.to_owned() };
    let found = expected(&file).into_iter().map(|f| (f.line, f.verdict, f.check)).collect::<Vec<_>>();
    let wanted = [(4, "error", "x"), (4, "undecided", "y"), (5, "error", "z")];
    assert_eq!(found, wanted.map(|(line, verdict, check)| (line, verdict, check.to_owned())));
}

#[test]
fn a_wrong_example_is_told() {
    let example = |text: &str| Example { line: 10, text: text.to_owned() };
    let bucket = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n";
    let missing = mismatch("s3-encrypted", &example(bucket)).expect("an unexpected finding");
    assert!(missing.contains("line 10: not expected: error: no-explicit-encryption"), "{missing}");
    let marked = format!("# error: not-kms\n{bucket}");
    let other = mismatch("s3-encrypted", &example(&marked)).expect("a finding of another check");
    assert!(other.contains("line 11: expected error: not-kms, not found"), "{other}");
    let broken = mismatch("s3-encrypted", &example("resource {")).expect("a wrong configuration");
    assert!(broken.contains("the configuration is wrong"), "{broken}");
}
