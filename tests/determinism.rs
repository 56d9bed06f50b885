//! The same bytes out, whatever the number of threads.

use std::num::NonZeroUsize;

use infralint::{
    check::{self, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    report,
    source::Sources,
};

#[path = "../benches/monorepo/mod.rs"]
mod monorepo;

fn json(root: &std::path::Path, jobs: usize) -> String {
    let sources = Sources::new(root.canonicalize().expect("the folder is there"));
    let request = Request {
        load: LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: Vec::new() },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: NonZeroUsize::new(jobs),
        inputs: infralint::policy::InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        only: infralint::check::Only::default(),
    };
    report::json(&sources, &check::run(&sources, &request)).expect("JSON")
}

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    monorepo::write(folder.path(), 6).expect("a monorepo");
    // Something to find in every stage, and something broken in one.
    let module = folder.path().join("modules/redis/variables.tf");
    let text = std::fs::read_to_string(&module).expect("the module");
    let broken = text.replacen("default     = true", "default     = false", 1);
    assert_ne!(text, broken, "the default to break is gone");
    std::fs::write(&module, broken).expect("the module");
    std::fs::write(folder.path().join("stages/s003/main/broken.tf"), "locals {\n  x = nope.nope\n}\n").expect("a file");
    let one = json(folder.path(), 1);
    assert!(one.contains("redis-ha/"), "nothing was found");
    assert!(one.contains("Reference to undeclared resource"), "the error is not told");
    for jobs in [2, 4, 7] {
        assert!(one == json(folder.path(), jobs), "{jobs} threads give another report");
    }
}
