//! What a session says after each change is what a run says of the same texts; and what a change does not concern is not
//! evaluated again.

#![allow(dead_code, reason = "the support code serves other tests too")]
#![expect(clippy::panic, reason = "a test fails by panicking")]

mod checking;
#[path = "../benches/monorepo/mod.rs"]
mod monorepo;

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use checking::Checked;
use infralint::{
    check::{self, Session},
    report,
    source::Sources,
};

/// A generated repository of three stages, and an editor over it.
struct Edited {
    folder: tempfile::TempDir,
    session: Session,
    texts: HashMap<PathBuf, Box<str>>,
}

impl Edited {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        monorepo::write(folder.path(), 3).expect("a monorepo");
        std::fs::write(folder.path().join(".infralint.hcl"), "").expect("settings");
        let root = folder.path().canonicalize().expect("the folder");
        let session = Session::open(root.clone(), Checked::request(&root));
        Self { folder, session, texts: HashMap::new() }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder")
    }

    fn text(&self, file: &str) -> String {
        let path = self.root().join(file);
        let unsaved = self.texts.get(&path).map(ToString::to_string);
        unsaved.unwrap_or_else(|| std::fs::read_to_string(path).unwrap_or_default())
    }

    /// Types something over something else, and says which root modules that concerned.
    fn types(&mut self, file: &str, (old, new): (&str, &str)) -> Vec<String> {
        let text = self.text(file);
        assert!(text.contains(old), "{old:?} is in {file}");
        self.shows(file, Some(text.replacen(old, new, 1)))
    }

    fn shows(&mut self, file: &str, text: Option<String>) -> Vec<String> {
        let path = self.root().join(file);
        match &text {
            Some(text) => drop(self.texts.insert(path.clone(), text.as_str().into())),
            None => drop(self.texts.remove(&path)),
        }
        self.session.write(path.clone(), text.map(String::into_boxed_str));
        self.refreshed(&[path], file)
    }

    fn refreshed(&mut self, paths: &[PathBuf], what: &str) -> Vec<String> {
        let now = Checked::request(&self.root()).now;
        let concerned = self.session.refresh(&paths.iter().cloned().collect::<BTreeSet<_>>(), now);
        self.holds(what);
        concerned.iter().map(|id| id.to_string()).collect()
    }

    /// The session's report is that of a run.
    fn holds(&self, what: &str) {
        let root = self.root();
        let sources = Sources::with(root.clone(), self.texts.clone());
        let expected = report::json(&sources, &check::run(&sources, &Checked::request(&root))).expect("JSON");
        let shown = report::json(self.session.sources(), self.session.report()).expect("JSON");
        if expected != shown {
            let differs = expected.lines().zip(shown.lines()).find(|(a, b)| a != b);
            panic!("after {what} a run says something else: {differs:#?}");
        }
    }

    fn says(&self, check: &str) -> usize {
        let findings = &self.session.report().findings;
        findings.iter().filter(|reported| reported.finding.check.to_string() == check).count()
    }

    fn errors(&self) -> usize {
        self.session.report().diagnostics.iter().filter(|d| d.is_error()).count()
    }
}

const ALL: [&str; 6] = [
    "stages/s000/bootstrap",
    "stages/s000/main",
    "stages/s001/bootstrap",
    "stages/s001/main",
    "stages/s002/bootstrap",
    "stages/s002/main",
];

fn mains() -> Vec<&'static str> {
    ALL.into_iter().filter(|root| root.ends_with("/main")).collect()
}

#[test]
fn a_change_is_judged_where_it_matters_and_as_a_run_judges_it() {
    let mut edited = Edited::new();
    edited.holds("opening");

    let variables = "stages/s001/main/terraform.tfvars";
    let concerned = edited.types(variables, ("multi_az                = true", "multi_az                = false"));
    assert_eq!(concerned, ["stages/s001/main"], "a variable file is of its root module");
    assert_eq!(edited.says("redis-ha/no-multi-az"), 1);
    assert_eq!(edited.shows(variables, None), ["stages/s001/main"], "closing without saving");
    assert_eq!(edited.says("redis-ha/no-multi-az"), 0);

    let module = "modules/redis/main.tf";
    assert_eq!(edited.types(module, ("= var.multi_az", "= false")), mains(), "a module is of all that call it");
    assert_eq!(edited.says("redis-ha/no-multi-az"), 3);
    assert_eq!(edited.types(module, ("multi_az_enabled           = false", "multi_az_enabled = [")), mains());
    assert!(edited.errors() > 0, "a syntax error is told");
    edited.shows(module, None);
    assert_eq!(edited.errors(), 0);

    // The shared values of a stage are a module that both of its root modules call.
    let concerned = edited.types("stages/s002/outputs.tf", ("10.0.32.0/20", "10.0.16.0/20"));
    assert_eq!(concerned, ["stages/s002/bootstrap", "stages/s002/main"]);
    let overlaps = edited.session.report().findings.iter().filter(|r| r.finding.check.rule == "cidr-overlap");
    let of: BTreeSet<&str> = overlaps.map(|r| &*r.finding.root_module).collect();
    assert!(of.contains("stages/s001/main"), "the stage that is overlapped is told, which nobody touched: {of:?}");
    edited.shows("stages/s002/outputs.tf", None);
}

#[test]
fn what_decides_which_root_modules_there_are_is_a_new_beginning() {
    let mut edited = Edited::new();
    let calls = "\nmodule \"more\" {\n  source = \"../../s001\"\n}\n";
    let text = edited.text("stages/s000/main/vpc.tf") + calls;
    assert_eq!(edited.shows("stages/s000/main/vpc.tf", Some(text)), ALL, "another module is called");
    edited.shows("stages/s000/main/vpc.tf", None);

    assert_eq!(
        edited.shows("stages/s000/main/new.tf", Some("locals {\n  a = local.b\n}\n".to_owned())),
        ["stages/s000/main"]
    );
    assert!(edited.errors() > 0, "a file that was never saved counts");
    edited.shows("stages/s000/main/new.tf", None);
    assert_eq!(edited.errors(), 0);

    let settings = "rule \"redis-ha\" {\n  enforcement_level = \"advisory\"\n}\n";
    assert_eq!(edited.shows(".infralint.hcl", Some(settings.to_owned())), ALL);
    edited.shows(".infralint.hcl", Some("rule \"redis-\" {".to_owned()));
    assert!(edited.errors() > 0, "settings that are wrong are told");
    edited.shows(".infralint.hcl", None);
    assert_eq!(edited.errors(), 0);

    assert_eq!(edited.shows("README.md", Some("words".to_owned())), Vec::<String>::new(), "nobody reads it");
}

#[test]
fn what_functions_read_counts_as_it_is_in_the_editor() {
    let mut edited = Edited::new();
    let text =
        edited.text("stages/s000/main/vpc.tf") + "\noutput \"text\" {\n  value = file(\"${path.module}/it.txt\")\n}\n";
    edited.shows("stages/s000/main/vpc.tf", Some(text));
    assert_eq!(edited.errors(), 1, "there is no such file");
    assert_eq!(edited.shows("stages/s000/main/it.txt", Some("here".to_owned())), ALL);
    assert_eq!(edited.errors(), 0, "there is one in the editor");
}

#[test]
fn files_that_come_and_go_on_the_disk() {
    let mut edited = Edited::new();
    let path = edited.root().join("stages/s001/main/more.tf");
    std::fs::write(&path, "locals {\n  a = var.nothing\n}\n").expect("a file");
    assert_eq!(edited.refreshed(std::slice::from_ref(&path), "a new file"), ["stages/s001/main"]);
    assert_eq!(edited.errors(), 1);
    std::fs::remove_file(&path).expect("the file is there");
    assert_eq!(edited.refreshed(&[path], "a file less"), ["stages/s001/main"]);
    assert_eq!(edited.errors(), 0);
    let stage = edited.root().join("stages/s002");
    std::fs::remove_dir_all(&stage).expect("the folder is there");
    edited.refreshed(&[stage.join("outputs.tf"), stage.join("main/vpc.tf")], "a stage less");
}
