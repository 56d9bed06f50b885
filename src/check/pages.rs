//! The examples on the page of a rule, which are run.
//!
//! Every fence of `<id>.md` that says `hcl` is a configuration of its own, judged by the rule `<id>` beside it:
//!
//! - A line `# file: modules/x/main.tf` begins a file. What stands before the first such line is `main.tf`. Settings
//!   are a file too: `# file: .infralint.hcl`. A path with `prod` in it makes a prod stage.
//! - `# error: <check>` at the end of a line expects a failing finding of that check, decided on that line; on a line
//!   of its own it means the next line. `# undecided: <check>` likewise. Several may follow each other.
//! - A file `plan.json` is a plan of the root module, as `terraform show -json` writes it; what matters of it is enough.
//! - A file `facts.json` says what exists in accounts, as `infralint facts pull` writes it.
//! - A finding is decided where its value was written (the last hop of its origin), else at the block that lacks one.
//! - Nothing more is expected, and nothing less: a fence without marks is one where the rule finds nothing.
//!
//! Other fences (settings to copy, commands) say something else than `hcl`.

use std::sync::Arc;

use super::{PlanFile, Report, Request};
use crate::{
    account::{Document, Facts, Recorded, Source},
    eval::REFUSED,
    policy::{Finding, Verdict},
    source::{Place, Scratch, Sources, offset},
};

/// An example on a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Example {
    /// The heading it stands under.
    pub title: String,
    /// The line of the page its text begins on.
    pub line: u32,
    pub text: String,
}

/// The `hcl` fences of a page. A fence that is never closed ends with the page.
#[must_use]
pub(super) fn examples(page: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut open: Option<(bool, Example)> = None;
    let mut title = String::new();
    for (i, line) in page.lines().enumerate() {
        match (&mut open, line.trim_end().strip_prefix("```")) {
            (None, Some(language)) => {
                let example = Example { title: title.clone(), line: offset(i + 2), text: String::new() };
                open = Some((language == "hcl", example));
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some((_, example)), _) => {
                example.text.push_str(line);
                example.text.push('\n');
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix('#') {
                    title = heading.trim_start_matches('#').trim().to_owned();
                }
            }
        }
    }
    found.extend(open);
    found.into_iter().filter(|(is_hcl, _)| *is_hcl).map(|(_, example)| example).collect()
}

/// One file of an example.
struct File {
    path: String,
    /// Its first line's number in the example, from 0.
    first: u32,
    text: String,
}

fn files(example: &str) -> Vec<File> {
    let mut files = vec![File { path: "main.tf".to_owned(), first: 0, text: String::new() }];
    for (i, line) in example.lines().enumerate() {
        if let Some(path) = line.strip_prefix("# file: ") {
            files.push(File { path: path.trim().to_owned(), first: offset(i + 1), text: String::new() });
        } else if let Some(file) = files.last_mut() {
            file.text.push_str(line);
            file.text.push('\n');
        }
    }
    files.retain(|file| !file.text.trim().is_empty());
    files
}

/// A finding by its place: file, line from 1, what is said, and the policy's label.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Mark {
    file: String,
    line: u32,
    verdict: &'static str,
    check: String,
}

/// What the marks in a file say. The error is a mark that is followed by nothing.
fn expected(file: &File) -> Result<Vec<Mark>, String> {
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
            let here = |(verdict, check)| Mark { file: file.path.clone(), line: offset(i + 1), verdict, check };
            found.extend(waiting.drain(..).map(here));
        }
    }
    match waiting.first() {
        None => Ok(found),
        Some((verdict, check)) => {
            Err(format!("the mark \"{verdict}: {check}\" in {} is followed by nothing", file.path))
        }
    }
}

/// What is wrong with an example, a line each; nothing when it is as it says. `request` says by which rules it is
/// judged, `rule` whose findings count.
///
/// # Errors
/// When its files cannot be written, or it cannot be judged.
pub(super) fn mismatches(
    example: &Example,
    scratch: &Scratch,
    rule: &str,
    judge: impl FnOnce(&Sources) -> std::io::Result<Report>,
) -> std::io::Result<Vec<String>> {
    let files = files(&example.text);
    let sources = written(example, scratch)?;
    let report = judge(&sources)?;
    let wanted: Vec<Result<Vec<Mark>, String>> = files.iter().map(expected).collect();
    let wanted = match wanted.into_iter().collect::<Result<Vec<_>, _>>() {
        Ok(marks) => marks.concat(),
        Err(wrong) => return Ok(vec![wrong]),
    };
    let mut lines = wrong_configuration(&sources, &report);
    let of_rule = report.findings.iter().map(|reported| &reported.finding).filter(|f| f.check.rule == rule);
    let found: Vec<(Mark, &Finding)> = of_rule.map(|finding| (mark(&sources, finding), finding)).collect();
    lines.extend(compared(example, &files, (wanted, found)));
    Ok(lines)
}

/// Makes an example files.
///
/// # Errors
/// When its files cannot be written.
pub(super) fn written(example: &Example, scratch: &Scratch) -> std::io::Result<Sources> {
    for file in files(&example.text) {
        scratch.write(&file.path, &file.text)?;
    }
    Ok(Sources::new(scratch.path().to_path_buf()))
}

/// The file of an example that is a plan.
const PLAN: &str = "plan.json";

/// The plan of an example, if it has one.
pub(super) fn plans(example: &Example) -> Vec<PlanFile> {
    let plans = files(&example.text).into_iter().filter(|file| file.path == PLAN);
    plans
        .map(|file| PlanFile { name: file.path, bytes: file.text.into_bytes(), root_module: None, folder: None })
        .collect()
}

/// Errors about the configuration and the rules. What the provider refuses where there is a finding is the same fault,
/// told by somebody else.
fn wrong_configuration(sources: &Sources, report: &Report) -> Vec<String> {
    let findings = report.findings.iter().map(|reported| place_of(sources, reported.finding.place));
    let found: Vec<(String, u32)> = findings.collect();
    let errors = report.diagnostics.iter().filter(|d| d.is_error());
    let told = errors.filter_map(|d| {
        let at = d.place.map(|place| place_of(sources, place));
        if d.detail.starts_with(REFUSED) && at.as_ref().is_some_and(|at| found.contains(at)) {
            return None;
        }
        let at = at.map_or(String::new(), |(file, line)| format!("{file}:{line}: "));
        Some(format!("the configuration is wrong: {at}{}: {}", d.summary, d.detail))
    });
    told.collect()
}

fn compared(example: &Example, files: &[File], (wanted, found): (Vec<Mark>, Vec<(Mark, &Finding)>)) -> Vec<String> {
    let on_page = |mark: &Mark| {
        let file = files.iter().find(|file| file.path == mark.file);
        file.map_or(0, |file| example.line + file.first + mark.line - 1)
    };
    let mut missing = wanted.clone();
    let mut lines = Vec::new();
    for (mark, finding) in &found {
        match missing.iter().position(|wanted| wanted == mark) {
            Some(at) => drop(missing.remove(at)),
            None => lines
                .push((on_page(mark), format!("not expected: {}: {}: {}", mark.verdict, mark.check, finding.message))),
        }
    }
    lines.extend(missing.iter().map(|m| (on_page(m), format!("expected {}: {}, not found", m.verdict, m.check))));
    lines.sort();
    lines.into_iter().map(|(line, text)| format!("line {line}: {text}")).collect()
}

/// Where a finding is decided: where its value was written, else what lacks one.
fn mark(sources: &Sources, finding: &Finding) -> Mark {
    let (file, line) = place_of(sources, finding.origin.last().map_or(finding.place, |hop| hop.at));
    let verdict = match finding.verdict {
        Verdict::Fail => "error",
        Verdict::Undecided => "undecided",
        Verdict::Error => "rule error",
    };
    Mark { file, line, verdict, check: finding.check.policy.to_string() }
}

fn place_of(sources: &Sources, place: Place) -> (String, u32) {
    let file = sources.get(place.file);
    (file.path.to_string(), file.position(place.span.start).line)
}

/// The file of an example that says what exists in accounts.
const FACTS: &str = "facts.json";

/// What an example says of accounts.
fn facts(example: &Example) -> Result<Facts, String> {
    let files = files(&example.text).into_iter().filter(|file| file.path == FACTS);
    let recorded = files.map(|file| {
        let (document, at) = Document::read(file.text.as_bytes()).map_err(|why| format!("{FACTS}: {why}"))?;
        Ok(Recorded { source: Source::File(file.path), at, sites: document.sites })
    });
    Ok(Facts { recorded: recorded.collect::<Result<_, String>>()? })
}

/// How an example is judged: everything in its folder, beside what it says of accounts.
///
/// # Errors
/// When what it says of accounts is none of that.
pub(super) fn request(scratch: &Scratch, usual: &Request, example: &Example) -> std::io::Result<Request> {
    let mut request = usual.clone();
    request.load.paths = vec![scratch.path().to_path_buf()];
    request.load.account_facts = Arc::new(facts(example).map_err(std::io::Error::other)?);
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read() {
        let text = "a {\n  # error: x\n  # undecided: y\n  b = 1\n  c = \"#\" # error: z\n}\n";
        let file = File { path: "main.tf".to_owned(), first: 0, text: text.to_owned() };
        let found = expected(&file).expect("marks").into_iter().map(|m| (m.line, m.verdict, m.check));
        let wanted = [(4, "error", "x"), (4, "undecided", "y"), (5, "error", "z")];
        assert_eq!(found.collect::<Vec<_>>(), wanted.map(|(line, verdict, check)| (line, verdict, check.to_owned())));
        let file = File { text: "# error: x\n".to_owned(), ..file };
        assert!(expected(&file).is_err());
    }

    #[test]
    fn fences_are_found_with_their_headings() {
        let page = "# Rule\n\n```sh\nx\n```\n\n## Good\n\n```hcl\na = 1\n```\n### Bad\n```hcl\nb\nc\n```\n";
        let found: Vec<_> = examples(page).into_iter().map(|e| (e.title, e.line, e.text)).collect();
        let wanted = [("Good", 10, "a = 1\n"), ("Bad", 14, "b\nc\n")];
        assert_eq!(found, wanted.map(|(title, line, text)| (title.to_owned(), line, text.to_owned())));
    }
}
