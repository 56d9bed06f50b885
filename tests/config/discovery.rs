//! Which directories are root modules, and what else of a repository is read for that.

use std::path::{Path, PathBuf};

use infralint::{
    config::{LoadOptions, load_with},
    source::{Sources, find_root},
};

use super::repository::{Repo, diagnostics, roots, summaries};

const BACKEND: &str = "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n  }\n}\n";
const PROVIDER: &str = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n";

/// A repository as the issue describes one, with examples in a module and a module nobody calls.
fn repo() -> Repo {
    Repo::new(&[
        ("stages/test/outputs.tf", "output \"region\" {\n  value = \"eu-west-1\"\n}\n"),
        ("stages/test/main/backend.tf", BACKEND),
        (
            "stages/test/main/main.tf",
            "module \"stage\" {\n  source = \"../\"\n}\nmodule \"redis\" {\n  source = \"../../../modules/redis\"\n}\n",
        ),
        ("stages/test/bootstrap/main.tf", "module \"stage\" {\n  source = \"../\"\n}\nresource \"a\" \"b\" {}\n"),
        (
            "modules/redis/main.tf",
            "variable \"size\" {}\nprovider \"aws\" {}\nmodule \"dns\" {\n  source = \"../dns\"\n}\n",
        ),
        ("modules/redis/examples/basic/main.tf", "module \"redis\" {\n  source = \"../../\"\n}\n"),
        ("modules/dns/main.tf", "resource \"a\" \"b\" {}\n"),
        ("modules/unused/main.tf", "resource \"a\" \"b\" {}\n"),
        ("modules/legacy/main.tf", PROVIDER),
        ("scratch/main.tf", "module \"legacy\" {\n  source = \"../modules/legacy\"\n}\n"),
        (".terraform/modules/x/main.tf", PROVIDER),
        ("stages/test/main/.terraform/modules/x/main.tf", PROVIDER),
        ("ignored/main.tf", PROVIDER),
        (".gitignore", "ignored/\n*_override.tf\n"),
        ("docs/readme.md", "nothing"),
    ])
}

const EVERYTHING: [&str; 4] = ["modules/redis/examples/basic", "scratch", "stages/test/bootstrap", "stages/test/main"];

#[test]
fn root_modules_by_path() {
    let repo = repo();
    let cases: [(&[&str], &[&str]); 14] = [
        (&[], &EVERYTHING),
        (&["."], &EVERYTHING),
        (&["stages/test"], &["stages/test/bootstrap", "stages/test/main"]),
        (&["stages/test/"], &["stages/test/bootstrap", "stages/test/main"]),
        (&["./stages/../stages/test/main"], &["stages/test/main"]),
        (&["stages/test/main/main.tf"], &["stages/test/main"]),
        (&["stages/test/outputs.tf"], &["stages/test"]),
        (&["modules"], &["modules/redis/examples/basic"]),
        (&["modules/redis"], &["modules/redis/examples/basic"]),
        (&["modules/dns"], &["modules/dns"]),
        (&["modules/unused"], &["modules/unused"]),
        (&["modules/legacy"], &["modules/legacy"]),
        (&["ignored"], &["ignored"]),
        (&["docs"], &[]),
    ];
    for (paths, expected) in cases {
        assert_eq!(roots(&repo.load(paths)), expected, "{paths:?}");
    }
}

#[test]
fn absolute_paths_mean_the_same() {
    let repo = repo();
    let path = repo.sources.root().join("stages/test/main");
    assert_eq!(roots(&repo.load(&[path.to_str().unwrap()])), ["stages/test/main"]);
}

#[test]
fn a_caller_outside_the_path_counts() {
    let repo = Repo::new(&[
        ("live/app/main.tf", "module \"net\" {\n  source = \"../../shared/net\"\n}\n"),
        ("shared/net/main.tf", "resource \"a\" \"b\" {}\n"),
        ("shared/alone/main.tf", "resource \"a\" \"b\" {}\n"),
    ]);
    let repository = repo.load(&["shared"]);
    assert_eq!(roots(&repository), ["shared/alone"]);
    assert_eq!(repository.called_only, [Box::from("shared/net")]);
    assert!(!repository.modules.contains_key("live/app"), "read only to know whom it calls");
}

#[test]
fn nothing_outside_is_read_when_nothing_is_open() {
    let repo = repo();
    let options = LoadOptions { paths: vec![PathBuf::from("stages/test")], ..LoadOptions::default() };
    let read = std::cell::RefCell::new(Vec::new());
    let _ = load_with(&repo.sources, &options, &|dirs, load| {
        read.borrow_mut().extend(dirs.iter().map(|dir| dir.to_string()));
        dirs.iter().map(|dir| load(dir)).collect()
    });
    // The bootstrap root module has neither backend nor provider: whether someone calls it is asked of the others, once.
    let scratch = read.borrow().iter().filter(|dir| *dir == "scratch").count();
    assert_eq!(scratch, 1);
    let options = LoadOptions { paths: vec![PathBuf::from("stages/test/main")], ..LoadOptions::default() };
    read.borrow_mut().clear();
    let _ = load_with(&repo.sources, &options, &|dirs, load| {
        read.borrow_mut().extend(dirs.iter().map(|dir| dir.to_string()));
        dirs.iter().map(|dir| load(dir)).collect()
    });
    assert_eq!(*read.borrow(), ["stages/test/main", "modules/redis", "stages/test", "modules/dns"]);
}

#[test]
fn a_module_library_is_judged_by_its_examples() {
    let files = [
        ("main.tf", "variable \"cidr\" {}\n"),
        ("modules/endpoints/main.tf", "variable \"vpc\" {}\n"),
        ("examples/complete/main.tf", "module \"vpc\" {\n  source = \"../../\"\n}\n"),
    ];
    assert_eq!(roots(&Repo::new(&files).load(&["."])), ["examples/complete"]);
    assert_eq!(roots(&Repo::new(&files[..2]).load(&["."])), ["."]);
}

#[test]
fn a_path_that_does_not_exist_is_said() {
    let repository = repo().load(&["stages/prod", "stages/test/main"]);
    assert_eq!(roots(&repository), ["stages/test/main"]);
    let said = &repository.diagnostics[0];
    assert_eq!(said.summary, "Path not found");
    assert!(said.detail.contains("stages/prod"), "{}", said.detail);
}

#[test]
fn an_unreadable_file_does_not_take_others_down() {
    let repo = Repo::new(&[("main.tf", "resource \"a\" \"b\" {}\n"), ("broken.tf", "resource \"a\" \"c\" {\n")]);
    repo.write("latin1.tf", b"locals { x = \"\xe9\" }\n");
    let repository = repo.load(&["."]);
    assert_eq!(roots(&repository), ["."]);
    let module = &repository.root_modules[0].module;
    assert!(module.resources.keys().any(|(_, _, name)| *name == "b"));
    let said = diagnostics(&repository);
    assert!(
        said.iter().any(|d| d.summary == "Invalid character encoding" && d.detail.contains("latin1.tf")),
        "{said:#?}"
    );
    assert!(said.len() >= 2, "the syntax error is told too: {said:#?}");
}

#[test]
fn files_terraform_does_not_read_are_not_read() {
    let repo =
        Repo::new(&[("main.tf", ""), (".#main.tf", "}"), ("main.tf~", "}"), ("x.tf.bak", "}"), ("dir.tf/x.txt", "")]);
    assert_eq!(summaries(&repo.load(&["."])), Vec::<String>::new());
}

#[test]
fn the_repository_root_is_the_nearest_marked_folder() {
    let repo = Repo::new(&[("a/.infralint.hcl", ""), ("a/b/c/main.tf", ""), ("d/e/main.tf", "")]);
    let root = repo.sources.root();
    assert_eq!(find_root(&root.join("a/b/c")), root.join("a"));
    assert_eq!(find_root(&root.join("a/b/c/main.tf")), root.join("a"));
    assert_eq!(find_root(&root.join("d/e")), root.join("d/e"), "no mark: itself");
    std::fs::create_dir(root.join(".git")).unwrap();
    assert_eq!(find_root(&root.join("d/e/main.tf")), root);
}

#[test]
fn a_root_outside_the_repository_keeps_its_absolute_path() {
    let outside = Repo::new(&[("main.tf", PROVIDER)]);
    let repo = repo();
    let path: &Path = outside.sources.root();
    let found = repo.load(&[path.to_str().unwrap()]);
    assert_eq!(roots(&found), [path.to_str().unwrap()]);
    let _ = Sources::new(PathBuf::from("."));
}
