//! Runs a test file: every mock is judged by the policies its file is about.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use super::super::{
    Bound, BoundRule, CheckCount, CheckId, EXTENDED_ENDING, Finding, GivenInput, Information, InputText, Outcome,
    POLICY_ENDING, Rule, RuleFile, RuleSettings, StageKind, UndecidedPolicy, Verdict as Found, bind,
    environment::{Environment, Facts},
    judge::{Judge, Reported},
    load_policies,
    mutate::{Mutations, mutate_facts},
    subject::{Object, Subject},
};
use super::{
    TestFile,
    scope::Mocks,
    stage::{Placed, Staged, stage},
};
use crate::{
    addr::Name,
    diag::Diagnostic,
    eval::Context,
    source::{Place, Sources, normalise},
    value::Value,
};

/// What test files are run with.
#[derive(Debug)]
pub struct Tests<'t> {
    pub sources: &'t Sources,
    /// Where policies are for test files that name no targets.
    pub policies: PathBuf,
    /// Values for inputs from outside the test files, in rising precedence.
    pub inputs: Vec<GivenInput>,
    /// What `core::timestamp()` says.
    pub now: Option<String>,
    /// Whether mocks get the shape of the provider's schema: null for what they leave out.
    pub mock_schema: bool,
    /// Whether `core::try` is wholly unknown where something is partly unknown.
    pub whole_try: bool,
    all: OnceLock<Loaded>,
}

/// Where mocks are.
const ON: super::super::Stage =
    super::super::Stage { kind: StageKind::Prod, is_named: true, undecided: UndecidedPolicy::Warn };

/// Policy files, and what is wrong with where they were looked for.
type Loaded = (Vec<Arc<RuleFile>>, Vec<Diagnostic>);

impl<'t> Tests<'t> {
    #[must_use]
    pub fn new(sources: &'t Sources, policies: PathBuf, inputs: Vec<GivenInput>) -> Self {
        Self { sources, policies, inputs, now: None, mock_schema: false, whole_try: false, all: OnceLock::new() }
    }

    /// Where a target is: beside the test file, else where policies are; its ending may be left out.
    fn target(&self, folder: &Path, target: &str) -> Option<PathBuf> {
        let names = ["", POLICY_ENDING, EXTENDED_ENDING].map(|ending| format!("{target}{ending}"));
        let paths = [folder, &self.policies].into_iter().flat_map(|at| names.iter().map(|n| normalise(&at.join(n))));
        paths.into_iter().find(|path| path.exists())
    }

    /// The policy files a test file is about.
    fn targets(&self, file: &TestFile, folder: &Path) -> Loaded {
        let Some(targets) = &file.targets else {
            return self.all.get_or_init(|| load_policies(self.sources, &self.policies)).clone();
        };
        let (mut files, mut diagnostics): Loaded = (Vec::new(), Vec::new());
        for (target, at) in targets {
            let path = self.target(folder, target);
            let (found, wrong) = path.map(|path| load_policies(self.sources, &path)).unwrap_or_default();
            if found.is_empty() {
                let detail = format!("The target \"{target}\" does not match any policy file.");
                diagnostics.push(Diagnostic::error("No policy to test", detail, *at));
            }
            files.extend(found);
            diagnostics.extend(wrong);
        }
        (files, diagnostics)
    }
}

/// What came of a mock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    Pass,
    /// Not as expected.
    Fail,
    /// Not judged, as the mock asks.
    Skipped,
    /// A policy or the mock itself could not be evaluated.
    Error,
}

/// One mock after the run.
#[derive(Debug)]
pub struct MockResult {
    /// `resource.aws_s3_bucket.logs`
    pub address: String,
    pub at: Place,
    pub verdict: Verdict,
    pub expect_failure: bool,
    /// What the policies found; expected or not.
    pub findings: Vec<Finding>,
    pub information: Vec<Information>,
    pub diagnostics: Vec<Diagnostic>,
    /// The policies that passed it.
    pub passed: Vec<CheckId>,
}

/// One test file after the run.
#[derive(Debug, Default)]
pub struct FileResult {
    pub mocks: Vec<MockResult>,
    /// About the test file and the policies; with an error among them no mock was run.
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs the wanted mocks, by their addresses, of a test file that stands in a folder.
#[must_use]
pub fn run_file(tests: &Tests<'_>, folder: &Path, file: &TestFile, wanted: &dyn Fn(&str) -> bool) -> FileResult {
    let mut result = FileResult { diagnostics: file.diagnostics.clone(), ..FileResult::default() };
    let (policies, diagnostics) = tests.targets(file, folder);
    result.diagnostics.extend(diagnostics);
    let of_policies = policies.iter().flat_map(|policy| policy.diagnostics.iter().cloned());
    result.diagnostics.extend(of_policies);
    if result.diagnostics.iter().any(Diagnostic::is_error) {
        return result;
    }
    Runner::new(tests, file, &policies).run(&mut result, wanted);
    result
}

/// Changes what policies read in the mocks of a test file, skipped ones aside. Nothing for a file that cannot be run.
#[must_use]
pub fn mutate_file(tests: &Tests<'_>, folder: &Path, file: &TestFile) -> Mutations {
    let mut found = Mutations::default();
    let (policies, diagnostics) = tests.targets(file, folder);
    let of_policies = policies.iter().flat_map(|policy| &policy.diagnostics);
    if !file.diagnostics.iter().chain(&diagnostics).chain(of_policies).any(Diagnostic::is_error) {
        Runner::new(tests, file, &policies).mutate(&mut found);
    }
    found
}

struct Runner<'r> {
    tests: &'r Tests<'r>,
    file: &'r TestFile,
    cx: Context<'r>,
    rules: Vec<Rule>,
    /// For mocks without inputs of their own.
    bound: Bound,
    /// The file's own inputs.
    inputs: Vec<GivenInput>,
}

impl<'r> Runner<'r> {
    fn new(tests: &'r Tests<'r>, file: &'r TestFile, policies: &[Arc<RuleFile>]) -> Self {
        let mut cx = Context::new(tests.sources);
        cx.now.clone_from(&tests.now);
        cx.whole_try = tests.whole_try;
        let mut rules: Vec<Rule> = Vec::new();
        for policy in policies {
            let file = Arc::clone(policy);
            rules.push(Rule { id: file.id.clone(), files: vec![file] });
        }
        let outside = Mocks::new(file, given_values(&tests.inputs));
        let inputs = given(&cx, &outside, &file.inputs);
        let mut runner = Self { tests, file, cx, rules, bound: Bound::default(), inputs };
        runner.bound = runner.bind(&[]);
        runner
    }

    /// The policies with inputs: from outside, of the file, of a mock.
    fn bind(&self, of_mock: &[GivenInput]) -> Bound {
        let inputs = self.tests.inputs.iter().chain(&self.inputs).chain(of_mock).cloned().collect();
        let mut bound = bind(&self.rules, &RuleSettings { inputs, ..RuleSettings::default() }, self.tests.sources);
        // What the files say of themselves has been told once.
        bound
            .diagnostics
            .retain(|d| !self.rules.iter().flat_map(|rule| &rule.files).any(|f| f.diagnostics.contains(d)));
        bound
    }

    fn run(&self, result: &mut FileResult, wanted: &dyn Fn(&str) -> bool) {
        let mocks = Mocks::new(self.file, self.known_inputs());
        let stage = stage(&self.cx, &mocks, self.tests.mock_schema);
        result.diagnostics.extend(stage.diagnostics.iter().cloned());
        result.diagnostics.extend(self.cx.take_diagnostics());
        let facts = stage.facts(ON);
        let usual: Vec<_> = facts.iter().map(|facts| environments(&self.bound, facts)).collect();
        let is_wanted = |placed: &&Placed| self.file.mocks.get(placed.mock).is_some_and(|mock| wanted(&mock.address()));
        for placed in stage.placed.iter().filter(is_wanted) {
            if let Some((facts, usual)) = facts.get(placed.root).zip(usual.get(placed.root)) {
                result.mocks.extend(self.mock(&mocks, facts, placed, usual));
            }
        }
    }

    fn mutate(&self, found: &mut Mutations) {
        let mocks = Mocks::new(self.file, self.known_inputs());
        let stage = stage(&self.cx, &mocks, self.tests.mock_schema);
        let all_facts = stage.facts(ON);
        for placed in &stage.placed {
            let Some(mock) = self.file.mocks.get(placed.mock).filter(|mock| !mock.skip) else { continue };
            let Some(facts) = all_facts.get(placed.root) else { continue };
            let Some(object) = placed.object.and_then(|staged| object(facts, staged)) else { continue };
            let wanted = |other: Object<'_>| other.is_same(&object);
            if mock.inputs.is_empty() {
                mutate_facts(facts, &self.bound.rules, &self.cx, found, &wanted);
            } else {
                let bound = self.bind(&given(&self.cx, &mocks, &mock.inputs));
                mutate_facts(facts, &bound.rules, &self.cx, found, &wanted);
            }
        }
    }

    /// What `input.x` is in the file: as the policies have it, and what else the file gives.
    fn known_inputs(&self) -> HashMap<Name, Value> {
        let mut known = given_values(&self.tests.inputs);
        known.extend(given_values(&self.inputs));
        for rule in &self.bound.rules {
            let usable = rule.inputs.iter().filter(|(_, value)| !value.is_error());
            known.extend(usable.map(|(name, value)| (*name, value.clone())));
        }
        known
    }

    fn mock(
        &self,
        mocks: &Mocks<'_>,
        facts: &Facts<'_>,
        placed: &Placed,
        usual: &[(Environment<'_>, &BoundRule)],
    ) -> Option<MockResult> {
        let mock = self.file.mocks.get(placed.mock)?;
        let mut result = MockResult {
            address: mock.address(),
            at: self.file.tree.at(mock.at),
            verdict: Verdict::Error,
            expect_failure: mock.expect_failure,
            findings: Vec::new(),
            information: Vec::new(),
            diagnostics: placed.diagnostics.clone(),
            passed: Vec::new(),
        };
        let Some(object) = placed.object.and_then(|staged| object(facts, staged)) else { return Some(result) };
        if mock.skip {
            result.verdict = Verdict::Skipped;
            return Some(result);
        }
        if mock.inputs.is_empty() {
            result.diagnostics.extend(self.bound.diagnostics.iter().cloned());
            self.judge(facts, object, usual, &mut result);
        } else {
            let own = given(&self.cx, mocks, &mock.inputs);
            let bound = self.bind(&own);
            result.diagnostics.extend(bound.diagnostics.iter().cloned());
            self.judge(facts, object, &environments(&bound, facts), &mut result);
        }
        result.diagnostics.extend(self.cx.take_diagnostics());
        result.verdict = verdict(&result);
        Some(result)
    }

    /// Judges an object by every policy that selects it.
    fn judge(
        &self,
        facts: &Facts<'_>,
        object: Object<'_>,
        rules: &[(Environment<'_>, &BoundRule)],
        result: &mut MockResult,
    ) {
        if result.diagnostics.iter().any(Diagnostic::is_error) {
            return;
        }
        let (mut outcome, mut reported, mut hangs) = (Outcome::default(), Reported::new(), false);
        for (env, rule) in rules {
            for bound in rule.policies() {
                let (policy, judge) = (bound.policy, Judge::new(&self.cx, env, bound, facts.stage));
                let check = CheckId { rule: rule.file.id.clone(), policy: policy.name.clone() };
                let mut count = CheckCount::new(check.clone());
                for subject in Subject::all_of(facts, object).filter(|s| s.is_for(policy)) {
                    judge.object(&subject, &mut count, &mut outcome, &mut reported);
                }
                if count.passed > 0 {
                    result.passed.push(check);
                }
                hangs |= count.unreported > 0;
            }
        }
        if hangs {
            result.diagnostics.push(hanging(result));
        }
        result.findings = outcome.findings;
        result.information = outcome.information;
    }
}

/// A mock that nothing can be said of is no success.
fn hanging(result: &MockResult) -> Diagnostic {
    let detail = format!("What {} is judged by hangs on an error that is told where it stands.", result.address);
    Diagnostic::error("Mock cannot be judged", detail, result.at)
}

fn environments<'a>(bound: &'a Bound, facts: &'a Facts<'a>) -> Vec<(Environment<'a>, &'a BoundRule)> {
    bound.rules.iter().map(|rule| (Environment::new(&rule.file, &rule.inputs, Some(facts)), rule)).collect()
}

fn object<'f>(facts: &Facts<'f>, staged: Staged) -> Option<Object<'f>> {
    let module = facts.module;
    Some(match staged {
        Staged::Instance(i) => Object::Instance(i, module.instances.get(i)?),
        Staged::Provider(i) => Object::Provider(i, module.providers.get(i)?),
        Staged::RootModule => Object::RootModule,
        Staged::Module(i) => Object::Module(i, module.module_calls.get(i)?),
    })
}

/// A mock fails when any policy denies it, whatever its level; nothing undecided fails it.
fn verdict(result: &MockResult) -> Verdict {
    let any = |verdict| result.findings.iter().any(|finding| finding.verdict == verdict);
    if result.diagnostics.iter().any(Diagnostic::is_error) || any(Found::Error) {
        Verdict::Error
    } else if any(Found::Fail) == result.expect_failure {
        Verdict::Pass
    } else {
        Verdict::Fail
    }
}

fn given(cx: &Context<'_>, mocks: &Mocks<'_>, inputs: &super::file::Inputs) -> Vec<GivenInput> {
    let value = |(name, id): (&Name, &crate::syntax::ExprId)| GivenInput {
        name: name.as_str().into(),
        value: InputText::Value(mocks.evaluate(cx, None, *id)),
        at: Some(mocks.file.tree.place(*id)),
    };
    inputs.iter().map(value).collect()
}

fn given_values(given: &[GivenInput]) -> HashMap<Name, Value> {
    let value = |input: &GivenInput| match &input.value {
        InputText::Value(value) => value.clone(),
        InputText::Text(text) => Value::string(text.clone()),
    };
    given.iter().map(|input| (crate::addr::name(&input.name), value(input))).collect()
}
