//! Waivers in comments and settings: what they reach, and what is said of those that do not count.

use crate::repository::{Repository, text};

const IGNORE: &str = "infralint:ignore bucket/private reason=\"open by design\"";

const IMAGES: &str = "module.images.aws_s3_bucket.this";
const LOGS_A: &str = "module.logs[\"a\"].aws_s3_bucket.this";
const LOGS_B: &str = "module.logs[\"b\"].aws_s3_bucket.this";

/// Six findings: three in each stage.
fn all_of(stages: &[&str], addresses: &[&str]) -> Vec<String> {
    stages.iter().flat_map(|stage| addresses.iter().map(move |address| format!("stages/{stage} {address}"))).collect()
}

#[test]
fn comments_reach_what_they_stand_on_and_what_that_makes() {
    let everything = [IMAGES, LOGS_A, LOGS_B];
    let one = "stages/one/main.tf";
    let module = "modules/bucket/main.tf";
    let cases: [(&str, &str, String, Vec<String>); 15] = [
        // The judged argument, in the module that all call.
        (module, "  acl    = var.acl", format!("  acl    = var.acl # {IGNORE}"), all_of(&["one", "two"], &everything)),
        (
            module,
            "  acl    = var.acl",
            format!("  # {IGNORE}\n  acl    = var.acl"),
            all_of(&["one", "two"], &everything),
        ),
        (module, "  bucket = var.name", format!("  bucket = var.name // {IGNORE}"), vec![]),
        // The block.
        (module, "resource \"aws", format!("# {IGNORE}\nresource \"aws"), all_of(&["one", "two"], &everything)),
        (module, "\"this\" {", format!("\"this\" {{ /* {IGNORE} */"), all_of(&["one", "two"], &everything)),
        // The file.
        (module, "variable \"name\"", format!("# {IGNORE}\n\nvariable \"name\""), all_of(&["one", "two"], &everything)),
        (one, "terraform {", format!("# {IGNORE}\n\nterraform {{"), all_of(&["one"], &everything)),
        // A call, with all that it makes, in one root module.
        (one, "module \"logs\"", format!("# {IGNORE}\nmodule \"logs\""), all_of(&["one"], &[LOGS_A, LOGS_B])),
        (one, "module \"images\"", format!("# {IGNORE}\nmodule \"images\""), all_of(&["one"], &[IMAGES])),
        // The argument of a call that decides, and one that only hands on.
        (one, "acl      = \"public", format!("# {IGNORE}\n  acl      = \"public"), all_of(&["one"], &[LOGS_A, LOGS_B])),
        (one, "acl    = local.acl", format!("acl    = local.acl # {IGNORE}"), vec![]),
        // The value that decides, in a variable file.
        ("stages/one/terraform.tfvars", "acl =", format!("# {IGNORE}\nacl ="), all_of(&["one"], &[IMAGES])),
        (
            "stages/two/terraform.tfvars",
            "\"public-read\"",
            format!("\"public-read\" # {IGNORE}"),
            all_of(&["two"], &[IMAGES]),
        ),
        // No comments.
        (module, "bucket = var.name", "bucket = \"# infralint:ignore bucket/private reason=x\"".to_owned(), vec![]),
        (module, "bucket = var.name", format!("bucket = <<-EOT\n    # {IGNORE}\n  EOT\n"), vec![]),
    ];
    for (file, from, to, expected) in cases {
        let repo = Repository::new();
        repo.edit(file, from, &to);
        let run = repo.check(&[]);
        assert_eq!(run.findings(true), expected, "{file}: {to}");
        assert_eq!(run.findings(true).len() + run.findings(false).len(), 6, "{file}: {to}");
        let unused = expected.is_empty() && !to.contains("bucket = \"") && !to.contains("EOT");
        let summaries: Vec<String> =
            run.diagnostics().iter().map(|d| d.split_once(' ').unwrap().1.to_owned()).collect();
        assert_eq!(summaries, if unused { vec!["Unused waiver"] } else { vec![] }, "{file}: {to}");
    }
}

#[test]
fn a_waiver_on_a_call_reaches_modules_in_modules() {
    let repo = Repository::new();
    let outer = "module \"inner\" {\n  source = \"../bucket\"\n  name   = \"inner\"\n  acl    = \"public-read\"\n}\n";
    repo.write("modules/outer/main.tf", outer);
    let call = format!("// {IGNORE}\nmodule \"outer\" {{\n  source = \"../../modules/outer\"\n  count  = 2\n}}\n");
    repo.write("stages/one/outer.tf", &call);
    let inner = |i: u32| format!("stages/one module.outer[{i}].module.inner.aws_s3_bucket.this");
    assert_eq!(repo.check(&[]).findings(true), [inner(0), inner(1)]);
}

#[test]
fn waivers_in_the_settings_by_every_pattern() {
    let everything = [IMAGES, LOGS_A, LOGS_B];
    let cases = [
        ("bucket/private", "", all_of(&["one", "two"], &everything)),
        ("bucket/*", "root_module = \"stages/o*\"", all_of(&["one"], &everything)),
        ("*", "stage = \"two\"", all_of(&["two"], &everything)),
        ("bucket/private", "address = \"module.logs[*\"", all_of(&["one", "two"], &[LOGS_A, LOGS_B])),
        ("bucket/private", "stage = \"t*\"\n  address = \"module.images.*\"", all_of(&["two"], &[IMAGES])),
    ];
    for (check, more, expected) in cases {
        let repo = Repository::new();
        repo.write(".infralint.hcl", &format!("waiver \"{check}\" {{\n  reason = \"r\"\n  {more}\n}}\n"));
        let run = repo.check(&[]);
        assert_eq!((run.findings(true), run.diagnostics()), (expected, vec![]), "{check} {more}");
    }
}

#[test]
fn the_report_lists_the_waivers_that_are_used() {
    let repo = Repository::new();
    let comment =
        "# infralint:ignore bucket/private until=9999-12-31 owner=\"the web team\" reason=\"they are public\"";
    repo.edit("stages/one/main.tf", "module \"logs\"", &format!("{comment}\nmodule \"logs\""));
    let json = repo.check(&[]).json();
    let used = json["waivers"].as_array().unwrap();
    assert_eq!(used.len(), 1);
    assert_eq!((text(&used[0]["check"]), used[0]["findings"].as_u64()), ("bucket/private", Some(2)));
    assert_eq!((text(&used[0]["until"]), text(&used[0]["owner"])), ("9999-12-31", "the web team"));
    assert_eq!(
        (text(&used[0]["location"]["file"]), used[0]["location"]["line"].as_u64()),
        ("stages/one/main.tf", Some(27))
    );
    assert_eq!(json["summary"]["waived"].as_u64(), Some(2));
    let human = repo.told(&[]);
    let line = "waived bucket/private, 2 findings until 9999-12-31 by the web team at stages/one/main.tf:27:3: they are public\n";
    assert!(human.contains(line), "{human}");
}

#[test]
fn what_does_not_count_is_said_and_the_finding_stands() {
    let unused = "# infralint:ignore bucket/private reason=x";
    let cases = [
        ("# infralint:ignore bucket/private reason=x until=2020-01-31", "Waiver has expired"),
        ("# infralint:ignore bucket/privat reason=x", "Unknown check"),
        ("# infralint:ignore bucket reason=x", "Unknown check"),
        ("# infralint:ignore bucket/private", "Invalid waiver"),
        ("# infralint:ignore bucket/private reason=x until=soon", "Invalid waiver"),
        ("# infralint:ignore bucket/private reason=x\n", "Invalid waiver"),
    ];
    for (comment, expected) in cases {
        let repo = Repository::new();
        repo.edit("stages/one/main.tf", "module \"logs\"", &format!("{comment}\nmodule \"logs\""));
        let run = repo.check(&[]);
        assert_eq!(run.diagnostics(), [format!("stages/one/main.tf:27 {expected}")], "{comment}");
        assert_eq!((run.code, run.findings(false).len()), (1, 6), "{comment}");
    }
    // What nobody meets any more is told in a run over everything, and only there: others do not know.
    let repo = Repository::new();
    repo.edit("modules/bucket/main.tf", "  bucket =", &format!("  {unused}\n  bucket ="));
    repo.write(".infralint.hcl", "waiver \"bucket/private\" {\n  root_module = \"stages/ono\"\n  reason = \"r\"\n}\n");
    assert_eq!(
        repo.check(&[]).diagnostics(),
        [".infralint.hcl:1 Unused waiver", "modules/bucket/main.tf:11 Unused waiver"]
    );
    assert_eq!(repo.check(&["stages/one"]).diagnostics(), Vec::<String>::new());
    assert_eq!(repo.check(&["--workspace", "x"]).diagnostics(), Vec::<String>::new());
    let human = repo.told(&[]);
    assert!(human.contains("Did you mean \"stages/one\"?"), "{human}");
    // Nobody knows what would have been found, where something cannot be read.
    repo.write("stages/one/broken.tf", "resource {");
    assert!(!repo.check(&[]).diagnostics().join(" ").contains("Unused"));
}

#[test]
fn what_the_settings_ask_of_waivers() {
    let repo = Repository::new();
    repo.write(".infralint.hcl", "waivers {\n  required = [\"owner\", \"until\"]\n}\n");
    let comment = |more: &str| format!("# infralint:ignore bucket/private reason=x{more}\nmodule \"logs\"");
    repo.edit("stages/one/main.tf", "module \"logs\"", &comment(""));
    repo.edit("stages/two/main.tf", "module \"logs\"", &comment(" owner=me until=9999-12-31"));
    let run = repo.check(&[]);
    assert_eq!(run.diagnostics(), ["stages/one/main.tf:27 Missing required argument"]);
    assert_eq!(run.findings(true), all_of(&["two"], &[LOGS_A, LOGS_B]));

    repo.write(".infralint.hcl", "waivers {\n  unwaivable = [\"bucket/*\"]\n}\n");
    let run = repo.check(&[]);
    assert_eq!(
        run.diagnostics(),
        ["stages/one/main.tf:27 Check cannot be waived", "stages/two/main.tf:27 Check cannot be waived"]
    );
    assert_eq!(run.findings(true), Vec::<String>::new());
    // A pattern that reaches further still does not reach it.
    let all = "waivers {\n  unwaivable = [\"bucket/*\"]\n}\nwaiver \"*\" {\n  reason = \"r\"\n}\n";
    repo.write(".infralint.hcl", all);
    assert_eq!(repo.check(&[]).findings(true), Vec::<String>::new());

    // In the settings all of it is a mistake, and nothing is judged by settings that are not what was meant.
    let cases = [
        (
            "waivers {\n  unwaivable = [\"bucket/*\"]\n}\nwaiver \"bucket/private\" {\n  reason = \"r\"\n}\n",
            "4 Check cannot be waived",
        ),
        (
            "waivers {\n  required = [\"until\"]\n}\nwaiver \"bucket/private\" {\n  reason = \"r\"\n}\n",
            "4 Missing required argument",
        ),
        ("waivers {\n  required = [\"ower\"]\n}\n", "2 Invalid value"),
        ("waivers {\n  unwaivable = [\"bukket/private\"]\n}\n", "2 Unknown check"),
        ("waivers {\n}\nwaivers {\n}\n", "3 Duplicate block"),
        ("waivers \"x\" {\n}\n", "1 Extraneous label"),
    ];
    for (settings, expected) in cases {
        repo.write(".infralint.hcl", settings);
        let run = repo.check(&[]);
        assert_eq!((run.code, run.diagnostics()), (2, vec![format!(".infralint.hcl:{expected}")]), "{settings}");
    }
}

#[test]
fn a_variable_file_of_several_workspaces_is_told_once() {
    let repo = Repository::new();
    repo.write(".infralint.hcl", "root_module \"stages/one\" {\n  workspaces = [\"dev\", \"prod\"]\n}\n");
    repo.write("stages/one/terraform.tfvars", &format!("acl = \"public-read\" # {IGNORE}\nother = 1 # {IGNORE}\n"));
    let run = repo.check(&[]);
    let mut waived = run.findings(true);
    waived.dedup();
    assert_eq!(waived, all_of(&["one"], &[IMAGES]));
    let told: Vec<String> = run.diagnostics().into_iter().filter(|d| d.contains("waiver")).collect();
    assert_eq!(told, ["stages/one/terraform.tfvars:2 Unused waiver"]);
}
