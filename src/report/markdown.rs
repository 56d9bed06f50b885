//! `--format markdown`: a comment for a pull request or a summary of a job, in GitHub's and GitLab's Markdown.

use std::fmt::Write as _;

use super::{
    entry::{Entries, Entry, Home, headline, way_out},
    spot::Spot,
    summary::{counted, counts},
};
use crate::{
    check::{Folded, Outcome, Report, fold},
    diag::Level,
    policy::Finding,
    source::Sources,
};

/// Comments hold 65,536 characters on GitHub; what does not fit is counted.
const MOST_BYTES: usize = 60_000;
/// Findings that are told in full below the table.
const MOST_DETAILED: usize = 20;

/// The report as Markdown.
#[must_use]
pub fn markdown(sources: &Sources, report: &Report) -> String {
    let page = Page { sources, report };
    let mut out = format!("## infralint: {}\n\n{}\n", title(report), text(&counts(report)));
    page.configuration(&mut out);
    let open = report.findings.iter().filter(|reported| reported.waiver.is_none());
    let (failing, others): (Vec<_>, Vec<_>) = fold(open).into_iter().partition(|f| f.first.fails(report.fail_on));
    page.findings("Makes the run fail", &failing, &mut out);
    page.findings("Found besides", &others, &mut out);
    page.details(failing.iter().chain(&others).take(MOST_DETAILED), &mut out);
    page.asides(&mut out);
    out
}

/// The outcome in a few words.
fn title(report: &Report) -> String {
    let failing = fold(report.findings.iter().filter(|reported| reported.fails(report.fail_on))).len();
    match report.outcome() {
        Outcome::NotChecked => "not everything could be checked, so nothing here is approved".to_owned(),
        Outcome::Findings => format!("{} to solve", counted(failing, "finding")),
        Outcome::Clean if report.findings.is_empty() && report.apart.known.is_empty() => {
            "nothing to object to".to_owned()
        }
        Outcome::Clean => "nothing that makes the run fail".to_owned(),
    }
}

struct Page<'r> {
    sources: &'r Sources,
    report: &'r Report,
}

impl Page<'_> {
    /// Diagnostics, a line each.
    fn configuration(&self, out: &mut String) {
        let mut make = Entries::new(self.sources, self.report);
        let lines = self.report.diagnostics.iter().map(|diagnostic| {
            let entry = make.diagnostic(diagnostic);
            let at = entry.spot.as_ref().map_or_else(String::new, |spot| format!(" at {}", code(&at(spot))));
            let detail = entry.details.join(" ");
            format!("- {} **{}**{at}: {}\n", mark(entry.level), text(&entry.headline), text(&detail))
        });
        section("About the configuration", lines.collect(), "- ", out);
    }

    /// A table of findings, those of several root modules once.
    fn findings(&self, name: &str, findings: &[Folded<'_>], out: &mut String) {
        let rows: Vec<String> = findings.iter().map(|folded| self.row(folded)).collect();
        let heading = format!("{name}\n\n| | check | what | where |\n| --- | --- | --- | --- |");
        section(&heading, rows, "| | | ", out);
    }

    fn row(&self, folded: &Folded<'_>) -> String {
        let finding = &folded.first.finding;
        let place = self.decided(finding).map_or_else(String::new, |spot| code(&at(&spot)));
        let wheres: Vec<String> = match folded.others.len() {
            0 => vec![place, code(&finding.root_module)],
            others => vec![place, format!("{} and {others} more", code(&finding.root_module))],
        };
        let place = wheres.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        let cells = [mark(finding.level).to_owned(), code(&finding.check.to_string()), text(&headline(finding)), place];
        format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "))
    }

    /// The line that decided, which is the one to change.
    fn decided(&self, finding: &Finding) -> Option<Spot> {
        let last = finding.origin.last().and_then(|hop| Spot::of(self.sources, hop.at));
        last.or_else(|| Spot::of_finding(self.sources, finding))
    }

    /// What is behind the rows, folded away.
    fn details<'f>(&self, findings: impl Iterator<Item = &'f Folded<'f>>, out: &mut String) {
        for folded in findings {
            let block = self.detail(folded);
            if out.len() + block.len() <= MOST_BYTES {
                out.push_str(&block);
            }
        }
    }

    fn detail(&self, folded: &Folded<'_>) -> String {
        let finding = &folded.first.finding;
        let mut out = format!(
            "\n<details><summary>{}: {}</summary>\n\n",
            html(&finding.check.to_string()),
            html(&headline(finding))
        );
        for reported in folded.all() {
            let Finding { root_module, workspace, address, .. } = &reported.finding;
            let workspace = workspace.as_deref().map_or_else(String::new, |name| format!(", workspace {}", code(name)));
            let address = address.as_deref().map_or_else(String::new, |address| format!(": {}", code(address)));
            let _ = writeln!(out, "- in {}{workspace}{address}", code(root_module));
        }
        self.way(finding, &mut out);
        for paragraph in paragraphs(finding) {
            let _ = writeln!(out, "\n{paragraph}");
        }
        out.push_str("\n</details>\n");
        out
    }

    /// How the value came, nearest hop first. Names only: a value may be a secret.
    fn way(&self, finding: &Finding, out: &mut String) {
        if let Some(spot) = Spot::of(self.sources, finding.place) {
            let _ = writeln!(out, "- judged at {}", code(&at(&spot)));
        }
        for hop in &finding.origin {
            if let Some(spot) = Spot::of(self.sources, hop.at) {
                let (name, what) = (self.sources.text_at(hop.name), hop.what.as_str());
                let _ = writeln!(out, "- came through {} ({}) at {}", code(&name), text(what), code(&at(&spot)));
            }
        }
    }

    /// What is accepted, and what policies say.
    fn asides(&self, out: &mut String) {
        let mut make = Entries::new(self.sources, self.report);
        let findings = self.report.findings.iter().map(|reported| make.finding(reported));
        let waived: Vec<Entry<'_>> = findings.filter(|entry| entry.home == Home::Waived).collect();
        section("Waived", waived.iter().map(aside).collect(), "- ", out);
        let known: Vec<Entry<'_>> = self.report.apart.known.iter().map(|reported| make.known(reported)).collect();
        section("In the baseline", known.iter().map(aside).collect(), "- ", out);
        let said: Vec<Entry<'_>> = self.report.information.iter().map(|said| make.information(said)).collect();
        section("Information", said.iter().map(aside).collect(), "- ", out);
    }
}

fn aside(entry: &Entry<'_>) -> String {
    format!("- {}: {}\n", code(&entry.name), text(&entry.line()))
}

/// A heading and its lines, as far as there is room for them; `start` begins the line that counts the rest.
fn section(heading: &str, lines: Vec<String>, start: &str, out: &mut String) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n### {heading}{}", if heading.contains('\n') { "" } else { "\n" });
    let count = lines.len();
    for (told, line) in lines.into_iter().enumerate() {
        if out.len() + line.len() > MOST_BYTES {
            let end = if start.starts_with('|') { " | |" } else { "" };
            let _ = writeln!(out, "{start}and {} more, for which there is no room here{end}", count - told);
            return;
        }
        out.push_str(&line);
    }
}

/// Why it matters, what would decide it, and the way out.
fn paragraphs(finding: &Finding) -> Vec<String> {
    let mut told = Vec::new();
    if !finding.why.is_empty() {
        told.push(text(&finding.why));
    }
    if let Some(undecided) = &finding.undecided {
        told.push(format!("Not known: {}. Decided by {}.", code(&undecided.what), text(&undecided.decided_by)));
    }
    if !way_out(finding).is_empty() {
        told.push(block(way_out(finding)));
    }
    if !finding.controls.is_empty() {
        told.push(text(&format!("Controls: {}", finding.controls.join(", "))));
    }
    told
}

const fn mark(level: Level) -> &'static str {
    match level {
        Level::Error => ":x:",
        Level::Warning => ":warning:",
        Level::Info => ":information_source:",
    }
}

fn at(spot: &Spot) -> String {
    format!("{}:{}", spot.file, spot.line)
}

/// Text that is no Markdown, and calls nobody's name: GitHub looks for `@name` and `#1` in what is rendered.
fn text(plain: &str) -> String {
    let mut out = String::with_capacity(plain.len());
    let line = one_line(plain);
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            // Neither `:x:` nor `https://`.
            ':' if rest.peek().is_some_and(|next| *next != ' ') => out.push_str("\\:"),
            '@' | '#' => {
                out.push(c);
                out.push_str("<!-- -->");
            }
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '|' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text inside an element of HTML.
fn html(plain: &str) -> String {
    let escaped = one_line(plain).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('@', "@<!-- -->").replace('#', "#<!-- -->")
}

/// A code span, whatever is in it.
fn code(plain: &str) -> String {
    let line = one_line(plain);
    let fence = "`".repeat(longest_run(&line) + 1);
    // A space on both sides is not shown, and keeps backticks of the text from the fence's.
    let space = if line.starts_with('`') || line.ends_with('`') { " " } else { "" };
    if line.is_empty() { line } else { format!("{fence}{space}{line}{space}{fence}") }
}

/// A block of HCL.
fn block(plain: &str) -> String {
    let fence = "`".repeat(longest_run(plain).max(2) + 1);
    format!("{fence}hcl\n{}\n{fence}", super::prose::harmless(plain).trim_end())
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Without line breaks, and without what steers a terminal.
fn one_line(plain: &str) -> String {
    super::prose::harmless(&plain.split_whitespace().collect::<Vec<_>>().join(" "))
}
