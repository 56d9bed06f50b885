//! `--format junit`: a suite for each root module, a case for each finding; passed checks are counted, not listed.

use std::{collections::HashMap, fmt::Write as _};

use indexmap::IndexMap;

use super::{
    entry::{Entries, Entry, Home},
    xml::escaped,
};
use crate::{check::Report, source::Sources};

/// The suite of what is about no root module. It is always there, so that a report is never without a test.
const CONFIGURATION: &str = "configuration";

/// The report as JUnit's XML.
#[must_use]
pub fn junit(sources: &Sources, report: &Report) -> String {
    let entries = Entries::all(sources, report);
    let mut suites: IndexMap<&str, Suite<'_>> = IndexMap::new();
    suites.insert(CONFIGURATION, Suite::default());
    for entry in &entries {
        suites.entry(entry.root_module.unwrap_or(CONFIGURATION)).or_default().add(entry);
    }
    let total = |count: fn(&Suite<'_>) -> usize| suites.values().map(count).sum::<usize>();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"infralint check\" tests=\"{}\" failures=\"{}\" \
         errors=\"{}\">\n",
        total(|suite| suite.tests()),
        total(|suite| suite.count(Outcome::Failure)),
        total(|suite| suite.count(Outcome::Error)),
    );
    for (name, suite) in &suites {
        suite.write(name, &properties(name, report), &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

/// What becomes of a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Failure,
    Error,
    Skipped,
}

#[derive(Default)]
struct Suite<'e> {
    cases: Vec<(Outcome, &'e Entry<'e>)>,
    /// What neither passes nor fails: warnings about the configuration, what policies say.
    said: Vec<String>,
}

impl<'e> Suite<'e> {
    fn add(&mut self, entry: &'e Entry<'_>) {
        match outcome(entry) {
            Some(outcome) => self.cases.push((outcome, entry)),
            None => self.said.push(format!("{}: {}: {}", entry.level.as_str(), at(entry), entry.line())),
        }
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|(of, _)| *of == outcome).count()
    }

    /// One more where nothing is wrong.
    fn tests(&self) -> usize {
        self.cases.len().max(1)
    }

    fn write(&self, name: &str, properties: &str, out: &mut String) {
        let name = escaped(name);
        let _ = write!(
            out,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n{properties}",
            self.tests(),
            self.count(Outcome::Failure),
            self.count(Outcome::Error),
            self.count(Outcome::Skipped),
        );
        if self.cases.is_empty() {
            let _ = writeln!(out, "    <testcase classname=\"{name}\" name=\"nothing is wrong\"/>");
        }
        let mut met: HashMap<String, usize> = HashMap::new();
        for (outcome, entry) in &self.cases {
            let count = met.entry(case_name(entry)).or_default();
            *count += 1;
            case((*outcome, *count), entry, (&name, out));
        }
        if !self.said.is_empty() {
            let _ = writeln!(out, "    <system-out>{}</system-out>", escaped(&self.said.join("\n")));
        }
        out.push_str("  </testsuite>\n");
    }
}

/// What a run fails for is a failure or an error, whatever it is called otherwise.
const fn outcome(entry: &Entry<'_>) -> Option<Outcome> {
    match entry.home {
        Home::Failed => Some(Outcome::Failure),
        Home::Undecided if entry.fails => Some(Outcome::Failure),
        Home::Undecided | Home::Waived | Home::Known => Some(Outcome::Skipped),
        Home::RuleError => Some(Outcome::Error),
        Home::Configuration if entry.fails => Some(Outcome::Error),
        Home::Configuration | Home::Information => None,
    }
}

fn at(entry: &Entry<'_>) -> String {
    entry.spot.as_ref().map_or_else(|| entry.name.clone(), |spot| format!("{}:{}", spot.file, spot.line))
}

fn case_name(entry: &Entry<'_>) -> String {
    entry.address.map_or_else(|| entry.name.clone(), |address| format!("{} {address}", entry.name))
}

/// `count` tells how many cases have this name so far: readers take those with one name for one.
fn case((outcome, count): (Outcome, usize), entry: &Entry<'_>, (suite, out): (&str, &mut String)) {
    let number = if count > 1 { format!(" ({count})") } else { String::new() };
    let name = case_name(entry) + &number;
    let place = entry
        .spot
        .as_ref()
        .map_or_else(String::new, |spot| format!(" file=\"{}\" line=\"{}\"", escaped(&spot.file), spot.line));
    let _ = writeln!(out, "    <testcase classname=\"{suite}\" name=\"{}\"{place}>", escaped(&name));
    let (kind, headline) = (kind(entry), escaped(&entry.headline));
    let text = escaped(&format!("{}\n{}", at(entry), entry.text()));
    let _ = match outcome {
        Outcome::Failure => {
            writeln!(out, "      <failure type=\"{kind}\" message=\"{headline}\">{text}</failure>")
        }
        Outcome::Error => writeln!(out, "      <error type=\"{kind}\" message=\"{headline}\">{text}</error>"),
        Outcome::Skipped => {
            writeln!(out, "      <skipped message=\"{}\"/>", escaped(&format!("{kind}: {}", entry.line())))
        }
    };
    out.push_str("    </testcase>\n");
}

/// The level of what failed, else what it is.
const fn kind(entry: &Entry<'_>) -> &'static str {
    match entry.home {
        Home::Failed => entry.level.as_str(),
        Home::Undecided => "undecided",
        Home::Waived => "waived",
        Home::Known => "in the baseline",
        Home::RuleError => "rule error",
        Home::Configuration | Home::Information => "configuration",
    }
}

/// What was looked at, once.
fn properties(suite: &str, report: &Report) -> String {
    if suite != CONFIGURATION {
        return String::new();
    }
    let summary = &report.summary;
    let counts = [
        ("root_modules", summary.root_modules),
        ("resource_instances", summary.resource_instances),
        ("passed", summary.passed),
        ("failed", summary.failed),
        ("undecided", summary.undecided),
        ("waived", summary.waived),
        ("known", summary.known),
        ("errors", summary.errors),
    ];
    let mut out = "    <properties>\n".to_owned();
    for (name, count) in counts {
        let _ = writeln!(out, "      <property name=\"{name}\" value=\"{count}\"/>");
    }
    out + "    </properties>\n"
}
