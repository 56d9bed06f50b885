//! Expansion of make's variables and of the functions that only compute.

use std::path::Path;

use super::read::{Make, Variable};
use crate::{
    config::commands::{END, UNRESOLVED},
    source::normalise,
};

/// Variables that refer to each other deeper than this are taken to go in circles.
const MAX_DEPTH: u32 = 40;
/// References followed for one text: variables that double each other are many before they are long.
const MAX_STEPS: u32 = 20_000;
/// An expansion longer than this is not followed.
const MAX_LENGTH: usize = 64 << 10;

impl Make {
    /// Expands a text. What is not known is in it as written, with a mark before it.
    pub(super) fn expand(&self, text: &str) -> String {
        self.steps.set(0);
        self.expand_at(text, 0)
    }

    /// The same with variables left open that are there to be given on the command line (`STAGE ?= test`).
    pub(super) fn expand_open(&self, text: &str) -> String {
        self.leaves_open.set(true);
        let expanded = self.expand(text);
        self.leaves_open.set(false);
        expanded
    }

    fn expand_at(&self, text: &str, depth: u32) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let (before, reference) = rest.split_at(at);
            out.push_str(before);
            let (expanded, after) = self.reference(reference, depth);
            out.push_str(&expanded);
            rest = after;
            if out.len() > MAX_LENGTH {
                return unresolved(text);
            }
        }
        out.push_str(rest);
        out
    }

    /// Expands the reference a text starts with; what follows it comes back too.
    fn reference<'t>(&self, text: &'t str, depth: u32) -> (String, &'t str) {
        let body = text.strip_prefix('$').unwrap_or(text);
        self.steps.set(self.steps.get() + 1);
        if self.steps.get() > MAX_STEPS {
            return (unresolved(text), "");
        }
        let close = match body.chars().next() {
            None => return (String::new(), ""),
            // A `$` for the shell.
            Some('$') => return ("$".to_owned(), body.get(1..).unwrap_or("")),
            Some('(') => ')',
            Some('{') => '}',
            Some(single) => {
                let (name, after) = body.split_at(single.len_utf8());
                return (self.variable(name, depth), after);
            }
        };
        match closing(body, close) {
            Some(end) => {
                let inner = body.get(1..end).unwrap_or("");
                (self.inner(inner, depth), body.get(end + 1..).unwrap_or(""))
            }
            None => (unresolved(text), ""),
        }
    }

    fn inner(&self, inner: &str, depth: u32) -> String {
        if depth > MAX_DEPTH {
            return unresolved(&format!("$({inner})"));
        }
        if let Some((function, arguments)) = inner.split_once([' ', '\t']) {
            let arguments: Vec<String> =
                split_arguments(arguments.trim_start()).iter().map(|a| self.expand_at(a, depth + 1)).collect();
            return self.function(function, &arguments).unwrap_or_else(|| unresolved(&format!("$({inner})")));
        }
        self.variable(&self.expand_at(inner, depth + 1), depth)
    }

    fn variable(&self, name: &str, depth: u32) -> String {
        match (self.variables.get(name), name) {
            (Some(Variable { unsure: true, .. }), _) => unresolved(&format!("$({name})")),
            (Some(Variable { open: true, .. }), _) if self.leaves_open.get() => unresolved(&format!("$({name})")),
            (Some(Variable { simple: true, value, .. }), _) => value.clone(),
            (Some(Variable { value, .. }), _) if depth <= MAX_DEPTH => self.expand_at(value, depth + 1),
            (None, "CURDIR") => self.dir.display().to_string(),
            (None, "MAKEFILE_LIST") => self.files.join(" "),
            _ => unresolved(&format!("$({name})")),
        }
    }

    /// `None` for a function that asks the world, and for one that is not known here.
    fn function(&self, function: &str, arguments: &[String]) -> Option<String> {
        let first = arguments.first()?;
        if arguments.iter().any(|argument| argument.contains(UNRESOLVED)) {
            return None;
        }
        let each = |map: &dyn Fn(&str) -> String| first.split_whitespace().map(map).collect::<Vec<_>>().join(" ");
        let absolute = |word: &str| normalise(&self.dir.join(word)).display().to_string();
        match (function, arguments) {
            ("strip", [text]) => Some(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            ("dir", [_]) => Some(each(&|word| word.rfind('/').map_or("./", |at| word.split_at(at + 1).0).to_owned())),
            ("notdir", [_]) => Some(each(&|word| word.rsplit('/').next().unwrap_or("").to_owned())),
            ("basename", [_]) => Some(each(&|word| Path::new(word).with_extension("").display().to_string())),
            ("abspath" | "realpath", [_]) => Some(each(&absolute)),
            ("firstword", [text]) => Some(text.split_whitespace().next().unwrap_or("").to_owned()),
            ("lastword", [text]) => Some(text.split_whitespace().last().unwrap_or("").to_owned()),
            ("subst", [from, to, text]) if !from.is_empty() => Some(text.replace(from.as_str(), to)),
            ("addprefix", [prefix, words]) => {
                Some(words.split_whitespace().map(|word| format!("{prefix}{word}")).collect::<Vec<_>>().join(" "))
            }
            ("addsuffix", [suffix, words]) => {
                Some(words.split_whitespace().map(|word| format!("{word}{suffix}")).collect::<Vec<_>>().join(" "))
            }
            ("wildcard", [pattern]) if !pattern.contains(['*', '?', '[']) => {
                let there = |word: &&str| self.dir.join(word).exists();
                Some(pattern.split_whitespace().filter(there).collect::<Vec<_>>().join(" "))
            }
            _ => None,
        }
    }
}

fn unresolved(text: &str) -> String {
    format!("{UNRESOLVED}{text}{END}")
}

/// The index of the bracket that closes the one a text starts with.
fn closing(text: &str, close: char) -> Option<usize> {
    let open = text.chars().next()?;
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Arguments of a function: at commas that stand in no brackets.
fn split_arguments(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0_u32, 0);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                out.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out.extend(text.get(start..));
    out
}
