//! The embedded AWS schema says what `terraform providers schema -json` says.

#![expect(clippy::unwrap_used, clippy::panic, clippy::print_stderr, reason = "a test, and skips are said aloud")]

use std::{collections::BTreeMap, fs, path::Path, process::Command, sync::Arc};

use infralint::{
    schema::{Block, Nesting, OpenError, Provider, aws, compile::Document},
    value::{Field, Type},
};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

/// The schema JSON of the provider, when Terraform and the provider are here. `INFRALINT_SCHEMA_JSON` names a
/// recorded one.
fn recorded() -> Option<String> {
    if let Some(path) = std::env::var_os("INFRALINT_SCHEMA_JSON") {
        return Some(fs::read_to_string(path).unwrap());
    }
    let mirror = std::env::var("INFRALINT_MIRROR").unwrap_or_else(|_| "/opt/tf-plugins".to_owned());
    let provider = Path::new(&mirror).join("registry.terraform.io/hashicorp/aws/5.100.0");
    let terraform = Command::new("terraform").arg("version").output().is_ok();
    if !terraform || !provider.exists() {
        eprintln!("SKIPPED: needs terraform on PATH and {}", provider.display());
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("schema.json");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema/record.sh");
    let status = Command::new(script).arg(&out).status().unwrap();
    assert!(status.success(), "tests/schema/record.sh failed");
    Some(fs::read_to_string(out).unwrap())
}

#[test]
fn every_schema_is_what_the_provider_says() {
    let Some(text) = recorded() else { return };
    let json: Json = serde_json::from_str(&text).unwrap();
    let provider = &json["provider_schemas"]["registry.terraform.io/hashicorp/aws"];
    let types = |kind: &str| provider[kind].as_object().unwrap();
    same_kind(types("resource_schemas"), aws().resource_types(), |ty| aws().resource(ty));
    same_kind(types("data_source_schemas"), aws().data_source_types(), |ty| aws().data_source(ty));
    same_kind(types("ephemeral_resource_schemas"), aws().ephemeral_resource_types(), |ty| aws().ephemeral_resource(ty));
    same_block("provider", &provider["provider"]["block"], aws().configuration());

    assert_eq!(aws().header().json_sha256[..], Sha256::digest(text.as_bytes())[..]);
    let compiled = Document::parse(&text).unwrap().compile("hashicorp/aws", "5.100.0").unwrap();
    assert!(compiled == include_bytes!("../src/schema/aws.schema"), "run tests/schema/record.sh");
}

fn same_kind<'p>(
    json: &Map<String, Json>,
    types: impl Iterator<Item = &'p str>,
    find: impl Fn(&str) -> Option<Block<'p>>,
) {
    let mut expected: Vec<_> = json.keys().map(String::as_str).collect();
    expected.sort_unstable();
    assert_eq!(types.collect::<Vec<_>>(), expected);
    for (ty, schema) in json {
        let block = find(ty).unwrap();
        same_block(ty, &schema["block"], block);
        assert_eq!(cty(&block.ty()), implied(&schema["block"]), "{ty}");
    }
}

/// Compares a block of the JSON with the reader's, both ways round and through look-ups and listings.
fn same_block(at: &str, json: &Json, block: Block<'_>) {
    assert_eq!(block.is_deprecated(), json["deprecated"] == true, "{at}");
    let empty = Map::new();
    let attributes = json["attributes"].as_object().unwrap_or(&empty);
    let blocks = json["block_types"].as_object().unwrap_or(&empty);
    let read: BTreeMap<_, _> = block.attributes().map(|a| (a.name.to_string(), a)).collect();
    assert_eq!(read.len(), attributes.len(), "{at}");
    for (name, expected) in attributes {
        let attribute = &read[name];
        assert_eq!(block.attribute(name).as_ref(), Some(attribute), "{at}.{name}");
        assert_eq!(cty(&attribute.ty), expected["type"], "{at}.{name}");
        let flags = [
            ("required", attribute.required),
            ("optional", attribute.optional),
            ("computed", attribute.computed),
            ("sensitive", attribute.sensitive),
            ("deprecated", attribute.deprecated),
            ("write_only", attribute.write_only),
        ];
        for (flag, value) in flags {
            assert_eq!(value, expected[flag] == true, "{at}.{name} {flag}");
        }
    }
    assert_eq!(block.blocks().count(), blocks.len(), "{at}");
    for nested in block.blocks() {
        let expected = &blocks[nested.name.as_str()];
        let at = format!("{at}.{}", nested.name);
        assert_eq!(nested_summary(nested.nesting, nested.min_items, nested.max_items), json_summary(expected), "{at}");
        let found = block.block(&nested.name).unwrap();
        assert_eq!((found.nesting, found.max_items), (nested.nesting, nested.max_items), "{at}");
        same_block(&at, &expected["block"], found.block);
    }
}

fn nested_summary(nesting: Nesting, min: u32, max: u32) -> (String, u64, u64) {
    let nesting = format!("{nesting:?}").to_lowercase();
    (nesting, min.into(), max.into())
}

fn json_summary(json: &Json) -> (String, u64, u64) {
    let bound = |name: &str| json[name].as_u64().unwrap_or(0);
    (json["nesting_mode"].as_str().unwrap().to_owned(), bound("min_items"), bound("max_items"))
}

/// A type as cty writes it.
fn cty(ty: &Type) -> Json {
    match ty {
        Type::Any => json!("dynamic"),
        Type::Bool => json!("bool"),
        Type::Number => json!("number"),
        Type::String => json!("string"),
        Type::List(element) => json!(["list", cty(element)]),
        Type::Set(element) => json!(["set", cty(element)]),
        Type::Map(element) => json!(["map", cty(element)]),
        Type::Tuple(elements) => json!(["tuple", elements.iter().map(cty).collect::<Vec<_>>()]),
        Type::Object(fields) => {
            json!(["object", fields.iter().map(|f| (f.name.to_string(), cty(&f.ty))).collect::<Map<_, _>>()])
        }
    }
}

/// The object type of a block of the JSON, as cty writes it.
fn implied(json: &Json) -> Json {
    let mut fields = Map::new();
    for (name, attribute) in json["attributes"].as_object().into_iter().flatten() {
        fields.insert(name.clone(), attribute["type"].clone());
    }
    for (name, nested) in json["block_types"].as_object().into_iter().flatten() {
        let object = implied(&nested["block"]);
        let mode = nested["nesting_mode"].as_str().unwrap();
        let ty = match mode {
            "single" => object,
            mode => json!([mode, object]),
        };
        fields.insert(name.clone(), ty);
    }
    json!(["object", fields])
}

#[test]
fn the_header_says_what_it_was_compiled_from() {
    let header = aws().header();
    assert_eq!(header.source, "registry.terraform.io/hashicorp/aws");
    assert_eq!(header.version, "5.100.0");
    assert_eq!(aws().resource_types().count(), 1526);
    assert_eq!(aws().data_source_types().count(), 608);
    assert_eq!(aws().ephemeral_resource_types().count(), 7);
}

#[test]
fn a_bucket() {
    let bucket = aws().resource("aws_s3_bucket").unwrap();
    let name = bucket.attribute("bucket").unwrap();
    assert_eq!((name.ty, name.optional, name.computed, name.required), (Type::String, true, true, false));
    assert_eq!(bucket.attribute("tags").unwrap().ty, Type::map(Type::String));
    assert!(bucket.attribute("acl").unwrap().deprecated);
    assert!(bucket.attribute("bukket").is_none());
    assert!(bucket.attribute("versioning").is_none(), "a block is no attribute");
    assert!(bucket.block("bucket").is_none(), "an attribute is no block");
    let versioning = bucket.block("versioning").unwrap();
    assert_eq!((versioning.nesting, versioning.max_items), (Nesting::List, 1));
    assert_eq!(versioning.block.attribute("enabled").unwrap().ty, Type::Bool);
    assert!(bucket.names().any(|name| name == "arn") && bucket.names().any(|name| name == "versioning"));
}

#[test]
fn attributes_that_are_written_as_blocks() {
    let group = aws().resource("aws_security_group").unwrap();
    let ingress = group.attribute("ingress").unwrap();
    assert!(ingress.optional && ingress.computed && group.block("ingress").is_none());
    let field = |name: &str, ty| Field { name: name.into(), ty, optional: false };
    let rule = Type::object(vec![
        field("cidr_blocks", Type::list(Type::String)),
        field("description", Type::String),
        field("from_port", Type::Number),
        field("ipv6_cidr_blocks", Type::list(Type::String)),
        field("prefix_list_ids", Type::list(Type::String)),
        field("protocol", Type::String),
        field("security_groups", Type::set(Type::String)),
        field("self", Type::Bool),
        field("to_port", Type::Number),
    ]);
    assert_eq!(ingress.ty, Type::set(rule));
}

#[test]
fn nested_blocks() {
    let cluster = aws().resource("aws_eks_cluster").unwrap();
    let vpc = cluster.block("vpc_config").unwrap();
    assert_eq!((vpc.nesting, vpc.min_items, vpc.max_items), (Nesting::List, 1, 1));
    assert!(vpc.block.attribute("subnet_ids").unwrap().required);
    let timeouts = cluster.block("timeouts").unwrap();
    assert_eq!((timeouts.nesting, timeouts.min_items, timeouts.max_items), (Nesting::Single, 0, 0));
    let Type::Object(fields) = cluster.ty() else { panic!("no object") };
    assert!(fields.is_sorted_by(|a, b| a.name < b.name));
    let ty = |name: &str| fields.iter().find(|field| field.name == name).map(|field| &field.ty);
    assert!(matches!(ty("vpc_config"), Some(Type::List(_))) && matches!(ty("timeouts"), Some(Type::Object(_))));
}

#[test]
fn deep_blocks() {
    let mut block = aws().resource("aws_wafv2_web_acl").unwrap();
    let path = ["rule", "statement", "and_statement", "statement", "byte_match_statement", "field_to_match"];
    for step in path {
        block = block.block(step).unwrap().block;
    }
    assert!(block.block("single_header").unwrap().block.attribute("name").unwrap().required);
}

#[test]
fn what_is_not_there() {
    for ty in ["", "aws", "aws_s3_buckett", "zzz", "bucket", "aws_eks_cluster_auth"] {
        assert!(aws().resource(ty).is_none(), "{ty}");
    }
    assert!(aws().data_source("aws_eks_cluster_auth").is_some());
    assert!(aws().ephemeral_resource("aws_eks_cluster_auth").is_some());
    assert!(aws().configuration().attribute("region").unwrap().optional);
    assert!(aws().configuration().block("assume_role").is_some());
}

/// A provider with every way of nesting and every kind of type.
fn small() -> Vec<u8> {
    let block = json!({"attributes": {"x": {"type": "dynamic", "optional": true}}});
    let attributes = json!({
        "t": {"type": ["tuple", ["string", ["object", {"a": "bool", "b": "number"}, ["b"]]]], "computed": true},
        "n": {"nested_type": {"nesting_mode": "map", "attributes": {
            "must": {"type": "string", "required": true}, "may": {"type": ["set", "number"], "optional": true},
        }}, "write_only": true, "optional": true},
    });
    let nested = |mode: &str| json!({"nesting_mode": mode, "block": block, "min_items": 1, "max_items": 300});
    let schema = json!({"version": 0, "block": {"deprecated": true, "attributes": attributes, "block_types": {
        "s": nested("single"), "g": nested("group"), "l": nested("list"), "e": nested("set"), "m": nested("map"),
    }}});
    let json = json!({"format_version": "1.0", "provider_schemas": {"registry.terraform.io/a/b": {
        "resource_schemas": {"b_thing": schema},
    }}});
    Document::parse(&json.to_string()).unwrap().compile("a/b", "1.2.3").unwrap()
}

#[test]
fn other_providers_can_be_compiled() {
    let provider = Provider::shared(Arc::from(small())).unwrap();
    let thing = provider.resource("b_thing").unwrap();
    assert!(thing.is_deprecated() && !thing.block("s").unwrap().block.is_deprecated());
    assert_eq!(thing.block("l").unwrap().max_items, 300);
    let Type::Map(element) = thing.attribute("n").unwrap().ty else { panic!("no map") };
    let Type::Object(fields) = &*element else { panic!("no object") };
    let optional: Vec<_> = fields.iter().map(|field| (field.name.as_str(), field.optional)).collect();
    assert_eq!(optional, [("may", true), ("must", false)]);
    let object = |ty| json!(["object", {"x": ty}]);
    let expected = json!(["object", {
        "t": ["tuple", ["string", ["object", {"a": "bool", "b": "number"}]]],
        "n": ["map", ["object", {"must": "string", "may": ["set", "number"]}]],
        "s": object("dynamic"), "g": object("dynamic"), "e": ["set", object("dynamic")],
        "l": "dynamic", "m": "dynamic",
    }]);
    assert_eq!(cty(&thing.ty()), expected);
    assert!(provider.configuration().attributes().next().is_none());
}

#[test]
fn what_is_no_schema_is_refused() {
    assert!(Document::parse("{}").is_err());
    let parsed = Document::parse(
        r#"{"provider_schemas": {"x/y/z": {"resource_schemas":
        {"r": {"block": {"attributes": {"a": {"type": "strng"}}}}}}}}"#,
    );
    let document = parsed.unwrap();
    assert_eq!(
        document.compile("hashicorp/aws", "1").unwrap_err().to_string(),
        "no provider `hashicorp/aws` in it; it has x/y/z"
    );
    assert_eq!(document.compile("y/z", "1").unwrap_err().to_string(), r#"`"strng"` is not a type"#);
    assert_eq!(Provider::embedded(b"").unwrap_err(), OpenError::NotASchema);
    assert_eq!(Provider::embedded(b"ILSCHEMA\x07\0\0\0").unwrap_err(), OpenError::OtherFormat(7));
}

/// Walks everything a provider shows; the answers do not matter.
fn walk(provider: &Provider) -> usize {
    let mut seen = 0;
    for ty in provider.resource_types() {
        let Some(block) = provider.resource(ty) else { continue };
        let _ = block.ty();
        seen += block.attributes().count();
        for nested in block.blocks() {
            seen += nested.block.attributes().count() + nested.block.blocks().count();
        }
    }
    seen
}

#[test]
fn a_damaged_file_never_panics() {
    let whole = small();
    assert_eq!(walk(&Provider::shared(Arc::from(whole.clone())).unwrap()), 7);
    for len in 0..whole.len() {
        assert!(Provider::shared(Arc::from(&whole[..len])).is_err(), "cut at {len}");
    }
    for at in 0..whole.len() {
        for value in [0, 1, 2, 0x7f, 0x80, 0xff, whole[at] ^ 1, whole[at].wrapping_add(1)] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            if let Ok(provider) = Provider::shared(Arc::from(damaged)) {
                walk(&provider);
            }
        }
    }
}
