//! `infralint test` and `infralint rules check` as programs read them: JSON by its published schema, JUnit's XML by the
//! shape that CI systems read.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{path::Path, process::Command};

use roxmltree::{Document, Node};

const POLICY: &str = r#"resource_policy "aws_vpc" "named" {
  enforce {
    condition     = core::try(attrs.tags.Name, "") != ""
    error_message = "No name & <no> \"tag\"\u0007 \u2014 ${core::valuetostring(attrs.tags)}"
  }
  enforce {
    condition    = attrs.cidr_block == attrs.cidr_block
    info_message = "seen"
  }
}
"#;

/// All that can come of a test.
const TESTS: &str = r#"policytest {
  targets = ["named.policy.hcl"]
}

resource "aws_vpc" "pass" {
  attrs = { cidr_block = "10.0.0.0/16", tags = { Name = "main" } }
}

resource "aws_vpc" "fail" {
  attrs = { cidr_block = "10.0.0.0/16", tags = { Owner = "<me> & you" } }
}

resource "aws_vpc" "missing_failure" {
  attrs          = { cidr_block = "10.0.0.0/16", tags = { Name = "main" } }
  expect_failure = true
}

resource "aws_vpc" "skipped" {
  attrs = { cidr_block = "10.0.0.0/16" }
  skip  = true
}

resource "aws_vpc" "error" {
  attrs = { tags = { Name = "main" } }
}
"#;

struct Repository(tempfile::TempDir);

struct Run {
    code: i32,
    stdout: String,
}

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_infralint"));
        let output = command.args(arguments).current_dir(self.0.path()).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        Run { code: output.status.code().unwrap(), stdout: String::from_utf8(output.stdout).unwrap() }
    }
}

/// Holds a text against a published schema, and gives it back as JSON.
#[track_caller]
fn conforming(schema: &str, text: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(schema);
    let published = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource(schema, published).unwrap();
    let index = compiler.compile(schema, &mut schemas).unwrap();
    let value = serde_json::from_str(text).unwrap();
    if let Err(error) = schemas.validate(&value, index) {
        panic!("not as {schema} says: {error:#}\n{text}");
    }
    value
}

/// An element: its attributes, those it must have, and what may be inside.
type Shape = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// The XML that Jenkins, GitLab and GitHub's actions read: Jenkins' schema of it, with `file` and `line` of a case as
/// pytest writes them.
const JUNIT: [Shape; 6] = [
    ("testsuites", &["name", "time", "tests", "failures", "errors", "disabled", "skipped"], &[], &["testsuite"]),
    (
        "testsuite",
        &[
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "disabled",
            "time",
            "timestamp",
            "hostname",
            "id",
            "package",
        ],
        &["name", "tests", "failures", "errors"],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    (
        "testcase",
        &["name", "classname", "assertions", "time", "status", "file", "line"],
        &["name", "classname"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["type", "message"], &["message"], &[]),
    ("error", &["type", "message"], &["message"], &[]),
    ("skipped", &["type", "message"], &[], &[]),
];

fn as_shaped(node: Node<'_, '_>) {
    let name = node.tag_name().name();
    let Some((_, may, must, inside)) = JUNIT.iter().find(|(of, ..)| *of == name) else { panic!("no element {name}") };
    for attribute in node.attributes() {
        assert!(may.contains(&attribute.name()), "{name} has no attribute {}", attribute.name());
    }
    for attribute in *must {
        assert!(node.has_attribute(*attribute), "{name} must have {attribute}");
    }
    for child in node.children().filter(Node::is_element) {
        assert!(inside.contains(&child.tag_name().name()), "{name} holds no {}", child.tag_name().name());
        as_shaped(child);
    }
}

fn number(node: Node<'_, '_>, attribute: &str) -> usize {
    node.attribute(attribute).unwrap().parse().unwrap()
}

fn cases_with(node: Node<'_, '_>, outcome: &str) -> usize {
    node.descendants().filter(|n| n.has_tag_name(outcome)).count()
}

/// Reads what was written as any reader does, and holds it against the shape and its own counts.
fn junit(text: &str) -> Document<'_> {
    let document = Document::parse(text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    as_shaped(root);
    let counted = [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")];
    for node in std::iter::once(root).chain(root.children().filter(Node::is_element)) {
        for (attribute, outcome) in counted {
            assert_eq!(number(node, attribute), cases_with(node, outcome), "{attribute} in {text}");
        }
    }
    document
}

fn repository() -> Repository {
    Repository::new(&[("named.policy.hcl", POLICY), ("named.policytest.hcl", TESTS)])
}

#[test]
fn tests_as_json() {
    let run = repository().run(&["test", "--format", "json"]);
    assert_eq!(run.code, 2);
    let value = conforming("test.schema.json", &run.stdout);
    let summary = serde_json::json!({ "files": 1, "passed": 1, "failed": 2, "skipped": 1, "errors": 1 });
    assert_eq!(value["summary"], summary);
    let results: Vec<(&str, &str, u64)> = value["files"][0]["tests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| (t["name"].as_str().unwrap(), t["result"].as_str().unwrap(), t["line"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("resource.aws_vpc.pass", "pass", 5),
        ("resource.aws_vpc.fail", "fail", 9),
        ("resource.aws_vpc.missing_failure", "fail", 13),
        ("resource.aws_vpc.skipped", "skipped", 18),
        ("resource.aws_vpc.error", "error", 23),
    ];
    assert_eq!(results, expected);
    let messages = &value["files"][0]["tests"][2]["messages"];
    assert_eq!(messages, &serde_json::json!(["Missing expected failure", "info: named/named: seen"]));
}

#[test]
fn what_keeps_tests_from_running_has_its_place_in_json() {
    let broken =
        Repository::new(&[("named.policy.hcl", "locals {\n  a = local.b\n}\n"), ("named.policytest.hcl", TESTS)]);
    let run = broken.run(&["test", "--format", "json"]);
    assert_eq!(run.code, 2);
    let value = conforming("test.schema.json", &run.stdout);
    let location = &value["files"][0]["diagnostics"][0]["location"];
    assert_eq!((&location["file"], &location["line"]), (&"named.policy.hcl".into(), &2.into()));
    let run = broken.run(&["test", "--format", "json", "nowhere"]);
    let value = conforming("test.schema.json", &run.stdout);
    assert_eq!((run.code, &value["diagnostics"][0]["location"]), (2, &serde_json::Value::Null));
}

#[test]
fn tests_as_junit() {
    let run = repository().run(&["test", "--format", "junit"]);
    assert_eq!(run.code, 2);
    let document = junit(&run.stdout);
    let cases: Vec<_> = document.descendants().filter(|n| n.has_tag_name("testcase")).collect();
    let lines: Vec<_> = cases.iter().filter_map(|case| case.attribute("line")).collect();
    assert_eq!(lines, ["5", "9", "13", "18", "23"]);
    let failure = cases[1].first_element_child().unwrap();
    assert_eq!(failure.attribute("message"), Some("Unexpected failure"));
    // What XML cannot hold is left out, all else reads as it was said.
    let said = failure.text().unwrap();
    assert!(
        said.contains("error: named/named: No name & <no> \"tag\" \u{2014} {\n  \"Owner\": \"<me> & you\"\n}"),
        "{said}"
    );
}

#[test]
fn what_keeps_tests_from_running_is_an_error_in_junit() {
    let broken = Repository::new(&[("named.policy.hcl", "locals {\n  a = \"<\n}\n"), ("named.policytest.hcl", TESTS)]);
    for path in [".", "nowhere"] {
        let run = broken.run(&["test", "--format", "junit", path]);
        assert_eq!(run.code, 2);
        let document = junit(&run.stdout);
        assert!(number(document.root_element(), "errors") > 0, "{}", run.stdout);
    }
}

#[test]
fn changes_that_no_test_notices_in_both_formats() {
    let sound = Repository::new(&[
        ("named.policy.hcl", POLICY),
        (
            "named.policytest.hcl",
            &TESTS
                .split_inclusive("}\n\n")
                .take(3)
                .collect::<String>()
                .replace("\"fail\" {", "\"fail\" {\n  expect_failure = true"),
        ),
    ]);
    let run = sound.run(&["test", "--mutate", "--format", "json"]);
    let value = conforming("test.schema.json", &run.stdout);
    assert_eq!((run.code, &value["mutations"]["attributes"]), (1, &2.into()), "{}", run.stdout);
    let survivors = value["mutations"]["survivors"].as_array().unwrap();
    assert_eq!((survivors.len(), &survivors[0]["attribute"]), (1, &"attrs.cidr_block".into()));
    let run = sound.run(&["test", "--mutate", "--format", "junit"]);
    assert_eq!(run.code, 1);
    let document = junit(&run.stdout);
    let suite = document.descendants().find(|n| n.attribute("name") == Some("mutations")).unwrap();
    assert_eq!((number(suite, "tests"), number(suite, "failures")), (2, 1));
}

#[test]
fn several_lines_of_a_message_stand_below_each_other() {
    let run = repository().run(&["test", "--filter", "*.fail"]);
    let said = "          error: named/named: No name & <no> \"tag\"\\u{7} \u{2014} {\n            \"Owner\": \"<me> & you\"\n          }\n";
    assert!(run.stdout.contains(said), "{}", run.stdout);
}

#[test]
fn checked_policy_files_as_json() {
    let cases = [
        ("locals {\n  a = local.b\n}\n", 2, "error", 2),
        (
            "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = attrs.cidr == \"\"\n  }\n}\n",
            1,
            "error",
            3,
        ),
        (
            "resource_policy \"aws_vpc\" \"p\" {\n  enforce {\n    condition = attrs.cidr_block != \"\"\n  }\n}\n",
            0,
            "info",
            1,
        ),
    ];
    for (text, code, level, line) in cases {
        let run = Repository::new(&[("p.policy.hcl", text)]).run(&["rules", "check", "--format", "json"]);
        let value = conforming("rules-check.schema.json", &run.stdout);
        assert_eq!((run.code, &value["files"]), (code, &1.into()), "{}", run.stdout);
        let levels: Vec<_> =
            value["diagnostics"].as_array().unwrap().iter().map(|d| (&d["level"], &d["location"]["line"])).collect();
        assert!(levels.contains(&(&level.into(), &line.into())), "{}", run.stdout);
        let count = |level: &str| levels.iter().filter(|(l, _)| *l == level).count();
        let counted =
            serde_json::json!({ "errors": count("error"), "warnings": count("warning"), "notes": count("info") });
        assert_eq!(value["summary"], counted);
    }
}
