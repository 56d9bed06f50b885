//! The configurations on the pages under `docs/semantics/` come to what is said of them, here and in Terraform where it is on the
//! machine.
//!
//! A fence `terraform` is a root module, `# file: path` begins another file. `value = expression # result` in an output claims that
//! both come to the same value of the same type, or `unknown`; `# error: summary` claims a mistake in that line. There are no others.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use infralint::{
    config::{self, LoadOptions},
    source::Sources,
    value::{Truth, Value, equals},
    world,
};
use serde_json::Value as Json;

/// A mistake: summary, file and line.
type Mistake = (String, String, u64);

/// One fence.
#[derive(Debug, Default)]
struct Example {
    at: String,
    files: BTreeMap<String, String>,
    /// What each output is claimed to be.
    claims: BTreeMap<String, String>,
    mistakes: BTreeSet<Mistake>,
}

/// What an output is, and what it is claimed to be.
type Outputs = BTreeMap<String, Result<(), String>>;

impl Example {
    fn read(at: String, text: &str) -> Self {
        let mut example = Self { at, ..Self::default() };
        let (mut file, mut output) = ("main.tf".to_owned(), String::new());
        for line in text.lines() {
            if let Some(path) = line.strip_prefix("# file: ") {
                path.clone_into(&mut file);
                continue;
            }
            let content = example.files.entry(file.clone()).or_default();
            content.push_str(line);
            content.push('\n');
            let number = content.lines().count() as u64;
            if let Some(rest) = line.strip_prefix("output \"") {
                output = rest.split('"').next().unwrap_or_default().to_owned();
            }
            let Some((code, claim)) = line.rsplit_once("# ") else { continue };
            if let Some(summary) = claim.strip_prefix("error: ") {
                example.mistakes.insert((summary.to_owned(), file.clone(), number));
            } else if code.trim_start().starts_with("value") && file == "main.tf" {
                example.claims.insert(output.clone(), claim.to_owned());
            }
        }
        let known = example.claims.iter().filter(|(_, claim)| *claim != "unknown");
        let claims = known.map(|(name, claim)| format!("output \"claim_{name}\" {{\n  value = {claim}\n}}\n"));
        let claims: String = claims.collect();
        example.files.insert("zz_claims.tf".to_owned(), claims);
        example
    }

    fn folder(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in &self.files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    /// What is wrong with the claims.
    fn wrong(&self, who: &str, (mistakes, outputs): &(BTreeSet<Mistake>, Outputs)) -> String {
        let mut out = String::new();
        for of in self.mistakes.symmetric_difference(mistakes) {
            let what = if mistakes.contains(of) { "is not claimed" } else { "is claimed" };
            out += &format!("{}: {who}: {of:?} {what}\n", self.at);
        }
        if self.mistakes.is_empty() {
            for (name, claim) in &self.claims {
                match outputs.get(name) {
                    Some(Ok(())) => {}
                    Some(Err(other)) => out += &format!("{}: {who}: {name} is {other}, not {claim}\n", self.at),
                    None => out += &format!("{}: {who}: there is no {name}\n", self.at),
                }
            }
        }
        out
    }
}

fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/semantics");
    let mut pages: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mut examples = Vec::new();
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        let name = page.file_name().unwrap().to_string_lossy().into_owned();
        for (i, part) in text.split("\n```terraform\n").enumerate().skip(1) {
            let fence = part.split("\n```").next().unwrap_or_default();
            examples.push(Example::read(format!("{name}, configuration {i}"), fence));
        }
    }
    examples
}

/// Mistakes and outputs here.
fn ours(example: &Example) -> (BTreeSet<Mistake>, Outputs) {
    let folder = example.folder();
    let root = folder.path().canonicalize().unwrap();
    let workspace = Some("default".to_owned());
    let options = LoadOptions { paths: vec![root.clone()], workspace, ..LoadOptions::default() };
    let sources = Sources::new(root);
    let repository = config::load(&sources, &options);
    let index = repository.root_modules.iter().position(|root| matches!(&*root.path, "" | "."));
    let module = index.map(|index| world::evaluate(&sources, &repository, index));
    let of_loading = repository.diagnostics.iter().chain(repository.modules.values().flat_map(|m| &m.diagnostics));
    let of_root = index.iter().flat_map(|index| &repository.root_modules[*index].diagnostics);
    let all = of_loading.chain(of_root).chain(module.iter().flat_map(|m| &m.diagnostics));
    let mistakes = all
        .filter(|d| d.is_error())
        .map(|d| {
            let place = d.place.map(|place| (sources.get(place.file), place.span.start));
            let (file, line) =
                place.map_or((String::new(), 0), |(file, at)| (file.path.to_string(), file.position(at).line.into()));
            (d.summary.clone(), file, line)
        })
        .collect();
    let output = |name: &str| module.as_ref().and_then(|module| module.outputs.get(name));
    let judged = |name: &String, claim: &String| {
        let value = output(name)?;
        let holds = match output(&format!("claim_{name}")) {
            Some(claimed) => same(value, claimed),
            None => claim == "unknown" && !value.is_known(),
        };
        Some((name.clone(), if holds { Ok(()) } else { Err(infralint::value::show_short(value).to_string()) }))
    };
    let outputs = example.claims.iter().filter_map(|(name, claim)| judged(name, claim)).collect();
    (mistakes, outputs)
}

fn same(a: &Value, b: &Value) -> bool {
    a.ty() == b.ty() && matches!(equals(a, b), Truth::True)
}

/// Terraform in a folder, or nothing where this release of it is not on the machine.
fn terraform(folder: &Path, args: &[&str]) -> Option<(bool, String)> {
    let mut command = Command::new("terraform");
    for name in ["TF_CLI_CONFIG_FILE", "TF_DATA_DIR", "TF_WORKSPACE", "TF_CLI_ARGS", "AWS_PROFILE", "AWS_CA_BUNDLE"] {
        command.env_remove(name);
    }
    command.env("CHECKPOINT_DISABLE", "1").env("TF_INPUT", "0").current_dir(folder).stderr(Stdio::null());
    let said = command.args(args).output().ok()?;
    Some((said.status.success(), String::from_utf8_lossy(&said.stdout).into_owned()))
}

/// Mistakes and outputs there.
fn theirs(example: &Example) -> Option<(BTreeSet<Mistake>, Outputs)> {
    let folder = example.folder();
    let (ready, said) = terraform(folder.path(), &["init", "-json"])?;
    if !ready {
        return Some((refused(&said), Outputs::new()));
    }
    let (ready, said) = terraform(folder.path(), &["plan", "-json", "-out=plan"])?;
    let mistakes = refused(&said);
    if !ready {
        return Some((mistakes, Outputs::new()));
    }
    let (_, shown) = terraform(folder.path(), &["show", "-json", "plan"])?;
    let plan: Json = serde_json::from_str(&shown).unwrap();
    let judged = |name: &String, claim: &String| {
        let output = &plan["output_changes"][name];
        let claimed = format!("claim_{name}");
        let holds = if claim == "unknown" {
            output["after_unknown"] == true
        } else {
            let ty = |name: &str| plan["planned_values"]["outputs"][name]["type"].clone();
            output["after"] == plan["output_changes"][&claimed]["after"] && ty(name) == ty(&claimed)
        };
        (name.clone(), if holds { Ok(()) } else { Err(output.to_string()) })
    };
    Some((mistakes, example.claims.iter().map(|(name, claim)| judged(name, claim)).collect()))
}

fn refused(said: &str) -> BTreeSet<Mistake> {
    let lines = said.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
    let told = lines.map(|line| line["diagnostic"].clone()).filter(|d| d["severity"] == "error");
    let told = told.map(|d| {
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let line = d["range"]["start"]["line"].as_u64().unwrap_or(0);
        (text(&d["summary"]), text(&d["range"]["filename"]), line)
    });
    told.filter(|(summary, ..)| !summary.starts_with("Terraform encountered problems")).collect()
}

#[test]
fn every_configuration_holds() {
    let examples = examples();
    let out: String = examples.iter().map(|example| example.wrong("infralint", &ours(example))).collect();
    assert!(out.is_empty(), "\n{out}");
    let held: usize = examples.iter().map(|example| example.claims.len() + example.mistakes.len()).sum();
    assert!(held > 40, "only {held} claims");
}

#[test]
fn every_configuration_is_true_of_terraform() {
    let here = terraform(Path::new("."), &["version"]).is_some_and(|(_, said)| said.starts_with("Terraform v1.11.4"));
    if !here {
        return;
    }
    // The AWS provider takes minutes for all; what is said of it is recorded in `tests/configurations` too.
    let without_provider = |example: &&Example| !example.files.values().any(|text| text.contains("\"aws_"));
    let examples = examples();
    let wrong = examples.iter().filter(without_provider).filter_map(|of| Some(of.wrong("Terraform", &theirs(of)?)));
    let out: String = wrong.collect();
    assert!(out.is_empty(), "\n{out}");
}
