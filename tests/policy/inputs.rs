//! Inputs (statements 24 to 29).

use crate::harness::{Judged, Setup, VPC};
use infralint::{
    policy::{GivenInput, InputText, RuleSetting},
    value::Value,
};

/// A rule with one input that its message shows.
fn rule(input: &str) -> String {
    format!(
        "input \"x\" {{\n{input}\n}}\nresource_policy \"aws_vpc\" \"p\" {{\n  enforce {{\n    condition = false\n    error_message = \"x is ${{core::jsonencode(input.x)}}\"\n  }}\n}}\n"
    )
}

fn judge(input: &str, given: &[(&str, InputText)]) -> Judged {
    let mut setup = Setup::new(VPC, &rule(input));
    setup.settings.inputs =
        given.iter().map(|(name, value)| GivenInput { name: (*name).into(), value: value.clone(), at: None }).collect();
    setup.judge()
}

fn message(input: &str, given: &[(&str, InputText)]) -> String {
    judge(input, given).finding().message.clone()
}

fn text(text: &str) -> InputText {
    InputText::Text(text.into())
}

#[test]
fn c024_an_input_without_a_value_is_an_error() {
    let errors = judge("  type = string", &[]).errors();
    assert!(errors.len() == 1 && errors[0].starts_with("No value for required input"), "{errors:?}");
}

#[test]
fn c025_a_nullable_input_may_have_none() {
    assert_eq!(message("  type = string\n  nullable = true", &[]), "x is null");
}

#[test]
fn c026_the_last_value_given_counts() {
    let input = "  type = string\n  default = \"default\"";
    assert_eq!(message(input, &[]), "x is \"default\"");
    assert_eq!(message(input, &[("x", text("file")), ("x", text("env")), ("y", text("no"))]), "x is \"env\"");
    let mut setup = Setup::new(VPC, &rule(input));
    let value = InputText::Value(Value::string("settings"));
    let inputs = vec![GivenInput { name: "x".into(), value, at: None }];
    setup.settings.rules.insert("rule".into(), RuleSetting { inputs, ..RuleSetting::default() });
    assert_eq!(setup.judge().finding().message, "x is \"settings\"");
    setup.settings.inputs = vec![GivenInput { name: "x".into(), value: text("flag"), at: None }];
    assert_eq!(setup.judge().finding().message, "x is \"flag\"");
}

#[test]
fn c027_text_for_a_complex_input_is_an_expression() {
    assert_eq!(message("  type = list(number)", &[("x", text("[1, 2]"))]), "x is [1,2]");
    assert_eq!(message("  type = string", &[("x", text("[1, 2]"))]), "x is \"[1, 2]\"");
    let object = "  type = object({ a = number, b = optional(string, \"c\") })";
    assert_eq!(message(object, &[("x", text("{ a = 1 }"))]), "x is {\"a\":1,\"b\":\"c\"}");
}

#[test]
fn c028_a_value_of_the_wrong_type_is_an_error() {
    for (input, given) in [("  type = number", "many"), ("  type = list(number)", "{"), ("  type = bool", "maybe")] {
        assert!(!judge(input, &[("x", text(given))]).errors().is_empty(), "{input} {given}");
    }
    let errors = judge("  type = number\n  default = \"many\"", &[]).errors();
    assert!(errors.len() == 1 && errors[0].starts_with("Invalid value for input"), "{errors:?}");
}

#[test]
fn c029_a_sensitive_input_is_not_shown() {
    let found = message("  type = string\n  default = \"secret\"\n  sensitive = true", &[]);
    assert_eq!(found, "x is (sensitive value)");
}

#[test]
fn settings_that_name_nothing_are_errors() {
    let mut setup = Setup::new(VPC, &rule("  type = string\n  default = \"a\""));
    let inputs = vec![GivenInput { name: "y".into(), value: text("b"), at: None }];
    setup.settings.rules.insert("rule".into(), RuleSetting { inputs, ..RuleSetting::default() });
    setup.settings.rules.insert("no-such".into(), RuleSetting::default());
    let errors = setup.judge().errors();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert!(
        errors[0].contains("no rule named \"no-such\"") && errors[1].contains("no input named \"y\""),
        "{errors:?}"
    );
}

#[test]
fn defaults_and_types_are_read_by_terraforms_rules() {
    for input in ["  type = strin", "  type = list(string, number)", "  default = 1"] {
        assert!(!judge(input, &[]).errors().is_empty(), "{input}");
    }
    assert_eq!(message("  type = number\n  default = \"12\"", &[]), "x is 12");
}
