//! `fileset`: files below a directory, by the patterns Terraform knows.
//!
//! `*` and `?` stay within one name, `**` as a whole name is any number of directories, `[a-z]` and `[^a-z]` are classes,
//! `{a,b}` are alternatives, `\` takes the next character as it is.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{
    Call, Failure, Outcome,
    filesystem::{cleaned, located},
    string,
};
use crate::value::{Type, Value};

/// Alternatives one pattern may have after all braces are multiplied out.
const MAX_ALTERNATIVES: usize = 1_000;

pub(super) fn fileset(call: &Call<'_, '_>) -> Outcome {
    let directory = call.text(0);
    let pattern = cleaned(&format!("{directory}/{}", call.text(1)));
    let root = located(call, directory);
    call.cx.record_read(&root);
    let alternatives = valid(&pattern).then(|| expand(&pattern)).flatten();
    let Some(alternatives) = alternatives else {
        return Err(Failure::new(format!("failed to glob pattern \"{pattern}\": syntax error in pattern")));
    };
    let mut search = Search::default();
    for alternative in alternatives {
        let (start, rest) = match alternative.strip_prefix('/') {
            Some(rest) => (PathBuf::from("/"), rest.to_owned()),
            None => (call.base.to_path_buf(), alternative),
        };
        let names: Vec<&str> = rest.split('/').collect();
        search.step(&start, &names)?;
    }
    let shown = search.found.iter().map(|path| string(&relative(path, &root)));
    Ok(Value::set(Type::String, shown.collect()))
}

/// A path as seen from the directory; with `..` where it lies outside.
fn relative(path: &Path, root: &Path) -> String {
    let (path, root) = (crate::source::normalise(path), crate::source::normalise(root));
    let shared = path.components().zip(root.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(shared).map(|_| PathBuf::from(".."));
    let down = path.components().skip(shared).map(|part| PathBuf::from(part.as_os_str()));
    up.chain(down).collect::<PathBuf>().to_string_lossy().replace('\\', "/")
}

/// Files and directories that one call looks at.
const MAX_LOOKED_AT: usize = 200_000;

#[derive(Default)]
struct Search {
    found: BTreeSet<PathBuf>,
    seen: usize,
}

impl Search {
    /// Follows the names of a pattern from a directory on.
    fn step(&mut self, at: &Path, names: &[&str]) -> Result<(), Failure> {
        let Some((name, rest)) = names.split_first() else {
            if at.metadata().is_ok_and(|found| found.is_file()) {
                self.found.insert(at.to_path_buf());
            }
            return Ok(());
        };
        if *name == "**" {
            return self.deep(at, rest);
        }
        if !name.contains(['*', '?', '[', '\\']) {
            return self.step(&at.join(name), rest);
        }
        let pattern: Vec<char> = name.chars().collect();
        for child in self.children(at)? {
            let text: Vec<char> = child.file_name().unwrap_or_default().to_string_lossy().chars().collect();
            if matches(&pattern, &text) {
                self.step(&child, rest)?;
            }
        }
        Ok(())
    }

    /// `**`: here, and in every directory below; at the end of a pattern every file below.
    fn deep(&mut self, at: &Path, rest: &[&str]) -> Result<(), Failure> {
        let mut waiting = vec![at.to_path_buf()];
        while let Some(directory) = waiting.pop() {
            if !rest.is_empty() {
                self.step(&directory, rest)?;
            }
            for child in self.children(&directory)? {
                match child.symlink_metadata() {
                    Ok(found) if found.is_dir() => waiting.push(child),
                    Ok(_) if rest.is_empty() => self.step(&child, rest)?,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// What a directory holds; nothing when it is none.
    fn children(&mut self, directory: &Path) -> Result<Vec<PathBuf>, Failure> {
        let Ok(entries) = std::fs::read_dir(directory) else { return Ok(Vec::new()) };
        let children: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        self.seen += children.len();
        if self.seen > MAX_LOOKED_AT {
            return Err(Failure::new(format!("more than {MAX_LOOKED_AT} files and directories would be looked at")));
        }
        Ok(children)
    }
}

/// Whether all brackets and braces are closed.
fn valid(pattern: &str) -> bool {
    let mut depth = 0_usize;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '[' if !skip_class(&mut chars) => return false,
            _ => {}
        }
    }
    depth == 0
}

fn skip_class(chars: &mut std::str::Chars<'_>) -> bool {
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            ']' if !first => return true,
            '\\' => {
                chars.next();
            }
            '^' if first => continue,
            _ => {}
        }
        first = false;
    }
    false
}

/// The patterns that braces stand for; `None` when they are too many.
fn expand(pattern: &str) -> Option<Vec<String>> {
    let mut done = Vec::new();
    let mut waiting = vec![pattern.to_owned()];
    while let Some(next) = waiting.pop() {
        if done.len() + waiting.len() > MAX_ALTERNATIVES {
            return None;
        }
        match first_brace(&next) {
            None => done.push(next),
            Some((before, inner, after)) => {
                waiting.extend(alternatives(inner).iter().map(|choice| format!("{before}{choice}{after}")));
            }
        }
    }
    Some(done)
}

/// The first `{…}` with what stands around it.
fn first_brace(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find('{')?;
    let mut depth = 0_usize;
    for (at, c) in text.char_indices().skip_while(|(at, _)| *at < start) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..start)?, text.get(start + 1..at)?, text.get(at + 1..)?));
        }
    }
    None
}

/// The parts between commas that are in no inner braces.
fn alternatives(inner: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    for c in inner.chars() {
        match c {
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts
}

/// Whether one name matches, in time linear in the name for each star.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&'*') {
            retry = Some((p + 1, t));
            p += 1;
            continue;
        }
        if p == pattern.len() && t == text.len() {
            return true;
        }
        let step = text.get(t).and_then(|c| single(pattern.get(p..)?, *c));
        match (step, retry) {
            (Some(width), _) => {
                p += width;
                t += 1;
            }
            (None, Some((after_star, from))) if from < text.len() => {
                retry = Some((after_star, from + 1));
                p = after_star;
                t = from + 1;
            }
            _ => return false,
        }
    }
}

/// How much of the pattern one character uses up, when it fits.
fn single(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', literal, ..] => (*literal == c).then_some(2),
        ['[', rest @ ..] => class(rest, c),
        [literal, ..] => (*literal == c).then_some(1),
        [] => None,
    }
}

/// A class, from after its bracket; gives its width with the bracket.
fn class(rest: &[char], c: char) -> Option<usize> {
    let negative = rest.first() == Some(&'^');
    let mut at = usize::from(negative);
    let first = at;
    let mut hit = false;
    loop {
        let low = match rest.get(at)? {
            ']' if at > first => break,
            '\\' => {
                at += 1;
                *rest.get(at)?
            }
            other => *other,
        };
        at += 1;
        let high = match (rest.get(at), rest.get(at + 1)) {
            (Some('-'), Some(high)) if *high != ']' => {
                at += 2;
                *high
            }
            _ => low,
        };
        hit |= (low..=high).contains(&c);
    }
    (hit != negative).then_some(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        matches(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn names_match_as_doublestar_matches_them() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("?", "é", true),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            (r"\*", "*", true),
            (r"\*", "a", false),
            ("**x", "abx", true),
            ("[]a]", "]", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
        assert!(!fits(&"*a".repeat(50), &"a".repeat(49)), "many stars end soon");
    }

    #[test]
    fn braces_multiply_out() {
        let mut all = expand("a{b,c{d,e}}f").unwrap_or_default();
        all.sort();
        assert_eq!(all, ["abf", "acdf", "acef"]);
        assert_eq!(expand(&"{a,b}".repeat(40)), None);
    }
}
