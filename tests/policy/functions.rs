//! Functions (statements 62 to 75).

use crate::harness::{Setup, VPC, hold};

/// The names of sections 3.2 and 3.3 of the language's description.
const NAMES: &str = "getresources getdatasource gethttprequest semverconstraint semvercmp contains_substring regex_match \
    valuetostring abs ceil floor log max min parseint pow signum chomp endswith format formatdate indent join lower regex \
    regexall split startswith strrev substr title trim trimprefix trimspace trimsuffix upper alltrue anytrue can chunklist \
    coalescelist compact concat contains distinct element flatten formatlist keys length merge one range reverse \
    setintersection setproduct setsubtract setunion slice sort tolist toset values zipmap csvdecode jsondecode jsonencode \
    yamldecode yamlencode issensitive nonsensitive sensitive type timeadd timecmp timestamp try";

/// The functions a file calls that are not there.
fn unknown(calls: &[String]) -> Vec<String> {
    let rule: String = calls.iter().enumerate().map(|(i, call)| format!("locals {{ l{i} = {call} }}\n")).collect();
    let judged = Setup::new(VPC, &rule).judge();
    judged.rules.iter().filter(|d| d.summary == "Call to unknown function").map(|d| d.detail.clone()).collect()
}

#[test]
fn c062_the_functions_there_are() {
    let names: Vec<&str> = NAMES.split_whitespace().collect();
    assert_eq!(names.len(), 77);
    assert_eq!(unknown(&names.iter().map(|n| format!("core::{n}()")).collect::<Vec<_>>()), [""; 0]);
    let not = ["replace", "lookup", "cidrsubnet", "file", "md5", "uuid", "coalesce"];
    assert_eq!(unknown(&not.iter().map(|n| format!("core::{n}()")).collect::<Vec<_>>()).len(), not.len());
}

#[test]
fn c063_a_bare_name_is_an_error_where_it_is_reached() {
    hold(&[("length([]) == 0", "error Call to unknown function…"), ("true || length([]) == 1", "pass")]);
    assert!(unknown(&["length([])".into()])[0].contains("it is core::length"));
}

#[test]
fn c064_regex_match_takes_the_pattern_last() {
    hold(&[
        ("core::regex_match(\"abc\", \"b\")", "pass"),
        ("core::regex(\"b\", \"abc\") == \"b\"", "pass"),
        ("core::regex_match(\"abc\", \"^b\")", "fail"),
        ("core::regex_match(\"abc\", \"(\")", "error Error in function call…"),
        ("core::regex_match(attrs.instance_tenancy, \"b\")", "undecided var.text"),
    ]);
}

#[test]
fn c065_regex_without_a_match() {
    hold(&[
        ("core::regex(\"x\", \"abc\") == \"\"", "error…"),
        ("core::length(core::regexall(\"x\", \"abc\")) == 0", "pass"),
    ]);
}

#[test]
fn c066_semver_constraints() {
    hold(&[
        ("core::semverconstraint(\"1.33\", \">=1.32\")", "pass"),
        ("core::semverconstraint(\"x\", \">1\")", "error Error in function call…"),
        ("core::semverconstraint(\"4.68.0\", \"~> 4.67.0\")", "fail"),
        ("core::semverconstraint(\"4.9\", \"~> 4.0\")", "pass"),
        ("core::semverconstraint(null, \">1\")", "error…"),
    ]);
}

#[test]
fn c067_semver_order() {
    hold(&[
        ("core::semvercmp(\"1.2.3\", \"1.10.0\") == -1", "pass"),
        ("core::semvercmp(\"1.0\", \"1.0.0\") == 0", "pass"),
        ("core::semvercmp(\"1.0.0\", \"1.0.0-rc1\") == 1", "pass"),
        ("core::semvercmp(\"1.0.0\", \"one\") == 1", "error…"),
    ]);
}

#[test]
fn c068_values_as_strings() {
    hold(&[
        ("core::valuetostring(null) == \"(null)\"", "pass"),
        ("core::valuetostring(attrs.id) == \"(unknown)\"", "pass"),
        ("core::valuetostring(12) == \"12\"", "pass"),
        ("core::valuetostring([1, \"a\"]) == \"[\\n  1,\\n  \\\"a\\\"\\n]\"", "pass"),
        ("core::valuetostring([attrs.id]) == \"[\\n  \\\"(unknown)\\\"\\n]\"", "pass"),
    ]);
}

#[test]
fn c069_contains() {
    hold(&[
        ("core::contains([], attrs.instance_tenancy)", "fail"),
        ("core::contains([attrs.instance_tenancy, \"a\"], \"a\")", "pass"),
        ("core::contains([attrs.instance_tenancy, \"a\"], \"b\")", "undecided var.text"),
        ("core::contains([\"a\"], null)", "fail"),
        ("core::contains(\"abc\", \"b\")", "error…"),
    ]);
}

#[test]
fn c070_alltrue_and_anytrue() {
    hold(&[
        ("core::alltrue([])", "pass"),
        ("core::anytrue([])", "fail"),
        ("core::alltrue([true, attrs.enable_dns_support])", "undecided var.flag"),
        ("core::alltrue([attrs.enable_dns_support, false])", "fail"),
        ("core::anytrue([attrs.enable_dns_support, true])", "pass"),
        ("core::anytrue([attrs.enable_dns_support, false])", "undecided var.flag"),
        ("core::alltrue([true, null])", "fail"),
        ("core::anytrue([null, \"true\"])", "pass"),
        ("core::alltrue([\"x\"])", "error…"),
    ]);
}

#[test]
fn c071_length() {
    hold(&[
        ("core::length(\"abc\") == 3", "pass"),
        ("core::length(null) == 0", "error…"),
        ("core::length([attrs.id, attrs.id]) == 2", "pass"),
    ]);
}

#[test]
fn c072_json_of_a_policy() {
    let rule = |doc: &str| {
        format!(
            "locals {{\n  doc = core::jsondecode({doc})\n  list = core::flatten([local.doc.Statement])\n}}\nresource_policy \"aws_vpc\" \"p\" {{\n  enforce {{ condition = local.list[0].Effect == \"Deny\" }}\n}}\n"
        )
    };
    for statement in ["{\\\"Effect\\\":\\\"Deny\\\"}", "[{\\\"Effect\\\":\\\"Deny\\\"}]"] {
        let text = format!("\"{{\\\"Statement\\\":{statement}}}\"");
        assert_eq!(Setup::new(VPC, &rule(&text)).judge().lines(), [""; 0], "{text}");
    }
}

#[test]
fn c073_sets_have_each_element_once() {
    hold(&[
        ("core::length(core::toset([\"b\", \"a\", \"b\"])) == 2", "pass"),
        ("[for x in core::toset([\"b\", \"a\"]) : x] == [\"a\", \"b\"]", "pass"),
    ]);
}

#[test]
fn c074_parseint() {
    hold(&[("core::parseint(\"08\", 10) == 8", "pass"), ("core::parseint(\"ff\", 16) == 255", "pass")]);
}

#[test]
fn c075_dates() {
    hold(&[("core::formatdate(\"EEEE\", \"2024-01-01T00:00:00Z\") == \"Monday\"", "pass")]);
}

#[test]
fn functions_of_infralint() {
    hold(&[
        ("infralint::address() == \"aws_vpc.this\"", "pass"),
        ("infralint::stage_kind() == \"prod\"", "pass"),
        ("infralint::configured(\"cidr_block\")", "pass"),
        ("infralint::configured(\"instance_tenancy\")", "pass"),
        ("infralint::configured(\"enable_dns_hostnames\")", "pass"),
        ("infralint::configured(\"ipv4_netmask_length\")", "fail"),
        ("infralint::configured(\"id\")", "fail"),
        ("infralint::configured(\"no_such\")", "error Error in function call…"),
        ("infralint::cidr_overlaps(attrs.cidr_block, \"10.0.5.0/24\")", "pass"),
        ("infralint::cidr_contains(\"10.0.5.0/24\", attrs.cidr_block)", "fail"),
        ("infralint::cidr_overlaps(attrs.cidr_block, attrs.instance_tenancy)", "undecided var.text"),
        ("infralint::cidr_overlaps(attrs.cidr_block, \"10.0.0.0\")", "error Error in function call…"),
        ("infralint::replace(\"abc\", \"b\", \"\") == \"ac\"", "pass"),
        ("plugin::infralint::cidr_overlaps(\"10.0.0.0/8\", \"10.1.0.0/16\")", "pass"),
        ("plugin::other::f(1)", "undecided plugin::other::f(…), a plugin's function,"),
        ("core::getdatasource(\"aws_vpc\", {}).id == 1", "undecided core::getdatasource…"),
        ("core::try(infralint::no_such(1), true)", "pass"),
    ]);
}
