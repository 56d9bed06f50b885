//! `infralint eval` against what `terraform console` said: `tests/eval_command/recorded.json`, made by `record.py` of
//! `cases.txt`. Values are compared as they are printed, mistakes by their summary.
//!
//! What differs on purpose stands in `DIFFERENCES` with its reason; an entry that no longer differs fails the test too.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Expressions that are answered otherwise, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    ("local", TWICE),
    ("var", TWICE),
    ("module.each", SECRET),
    ("module.each[\"prod\"]", SECRET),
    ("module.m", SECRET),
    ("module.m.secret", SECRET),
];

const TWICE: &str = "The console first complains of a name that is empty; here only its second complaint is made.";
const SECRET: &str = "A plan keeps the outputs of modules secret that say so; the console prints them.";

/// What a run of the binary left behind.
#[derive(Debug)]
struct Run {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/eval_command/root")
}

/// The command in the root module of the recorded answers, in the workspace they were recorded in.
fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
    command.args(["eval", "--var", "given=7", "--workspace", "default", "--root"]).arg(root());
    command.env_remove("TF_WORKSPACE").stdin(Stdio::null());
    command
}

fn run(command: &mut Command, input: &str) -> Run {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it has an input");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn eval(arguments: &[&str]) -> Run {
    run(command().args(arguments), "")
}

fn read(input: &str) -> Run {
    run(&mut command(), input)
}

/// A value as printed, or the summary of the first error.
fn answer(expression: &str) -> Result<String, String> {
    let run = eval(&["--", expression]);
    match run.code {
        Some(0) => Ok(without_reasons(run.stdout.strip_suffix('\n').unwrap_or(&run.stdout))),
        Some(1) => Err(first_summary(&run.stderr)),
        code => panic!("{expression}: exit code {code:?}: {}", run.stderr),
    }
}

fn first_summary(stderr: &str) -> String {
    let first = stderr.lines().find_map(|line| line.strip_prefix("error: "));
    first.unwrap_or_else(|| panic!("an error: {stderr}")).to_owned()
}

/// The console gives no reasons.
fn without_reasons(text: &str) -> String {
    let reasons = regex::Regex::new(r"\(known after apply: [^()]*\)").expect("a pattern");
    reasons.replace_all(text, "(known after apply)").into_owned()
}

fn recorded() -> BTreeMap<String, Result<String, String>> {
    let path = root().with_file_name("recorded.json");
    let text = std::fs::read_to_string(path).expect("recorded answers");
    let all: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text).expect("answers");
    let answer = |mut fields: BTreeMap<String, String>| {
        fields.remove("value").ok_or_else(|| fields.remove("error").unwrap_or_default())
    };
    all.into_iter().map(|(case, fields)| (case, answer(fields))).collect()
}

#[test]
fn answers_are_those_of_the_console() {
    let recorded = recorded();
    assert!(recorded.len() > 150, "the answers are not where this test looks for them");
    let mut wrong = Vec::new();
    for (case, expected) in &recorded {
        let reason = DIFFERENCES.iter().find(|(known, _)| known == case).map(|(_, reason)| *reason);
        let answer = answer(case);
        match reason {
            None if answer != *expected => wrong.push(format!("{case}\n  {answer:?}\n  {expected:?}")),
            Some(reason) if answer == *expected => wrong.push(format!("{case}\n  no longer differs ({reason})")),
            _ => {}
        }
    }
    for (case, _) in DIFFERENCES {
        assert!(recorded.contains_key(*case), "{case} is not recorded");
    }
    assert!(wrong.is_empty(), "{} cases are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn expressions_on_the_standard_input() {
    let cases = [
        ("", ""),
        ("\n\n# nothing\n", ""),
        ("1\n\n2", "1\n2\n"),
        ("[\n  local.names[0],\n]\n2\n", "[\n  \"b\",\n]\n2\n"),
        ("upper(\n\"a\"\n)\n", "\"A\"\n"),
        ("1 + \\\n  2\n", "3\n"),
        ("<<-E\n  [\n  E\n1\n", "<<EOT\n[\n\nEOT\n1\n"),
        ("\"${upper(\n\"a\")}\"\n", "\"A\"\n"),
        ("1\nexit\n2\n", "1\n"),
        ("1\r\n2\r\n", "1\n2\n"),
    ];
    for (input, expected) in cases {
        let run = read(input);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(0), expected, ""), "{input:?}");
    }
}

/// The values of the others are printed all the same.
#[test]
fn one_wrong_expression_among_others() {
    let run = read("1\nlocal.nmaes\n2\n[\n");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "1\n2\n"));
    let excerpt = "error: Reference to undeclared local value\n   ╭─[<expression>:1:1]\n 1 │ local.nmaes\n";
    assert!(run.stderr.starts_with(excerpt) && run.stderr.contains("Did you mean \"names\"?"), "{}", run.stderr);
    assert!(run.stderr.contains("error: Missing expression"), "{}", run.stderr);
}

#[test]
fn types_of_values() {
    let cases = [("1", "number\n"), ("var.redis.tags", "map(string)\n"), ("[1]", "tuple([\n    number,\n])\n")];
    for (expression, expected) in cases {
        assert_eq!(eval(&["--type", expression]).stdout, expected, "{expression}");
        assert_eq!(eval(&[&format!("type({expression})")]).stdout, expected, "{expression}");
    }
}

/// An evaluation of each: what one of them met is not kept for the others.
#[test]
fn several_arguments() {
    let run = eval(&["var.none", "1", "var.none"]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "1\n"));
    assert_eq!(run.stderr.matches("Reference to undeclared input variable").count(), 2, "{}", run.stderr);
}

#[test]
fn unknown_values_have_their_reasons() {
    let cases = [
        ("terraform_data.one.id", "(known after apply: terraform_data.one.id)"),
        ("var.given", "(no value given: var.given)"),
        ("terraform.workspace", "(no workspace selected: terraform.workspace)"),
        (
            "\"${terraform_data.one.id}-${var.given}-${terraform_data.one.id}\"",
            "(known after apply: terraform_data.one.id; no value given: var.given)",
        ),
        ("[1, terraform_data.one.id]", "[\n  1,\n  (known after apply: terraform_data.one.id),\n]"),
        ("var.given > 1 ? \"a\" : \"b\"", "(no value given: var.given; one of \"a\", \"b\")"),
        ("provider::x::y(1)", "(not evaluated here: the provider-defined function x::y)"),
    ];
    for (expression, expected) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(["eval", expression, "--root"]).arg(root()).env_remove("TF_WORKSPACE");
        let run = run(&mut command, "");
        assert_eq!((run.code, run.stdout.trim_end()), (Some(0), expected), "{expression}: {}", run.stderr);
    }
}

#[test]
fn what_could_not_be_read_is_exit_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("empty")).expect("a folder");
    std::fs::create_dir(path("broken")).expect("a folder");
    std::fs::write(path("broken/main.tf"), "locals {\n  a = \n}\n").expect("a file");
    let cases = [
        ("none", "there is no such folder"),
        ("empty", "this folder is no root module, it holds no Terraform files"),
        ("broken", "main.tf:2:"),
    ];
    for (name, said) in cases {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        command.args(["eval", "1", "--root", name]).current_dir(folder.path());
        let run = run(&mut command, "");
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{name}: {run:?}");
        assert!(run.stderr.contains(said), "{name}: {}", run.stderr);
    }
    let unset = eval(&["--var", "nowhere=1", "1"]);
    assert_eq!(unset.code, Some(2), "{unset:?}");
}

/// What an expression refers to is wrong, at its own place.
#[test]
fn a_mistake_in_what_is_referred_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "locals {\n  a = upper([])\n  b = 1\n}\n";
    std::fs::write(folder.path().join("main.tf"), text).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
    command.args(["eval", "local.b", "local.a", "try(local.a, 1)", "--root"]).arg(folder.path());
    let run = run(&mut command, "");
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), "1\n"), "{run:?}");
    assert_eq!(run.stderr.matches("main.tf:2:").count(), 2, "{}", run.stderr);
}
