//! Which address ranges of a repository overlap.

#[path = "addresses/large.rs"]
mod large;

use std::{fs, time::Instant};

use infralint::{
    config::{LoadOptions, load},
    source::Sources,
    world::{
        World,
        addresses::{Addresses, Holder, Kind},
        cidr::Range,
        evaluate,
        plan::{Plan, Wanted},
    },
};
use large::large;

/// The world of files, each a path and a text.
fn world(files: &[(&str, &str)]) -> World {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let sources = Sources::new(folder.path().canonicalize().expect("the folder is there"));
    // Ranges that no provider would take tell as much.
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], no_schema: true, ..LoadOptions::default() };
    let repository = load(&sources, &options);
    let world = World::new((0..repository.root_modules.len()).map(|i| evaluate(&sources, &repository, i)).collect());
    for root in &world.root_modules {
        assert!(root.diagnostics.iter().all(|d| !d.is_error()), "{:?}", root.diagnostics);
    }
    world
}

/// All overlaps of a world: `Kind: one / other`, with `?` where it is open.
fn overlaps(addresses: &Addresses) -> Vec<String> {
    let mut found = Vec::new();
    for kind in [Kind::Subnets, Kind::Secondary, Kind::Peered, Kind::SameStage, Kind::OtherStage] {
        for i in 0..addresses.held.len() {
            for overlap in addresses.overlaps(kind, i) {
                let name = |i: usize| {
                    let held = &addresses.held[i];
                    let root =
                        if held.addr.root.as_ref() == "." { String::new() } else { format!("{}:", held.addr.root) };
                    format!("{root}{}", held.addr)
                };
                let open = if overlap.open.is_some() { "?" } else { "" };
                found.push(format!("{kind:?}{open}: {} / {}", name(overlap.one), name(overlap.other)));
            }
        }
    }
    found
}

fn found(text: &str) -> Vec<String> {
    overlaps(world(&[("main.tf", text)]).addresses())
}

fn vpc(name: &str, arguments: &str) -> String {
    format!("resource \"aws_vpc\" \"{name}\" {{\n{arguments}\n}}\n")
}

fn subnet(name: &str, vpc: &str, arguments: &str) -> String {
    format!("resource \"aws_subnet\" \"{name}\" {{\n  vpc_id = {vpc}\n{arguments}\n}}\n")
}

const MAIN: &str = "resource \"aws_vpc\" \"main\" {\n  cidr_block = \"10.0.0.0/16\"\n}\n";
const UNSET: &str = "variable \"a\" {\n  type = string\n}\n\nvariable \"b\" {\n  type = string\n}\n\nvariable \"flag\" {\n  type = bool\n}\n";

#[test]
fn subnets_of_one_vpc() {
    let two = |a: &str, b: &str| {
        let cidr = |range: &str| format!("  cidr_block = {range}");
        let id = "aws_vpc.main.id";
        found(&[MAIN, UNSET, &subnet("a", id, &cidr(a)), &subnet("b", id, &cidr(b))].concat())
    };
    let sure = ["Subnets: aws_subnet.a / aws_subnet.b"];
    let open = ["Subnets?: aws_subnet.a / aws_subnet.b"];
    assert_eq!(two("\"10.0.0.0/24\"", "\"10.0.1.0/24\""), [""; 0]);
    assert_eq!(two("\"10.0.0.0/24\"", "\"10.0.0.128/25\""), sure);
    assert_eq!(two("\"10.0.0.0/24\"", "\"10.0.0.0/24\""), sure);
    assert_eq!(two("var.a", "var.a"), sure);
    assert_eq!(two("var.a", "\"10.0.0.0/24\""), open);
    assert_eq!(two("var.a", "var.b"), open);
    assert_eq!(two("cidrsubnet(var.a, 4, 1)", "cidrsubnet(var.a, 8, 16)"), sure);
    assert_eq!(two("cidrsubnet(var.a, 4, 1)", "cidrsubnet(var.a, 8, 32)"), [""; 0]);
    assert_eq!(two("cidrsubnets(var.a, 4, 4)[0]", "cidrsubnets(var.a, 4, 4)[1]"), [""; 0]);
    let either = "var.flag ? \"10.0.0.0/24\" : \"10.0.1.0/24\"";
    assert_eq!(two(either, "\"10.0.0.0/16\""), sure);
    assert_eq!(two(either, "\"10.0.1.0/24\""), open);
    assert_eq!(two(either, "\"10.0.2.0/24\""), [""; 0]);
}

#[test]
fn subnets_of_different_vpcs_are_not_compared() {
    let other = vpc("other", "  cidr_block = \"10.1.0.0/16\"");
    let a = subnet("a", "aws_vpc.main.id", "  cidr_block = \"10.0.0.0/24\"");
    let b = subnet("b", "aws_vpc.other.id", "  cidr_block = \"10.0.0.0/24\"");
    assert_eq!(found(&[MAIN, &other, &a, &b].concat()), [""; 0]);
}

#[test]
fn a_vpc_outside_of_the_repository_is_one_vpc() {
    let data = "data \"aws_vpc\" \"shared\" {\n  default = true\n}\n";
    for id in ["data.aws_vpc.shared.id", "\"vpc-12345678\"", "var.a", "var.flag ? var.a : var.b"] {
        let a = subnet("a", id, "  cidr_block = \"10.0.0.0/24\"");
        let b = subnet("b", id, "  cidr_block = \"10.0.0.0/25\"");
        let found = found(&[UNSET, data, &a, &b].concat());
        assert_eq!(found, ["Subnets: aws_subnet.a / aws_subnet.b"], "{id}");
    }
    let a = subnet("a", "var.a", "  cidr_block = \"10.0.0.0/24\"");
    let b = subnet("b", "var.b", "  cidr_block = \"10.0.0.0/24\"");
    assert_eq!(found(&[UNSET, &a, &b].concat()), [""; 0]);
}

#[test]
fn address_families_are_apart() {
    let main = vpc("main", "  cidr_block = \"10.0.0.0/16\"\n  assign_generated_ipv6_cidr_block = true");
    let one = |name, v4: &str, number: u32| {
        let v6 = format!("cidrsubnet(aws_vpc.main.ipv6_cidr_block, 8, {number})");
        subnet(name, "aws_vpc.main.id", &format!("  cidr_block = \"{v4}\"\n  ipv6_cidr_block = {v6}"))
    };
    let text = [main.as_str(), &one("a", "10.0.0.0/24", 0), &one("b", "10.0.1.0/24", 1)].concat();
    let world_of = world(&[("main.tf", &text)]);
    let addresses = world_of.addresses();
    assert_eq!(overlaps(addresses), [""; 0]);
    let subnets = addresses.held.iter().filter(|held| held.holder == Holder::Subnet);
    let inside: Vec<_> = subnets.map(|held| addresses.is_inside(held).ok()).collect();
    assert_eq!(inside, [Some(true); 4]);
    let same = [main.as_str(), &one("a", "10.0.0.0/24", 1), &one("b", "10.0.1.0/24", 1)].concat();
    assert_eq!(found(&same), ["Subnets: aws_subnet.a / aws_subnet.b"]);
}

#[test]
fn what_may_not_be_there_is_open() {
    let counted = |name, count: &str, range: &str| {
        subnet(name, "aws_vpc.main.id", &format!("  count = {count}\n  cidr_block = \"{range}\""))
    };
    let b = subnet("b", "aws_vpc.main.id", "  cidr_block = \"10.0.0.0/24\"");
    let maybe = found(&[MAIN, UNSET, &b, &counted("c", "var.flag ? 1 : 0", "10.0.0.0/25")].concat());
    assert_eq!(maybe, ["Subnets?: aws_subnet.b / aws_subnet.c[0]"]);
    // Both are there or neither is.
    let both = [
        MAIN,
        UNSET,
        &counted("c", "var.flag ? 1 : 0", "10.0.0.0/25"),
        &counted("d", "var.flag ? 1 : 0", "10.0.0.0/24"),
    ];
    assert_eq!(found(&both.concat()), ["Subnets: aws_subnet.c[0] / aws_subnet.d[0]"]);
    let none = found(&[MAIN, UNSET, &b, &counted("c", "0", "10.0.0.0/25")].concat());
    assert_eq!(none, [""; 0]);
}

#[test]
fn peered_vpcs() {
    let peering = "resource \"aws_vpc_peering_connection\" \"p\" {\n  vpc_id = aws_vpc.main.id\n  peer_vpc_id = aws_vpc.b.id\n}\n";
    let b = |range: &str| vpc("b", &format!("  cidr_block = {range}"));
    assert_eq!(found(&[MAIN, &b("\"10.1.0.0/16\""), peering].concat()), [""; 0]);
    assert_eq!(found(&[MAIN, &b("\"10.0.0.0/20\""), peering].concat()), ["Peered: aws_vpc.b / aws_vpc.main"]);
    assert_eq!(found(&[MAIN, UNSET, &b("var.a"), peering].concat()), ["Peered?: aws_vpc.b / aws_vpc.main"]);
    let maybe = peering.replace("{\n", "{\n  count = var.flag ? 1 : 0\n");
    let found = found(&[MAIN, UNSET, &b("\"10.0.0.0/20\""), &maybe].concat());
    assert_eq!(found, ["Peered?: aws_vpc.b / aws_vpc.main"]);
}

#[test]
fn vpcs_of_a_for_each_and_of_many_root_modules() {
    let each = "resource \"aws_vpc\" \"this\" {\n  for_each = { a = \"10.0.0.0/16\", b = \"10.1.0.0/16\", c = \"10.1.0.0/20\" }\n  cidr_block = each.value\n}\n";
    assert_eq!(found(each), ["SameStage: aws_vpc.this[\"b\"] / aws_vpc.this[\"c\"]"]);
    let two =
        world(&[("stages/a/main/main.tf", MAIN), ("stages/b/main/main.tf", MAIN), ("stages/b/more/main.tf", MAIN)]);
    let wanted = [
        "SameStage: stages/b/main:aws_vpc.main / stages/b/more:aws_vpc.main",
        "OtherStage: stages/a/main:aws_vpc.main / stages/b/main:aws_vpc.main",
        "OtherStage: stages/a/main:aws_vpc.main / stages/b/more:aws_vpc.main",
    ];
    assert_eq!(overlaps(two.addresses()), wanted);
}

#[test]
fn ranges_of_one_vpc() {
    let association = |name: &str, range: &str| {
        format!(
            "resource \"aws_vpc_ipv4_cidr_block_association\" \"{name}\" {{\n  vpc_id = aws_vpc.main.id\n  cidr_block = \"{range}\"\n}}\n"
        )
    };
    assert_eq!(found(&[MAIN, &association("x", "100.64.0.0/16")].concat()), [""; 0]);
    let found = found(&[MAIN, &association("x", "10.0.16.0/20"), &association("y", "10.0.0.0/8")].concat());
    let wanted = [
        "Secondary: aws_vpc.main / aws_vpc_ipv4_cidr_block_association.x",
        "Secondary: aws_vpc.main / aws_vpc_ipv4_cidr_block_association.y",
        "Secondary: aws_vpc_ipv4_cidr_block_association.x / aws_vpc_ipv4_cidr_block_association.y",
    ];
    assert_eq!(found, wanted);
}

/// Of ten thousand VPCs that all use one range, each is told once, and not each with each.
#[test]
fn equal_ranges_everywhere_are_told_once_each() {
    let root_modules = if cfg!(debug_assertions) { 100 } else { 1_000 };
    let world = large(root_modules, &|_| "10.0.0.0/16".to_owned());
    let begin = Instant::now();
    let found = overlaps(world.addresses());
    let took = begin.elapsed();
    let of_kind = |kind: &str| found.iter().filter(|text| text.starts_with(kind)).count() as u64;
    // In each stage the others with the first; between stages all others with the very first.
    assert_eq!(of_kind("SameStage:"), root_modules * 9);
    assert_eq!(of_kind("OtherStage:"), (root_modules - 1) * 10);
    assert_eq!(of_kind("Subnets"), 0);
    assert!(took.as_secs_f64() < 5.0, "{took:?}");
}

/// Issue 5: under a second for ten thousand VPCs and sixty thousand subnets in a thousand root modules.
#[test]
fn a_large_repository_takes_no_time() {
    let root_modules = if cfg!(debug_assertions) { 50 } else { 1_000 };
    let world = large(root_modules, &|v| format!("{}.{}.0.0/16", 1 + v / 256, v % 256));
    let begin = Instant::now();
    let addresses = world.addresses();
    let inside = addresses
        .held
        .iter()
        .filter(|h| h.holder == Holder::Subnet)
        .all(|h| matches!(addresses.is_inside(h), Ok(true)));
    let took = begin.elapsed();
    assert!(inside && overlaps(addresses).is_empty());
    assert_eq!(addresses.held.len() as u64, root_modules * 70);
    assert!(took.as_secs_f64() < 4.0, "{took:?}");
}

#[test]
fn the_order_of_what_is_found_is_the_same_every_time() {
    let text: String =
        (0..40).map(|i| vpc(&format!("v{i}"), &format!("  cidr_block = \"10.{}.0.0/16\"", i % 5))).collect();
    let first = found(&text);
    assert_eq!(first.len(), 35);
    for _ in 0..5 {
        assert_eq!(found(&text), first);
    }
}

fn range(text: &str) -> Range {
    Range::parse(text).expect("a range")
}

/// Free blocks as they are found one by one.
fn free_by_hand(used: &[&str], within: &str, prefix: u32) -> Vec<String> {
    let (used, within): (Vec<Range>, Range) = (used.iter().map(|text| range(text)).collect(), range(within));
    let blocks = std::iter::successors(within.block(prefix), |block| block.next());
    let inside = blocks.take_while(|block| within.contains(*block));
    inside.filter(|block| !used.iter().any(|used| used.overlaps(*block))).map(|block| block.to_string()).collect()
}

#[test]
fn free_blocks_are_what_nothing_uses() {
    let cases: [(&[&str], &str); 7] = [
        (&[], "10.0.0.0/16"),
        (&["10.0.0.0/16"], "10.0.0.0/16"),
        (&["10.0.0.0/8"], "10.0.0.0/16"),
        (&["10.0.0.0/20", "10.0.64.0/18"], "10.0.0.0/16"),
        (&["10.0.3.0/24", "10.0.3.0/24", "10.0.255.0/24"], "10.0.0.0/16"),
        (&["10.0.0.16/28", "10.0.1.0/24", "10.0.64.0/19", "10.0.64.0/24"], "10.0.0.0/16"),
        (&["255.255.240.0/20", "255.255.0.0/28"], "255.255.0.0/16"),
    ];
    for (used, within) in cases {
        let vpcs: String = used
            .iter()
            .enumerate()
            .map(|(i, range)| vpc(&format!("v{i}"), &format!("  cidr_block = \"{range}\"")))
            .collect();
        let world = world(&[("main.tf", &vpcs)]);
        for prefix in [16, 18, 20, 24] {
            let plan = Plan::of(&world, &Wanted { free: Some(prefix), within: vec![range(within)] });
            let by_hand = free_by_hand(used, within, prefix);
            let [free] = plan.free.as_slice() else { unreachable!("one whole") };
            let first: Vec<String> = free.first.iter().map(ToString::to_string).collect();
            assert_eq!((free.count, first), (by_hand.len() as u128, by_hand), "/{prefix} in {within} beside {used:?}");
        }
    }
}

#[test]
fn the_plan_says_who_uses_what() {
    let text = [
        vpc("a", "  cidr_block = \"10.0.0.0/16\""),
        subnet("a", "aws_vpc.a.id", "  cidr_block = \"10.0.0.0/20\""),
        vpc("b", "  cidr_block = \"10.0.128.0/17\""),
        vpc("c", "  cidr_block = var.a"),
        UNSET.to_owned(),
    ]
    .concat();
    let plan = Plan::of(&world(&[("main.tf", &text)]), &Wanted::default());
    let expected = "\
in use
  10.0.0.0/16    .  aws_vpc.a
    10.0.0.0/20  .  aws_subnet.a
  10.0.128.0/17  .  aws_vpc.b

not known
  .  aws_vpc.c  var.a

overlaps
  10.0.0.0/16 aws_vpc.a in . and 10.0.128.0/17 aws_vpc.b in .: not connected, in one stage
";
    assert_eq!(infralint::report::addresses(&plan), expected);
}
