//! Every operator over every pair of operands, and other expressions, against what the real Terraform said to them.
//!
//! `tests/expressions/*.txt` holds expressions in which `A` and `B` stand for the operands of `files/prelude.tf`;
//! the `.json` beside each holds the answers, each once, and which of them an expression of which operands has.
//! Record them with `cargo test --test expressions -- --ignored record` where Terraform 1.11.4 is on the path.
//!
//! `EXPRESSIONS_FILE=batch.txt cargo test --test expressions -- --ignored batch` holds a batch of your own against Terraform.
//!
//! Errors agree when summaries and places do. What differs on purpose stands in `differences.txt` with a reason; a
//! difference that is no more fails the test too.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod differences;
mod oracle;

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use oracle::{
    Case, compare,
    ours::{self, Operands as Answering},
    terraform,
};
use serde_json::{Value as Json, json};

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expressions")
}

/// The operands, as they are referred to.
struct Operands {
    /// In the order they are declared.
    all: Vec<String>,
    /// How many of them, from the first, stand in pairs.
    paired: usize,
}

fn operands() -> Operands {
    let text = fs::read_to_string(here().join("files/prelude.tf")).unwrap();
    let (_, locals) = text.split_once("\nlocals {\n").unwrap();
    let named = |text: &str| -> Vec<String> {
        let names = text.lines().filter_map(|line| line.trim().split_once(" = "));
        names.map(|(name, _)| format!("local.{name}")).filter(|name| !name.contains('#')).collect()
    };
    let (paired, _) = locals.split_once("# Not in pairs.").unwrap();
    Operands { all: named(locals), paired: named(paired).len() }
}

fn topics() -> Vec<PathBuf> {
    let mut topics: Vec<PathBuf> = fs::read_dir(here()).unwrap().map(|entry| entry.unwrap().path()).collect();
    topics.retain(|path| path.extension().is_some_and(|e| e == "txt") && !path.ends_with("differences.txt"));
    topics.sort();
    topics
}

/// The expressions of a topic: one a line, or several lines between two of `---`.
fn templates(topic: &Path) -> Vec<String> {
    let text = fs::read_to_string(topic).unwrap();
    let mut out = Vec::new();
    let mut block: Option<Vec<&str>> = None;
    for line in text.lines() {
        match (&mut block, line) {
            (None, "---") => block = Some(Vec::new()),
            (Some(lines), "---") => {
                out.push(lines.join("\n"));
                block = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, line) if line.is_empty() || line.starts_with("## ") => {}
            (None, line) => out.push(line.to_owned()),
        }
    }
    assert!(block.is_none(), "a block of {} is not closed", topic.display());
    out
}

/// Whether an operand's name stands in a template by itself.
fn takes(template: &str, name: char) -> bool {
    substituted(template, &[(name, "")]) != template
}

/// The template with operands for their names, where these stand by themselves.
fn substituted(template: &str, operands: &[(char, &str)]) -> String {
    let mut out = String::new();
    let chars: Vec<char> = template.chars().collect();
    let word = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphanumeric() || *c == '_');
    for (i, c) in chars.iter().enumerate() {
        match operands.iter().find(|(name, _)| name == c) {
            Some((_, operand)) if !word(i.checked_sub(1)) && !word(Some(i + 1)) => out.push_str(operand),
            _ => out.push(*c),
        }
    }
    out
}

/// The expressions of a template with every operand, or pair of operands.
fn expanded(template: &str, operands: &Operands) -> Vec<String> {
    let paired = &operands.all[..operands.paired];
    if let Some(ty) = template.strip_prefix("type: ") {
        // An output of a module would have to be sensitive as a whole.
        return operands.all.iter().filter(|a| !a.contains('z')).map(|a| format!("{a} as {ty}")).collect();
    }
    match (takes(template, 'A'), takes(template, 'B')) {
        (false, _) => vec![template.to_owned()],
        (true, false) => operands.all.iter().map(|a| substituted(template, &[('A', a)])).collect(),
        (true, true) => {
            let pairs = paired.iter().flat_map(|a| paired.iter().map(move |b| (a, b)));
            pairs.map(|(a, b)| substituted(template, &[('A', a), ('B', b)])).collect()
        }
    }
}

/// The case of an expanded expression; `types` are those of the modules.
fn case(text: &str, types: &[String]) -> Case {
    let of_module = text.split_once(" as ").and_then(|(a, ty)| Some((a, types.iter().position(|t| t == ty)?)));
    match of_module {
        Some((a, i)) => Case::Argument { module: format!("t{i}"), expression: a.to_owned() },
        None => Case::Expression(text.to_owned()),
    }
}

/// The types that a topic asks about.
fn types(topic: &Path) -> Vec<String> {
    templates(topic).iter().filter_map(|template| template.strip_prefix("type: ").map(str::to_owned)).collect()
}

/// A folder with the operands, and a module for each of the types.
fn folder(types: &[String]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(here().join("files")).unwrap().map(Result::unwrap) {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    for (i, ty) in types.iter().enumerate() {
        let module = folder.path().join(format!("t{i}"));
        fs::create_dir(&module).unwrap();
        let text = format!("variable \"v\" {{\n  type = {ty}\n}}\noutput \"o\" {{\n  value = var.v\n}}\n");
        fs::write(module.join("main.tf"), text).unwrap();
    }
    folder
}

/// The recorded answers of a topic, by template.
fn recorded(topic: &Path) -> BTreeMap<String, Vec<Json>> {
    let Ok(text) = fs::read_to_string(topic.with_extension("json")) else { return BTreeMap::new() };
    let recorded: Json = serde_json::from_str(&text).unwrap();
    let answers = recorded["answers"].as_array().unwrap();
    let of = |indexes: &Json| {
        let indexes = indexes.as_str().unwrap().split(' ').map(|i| i.parse::<usize>().unwrap());
        indexes.map(|i| answers[i].clone()).collect()
    };
    recorded["expressions"].as_object().unwrap().iter().map(|(template, i)| (template.clone(), of(i))).collect()
}

/// Every expression of a topic with its answer.
fn cases(topic: &Path) -> Vec<(String, Json)> {
    let mut recorded = recorded(topic);
    let operands = operands();
    let mut all = Vec::new();
    for template in templates(topic) {
        let answers = recorded.remove(&template).unwrap_or_default();
        let expressions = expanded(&template, &operands);
        assert_eq!(expressions.len(), answers.len(), "{template} is not recorded");
        all.extend(expressions.into_iter().zip(answers));
    }
    assert!(recorded.is_empty(), "recorded of what is gone: {:?}", recorded.keys());
    all
}

/// What infralint makes of them: expressions over operands each by itself, others each in a file.
fn answers(topic: &Path, cases: &[(String, Json)]) -> Vec<Json> {
    if templates(topic).iter().any(|template| takes(template, 'A')) {
        let expressions: Vec<&str> = cases.iter().map(|(text, _)| text.as_str()).collect();
        return Answering::load(&here().join("files")).answers(&expressions);
    }
    let types = types(topic);
    let folder = self::folder(&types);
    let cases: Vec<Case> = cases.iter().map(|(text, _)| case(text, &types)).collect();
    // One module at a time: what is wrong with one must not hide what is wrong with calls of another.
    cases.chunk_by(|a, b| a.module() == b.module()).flat_map(|cases| ours::whole(folder.path(), cases)).collect()
}

#[test]
fn expressions_evaluate_as_terraform_does() {
    let known = differences::read(&here().join("differences.txt")).into_iter();
    let mut known: BTreeMap<String, String> = known.map(|(text, reason)| (text.replace("\\n", "\n"), reason)).collect();
    let mut wrong = String::new();
    let (mut all, mut differing) = (0, 0);
    for topic in topics() {
        let cases = cases(&topic);
        for ((text, terraform), ours) in cases.iter().zip(answers(&topic, &cases)) {
            all += 1;
            match (compare::difference(terraform, &ours), known.remove(text)) {
                (Some(difference), None) => {
                    differing += 1;
                    let _ = writeln!(wrong, "{text}\n{difference}");
                }
                (None, Some(reason)) => {
                    let _ = writeln!(wrong, "{text}\n  no longer differs ({reason})");
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
    }
    assert!(known.is_empty(), "differences of what is no case: {known:?}");
    assert!(wrong.is_empty(), "{differing} of {all} differ\n{wrong}");
    assert!(all > 3_000, "only {all} cases");
}

/// Asks the real Terraform again. `EXPRESSIONS=new` asks only what is not recorded yet, `EXPRESSIONS=unary` that topic.
#[test]
#[ignore = "asks the real Terraform, for minutes"]
fn record() {
    assert!(terraform::is_here(), "Terraform 1.11.4 is not on the path");
    let wanted = std::env::var("EXPRESSIONS").unwrap_or_default();
    for topic in topics() {
        let stem = topic.file_stem().unwrap().to_string_lossy();
        match wanted.as_str() {
            "new" => record_topic(&topic, &recorded(&topic)),
            "" => record_topic(&topic, &BTreeMap::new()),
            one if one == stem => record_topic(&topic, &BTreeMap::new()),
            _ => {}
        }
    }
}

fn record_topic(topic: &Path, before: &BTreeMap<String, Vec<Json>>) {
    let operands = operands();
    let templates = templates(topic);
    let asked: Vec<&String> = templates.iter().filter(|template| !before.contains_key(*template)).collect();
    let types = types(topic);
    let texts = asked.iter().flat_map(|template| expanded(template, &operands));
    let cases: Vec<Case> = texts.map(|text| case(&text, &types)).collect();
    let mut given = terraform::answers(folder(&types).path(), &cases).into_iter();
    let mut table = Table::default();
    let mut expressions = String::new();
    for template in &templates {
        let answers = match before.get(template) {
            Some(answers) => answers.clone(),
            None => given.by_ref().take(expanded(template, &operands).len()).collect(),
        };
        let indexes: Vec<String> = answers.into_iter().map(|answer| table.index(answer).to_string()).collect();
        let comma = if expressions.is_empty() { "" } else { ",\n" };
        let _ = write!(expressions, "{comma}{}: {}", json!(template), json!(indexes.join(" ")));
    }
    let answers: Vec<String> = table.answers.iter().map(Json::to_string).collect();
    let text = format!("{{\"answers\": [\n{}\n],\n\"expressions\": {{\n{expressions}\n}}}}\n", answers.join(",\n"));
    fs::write(topic.with_extension("json"), text).unwrap();
}

/// Asks the real Terraform about the expressions of a file of your own, recording nothing, and tells what differs.
#[test]
#[ignore = "asks the real Terraform about the expressions of a file"]
fn batch() {
    let file = PathBuf::from(std::env::var_os("EXPRESSIONS_FILE").expect("EXPRESSIONS_FILE names the file"));
    assert!(terraform::is_here(), "Terraform 1.11.4 is not on the path");
    let (types, operands) = (types(&file), operands());
    let texts: Vec<String> = templates(&file).iter().flat_map(|template| expanded(template, &operands)).collect();
    let cases: Vec<Case> = texts.iter().map(|text| case(text, &types)).collect();
    let theirs = terraform::answers(folder(&types).path(), &cases);
    let cases: Vec<(String, Json)> = texts.into_iter().zip(theirs).collect();
    let texts: Vec<&str> = cases.iter().map(|(text, _)| text.as_str()).collect();
    let plain = types.is_empty() && !texts.iter().any(|text| text.contains('\n'));
    let ours = if plain { Answering::load(&here().join("files")).answers(&texts) } else { answers(&file, &cases) };
    let differing = cases
        .iter()
        .zip(&ours)
        .filter_map(|((text, terraform), ours)| Some(format!("{text}\n{}\n", compare::difference(terraform, ours)?)));
    let differing: Vec<String> = differing.collect();
    assert!(differing.is_empty(), "{} of {} differ\n{}", differing.len(), cases.len(), differing.concat());
}

/// Answers, each once.
#[derive(Default)]
struct Table {
    answers: Vec<Json>,
    indexes: HashMap<String, usize>,
}

impl Table {
    fn index(&mut self, answer: Json) -> usize {
        let next = self.answers.len();
        let index = *self.indexes.entry(answer.to_string()).or_insert(next);
        if index == next {
            self.answers.push(answer);
        }
        index
    }
}
