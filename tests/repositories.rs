//! Shapes of public repositories that are valid, and were once taken for mistakes: nothing is said against them.

#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use checking::Checked;

/// Errors about a repository of these files.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    Checked::folder(folder.path()).errors()
}

/// Each of these root modules is one that Terraform takes.
fn valid(cases: &[(&str, &str)]) {
    for (what, text) in cases {
        assert_eq!(errors(&[("main.tf", text)]), [""; 0], "{what}: {text}");
    }
}

/// Each of these is refused, at the line and with the summary given.
fn refused(cases: &[(&str, &str)]) {
    for (expected, text) in cases {
        let errors = errors(&[("main.tf", text)]);
        assert!(errors.iter().any(|error| error.starts_with(expected)), "{expected}: {errors:#?}");
    }
}

fn requiring(version: &str, text: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    aws = {{ source = \"hashicorp/aws\", version = \"{version}\" }}\n  }}\n}}\n{text}"
    )
}

#[test]
fn resources_of_other_providers_have_attributes_that_nobody_knows() {
    valid(&[
        (
            "iterated",
            "resource \"random_password\" \"p\" {\n  for_each = toset([\"a\"])\n  length = 8\n}\noutput \"o\" {\n  value = { for k, p in random_password.p : k => p.result }\n}\n",
        ),
        (
            "by a splat",
            "resource \"random_string\" \"s\" {\n  count = 2\n  length = 8\n}\noutput \"o\" {\n  value = join(\",\", random_string.s.*.result)\n}\n",
        ),
        (
            "as for_each",
            "data \"http\" \"c\" {\n  for_each = { a = \"https://x\" }\n  url = each.value\n}\nresource \"kubectl_manifest\" \"c\" {\n  for_each = data.http.c\n  yaml_body = each.value[\"body\"]\n}\n",
        ),
        (
            "inside their blocks",
            "resource \"google_compute_instance\" \"p\" {\n  name = \"p\"\n  network_interface {\n    access_config {\n      network_tier = \"PREMIUM\"\n    }\n  }\n}\noutput \"o\" {\n  value = google_compute_instance.p.network_interface[0].access_config[0].nat_ip\n}\n",
        ),
        (
            "set to null, for the provider to compute",
            "resource \"other_thing\" \"t\" {\n  name = null\n}\noutput \"o\" {\n  value = \"${other_thing.t.name}-x\"\n}\n",
        ),
    ]);
    let namespace = "resource \"kubernetes_namespace\" \"n\" {\n  wait = true\n}\nmodule \"m\" {\n  source = \"./modules/m\"\n  n      = kubernetes_namespace.n\n}\n";
    let module =
        "variable \"n\" {\n  type = object({ id = string })\n}\noutput \"o\" {\n  value = upper(var.n.id)\n}\n";
    assert_eq!(errors(&[("main.tf", namespace), ("modules/m/main.tf", module)]), [""; 0]);
}

const REGION: &str = "data \"aws_region\" \"r\" {}\noutput \"o\" {\n  value = \"${data.aws_region.r.region}-x\"\n}\n";
const NOPE: &str = "data \"aws_region\" \"r\" {}\noutput \"o\" {\n  value = \"${data.aws_region.r.nope}-x\"\n}\n";

#[test]
fn attributes_of_newer_releases_are_unknown_where_one_is_asked_for() {
    let newer = [requiring(">= 6.0", REGION), requiring("~> 6.21, != 6.22.0", NOPE), requiring(">= 5.0", REGION)];
    valid(&newer.each_ref().map(|text| ("a newer release", text.as_str())));
    let older = [requiring("~> 5.0", REGION), requiring("< 6.0", REGION), requiring(">= 5.0", NOPE)];
    refused(&older.each_ref().map(|text| ("main.tf:8: Unsupported attribute", text.as_str())));
}

#[test]
fn the_lock_file_says_which_release_it_is() {
    let lock = |version: &str| {
        format!(
            "provider \"registry.terraform.io/hashicorp/aws\" {{\n  version     = \"{version}\"\n  constraints = \">= 5.0\"\n}}\n"
        )
    };
    let with = |version: &str| errors(&[("main.tf", NOPE), (".terraform.lock.hcl", &lock(version))]);
    assert_eq!(with("6.2.0"), [""; 0]);
    assert!(with("5.100.0")[0].starts_with("main.tf:3: Unsupported attribute"));
}

#[test]
fn a_module_that_asks_for_a_newer_release_decides_for_all() {
    let module = requiring(">= 6.28", "output \"o\" {\n  value = 1\n}\n");
    let root = format!("{NOPE}module \"m\" {{\n  source = \"./modules/m\"\n}}\n");
    assert_eq!(errors(&[("main.tf", &root), ("modules/m/main.tf", &module)]), [""; 0]);
}

const BY_WORKSPACE: &str = "locals {\n  all  = { prod = { size = 3 }, dev = { size = 1 } }\n  here = local.all[terraform.workspace]\n}\noutput \"o\" {\n  value = local.here.size + 1\n}\n";

#[test]
fn the_workspace_is_unknown_until_somebody_selects_one() {
    valid(&[("unknown", BY_WORKSPACE)]);
    assert_eq!(errors(&[("main.tf", BY_WORKSPACE), (".terraform/environment", "prod\n")]), [""; 0]);
    let other = errors(&[("main.tf", BY_WORKSPACE), (".terraform/environment", "stage")]);
    assert!(other[0].starts_with("main.tf:3: Invalid index"), "{other:?}");
}

#[test]
fn what_may_not_be_there_has_no_wrong_values() {
    valid(&[(
        "of more instances than there are subnets",
        "variable \"n\" {\n  type = number\n}\nlocals {\n  subnets = [\"a\", \"b\"]\n}\nresource \"aws_instance\" \"i\" {\n  count     = var.n\n  ami       = \"x\"\n  instance_type = \"t3.micro\"\n  subnet_id = local.subnets[count.index]\n}\n",
    )]);
    let call = "variable \"on\" {\n  type = bool\n}\nvariable \"o\" {\n  type    = object({ n = number })\n  default = null\n}\nmodule \"m\" {\n  count  = var.on ? 1 : 0\n  source = \"./modules/m\"\n  n      = var.o.n\n}\n";
    let module = "variable \"n\" {\n  type = number\n}\noutput \"o\" {\n  value = var.n + 1\n}\n";
    assert_eq!(errors(&[("main.tf", call), ("modules/m/main.tf", module)]), [""; 0]);
    refused(&[(
        "main.tf:7: Unsupported attribute",
        "variable \"n\" {\n  type = number\n}\nresource \"aws_instance\" \"i\" {\n  count     = var.n\n  ami       = \"x\"\n  subnet_id = aws_instance.j.nope\n}\nresource \"aws_instance\" \"j\" {\n  ami = \"x\"\n}\n",
    )]);
}

#[test]
fn whether_an_unknown_text_has_a_form_is_open() {
    valid(&[(
        "a validation",
        "variable \"repo\" {\n  type = string\n  validation {\n    condition     = !can(regex(\"/\", var.repo))\n    error_message = \"No slash.\"\n  }\n}\noutput \"o\" {\n  value = try(tonumber(var.repo), 0) == 0 ? \"a\" : \"b\"\n}\n",
    )]);
}

#[test]
fn an_error_is_told_once_where_a_condition_hangs_on_it() {
    let text = "locals {\n  a = nope.nope.nope == \"x\"\n}\nresource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  filename      = \"f.zip\"\n  role          = \"arn:aws:iam::123456789012:role/r\"\n  memory_size   = local.a ? 128 : 256\n  dynamic \"vpc_config\" {\n    for_each = local.a ? [1] : []\n    content {\n      subnet_ids         = []\n      security_group_ids = []\n    }\n  }\n}\n";
    let errors = errors(&[("main.tf", text)]);
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

#[test]
fn an_object_of_numbered_names_is_read_by_number() {
    valid(&[(
        "a port",
        "locals {\n  by_port = { for p in [389, 636] : p => \"x\" }\n  ldap = upper(local.by_port[389])\n}\n",
    )]);
    refused(&[("main.tf:2: Invalid index", "locals {\n  x = { a = 1 }[389]\n}\n")]);
}

#[test]
fn blocks_that_the_provider_makes_are_unknown() {
    valid(&[(
        "tokens of an identity",
        "resource \"aws_sesv2_email_identity\" \"i\" {\n  email_identity = \"a.example\"\n}\noutput \"o\" {\n  value = aws_sesv2_email_identity.i.dkim_signing_attributes[0].tokens[2]\n}\n",
    )]);
}

#[test]
fn an_archive_is_made_before_it_is_hashed() {
    valid(&[(
        "archive_file",
        "data \"archive_file\" \"a\" {\n  type        = \"zip\"\n  source_dir  = \"src\"\n  output_path = \"${path.module}/out.zip\"\n}\noutput \"o\" {\n  value = filebase64sha256(data.archive_file.a.output_path)\n}\n",
    )]);
}

#[test]
fn a_file_that_git_crypt_has_locked_is_called_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("main.tf"), "variable \"a\" {}\n").expect("a file");
    std::fs::write(folder.path().join("terraform.tfvars"), b"\0GITCRYPT\0\x01\xff\x80").expect("a file");
    let errors = Checked::folder(folder.path()).errors();
    assert!(errors[0].contains("terraform.tfvars is encrypted with git-crypt"), "{errors:?}");
}

#[test]
fn logic_is_lazy_where_only_a_terraform_that_is_so_may_run() {
    let text = |version: &str| {
        format!(
            "terraform {{\n  required_version = \"{version}\"\n}}\nvariable \"o\" {{\n  type    = object({{ n = number }})\n  default = null\n  validation {{\n    condition     = var.o == null || var.o.n > 1\n    error_message = \"No.\"\n  }}\n}}\n"
        )
    };
    valid(&[("since 1.12", &text("~> 1.15")), ("since 1.12", &text(">= 1.12"))]);
    refused(&[("main.tf:8: Attempt to get attribute from null value", &text("~> 1.11"))]);
}
