//! Judging by facts of accounts: each shape by a file that is written by hand.

#![expect(clippy::panic, reason = "a test fails by panicking")]

use std::{path::Path, sync::Arc};

use infralint::{
    account::{Document, Facts, Recorded, Source},
    check::{self, Outcome, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    policy::Verdict,
    source::Sources,
};
use serde_json::{Value as Json, json};

const OWN: &str = "111111111111";
const OTHER: &str = "222222222222";
const RECORDED: &str = "2026-11-24T08:00:00Z";

struct Case {
    folder: tempfile::TempDir,
    facts: Vec<Json>,
}

/// `stages/NAME/main`, each with its text.
const NOTHING: [String; 0] = [];

fn repository(stages: &[(&str, &str)]) -> Case {
    let folder = tempfile::tempdir().expect("a folder");
    for (stage, text) in stages {
        let main = folder.path().join("stages").join(stage).join("main");
        std::fs::create_dir_all(&main).expect("a folder");
        std::fs::write(main.join("main.tf"), text).expect("a file");
    }
    Case { folder, facts: Vec::new() }
}

impl Case {
    fn with(mut self, sites: &[Json]) -> Self {
        self.facts.push(json!({ "version": 1, "recorded_at": RECORDED, "sites": sites }));
        self
    }

    fn facts(&self) -> Facts {
        let read = |(i, document): (usize, &Json)| {
            let (document, at) = Document::read(document.to_string().as_bytes()).expect("a document");
            Recorded { source: Source::File(format!("{i}.json")), at, sites: document.sites }
        };
        Facts { recorded: self.facts.iter().enumerate().map(read).collect() }
    }

    fn run(&self) -> Report {
        judged(self.folder.path(), self.facts())
    }

    /// The findings about address ranges: `check verdict level root: message`.
    fn overlaps(&self) -> Vec<String> {
        overlaps(&self.run())
    }
}

fn judged(folder: &Path, facts: Facts) -> Report {
    let sources = Sources::new(folder.canonicalize().expect("the folder is there"));
    let paths = vec![sources.root().to_path_buf()];
    let request = Request {
        load: LoadOptions { paths, account_facts: Arc::new(facts), ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: Vec::new() },
        undecided: None,
        fail_on: Level::Error,
        whole_try: false,
        jobs: std::num::NonZeroUsize::new(1),
        inputs: infralint::policy::InputSources::default(),
        now: "2026-11-24T11:00:00Z".parse().expect("a time"),
        only: infralint::check::Only::default(),
    };
    check::run(&sources, &request)
}

fn overlaps(report: &Report) -> Vec<String> {
    let of_ranges = report.findings.iter().map(|r| &r.finding).filter(|f| f.check.rule == "cidr-overlap");
    let line = |f: &infralint::policy::Finding| {
        let verdict = match f.verdict {
            Verdict::Fail => "fail",
            Verdict::Undecided => "undecided",
            Verdict::Error => panic!("{}", f.message),
        };
        let what = f.undecided.as_ref().map_or(&f.message, |undecided| &undecided.what);
        format!("{} {verdict} {} {}: {what}", f.check.policy, f.level.as_str(), f.root_module)
    };
    of_ranges.map(line).collect()
}

fn errors(report: &Report) -> Vec<String> {
    let errors = report.diagnostics.iter().filter(|d| d.is_error());
    errors.map(|d| format!("{}: {}", d.summary, d.detail)).collect()
}

/// One line that begins and contains.
fn assert_only(found: &[String], start: &str, parts: &[&str]) {
    let [only] = found else { panic!("{start}: one of {found:#?}") };
    assert!(only.starts_with(start), "{start}: {only}");
    for part in parts {
        assert!(only.contains(part), "{part}: {only}");
    }
}

fn provider(account: &str) -> String {
    format!("provider \"aws\" {{\n  region = \"eu-west-1\"\n  allowed_account_ids = [\"{account}\"]\n}}\n")
}

fn planned(account: &str, range: &str) -> String {
    let tags = "tags = { Name = \"planned\" }";
    format!("{}resource \"aws_vpc\" \"planned\" {{\n  cidr_block = \"{range}\"\n  {tags}\n}}\n", provider(account))
}

fn vpc(id: &str, range: &str, name: &str) -> Json {
    json!({
        "id": id, "owner": OWN, "state": "available", "cidr_block": range, "tags": { "Name": name },
        "associations": [{ "id": format!("a-{id}"), "cidr_block": range, "state": "associated" }],
    })
}

fn site(account: &str, more: &Json) -> Json {
    let mut site = json!({ "account": account, "region": "eu-west-1" });
    let own = site.as_object_mut().expect("an object");
    own.extend(more.as_object().expect("an object").clone());
    site
}

#[test]
fn an_unmanaged_vpc_overlaps_a_planned_one() {
    let case = repository(&[("test", &planned(OWN, "10.0.128.0/17"))]);
    assert_eq!(case.overlaps(), NOTHING);
    let case = case.with(&[site(OWN, &json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "legacy")] }))]);
    assert_only(
        &case.overlaps(),
        "unrelated-overlap fail warning stages/test/main",
        &["aws_vpc.planned (10.0.128.0/17)", "aws_vpc.vpc-1 (10.0.0.0/16) in account 111111111111 (eu-west-1)"],
    );
}

#[test]
fn a_range_that_is_given_back_counts_no_more() {
    let mut legacy = vpc("vpc-1", "10.9.0.0/16", "legacy");
    let ranges = legacy["associations"].as_array_mut().expect("a list");
    ranges.push(json!({ "id": "a-2", "cidr_block": "10.0.0.0/16", "state": "associated" }));
    let with = |legacy: &Json| {
        let case = repository(&[("test", &planned(OWN, "10.0.128.0/17"))]);
        case.with(&[site(OWN, &json!({ "vpcs": [legacy] }))]).overlaps()
    };
    assert_only(&with(&legacy), "unrelated-overlap fail", &["10.0.0.0/16"]);
    legacy["associations"][1]["state"] = json!("disassociated");
    assert_eq!(with(&legacy), NOTHING);
}

#[test]
fn a_peering_with_a_vpc_of_the_account() {
    let text = planned(OWN, "10.0.128.0/17")
        + "data \"aws_vpc\" \"legacy\" {\n  tags = { Name = \"legacy\" }\n}\n\
           resource \"aws_vpc_peering_connection\" \"p\" {\n  vpc_id = aws_vpc.planned.id\n  peer_vpc_id = data.aws_vpc.legacy.id\n}\n";
    let legacy = site(OWN, &json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "legacy")] }));
    let overlaps = repository(&[("test", &text)]).with(&[legacy]).overlaps();
    assert_only(&overlaps, "peered-overlap fail error", &["aws_vpc_peering_connection.p", "aws_vpc.vpc-1"]);
    // The same by an id that is written down.
    let by_id = text.replace("data.aws_vpc.legacy.id", "\"vpc-1\"");
    let legacy = site(OWN, &json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "legacy")] }));
    assert_only(&repository(&[("test", &by_id)]).with(&[legacy]).overlaps(), "peered-overlap fail error", &[]);
}

/// A peering that nobody manages, to another account: its range is told while it is active.
#[test]
fn a_peering_that_exists() {
    let text = planned(OWN, "10.0.0.0/16");
    let with = |status: &str, ranges: Json| {
        let own = json!({ "vpc": "vpc-1", "owner": OWN, "region": "eu-west-1", "cidr_blocks": ["10.0.0.0/16"] });
        let far = json!({ "vpc": "vpc-9", "owner": OTHER, "region": "eu-west-1", "cidr_blocks": ranges });
        let peering = json!({ "id": "pcx-1", "status": status, "requester": own, "accepter": far });
        let facts = json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "planned")], "peerings": [peering] });
        repository(&[("test", &text)]).with(&[site(OWN, &facts)]).overlaps()
    };
    assert_only(&with("active", json!(["10.0.64.0/18"])), "peered-overlap fail error", &["aws_vpc.vpc-9", "pcx-1"]);
    assert_eq!(with("active", json!(["10.8.0.0/16"])), NOTHING);
    assert_eq!(with("deleted", json!(["10.0.64.0/18"])), NOTHING);
    let pending = with("pending-acceptance", json!([]));
    assert!(pending.iter().any(|line| line.starts_with("peered-overlap undecided")), "{pending:#?}");
}

#[test]
fn a_managed_vpc_is_itself() {
    let text = planned(OWN, "10.0.0.0/16")
        + "resource \"aws_subnet\" \"a\" {\n  vpc_id = aws_vpc.planned.id\n  cidr_block = \"10.0.1.0/24\"\n  tags = { Name = \"a\" }\n}\n";
    let subnet = |id: &str, range: &str, name: &str| json!({ "id": id, "vpc": "vpc-1", "cidr_block": range, "tags": { "Name": name } });
    let with = |name: &str, subnets: Vec<Json>| {
        let facts = json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", name)], "subnets": subnets });
        repository(&[("test", &text)]).with(&[site(OWN, &facts)]).overlaps()
    };
    assert_eq!(with("planned", vec![subnet("subnet-1", "10.0.1.0/24", "a")]), NOTHING);
    // Somebody else's subnet in it.
    let by_hand = with("planned", vec![subnet("subnet-2", "10.0.1.128/25", "by hand")]);
    assert_only(&by_hand, "subnet-overlap fail error", &["aws_subnet.a", "aws_subnet.subnet-2"]);
    // The same range with other tags is perhaps this one.
    assert_only(&with("other", vec![]), "unrelated-overlap undecided", &["whether aws_vpc.planned is vpc-1"]);
}

#[test]
fn zones_and_the_account() {
    let text = provider(OWN)
        + "data \"aws_availability_zones\" \"all\" {\n  exclude_names = [\"eu-west-1c\"]\n}\n\
           data \"aws_caller_identity\" \"me\" {}\n\
           resource \"aws_eip\" \"zone\" {\n  for_each = toset(data.aws_availability_zones.all.names)\n}\n\
           resource \"aws_eip\" \"here\" {\n  count = data.aws_caller_identity.me.account_id == \"111111111111\" ? 3 : 0\n}\n";
    let zone = |name: &str, status: &str| json!({ "name": name, "id": format!("id-{name}"), "state": "available", "opt_in_status": status });
    let zones = json!({ "availability_zones": [
        zone("eu-west-1b", "opt-in-not-required"), zone("eu-west-1a", "opt-in-not-required"),
        zone("eu-west-1c", "opt-in-not-required"), zone("eu-west-1-xxx-1a", "not-opted-in"),
    ] });
    let report = repository(&[("test", &text)]).with(&[site(OWN, &zones)]).run();
    assert_eq!((errors(&report), report.summary.resource_instances), (Vec::new(), 5));
}

#[test]
fn what_the_provider_does_not_find() {
    let text = provider(OWN) + "data \"aws_vpc\" \"x\" {\n  tags = { Name = \"x\" }\n}\n";
    let with =
        |vpcs: Vec<Json>| errors(&repository(&[("test", &text)]).with(&[site(OWN, &json!({ "vpcs": vpcs }))]).run());
    assert_only(&with(vec![]), "no matching EC2 VPC found", &[]);
    let two = with(vec![vpc("vpc-1", "10.0.0.0/16", "x"), vpc("vpc-2", "10.1.0.0/16", "x")]);
    assert_only(&two, "multiple EC2 VPCs matched", &[]);
    assert_eq!(with(vec![vpc("vpc-1", "10.0.0.0/16", "x")]), NOTHING);
}

#[test]
fn two_accounts() {
    let case = repository(&[("prod", &planned(OTHER, "10.0.0.0/17")), ("test", &planned(OWN, "10.1.0.0/17"))]);
    let near = site(OWN, &json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "legacy")] }));
    let far = site(OTHER, &json!({ "vpcs": [vpc("vpc-2", "10.0.64.0/18", "legacy")] }));
    let overlaps = case.with(&[near]).with(&[far]).overlaps();
    // What is in its own account is near; what is in the other one is only told.
    assert!(
        overlaps.iter().any(|line| line.contains("fail warning stages/prod/main") && line.contains("vpc-2")),
        "{overlaps:#?}"
    );
    assert!(
        overlaps.iter().any(|line| line.contains("fail info stages/prod/main") && line.contains("vpc-1")),
        "{overlaps:#?}"
    );
    assert!(overlaps.iter().all(|line| !line.contains("stages/test/main")), "{overlaps:#?}");
}

#[test]
fn facts_of_another_account_stop_everything() {
    let case = || repository(&[("test", &planned(OWN, "10.0.0.0/16"))]);
    let strange = case().with(&[site(OTHER, &json!({ "vpcs": [] }))]).run();
    assert_eq!(strange.outcome(), Outcome::NotChecked);
    assert_only(&errors(&strange), "Facts of another account", &[OTHER, "0.json"]);
    let asked = json!({ "asked_for": [{ "root_module": "stages/test/main", "provider": "aws" }], "vpcs": [] });
    let mistaken = case().with(&[site(OTHER, &asked)]).run();
    assert_eq!(mistaken.outcome(), Outcome::NotChecked);
    assert_only(&errors(&mistaken), "Facts of another account", &["stages/test/main", OWN, OTHER]);
}

#[test]
fn what_was_not_told_is_never_a_pass() {
    let text = planned(OWN, "10.0.0.0/16")
        + "data \"aws_vpc\" \"x\" {\n  tags = { Name = \"x\" }\n}\n\
           resource \"aws_subnet\" \"s\" {\n  vpc_id = data.aws_vpc.x.id\n  cidr_block = cidrsubnet(data.aws_vpc.x.cidr_block, 4, 1)\n}\n";
    let denied = |action: &str| json!({ "untold": [{ "action": action, "because": "denied" }] });
    for action in ["ec2:DescribeVpcs", "ec2:DescribeVpcPeeringConnections"] {
        let report = repository(&[("test", &text)]).with(&[site(OWN, &denied(action))]).run();
        let found = overlaps(&report);
        let named =
            |line: &&String| line.contains(" undecided ") && line.contains(&format!("{action} is not permitted"));
        assert!(found.iter().any(|line| named(&line)), "{action}: {found:#?}");
        assert!(report.diagnostics.iter().any(|d| d.summary == "Facts are incomplete" && d.detail.contains(action)));
    }
}

/// The findings when one call is denied; each must name it.
fn denied(text: &str, action: &str, facts: Json) -> Vec<String> {
    let mut facts = facts;
    facts["untold"] = json!([{ "action": action, "because": "denied" }]);
    let found = repository(&[("test", text)]).with(&[site(OWN, &facts)]).overlaps();
    found.into_iter().filter(|line| line.contains(&format!("{action} is not permitted"))).collect()
}

const ATTACHED: &str = "resource \"aws_ec2_transit_gateway_vpc_attachment\" \"planned\" {\n  vpc_id = aws_vpc.planned.id\n  \
    transit_gateway_id = \"tgw-1\"\n  subnet_ids = [\"subnet-1\"]\n}\n";

#[test]
fn attachments_that_exist() {
    let text = planned(OWN, "10.0.0.0/16") + ATTACHED;
    let attachment = |associated: &str, propagated: Json| {
        json!({ "id": "tgw-attach-9", "transit_gateway": "tgw-1", "vpc": "vpc-9", "state": "available",
                "associated_route_table": associated, "propagated_route_tables": propagated })
    };
    let facts = |attachment: Json| json!({ "vpcs": [vpc("vpc-9", "10.0.64.0/18", "x")], "transit_gateway_attachments": [attachment] });
    let with = |attachment: Json| repository(&[("test", &text)]).with(&[site(OWN, &facts(attachment))]).overlaps();
    // Whether the default table of tgw-1 is that table, nobody says.
    let found = with(attachment("tgw-rtb-1", json!(["tgw-rtb-1"])));
    assert_only(&found, "transit-overlap undecided warning", &["route_tables"]);
    let hidden = denied(&text, "ec2:GetTransitGatewayRouteTablePropagations", facts(attachment("", Json::Null)));
    assert_only(&hidden, "transit-overlap undecided", &["which route tables of tgw-1 lead to vpc-9"]);
    assert_only(&with(attachment("", Json::Null)), "transit-overlap undecided warning", &[]);
}

#[test]
fn attachments_that_are_not_told() {
    let action = "ec2:DescribeTransitGatewayAttachments";
    let here = json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "planned")] });
    let found = denied(&planned(OWN, "10.0.0.0/16"), action, here.clone());
    assert_only(&found, "transit-overlap undecided", &["which VPCs are attached to transit gateways"]);
    let found = denied(&(planned(OWN, "10.0.0.0/16") + ATTACHED), action, here.clone());
    assert!(found.iter().all(|line| line.starts_with("transit-overlap undecided")) && !found.is_empty(), "{found:#?}");
    // Told that there is none, nothing is left open.
    let mut told = here;
    told["transit_gateway_attachments"] = json!([]);
    let found = repository(&[("test", &planned(OWN, "10.0.0.0/16"))]).with(&[site(OWN, &told)]).overlaps();
    assert_eq!(found, NOTHING);
}

#[test]
fn routes_that_exist() {
    let text = planned(OWN, "10.0.0.0/16")
        + "resource \"aws_vpc_ipv4_cidr_block_association\" \"more\" {\n  vpc_id = aws_vpc.planned.id\n  cidr_block = \"10.4.0.0/16\"\n}\n";
    let table = |destination: &str, target: &str| json!({ "id": "rtb-1", "vpc": "vpc-1", "routes": [{ "destination": destination, "target": target, "state": "active" }] });
    let list = |entries: Json| json!([{ "id": "pl-1", "name": "offices", "owner": OWN, "entries": entries }]);
    let facts = |table: Json, lists: Json| json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "planned")], "route_tables": [table], "prefix_lists": lists });
    let with = |facts: Json| repository(&[("test", &text)]).with(&[site(OWN, &facts)]).overlaps();
    let route = table("10.4.8.0/24", "vgw-1");
    let found = with(facts(route.clone(), json!([])));
    assert_only(&found, "association-vs-route fail error", &["10.4.0.0/16", "10.4.8.0/24"]);
    assert_eq!(with(facts(table("10.0.8.0/24", "vgw-1"), json!([]))), NOTHING);
    assert_eq!(with(facts(table("10.4.0.0/16", "local"), json!([]))), NOTHING);
    let to_list = table("pl-1", "tgw-1");
    let found = with(facts(to_list.clone(), list(json!([{ "cidr": "10.4.8.0/24" }]))));
    assert_only(&found, "association-vs-route fail error", &["10.4.8.0/24"]);
    assert_eq!(with(facts(to_list.clone(), list(json!([{ "cidr": "10.5.8.0/24" }])))), NOTHING);
    // A range that is there already: what leads into it came later.
    let mut there = facts(route, json!([]));
    let ranges = there["vpcs"][0]["associations"].as_array_mut().expect("a list");
    ranges.push(json!({ "id": "a-2", "cidr_block": "10.4.0.0/16", "state": "associated" }));
    assert_eq!(with(there), NOTHING);

    let mut hidden = facts(to_list, list(Json::Null));
    let found = denied(&text, "ec2:GetManagedPrefixListEntries", hidden.clone());
    assert_only(&found, "association-vs-route undecided", &["pl-1"]);
    hidden.as_object_mut().expect("an object").remove("prefix_lists");
    assert_only(
        &denied(&text, "ec2:DescribeManagedPrefixLists", hidden.clone()),
        "association-vs-route undecided",
        &[],
    );
    hidden.as_object_mut().expect("an object").remove("route_tables");
    assert_only(&denied(&text, "ec2:DescribeRouteTables", hidden), "association-vs-route undecided", &[]);
}

#[test]
fn a_route_table_that_is_managed_is_there_once() {
    let text = planned(OWN, "10.0.0.0/16")
        + "resource \"aws_vpc_ipv4_cidr_block_association\" \"more\" {\n  vpc_id = aws_vpc.planned.id\n  cidr_block = \"10.4.0.0/16\"\n}\n\
           resource \"aws_route_table\" \"own\" {\n  vpc_id = aws_vpc.planned.id\n  route = []\n  tags = { Name = \"own\" }\n}\n";
    let with = |name: &str| {
        let route = json!({ "destination": "10.4.8.0/24", "target": "vgw-1" });
        let table = json!({ "id": "rtb-1", "vpc": "vpc-1", "routes": [route], "tags": { "Name": name } });
        let facts = json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "planned")], "route_tables": [table] });
        repository(&[("test", &text)]).with(&[site(OWN, &facts)]).overlaps()
    };
    assert_eq!(with("own"), NOTHING);
    assert_only(&with("other"), "association-vs-route undecided", &["rtb-1"]);
}

#[test]
fn pools_of_ipam() {
    let from_pool = provider(OWN)
        + "resource \"aws_vpc\" \"planned\" {\n  ipv4_ipam_pool_id = \"ipam-pool-1\"\n  ipv4_netmask_length = 20\n}\n";
    let pool = |cidrs: &[&str], allocations: Json| json!([{ "id": "ipam-pool-1", "locale": "eu-west-1", "cidrs": cidrs, "allocations": allocations }]);
    let given =
        |id: &str, cidr: &str, owner: &str| json!({ "cidr": cidr, "resource": id, "kind": "vpc", "owner": owner });
    let with = |text: &str, facts: Json| repository(&[("test", text)]).with(&[site(OWN, &facts)]).overlaps();
    let beside = |range: &str, pools: Json| json!({ "vpcs": [vpc("vpc-9", range, "x")], "ipam_pools": pools });
    // What the pool gives lies in it.
    assert_eq!(with(&from_pool, beside("10.9.0.0/16", pool(&["10.0.0.0/14"], json!([])))), NOTHING);
    let found = with(&from_pool, beside("10.2.0.0/16", pool(&["10.0.0.0/14"], json!([]))));
    assert_only(&found, "unrelated-overlap undecided", &[]);
    // And never what it has given.
    let found =
        with(&from_pool, beside("10.2.0.0/16", pool(&["10.0.0.0/14"], json!([given("vpc-9", "10.2.0.0/16", OWN)]))));
    assert_eq!(found, NOTHING);

    // A VPC of an account that nobody asked.
    let text = planned(OWN, "10.2.0.0/16");
    let elsewhere = pool(&["10.0.0.0/14"], json!([given("vpc-7", "10.2.16.0/20", OTHER)]));
    let found = with(&text, json!({ "vpcs": [], "ipam_pools": elsewhere }));
    assert_only(&found, "unrelated-overlap fail info", &["vpc-7", OTHER]);
    // One of the own account, in a region that nobody asked.
    let elsewhere = pool(&["10.0.0.0/14"], json!([given("vpc-7", "10.2.16.0/20", OWN)]));
    let mut elsewhere = json!({ "vpcs": [], "ipam_pools": elsewhere });
    elsewhere["ipam_pools"][0]["locale"] = json!("eu-central-1");
    assert_only(&with(&text, elsewhere), "unrelated-overlap fail warning", &["vpc-7", "eu-central-1"]);
    for action in ["ec2:DescribeIpamPools", "ec2:GetIpamPoolAllocations"] {
        assert_only(&denied(&text, action, json!({ "vpcs": [] })), "unrelated-overlap undecided", &["IPAM"]);
    }
}

#[test]
fn old_facts() {
    let with = |settings: &str| {
        let case = repository(&[("test", &planned(OWN, "10.0.0.0/16"))]).with(&[site(OWN, &json!({ "vpcs": [] }))]);
        std::fs::write(case.folder.path().join(".infralint.hcl"), settings).expect("a file");
        errors(&case.run())
    };
    assert_eq!(with("facts {\n  max_age = \"4h\"\n}\n"), NOTHING);
    assert_only(&with("facts {\n  max_age = \"2h\"\n}\n"), "Facts are too old", &[RECORDED]);
    assert_only(&with("facts {\n  max_aeg = \"2h\"\n}\n"), "Unsupported argument", &["max_age"]);
}

/// What a command prints with these facts, and its exit code.
fn printed(case: &Case, arguments: &[&str]) -> (String, Option<i32>) {
    let main = case.folder.path().join("stages/test/main");
    std::fs::write(main.join("facts.json"), case.facts[0].to_string()).expect("a file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_infralint"));
    let run = command.args(arguments).args(["--facts", "facts.json"]).current_dir(main).output().expect("it runs");
    (String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr), run.status.code())
}

#[test]
fn other_commands_take_facts_too() {
    let text = planned(OWN, "10.0.128.0/17") + "data \"aws_vpc\" \"legacy\" {\n  tags = { Name = \"legacy\" }\n}\n";
    let case = || {
        repository(&[("test", &text)]).with(&[site(OWN, &json!({ "vpcs": [vpc("vpc-1", "10.0.0.0/16", "legacy")] }))])
    };
    assert_eq!(
        printed(&case(), &["eval", "data.aws_vpc.legacy.cidr_block"]),
        ("\"10.0.0.0/16\"\n".to_owned(), Some(0))
    );
    let (explained, code) = printed(&case(), &["explain", "data.aws_vpc.legacy.cidr_block"]);
    assert!(explained.contains("10.0.0.0/16") && code == Some(0), "{explained}");
    let (plan, code) = printed(&case(), &["cidr", "--free", "/17", "--within", "10.0.0.0/15"]);
    assert!(
        plan.contains("aws_vpc.vpc-1") && plan.contains("account 111111111111 (eu-west-1)") && code == Some(0),
        "{plan}"
    );
    assert!(plan.contains("10.1.0.0/17") && !plan.contains("10.0.0.0/17"), "{plan}");
    let old = case();
    std::fs::write(old.folder.path().join(".infralint.hcl"), "facts {\n  max_age = \"1h\"\n}\n").expect("a file");
    std::fs::create_dir(old.folder.path().join(".git")).expect("a folder");
    let (said, code) = printed(&old, &["eval", "1"]);
    assert!(said.contains("Facts are too old") && code == Some(2), "{said}");
}
