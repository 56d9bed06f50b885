//! Make files line by line: variables, includes, conditionals and recipes.

use std::{
    cell::Cell,
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    config::{
        commands::{UNRESOLVED, is_of_environment, joined, logical_lines},
        files,
    },
    diag::Diagnostic,
    source::{Place, Sources, Span, offset},
};

/// More files than this are not read: an include that goes in circles.
const MAX_FILES: usize = 200;

/// What the make files of a directory say.
#[derive(Debug, Default)]
pub(in crate::config) struct Make {
    /// Where make runs.
    pub dir: PathBuf,
    pub variables: BTreeMap<String, Variable>,
    /// The files as make names them, in the order they were read.
    pub files: Vec<String>,
    pub recipes: Vec<Recipe>,
    /// References followed in the expansion that is under way.
    pub steps: Cell<u32>,
    /// Whether variables that are there to be given are left open.
    pub leaves_open: Cell<bool>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::config) struct Variable {
    pub value: String,
    /// Expanded where it was assigned (`:=`), not where it is used.
    pub simple: bool,
    /// Assigned under a condition that is not known.
    pub unsure: bool,
    /// Where it was assigned last.
    pub at: Option<Place>,
    /// Assigned by `?=`: there to be given on the command line.
    pub open: bool,
}

/// A line make hands to the shell.
#[derive(Debug)]
pub(in crate::config) struct Recipe {
    pub text: String,
    pub at: Place,
    /// Under a condition that is not known.
    pub unsure: bool,
}

/// Whether the lines that follow count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Condition {
    Holds,
    Fails,
    Unsure,
}

/// Reads the make file of a directory with everything it includes; `None` when there is none.
pub(super) fn makefile(sources: &Sources, dir: &Path, problems: &mut Vec<Diagnostic>) -> Option<Make> {
    let name = ["GNUmakefile", "makefile", "Makefile"].into_iter().find(|name| dir.join(name).is_file())?;
    let mut reader = Reader { sources, problems, make: Make { dir: dir.to_path_buf(), ..Make::default() } };
    reader.file(name);
    Some(reader.make)
}

struct Reader<'a> {
    sources: &'a Sources,
    problems: &'a mut Vec<Diagnostic>,
    make: Make,
}

impl Reader<'_> {
    fn file(&mut self, name: &str) {
        if self.make.files.len() >= MAX_FILES {
            return;
        }
        let path = self.make.dir.join(name);
        let Some(file) = files::read(self.sources, &path, self.problems) else { return };
        self.make.files.push(name.to_owned());
        let source = self.sources.get(file);
        let mut conditions = Vec::new();
        let mut defining = false;
        for (start, line) in logical_lines(&source.text) {
            let words = line.trim_start();
            if defining || words.starts_with("define ") {
                defining = !words.starts_with("endef");
                continue;
            }
            let at = Place::new(file, Span::new(offset(start), offset(start + line.len())));
            self.line(line, at, &mut conditions);
        }
    }

    fn line(&mut self, line: &str, at: Place, conditions: &mut Vec<Condition>) {
        let text = joined(line);
        if !text.starts_with('\t') && self.condition(text.trim(), conditions) {
            return;
        }
        if conditions.contains(&Condition::Fails) {
            return;
        }
        let unsure = conditions.contains(&Condition::Unsure);
        if let Some(recipe) = text.strip_prefix('\t') {
            self.recipe(recipe, at, unsure);
            return;
        }
        let text = without_comment(&text).trim();
        if let Some(names) = include(text) {
            self.include(names);
        } else if let Some(assignment) = Assignment::parse(text) {
            self.assign(&assignment, unsure, at);
        } else if let Some(of_target) = of_target(text) {
            self.assign(&of_target, unsure, at);
        } else if let Some((_, recipe)) = text.split_once(';') {
            self.recipe(recipe, at, unsure);
        }
    }

    fn recipe(&mut self, text: &str, at: Place, unsure: bool) {
        self.make.recipes.push(Recipe { text: text.trim_start_matches(['@', '-', '+', ' ']).to_owned(), at, unsure });
    }

    /// Names that are not there are passed over: whether make would stop there is not the question here.
    fn include(&mut self, names: &str) {
        let names = self.make.expand(names);
        for name in names.split_whitespace().filter(|name| !name.contains(UNRESOLVED)) {
            if self.make.dir.join(name).is_file() {
                self.file(name);
            }
        }
    }

    fn assign(&mut self, assignment: &Assignment<'_>, unsure: bool, at: Place) {
        let Assignment { name, operator, value } = assignment;
        let name = self.make.expand(name);
        let known = self.make.variables.get(&name);
        if *operator == "?=" && known.is_some() {
            return;
        }
        let simple =
            matches!(*operator, ":=" | "::=" | ":::=") || (*operator == "+=" && known.is_some_and(|v| v.simple));
        let value = if simple { self.make.expand(value) } else { (*value).to_owned() };
        let before = known.filter(|_| *operator == "+=");
        let unsure = unsure || *operator == "!=" || before.is_some_and(|v| v.unsure);
        let value = before.map_or(value.clone(), |v| format!("{} {value}", v.value));
        self.make.variables.insert(name, Variable { value, simple, unsure, at: Some(at), open: *operator == "?=" });
    }

    /// Handles the lines of conditionals; whether this was one.
    fn condition(&mut self, text: &str, conditions: &mut Vec<Condition>) -> bool {
        let (word, rest) = text.split_once([' ', '\t', '(']).unwrap_or((text, ""));
        match word {
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => {
                let holds = self.judge(word, text.get(word.len()..).unwrap_or("").trim());
                conditions.push(holds);
            }
            "else" => {
                let before = conditions.pop().unwrap_or(Condition::Unsure);
                // After `else if…` a later branch may still be taken, so only the first two are told apart.
                let now = match before {
                    Condition::Holds => Condition::Fails,
                    Condition::Fails if rest.is_empty() => Condition::Holds,
                    _ => Condition::Unsure,
                };
                conditions.push(now);
            }
            "endif" => {
                conditions.pop();
            }
            _ => return false,
        }
        true
    }

    fn judge(&self, word: &str, rest: &str) -> Condition {
        let holds = match word {
            "ifeq" | "ifneq" => self.equal(rest).map(|equal| equal == (word == "ifeq")),
            // What no make file defines may come from the environment.
            _ => self.make.variables.contains_key(rest).then_some(word == "ifdef"),
        };
        match holds {
            Some(true) => Condition::Holds,
            Some(false) => Condition::Fails,
            None => Condition::Unsure,
        }
    }

    /// Whether the two sides of `(a,b)` or `"a" "b"` are equal, where both are known.
    fn equal(&self, sides: &str) -> Option<bool> {
        let (a, b) = match sides.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => inner.rsplit_once(',')?,
            None => sides.split_once(char::is_whitespace)?,
        };
        let side = |text: &str| self.make.expand(text.trim().trim_matches(['"', '\'']));
        let (a, b) = (side(a), side(b));
        (!a.contains(UNRESOLVED) && !b.contains(UNRESOLVED)).then(|| a == b)
    }
}

fn without_comment(text: &str) -> &str {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            '#' if !escaped => return text.get(..at).unwrap_or(text),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text
}

fn include(text: &str) -> Option<&str> {
    let (word, names) = text.split_once([' ', '\t'])?;
    matches!(word, "include" | "-include" | "sinclude").then_some(names)
}

struct Assignment<'t> {
    name: &'t str,
    operator: &'t str,
    value: &'t str,
}

impl<'t> Assignment<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let text = ["export ", "override ", "private "]
            .iter()
            .fold(text, |text, word| text.strip_prefix(word).map_or(text, str::trim_start));
        let at = text.find('=')?;
        let (before, after) = text.split_at(at);
        let name = before.trim_end_matches([':', '?', '+', '!']);
        let operator = text.get(name.len()..=at)?;
        let name = name.trim();
        let value = after.strip_prefix('=')?.trim();
        // A colon or a space before the operator: a rule, or a variable of one target.
        let valid = !name.is_empty() && !name.contains([':', ' ', '\t']);
        valid.then_some(Self { name, operator, value })
    }
}

/// A variable of one target that Terraform reads: `plan: export TF_CLI_ARGS = -lock=false`.
fn of_target(text: &str) -> Option<Assignment<'_>> {
    let (_, rest) = text.split_once(':')?;
    Assignment::parse(rest.trim_start()).filter(|assignment| is_of_environment(assignment.name))
}
