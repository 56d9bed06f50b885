//! Completions and the manual, by the shells and the formatter that are here.

use std::{
    fs,
    io::Write,
    process::{Command, Output, Stdio},
};

use super::repository::Repository;

fn printed(arguments: &[&str]) -> String {
    let run = Repository::new().run(arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}: {run:?}");
    run.stdout
}

/// What a program makes of an input; none where it is not on this machine, which is said aloud.
#[expect(clippy::print_stderr, reason = "what did not run is said aloud")]
fn run(program: &str, arguments: &[&str], input: &str) -> Option<Output> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("NOT TESTED by {program}, which is not on this machine");
        return None;
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    // Who does not read it all is told by the exit code.
    let _written = stdin.write_all(input.as_bytes());
    drop(stdin);
    Some(child.wait_with_output().expect("it ends"))
}

/// Runs a script, and returns what it says.
fn script(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let output = run(program, arguments, text)?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && err.is_empty(), "{program}: {err}{out}");
    Some(out.into_owned())
}

#[test]
fn bash_completes() {
    let completions = printed(&["completions", "bash"]);
    script("bash", &["-n"], &completions).expect("bash is on every machine this is built on");
    let complete = |words: &str, at: usize| {
        let ask = format!(
            "{completions}\nCOMP_WORDS=({words}); COMP_CWORD={at}; _infralint infralint \"${{COMP_WORDS[{at}]}}\" \"${{COMP_WORDS[{before}]}}\"; echo ${{COMPREPLY[@]}}\n",
            before = at - 1,
        );
        script("bash", &["--norc"], &ask).unwrap_or_default()
    };
    assert_eq!(complete("infralint che", 1), "check\n");
    assert_eq!(complete("infralint check --form", 2), "--format\n");
    assert_eq!(complete("infralint check --format s", 3), "sarif\n");
    assert_eq!(complete("infralint facts pu", 2), "pull\n");
}

#[test]
fn zsh_and_fish_take_their_completions() {
    let zsh = printed(&["completions", "zsh"]);
    assert!(zsh.starts_with("#compdef infralint"));
    script("zsh", &["-n"], &zsh);
    let fish = printed(&["completions", "fish"]);
    script("fish", &["--no-execute"], &fish);
    if let Some(completed) = script("fish", &["--no-config"], &format!("{fish}\ncomplete -C 'infralint che'\n")) {
        assert!(completed.starts_with("check\t"), "{completed}");
    }
}

#[test]
fn powershell_and_elvish_have_theirs() {
    assert!(
        printed(&["completions", "powershell"]).contains("Register-ArgumentCompleter -Native -CommandName 'infralint'")
    );
    assert!(printed(&["completions", "elvish"]).contains("edit:completion:arg-completer[infralint]"));
    let run = Repository::new().run(&["completions", "csh"]);
    assert!(run.code == 2 && run.stderr.contains("possible values: bash"), "{run:?}");
}

#[test]
fn the_manual_has_a_page_for_every_command_and_is_clean() {
    let repo = Repository::new();
    let run = repo.run(&["man", "pages/man1"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""), "{run:?}");
    let entries = fs::read_dir(repo.path("pages/man1")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for name in ["infralint.1", "infralint-check.1", "infralint-facts-pull.1", "infralint-schema-import.1"] {
        assert!(names.iter().any(|known| known == name), "{name} is missing: {names:?}");
    }
    for name in &names {
        let page = repo.read(&format!("pages/man1/{name}"));
        let title = name.strip_suffix(".1").unwrap_or(name);
        assert!(page.contains(&format!(".TH {title} 1")), "{page}");
        if let Some(output) = run_groff(&page) {
            let (shown, warnings) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && warnings.is_empty(), "{name}: {warnings}");
            assert!(shown.contains("SYNOPSIS") && shown.contains("OPTIONS"), "{name}: {shown}");
        }
    }
    assert_eq!(repo.run(&["man"]).stdout, repo.read("pages/man1/infralint.1"));
}

fn run_groff(page: &str) -> Option<Output> {
    // Without what makes a terminal show bold and underlined.
    run("groff", &["-man", "-Tutf8", "-ww", "-P", "-cbu"], page)
}
