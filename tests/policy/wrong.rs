//! Wrong policy files: each is told with its line, and nothing is judged by any rule.

use infralint::{
    policy::{self, RuleSet, RuleSettings},
    source::Sources,
};

/// A sound policy around a line.
fn policy(line: &str) -> String {
    format!("resource_policy \"aws_vpc\" \"p\" {{\n  enforce {{\n    condition = true\n  }}\n  {line}\n}}\n")
}

/// Summaries and lines of the errors of a file of these bytes; no line for what has no place.
fn errors(name: &str, bytes: &[u8]) -> Vec<(String, Option<u32>)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let set = RuleSet::load(&sources, "".as_ref());
    let bound = policy::bind(&set.rules, &RuleSettings::default(), &sources);
    let all = set.diagnostics.iter().chain(&bound.diagnostics).filter(|d| d.is_error());
    let line = |at: infralint::source::Place| sources.get(at.file).position(at.span.start).line;
    all.map(|d| (d.summary.clone(), d.place.map(line))).collect()
}

/// Files with the line of their first error.
fn cases() -> Vec<(String, u32)> {
    let inside = |line: &str| (policy(line), 5);
    let file = |text: &str, line: u32| (text.to_owned(), line);
    vec![
        file("resource_policy \"aws_vpc\" {\n}\n", 1),
        file("resource_policy \"a\" \"b\" \"c\" {\n}\n", 1),
        file("resource \"aws_vpc\" \"p\" {\n}\n", 1),
        file("\n\nroot_module_policy \"*\" \"p\" {\n}\n", 3),
        file("level = \"advisory\"\n", 1),
        file("policy {\n}\npolicy {\n}\n", 3),
        file("policy {\n  severity = \"high\"\n}\n", 2),
        file("policy {\n  required_providers {\n    aws = \"hashicorp/aws\"\n  }\n}\n", 3),
        file(
            "policy {\n  required_providers {\n    aws = { source = \"hashicorp/aws\", version = \"*\" }\n  }\n}\n",
            3,
        ),
        file("policy {\n  terraform_config {\n  }\n}\n", 2),
        file("input \"x\" {\n}\n", 1),
        file("input \"x\" {\n  type = strin\n  default = \"\"\n}\n", 2),
        file(
            "input \"x\" {\n  type = string\n  default = \"\"\n}\ninput \"x\" {\n  type = string\n  default = \"\"\n}\n",
            5,
        ),
        file("input \"x\" {\n  type = string\n}\n", 1),
        file("input \"x\" {\n  type = number\n  default = \"many\"\n}\n", 3),
        file("input \"x\" {\n  type = string\n  default = \"\"\n  nullable = \"maybe\"\n}\n", 4),
        file("locals {\n  a = 1\n  a = 2\n}\n", 3),
        file("locals {\n  a = local.b\n  b = local.a\n}\n", 2),
        file("locals {\n  a = attrs.tags\n}\n", 2),
        file("locals {\n  a = local.nothing\n}\n", 2),
        inside("enforcement_level = \"hard\""),
        inside("enforcement_level = 1"),
        inside("enforcement_level = attrs.level"),
        inside("enforcement_level = input.nothing"),
        inside("severity = \"high\""),
        inside("operations = [\"create\", \"create\"]"),
        inside("operations = [\"destroy\"]"),
        inside("operations = \"create\""),
        inside("operations = [\"create\", \"delete\"]"),
        inside("operations = [\"delete\", \"no-op\"]"),
        inside("operations = [meta.operation]"),
        inside("filter = local.nothing"),
        inside("filter = input.nothing"),
        inside("filter = var.x"),
        inside("filter = data.aws_ami.x.id == \"\""),
        inside("filter = aws_vpc.x.id == \"\""),
        inside("filter ="),
        inside("filter = true &&"),
        inside("filter = \"${true\""),
        inside("filter = true\n  filter = false").pipe_line(6),
        inside("locals {\n    x = local.y\n    y = local.x\n  }").pipe_line(6),
        inside("enforce {\n  }"),
        inside("enforce {\n    condition = true\n    severity  = 1\n  }").pipe_line(7),
        inside("connected \"aws_subnet\" {}"),
        file(&format!("{0}{0}", policy("")), 7),
    ]
}

/// The same with another line.
trait PipeLine {
    fn pipe_line(self, line: u32) -> Self;
}

impl PipeLine for (String, u32) {
    fn pipe_line(self, line: u32) -> Self {
        (self.0, line)
    }
}

#[test]
fn a_wrong_file_is_told_with_its_line() {
    let mut wrong = Vec::new();
    for (text, line) in cases() {
        let found = errors("r.policy.hcl", text.as_bytes());
        if found.first().and_then(|(_, line)| *line) != Some(line) {
            wrong.push(format!("expected line {line}, found {found:?}\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A local of that name may be somebody else's: what is wrong with it keeps no rule from being used.
#[test]
fn wrong_metadata_is_a_warning_with_its_line() {
    for metadata in ["1", "{ \"*\" = 1 }", "{ \"*\" = { severity = \"awful\" } }", "{ \"*\" = { title = 1 } }"] {
        let text = format!("{}locals {{\n  infralint = {metadata}\n}}\n", policy(""));
        let sources = Sources::new(std::env::temp_dir());
        let file = policy::load_file(&sources, sources.add("r.policy.hcl", text.as_str()), "r", false);
        let lines =
            file.diagnostics.iter().filter_map(|d| d.place).map(|at| sources.get(at.file).position(at.span.start).line);
        assert_eq!((file.has_errors(), lines.collect::<Vec<_>>()), (false, vec![8]), "{metadata}");
    }
}

#[test]
fn what_is_no_text_is_an_error_and_no_crash() {
    let whole = policy("filter = [for x in [1, 2] : \"${x}\" if x > 1] == [\"2\"]");
    for end in 1..whole.len() - 2 {
        let found = errors("r.policy.hcl", &whole.as_bytes()[..end]);
        assert!(!found.is_empty(), "cut off at {end}");
        assert!(found.iter().all(|(_, line)| line.is_some()), "cut off at {end}: {found:?}");
    }
    let binaries: [&[u8]; 4] =
        [b"\x7fELF\x02\x01\x01\0\0", b"\xff\xfe{\0}\0", b"resource_policy \"\xc3\x28\" \"p\" {}\n", b"\0"];
    for bytes in binaries {
        assert!(!errors("r.policy.hcl", bytes).is_empty(), "{bytes:?}");
    }
    for open in ["(", "[", "{ a = ", "!", "-", "f(", "\"${", "[for x in "] {
        let deep = policy(&format!("filter = {}", open.repeat(50_000)));
        assert!(!errors("r.policy.hcl", deep.as_bytes()).is_empty(), "{open}");
    }
    let blocks = "locals {\n".repeat(20_000);
    assert!(!errors("r.policy.hcl", blocks.as_bytes()).is_empty());
}

#[test]
fn marks_and_line_ends_of_other_systems_are_no_error() {
    let text = policy("filter = true");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(errors("r.policy.hcl", windows.as_bytes()), []);
    let wrong = format!("\u{feff}{}", policy("filter = local.nothing").replace('\n', "\r\n"));
    assert_eq!(errors("r.policy.hcl", wrong.as_bytes()).first().and_then(|(_, line)| *line), Some(5));
}

#[test]
fn nothing_is_judged_beside_a_wrong_file() {
    let judged = crate::harness::Setup::new(crate::harness::VPC, &policy("").replace("true", "false"))
        .rule("wrong.policy.hcl", "locals {\n  a = local.a\n}\n")
        .judge();
    assert!(judged.outcomes.is_empty() && judged.errors().len() == 1, "{:?}", judged.errors());
}
