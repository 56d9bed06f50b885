//! The effective backend: block, override, make files, `*.tfbackend`.

use infralint::{
    config::{Backend, BackendKind},
    value::{What, show},
};

use super::repository::{Repo, only, summaries};

const EMPTY: &str = "terraform {\n  backend \"s3\" {}\n}\n";

/// The backend of `stages/test/main` with these further files.
fn backend(files: &[(&str, &str)]) -> (Repo, Backend) {
    let repo = Repo::new(files);
    let repository = repo.load(&["stages/test/main"]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let backend = only(&repository).backend.clone();
    (repo, backend)
}

fn arguments(backend: &Backend) -> String {
    let shown = backend.arguments.iter().map(|(name, argument)| format!("{name}={}", show(&argument.value)));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_block_by_itself() {
    let text = "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n    use_lockfile = true\n    assume_role = {\n      role_arn = \"r\"\n    }\n  }\n}\n";
    let (repo, backend) = backend(&[("stages/test/main/backend.tf", text)]);
    assert_eq!(backend.kind, BackendKind::Named(infralint::addr::name("s3")));
    assert_eq!(backend.partial, None);
    assert_eq!(repo.sources.text_at(backend.at), "backend \"s3\"");
    let (_, key) = backend.arguments.iter().find(|(name, _)| *name == "key").unwrap();
    assert_eq!((repo.sources.text_at(key.at).as_str(), key.what), ("\"k\"", What::Backend));
}

#[test]
fn make_files_with_includes_complete_it() {
    let (repo, backend) = backend(&[
        ("stages/test/main/backend.tf", EMPTY),
        (
            "stages/test/main/Makefile",
            "# comment\nNAME := main\ninclude ../stage.mk\n-include ../nope.mk\ninclude $(ROOT)/lib/tf.mk\n",
        ),
        ("stages/test/stage.mk", "STAGE ?= test\nROOT = $(CURDIR)/../../..\nexport REGION = eu-west-1\n"),
        (
            "lib/tf.mk",
            "HERE := $(abspath $(dir $(lastword $(MAKEFILE_LIST))))\nINIT_ARGS = -backend-config=$(HERE)/$(STAGE).s3.tfbackend \\\n  \
             -backend-config=\"key=$(NAME)/terraform.tfstate\"\ninit: ## Set up\n\t@terraform init -input=false $(ARGS) $(INIT_ARGS) \\\n\t  -backend-config region=$(REGION)\n\
             plan: init\n\tterraform plan\nvalidate:\n\tterraform init -backend=false\n",
        ),
        ("lib/test.s3.tfbackend", "bucket       = \"state\"\nkey = \"replaced\"\nuse_lockfile = true\n"),
    ]);
    assert_eq!(backend.partial, None);
    assert_eq!(
        arguments(&backend),
        "bucket=\"state\" key=\"main/terraform.tfstate\" use_lockfile=true region=\"eu-west-1\""
    );
    let places: Vec<(String, What)> = backend
        .arguments
        .iter()
        .map(|(_, argument)| (repo.sources.get(argument.at.file).path.to_string(), argument.what))
        .collect();
    assert_eq!(
        places,
        [
            ("lib/test.s3.tfbackend".to_owned(), What::BackendFile),
            ("lib/tf.mk".to_owned(), What::CommandLine),
            ("lib/test.s3.tfbackend".to_owned(), What::BackendFile),
            ("lib/tf.mk".to_owned(), What::CommandLine),
        ]
    );
}

#[test]
fn what_cannot_be_resolved_leaves_it_partial() {
    let cases = [
        ("init:\n\tterraform init -backend-config=$(ENV).tfbackend\n", "$(ENV).tfbackend"),
        ("init:\n\tterraform init -backend-config=bucket=b -backend-config=key=$(shell pwd)\n", "key is $(shell pwd)"),
        ("init:\n\tterraform init -backend-config=key=$$KEY -backend-config=bucket=b\n", "key is $KEY"),
        ("init:\n\tterraform init -backend-config=gone.tfbackend\n", "a file that is not there"),
        ("A != pwd\ninit:\n\tterraform init -backend-config=bucket=$(A)\n", "bucket is $(A)"),
        (
            "a:\n\tterraform init -backend-config=key=a\nb:\n\tterraform init -backend-config=key=b\n",
            "by some init commands",
        ),
        ("ifdef CI\nK = a\nelse\nK = b\nendif\ninit:\n\tterraform init -backend-config=key=$(K)\n", "key is $(K)"),
        ("A = $(B)\nB = $(A)\ninit:\n\tterraform init -backend-config=key=$(A)\n", "key is $("),
        ("", "bucket, key not set"),
    ];
    for (makefile, expected) in cases {
        let (_, backend) = backend(&[("stages/test/main/backend.tf", EMPTY), ("stages/test/main/Makefile", makefile)]);
        let partial = backend.partial.as_deref().unwrap_or_default();
        assert!(partial.contains(expected), "{makefile}\n{partial}");
    }
}

#[test]
fn conditions_that_are_known_are_followed() {
    let makefile = "STAGE = test\nifeq ($(STAGE),prod)\nK = prod\nelse\nK = lower\nendif\nifneq \"$(STAGE)\" \"prod\"\nB = b\nendif\ninit:\n\t\
                    terraform init -backend-config=key=$(K) -backend-config=bucket=$(B)\n";
    let (_, backend) = backend(&[("stages/test/main/backend.tf", EMPTY), ("stages/test/main/Makefile", makefile)]);
    assert_eq!((arguments(&backend).as_str(), backend.partial.as_deref()), ("key=\"lower\" bucket=\"b\"", None));
}

#[test]
fn one_backend_file_completes_and_several_do_not() {
    let file = "bucket = \"b\"\nkey = \"k\"\n";
    let (_, one) = backend(&[("stages/test/main/backend.tf", EMPTY), ("stages/test/main/s3.tfbackend", file)]);
    assert_eq!((arguments(&one).as_str(), one.partial), ("bucket=\"b\" key=\"k\"", None));
    let (_, two) = backend(&[
        ("stages/test/main/backend.tf", EMPTY),
        ("stages/test/main/a.tfbackend", file),
        ("stages/test/main/b.tfbackend", file),
    ]);
    assert_eq!(arguments(&two), "");
    assert!(two.partial.unwrap().contains("a.tfbackend, b.tfbackend"));
}

#[test]
fn no_block_is_implicit_and_cloud_is_cloud() {
    let (repo, implicit) = backend(&[("stages/test/main/main.tf", "provider \"p\" {\n  x = 1\n}\n")]);
    assert_eq!(implicit.kind, BackendKind::Implicit);
    assert_eq!(&*repo.sources.get(implicit.at.file).path, "stages/test/main/main.tf");
    let (_, cloud) = backend(&[(
        "stages/test/main/main.tf",
        "terraform {\n  cloud {\n    organization = \"o\"\n    workspaces {\n      name = \"w\"\n    }\n  }\n}\n",
    )]);
    assert_eq!((cloud.kind, cloud.arguments.len(), cloud.partial), (BackendKind::Cloud, 2, None));
}

#[test]
fn expressions_are_not_allowed() {
    let text = "terraform {\n  backend \"s3\" {\n    bucket = var.b\n    key = upper(\"k\")\n    region = \"${local.r}x\"\n  }\n}\n";
    let repo = Repo::new(&[("main.tf", text)]);
    let repository = repo.load(&["."]);
    assert_eq!(
        summaries(&repository),
        ["Variables not allowed", "Function calls not allowed", "Variables not allowed"]
    );
}

#[test]
fn what_init_would_refuse() {
    let cases = [
        ("backend \"etcd\" {}", "Unsupported backend type"),
        ("backend \"s33\" {}", "Unsupported backend type"),
        ("backend \"s3\" {\n    use_lockfil = true\n  }", "Unsupported argument"),
        ("backend \"s3\" {\n    endpoints {}\n  }", "Unsupported block type"),
    ];
    for (block, expected) in cases {
        let repo = Repo::new(&[("main.tf", &format!("terraform {{\n  {block}\n}}\n"))]);
        assert_eq!(summaries(&repo.load(&["."])), [expected], "{block}");
    }
}
