//! Judges small configurations by small policies, the whole way from text.

use std::fmt::Write as _;

use infralint::{
    config::{self, LoadOptions},
    diag::Diagnostic,
    eval::{Context, Limits},
    policy::{self, Finding, Outcome, RuleSet, RuleSettings, Stage, StageKind, UndecidedPolicy, Verdict},
    source::{Place, Sources},
    world::{self, World},
};

/// What is judged, and by what.
pub(crate) struct Setup {
    pub files: Vec<(String, String)>,
    pub rules: Vec<(String, String)>,
    pub settings: RuleSettings,
    pub stage: Stage,
    /// While judging.
    pub limits: Limits,
}

/// What came of it.
pub(crate) struct Judged {
    pub sources: Sources,
    /// About the rules: loading and binding.
    pub rules: Vec<Diagnostic>,
    /// Of the root modules, in their order.
    pub outcomes: Vec<Outcome>,
    /// Reported while judging.
    pub warnings: Vec<Diagnostic>,
}

impl Setup {
    /// One root module and one policy file named `rule`.
    pub(crate) fn new(terraform: &str, rule: &str) -> Self {
        Self {
            files: vec![("main.tf".into(), terraform.into())],
            rules: vec![("rule.policy.hcl".into(), rule.into())],
            settings: RuleSettings::default(),
            stage: Stage { kind: StageKind::Prod, is_named: true, undecided: UndecidedPolicy::Warn },
            limits: Limits::default(),
        }
    }

    pub(crate) fn file(mut self, path: &str, text: &str) -> Self {
        self.files.push((path.into(), text.into()));
        self
    }

    pub(crate) fn rule(mut self, name: &str, text: &str) -> Self {
        self.rules.push((name.into(), text.into()));
        self
    }

    /// Loads, binds, evaluates and judges. With an error about the rules nothing is judged.
    pub(crate) fn judge(&self) -> Judged {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "", &self.files);
        write(folder.path(), "rules/", &self.rules);
        let sources = Sources::new(folder.path().canonicalize().unwrap());
        let set = RuleSet::load(&sources, "rules".as_ref());
        let bound = policy::bind(&set.rules, &self.settings, &sources);
        let mut rules = set.diagnostics;
        rules.extend(bound.diagnostics);
        let mut judged = Judged { sources, rules, outcomes: Vec::new(), warnings: Vec::new() };
        if judged.rules.iter().any(Diagnostic::is_error) {
            return judged;
        }
        let world = evaluate(&judged.sources);
        for (i, root) in world.root_modules.iter().enumerate() {
            let mut cx = Context::new(&judged.sources);
            cx.origins = root.origins.clone();
            cx.limits = self.limits;
            judged.outcomes.push(policy::judge(&world, i, &bound.rules, self.stage, &cx));
            judged.warnings.extend(cx.take_diagnostics());
        }
        judged
    }
}

fn write(folder: &std::path::Path, below: &str, files: &[(String, String)]) {
    for (name, text) in files {
        let path = folder.join(format!("{below}{name}"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn evaluate(sources: &Sources) -> World {
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() };
    let repository = config::load(sources, &options);
    let roots = 0..repository.root_modules.len();
    World::new(roots.map(|i| world::evaluate(sources, &repository, i)).collect())
}

impl Judged {
    pub(crate) fn findings(&self) -> Vec<&Finding> {
        self.outcomes.iter().flat_map(|o| &o.findings).collect()
    }

    /// The findings, one line each: verdict, address, and message or reason.
    pub(crate) fn lines(&self) -> Vec<String> {
        assert_eq!(self.errors(), Vec::<String>::new(), "the rules are in order");
        self.findings().into_iter().map(line).collect()
    }

    /// The only finding.
    pub(crate) fn finding(&self) -> &Finding {
        match self.findings()[..] {
            [only] => only,
            _ => panic!("one finding, not {:?} (rules: {:?})", self.lines(), self.rules),
        }
    }

    /// Summaries and details of errors about the rules.
    pub(crate) fn errors(&self) -> Vec<String> {
        self.rules.iter().filter(|d| d.is_error()).map(|d| format!("{}: {}", d.summary, d.detail)).collect()
    }

    /// Summaries of warnings about the rules.
    pub(crate) fn rule_warnings(&self) -> Vec<&str> {
        self.rules.iter().filter(|d| !d.is_error()).map(|d| d.summary.as_str()).collect()
    }

    /// `file:line text` of a place.
    pub(crate) fn at(&self, place: Place) -> String {
        let file = self.sources.get(place.file);
        format!("{}:{} {}", file.path, file.position(place.span.start).line, file.slice(place.span))
    }

    /// Passed, failed, undecided and not applicable, over all policies and root modules.
    pub(crate) fn counts(&self) -> (usize, usize, usize, usize) {
        let checks = self.outcomes.iter().flat_map(|o| &o.checks);
        checks.fold((0, 0, 0, 0), |(p, f, u, n), c| (p + c.passed, f + c.failed, u + c.undecided, n + c.not_applicable))
    }
}

pub(crate) fn line(finding: &Finding) -> String {
    let mut line = match finding.verdict {
        Verdict::Fail => "fail".to_owned(),
        Verdict::Undecided => "undecided".to_owned(),
        Verdict::Error => "error".to_owned(),
    };
    let _ = write!(line, " {}", finding.address.as_deref().unwrap_or("-"));
    match &finding.undecided {
        Some(undecided) => write!(line, " {} {}", undecided.because.as_str(), undecided.what),
        None => write!(line, " {}", finding.message),
    }
    .unwrap();
    line
}

/// One VPC with known and unknown attributes, for expressions to read.
pub(crate) const VPC: &str = r#"
variable "text" { type = string }
variable "flag" { type = bool }
variable "list" { type = list(string) }
resource "aws_vpc" "this" {
  cidr_block           = "10.0.0.0/16"
  instance_tenancy     = var.text
  enable_dns_support   = var.flag
  enable_dns_hostnames = false
  tags                 = { Name = "main" }
}
"#;

/// What a condition on [`VPC`] comes to: `pass`, `fail`, `undecided WHAT` or `error SUMMARY: DETAIL`.
pub(crate) fn verdict_of(condition: &str) -> String {
    verdict_with("", condition)
}

/// The same, with further lines of the policy before the `enforce` block.
pub(crate) fn verdict_with(lines: &str, condition: &str) -> String {
    let rule =
        format!("resource_policy \"aws_vpc\" \"t\" {{\n{lines}\n  enforce {{\n    condition = {condition}\n  }}\n}}\n");
    let judged = Setup::new(VPC, &rule).judge();
    if let Some(error) = judged.errors().first() {
        return format!("load error {error}");
    }
    match judged.findings()[..] {
        [] if judged.counts().3 > 0 => "not applicable".to_owned(),
        [] if judged.counts().0 > 0 => "pass".to_owned(),
        [] => "nothing".to_owned(),
        [finding] => match finding.verdict {
            Verdict::Fail => "fail".to_owned(),
            Verdict::Undecided => format!("undecided {}", finding.undecided.as_ref().unwrap().what),
            Verdict::Error => format!("error {}", finding.message),
        },
        _ => panic!("{:?}", judged.lines()),
    }
}

/// Holds a table of conditions against their verdicts; an expected one ending in `…` is a beginning.
pub(crate) fn hold(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (condition, expected) in cases {
        let found = verdict_of(condition);
        let holds = match expected.strip_suffix('…') {
            Some(beginning) => found.starts_with(beginning),
            None => found == *expected,
        };
        if !holds {
            wrong.push(format!("{condition}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
