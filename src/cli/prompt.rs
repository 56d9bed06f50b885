//! The interactive prompt of `eval`.

use std::{fs, path::Path};

use rustyline::{
    Editor, Helper,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use super::{
    Failure,
    eval::{Session, goes_on, joined},
    output,
};

const PROMPT: &str = "> ";

const HELP: &str = "\
Type an expression and press Enter to see its value: var.x, local.y, aws_vpc.this.cidr_block,
cidrsubnet(\"10.0.0.0/16\", 4, 1). type(x) prints a type. An expression goes on while a bracket or a
heredoc is open, or after a \\ at the end of a line. To leave, type exit, or press Ctrl-D.
";

/// Answers what a person types until they leave.
pub(super) fn run(session: &mut Session, state: Option<&Path>) -> Result<(), Failure> {
    let mut editor = Editor::<Lines, FileHistory>::new().map_err(|error| unusable(&error))?;
    editor.set_helper(Some(Lines));
    let history = state.map(|folder| folder.join("eval_history"));
    if let Some(file) = history.as_deref().filter(|file| file.is_file()) {
        editor.load_history(file).unwrap_or_else(|error| not_kept(file, &error));
    }
    let result = answer_all(&mut editor, session);
    if let Some(file) = &history {
        save(&mut editor, file).unwrap_or_else(|error| not_kept(file, &error));
    }
    result
}

fn answer_all(editor: &mut Editor<Lines, FileHistory>, session: &mut Session) -> Result<(), Failure> {
    loop {
        let text = match editor.readline(PROMPT) {
            Ok(text) => joined(&text),
            // Ctrl-C drops the line, as in a shell.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(unusable(&error)),
        };
        match text.trim() {
            "exit" => return Ok(()),
            "help" => output::print(HELP)?,
            _ => session.answer(&text)?,
        }
        editor.add_history_entry(text.trim()).map_err(|error| unusable(&error))?;
    }
}

fn save(editor: &mut Editor<Lines, FileHistory>, file: &Path) -> Result<(), ReadlineError> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    editor.save_history(file)
}

fn unusable(error: &ReadlineError) -> Failure {
    Failure::new(format!("cannot read from the terminal: {error}"))
}

/// A session without a history is still a session.
fn not_kept(file: &Path, error: &ReadlineError) {
    output::remark(&format!("warning: the history {} is not kept: {error}\n", file.display()));
}

/// A line that is not a whole expression yet goes on with the next one.
struct Lines;

impl Validator for Lines {
    fn validate(&self, text: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(if goes_on(text.input()) { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Helper for Lines {}
impl Highlighter for Lines {}

impl Hinter for Lines {
    type Hint = String;
}

impl Completer for Lines {
    type Candidate = String;
}
