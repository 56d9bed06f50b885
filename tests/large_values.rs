//! Large values and hostile ones cost what they are worth: time in proportion to what is written, or a diagnostic.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::time::{Duration, Instant};

use infralint::{
    config::{self, LoadOptions},
    source::Sources,
    value::Value,
    world::{self, RootModule},
};

/// Generous for a slow machine with a debug build, and far below what anything quadratic would take.
const LIMIT: Duration = Duration::from_secs(20);

fn evaluated(text: &str) -> RootModule {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    let root = folder.path().canonicalize().unwrap();
    let sources = Sources::new(root.clone());
    let begun = Instant::now();
    let repository = config::load(&sources, &LoadOptions { paths: vec![root], ..LoadOptions::default() });
    let module = world::evaluate(&sources, &repository, 0);
    assert!(begun.elapsed() < LIMIT, "took {:?}", begun.elapsed());
    module
}

fn output(text: &str) -> Value {
    let module = evaluated(text);
    assert!(module.diagnostics.iter().all(|d| !d.is_error()), "{:?}", module.diagnostics);
    module.outputs.get("o").unwrap().clone()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect::<Vec<_>>().join("\n")
}

fn number(value: &Value) -> String {
    value.as_number().unwrap().to_string()
}

#[test]
fn an_object_of_many_keys() {
    let keys = lines(50_000, |i| format!("k{i} = {i}"));
    let text = format!(
        "locals {{\n o = {{\n{keys}\n}}\n m = {{ for k, v in local.o : k => v + 1 }}\n}}\noutput \"o\" {{\n value = local.m.k49999 + local.o[\"k7\"] + length(merge(local.o, local.m))\n}}\n"
    );
    assert_eq!(number(&output(&text)), "100007");
}

#[test]
fn a_list_of_many_elements() {
    let items = lines(100_000, |i| format!("\"e{i}\","));
    let text = format!(
        "locals {{\n l = [\n{items}\n]\n s = toset(local.l)\n}}\noutput \"o\" {{\n value = length([for x in local.s : upper(x)]) + length(local.l[*])\n}}\n"
    );
    assert_eq!(number(&output(&text)), "200000");
}

#[test]
fn many_locals_in_a_chain() {
    let locals = lines(1_000, |i| format!(" l{} = {{ n = local.l{i}.n + 1, all = local.all }}", i + 1));
    let text = format!(
        "locals {{\n all = range(1000)\n l0 = {{ n = 0, all = local.all }}\n{locals}\n}}\noutput \"o\" {{\n value = local.l1000.n + length(local.l1000.all)\n}}\n"
    );
    assert_eq!(number(&output(&text)), "2000");
}

#[test]
fn many_instances() {
    let items = lines(10_000, |i| format!("k{i} = {{ a = {i} }}"));
    let text = format!(
        "locals {{\n m = {{\n{items}\n}}\n}}\nresource \"terraform_data\" \"t\" {{\n for_each = local.m\n input = [each.key, local.m[each.key].a]\n}}\nresource \"terraform_data\" \"u\" {{\n for_each = local.m\n input = terraform_data.t[each.key].input[1]\n}}\noutput \"o\" {{\n value = sum([for t in terraform_data.u : t.input])\n}}\n"
    );
    let module = evaluated(&text);
    assert_eq!(module.instances.len(), 20_000);
    assert_eq!(number(module.outputs.get("o").unwrap()), "49995000");
}

#[test]
fn many_instances_of_a_large_schema() {
    let text = "locals {\n m = { for i in range(0, 1000) : \"k${i}\" => i }\n}\nresource \"aws_s3_bucket\" \"b\" {\n for_each = merge([for j in range(3) : { for k, i in local.m : \"${j}-${k}\" => i }]...)\n bucket = each.key\n}\nresource \"aws_s3_bucket_versioning\" \"v\" {\n for_each = aws_s3_bucket.b\n bucket = each.value.id\n}\noutput \"o\" {\n value = length(aws_s3_bucket_versioning.v)\n}\n";
    let module = evaluated(text);
    assert_eq!(module.instances.len(), 6_000);
    assert_eq!(number(module.outputs.get("o").unwrap()), "3000");
}

#[test]
fn many_counted_instances() {
    let text = "resource \"terraform_data\" \"t\" {\n count = 10000\n input = count.index\n}\nresource \"terraform_data\" \"u\" {\n count = 10000\n input = terraform_data.t[count.index].input\n}\noutput \"o\" {\n value = sum(terraform_data.u[*].input)\n}\n";
    assert_eq!(number(&output(text)), "49995000");
}

#[test]
fn locals_that_double() {
    for pair in ["[local.l{}, local.l{}]", "{ a = local.l{}, b = local.l{} }"] {
        let locals = lines(40, |i| format!(" l{} = {}", i + 1, pair.replace("{}", &i.to_string())));
        let text = format!(
            "locals {{\n l0 = \"x\"\n{locals}\n}}\nresource \"terraform_data\" \"t\" {{\n input = length(local.l40)\n}}\noutput \"o\" {{\n value = length(local.l40)\n}}\n"
        );
        // They share what they are made of, so the limit is met without its memory.
        let diagnostics = evaluated(&text).diagnostics;
        assert!(diagnostics.iter().any(|d| d.summary == "Value too large"), "{diagnostics:?}");
    }
}
