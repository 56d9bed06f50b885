//! Plans of the real Terraform, judged beside the files they were made of.
//!
//! `tests/plans/recorded/` is written by `tests/plans/record.py` and `tests/plans/record-changes.sh`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]
#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;
mod differences;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use infralint::{
    check::{self, PlanFile, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    policy::{Finding, InputSources, Verdict},
    report::{self, Look},
    source::Sources,
};
use serde_json::Value as Json;

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn request(folder: &Path, rules: &[&Path]) -> Request {
    Request {
        load: LoadOptions { paths: vec![folder.to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: rules.iter().map(|path| path.to_path_buf()).collect() },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: std::num::NonZeroUsize::new(1),
        inputs: InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().unwrap(),
        only: infralint::check::Only::default(),
    }
}

/// A folder of files that are judged.
struct Folder(tempfile::TempDir);

impl Folder {
    fn of(files: &[(String, String)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn one(text: &str) -> Self {
        Self::of(&[("main.tf".to_owned(), text.to_owned())])
    }

    fn path(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    fn by_files(&self) -> (Sources, Report) {
        let sources = Sources::new(self.path());
        let report = check::run(&sources, &request(&self.path(), &[]));
        (sources, report)
    }

    fn by_plans(&self, plans: &[PlanFile], rules: &[&Path]) -> (Sources, Report) {
        let sources = Sources::new(self.path());
        let report = check::run_with_plans(&sources, &request(&self.path(), rules), plans);
        (sources, report)
    }
}

fn plan(bytes: impl Into<Vec<u8>>) -> PlanFile {
    PlanFile { name: "plan.json".to_owned(), bytes: bytes.into(), root_module: None, folder: None }
}

fn recorded(name: &str) -> PlanFile {
    plan(fs::read(here(&format!("tests/plans/recorded/changes/{name}.json"))).unwrap())
}

fn beside(name: &str) -> Folder {
    Folder::one(&fs::read_to_string(here(&format!("tests/plans/changes/{name}.tf"))).unwrap())
}

/// Cases: the name, and the files.
fn cases(text: &str) -> Vec<(String, Vec<(String, String)>)> {
    let parts = text.split("\n=== ").skip(1);
    let case = |part: &str| {
        let (name, body) = part.split_once('\n').unwrap();
        let whole = format!("\n{body}");
        let sections = whole.split("\n--- ").skip(1).map(|section| section.split_once('\n').unwrap_or((section, "")));
        let files = sections.filter(|(path, _)| *path != "expected");
        (name.to_owned(), files.map(|(path, text)| (path.to_owned(), format!("{}\n", text.trim_end()))).collect())
    };
    parts.map(case).collect()
}

/// The worst verdict on each question.
fn verdicts(report: &Report) -> BTreeMap<(String, String, String), Verdict> {
    let mut all = BTreeMap::new();
    for Finding { check, verdict, root_module, address, .. } in report.findings.iter().map(|r| &r.finding) {
        let key = (root_module.to_string(), check.to_string(), address.clone().unwrap_or_default());
        let worst = all.entry(key).or_insert(*verdict);
        *worst = (*worst).min(*verdict);
    }
    all
}

fn text_of(file: &str) -> String {
    fs::read_to_string(here(file)).unwrap()
}

/// What the plan decides otherwise than the files, or leaves open though they decide it.
fn disagreements(source: &Report, planned: &Report) -> Vec<String> {
    let (before, after) = (verdicts(source), verdicts(planned));
    let mut keys: Vec<_> = before.keys().chain(after.keys()).collect();
    keys.sort();
    keys.dedup();
    let told = keys.into_iter().filter_map(|key| {
        let (was, is) = (before.get(key), after.get(key));
        let fine = was == is || was == Some(&Verdict::Undecided) || key.1.starts_with("stateful-replace/");
        (!fine).then(|| format!("{key:?}: {was:?} by the files, {is:?} by the plan"))
    });
    let mut told: Vec<String> = told.collect();
    let open = |report: &Report| report.findings.iter().any(|r| r.finding.verdict == Verdict::Undecided);
    if !open(source) && !open(planned) && source.summary.passed != planned.summary.passed {
        told.push(format!("{} passed by the files, {} by the plan", source.summary.passed, planned.summary.passed));
    }
    let reported = planned.plans.iter().flat_map(|plan| &plan.differences);
    told.extend(reported.map(|d| format!("reported: {} {:?} {}", d.check, d.address, d.because)));
    let errors = planned.diagnostics.iter().filter(|d| d.is_error());
    let known: Vec<String> = source.diagnostics.iter().map(|d| d.detail.clone()).collect();
    told.extend(errors.filter(|d| !known.contains(&d.detail)).map(|d| format!("{}: {}", d.summary, d.detail)));
    told
}

#[derive(Default)]
struct Tally {
    /// Root modules of which there is no plan, each with what Terraform said.
    unplanned: BTreeMap<String, String>,
    planned: usize,
    decided: usize,
    wrong: String,
}

/// Of a case's files, as `record.py` has it.
fn fingerprint(files: &[(String, String)]) -> String {
    use sha2::Digest as _;
    let mut files: Vec<_> = files.iter().collect();
    files.sort();
    let whole: String = files.iter().map(|(name, text)| format!("{name}\0{text}\0")).collect();
    sha2::Sha256::digest(whole.as_bytes()).iter().take(6).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn agree(topic: &str, cases: Vec<(String, Vec<(String, String)>)>, tally: &mut Tally) {
    let recorded =
        fs::read_to_string(here(&format!("tests/plans/recorded/{topic}.json"))).unwrap_or_else(|_| "{}".to_owned());
    let answers: Json = serde_json::from_str(&recorded).unwrap();
    for (name, files) in cases {
        let recorded = answers[&name]["root_modules"].as_object();
        let Some(of_case) = recorded.filter(|_| answers[&name]["of"] == fingerprint(&files)) else {
            tally.unplanned.insert(format!("{topic}: {name}"), "new, or changed since it was recorded".to_owned());
            continue;
        };
        let folder = Folder::of(&files);
        let plans: Vec<PlanFile> = of_case
            .iter()
            .filter(|(_, answer)| !answer["plan"].is_null())
            .map(|(root, answer)| PlanFile {
                root_module: Some(PathBuf::from(root)),
                ..plan(answer["plan"].to_string())
            })
            .collect();
        let failed = of_case.iter().filter_map(|(root, answer)| Some((root, answer["failed"].as_str()?)));
        tally.unplanned.extend(failed.map(|(root, why)| (format!("{topic}: {name}: {root}"), why.to_owned())));
        tally.planned += plans.len();
        if plans.is_empty() {
            continue;
        }
        let (_, source) = folder.by_files();
        let (_, planned) = folder.by_plans(&plans, &[]);
        let open = |report: &Report| verdicts(report).values().filter(|v| **v == Verdict::Undecided).count();
        tally.decided += open(&source).saturating_sub(open(&planned));
        for line in disagreements(&source, &planned) {
            let _ = writeln!(tally.wrong, "{topic}: {name}: {line}");
        }
    }
}

/// What cannot be planned without an account stands in `not-planned.txt` under the reason, or has not been recorded yet.
fn unexplained(tally: &Tally) -> String {
    let known = differences::read(&here("tests/plans/not-planned.txt"));
    let new = tally.unplanned.iter().filter(|(name, _)| !known.contains_key(*name));
    let mut told: String = new.map(|(name, why)| format!("no plan, and no reason: {name}\n    {why}\n")).collect();
    for (name, reason) in known.iter().filter(|(name, _)| !tally.unplanned.contains_key(*name)) {
        let _ = writeln!(told, "not true any more, there is a plan or no such case: {name}\n    {reason}");
    }
    told
}

#[test]
fn rules_say_the_same_of_files_and_of_their_plans() {
    let mut tally = Tally::default();
    for entry in fs::read_dir(here("tests/verdicts")).unwrap() {
        let path = entry.unwrap().path();
        let topic = path.file_stem().unwrap().to_str().unwrap();
        agree(topic, cases(&fs::read_to_string(&path).unwrap()), &mut tally);
    }
    agree("links", cases(&text_of("tests/plans/links.txt")), &mut tally);
    assert!(tally.wrong.is_empty(), "\n{}", tally.wrong);
    let told = unexplained(&tally);
    assert!(
        told.is_empty(),
        "tests/plans/record.py --new records plans, tests/plans/not-planned.txt says why there is none:\n{told}"
    );
    assert!(tally.planned > 60, "only {} root modules were planned", tally.planned);
    assert!(tally.decided > 10, "only {} undecided checks were decided by a plan", tally.decided);
}

#[test]
fn the_infrastructure_here_is_judged_alike_by_its_plans() {
    for (root, file) in [("stages/test/bootstrap", "bootstrap-plan.json"), ("stages/test/main", "main-plan.json")] {
        let sources = Sources::new(here(""));
        let request = request(&here(root), &[]);
        let source = check::run(&sources, &request);
        let planned =
            check::run_with_plans(&sources, &request, &[plan(text_of(&format!("tests/terraform/recorded/{file}")))]);
        assert_eq!(disagreements(&source, &planned), Vec::<String>::new(), "{root}");
        assert!(planned.summary.passed >= source.summary.passed && planned.summary.resource_instances > 4);
    }
}

fn of_links(name: &str) -> (Folder, PlanFile) {
    let (_, files) = cases(&text_of("tests/plans/links.txt")).into_iter().find(|(n, _)| n == name).unwrap();
    let answers: Json = serde_json::from_str(&text_of("tests/plans/recorded/links.json")).unwrap();
    (Folder::of(&files), plan(answers[name]["root_modules"]["."]["plan"].to_string()))
}

/// Of one check, by address.
fn said(report: &Report, check: &str) -> Vec<(String, Verdict)> {
    let of_check = report.findings.iter().map(|r| &r.finding).filter(|f| f.check.to_string() == check);
    of_check.map(|f| (f.address.clone().unwrap_or_default(), f.verdict)).collect()
}

#[test]
fn a_join_on_a_new_id_through_two_modules_and_a_for_each_is_decided_alike() {
    let (folder, plan) = of_links("a bucket and its encryption through two modules and a for_each");
    let bare = [("module.bucket[\"logs\"].aws_s3_bucket.this".to_owned(), Verdict::Fail)];
    let check = "s3-encrypted/no-explicit-encryption";
    assert_eq!(said(&folder.by_files().1, check), bare);
    assert_eq!(said(&folder.by_plans(&[plan], &[]).1, check), bare);
}

#[test]
fn a_link_that_nobody_knows_is_undecided_and_names_the_candidate() {
    let (folder, plan) = of_links("a link that nobody knows before the apply");
    for (_, report) in [folder.by_files(), folder.by_plans(std::slice::from_ref(&plan), &[])] {
        let check = "s3-encrypted/no-explicit-encryption";
        assert_eq!(said(&report, check), [("aws_s3_bucket.this".to_owned(), Verdict::Undecided)]);
        let finding = report.findings.iter().find(|r| r.finding.check.to_string() == check).unwrap();
        let what = &finding.finding.undecided.as_ref().unwrap().what;
        let candidate = "aws_s3_bucket_server_side_encryption_configuration.this";
        assert!(what.contains(candidate) && what.contains("terraform_data.name.output"), "{what}");
    }
}

#[test]
fn without_its_files_a_plan_links_by_its_own_references_and_guesses_nothing() {
    let (_, plan) = of_links("a bucket and its encryption through two modules and a for_each");
    let (_, report) = Folder::of(&[]).by_plans(&[plan], &[]);
    // The keys are lost in what a plan tells of references: each bucket may have an encryption, and none is said to.
    let found = said(&report, "s3-encrypted/no-explicit-encryption");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|(_, verdict)| *verdict == Verdict::Undecided), "{found:?}");
    let alone = Folder::of(&[]).by_plans(&[recorded("aws")], &[]).1;
    assert_eq!(said(&alone, "s3-encrypted/no-explicit-encryption"), []);
    assert_eq!(said(&alone, "state-locking/no-backend"), [], "no plan tells of the backend");
    let replaced = [("aws_db_instance.main".to_owned(), Verdict::Fail)];
    assert_eq!(said(&alone, "stateful-replace/replaced"), replaced);
}

/// Every instance a policy is asked about, by operation, and what it may read of it.
const LISTING: &str = r#"
resource_policy "terraform_data" "after" {
  operations = ["create", "update", "no-op"]
  enforce {
    condition     = attrs.input == "nothing is this"
    error_message = "${meta.operation} ${infralint::address()}"
  }
}

resource_policy "terraform_data" "deleted" {
  operations = ["delete"]
  enforce {
    condition     = attrs.input != null
    error_message = "${meta.operation} ${infralint::address()}"
  }
}

resource_policy "terraform_data" "before" {
  operations = ["update", "delete"]
  enforce {
    condition     = prior_attrs.input == null
    error_message = "${meta.operation} ${infralint::address()} was ${core::jsonencode(prior_attrs.input)}, is ${core::jsonencode(attrs.input)}"
  }
}
"#;

/// The messages of a check, in order.
fn messages(report: &Report, check: &str) -> Vec<String> {
    let of_check = report.findings.iter().map(|r| &r.finding).filter(|f| f.check.to_string() == check);
    let mut all: Vec<String> = of_check.map(|f| f.message.clone()).collect();
    all.sort();
    all
}

fn listed(folder: &Folder, plan: PlanFile) -> Report {
    let rules = tempfile::tempdir().unwrap();
    fs::write(rules.path().join("listing.infralint.hcl"), LISTING).unwrap();
    let (_, report) = folder.by_plans(&[plan], &[rules.path()]);
    let errors: Vec<_> = report.diagnostics.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    report
}

#[test]
fn policies_are_asked_about_each_operation() {
    let report = listed(&beside("after"), recorded("mixed"));
    let after = [
        "create terraform_data.keyed[\"z\"]",
        "create terraform_data.replaced",
        "no-op terraform_data.imported",
        "no-op terraform_data.keyed[\"p\"]",
        "no-op terraform_data.new",
        "update terraform_data.first",
    ];
    // What is computed from an attribute that is not known is undecided, the rest decided.
    let mut found = messages(&report, "listing/after");
    let open = found.iter().position(|message| message.starts_with("Not decided")).expect("one undecided");
    assert!(found.remove(open).contains("terraform_data.first.output"));
    found.push("create terraform_data.replaced".to_owned());
    found.sort();
    assert_eq!(found, after);
    let deleted =
        ["delete terraform_data.gone", "delete terraform_data.keyed[\"q\"]", "delete terraform_data.replaced"];
    assert_eq!(messages(&report, "listing/deleted"), deleted);
    let before = messages(&report, "listing/before");
    assert_eq!(before.len(), 4, "{before:?}");
    assert!(before.contains(&"update terraform_data.first was \"x\", is \"y\"".to_owned()), "{before:?}");
    assert!(before.contains(&"delete terraform_data.gone was 1, is null".to_owned()), "{before:?}");
}

#[test]
fn a_plan_that_only_refreshes_asks_once_about_each_instance() {
    let report = listed(&beside("before"), recorded("refresh-only"));
    let found = messages(&report, "listing/after");
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found.iter().all(|message| message.starts_with("no-op ")), "{found:?}");
    assert_eq!(messages(&report, "listing/deleted"), Vec::<String>::new());
    assert!(report.plans[0].changes.refresh_only);
}

#[test]
fn a_plan_that_destroys_leaves_nothing_to_judge() {
    let report = listed(&beside("after"), recorded("destroy"));
    assert_eq!(messages(&report, "listing/after"), Vec::<String>::new());
    assert_eq!(messages(&report, "listing/deleted").len(), 7);
    assert_eq!(report.plans[0].changes.totals.delete, 7);
}

#[test]
fn with_target_only_what_is_planned_is_judged() {
    let report = listed(&beside("before"), recorded("target"));
    assert_eq!(messages(&report, "listing/after"), ["create terraform_data.first"]);
    assert_eq!(messages(&report, "listing/deleted"), ["delete terraform_data.first"]);
    assert!(!report.plans[0].changes.complete);
}

/// The plan of a bucket, made with `-target` and without its encryption.
const TARGETED: &str = r#"{"format_version":"1.2","complete":false,"resource_changes":[
  {"mode":"managed","type":"aws_s3_bucket","name":"this","change":{"actions":["create"],"before":null,
   "after":{"bucket":"acme"},"after_unknown":{"id":true,"arn":true}}}],
  "configuration":{"root_module":{"resources":[
   {"mode":"managed","type":"aws_s3_bucket","name":"this","expressions":{"bucket":{"constant_value":"acme"}}},
   {"mode":"managed","type":"aws_s3_bucket_server_side_encryption_configuration","name":"this",
    "expressions":{"bucket":{"references":["aws_s3_bucket.this.id","aws_s3_bucket.this"]}}}]}}}"#;

#[test]
fn what_lies_beyond_a_partial_plan_may_be_there() {
    let files = "resource \"aws_s3_bucket\" \"this\" {\n  bucket = \"acme\"\n}\n\n\
        resource \"aws_s3_bucket_server_side_encryption_configuration\" \"this\" {\n  bucket = aws_s3_bucket.this.id\n\n\
        rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm = \"AES256\"\n    }\n  }\n}\n";
    for folder in [Folder::one(files), Folder::of(&[])] {
        let (_, report) = folder.by_plans(&[plan(TARGETED)], &[]);
        let found = said(&report, "s3-encrypted/no-explicit-encryption");
        assert_eq!(found, [("aws_s3_bucket.this".to_owned(), Verdict::Undecided)]);
        let finding = report.findings.iter().map(|r| &r.finding).find(|f| f.check.policy == "no-explicit-encryption");
        assert_eq!(finding.unwrap().undecided.as_ref().unwrap().because.as_str(), "partial-plan");
    }
}

#[test]
fn a_plan_of_other_files_is_told() {
    let files = "resource \"aws_s3_bucket_public_access_block\" \"this\" {\n  bucket = \"acme\"\n  block_public_acls = true\n  \
        block_public_policy = true\n  ignore_public_acls = true\n  restrict_public_buckets = true\n}\n";
    let open = r#"{"format_version":"1.2","resource_changes":[{"mode":"managed","type":"aws_s3_bucket_public_access_block",
        "name":"this","change":{"actions":["create"],"before":null,"after":{"bucket":"acme","block_public_acls":false,
        "block_public_policy":true,"ignore_public_acls":true,"restrict_public_buckets":true},"after_unknown":{"id":true}}}]}"#;
    let (sources, report) = Folder::one(files).by_plans(&[plan(open)], &[]);
    let [difference] = report.plans[0].differences.as_slice() else { panic!("{:?}", report.plans) };
    assert_eq!((difference.source, difference.plan), (None, Some(Verdict::Fail)));
    assert_eq!(difference.because, "block_public_acls is true in the files and false in the plan.");
    let shown = report::human(&sources, &report, Look { color: false, width: None, quiet: false });
    assert!(shown.contains("Source and plan are judged differently"), "{shown}");
    // The finding points at the line that says otherwise.
    let finding = report.findings.iter().map(|r| &r.finding).find(|f| f.check.policy == "not-blocked").unwrap();
    assert_eq!(sources.get(finding.place.file).position(finding.place.span.start).line, 3);
}

/// Values in the recorded plans that are marked sensitive begin so.
const PLANTED: &str = "planted";

/// Policies that would tell every secret there is.
const TELLTALE: &str = r#"
resource_policy "*" "after" {
  operations = ["create", "update", "no-op"]
  enforce {
    condition     = core::try(attrs.input.secret == "x", attrs.password == "x", attrs.secret_string == "x", true)
    error_message = "${infralint::address()} ${core::try(attrs.input.secret, attrs.password, attrs.secret_string)} ${core::jsonencode(attrs)}"
    info_message  = "${core::jsonencode(attrs)}"
  }
}

resource_policy "*" "before" {
  operations = ["update", "delete"]
  enforce {
    condition     = core::try(prior_attrs.input.secret == "x", prior_attrs.password == "x", true)
    error_message = "${core::try(prior_attrs.input.secret, prior_attrs.password)} ${core::jsonencode(prior_attrs)}"
  }
}

resource_policy "*" "wrong" {
  operations = ["create", "update", "no-op"]
  enforce {
    condition = core::try(attrs.input.secret, attrs.password, attrs.secret_string, "true")
  }
}
"#;

#[test]
fn no_marked_value_gets_out() {
    let rules = tempfile::tempdir().unwrap();
    fs::write(rules.path().join("telltale.infralint.hcl"), TELLTALE).unwrap();
    let beside =
        [("aws", "aws"), ("mixed", "after"), ("destroy", "after"), ("refresh-only", "before"), ("target", "before")];
    for (name, files) in beside {
        let plan = recorded(name);
        assert!(String::from_utf8_lossy(&plan.bytes).contains(PLANTED), "{name} holds no secret");
        // The files have secrets as literals in their lines; here only what comes from the plan is looked for.
        let files = fs::read_to_string(here(&format!("tests/plans/changes/{files}.tf"))).unwrap();
        for folder in [Folder::one(&files.replace(PLANTED, "literal")), Folder::of(&[])] {
            let (sources, report) = folder.by_plans(std::slice::from_ref(&plan), &[rules.path()]);
            let telling = report.findings.iter().filter(|r| r.finding.check.rule == "telltale").count();
            assert!(telling > 0 || name == "target", "{name}: no policy was asked about a secret");
            let look = Look { color: false, width: None, quiet: false };
            let shown = report::human(&sources, &report, look) + &report::json(&sources, &report).unwrap();
            let leaks: Vec<&str> = shown.lines().filter(|line| line.contains(PLANTED)).collect();
            assert!(leaks.is_empty(), "{name}: {leaks:#?}");
            let debugged = format!("{plan:?} {report:?}");
            assert!(!debugged.contains(PLANTED), "{name}: in a debugging output");
        }
    }
}

#[test]
fn what_is_no_plan_is_refused_in_words() {
    let cases: [(&[u8], &str); 12] = [
        (b"PK\x03\x04\x14\x00", "a saved plan"),
        (b"  \n", "the file is empty"),
        (b"{\"format_version\": \"1.2\", \"resource", "line 1, column 35: the text ends too early"),
        (b"{\n  \"password\": planted\n}", "line 2, column 15: something else is expected here"),
        (b"{\"version\": 4, \"lineage\": \"x\", \"resources\": []}", "a state, not a plan"),
        (b"{\"format_version\": \"1.0\", \"values\": {\"root_module\": {}}}", "a state, not a plan"),
        (b"{\"format_version\": \"1.0\"}", "a state, not a plan"),
        (b"{\"@level\":\"info\",\"type\":\"version\"}\n{\"@level\":\"info\"}\n", "a message a line"),
        (b"{\"resource_changes\": []}", "no \"format_version\""),
        (b"{\"format_version\": \"2.0\", \"resource_changes\": []}", "format_version is 2.0"),
        (
            b"{\"format_version\":\"1.2\",\"resource_changes\":[{\"mode\":\"managed\",\"type\":\"a\",\"name\":\"b\",\"change\":{\"actions\":[\"planted\"]}}]}",
            "resource_changes[0].change.actions is not as `terraform show -json` writes it: it must be a list of actions",
        ),
        (
            b"{\"format_version\":\"1.2\",\"resource_changes\":[{\"mode\":\"managed\",\"type\":5,\"name\":\"b\",\"change\":{\"actions\":[\"no-op\"]}}]}",
            "resource_changes[0].type is not as `terraform show -json` writes it: it must be a text",
        ),
    ];
    for (bytes, expected) in cases {
        let (_, report) = Folder::one("").by_plans(&[plan(bytes)], &[]);
        let [diagnostic] = report.diagnostics.as_slice() else { panic!("{:?}", report.diagnostics) };
        assert!(diagnostic.detail.starts_with("plan.json: ") && diagnostic.detail.contains(expected), "{diagnostic:?}");
        assert!(!diagnostic.detail.contains(PLANTED), "{diagnostic:?}");
        assert_eq!(report.outcome().exit_code(), 2);
    }
    let deep = [b"{\"format_version\":\"1.2\",\"x\":".as_slice(), &[b'['; 100_000]].concat();
    let (_, report) = Folder::one("").by_plans(&[plan(deep)], &[]);
    assert!(report.diagnostics[0].detail.contains("nested too deeply"), "{:?}", report.diagnostics);
}

#[test]
fn which_root_module_a_plan_is_of_is_asked_and_not_guessed() {
    let bucket = "resource \"aws_s3_bucket\" \"this\" {}\nterraform {\n  backend \"s3\" {}\n}\n";
    let files = [("one/main.tf", bucket), ("two/main.tf", &bucket.replace("this", "that"))];
    let folder = Folder::of(&files.map(|(path, text)| (path.to_owned(), text.to_owned())));
    let text = r#"{"format_version":"1.2","resource_changes":[],"configuration":{"root_module":{"resources":[
        {"mode":"managed","type":"aws_s3_bucket","name":"that"}]}}}"#;
    let only = |report: &Report| -> String { report.diagnostics.iter().map(|d| d.detail.clone()).collect() };
    let told = only(&folder.by_plans(&[plan(text)], &[]).1);
    assert!(told.contains("--plan two=plan.json") && told.contains("variables of two"), "{told}");
    let named = |root: &str| PlanFile { root_module: Some(PathBuf::from(root)), ..plan(text) };
    let told = only(&folder.by_plans(&[named("three")], &[]).1);
    assert!(told.contains("three, which is no root module"), "{told}");
    let told = only(&folder.by_plans(&[named("two"), named("two")], &[]).1);
    assert!(told.contains("the plan of two. Give one"), "{told}");
    let lying = |folder_of: &str| PlanFile { folder: Some(folder.path().join(folder_of)), ..plan(text) };
    let (_, report) = folder.by_plans(&[lying("two")], &[]);
    assert_eq!(report.plans.iter().map(|plan| &*plan.root_module).collect::<Vec<_>>(), ["two"]);
    let told = only(&folder.by_plans(&[lying("one")], &[]).1);
    assert!(told.contains("--plan two=plan.json"), "it does not have what is in one: {told}");
    let (_, report) = folder.by_plans(&[named("two"), named("one")], &[]);
    assert_eq!(report.plans.iter().map(|plan| &*plan.root_module).collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn a_summary_begins_with_what_is_destroyed() {
    let (sources, report) = beside("aws").by_plans(&[recorded("aws")], &[]);
    let shown = report::human(&sources, &report, Look { color: false, width: None, quiet: false });
    let expected = "\
.: plan.json plans 1 to replace, 1 to destroy, 2 to update in place, 2 to create
  -/+ aws_db_instance.main, and with it the database: forced by engine
    - aws_kms_key.old, and with it everything encrypted under the key: the configuration has it no more
    ~ aws_dynamodb_table.sessions
    ~ aws_s3_bucket.images
    + aws_s3_bucket_server_side_encryption_configuration.images
    + aws_secretsmanager_secret_version.api
";
    assert!(shown.contains(expected), "{shown}");
    let json: Json = serde_json::from_str(&report::json(&sources, &report).unwrap()).unwrap();
    assert_eq!(json["plans"][0]["changes"][0]["forced_by"][0], "engine");
    assert_eq!(json["plans"][0]["counts"]["replace"], 1);
    let schema: Json = serde_json::from_str(&text_of("docs/report.schema.json")).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("report.json", schema).unwrap();
    let at = compiler.compile("report.json", &mut schemas).unwrap();
    assert!(schemas.validate(&json, at).is_ok(), "{:?}", schemas.validate(&json, at).err().map(|e| e.to_string()));
}
