//! What the code is *not*: edges that must not be there, and things without their other half.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

/// The rooms: each may use those before it. `main` and `lib` stand outside.
const ROOMS: [&str; 19] = [
    "source", "addr", "diag", "syntax", "value", "schema", "account", "config", "eval", "world", "policy", "check",
    "report", "diagram", "fix", "gate", "live", "lsp", "cli",
];

/// Crates that stay behind one door each.
const DOORS: [(&str, &str); 16] = [
    ("hcl_edit", "syntax"),
    ("miette", "report"),
    ("rayon", "check"),
    ("clap", "cli"),
    ("clap_complete", "cli"),
    ("clap_mangen", "cli"),
    ("terminal_size", "cli"),
    ("rustyline", "cli"),
    ("signal_hook", "gate"),
    ("rustix", "gate cli"),
    ("lsp_server", "lsp cli"),
    ("lsp_types", "lsp"),
    ("aws_sdk_ec2", "live"),
    ("aws_config", "live"),
    ("futures_util", "live"),
    ("tokio", "live"),
];

/// Names that say nothing.
const NAMELESS: [&str; 8] = ["utils", "util", "common", "helpers", "helper", "types", "manager", "misc"];

struct Source {
    /// Relative to the repository, with forward slashes.
    path: String,
    /// Without comments and the contents of strings; line breaks stay.
    code: String,
}

impl Source {
    /// The room a file belongs to; none for `lib.rs` and `main.rs`.
    fn room(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        let room = inside.split_once('/').map_or_else(|| inside.strip_suffix(".rs"), |(room, _)| Some(room))?;
        ROOMS.contains(&room).then_some(room)
    }

    fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }
}

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder of the repository, sorted.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn shown(path: &Path) -> String {
    path.strip_prefix(repository()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn sources() -> Vec<Source> {
    let rust = files("src").into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"));
    let sources: Vec<Source> = rust.map(|path| read(&path)).collect();
    assert!(sources.len() > 30, "the sources are not where this test looks for them");
    sources
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source { path: shown(path), code: bare(&text) }
}

/// The code without comments and the contents of strings, byte for byte in place.
fn bare(text: &str) -> String {
    let pattern =
        Regex::new(r##"(?s)//[^\n]*|/\*.*?\*/|b?r#+".*?"#+|b?r"[^"]*"|"(?:\\.|[^"\\])*"|'(?:\\.[^']*|[^'\\])'"##);
    let blank =
        |found: &regex::Captures<'_>| found[0].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect::<String>();
    pattern.expect("a pattern").replace_all(text, blank).into_owned()
}

/// The rooms a source names as `crate::room` or `crate::{room::…, room}`, each with its line.
fn named_rooms(source: &Source) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (at, start) in source.code.match_indices("crate::") {
        let is_other_word = source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if !is_other_word {
            let rest = at + start.len();
            found.extend(first_names(&source.code[rest..]).into_iter().map(|(name, i)| (name, source.line(rest + i))));
        }
    }
    found
}

/// The first name of a path, or of each path of a group; each with its offset.
fn first_names(path: &str) -> Vec<(String, usize)> {
    let Some(group) = path.strip_prefix('{') else { return vec![(name_at(path), 0)] };
    let (mut depth, mut names, mut fresh) = (0, Vec::new(), true);
    for (i, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if fresh && (c.is_alphanumeric() || c == '_') => {
                names.push((name_at(&group[i..]), i + 1));
                fresh = false;
            }
            _ => {}
        }
    }
    names
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn position(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// Fails with everything that was found, one a line.
fn nothing(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}

#[test]
fn a_module_uses_only_those_above_it() {
    let mut edges = Vec::new();
    for source in sources() {
        let Some(room) = source.room() else { continue };
        for (named, line) in named_rooms(&source) {
            let is_above = |named| position(named) <= position(room);
            if position(&named).is_some() && !is_above(&named) {
                edges.push(format!("{}:{line}: {room} uses {named}, which is below it", source.path));
            }
        }
    }
    nothing("edges that point down the list", &edges);
}

#[test]
fn every_room_is_in_the_list() {
    let mut strangers = BTreeSet::new();
    for source in sources() {
        let is_outside = ["src/lib.rs", "src/main.rs"].contains(&source.path.as_str());
        if source.room().is_none() && !is_outside {
            strangers.insert(source.path);
        }
    }
    nothing("files in no room of the list", &strangers.into_iter().collect::<Vec<_>>());
}

#[test]
fn crates_stay_behind_their_doors() {
    let mut found = Vec::new();
    for source in sources() {
        for (name, doors) in DOORS {
            let used = Regex::new(&format!(r"\b{name}(::|!)")).expect("a pattern");
            let allowed = source.room().is_some_and(|room| doors.split(' ').any(|door| door == room));
            if let Some(at) = used.find(&source.code).filter(|_| !allowed) {
                found.push(format!("{}:{}: {name} belongs to {doors}", source.path, source.line(at.start())));
            }
        }
    }
    nothing("crates used outside their door", &found);
}

/// What only the command line may do: print, exit, read the environment and the clock.
#[test]
fn only_the_command_line_touches_the_world() {
    // A method of that name, as a command's own, is another thing.
    let world = r"(?:^|[^.\w])(e?print(ln)?!|dbg!|stdout\(|stderr\(|process::exit|env::(var|vars|args|current_dir)|(Instant|SystemTime|Timestamp)::now|Zoned::now)";
    let pattern = Regex::new(world).expect("a pattern");
    let mut found = Vec::new();
    for source in sources() {
        let is_outside = source.path == "src/main.rs" || source.room() == Some("cli") || is_test(&source.path);
        // What runs programs waits for them, for so long and no longer, and hands its own streams to them.
        let is_waiting = |what: &str| source.room() == Some("gate") && matches!(what, "Instant::now" | "stderr(");
        let named = pattern.captures_iter(&source.code).filter_map(|found| found.get(1));
        for at in named.filter(|at| !is_outside && !is_waiting(at.as_str())) {
            found.push(format!("{}:{}: {}", source.path, source.line(at.start()), at.as_str()));
        }
    }
    nothing("the world is touched outside cli", &found);
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs")
}

#[test]
fn folders_have_names_that_say_something() {
    let folders = |path: &str| path.split('/').rev().skip(1).map(str::to_owned).collect::<BTreeSet<_>>();
    let is_nameless = |source: &Source| NAMELESS.iter().any(|name| folders(&source.path).contains(*name));
    let found: Vec<String> = sources().into_iter().filter(is_nameless).map(|source| source.path).collect();
    nothing("folders whose names say nothing", &found);
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let names: Vec<String> = files("rules").iter().map(|path| shown(path)).collect();
    let stems = |endings: &[&str]| -> BTreeSet<String> {
        let stem = |name: &String| endings.iter().find_map(|ending| name.strip_suffix(ending)).map(str::to_owned);
        names.iter().filter_map(stem).collect()
    };
    let rules = stems(&[".policy.hcl", ".infralint.hcl"]);
    let mut pages = stems(&[".md"]);
    pages.remove("rules/README");
    let missing: Vec<String> = rules.symmetric_difference(&pages).cloned().collect();
    nothing("rules without a page, or pages without a rule", &missing);
}

/// Documents name files that are there.
#[test]
fn paths_in_documents_exist() {
    let pattern = r"(?:^|[\s`(\[])((?:src|docs|rules|tests|benches|fixtures|fuzz|bin|lib|modules|stages/test|\.ci)/[\w./-]*\w)(?:[\s`),.:;\])]|$)";
    let pattern = Regex::new(pattern).expect("a pattern");
    let mut missing = Vec::new();
    let documents = files("docs").into_iter().chain(files("rules"));
    let at_root = ["README.md", "CONTRIBUTING.md"].map(|name| repository().join(name));
    for path in documents.chain(at_root).filter(|path| path.extension().is_some_and(|e| e == "md")) {
        let text = without_outputs(&fs::read_to_string(&path).unwrap_or_default());
        // An example on a rule's page has files of its own.
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with("# file: ")) {
            let named = pattern.captures_iter(line).map(|found| found[1].to_owned());
            let absent = named.filter(|name| !repository().join(name).exists());
            missing.extend(absent.map(|name| format!("{}:{}: {name}", shown(&path), i + 1)));
        }
    }
    nothing("documents name what is not there", &missing);
}

/// Without the block after a comment that tells which command has printed it; its lines stay, empty.
fn without_outputs(page: &str) -> String {
    let mut out = String::new();
    let (mut follows, mut fence) = (false, None::<String>);
    for line in page.lines() {
        let ticks = &line[..line.find(|c| c != '`').unwrap_or(line.len())];
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if follows && ticks.len() >= 3 => fence = Some(ticks.to_owned()),
            None => out.push_str(line),
        }
        follows = line.starts_with("<!-- infralint ");
        out.push('\n');
    }
    out
}

#[test]
fn this_test_sees_what_it_should() {
    let code = "use crate::{\n    addr::{Name, x},\n    cli,\n};\nfn f() { crate::report::json(); mycrate::check::x(); } // crate::fix::x\nconst S: &str = \"crate::gate::x\";\nlet c = '\"'; crate::live::y();";
    let source = Source { path: "src/eval/x.rs".to_owned(), code: bare(code) };
    let named: Vec<(String, usize)> = named_rooms(&source);
    let expected = [("addr", 2), ("cli", 3), ("report", 5), ("live", 7)].map(|(name, line)| (name.to_owned(), line));
    assert_eq!(named, expected);
    assert_eq!(source.room(), Some("eval"));
}
