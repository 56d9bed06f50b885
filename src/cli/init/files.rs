//! The files that are proposed.

use super::{
    super::args::Pipeline,
    found::{Found, Root},
};
use crate::{check::kind_by_name, gate::DEFAULT_IMAGE, policy::StageKind};

/// A file that may be written.
#[derive(Debug)]
pub(super) struct Proposal {
    /// Relative to the repository's root.
    pub(super) path: &'static str,
    /// What it is for.
    pub(super) purpose: &'static str,
    pub(super) text: String,
    /// What is to be done by hand where there is such a file already.
    pub(super) advice: String,
}

/// Where the tool comes from.
const SOURCE: &str = "https://github.com/OWNER/infralint";
const VERSION: &str = env!("CARGO_PKG_VERSION");

const SETTINGS: &str = ".infralint.hcl";
const HOOK: &str = ".pre-commit-config.yaml";
const GITHUB: &str = ".github/workflows/infralint.yml";
const GITLAB: &str = ".gitlab/infralint.yml";
const GITLAB_MAIN: &str = ".gitlab-ci.yml";

/// All that fit the repository.
pub(super) fn proposals(found: &Found) -> Vec<Proposal> {
    let mut all = vec![settings(found), hook()];
    match found.pipeline {
        Some(Pipeline::Github) => all.push(github(found)),
        Some(Pipeline::Gitlab) => all.extend([gitlab(found), gitlab_main()]),
        Some(Pipeline::None) | None => {}
    }
    all
}

fn settings(found: &Found) -> Proposal {
    let mut text = "# Settings of infralint, for everybody who works here.\n".to_owned();
    for stage in &found.stages {
        let kind = match kind_by_name(stage, None) {
            StageKind::Prod => "prod",
            StageKind::Nonprod => "nonprod",
        };
        let name = quoted(stage).replace("${", "$${").replace("%{", "%%{");
        text.push_str(&format!("\n# CHANGE the kind where it is wrong.\nstage {name} {{\n  kind = \"{kind}\"\n}}\n"));
    }
    text.push_str(&format!(
        "\n# What `infralint plan` and `infralint apply` run.\nterraform {{\n  image             = \"{DEFAULT_IMAGE}\"\n  \
         require_container = true\n  receipt_max_age   = \"24h\"\n}}\n"
    ));
    Proposal { path: SETTINGS, purpose: "settings", text, advice: String::new() }
}

fn hook() -> Proposal {
    let entry = format!(
        "  - repo: {SOURCE} # CHANGE to where you have it from\n    rev: v{VERSION}\n    hooks:\n      - id: infralint\n"
    );
    let advice = format!(" For the hook, add to its repos:\n\n{entry}");
    Proposal { path: HOOK, purpose: "the hook of pre-commit", text: format!("repos:\n{entry}"), advice }
}

/// A name for jobs and artefacts.
fn job(root: &Root) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '-' };
    root.path.chars().map(plain).collect()
}

fn environment(root: &Root) -> &str {
    root.stage.as_deref().unwrap_or("production")
}

/// A text of YAML, whatever is in it: JSON is YAML.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A file of a root module, from the repository's root.
fn below(root: &Root, name: &str) -> String {
    if root.path == "." { name.to_owned() } else { format!("{}/{name}", root.path) }
}

/// Root modules that a pipeline must not apply.
fn left_out(found: &Found) -> String {
    let local = found.root_modules.iter().filter(|root| root.backend.is_none());
    local.map(|root| format!("# Not planned here, since its state is a file: {}\n", quoted(&root.path))).collect()
}

fn install() -> String {
    format!("cargo install --locked --git {SOURCE} --tag v{VERSION}")
}

/// A template with its marks replaced.
fn filled(template: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(template.to_owned(), |text, (mark, value)| text.replace(&format!("@{mark}@"), value))
}

fn github(found: &Found) -> Proposal {
    let entry = |root: &Root| {
        let (name, path, environment) = (quoted(&job(root)), quoted(&root.path), quoted(environment(root)));
        format!("          - {{ name: {name}, path: {path}, environment: {environment} }}")
    };
    let roots: Vec<String> = found.shared().map(entry).collect();
    let apply = if roots.is_empty() { "" } else { include_str!("github-apply.yml").trim_end() };
    let (install, branch, roots) = (install(), quoted(&found.branch), roots.join("\n"));
    let values = [("APPLY", apply), ("BRANCH", &branch), ("INSTALL", &install), ("ROOTS", &roots)];
    Proposal {
        path: GITHUB,
        purpose: "pull requests are checked, plans judged, and applied as they are",
        text: left_out(found) + &filled(include_str!("github.yml"), &values),
        advice: String::new(),
    }
}

fn gitlab(found: &Found) -> Proposal {
    let roots: String = found.shared().map(gitlab_root).collect();
    let values = [("INSTALL", install()), ("ROOTS", roots)];
    let values = values.each_ref().map(|(mark, value)| (*mark, value.as_str()));
    let text = left_out(found) + filled(include_str!("gitlab.yml"), &values).trim_end() + "\n";
    let purpose = "merge requests are checked, plans judged, and applied as they are";
    Proposal { path: GITLAB, purpose, text, advice: String::new() }
}

fn gitlab_root(root: &Root) -> String {
    let name = job(root);
    let values = [
        ("PLAN_FILE", quoted(&below(root, "tfplan"))),
        ("RECEIPT", quoted(&below(root, "tfplan.receipt.json"))),
        ("PLAN", quoted(&format!("infralint:plan:{name}"))),
        ("JOB", quoted(&format!("infralint:apply:{name}"))),
        ("GROUP", quoted(&name)),
        ("PATH", quoted(&root.path)),
        ("ENVIRONMENT", quoted(environment(root))),
    ];
    filled(include_str!("gitlab-root.yml"), &values.each_ref().map(|(mark, value)| (*mark, value.as_str())))
}

fn gitlab_main() -> Proposal {
    let entry = "include:\n  - local: .gitlab/infralint.yml\n";
    let advice = format!(" Include the pipeline in it, where it is not yet:\n\n{entry}");
    Proposal { path: GITLAB_MAIN, purpose: "includes that pipeline", text: entry.to_owned(), advice }
}
