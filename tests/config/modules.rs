//! Module calls: local, missing, remote, installed, going in circles.

use infralint::config::ModuleSource;

use super::repository::{Repo, diagnostics, only, roots, summaries};

#[test]
fn local_calls_are_relative_to_the_calling_module() {
    let repo = Repo::new(&[
        ("stages/a/main.tf", "module \"x\" {\n  source = \"../../modules/x\"\n  size = 3\n}\n"),
        ("modules/x/main.tf", "variable \"size\" {}\nmodule \"y\" {\n  source = \"./y//\"\n}\n"),
        ("modules/x/y/main.tf", "output \"o\" {\n  value = 1\n}\n"),
    ]);
    let repository = repo.load(&["stages/a"]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let call = &only(&repository).module.calls.values().next().unwrap();
    assert_eq!(call.source, ModuleSource::Local { dir: "modules/x".into(), written: "../../modules/x".into() });
    assert_eq!(call.arguments.len(), 1);
    assert!(repository.modules.contains_key("modules/x/y"));
}

#[test]
fn a_missing_module_is_told_at_its_source() {
    let repo = Repo::new(&[("main.tf", "module \"x\" {\n  source = \"./nope\"\n}\nresource \"a\" \"b\" {}\n")]);
    let repository = repo.load(&["."]);
    let said = diagnostics(&repository);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(said[0].summary, "Unreadable module directory");
    assert_eq!(repo.sources.text_at(said[0].place.unwrap()), "\"./nope\"");
    assert_eq!(only(&repository).module.resources.len(), 1);
}

#[test]
fn circles_are_cut_and_told() {
    let itself = Repo::new(&[("main.tf", "module \"a\" {\n  source = \"./\"\n}\n")]);
    assert_eq!(summaries(&itself.load(&["."])), ["Module calls itself"]);

    let through_another = Repo::new(&[
        ("main.tf", "module \"a\" {\n  source = \"./a\"\n}\n"),
        ("a/main.tf", "module \"b\" {\n  source = \"../b\"\n}\n"),
        ("b/main.tf", "module \"a\" {\n  source = \"../a\"\n}\n"),
    ]);
    let repository = through_another.load(&["."]);
    let said = diagnostics(&repository);
    assert_eq!(roots(&repository), ["."]);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(said[0].detail.contains("a -> b -> a"), "{}", said[0].detail);
    let closing = &repository.modules["b"].calls.values().next().unwrap().source;
    assert_eq!(*closing, ModuleSource::Missing("../a".into()), "nothing downstream can go round");
}

#[test]
fn a_long_chain_of_modules_is_followed() {
    let files: Vec<(String, String)> = (0..300)
        .map(|i| (format!("m{i}/main.tf"), format!("module \"n\" {{\n  source = \"../m{}\"\n}}\n", i + 1)))
        .chain([("m300/main.tf".to_owned(), String::new())])
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repository = Repo::new(&files).load(&["m0"]);
    assert_eq!(repository.modules.len(), 301);
    assert_eq!(summaries(&repository), Vec::<String>::new());
}

#[test]
fn installed_modules_stand_for_remote_calls() {
    let repo = Repo::new(&[
        ("s/main.tf", "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n  version = \"5.0.0\"\n}\n"),
        (
            "s/.terraform/modules/modules.json",
            r#"{"Modules":[
                {"Key":"","Source":"","Dir":"."},
                {"Key":"vpc","Source":"registry.terraform.io/terraform-aws-modules/vpc/aws","Version":"5.0.0","Dir":".terraform/modules/vpc"},
                {"Key":"vpc.inner","Source":"./modules/inner","Dir":".terraform/modules/vpc/modules/inner"},
                {"Key":"gone","Source":"git::https://x","Dir":".terraform/modules/gone"}]}"#,
        ),
        (
            "s/.terraform/modules/vpc/main.tf",
            "variable \"cidr\" {}\nmodule \"inner\" {\n  source = \"./modules/inner\"\n}\n",
        ),
        ("s/.terraform/modules/vpc/modules/inner/main.tf", "output \"o\" {\n  value = 1\n}\n"),
    ]);
    let repository = repo.load(&["s"]);
    let root = only(&repository);
    let installed: Vec<(&str, &str)> = root.installed.iter().map(|(key, dir)| (key.as_str(), &*dir.dir)).collect();
    assert_eq!(installed, [("vpc", "s/.terraform/modules/vpc")]);
    assert!(repository.modules["s/.terraform/modules/vpc"].variables.len() == 1);
    assert!(repository.modules.contains_key("s/.terraform/modules/vpc/modules/inner"));
    let call = root.module.calls.values().next().unwrap();
    assert_eq!(call.source, ModuleSource::Remote("terraform-aws-modules/vpc/aws".into()));
}

#[test]
fn providers_are_passed_by_reference() {
    let repo = Repo::new(&[
        (
            "main.tf",
            "module \"x\" {\n  source = \"./x\"\n  providers = {\n    aws      = aws.east\n    aws.west = aws\n  }\n}\n",
        ),
        ("x/main.tf", ""),
    ]);
    let repository = repo.load(&["."]);
    assert_eq!(summaries(&repository), Vec::<String>::new());
    let shown: Vec<String> = only(&repository).module.calls[0]
        .providers
        .iter()
        .map(|(inner, outer)| format!("{}.{:?}={}.{:?}", inner.name, inner.alias, outer.name, outer.alias))
        .collect();
    assert_eq!(shown, ["aws.None=aws.Some(\"east\")", "aws.Some(\"west\")=aws.None"]);
}

#[test]
fn a_call_fits_what_it_calls() {
    // As `terraform init` and `validate` 1.11.4 say.
    let repo = Repo::new(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  count = 2\n  a = 1\n  zz = 2\n}\nmodule \"n\" {\n  source = \"./m\"\n  a = 1\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"a\" {}\nvariable \"b\" {\n  default = 1\n}\nterraform {\n  backend \"local\" {}\n}\nprovider \"x\" {\n  y = 1\n}\n",
        ),
    ]);
    let said: Vec<String> = diagnostics(&repo.load(&["main.tf"]))
        .iter()
        .map(|d| format!("{} {}", repo.sources.describe(d.place.unwrap()), d.summary))
        .collect();
    assert_eq!(
        said,
        [
            "main.tf:5,3-5 Unsupported argument",
            "main.tf:3,11-12 Module is incompatible with count, for_each, and depends_on",
            "m/main.tf:6,3-18 Backend configuration ignored",
        ]
    );
}
