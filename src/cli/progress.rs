//! How far a run is: a line on a terminal when it takes long, and with `--verbose` what was done and how long it took.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{environment::Environment, output};
use crate::check::{Step, Watch};

/// Work that is done sooner is not worth a line.
const LONG: Duration = Duration::from_secs(1);
/// Between two states of the line.
const TICK: Duration = Duration::from_millis(100);
/// Cells of the bar.
const CELLS: usize = 24;
/// Takes the line away.
const CLEAR: &str = "\r\x1b[K";

/// Follows a run.
#[derive(Debug)]
pub(super) struct Progress {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    /// Whether somebody sees a line that changes.
    is_seen: bool,
    started: Instant,
    drawn: Option<Instant>,
    root_modules: usize,
    /// When files were read, and when all was evaluated.
    loaded: Option<Instant>,
    evaluated: Option<Instant>,
    judged: Option<Instant>,
}

impl Progress {
    pub(super) fn new(environment: &Environment, quiet: bool) -> Self {
        let state = State {
            is_seen: environment.error_is_terminal && !quiet,
            started: environment.started,
            drawn: None,
            root_modules: 0,
            loaded: None,
            evaluated: None,
            judged: None,
        };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    pub(super) fn watch(&self) -> Watch {
        let state = Arc::clone(&self.state);
        Watch::by(move |step| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(line) = state.step(step, Instant::now()) {
                output::remark(&format!("{CLEAR}{line}"));
            }
        })
    }

    /// Takes the line away, if there is one.
    pub(super) fn end(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.drawn.take().is_some() {
            output::remark(CLEAR);
        }
    }

    /// What was done, a line for each phase: `files` are those read, with their size in bytes.
    pub(super) fn told(&self, files: (usize, usize), end: Instant) -> String {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let read = format!("{} files, {} kB", files.0, files.1.div_ceil(1000));
        let evaluations = format!("{} root modules, once for each workspace", state.root_modules);
        let phases = [
            ("read", state.loaded, read),
            ("evaluated", state.evaluated, evaluations),
            ("judged", state.judged, "by all rules".to_owned()),
        ];
        let (mut out, mut before) = (String::new(), state.started);
        for (name, at, what) in phases {
            if let Some(at) = at {
                out.push_str(&line(name, &what, at.saturating_duration_since(before)));
                before = at;
            }
        }
        out.push_str(&line("reported", "sorted, folded, written", end.saturating_duration_since(before)));
        out + &line("in all", "", end.saturating_duration_since(state.started))
    }
}

fn line(name: &str, what: &str, took: Duration) -> String {
    format!("{name:9}  {:>8.1} ms  {what}", took.as_secs_f64() * 1000.0).trim_end().to_owned() + "\n"
}

impl State {
    /// The line to draw, if it is time for one.
    fn step(&mut self, step: Step, now: Instant) -> Option<String> {
        let line = match step {
            Step::Loaded { root_modules } => {
                self.root_modules = root_modules;
                self.loaded = Some(now);
                bar("evaluating", 0, root_modules)
            }
            Step::Evaluated { done } => {
                self.evaluated = Some(now);
                bar("evaluating", done, self.root_modules)
            }
            Step::Judged { done, of } => {
                self.judged = Some(now);
                bar("judging", done, of)
            }
        };
        let is_due = now.saturating_duration_since(self.started) >= LONG
            && self.drawn.is_none_or(|drawn| now.saturating_duration_since(drawn) >= TICK);
        if !self.is_seen || !is_due {
            return None;
        }
        self.drawn = Some(now);
        Some(line)
    }
}

/// `judging     ██████░░░░  12/40 root modules`
fn bar(phase: &str, done: usize, of: usize) -> String {
    let full = (done * CELLS).checked_div(of).unwrap_or(0).min(CELLS);
    format!("{phase:11} {}{}  {done}/{of} root modules", "█".repeat(full), "░".repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(is_seen: bool, started: Instant) -> State {
        State { is_seen, started, drawn: None, root_modules: 0, loaded: None, evaluated: None, judged: None }
    }

    #[test]
    fn a_line_only_when_it_takes_long() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut seen = state(true, start);
        assert_eq!(seen.step(Step::Loaded { root_modules: 4 }, after(900)), None);
        let half = seen.step(Step::Evaluated { done: 2 }, after(1000)).unwrap_or_default();
        assert_eq!(half, "evaluating  ████████████░░░░░░░░░░░░  2/4 root modules");
        assert_eq!(seen.step(Step::Evaluated { done: 3 }, after(1050)), None);
        assert!(
            seen.step(Step::Judged { done: 0, of: 0 }, after(1100)).is_some_and(|line| line.starts_with("judging"))
        );
        let mut unseen = state(false, start);
        assert_eq!(unseen.step(Step::Judged { done: 1, of: 4 }, after(9000)), None);
    }
}
