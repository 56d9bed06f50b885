#![expect(clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    check::RuleChecks,
    policy::{EnforcementLevel, InputText},
    source::Span,
};

pub(super) fn read(text: &str) -> (Sources, Settings, Vec<Diagnostic>) {
    let sources = Sources::new("/repository".into());
    let file = sources.add(SETTINGS_FILE, text);
    let parsed = syntax::parse(file, text);
    let (settings, diagnostics) = read::settings(&parsed.tree, parsed.diagnostics);
    (sources, settings, diagnostics)
}

/// Each as `line:column summary: detail`.
fn shown(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<String> {
    let one = |d: &Diagnostic| {
        let place = d.place.expect("every mistake in the settings has a place");
        let at = sources.get(place.file).position(place.span.start);
        format!("{}:{} {}: {}", at.line, at.column, d.summary, d.detail)
    };
    diagnostics.iter().map(one).collect()
}

const WHOLE: &str = r#"
undecided = "fail"
stage "prod" {
  kind      = "nonprod"
  undecided = "allow"
}
rule "s3-encrypted" {
  enforcement_level = "advisory"
  undecided         = "warn"
  inputs            = { level = "kms", names = ["a", ("b")], deep = { on = true, "no ne" = null }, count = -2 }
}
rule "cidr-overlap" {
  enabled = false
}
waiver "redis-ha/no-replica" {
  root_module = "stages/test/main"
  address     = "module.redis.*"
  reason      = "rebuilt on demand"
  until       = "2027-01-31"
}
terraform {
  engine              = "podman"
  image               = "hashicorp/terraform:1.11.4"
  require_container   = true
  receipt_max_age     = "90m"
  environment         = ["GITHUB_TOKEN", "DATADOG_*"]
  machine_credentials = true
}
"#;

#[test]
fn everything_that_can_be_set() {
    let (sources, settings, diagnostics) = read(WHOLE);
    assert_eq!(shown(&sources, &diagnostics), Vec::<String>::new());
    assert_eq!(settings.undecided, Some(UndecidedPolicy::Fail));
    let stage = settings.stage_block("stages/prod/main", None).expect("the stage is set");
    assert_eq!((stage.kind, stage.undecided), (Some(StageKind::Nonprod), Some(UndecidedPolicy::Allow)));
    let rule = settings.rule("s3-encrypted").expect("the rule is set");
    let RuleSetting { enforcement_level, undecided, inputs, .. } = &rule.setting;
    assert_eq!((*enforcement_level, *undecided), (Some(EnforcementLevel::Advisory), Some(UndecidedPolicy::Warn)));
    let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
    assert_eq!(names, ["level", "names", "deep", "count"]);
    let value = |i: usize| match &inputs[i].value {
        InputText::Value(value) => crate::value::show(value),
        InputText::Text(text) => panic!("{text} is not read"),
    };
    assert_eq!((value(0), value(3)), ("\"kms\"".to_owned(), "-2".to_owned()));
    assert!(settings.is_enabled("s3-encrypted") && !settings.is_enabled("cidr-overlap"));
    let waiver = settings.waivers.first().expect("there is a waiver");
    assert_eq!(waiver.until.map(|day| day.to_string()).as_deref(), Some("2027-01-31"));
    let terraform = &settings.terraform;
    assert_eq!(terraform.engine, Some(Engine::Podman));
    assert!(terraform.require_container && terraform.machine_credentials);
    assert_eq!(terraform.receipt_max_age, Some(jiff::SignedDuration::from_mins(90)));
    assert_eq!(terraform.environment, ["GITHUB_TOKEN", "DATADOG_*"]);
}

#[test]
fn every_mistake_has_its_line_and_what_was_meant() {
    let cases = [
        (
            "undecidet = \"warn\"",
            "1:1 Unsupported argument: The settings file has no argument named \"undecidet\". Did you mean \"undecided\"? There can be: undecided.",
        ),
        (
            "undecided = \"wran\"",
            "1:13 Invalid value: \"undecided\" must be one of \"allow\", \"warn\", \"fail\". Did you mean \"warn\"?",
        ),
        ("undecided = true", "1:13 Invalid value: \"undecided\" must be one of \"allow\", \"warn\", \"fail\"."),
        (
            "\nrul \"a\" {}",
            "2:1 Unsupported block: The settings file has no block named \"rul\". Did you mean \"rule\"? There can be: stage, root_module, rule, waiver, waivers, terraform, facts.",
        ),
        ("rule {}", "1:1 Missing label: A rule block has one label: the rule's id."),
        ("rule \"a\" \"b\" {}", "1:1 Extraneous label: A rule block has one label: the rule's id."),
        ("rule \"a\" {\n  enabled = \"yes\"\n}", "2:13 Invalid value: \"enabled\" must be true or false."),
        ("rule \"a\" {\n  inputs = [1]\n}", "2:12 Invalid value: \"inputs\" must be an object: { name = value }."),
        (
            "rule \"a\" {\n  inputs = { a = var.x }\n}",
            "2:18 Value must be literal: Settings are read before anything is evaluated: write the value itself, without references, calls or operators.",
        ),
        (
            "rule \"a\" {}\nrule \"a\" {}",
            "2:1 Duplicate block: The block rule \"a\" stands here for the second time. Merge it into the first.",
        ),
        (
            "stage \"a\" {\n  kind = \"production\"\n}",
            "2:10 Invalid value: \"kind\" must be one of \"prod\", \"nonprod\".",
        ),
        (
            "waiver \"a/b\" {}",
            "1:1 Missing required argument: A waiver needs a \"reason\": whoever meets it later must be able to judge whether it still holds.",
        ),
        ("waiver \"a/b\" {\n  reason = \" \"\n}", "2:12 Invalid value: \"reason\" must be a string that is not empty."),
        (
            "waiver \"a/b\" {\n  reason = \"x\"\n  until = \"31.1.2027\"\n}",
            "3:11 Invalid value: \"until\" must be a day, as in \"2027-01-31\".",
        ),
        (
            "waiver \"a/b\" {\n  reason = \"x\"\n  until = \"2027-02-30\"\n}",
            "3:11 Invalid value: \"until\" must be a day, as in \"2027-01-31\".",
        ),
        ("terraform \"x\" {}", "1:11 Extraneous label: A terraform block has no labels."),
        (
            "terraform {\n  engine = \"dokcer\"\n}",
            "2:12 Invalid value: \"engine\" must be one of \"docker\", \"podman\". Did you mean \"docker\"?",
        ),
        (
            "terraform {\n  receipt_max_age = \"0h\"\n}",
            "2:21 Invalid value: \"receipt_max_age\" must be minutes, hours or days, as in \"30m\", \"8h\" or \"2d\".",
        ),
    ];
    for (text, expected) in cases {
        let (sources, _, diagnostics) = read(text);
        assert_eq!(shown(&sources, &diagnostics), [expected], "{text}");
    }
}

#[test]
fn a_syntax_error_is_reported_once() {
    let (_, _, diagnostics) = read("undecided = \nstage {\n");
    assert!(diagnostics.iter().any(Diagnostic::is_error));
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!("rule \"a\" {{\n  inputs = {{ a = {}{} }}\n}}\n", "[".repeat(100), "]".repeat(100));
    let (_, _, diagnostics) = read(&text);
    assert!(!diagnostics.is_empty());
}

#[test]
fn rules_and_checks_that_are_not_there_are_named() {
    let known = [RuleChecks { id: "redis-ha".into(), checks: vec!["no-replica".into(), "no-failover".into()] }];
    let text = "rule \"redis-hq\" {}\nrule \"redis-ha\" {}\nwaiver \"redis-ha/no-replika\" {\n  reason = \"x\"\n}\n\
                waiver \"redis-ha/*\" {\n  reason = \"x\"\n}\n";
    let (sources, settings, diagnostics) = read(text);
    assert!(diagnostics.is_empty());
    let expected = [
        "1:6 Unknown rule: There is no rule named \"redis-hq\". Did you mean \"redis-ha\"?",
        "3:8 Unknown check: No check is named \"redis-ha/no-replika\", so this waiver accepts nothing. \
         Did you mean \"redis-ha/no-replica\"?",
    ];
    assert_eq!(shown(&sources, &unknown_names(&settings, &known)), expected);
}

#[test]
fn settings_that_cannot_be_read_are_an_error() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join(SETTINGS_FILE), [0xff, 0xfe]).expect("a file");
    let sources = Sources::new(dir.path().to_path_buf());
    let (_, diagnostics) = load(&sources);
    assert!(diagnostics.iter().all(|d| d.is_error() && d.place.is_some_and(|p| p.span == Span::default())));
    assert_eq!(diagnostics.len(), 1);
}

#[test]
fn no_settings_are_the_default_settings() {
    let dir = tempfile::tempdir().expect("a folder");
    let (settings, diagnostics) = load(&Sources::new(dir.path().to_path_buf()));
    assert!(diagnostics.is_empty() && settings.waivers.is_empty());
    assert_eq!(settings.undecided, None);
}

/// Whatever stands in the file, reading it ends, and every problem has a place inside it.
#[test]
fn damaged_settings_are_read_without_harm() {
    let cut = (0..WHOLE.len()).map(|at| WHOLE[..at].to_owned());
    let without_one = (0..WHOLE.len()).map(|at| format!("{}{}", &WHOLE[..at], &WHOLE[at + 1..]));
    let strange = ["{", "}", "\"", "${", "=", "\u{0}", "é", "[", "<<EOT\n"];
    let with_one =
        (0..WHOLE.len()).step_by(7).flat_map(|at| strange.map(|s| format!("{}{s}{}", &WHOLE[..at], &WHOLE[at..])));
    for text in cut.chain(without_one).chain(with_one) {
        let (_, _, diagnostics) = read(&text);
        let inside =
            |d: &Diagnostic| d.place.is_some_and(|p| p.span.start <= p.span.end && p.span.end as usize <= text.len());
        assert!(diagnostics.iter().all(inside), "{diagnostics:?} in {text}");
    }
}
