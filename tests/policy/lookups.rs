//! `core::getresources` (statements 97 to 110) and the look-ups of `infralint::`.

use crate::harness::{Judged, Setup};

const BUCKETS: &str = r#"
variable "other" { type = string }
variable "prefix" { type = string }

resource "aws_s3_bucket" "a" {
  bucket = "name-a"
  tags   = { team = "x" }
}
resource "aws_s3_bucket" "b" {
  bucket_prefix = var.prefix
}
"#;

/// Every bucket with its encryption, by identity.
const JOIN: &str = r#"
resource_policy "aws_s3_bucket" "encrypted" {
  enforce {
    condition = core::length(core::getresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })) > 0
    error_message = "${infralint::address()} is not encrypted"
  }
}
"#;

fn encryption(name: &str, bucket: &str) -> String {
    format!(
        "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"{name}\" {{\n  bucket = {bucket}\n  rule {{\n    apply_server_side_encryption_by_default {{\n      sse_algorithm = \"AES256\"\n    }}\n  }}\n}}\n"
    )
}

fn join(more: &str) -> Judged {
    Setup::new(&format!("{BUCKETS}{more}"), JOIN).judge()
}

/// The verdict of a condition on bucket `a`.
fn on_a(terraform: &str, condition: &str) -> String {
    let rule = format!(
        "resource_policy \"aws_s3_bucket\" \"t\" {{\n  filter = infralint::address() == \"aws_s3_bucket.a\"\n  enforce {{\n    condition = {condition}\n  }}\n}}\n"
    );
    let lines = Setup::new(&format!("{BUCKETS}{terraform}"), &rule).judge().lines();
    lines.first().cloned().unwrap_or_else(|| "pass".to_owned())
}

#[track_caller]
fn passes(terraform: &str, condition: &str) {
    assert_eq!(on_a(terraform, condition), "pass", "{condition}");
}

#[test]
fn c097_without_a_filter_all_instances_are_found() {
    let more = "module \"m\" {\n  source = \"./m\"\n}\nresource \"aws_s3_bucket\" \"c\" {\n  count = 2\n}\nresource \"aws_s3_bucket\" \"e\" {\n  for_each = toset([\"x\", \"y\"])\n}\n";
    let rule = "resource_policy \"aws_s3_bucket\" \"t\" {\n  enforce {\n    condition = core::length(core::getresources(\"aws_s3_bucket\", null)) == 7 && core::length(core::getresources(\"aws_s3_bucket\", {})) == 7 && core::length(core::getresources(\"aws_s3_bucket\")) == 7\n  }\n}\n";
    let judged = Setup::new(&format!("{BUCKETS}{more}"), rule)
        .file("m/main.tf", "resource \"aws_s3_bucket\" \"m\" {}\n")
        .judge();
    assert_eq!(judged.lines(), [""; 0]);
    assert_eq!(judged.counts().0, 7);
}

#[test]
fn c098_results_have_their_attributes_at_the_top() {
    passes("", "core::getresources(\"aws_s3_bucket\", { bucket = \"name-a\" })[0].tags.team == \"x\"");
}

#[test]
fn c099_all_of_the_filter_must_match() {
    passes(
        "",
        "core::length(core::getresources(\"aws_s3_bucket\", { bucket = \"name-a\", force_destroy = true })) == 0",
    );
    passes("", "core::length(core::getresources(\"aws_s3_bucket\", { no_such = 1 })) == 0");
}

#[test]
fn c100_a_number_matches_no_string() {
    passes("", "core::length(core::getresources(\"aws_s3_bucket\", { bucket = 5 })) == 0");
}

#[test]
fn c101_an_object_matches_a_map() {
    passes("", "core::length(core::getresources(\"aws_s3_bucket\", { tags = { team = \"x\" } })) == 1");
}

#[test]
fn c102_of_a_type_that_is_not_there_there_is_none() {
    let lines = join("").lines();
    assert_eq!(
        lines,
        [
            "fail aws_s3_bucket.a aws_s3_bucket.a is not encrypted",
            "fail aws_s3_bucket.b aws_s3_bucket.b is not encrypted"
        ]
    );
}

#[test]
fn c103_the_judged_resource_is_found_too() {
    passes("", "core::length(core::getresources(\"aws_s3_bucket\", { id = attrs.id })) == 1");
}

#[test]
fn c104_a_join_on_a_new_id_is_decided() {
    let lines = join(&encryption("x", "aws_s3_bucket.a.id")).lines();
    assert_eq!(lines, ["fail aws_s3_bucket.b aws_s3_bucket.b is not encrypted"]);
    assert_eq!(
        join(&(encryption("x", "aws_s3_bucket.a.bucket") + &encryption("y", "aws_s3_bucket.b.id"))).lines(),
        [""; 0]
    );
}

#[test]
fn c105_a_join_goes_through_modules_locals_and_for_each() {
    let main = r#"
module "buckets" {
  source = "./buckets"
  names  = ["one", "two"]
}
locals { ids = module.buckets.ids }
module "encryption" {
  source   = "./encryption"
  for_each = local.ids
  bucket   = each.value
}
"#;
    let buckets = "variable \"names\" { type = set(string) }\nresource \"aws_s3_bucket\" \"this\" {\n  for_each = var.names\n  bucket_prefix = each.key\n}\noutput \"ids\" {\n  value = { for key, bucket in aws_s3_bucket.this : key => bucket.id if key != \"two\" }\n}\n";
    let module = format!("variable \"bucket\" {{}}\n{}", encryption("this", "var.bucket"));
    let judged = Setup::new(main, JOIN).file("buckets/main.tf", buckets).file("encryption/main.tf", &module).judge();
    let address = "module.buckets.aws_s3_bucket.this[\"two\"]";
    assert_eq!(judged.lines(), [format!("fail {address} {address} is not encrypted")]);
}

#[test]
fn c106_a_candidate_in_doubt_is_named() {
    let lines = join(&encryption("x", "var.other")).lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert!(line.starts_with("undecided") && line.contains("unset-variable var.other"), "{line}");
        assert!(line.contains("(whether aws_s3_bucket_server_side_encryption_configuration.x counts)"), "{line}");
    }
}

#[test]
fn c107_a_sure_member_decides() {
    let more = encryption("sure", "aws_s3_bucket.a.id") + &encryption("maybe", "var.other");
    let lines = join(&more).lines();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("undecided aws_s3_bucket.b"), "{lines:?}");
    let found = "core::getresources(\"aws_s3_bucket_server_side_encryption_configuration\", { bucket = attrs.id })";
    assert!(on_a(&more, &format!("core::length({found}) == 1")).starts_with("undecided"));
    assert!(on_a(&more, &format!("core::length({found}) == 3")).starts_with("fail"));
}

#[test]
fn c107_many_in_doubt_are_surveyed() {
    let more: String = (0..7).map(|i| encryption(&format!("m{i}"), "var.other")).collect();
    let found = "core::getresources(\"aws_s3_bucket_server_side_encryption_configuration\", { bucket = attrs.id })";
    for (condition, expected) in [("< 8", "pass"), ("> 7", "fail"), ("!= 4", "undecided"), ("> 6", "undecided")] {
        let verdict = on_a(&more, &format!("core::length({found}) {condition}"));
        assert!(verdict.starts_with(expected), "{condition}: {verdict}");
    }
}

#[test]
fn c108_known_names_join() {
    let rule = JOIN.replace("attrs.id", "attrs.bucket");
    let judged = Setup::new(&format!("{BUCKETS}{}", encryption("x", "\"name-a\"")), &rule).judge();
    assert!(judged.lines().iter().all(|l| !l.contains("aws_s3_bucket.a")), "{:?}", judged.lines());
    // The id of a bucket will be its name.
    assert!(join(&encryption("x", "\"name-a\"")).lines().iter().all(|l| !l.contains("aws_s3_bucket.a")));
}

/// The index finds what comparing every candidate finds.
#[test]
fn look_ups_agree_with_comparing_every_candidate() {
    let links = [
        "\"name-a\"",
        "\"other\"",
        "aws_s3_bucket.a.id",
        "aws_s3_bucket.a.bucket",
        "aws_s3_bucket.a.arn",
        "aws_s3_bucket.c.id",
        "aws_s3_bucket.c.arn",
        "aws_s3_bucket.d[0].id",
        "aws_s3_bucket.d[1].bucket",
        "aws_s3_bucket.e[\"k\"].id",
    ];
    let buckets = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"name-a\"\n}\nresource \"aws_s3_bucket\" \"c\" {\n  bucket = \"name-c\"\n}\n\
        resource \"aws_s3_bucket\" \"d\" {\n  count = 2\n  bucket = \"d-${count.index}\"\n}\nresource \"aws_s3_bucket\" \"e\" {\n  for_each = toset([\"k\"])\n  bucket = \"e-${each.key}\"\n}\n";
    let ty = "\"aws_s3_bucket_server_side_encryption_configuration\"";
    for attribute in ["id", "bucket", "arn"] {
        // Whether an ARN equals an id is open, which is another test's matter.
        let links = links.iter().filter(|link| link.ends_with("arn") == (attribute == "arn"));
        let more: String = links.enumerate().map(|(i, link)| encryption(&format!("l{i}"), link)).collect();
        let rule = format!(
            "resource_policy \"aws_s3_bucket\" \"t\" {{\n  locals {{\n    found = core::getresources({ty}, {{ bucket = attrs.{attribute} }})\n    all = [for e in core::getresources({ty}, {{}}) : e.id if e.bucket == attrs.{attribute}]\n  }}\n  enforce {{\n    condition = core::length(local.found) == core::length(local.all)\n    error_message = \"${{core::length(local.found)}} and ${{core::length(local.all)}}\"\n  }}\n}}\n"
        );
        let judged = Setup::new(&format!("{buckets}{more}"), &rule).judge();
        assert_eq!(judged.lines(), [""; 0], "{attribute}");
        assert_eq!(judged.counts(), (5, 0, 0, 0), "{attribute}");
    }
}

#[test]
fn c110_look_ups_chain() {
    let terraform = "resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_subnet\" \"s\" {\n  vpc_id = aws_vpc.v.id\n  cidr_block = \"10.0.1.0/24\"\n}\nresource \"aws_route_table_association\" \"r\" {\n  subnet_id = aws_subnet.s.id\n  route_table_id = \"rtb-1\"\n}\n";
    let rule = "resource_policy \"aws_vpc\" \"t\" {\n  locals {\n    subnets = core::getresources(\"aws_subnet\", { vpc_id = attrs.id })\n    tables = core::flatten([for s in local.subnets : core::getresources(\"aws_route_table_association\", { subnet_id = s.id })])\n  }\n  enforce { condition = core::length(local.tables) == 1 && local.tables[0].route_table_id == \"rtb-1\" }\n}\n";
    assert_eq!(Setup::new(terraform, rule).judge().lines(), [""; 0]);
}

#[test]
fn a_companion_with_the_same_count_is_there_when_its_resource_is() {
    let terraform = "variable \"on\" { type = bool }\nresource \"aws_s3_bucket\" \"c\" {\n  count = var.on ? 1 : 0\n  bucket = \"c\"\n}\nresource \"aws_s3_bucket_server_side_encryption_configuration\" \"c\" {\n  count = var.on ? 1 : 0\n  bucket = aws_s3_bucket.c[0].id\n  rule {}\n}\n";
    let judged = Setup::new(terraform, JOIN).judge();
    assert_eq!(judged.lines(), [""; 0]);
    let without = terraform.replace(
        "  count = var.on ? 1 : 0\n  bucket = aws_s3_bucket.c[0].id",
        "  count = var.on ? 0 : 1\n  bucket = \"c\"",
    );
    let lines = Setup::new(&without, JOIN).judge().lines();
    assert!(lines.len() == 1 && lines[0].contains("var.on"), "{lines:?}");
}

#[test]
fn referrers_are_found_by_identity_at_any_path() {
    let terraform = "resource \"aws_subnet\" \"s\" {\n  vpc_id = \"vpc-1\"\n  cidr_block = \"10.0.0.0/24\"\n}\nresource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n  role = \"r\"\n  vpc_config {\n    subnet_ids = [aws_subnet.s.id]\n    security_group_ids = []\n  }\n}\n";
    let rule = |call: &str| {
        format!("resource_policy \"aws_subnet\" \"t\" {{\n  enforce {{ condition = core::length({call}) == 1 }}\n}}\n")
    };
    let lines = |call: &str| Setup::new(terraform, &rule(call)).judge().lines();
    assert_eq!(lines("infralint::referrers(\"aws_lambda_function\", \"vpc_config.subnet_ids.*\")"), [""; 0]);
    assert_eq!(lines("infralint::referrers(\"aws_lambda_function\", \"vpc_config.0.security_group_ids.*\")").len(), 1);
    let buckets = format!("{BUCKETS}{}", encryption("x", "aws_s3_bucket.a.arn"));
    let rule = "resource_policy \"aws_s3_bucket\" \"t\" {\n  enforce { condition = core::length(infralint::referrers(\"aws_s3_bucket_server_side_encryption_configuration\", \"bucket\")) == 1 }\n}\n";
    assert_eq!(Setup::new(&buckets, rule).judge().lines().len(), 1, "arn or id");
}

#[test]
fn resources_of_all_root_modules() {
    let one =
        "terraform {\n  backend \"local\" {}\n}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
    let rule = r#"
root_module_policy "*" "disjoint" {
  locals {
    all    = infralint::allresources("aws_vpc", {})
    mine   = [for v in local.all : v if v.stack == root.path]
    others = [for v in local.all : v if v.stack != root.path]
    clash  = core::flatten([for a in local.mine : [for b in local.others : "${a.address} and ${b.stack}:${b.address}" if infralint::cidr_overlaps(a.attrs.cidr_block, b.attrs.cidr_block)]])
  }
  enforce {
    condition     = core::length(local.clash) == 0
    error_message = "Overlapping: ${core::join(", ", local.clash)}."
  }
}
"#;
    let mut setup = Setup::new("", "")
        .file("stages/a/main.tf", one)
        .file("stages/b/main.tf", &one.replace("10.0.0.0/16", "10.0.128.0/17"));
    setup.files.remove(0);
    setup.rules = vec![("cidr.infralint.hcl".into(), rule.into())];
    let judged = setup.judge();
    assert_eq!(
        judged.lines(),
        [
            "fail - Overlapping: aws_vpc.v and stages/b:aws_vpc.v.",
            "fail - Overlapping: aws_vpc.v and stages/a:aws_vpc.v."
        ]
    );
}

/// The verdict of a condition on an instance, with data sources around.
fn with_data(terraform: &str, condition: &str) -> String {
    let instance = "resource \"aws_instance\" \"i\" {\n  ami = \"ami-1\"\n  instance_type = \"t3.micro\"\n}\n";
    let rule =
        format!("resource_policy \"aws_instance\" \"t\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n");
    let lines = Setup::new(&format!("{instance}{terraform}"), &rule).judge().lines();
    lines.first().cloned().unwrap_or_else(|| "pass".to_owned())
}

#[test]
fn a_data_source_that_asks_the_same_answers() {
    let partition = "data \"aws_partition\" \"p\" {}\nprovider \"aws\" {\n  region = \"eu-central-1\"\n}\n";
    assert_eq!(
        with_data(partition, "core::getdatasource(\"aws_partition\", {}).dns_suffix == \"amazonaws.com\""),
        "pass"
    );
    let image = "data \"aws_ami\" \"d\" {\n  owners = [\"self\"]\n  filter {\n    name = \"name\"\n    values = [\"base\"]\n  }\n}\n";
    let ask = |image: &str| {
        format!(
            "core::getdatasource(\"aws_ami\", {{ owners = [\"self\"], filter = [{{ name = \"name\", values = [\"{image}\"] }}] }}).owners[0] == \"self\""
        )
    };
    assert_eq!(with_data(image, &ask("base")), "pass");
    assert!(with_data(image, &ask("other")).contains("which needs the provider"));
    // More than is asked is another question, and so is what another provider is asked.
    let named = "data \"aws_vpc\" \"v\" {\n  id = \"vpc-1\"\n  default = false\n}\n";
    assert!(
        with_data(named, "core::getdatasource(\"aws_vpc\", { id = \"vpc-1\" }).id == \"vpc-1\"")
            .contains("which needs")
    );
    assert_eq!(
        with_data(
            named,
            "core::getdatasource(\"aws_vpc\", { id = \"vpc-1\", default = false, tags = null }).id == \"vpc-1\""
        ),
        "pass"
    );
    let other = "provider \"aws\" {\n  region = \"eu-central-1\"\n}\nprovider \"aws\" {\n  alias = \"us\"\n  region = \"us-east-1\"\n}\n\
                 data \"aws_vpc\" \"v\" {\n  provider = aws.us\n  id = \"vpc-1\"\n}\n";
    assert!(
        with_data(other, "core::getdatasource(\"aws_vpc\", { id = \"vpc-1\" }).id == \"vpc-1\"")
            .contains("which needs")
    );
}

#[test]
fn a_data_source_that_may_ask_the_same_decides_nothing() {
    let maybe = "variable \"id\" {}\ndata \"aws_vpc\" \"v\" {\n  id = var.id\n}\n";
    let found = with_data(maybe, "core::getdatasource(\"aws_vpc\", { id = \"vpc-1\" }).id == \"vpc-1\"");
    assert!(found.starts_with("undecided") && found.contains("var.id"), "{found}");
    // What only the account knows stays unknown, with its own reason.
    let known = "data \"aws_vpc\" \"v\" {\n  id = \"vpc-1\"\n}\n";
    let found = with_data(known, "core::getdatasource(\"aws_vpc\", { id = \"vpc-1\" }).cidr_block == \"10.0.0.0/16\"");
    assert!(found.contains("data-source data.aws_vpc.v.cidr_block"), "{found}");
}

/// One bucket tags of which are unknown, and the verdict of a condition on it.
fn with_unknown_tags(condition: &str) -> String {
    let terraform = "variable \"x\" { type = string }\nvariable \"y\" { type = string }\nresource \"aws_s3_bucket\" \"b\" {\n  tags = {\n    a = \"s\"\n    b = var.x\n    c = var.y\n    d = \"t\"\n  }\n}\n";
    let rule =
        format!("resource_policy \"aws_s3_bucket\" \"t\" {{\n  enforce {{\n    condition = {condition}\n  }}\n}}\n");
    let lines = Setup::new(terraform, &rule).judge().lines();
    lines.first().cloned().unwrap_or_else(|| "pass".to_owned())
}

#[test]
fn q06_an_unknown_if_of_a_for_is_tried_both_ways() {
    let kept = "[for k, v in attrs.tags : k if v == \"s\"]";
    for (condition, expected) in [
        ("core::length(KEPT) > 0", "pass"),
        ("core::contains(KEPT, \"a\")", "pass"),
        ("core::contains(KEPT, \"d\")", "fail"),
        ("KEPT[0] == \"a\"", "pass"),
        ("core::join(\",\", KEPT) != \"d\"", "pass"),
        ("core::length(KEPT) == 1", "undecided"),
        ("core::contains(KEPT, \"b\")", "undecided"),
        ("core::length(core::flatten([for x in [1, 2] : KEPT])) >= 2", "pass"),
        ("!core::contains([for k in KEPT : \"${k}!\"], \"d!\")", "pass"),
        // The same condition comes out the same in both.
        ("KEPT == [for k, v in attrs.tags : k if v == \"s\"]", "pass"),
        ("core::length({ for k, v in attrs.tags : k => v if v == \"s\" }) >= 1", "pass"),
    ] {
        let found = with_unknown_tags(&condition.replace("KEPT", kept));
        assert!(found.starts_with(expected), "{condition}: {found}");
    }
    let found = with_unknown_tags(&format!("core::length({kept}) == 1"));
    assert!(found.contains("unset-variable var."), "it names what is unknown: {found}");
}
