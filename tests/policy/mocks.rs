//! Test files: statements 111 to 126.

use infralint::policy::{FileResult, InputSources, TestVerdict, Tests, read_test, run_file};
use infralint::source::Sources;

/// A folder of policies (`name`, text), and a test file in it.
struct Folder {
    policies: Vec<(&'static str, String)>,
    test: String,
    inputs: InputSources,
    /// Whether the test file is one with mocks of root modules.
    extended: bool,
    mock_schema: bool,
    whole_try: bool,
}

/// Policies that deny a VPC without DNS support.
const VPC: &str = "resource_policy \"aws_vpc\" \"dns\" {\n  enforce {\n    condition = attrs.enable_dns_support\n    \
                   error_message = \"no DNS in ${core::try(attrs.id, \"?\")}\"\n  }\n}\n";

impl Folder {
    fn new(policy: &str, test: &str) -> Self {
        let policies = vec![("p.policy.hcl", policy.to_owned())];
        let (inputs, test) = (InputSources::default(), test.to_owned());
        Self { policies, test, inputs, extended: false, mock_schema: false, whole_try: false }
    }

    fn with(mut self, name: &'static str, policy: &str) -> Self {
        self.policies.push((name, policy.to_owned()));
        self
    }

    fn run(&self) -> (Sources, FileResult) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &self.policies {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let sources = Sources::new(folder.path().canonicalize().unwrap());
        let name = if self.extended { "t.infralinttest.hcl" } else { "t.policytest.hcl" };
        let file = read_test(&sources, sources.add(name, self.test.as_str()));
        let (inputs, wrong) = self.inputs.read(&sources);
        assert!(wrong.is_empty(), "{wrong:?}");
        let mut tests = Tests::new(&sources, sources.root().to_path_buf(), inputs);
        (tests.mock_schema, tests.whole_try) = (self.mock_schema, self.whole_try);
        let result = run_file(&tests, sources.root(), &file, &|_| true);
        (sources, result)
    }

    /// Each mock with what came of it: `name: pass`, `name: fail MESSAGES`, `name: error DETAIL`.
    fn results(&self) -> Vec<String> {
        let (_, result) = self.run();
        let errors: Vec<&str> = result.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.detail.as_str()).collect();
        assert_eq!(errors, [""; 0], "the files are in order");
        let told = result.mocks.iter().map(|mock| {
            let name = mock.address.rsplit('.').next().unwrap();
            let said = match mock.verdict {
                TestVerdict::Pass => "pass".to_owned(),
                TestVerdict::Skipped => "skipped".to_owned(),
                TestVerdict::Fail => {
                    let messages: Vec<&str> = mock.findings.iter().map(|f| f.message.as_str()).collect();
                    format!("fail {}", messages.join("; ")).trim_end().to_owned()
                }
                TestVerdict::Error => {
                    let found = mock.findings.iter().map(|f| f.message.clone());
                    let about = mock.diagnostics.iter().filter(|d| d.is_error()).map(|d| d.detail.clone());
                    format!("error {}", about.chain(found).collect::<Vec<_>>().join("; "))
                }
            };
            format!("{name}: {said}")
        });
        told.collect()
    }

    /// What keeps the file from being run.
    fn errors(&self) -> Vec<String> {
        let (_, result) = self.run();
        assert!(result.mocks.is_empty(), "nothing is run");
        result.diagnostics.iter().filter(|d| d.is_error()).map(|d| format!("{}: {}", d.summary, d.detail)).collect()
    }
}

fn results(policy: &str, test: &str) -> Vec<String> {
    Folder::new(policy, test).results()
}

/// A policy that denies, saying the operation.
fn denies(operations: &str) -> String {
    format!(
        "resource_policy \"aws_vpc\" \"p\" {{\n  {operations}\n  enforce {{\n    condition = false\n    \
         error_message = \"${{meta.operation}} ${{core::try(attrs.a, \"-\")}}\"\n  }}\n}}\n"
    )
}

fn vpc(name: &str, body: &str) -> String {
    format!("resource \"aws_vpc\" \"{name}\" {{\n{body}\n}}\n")
}

#[test]
fn c111_the_operation_is_inferred() {
    let mocks = [
        vpc("a", "  attrs = { a = 1 }"),
        vpc("b", "  attrs = { a = 1 }\n  prior_attrs = { a = 2 }"),
        vpc("c", "  prior_attrs = { a = 2 }"),
        vpc("d", "  attrs = { a = 1 }\n  meta = { operation = \"no-op\" }"),
        vpc("e", "  attrs = { a = 1 }\n  meta = { operation = 1 }"),
        vpc("f", "  attrs = { a = 1 }\n  meta = { operation = \"read\" }"),
    ];
    let found = results(&denies("operations = []"), &mocks.concat());
    assert_eq!(
        found,
        [
            "a: fail create 1",
            "b: fail update 1",
            "c: fail delete null",
            "d: fail no-op 1",
            "e: error resource.aws_vpc.e has a non-string meta.operation; it must be a known string.",
            "f: error \"read\" is no operation; there are \"create\", \"update\", \"delete\" and \"no-op\".",
        ]
    );
}

#[test]
fn c112_a_policy_for_another_operation_is_not_run() {
    let update = vpc("u", "  attrs = { a = 1 }\n  prior_attrs = { a = 2 }");
    assert_eq!(results(&denies("operations = [\"create\"]"), &update), ["u: pass"]);
    assert_eq!(results(&denies("operations = [\"update\"]"), &update), ["u: fail update 1"]);
    assert_eq!(results(&denies(""), &vpc("d", "  prior_attrs = { a = 2 }")), ["d: pass"]);
}

#[test]
fn c094_and_what_was_before_is_read() {
    let policy = "resource_policy \"aws_vpc\" \"p\" {\n  operations = [\"update\", \"delete\"]\n  enforce {\n    \
                  condition = attrs.a == prior_attrs.a\n    error_message = \"${prior_attrs.a} to ${attrs.a}\"\n  }\n}\n";
    let mocks = vpc("u", "  attrs = { a = 1 }\n  prior_attrs = { a = 2 }")
        + &vpc("same", "  attrs = { a = 1 }\n  prior_attrs = { a = 1 }")
        + &vpc("d", "  prior_attrs = { a = 2 }")
        + &vpc("c", "  attrs = { a = 1 }");
    assert_eq!(results(policy, &mocks), ["u: fail 2 to 1", "same: pass", "d: fail 2 to null", "c: pass"]);
}

#[test]
fn c113_an_advisory_denial_fails_too() {
    let policy = VPC.replace("  enforce {", "  enforcement_level = \"advisory\"\n  enforce {");
    assert_eq!(results(&policy, &vpc("a", "  attrs = { enable_dns_support = false }")), ["a: fail no DNS in ?"]);
}

#[test]
fn c114_an_expected_failure_must_come() {
    let mocks = vpc("good", "  attrs = { enable_dns_support = true }\n  expect_failure = true")
        + &vpc("bad", "  attrs = { enable_dns_support = false }\n  expect_failure = true");
    assert_eq!(results(VPC, &mocks), ["good: fail", "bad: pass"]);
    let filtered = VPC.replace("  enforce {", "  filter = false\n  enforce {");
    assert_eq!(results(&filtered, &mocks), ["good: fail", "bad: fail"]);
}

#[test]
fn c115_a_skipped_mock_is_seen() {
    let policy = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    \
                  condition = core::length(core::getresources(\"aws_subnet\", { vpc_id = attrs.id })) == 1\n  }\n}\n\
                  resource_policy \"aws_subnet\" \"never\" {\n  enforce {\n    condition = false\n  }\n}\n";
    let subnet = "resource \"aws_subnet\" \"s\" {\n  skip = true\n  attrs = { vpc_id = \"vpc-1\" }\n}\n";
    let mocks = vpc("with", "  attrs = { id = \"vpc-1\" }")
        + &vpc("without", "  attrs = { id = \"vpc-2\" }\n  expect_failure = true");
    assert_eq!(results(policy, &(mocks + subnet)), ["with: pass", "without: pass", "s: skipped"]);
}

#[test]
fn c116_mocks_refer_to_each_other() {
    let policy =
        "resource_policy \"aws_subnet\" \"p\" {\n  enforce {\n    condition = attrs.vpc_id == \"vpc-1\"\n  }\n}\n";
    let subnet = |name: &str, value: &str| {
        format!("resource \"aws_subnet\" \"{name}\" {{\n  attrs = {{ vpc_id = {value} }}\n}}\n")
    };
    let mocks = vpc("main", "  attrs = { id = local.id }\n  skip = true")
        + "locals {\n  id = \"vpc-${local.n}\"\n  n = 1\n}\ndata \"aws_vpc\" \"d\" {\n  attrs = { id = \"vpc-1\" }\n}\n"
        + &subnet("a", "aws_vpc.main.id")
        + &subnet("b", "aws_vpc.main.attrs.id")
        + &subnet("c", "data.aws_vpc.d.id")
        + &subnet("d", "aws_vpc.other.id");
    let found = results(policy, &mocks);
    let missing = "d: error There is no mock resource \"aws_vpc\" \"other\" in this file.";
    assert_eq!(found, ["main: skipped", "a: pass", "b: pass", "c: pass", missing]);
}

#[test]
fn c117_a_circle_of_mocks_is_an_error() {
    let mocks = vpc("a", "  attrs = { id = aws_vpc.b.id }") + &vpc("b", "  attrs = { id = aws_vpc.a.id }");
    let (_, result) = Folder::new(VPC, &mocks).run();
    let summaries = result.mocks.iter().flat_map(|m| &m.diagnostics).map(|d| d.summary.as_str());
    assert!(summaries.collect::<Vec<_>>().contains(&"Circular reference detected"));
    assert!(result.mocks.iter().all(|m| m.verdict == TestVerdict::Error), "who hangs on an error is no success");
}

#[test]
fn c118_a_target_is_a_policy_file() {
    let targets = |list: &str| {
        format!("policytest {{\n  targets = [{list}]\n}}\n{}", vpc("a", "  attrs = { enable_dns_support = false }"))
    };
    let wrong = Folder::new(VPC, &targets("\"p.policy.hcl\", \"q.policy.hcl\"")).errors();
    assert_eq!(wrong, ["No policy to test: The target \"q.policy.hcl\" does not match any policy file."]);
    let other = VPC.replace("\"dns\"", "\"other\"");
    let folder = |list: &str| Folder::new(VPC, &targets(list)).with("q.policy.hcl", &other).results();
    assert_eq!(folder("\"p.policy.hcl\""), ["a: fail no DNS in ?"]);
    assert_eq!(folder("\".\""), ["a: fail no DNS in ?; no DNS in ?"]);
    assert_eq!(folder("\"q\""), ["a: fail no DNS in ?"]);
    let all = Folder::new(VPC, &vpc("a", "  attrs = { enable_dns_support = false }")).with("q.policy.hcl", &other);
    assert_eq!(all.results(), ["a: fail no DNS in ?; no DNS in ?"]);
}

#[test]
fn c119_data_is_not_judged() {
    for argument in ["expect_failure = true", "skip = true", "meta = {}", "inputs {\n}"] {
        let test = format!("data \"aws_vpc\" \"d\" {{\n  attrs = {{}}\n  {argument}\n}}\n");
        let errors = Folder::new(VPC, &test).errors();
        assert!(errors.len() == 1 && errors[0].contains("expected here"), "{argument}: {errors:?}");
    }
    assert_eq!(Folder::new(VPC, "input {\n}\n").errors().len(), 1);
    assert_eq!(Folder::new(VPC, &vpc("a", "  attrs = {a = 1}\n  inputs = {}")).errors().len(), 1);
}

const BY_INPUT: &str = "input \"want\" {\n  type = string\n  default = \"default\"\n}\nresource_policy \"aws_vpc\" \"p\" {\n  \
                        enforce {\n    condition = false\n    error_message = input.want\n  }\n}\n";

#[test]
fn c120_inputs_have_an_order() {
    let mocks = vpc("own", "  attrs = { a = 1 }\n  inputs {\n    want = \"mock\"\n  }")
        + &vpc("usual", "  attrs = { a = input.want }");
    assert_eq!(results(BY_INPUT, &mocks), ["own: fail mock", "usual: fail default"]);
    let mut folder = Folder::new(BY_INPUT, &mocks);
    folder.inputs.environment = vec![("want".into(), "environment".into())];
    assert_eq!(folder.results(), ["own: fail mock", "usual: fail environment"]);
    folder.inputs.given = vec![("want".into(), "flag".into())];
    assert_eq!(folder.results(), ["own: fail mock", "usual: fail flag"]);
    folder.test.push_str("inputs {\n  want = \"file\"\n}\n");
    assert_eq!(folder.results(), ["own: fail mock", "usual: fail file"]);
    let required = BY_INPUT.replace("  default = \"default\"\n", "");
    let found = results(&required, &mocks);
    assert_eq!(found[0], "own: fail mock");
    assert!(found[1].starts_with("usual: error No value is given to an input named \"want\""), "{found:?}");
}

#[test]
fn c121_data_mocks_answer_getdatasource() {
    let policy = "resource_policy \"aws_instance\" \"p\" {\n  locals {\n    ami = core::getdatasource(\"aws_ami\", {\n      \
                  filter = [{ name = \"image-id\", values = [attrs.ami] }]\n    })\n  }\n  enforce {\n    \
                  condition = local.ami.architecture == \"x86_64\"\n  }\n}\n";
    let data = |ami: &str, architecture: &str| {
        format!(
            "data \"aws_ami\" \"{ami}\" {{\n  attrs = {{\n    architecture = \"{architecture}\"\n    \
             filter = [{{ name = \"image-id\", values = [\"{ami}\"] }}]\n  }}\n}}\n"
        )
    };
    let instance = |ami: &str| format!("resource \"aws_instance\" \"{ami}\" {{\n  attrs = {{ ami = \"{ami}\" }}\n}}\n");
    let test = data("x", "x86_64") + &data("y", "arm64") + &instance("x") + &instance("y") + &instance("z");
    let found = results(policy, &test);
    assert_eq!(found[0], "x: pass");
    assert!(found[1].starts_with("y: fail"), "{found:?}");
    assert!(found[2].starts_with("z: error") && found[2].contains("no data mock of type \"aws_ami\""), "{found:?}");
}

#[test]
fn data_mocks_have_the_shape_of_their_schema() {
    let policy = "resource_policy \"aws_instance\" \"p\" {\n  enforce {\n    \
                  condition = core::getdatasource(\"aws_ami\", { filter = { name = \"image-id\", values = [attrs.ami] } }).architecture == \"arm64\"\n  }\n}\n";
    let test = "data \"aws_ami\" \"a\" {\n  attrs = { architecture = \"arm64\", filter = core::toset([{ name = \"image-id\", values = core::toset([\"a\"]) }]) }\n}\n\
                resource \"aws_instance\" \"i\" {\n  attrs = { ami = \"a\" }\n}\n";
    assert_eq!(results(policy, test), ["i: pass"]);
}

#[test]
fn c122_a_mock_has_a_state() {
    let found = results(VPC, &(vpc("none", "") + &vpc("meta", "  meta = { operation = \"create\" }")));
    assert!(found.iter().all(|line| line.contains("error") && line.contains("no state")), "{found:?}");
    let (_, result) = Folder::new("policy {}\n", &vpc("empty", "  attrs = {}")).run();
    let [mock] = &result.mocks[..] else { panic!("one mock") };
    assert_eq!(mock.verdict, TestVerdict::Pass);
    assert!(mock.diagnostics[0].detail.contains("no state"), "{:?}", mock.diagnostics);
    assert_eq!(results(VPC, &vpc("null", "  attrs = { x = null, enable_dns_support = true }")), ["null: pass"]);
}

#[test]
fn c123_an_error_is_no_failure() {
    let mocks = vpc("missing", "  attrs = { a = 1 }\n  expect_failure = true")
        + &vpc("good", "  attrs = { enable_dns_support = true }");
    let found = results(VPC, &mocks);
    assert!(found[0].starts_with("missing: error Unsupported attribute"), "{found:?}");
    assert_eq!(found[1], "good: pass");
    // In a message an error changes nothing about the verdict.
    let message = VPC.replace("core::try(attrs.id, \"?\")", "attrs.id");
    assert_eq!(
        results(&message, &vpc("bad", "  attrs = { enable_dns_support = false }\n  expect_failure = true")),
        ["bad: pass"]
    );
}

#[test]
fn c035_what_a_mock_leaves_out_is_missing() {
    let policy = VPC.replace("attrs.enable_dns_support\n", "core::try(attrs.enable_dns_support, true)\n");
    assert_eq!(results(&policy, &vpc("a", "  attrs = { a = 1 }")), ["a: pass"]);
    assert!(results(VPC, &vpc("a", "  attrs = { a = 1 }"))[0].starts_with("a: error Unsupported attribute"));
}

#[test]
fn c125_providers_and_modules_are_mocked() {
    let policy = "provider_policy \"aws\" \"p\" {\n  enforce {\n    \
                  condition = core::try(meta.version, \"\") != \"\" && core::try(attrs.region, \"eu\") == \"eu\"\n  }\n}\n\
                  module_policy \"./modules/vpc\" \"m\" {\n  enforce {\n    \
                  condition = meta.source == \"./modules/vpc\" && core::try(attrs.size, 1) == 1\n  }\n}\n";
    let test = "provider \"aws\" \"none\" {\n  meta = { type = \"aws\" }\n  expect_failure = true\n}\n\
                provider \"aws\" \"pinned\" {\n  meta = { type = \"aws\", version = \"5.0.0\" }\n}\n\
                provider \"aws\" \"far\" {\n  meta = { version = \"5.0.0\" }\n  attrs = { region = \"us\" }\n  expect_failure = true\n}\n\
                provider \"google\" \"other\" {\n  meta = {}\n}\n\
                module \"./modules/vpc\" \"one\" {\n  meta = { source = \"./modules/vpc\" }\n}\n\
                module \"./modules/vpc\" \"two\" {\n  attrs = { size = 2 }\n  expect_failure = true\n}\n";
    let found = results(policy, test);
    assert_eq!(found, ["none: pass", "pinned: pass", "far: pass", "other: pass", "one: pass", "two: pass"]);
}

#[test]
fn c126_mocks_call_functions() {
    let attrs = "  attrs = { enable_dns_support = core::length(core::toset([\"a\", \"a\"])) == 1, t = tolist([1]) }";
    assert_eq!(results(VPC, &vpc("a", attrs)), ["a: pass"]);
    // What a plugin or nobody knows is unknown, which fails nothing.
    for unknown in ["plugin::x::f(1)", "infralint::unknown()"] {
        assert_eq!(results(VPC, &vpc("a", &format!("  attrs = {{ enable_dns_support = {unknown} }}"))), ["a: pass"]);
    }
    let found = results(VPC, &vpc("a", "  attrs = { enable_dns_support = core::cidrsubnet(1) }"));
    assert!(found[0].contains("There is no function named \"core::cidrsubnet\""), "{found:?}");
}

#[test]
fn meta_is_as_the_mock_says() {
    let policy = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = false\n    \
                  error_message = \"${meta.type} ${meta.provider_type} ${meta.name} ${meta.module_path} ${core::try(meta.address, \"-\")}\"\n  }\n}\n";
    let mock = vpc("a", "  attrs = { a = 1 }\n  meta = { name = \"n\", module_path = \"module.x\" }");
    assert_eq!(results(policy, &mock), ["a: fail aws_vpc aws n module.x -"]);
}

#[test]
fn c095_what_is_deleted_is_not_found() {
    let policy = "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    \
                  condition = core::length(core::getresources(\"aws_subnet\", {})) == 1\n  }\n}\n";
    let test = vpc("v", "  attrs = { a = 1 }")
        + "resource \"aws_subnet\" \"kept\" {\n  attrs = { a = 1 }\n}\nresource \"aws_subnet\" \"gone\" {\n  prior_attrs = { a = 1 }\n}\n";
    assert_eq!(results(policy, &test)[0], "v: pass");
}

#[test]
fn duplicates_are_all_judged() {
    let mocks =
        vpc("a", "  attrs = { enable_dns_support = false }") + &vpc("a", "  attrs = { enable_dns_support = true }");
    assert_eq!(results(VPC, &mocks), ["a: fail no DNS in ?", "a: pass"]);
}

#[test]
fn c001_a_wrong_policy_keeps_its_tests_from_running() {
    let errors = Folder::new("resource_policy \"aws_vpc\" \"p\" {\n", &vpc("a", "  attrs = { a = 1 }")).errors();
    assert!(!errors.is_empty());
    let errors = Folder::new(VPC, "resource \"aws_vpc\" {\n  attrs = {}\n}\n").errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
}

/// Conditions of a policy on one bucket of a test file, in the shape of the schema.
fn in_shape(attrs: &str, condition: &str) -> Vec<String> {
    let policy = format!("resource_policy \"aws_s3_bucket\" \"p\" {{\n  enforce {{ condition = {condition} }}\n}}\n");
    let test = format!("resource \"aws_s3_bucket\" \"b\" {{\n  attrs = {attrs}\n}}\n");
    Folder { mock_schema: true, ..Folder::new(&policy, &test) }.results()
}

#[test]
fn q11_mocks_get_the_shape_of_the_schema() {
    let cases = [
        ("{ bucket = \"b\" }", "attrs.bucket_prefix == null && attrs.tags == null && attrs.id == null"),
        ("{ bucket = \"b\" }", "attrs.versioning == [] || core::length(attrs.versioning) == 0"),
        ("{ bucket = \"b\" }", "core::length(attrs.cors_rule) == 0 && attrs.timeouts == null"),
        (
            "{ versioning = [{ enabled = true }] }",
            "attrs.versioning[0].mfa_delete == null && attrs.versioning[0].enabled",
        ),
        ("{ force_destroy = \"true\" }", "attrs.force_destroy == true"),
        ("{ tags = { a = 1 } }", "attrs.tags.a == \"1\""),
        // What follows a try is dead where the attribute is always there.
        ("{ bucket = \"b\" }", "core::try(attrs.acl, \"private\") == null"),
        ("{ timeouts = { create = \"5m\" } }", "attrs.timeouts.read == null && attrs.timeouts.create == \"5m\""),
    ];
    for (attrs, condition) in cases {
        assert_eq!(in_shape(attrs, condition), ["b: pass"], "{attrs} {condition}");
    }
    let set = "resource \"aws_security_group\" \"g\" {\n  attrs = { ingress = [{ from_port = 1 }] }\n}\n";
    let policy = "resource_policy \"aws_security_group\" \"p\" {\n  enforce { condition = attrs.ingress[0].from_port == 1 }\n}\n";
    let found = Folder { mock_schema: true, ..Folder::new(policy, set) }.results();
    assert!(found[0].starts_with("g: error") && found[0].contains("set"), "a set has no index: {found:?}");
    let each = policy
        .replace("attrs.ingress[0].from_port == 1", "core::alltrue([for i in attrs.ingress : i.to_port == null])");
    assert_eq!(Folder { mock_schema: true, ..Folder::new(&each, set) }.results(), ["g: pass"]);
}

#[test]
fn q11_mocks_that_do_not_have_the_shape_are_errors() {
    let cases = [
        ("{ buckt = \"b\" }", "It has no \"buckt\". Did you mean \"bucket\"?"),
        ("{ versioning = { enabled = true } }", "\"versioning\" is a block, so a list of objects"),
        ("{ versioning = [{ enable = true }] }", "It has no \"versioning[0].enable\""),
        ("{ versioning = [true] }", "\"versioning[0]\" must be an object."),
        ("{ force_destroy = \"maybe\" }", "At \"force_destroy\": "),
    ];
    for (attrs, expected) in cases {
        let found = in_shape(attrs, "true");
        assert!(found[0].starts_with("b: error") && found[0].contains(expected), "{attrs}: {found:?}");
    }
    // As written, and types that are not in the schema.
    assert_eq!(
        results(
            "resource_policy \"*\" \"p\" {\n  enforce { condition = true }\n}\n",
            "resource \"aws_s3_bucket\" \"b\" {\n  attrs = { buckt = 1 }\n}\n"
        ),
        ["b: pass"]
    );
}

#[test]
fn q11_a_default_that_is_never_used_is_told() {
    let told = |body: &str| {
        let sources = Sources::new(std::env::temp_dir());
        let text = format!(
            "policy {{\n  required_providers {{\n    aws = {{ source = \"hashicorp/aws\" }}\n  }}\n}}\nresource_policy \"aws_vpc\" \"p\" {{\n  enforce {{ condition = {body} }}\n}}\n"
        );
        let file = infralint::policy::load_file(&sources, sources.add("p.policy.hcl", text.as_str()), "p", false);
        let found = infralint::policy::lint(&file, false);
        found.iter().map(|d| d.summary.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told("core::try(attrs.enable_dns_support, false)"), ["portability/dead-default"]);
    assert_eq!(told("core::try(attrs.tags.team, \"\") != \"\""), [""; 0]);
}

#[test]
fn c060_try_takes_what_is_partly_unknown_as_unknown_where_that_is_asked_for() {
    let policy =
        "resource_policy \"aws_vpc\" \"p\" {\n  enforce { condition = core::length(core::try(attrs.l, [])) == 3 }\n}\n";
    let test =
        "resource \"aws_vpc\" \"v\" {\n  attrs = { l = [\"a\", infralint::unknown()] }\n  expect_failure = true\n}\n";
    assert_eq!(Folder::new(policy, test).results(), ["v: pass"], "two are not three");
    let whole = Folder { whole_try: true, ..Folder::new(policy, test) };
    assert!(whole.results()[0].starts_with("v: fail"), "undecided is no failure: {:?}", whole.results());
    let known = test.replace("infralint::unknown()", "\"b\"");
    assert_eq!(Folder { whole_try: true, ..Folder::new(policy, &known) }.results(), ["v: pass"]);
    let can = policy.replace("core::length(core::try(attrs.l, [])) == 3", "!core::can(attrs.l)");
    assert_eq!(Folder::new(&can, test).results(), ["v: pass"]);
    assert!(Folder { whole_try: true, ..Folder::new(&can, test) }.results()[0].starts_with("v: fail"));
}

/// Denies root modules that keep their state in S3 without a lock, and VPCs of several ones that overlap.
const ROOTS: &str = r#"
root_module_policy "stages/*" "locked" {
  filter = root.backend.type == "s3"
  enforce {
    condition     = core::try(root.backend.config.use_lockfile, false) && root.required_version != "< 1.10.0"
    error_message = "${root.path} is not locked"
  }
}
root_module_policy "*" "disjoint" {
  locals {
    mine   = [for v in infralint::allresources("aws_vpc", {}) : v if v.stack == root.path]
    others = [for v in infralint::allresources("aws_vpc", {}) : v if v.stack != root.path]
    clash  = core::flatten([for a in local.mine : [for b in local.others : "${a.address} and ${b.stack}" if infralint::cidr_overlaps(a.attrs.cidr_block, b.attrs.cidr_block)]])
  }
  enforce {
    condition     = core::length(local.clash) == 0
    error_message = core::join(", ", local.clash)
  }
}
resource_policy "aws_subnet" "alone" {
  enforce {
    condition     = core::length(core::getresources("aws_vpc", {})) == 1
    error_message = "${core::length(core::getresources("aws_vpc", {}))} VPCs"
  }
}
"#;

/// A test file about [`ROOTS`].
fn roots(test: &str) -> Folder {
    let folder = Folder { extended: true, ..Folder::new("", test) };
    folder.with("roots.infralint.hcl", ROOTS)
}

#[test]
fn root_modules_are_mocked() {
    let stack = |path: &str, name: &str, body: &str| format!("stack \"{path}\" \"{name}\" {{\n{body}\n}}\n");
    let s3 = |config: &str| format!("  backend = {{ type = \"s3\", config = {{ {config} }} }}");
    let test = stack("stages/a", "open", &s3("bucket = \"b\""))
        + &stack("stages/a", "locked", &s3("use_lockfile = true"))
        + &stack(
            "stages/a",
            "old",
            &format!("{}\n  attrs = {{ required_version = \"< 1.10.0\" }}", s3("use_lockfile = true")),
        )
        + &stack("modules/a", "elsewhere", &s3("bucket = \"b\""))
        + &stack("stages/b", "plain", "")
        + &stack("stages/b", "expected", &format!("{}\n  expect_failure = true", s3("")))
        + &stack("stages/c", "unknown", &s3("use_lockfile = infralint::unknown()"));
    assert_eq!(
        roots(&test).results(),
        [
            "open: fail stages/a is not locked",
            "locked: pass",
            "old: fail stages/a is not locked",
            "elsewhere: pass",
            "plain: pass",
            "expected: pass",
            "unknown: pass",
        ]
    );
}

#[test]
fn resources_are_mocked_in_root_modules() {
    let test = r#"
stack "stages/a" "a" { expect_failure = true }
stack "stages/b" "b" {}
stack "stages/c" "c" {}
resource "aws_vpc" "a" {
  stack = "stages/a"
  attrs = { cidr_block = "10.0.0.0/16" }
}
resource "aws_vpc" "b" {
  stack = "stages/b/"
  attrs = { cidr_block = "10.0.128.0/17" }
}
resource "aws_vpc" "c" {
  stack = "stages/c"
  attrs = { cidr_block = "10.0.200.0/24" }
}
resource "aws_subnet" "a" {
  stack = "stages/a"
  attrs = { vpc_id = aws_vpc.b.cidr_block }
}
resource "aws_subnet" "nowhere" {
  attrs          = { vpc_id = "v" }
  expect_failure = true
}
"#;
    assert_eq!(
        roots(test).results(),
        [
            "a: pass",
            "b: fail aws_vpc.b and stages/a, aws_vpc.b and stages/c",
            "c: fail aws_vpc.c and stages/a, aws_vpc.c and stages/b",
            "a: pass",
            "b: pass",
            "c: pass",
            "a: pass",
            "nowhere: pass",
        ]
    );
}

#[test]
fn only_extended_test_files_have_root_modules() {
    let stack = "stack \"stages/a\" \"a\" {}\n";
    assert!(Folder::new(VPC, stack).errors()[0].contains("Blocks of type \"stack\" are not expected here"));
    let inside = vpc("v", "  stack = \"stages/a\"\n  attrs = { enable_dns_support = true }");
    assert!(Folder::new(VPC, &inside).errors()[0].contains("\"stack\" is not expected here"));
    let wrong = inside.replace("\"stages/a\"", "1");
    let extended = |test: &str| Folder { extended: true, ..Folder::new(VPC, test) };
    assert!(extended(&wrong).errors()[0].starts_with("Invalid stack"));
    assert_eq!(extended(&inside).results(), ["v: pass"]);
    assert!(extended("stack \"stages/a\" \"a\" { skip = true }\n").errors()[0].contains("\"skip\""));
}
