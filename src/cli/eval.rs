//! `infralint eval`.

use std::io::BufRead;

use super::{Failure, args::EvalArgs, environment::Environment, output, prompt, root::OneRoot};
use crate::{
    diag::Diagnostic,
    eval::{Answer, console},
    syntax,
    value::{show_type, show_with_reasons},
};

/// The exit code when an expression is wrong.
const WRONG: u8 = 1;

pub(super) fn run(
    args: &EvalArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let root = OneRoot::open(&args.root, environment, matches)?;
    let mut session = Session { root, types: args.types, code: 0 };
    if !args.expressions.is_empty() {
        args.expressions.iter().try_for_each(|text| session.answer(text))?;
    } else if environment.is_typed {
        prompt::run(&mut session, environment.state.as_deref())?;
        // Whoever is there has seen what was wrong.
        session.code = 0;
    } else {
        session.read(std::io::stdin().lock())?;
    }
    Ok(session.code)
}

/// Expressions answered one after the other.
pub(super) struct Session {
    root: OneRoot,
    types: bool,
    code: u8,
}

impl Session {
    /// Answers every expression of a text; `exit` ends it.
    fn read(&mut self, input: impl BufRead) -> Result<(), Failure> {
        let mut pending = String::new();
        for line in input.lines() {
            let line = line.map_err(|error| Failure::new(format!("cannot read the standard input: {error}")))?;
            pending.push_str(&line);
            if let Some(expression) = complete(&mut pending) {
                if expression.trim() == "exit" {
                    return Ok(());
                }
                self.answer(&expression)?;
            }
        }
        self.answer(&pending)
    }

    /// Prints what an expression comes to, or what is wrong with it. Nothing for no expression.
    pub(super) fn answer(&mut self, text: &str) -> Result<(), Failure> {
        if syntax::is_blank(text) {
            return Ok(());
        }
        // The last line of a heredoc is one only with its line break.
        let text = if text.contains('\n') { format!("{text}\n") } else { text.to_owned() };
        let file = self.root.sources.add("<expression>", text);
        let Some(evaluation) = self.root.evaluation() else { return Ok(()) };
        let (printed, diagnostics) = match console(&evaluation, file) {
            Ok((answer, warnings)) => (Some(self.shown(&answer)), warnings),
            Err(errors) => (None, errors),
        };
        if diagnostics.iter().any(Diagnostic::is_error) {
            self.code = WRONG;
        }
        self.root.complain(diagnostics);
        printed.map_or(Ok(()), |text| output::print(&(text + "\n")))
    }

    fn shown(&self, answer: &Answer) -> String {
        match answer {
            Answer::Value(value) if self.types => show_type(&value.ty()),
            Answer::Value(value) => show_with_reasons(value),
            Answer::Type(ty) => show_type(ty),
        }
    }
}

/// Takes the text when it is a whole expression; else a further line is expected.
fn complete(pending: &mut String) -> Option<String> {
    if let Some(line) = pending.strip_suffix('\\') {
        *pending = line.to_owned();
        return None;
    }
    if syntax::goes_on(pending) {
        pending.push('\n');
        return None;
    }
    Some(std::mem::take(pending))
}

/// Whether a prompt expects a further line.
pub(super) fn goes_on(text: &str) -> bool {
    text.ends_with('\\') || syntax::goes_on(text)
}

/// The lines of a prompt as one expression.
pub(super) fn joined(text: &str) -> String {
    text.replace("\\\n", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_go_on() {
        let cases: [(&[&str], &[&str]); 8] = [
            (&["1", "2"], &["1", "2"]),
            (&["[", "1,", "]", "2"], &["[\n1,\n]", "2"]),
            (&["1 +\\", "2"], &["1 +2"]),
            (&["<<E", "[", "E", "1"], &["<<E\n[\nE", "1"]),
            (&["\"[\"", "1"], &["\"[\"", "1"]),
            (&["\"[", "1"], &["\"[", "1"]),
            (&["1 # [", "2"], &["1 # [", "2"]),
            (&["]", "1"], &["]", "1"]),
        ];
        for (lines, expected) in cases {
            let mut pending = String::new();
            let whole = lines.iter().filter_map(|line| {
                pending.push_str(line);
                complete(&mut pending)
            });
            assert_eq!(whole.collect::<Vec<_>>(), expected, "{lines:?}");
        }
    }
}
