//! Scripts: just enough of the shell to tell words and commands apart, and to follow where they run.

use std::collections::BTreeMap;

use super::{Command, END, Said, UNRESOLVED, Variable, directory::Directory};
use crate::source::{FileId, Place, Sources, Span, offset};

const FLAG: &str = "-backend-config";

/// A text that a shell runs, or parts of it.
#[derive(Debug)]
pub(in crate::config) struct Script<'t> {
    pub text: &'t str,
    pub file: FileId,
    /// Where the text stands.
    pub folder: &'t str,
    /// Whether that is a root module.
    pub is_root: bool,
}

/// Reads a whole script.
pub(super) fn read(script: &Script<'_>, said: &mut Said) {
    let mut shell = Shell::new(script, Directory::of_script(script.folder, script.is_root));
    for (start, line) in logical_lines(script.text) {
        let at = Place::new(script.file, Span::new(offset(start), offset(start + line.len())));
        shell.line(&joined(line), at, said);
    }
}

/// A shell that is followed line by line.
#[derive(Clone, Debug)]
pub(in crate::config) struct Shell<'t> {
    folder: &'t str,
    start: Directory,
    pub dir: Directory,
    pub variables: BTreeMap<String, String>,
    /// What Terraform reads of the environment, for all commands that follow wherever they run.
    pub environment: Vec<(String, String, Place)>,
    pub pipeline: bool,
}

impl<'t> Shell<'t> {
    pub(in crate::config) fn new(script: &Script<'t>, dir: Directory) -> Self {
        let (variables, environment) = (BTreeMap::new(), Vec::new());
        Self { folder: script.folder, start: dir.clone(), dir, variables, environment, pipeline: false }
    }

    pub(in crate::config) fn line(&mut self, line: &str, at: Place, said: &mut Said) {
        let line = self.expand(without_comment(line));
        let mut inner = None;
        for words in split(&line) {
            if words.first().is_some_and(|word| word.starts_with('(')) && inner.is_none() {
                inner = Some(self.dir.clone());
            }
            let closes = words.last().is_some_and(|word| word.ends_with(')'));
            self.command(words, at, said);
            // What a subshell enters, it leaves.
            if closes && let Some(before) = inner.take() {
                self.dir = before;
            }
        }
    }

    fn command(&mut self, words: Vec<String>, at: Place, said: &mut Said) {
        let mut words: Vec<String> = words.into_iter().skip_while(|word| is_prefix(word)).collect();
        if let Some(first) = words.first_mut() {
            *first = first.trim_start_matches(['(', '{', '@', '-', '+']).to_owned();
        }
        // Before a program they are for that one alone.
        let kept = self.environment.len();
        while let Some((name, value)) = words.first().and_then(|word| assignment(word)) {
            self.assign(name.to_owned(), value.to_owned(), at, said);
            words.remove(0);
        }
        if !words.is_empty() {
            self.environment.truncate(kept);
        }
        let [program, arguments @ ..] = words.as_slice() else { return };
        match program.as_str() {
            "export" | "declare" | "local" | "readonly" | "typeset" => {
                for (name, value) in arguments.iter().filter_map(|word| assignment(word)) {
                    self.assign(name.to_owned(), value.to_owned(), at, said);
                }
            }
            "cd" | "pushd" => {
                let path = arguments.iter().find(|word| !word.starts_with('-'));
                self.dir = path.map_or_else(
                    || self.start.clone(),
                    |path| self.dir.enter(path.trim_end_matches([')', '}']), self.folder),
                );
            }
            "popd" => self.dir = self.start.clone(),
            "echo" | "printf" | "grep" | "sed" | "rg" => {}
            _ if is_of_interest(&words) => {
                let (dir, pipeline) = (self.directory_of(&words), self.pipeline);
                for (name, value, at) in &self.environment {
                    said.inherited(name, value, (&dir, *at));
                }
                said.commands.push(Command { words, dir, at, unsure: false, pipeline });
            }
            _ => {}
        }
    }

    fn assign(&mut self, name: String, value: String, at: Place, said: &mut Said) {
        if is_of_environment(&name) {
            let variable = Variable { name: name.clone(), value: value.clone(), dir: self.dir.clone(), at };
            said.variables.push(variable);
            self.environment.push((name.clone(), value.clone(), at));
        }
        self.variables.insert(name, value);
    }

    /// Where a command runs: `-chdir=`, and `-C` of make.
    fn directory_of(&self, words: &[String]) -> Directory {
        let chdir =
            words.iter().find_map(|word| word.strip_prefix("-chdir=").or_else(|| word.strip_prefix("--chdir=")));
        let of_make = || {
            let after = words.iter().position(|word| word == "-C" || word == "--directory")?;
            words.get(after + 1).map(String::as_str)
        };
        chdir.or_else(of_make).map_or_else(|| self.dir.clone(), |path| self.dir.enter(path, self.folder))
    }

    /// Replaces what variables are known, and marks what is not.
    pub(super) fn expand(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', UNRESOLVED]) {
            let (before, reference) = rest.split_at(at);
            out.push_str(before);
            if reference.starts_with(UNRESOLVED) {
                let end = reference.find(END).map_or(reference.len(), |end| end + END.len_utf8());
                let (marked, after) = reference.split_at(end);
                out.push_str(marked);
                rest = after;
                continue;
            }
            let (written, after) = reference.split_at(reference_length(reference));
            out.push_str(&self.reference(written));
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn reference(&self, written: &str) -> String {
        if written == "$" {
            return written.to_owned();
        }
        if let Some(substituted) = written.strip_prefix("$(") {
            return self.substitution(substituted.trim_end_matches(')')).unwrap_or_else(|| unresolved(written));
        }
        let name = written.trim_start_matches(['$', '{']).trim_end_matches('}').trim();
        let name = name.strip_prefix("env.").or_else(|| name.strip_prefix("vars.")).unwrap_or(name);
        let plain = name.split([':', '-', '%', '#', '/']).next().unwrap_or(name);
        match (self.variables.get(plain), plain) {
            (Some(value), _) if plain == name || name.starts_with(&format!("{plain}:-")) => value.clone(),
            (None, "CI_PROJECT_DIR" | "GITHUB_WORKSPACE" | "github.workspace" | "WORKSPACE") => "/.".to_owned(),
            (None, "PWD") => ".".to_owned(),
            // Alike however it is written, so that it is one and the same in a path and in a flag.
            _ => unresolved(&format!("${plain}")),
        }
    }

    /// What asks only where the script or the repository lies.
    fn substitution(&self, text: &str) -> Option<String> {
        if text.contains("--show-toplevel") {
            return Some("/.".to_owned());
        }
        let of_script = text.contains("dirname") && (text.contains("$0") || text.contains("BASH_SOURCE"));
        let up = "/..".repeat(text.matches("..").count());
        if of_script {
            return Some(format!("/{}{up}", self.folder));
        }
        (text.trim() == "pwd").then(|| ".".to_owned())
    }
}

/// Words that stand before a command.
fn is_prefix(word: &str) -> bool {
    matches!(
        word,
        "then"
            | "do"
            | "else"
            | "if"
            | "while"
            | "!"
            | "("
            | "{"
            | "exec"
            | "sudo"
            | "env"
            | "time"
            | "command"
            | "eval"
    )
}

/// Variables that Terraform and its backends read.
pub(in crate::config) fn is_of_environment(name: &str) -> bool {
    name.starts_with("TF_CLI_ARGS")
        || name.starts_with("TF_HTTP_")
        || matches!(name, "AWS_REGION" | "AWS_DEFAULT_REGION" | "AWS_SSE_CUSTOMER_KEY")
}

fn is_of_interest(words: &[String]) -> bool {
    words.iter().any(|word| {
        word.contains(FLAG)
            || word.contains("terraform")
            || word.contains("TERRAFORM")
            || word == "tofu"
            || is_unlocked(word)
    })
}

/// Whether the lock is switched off. Terraform reads the flag as Go reads booleans.
pub(super) fn is_unlocked(word: &str) -> bool {
    word.match_indices("-lock=").any(|(at, flag)| {
        let value = word.get(at + flag.len()..).unwrap_or_default();
        let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
        matches!(value.get(..end), Some("false" | "False" | "FALSE" | "0" | "f" | "F"))
    })
}

/// Whether a command runs Terraform so that it writes a state.
pub(super) fn changes_state(words: &[String]) -> bool {
    let program =
        words.first().is_some_and(|word| word.rsplit('/').next() == Some("terraform") || word.contains("TERRAFORM"));
    program && words.iter().any(|word| matches!(word.as_str(), "plan" | "apply" | "destroy"))
}

fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let proper = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    proper.then_some((name, value))
}

fn unresolved(text: &str) -> String {
    format!("{UNRESOLVED}{text}{END}")
}

/// How long the reference is that a text starts with: `$a`, `${a:-b}`, `$(a b)`, `${{ a }}`; 1 for a lone `$`.
fn reference_length(text: &str) -> usize {
    let body = text.get(1..).unwrap_or_default();
    let bracketed = |open: char, close: char| {
        let mut depth = 0_u32;
        for (at, c) in body.char_indices() {
            if c == open {
                depth += 1;
            } else if c == close {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 2;
                }
            }
        }
        text.len()
    };
    match body.chars().next() {
        Some('{') => bracketed('{', '}'),
        Some('(') => bracketed('(', ')'),
        Some(c) if c.is_ascii_digit() || matches!(c, '@' | '*' | '#' | '?') => 2,
        Some(c) if c.is_ascii_alphabetic() || c == '_' => {
            1 + body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len())
        }
        _ => 1,
    }
}

/// The commands of a line, each as its words, without quotes.
pub(super) fn split(line: &str) -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            // What is not known is no matter of the shell's, whatever is in it.
            (_, UNRESOLVED) => {
                let word = word.get_or_insert_default();
                word.push(UNRESOLVED);
                word.extend(chars.by_ref().take_while(|c| *c != END));
                word.push(END);
            }
            (Some(q), c) if c == q => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_whitespace() => finish(&mut commands, &mut word),
            (None, ';' | '|' | '&') => {
                finish(&mut commands, &mut word);
                commands.push(Vec::new());
            }
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    finish(&mut commands, &mut word);
    commands.retain(|words| !words.is_empty());
    commands
}

fn finish(commands: &mut [Vec<String>], word: &mut Option<String>) {
    if let (Some(command), Some(word)) = (commands.last_mut(), word.take()) {
        command.push(word);
    }
}

/// The values of the `-backend-config` flags among the words of a command.
pub(super) fn flags(words: &[String]) -> Vec<String> {
    let mut values = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let plain = word.strip_prefix('-').filter(|rest| rest.starts_with('-')).unwrap_or(word);
        match plain.strip_prefix(FLAG) {
            Some("") => values.extend(words.next().cloned()),
            Some(rest) => values.extend(rest.strip_prefix('=').map(str::to_owned)),
            None => {}
        }
    }
    values
}

/// The places of the flags as written in a command, so far as they are written in it and do not come from a variable.
pub(super) fn flag_places(sources: &Sources, recipe: Place) -> Vec<Place> {
    let text = sources.text_at(recipe);
    let flag_at = |(start, _): (usize, &str)| {
        let rest = text.get(start + FLAG.len()..).unwrap_or("");
        let value = rest.trim_start_matches(['=', ' ']);
        let value_end = value.find(char::is_whitespace).unwrap_or(value.len());
        let end = start + FLAG.len() + (rest.len() - value.len()) + value_end;
        let base = recipe.span.start;
        Place::new(recipe.file, Span::new(base + offset(start), base + offset(end)))
    };
    text.match_indices(FLAG).map(flag_at).collect()
}

/// Lines with their continuations, each with the offset it starts at.
pub(in crate::config) fn logical_lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    for line in text.split_inclusive('\n') {
        end += line.len();
        if !line.trim_end_matches(['\n', '\r']).ends_with('\\') {
            lines.push((start, text.get(start..end).unwrap_or("").trim_end()));
            start = end;
        }
    }
    lines.extend(text.get(start..).filter(|rest| !rest.is_empty()).map(|rest| (start, rest.trim_end())));
    lines
}

/// A logical line as one.
pub(in crate::config) fn joined(line: &str) -> String {
    if !line.contains('\\') {
        return line.to_owned();
    }
    let mut lines = line.lines().peekable();
    let mut out = String::new();
    while let Some(line) = lines.next() {
        let last = lines.peek().is_none();
        let line = line.trim_end();
        let line = if last { line } else { line.strip_suffix('\\').unwrap_or(line) };
        if out.is_empty() {
            out.push_str(line);
        } else {
            out.push(' ');
            out.push_str(line.trim_start());
        }
    }
    out
}

/// A line up to the `#` that begins a comment.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '#' && before.is_whitespace() => return line.get(..at).unwrap_or(line),
            _ => {}
        }
        before = c;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_every_form_are_found() {
        let cases: [(&str, &[&str]); 6] = [
            ("terraform init -backend-config=a.tfbackend", &["a.tfbackend"]),
            ("terraform init -backend-config 'key=a b' --backend-config=\"bucket=c\"", &["key=a b", "bucket=c"]),
            ("cd x && terraform init -backend-config=a;ls", &["a"]),
            ("terraform init -backend=false", &[]),
            ("terraform init -backend-configs=x", &[]),
            ("terraform init -backend-config", &[]),
        ];
        for (line, expected) in cases {
            let found: Vec<String> = split(line).iter().flat_map(|words| flags(words)).collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    fn said(text: &str) -> Vec<(String, Directory)> {
        let script = Script { text, file: FileId(0), folder: "bin", is_root: false };
        let mut said = Said::default();
        read(&script, &mut said);
        said.commands.into_iter().map(|c| (c.words.join(" ").replace([UNRESOLVED, END], "?"), c.dir)).collect()
    }

    #[test]
    fn commands_run_where_the_script_has_gone() {
        let anywhere = Directory::Anywhere { below: ".".to_owned() };
        let absolute = |path: &str| Directory::Absolute(path.to_owned());
        let relative = |path: &str| Directory::Relative { from: "bin".to_owned(), path: path.to_owned() };
        let cases = [
            ("terraform apply -lock=false # no", vec![("terraform apply -lock=false", anywhere.clone())]),
            ("# terraform apply\necho terraform apply\n", vec![]),
            ("cd stages/test && terraform apply", vec![("terraform apply", relative("stages/test"))]),
            (
                "cd a\n(cd b && terraform plan)\nterraform apply",
                vec![("terraform plan)", relative("a/b")), ("terraform apply", relative("a"))],
            ),
            (
                "S=test\nterraform -chdir=stages/$S plan",
                vec![("terraform -chdir=stages/test plan", relative("stages/test"))],
            ),
            ("cd \"$(git rev-parse --show-toplevel)/a\"; terraform plan", vec![("terraform plan", absolute("./a"))]),
            ("cd \"$(dirname \"$0\")/../a\"\nterraform plan", vec![("terraform plan", absolute("bin/../a"))]),
            ("make -C a apply ARGS=-lock=false", vec![("make -C a apply ARGS=-lock=false", relative("a"))]),
        ];
        for (text, wanted) in cases {
            let wanted: Vec<(String, Directory)> = wanted.into_iter().map(|(c, d)| (c.to_owned(), d)).collect();
            assert_eq!(said(text), wanted, "{text}");
        }
    }

    #[test]
    fn the_lock_is_switched_off_in_every_way_that_go_reads() {
        for off in ["-lock=false", "--lock=0", "plan=-lock=f", "-lock=FALSE"] {
            assert!(is_unlocked(off), "{off}");
        }
        for on in ["-lock=true", "-lock-timeout=0", "-lock=falsey", "-block=x", "-lock="] {
            assert!(!is_unlocked(on), "{on}");
        }
    }
}
