//! Fixes tried out in memory: what they lead to is judged, and only what makes things better is kept.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
};

use super::proposed;
use crate::{
    check::{self, Report, Reported, Request},
    diag::{Diagnostic, Level},
    policy::{Edit, Fix, PatchClass, Verdict},
    source::{Sources, Span},
};

/// Rounds of fixes that build on each other; far more than anybody needs.
const ROUNDS: usize = 64;

/// What came of it. Nothing has been written.
#[derive(Debug)]
pub struct Mended {
    /// In the order of their paths.
    pub changed: Vec<Changed>,
    /// What is mended by that: the check, the root module and the address, with the class of the patch.
    pub mended: Vec<(Subject, PatchClass)>,
    /// What rules have patches for that were not applied, with the reason.
    pub left: Vec<(Subject, String)>,
    /// The report on the files as they would be.
    pub report: Report,
    pub sources: Sources,
}

/// A file with other bytes than before.
#[derive(Clone, Debug)]
pub struct Changed {
    /// As reports show it.
    pub path: Box<str>,
    pub before: Box<str>,
    pub after: Box<str>,
}

/// What a finding is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Subject {
    pub check: String,
    pub root_module: String,
    pub address: String,
}

impl Subject {
    fn of(reported: &Reported) -> Self {
        let finding = &reported.finding;
        let address = finding.address.clone().unwrap_or_default();
        Self { check: finding.check.to_string(), root_module: finding.root_module.to_string(), address }
    }
}

type Texts = HashMap<PathBuf, Box<str>>;

/// A file's text, and what takes the place of which bytes.
type Rewritten<'e> = (Box<str>, Vec<(Span, &'e str)>);

/// A state of the files, and what is said of it.
struct State {
    texts: Texts,
    sources: Sources,
    report: Report,
}

/// Mends what can be mended of a repository: what is safe, with `review` also what somebody should look at.
///
/// Each step is judged by the same rules. A fix after which its finding is still there, or another one comes, or an
/// error of the configuration, is not made.
#[must_use]
pub fn mend(root: &Path, request: &Request, review: bool) -> Mended {
    let mut bench = Bench { root, request, review, refused: HashMap::new(), mended: BTreeMap::new() };
    let mut state = bench.judged(Texts::new());
    for _ in 0..ROUNDS {
        match bench.round(&state) {
            Some(next) => state = next,
            None => break,
        }
    }
    bench.done(state)
}

struct Bench<'a> {
    root: &'a Path,
    request: &'a Request,
    review: bool,
    refused: HashMap<Subject, String>,
    mended: BTreeMap<Subject, PatchClass>,
}

impl Bench<'_> {
    fn judged(&self, texts: Texts) -> State {
        let sources = Sources::with(self.root.to_owned(), texts.clone());
        let report = check::run(&sources, self.request);
        State { texts, sources, report }
    }

    /// The next state, if any fix leads to one.
    fn round(&mut self, state: &State) -> Option<State> {
        let pending = self.pending(state);
        let batch = together(&state.sources, &pending);
        if batch.len() > 1
            && let Some(next) = self.attempt(state, &batch)
        {
            return Some(next);
        }
        pending.iter().find_map(|one| self.attempt(state, std::slice::from_ref(&one)))
    }

    /// The fixes that may be made and have not been refused.
    fn pending(&mut self, state: &State) -> Vec<(Subject, Fix)> {
        let mut pending = Vec::new();
        for reported in state.report.findings.iter().filter(|r| r.finding.verdict == Verdict::Fail) {
            let subject = Subject::of(reported);
            let Some(patch) = &reported.finding.patch else { continue };
            if reported.waiver.is_some() || self.refused.contains_key(&subject) {
                continue;
            }
            if patch.class == PatchClass::Review && !self.review {
                self.refused.insert(subject, "to be reviewed: --review makes it".to_owned());
                continue;
            }
            match proposed(&state.sources, &reported.finding) {
                Ok(fix) => pending.push((subject, fix)),
                Err(why) => drop(self.refused.insert(subject, why)),
            }
        }
        pending
    }

    fn attempt(&mut self, state: &State, fixes: &[&(Subject, Fix)]) -> Option<State> {
        let edits = fixes.iter().flat_map(|(_, fix)| &fix.edits);
        let next = self.judged(edited(self.root, state, edits));
        let verdict = better(&state.report, &next.report, fixes);
        match (verdict, fixes) {
            (Ok(()), _) => {
                self.mended.extend(fixes.iter().map(|(subject, fix)| (subject.clone(), fix.class)));
                return Some(next);
            }
            (Err(why), [(subject, _)]) => drop(self.refused.insert(subject.clone(), why)),
            // Each is tried alone.
            (Err(_), _) => {}
        }
        None
    }

    fn done(self, state: State) -> Mended {
        let before = |path: &PathBuf| Some(std::fs::read_to_string(path).ok()?.into_boxed_str());
        let display = |path: &PathBuf| state.sources.display(path).into_boxed_str();
        let changed = state.texts.iter().filter_map(|(path, after)| {
            Some(Changed { path: display(path), before: before(path)?, after: after.clone() })
        });
        let mut changed: Vec<Changed> = changed.filter(|file| file.before != file.after).collect();
        changed.sort_by(|a, b| a.path.cmp(&b.path));
        let patchable = state.report.findings.iter().filter(|reported| reported.finding.patch.is_some());
        let still: HashSet<Subject> = patchable.map(Subject::of).collect();
        let mut left: Vec<_> = self.refused.into_iter().filter(|(subject, _)| still.contains(subject)).collect();
        left.sort();
        let mended = self.mended.into_iter().filter(|(subject, _)| !still.contains(subject)).collect();
        Mended { changed, mended, left, report: state.report, sources: state.sources }
    }
}

/// Fixes none of which touches what another one touches; equal ones may be several findings' fix.
fn together<'p>(sources: &Sources, pending: &'p [(Subject, Fix)]) -> Vec<&'p (Subject, Fix)> {
    // A file may have been read more than once, and has a number for each time.
    let path = |edit: &Edit| sources.get(edit.at.file).path.clone();
    let meet = |a: &Edit, b: &Edit| {
        let (x, y) = (a.at.span, b.at.span);
        x.start <= y.end && y.start <= x.end && path(a) == path(b)
    };
    let is_same = |a: &Edit, b: &Edit| a.at.span == b.at.span && a.text == b.text;
    let mut taken: Vec<&Edit> = Vec::new();
    let mut batch = Vec::new();
    for one in pending {
        let clashes = |edit: &Edit| taken.iter().any(|other| meet(edit, other) && !is_same(edit, other));
        if !one.1.edits.iter().any(clashes) {
            taken.extend(&one.1.edits);
            batch.push(one);
        }
    }
    batch
}

/// The texts with edits made, back to front.
fn edited<'e>(root: &Path, state: &State, edits: impl Iterator<Item = &'e Edit>) -> Texts {
    let mut by_file: BTreeMap<PathBuf, Rewritten<'_>> = BTreeMap::new();
    for edit in edits {
        let file = state.sources.get(edit.at.file);
        let (_, edits) = by_file.entry(root.join(&*file.path)).or_insert_with(|| (file.text.clone(), Vec::new()));
        if !edits.contains(&(edit.at.span, edit.text.as_str())) {
            edits.push((edit.at.span, &edit.text));
        }
    }
    let mut texts = state.texts.clone();
    for (path, (text, mut edits)) in by_file {
        edits.sort_by_key(|(span, _)| std::cmp::Reverse((span.start, span.end)));
        let mut text = text.into_string();
        for (span, replacement) in edits {
            let (start, end) = (span.start as usize, span.end as usize);
            if text.is_char_boundary(start) && text.is_char_boundary(end) && start <= end {
                text.replace_range(start..end, replacement);
            }
        }
        texts.insert(path, text.into_boxed_str());
    }
    texts
}

/// Whether what was to be mended is, and nothing else came.
fn better(before: &Report, after: &Report, fixes: &[&(Subject, Fix)]) -> Result<(), String> {
    let errors =
        |report: &Report| report.diagnostics.iter().filter(|d| d.is_error()).cloned().collect::<Vec<Diagnostic>>();
    let (old_errors, new_errors) = (errors(before), errors(after));
    if new_errors.len() > old_errors.len() {
        let first = new_errors.iter().find(|new| !old_errors.iter().any(|old| old.detail == new.detail));
        return Err(format!("with it the configuration has an error: {}", first.map_or("", |d| d.summary.as_str())));
    }
    let (old, new) = (counted(before), counted(after));
    let targets: HashSet<&Subject> = fixes.iter().map(|(subject, _)| subject).collect();
    for subject in &targets {
        let level = heaviest(before, subject);
        let count = |counts: &BTreeMap<Key, usize>| -> usize {
            let of = counts.iter().filter(|((of, l, undecided, _), _)| of == *subject && *l == level && !undecided);
            of.map(|(_, count)| *count).sum()
        };
        // One word taken out of a command may leave the same word in another one, which is told next.
        let takes_out =
            fixes.iter().any(|(of, fix)| of == *subject && fix.edits.iter().all(|edit| edit.text.is_empty()));
        let goes_on = takes_out && count(&new) == count(&old) && messages(before, subject) != messages(after, subject);
        if count(&new) >= count(&old) && !goes_on {
            return Err("it would not be mended by that".to_owned());
        }
    }
    // What is only worth knowing may come to light behind what was worse.
    let least = targets.iter().map(|subject| heaviest(before, subject)).max().unwrap_or(Level::Error);
    let came = |(key, count): &(&Key, &usize)| {
        let is_lighter = key.1 == Level::Info && least < Level::Info && !key.2;
        !is_lighter && old.get(*key).is_none_or(|before| *count > before)
    };
    match new.iter().find(came) {
        Some(((subject, ..), _)) => Err(format!("with it there would be {} {}", subject.check, subject.address)),
        None => Ok(()),
    }
}

fn messages<'r>(report: &'r Report, subject: &Subject) -> HashSet<&'r str> {
    let of = report.findings.iter().filter(|r| r.finding.patch.is_some() && Subject::of(r) == *subject);
    of.map(|reported| reported.finding.message.as_str()).collect()
}

/// A subject, the level, whether it is undecided, and the policy's block that says so.
type Key = (Subject, Level, bool, Span);

/// The weight of what is to be mended of a subject; a lighter level is the greater one.
fn heaviest(report: &Report, subject: &Subject) -> Level {
    let of = report.findings.iter().filter(|r| r.finding.patch.is_some() && Subject::of(r) == *subject);
    of.map(|reported| reported.finding.level).min().unwrap_or(Level::Info)
}

/// How many findings there are of each kind.
fn counted(report: &Report) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for reported in &report.findings {
        let finding = &reported.finding;
        let key = (Subject::of(reported), finding.level, finding.undecided.is_some(), finding.policy_at.span);
        *counts.entry(key).or_default() += 1;
    }
    counts
}
