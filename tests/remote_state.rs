//! `terraform_remote_state` to another root module of the repository: its outputs with the identities they have there.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use checking::Checked;
use infralint::{
    config::{self, LoadOptions},
    diag::Diagnostic,
    policy::Finding,
    source::Sources,
    value::{Marks, Value, show_short},
    world::{self, RootModule, World},
};

type Files<'f> = &'f [(&'f str, &'f str)];

struct Repo {
    _folder: tempfile::TempDir,
    sources: Sources,
}

impl Repo {
    fn new(files: Files<'_>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let sources = Sources::new(folder.path().canonicalize().unwrap());
        Self { _folder: folder, sources }
    }

    fn world(&self, paths: &[&str], workspace: Option<&str>) -> World {
        let paths = paths.iter().map(|path| self.sources.root().join(path)).collect();
        let options = LoadOptions { paths, workspace: workspace.map(Into::into), ..LoadOptions::default() };
        let repository = config::load(&self.sources, &options);
        assert!(repository.diagnostics.is_empty(), "{:?}", repository.diagnostics);
        let roots = 0..repository.root_modules.len();
        World::new(roots.map(|i| world::evaluate(&self.sources, &repository, i)).collect())
    }
}

fn root<'w>(world: &'w World, path: &str) -> &'w RootModule {
    world.root_modules.iter().find(|root| &*root.path == path).unwrap()
}

/// An output of the root module `app`.
fn output(world: &World, name: &str) -> Value {
    let app = root(world, "app");
    assert_eq!(summaries(&app.diagnostics), [""; 0]);
    app.outputs.get(name).unwrap().clone()
}

fn summaries(diagnostics: &[Diagnostic]) -> Vec<String> {
    diagnostics.iter().map(|d| format!("{}: {}", d.summary, d.detail)).collect()
}

/// What an unknown value hangs on.
fn causes(value: &Value) -> Vec<String> {
    value.first_unknown().unwrap().causes().iter().map(ToString::to_string).collect()
}

/// A root module with its state in the bucket `states`, and what is in it.
fn kept(key: &str, text: &str) -> String {
    format!("terraform {{\n  backend \"s3\" {{\n    bucket = \"states\"\n    key    = \"{key}\"\n  }}\n}}\n{text}\n")
}

fn reading(name: &str, key: &str) -> String {
    format!(
        "data \"terraform_remote_state\" \"{name}\" {{\n  backend = \"s3\"\n  config = {{\n    bucket = \"states\"\n    \
         key    = \"{key}\"\n    region = \"eu-west-1\"\n  }}\n}}\n"
    )
}

const NETWORK: &str = "resource \"aws_vpc\" \"this\" {\n  cidr_block = \"10.0.0.0/16\"\n}\noutput \"vpc_id\" {\n  value = aws_vpc.this.id\n}\noutput \"range\" {\n  value = aws_vpc.this.cidr_block\n}\n";

fn peering(range: &str) -> String {
    let own = format!("resource \"aws_vpc\" \"own\" {{\n  cidr_block = \"{range}\"\n}}\n");
    let peer = "resource \"aws_vpc_peering_connection\" \"this\" {\n  vpc_id      = aws_vpc.own.id\n  peer_vpc_id = data.terraform_remote_state.network.outputs.vpc_id\n}\n";
    kept("app.tfstate", &format!("{}{own}{peer}", reading("network", "network.tfstate")))
}

fn overlaps(checked: &Checked) -> Vec<&Finding> {
    assert_eq!(checked.errors(), [""; 0]);
    checked.findings("cidr-overlap").filter(|f| f.check.policy == "peered-overlap").collect()
}

#[test]
fn a_peering_with_another_root_modules_vpc_is_decided() {
    for (range, verdicts) in [("10.0.0.0/16", &["Fail"][..]), ("10.1.0.0/16", &[])] {
        let repo =
            Repo::new(&[("network/main.tf", &kept("network.tfstate", NETWORK)), ("app/main.tf", &peering(range))]);
        let checked = Checked::folder(repo.sources.root());
        let found: Vec<String> = overlaps(&checked).iter().map(|f| format!("{:?}", f.verdict)).collect();
        assert_eq!(found, verdicts, "{range}");
    }
}

#[test]
fn values_come_with_their_identity_and_their_way() {
    let app = format!(
        "{}output \"vpc_id\" {{\n  value = data.terraform_remote_state.network.outputs.vpc_id\n}}\noutput \"range\" {{\n  value = data.terraform_remote_state.network.outputs.range\n}}\n",
        reading("network", "network.tfstate")
    );
    let repo = Repo::new(&[
        ("network/main.tf", &kept("network.tfstate", NETWORK)),
        ("app/main.tf", &kept("app.tfstate", &app)),
    ]);
    let world = repo.world(&["."], None);
    let id = output(&world, "vpc_id");
    let (addr, _) = infralint::eval::identity(&id).unwrap();
    assert_eq!((&*addr.root, addr.to_string().as_str()), ("network", "aws_vpc.this"));
    assert!(world.find(&addr).is_some());
    assert_eq!(output(&world, "range").as_str().unwrap(), "10.0.0.0/16");
    let app = root(&world, "app");
    let hops = app.origins.chain(output(&world, "range").origin);
    let place = |at| repo.sources.describe(at);
    let way: Vec<String> = hops
        .iter()
        .map(|hop| format!("{} {} {}", hop.what.as_str(), repo.sources.text_at(hop.name), place(hop.at)))
        .collect();
    assert_eq!(way.len(), 4, "{way:#?}");
    assert!(way[0].starts_with("output \"range\" app/main.tf:19"), "{way:#?}");
    assert!(
        way[1].starts_with("data source data.terraform_remote_state.network.outputs.range app/main.tf:7"),
        "{way:#?}"
    );
    assert!(way[2].starts_with("output \"range\" network/main.tf:14"), "{way:#?}");
    assert!(way[3].starts_with("attribute aws_vpc.this.cidr_block network/main.tf:8"), "{way:#?}");
}

const ENCRYPTED: &str = r#"
policy {}
locals {
  infralint = {
    "*" = { title = "t", severity = "low", why = "w", help = "h" }
  }
}
resource_policy "aws_s3_bucket" "encrypted" {
  locals {
    all  = infralint::allresources("aws_s3_bucket_server_side_encryption_configuration", { bucket = attrs.id })
  }
  enforce {
    condition     = core::length(local.all) == 1
    error_message = "${core::length(local.all)} configurations"
  }
}
"#;

#[test]
fn an_encryption_configuration_elsewhere_is_linked_to_its_bucket() {
    let data = "resource \"aws_s3_bucket\" \"a\" {\n  bucket_prefix = \"a\"\n}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket_prefix = \"b\"\n}\noutput \"buckets\" {\n  value = { a = aws_s3_bucket.a.id, b = aws_s3_bucket.b.bucket }\n}\n";
    let security = "resource \"aws_s3_bucket_server_side_encryption_configuration\" \"this\" {\n  bucket = data.terraform_remote_state.data.outputs.buckets.b\n  rule {\n    apply_server_side_encryption_by_default {\n      sse_algorithm = \"AES256\"\n    }\n  }\n}\n";
    let repo = Repo::new(&[
        ("data/main.tf", &kept("data.tfstate", data)),
        ("security/main.tf", &kept("security.tfstate", &format!("{}{security}", reading("data", "data.tfstate")))),
        ("own-rules/own.infralint.hcl", ENCRYPTED),
    ]);
    let request = infralint::check::Request {
        load: LoadOptions { paths: vec![repo.sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: infralint::check::RuleSources { shipped: false, folders: vec![repo.sources.root().join("own-rules")] },
        undecided: None,
        whole_try: false,
        fail_on: infralint::diag::Level::Error,
        jobs: std::num::NonZeroUsize::new(2),
        inputs: infralint::policy::InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().unwrap(),
        only: infralint::check::Only::default(),
    };
    let report = infralint::check::run(&repo.sources, &request);
    assert_eq!(summaries(&report.diagnostics), [""; 0]);
    let found: Vec<String> = report
        .findings
        .iter()
        .map(|r| format!("{} {:?} {}", r.finding.address.as_deref().unwrap(), r.finding.verdict, r.finding.message))
        .collect();
    assert_eq!(found, ["aws_s3_bucket.a Fail 0 configurations"]);
}

#[test]
fn a_chain_of_three_is_followed() {
    let middle = format!(
        "{}output \"passed\" {{\n  value = data.terraform_remote_state.network.outputs\n}}\noutput \"range\" {{\n  value = data.terraform_remote_state.network.outputs.range\n}}\n",
        reading("network", "network.tfstate")
    );
    let app = format!(
        "{}output \"passed\" {{\n  value = data.terraform_remote_state.middle.outputs.passed.vpc_id\n}}\noutput \"text\" {{\n  value = data.terraform_remote_state.middle.outputs.range\n}}\n",
        reading("middle", "middle.tfstate")
    );
    let repo = Repo::new(&[
        ("network/main.tf", &kept("network.tfstate", NETWORK)),
        ("middle/main.tf", &kept("middle.tfstate", &middle)),
        ("app/main.tf", &kept("app.tfstate", &app)),
    ]);
    let world = repo.world(&["."], None);
    let (addr, _) = infralint::eval::identity(&output(&world, "passed")).unwrap();
    assert_eq!(&*addr.root, "network");
    assert_eq!(output(&world, "text").as_str().unwrap(), "10.0.0.0/16");
    let hops = root(&world, "app").origins.chain(output(&world, "text").origin);
    let whats: Vec<&str> = hops.iter().map(|hop| hop.what.as_str()).collect();
    assert_eq!(whats, ["output", "data source", "output", "data source", "output", "attribute"]);
    assert!(world::circles(&world).is_empty());
}

#[test]
fn a_circle_is_told_once_with_all_its_places() {
    let one = |name: &str, other: &str| {
        let text = format!(
            "{}output \"from\" {{\n  value = data.terraform_remote_state.{other}.outputs.own\n}}\noutput \"own\" {{\n  value = \"{name}\"\n}}\noutput \"round\" {{\n  value = data.terraform_remote_state.{other}.outputs.round\n}}\n",
            reading(other, other)
        );
        kept(name, &text)
    };
    let repo =
        Repo::new(&[("app/main.tf", &one("app", "b")), ("b/main.tf", &one("b", "c")), ("c/main.tf", &one("c", "app"))]);
    let world = repo.world(&["."], None);
    assert_eq!(output(&world, "from").as_str().unwrap(), "b");
    assert!(causes(&output(&world, "round"))[0].contains("hang on this one's in turn"));
    let circles = world::circles(&world);
    assert_eq!(circles.len(), 1, "{circles:#?}");
    assert_eq!(circles[0].summary, "Root modules read each other's states");
    assert!(circles[0].detail.contains("app -> b -> c -> app"), "{}", circles[0].detail);
    assert_eq!(circles[0].labels.len(), 2);
    let checked = Checked::folder(repo.sources.root());
    assert_eq!(checked.report.diagnostics.iter().filter(|d| d.summary == circles[0].summary).count(), 1);
}

#[test]
fn a_root_module_that_reads_itself_is_told() {
    let text =
        format!("{}output \"n\" {{\n  value = data.terraform_remote_state.own.outputs.n\n}}\n", reading("own", "app"));
    let repo = Repo::new(&[("app/main.tf", &kept("app", &text))]);
    let world = repo.world(&["."], None);
    assert!(!output(&world, "n").is_known());
    assert_eq!(world::circles(&world)[0].summary, "State that reads itself");
}

/// The first output of a root module `app` that reads `n` of another one, which is `network`.
fn read(network: &str, app: &str) -> (Repo, World) {
    let output = "output \"n\" {\n  value = data.terraform_remote_state.network.outputs.n\n}\n";
    let repo = Repo::new(&[("network/main.tf", network), ("app/main.tf", &format!("{app}{output}"))]);
    let world = repo.world(&["."], None);
    (repo, world)
}

#[test]
fn a_state_is_found_by_what_its_backend_says() {
    let n = "output \"n\" {\n  value = \"found\"\n}\n";
    let backend = |text: &str| format!("terraform {{\n  {text}\n}}\n{n}");
    let data = |text: &str| {
        format!("locals {{\n  key = \"network/x\"\n}}\ndata \"terraform_remote_state\" \"network\" {{\n  {text}\n}}\n")
    };
    let cases = [
        (n.to_owned(), data("backend = \"local\"\n  config = { path = \"../network/terraform.tfstate\" }")),
        (
            n.to_owned(),
            data("backend = \"local\"\n  config = { path = \"${path.module}/../network/terraform.tfstate\" }"),
        ),
        (
            backend("backend \"local\" {\n    path = \"../states/n.tfstate\"\n  }"),
            data("backend = \"local\"\n  config = { path = \"../states/n.tfstate\" }"),
        ),
        (
            backend("backend \"s3\" {\n    bucket = \"b\"\n    key = \"network/x\"\n    region = \"eu-west-1\"\n  }"),
            data("backend = \"s3\"\n  config = { bucket = \"b\", key = local.key }"),
        ),
        (
            backend("backend \"gcs\" {\n    bucket = \"b\"\n    prefix = \"p\"\n  }"),
            data("backend = \"gcs\"\n  config = { bucket = \"b\", prefix = \"p\" }"),
        ),
        (
            backend("cloud {\n    organization = \"o\"\n    workspaces {\n      name = \"n\"\n    }\n  }"),
            data("backend = \"remote\"\n  config = { organization = \"o\", workspaces = { name = \"n\" } }"),
        ),
        (
            backend("backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n  }"),
            data("backend = \"s3\"\n  workspace = \"prod\"\n  config = { bucket = \"b\", key = \"k\" }"),
        ),
        (
            backend("backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n  }"),
            data("backend = \"s3\"\n  config = { bucket = \"b\", key = \"env:/prod/k\" }"),
        ),
    ];
    for (network, app) in &cases {
        let (_repo, world) = read(network, app);
        assert_eq!(show_short(&output(&world, "n")), "\"found\"", "{network}{app}");
    }
}

#[test]
fn what_is_not_found_names_its_place_and_what_is_open() {
    let n = "output \"n\" {\n  value = \"found\"\n}\n";
    let s3 = |text: &str| format!("data \"terraform_remote_state\" \"network\" {{\n  backend = \"s3\"\n  {text}\n}}\n");
    let here = |key: &str| kept(key, n);
    let cases = [
        (here("k"), s3("config = { bucket = \"other\", key = \"k\" }"), "s3: bucket \"other\", key \"k\""),
        (here("k"), s3("config = { bucket = \"states\", key = \"l\" }"), "s3: bucket \"states\", key \"l\""),
        (
            "terraform {\n  backend \"s3\" {\n    key = \"k\"\n  }\n}\n".to_owned() + n,
            s3("config = { bucket = \"states\", key = \"k\" }"),
            "it may be that of network, of whose backend bucket is not known",
        ),
        (
            here("k"),
            "variable \"bucket\" {}\n".to_owned() + &s3("config = { bucket = var.bucket, key = \"k\" }"),
            "var.bucket",
        ),
        (here("k"), s3("workspace = \"prod\"\n  config = { bucket = \"states\", key = \"k\", workspace_key_prefix = \"p\" }"), "of a workspace"),
        (here("k"), "data \"terraform_remote_state\" \"network\" {\n  backend = \"http\"\n  config = { address = \"https://x\" }\n}\n".to_owned(), "http: address \"https://x\""),
    ];
    for (network, app, expected) in &cases {
        let (_repo, world) = read(network, app);
        let causes = causes(&output(&world, "n"));
        assert!(causes.iter().any(|cause| cause.contains(expected)), "{causes:?}: {expected}");
    }
}

#[test]
fn two_states_at_one_place_are_none() {
    let n = "output \"n\" {\n  value = 1\n}\n";
    let app = format!("{}output \"n\" {{\n  value = data.terraform_remote_state.x.outputs.n\n}}\n", reading("x", "k"));
    let repo = Repo::new(&[("a/main.tf", &kept("k", n)), ("b/main.tf", &kept("k", n)), ("app/main.tf", &app)]);
    let causes = causes(&output(&repo.world(&["."], None), "n"));
    assert!(causes[0].contains("both a and b keep theirs there"), "{causes:?}");
}

#[test]
fn outputs_that_are_not_there_are_errors_or_have_their_defaults() {
    // As Terraform 1.11.4 says: an output that is null is not in the state, and sensitive ones are not sensitive any more.
    let network = "output \"known\" {\n  value = \"x\"\n}\noutput \"null\" {\n  value = null\n}\noutput \"secret\" {\n  value     = \"s\"\n  sensitive = true\n}\n";
    let app = "  backend = \"local\"\n  config  = { path = \"../network/terraform.tfstate\" }\n";
    let with = |defaults: &str, value: &str| {
        let app = format!(
            "data \"terraform_remote_state\" \"n\" {{\n{app}{defaults}}}\noutput \"o\" {{\n  value = data.terraform_remote_state.n.outputs{value}\n}}\n"
        );
        let repo = Repo::new(&[("network/main.tf", network), ("app/main.tf", &app)]);
        let world = repo.world(&["."], None);
        let app = root(&world, "app");
        let said = app.diagnostics.first().map(|d| d.detail.clone());
        said.unwrap_or_else(|| show_short(app.outputs.get("o").unwrap()))
    };
    let defaults = "  defaults = { known = \"default\", extra = { q = 1 }, null = \"d\" }\n";
    assert_eq!(with("", ".known"), "\"x\"");
    assert_eq!(with(defaults, ".known"), "\"x\"");
    assert_eq!(with(defaults, ".extra.q"), "1");
    assert_eq!(with(defaults, ".null"), "\"d\"");
    assert_eq!(with("", ".null"), "This object does not have an attribute named \"null\".");
    assert_eq!(with(defaults, ".nope"), "This object does not have an attribute named \"nope\".");
    assert_eq!(with("", ".secret"), "(sensitive value)");
}

#[test]
fn what_was_sensitive_is_not_shown_though_it_is_sensitive_no_more() {
    let network = "output \"n\" {\n  value     = { a = \"s\" }\n  sensitive = true\n}\n";
    let (_repo, world) = read(
        network,
        "data \"terraform_remote_state\" \"network\" {\n  backend = \"local\"\n  config  = { path = \"../network/terraform.tfstate\" }\n}\n",
    );
    let value = output(&world, "n");
    assert!(!value.deep_marks().has(Marks::SENSITIVE));
    assert!(value.deep_marks().has(Marks::HIDDEN));
    assert_eq!(show_short(&value), "(sensitive value)");
}

#[test]
fn mistakes_are_terraforms() {
    let cases = [
        ("backend = \"locl\"", "Invalid backend configuration: There is no backend type named \"locl\"."),
        (
            "backend = \"s3\"\n  config = { bucket = \"x\", ky = \"d\" }",
            "Invalid backend configuration: The given configuration is not valid for backend \"s3\": unexpected attribute \"ky\".",
        ),
        (
            "backend = \"local\"\n  config = \"x\"",
            "Invalid backend configuration: The given configuration is not valid for backend \"local\": an object is required.",
        ),
        (
            "config = {}",
            "Missing required argument: The argument \"backend\" is required, but no definition was found.",
        ),
        ("backend = \"local\"\n  foo = 1", "Unsupported argument: An argument named \"foo\" is not expected here."),
        (
            "backend = \"local\"\n  config {}",
            "Unsupported block type: Blocks of type \"config\" are not expected here. Did you mean to define argument \"config\"? If so, use the equals sign to assign it a value.",
        ),
        (
            "backend = \"local\"\n  defaults = \"x\"",
            "Invalid default values: Defaults must be given in an object value.",
        ),
    ];
    for (arguments, expected) in cases {
        let text = format!(
            "data \"terraform_remote_state\" \"x\" {{\n  {arguments}\n}}\noutput \"o\" {{\n  value = data.terraform_remote_state.x.outputs.y\n}}\n"
        );
        let repo = Repo::new(&[("app/main.tf", &text)]);
        let world = repo.world(&["."], None);
        assert_eq!(summaries(&root(&world, "app").diagnostics), [expected]);
        assert!(root(&world, "app").outputs.get("o").unwrap().is_error());
    }
}

#[test]
fn each_workspace_has_instances_of_its_own() {
    let network = "resource \"aws_vpc\" \"this\" {\n  cidr_block = terraform.workspace == \"prod\" ? \"10.1.0.0/16\" : \"10.2.0.0/16\"\n}\noutput \"n\" {\n  value = { id = aws_vpc.this.id, range = aws_vpc.this.cidr_block }\n}\n";
    let one = |name: &str, workspace: &str| {
        format!(
            "data \"terraform_remote_state\" \"{name}\" {{\n  backend   = \"s3\"\n  {workspace}\n  config    = {{ bucket = \"states\", key = \"n\" }}\n}}\noutput \"{name}\" {{\n  value = data.terraform_remote_state.{name}.outputs.n\n}}\n"
        )
    };
    let app = [
        one("prod", "workspace = \"prod\""),
        one("test", "workspace = \"test\""),
        one("same", "workspace = terraform.workspace"),
        one("none", ""),
        "output \"same_id\" {\n  value = data.terraform_remote_state.prod.outputs.n.id == data.terraform_remote_state.test.outputs.n.id\n}\n".to_owned(),
    ];
    let repo = Repo::new(&[("network/main.tf", &kept("n", network)), ("app/main.tf", &app.concat())]);
    let of = |world: &World, name: &str| {
        let n = output(world, name);
        let (addr, _) = infralint::eval::identity(n.get("id").unwrap()).unwrap();
        let range = n.get("range").unwrap();
        (addr.root.to_string(), range.as_str().map_or_else(|| causes(range).join(", "), ToString::to_string))
    };
    let world = repo.world(&["."], None);
    assert_eq!(of(&world, "prod"), ("network in workspace prod".into(), "10.1.0.0/16".into()));
    assert_eq!(of(&world, "test"), ("network in workspace test".into(), "10.2.0.0/16".into()));
    assert_eq!(of(&world, "none"), ("network".into(), "10.2.0.0/16".into()));
    assert_eq!(of(&world, "same"), ("network".into(), "terraform.workspace".into()));
    assert_eq!(output(&world, "same_id").as_bool(), Some(false));
    let world = repo.world(&["."], Some("prod"));
    assert_eq!(of(&world, "prod"), ("network".into(), "10.1.0.0/16".into()));
    assert_eq!(of(&world, "same"), ("network".into(), "10.1.0.0/16".into()));
    assert_eq!(of(&world, "none"), ("network in workspace default".into(), "10.2.0.0/16".into()));
}

#[test]
fn a_sibling_that_nobody_asked_about_is_read_and_not_judged() {
    let broken = "output \"x\" {\n  value = nope.nope\n}\nresource {}\n";
    let repo = Repo::new(&[
        ("stages/network/main.tf", &kept("network.tfstate", NETWORK)),
        ("stages/other/main.tf", broken),
        ("app/main.tf", &peering("10.0.0.0/16")),
    ]);
    let world = repo.world(&["app"], None);
    assert_eq!(world.root_modules.len(), 1);
    let app = root(&world, "app");
    assert_eq!(summaries(&app.diagnostics), [""; 0]);
    let peering = app.instances.iter().find(|i| i.addr.ty == "aws_vpc_peering_connection").unwrap();
    let (addr, _) = infralint::eval::identity(peering.attrs.get("peer_vpc_id").unwrap()).unwrap();
    assert_eq!(&*addr.root, "stages/network");
}

#[test]
fn data_sources_in_modules_and_by_for_each_are_read() {
    let reader = "variable \"keys\" {}\ndata \"terraform_remote_state\" \"all\" {\n  for_each = toset(var.keys)\n  backend  = \"s3\"\n  config   = { bucket = \"states\", key = each.key }\n}\noutput \"all\" {\n  value = { for key, state in data.terraform_remote_state.all : key => state.outputs.n }\n}\n";
    let app = "module \"states\" {\n  source = \"../reader\"\n  keys   = [\"a\", \"b\"]\n}\noutput \"n\" {\n  value = module.states.all\n}\n";
    let n = |n: u32| format!("output \"n\" {{\n  value = {n}\n}}\n");
    let repo = Repo::new(&[
        ("a/main.tf", &kept("a", &n(1))),
        ("b/main.tf", &kept("b", &n(2))),
        ("reader/main.tf", reader),
        ("app/main.tf", &kept("app", app)),
    ]);
    assert_eq!(show_short(&output(&repo.world(&["."], None), "n")), "{\"a\" = 1, \"b\" = 2}");
}

#[test]
fn many_root_modules_that_all_read_each_other_come_to_an_end() {
    let texts: Vec<(String, String)> = (0..30)
        .map(|i| {
            let reads: String = (0..30).map(|j| reading(&format!("s{j}"), &format!("r{j}"))).collect();
            let sum: Vec<String> = (0..30).map(|j| format!("data.terraform_remote_state.s{j}.outputs.n")).collect();
            let text = format!("{reads}output \"n\" {{\n  value = [{}]\n}}\n", sum.join(", "));
            (format!("r{i}/main.tf"), kept(&format!("r{i}"), &text))
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repo = Repo::new(&files);
    let world = repo.world(&["r0"], None);
    assert_eq!(summaries(&root(&world, "r0").diagnostics), [""; 0]);
    assert!(!world::circles(&world).is_empty());
}

#[test]
fn the_same_is_found_with_any_number_of_threads() {
    let reader = |i: usize| {
        let other = format!("app{}", (i + 1) % 6);
        let text = format!("{}\n{}", peering("10.0.0.0/16"), reading("next", &other));
        text.replace("app.tfstate", &format!("app{i}"))
    };
    let texts: Vec<(String, String)> = (0..6).map(|i| (format!("app{i}/main.tf"), reader(i))).collect();
    let network = kept("network.tfstate", NETWORK);
    let mut files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("network/main.tf", &network));
    let repo = Repo::new(&files);
    let told = |jobs: usize| {
        let request = infralint::check::Request {
            load: LoadOptions { paths: vec![repo.sources.root().to_path_buf()], ..LoadOptions::default() },
            rules: infralint::check::RuleSources { shipped: true, folders: Vec::new() },
            undecided: None,
            whole_try: false,
            fail_on: infralint::diag::Level::Error,
            jobs: std::num::NonZeroUsize::new(jobs),
            inputs: infralint::policy::InputSources::default(),
            now: "2026-11-24T00:00:00Z".parse().unwrap(),
            only: infralint::check::Only::default(),
        };
        let report = infralint::check::run(&repo.sources, &request);
        let findings = report.findings.iter().map(|r| format!("{} {}", r.finding.root_module, r.finding.message));
        findings.chain(summaries(&report.diagnostics)).collect::<Vec<String>>()
    };
    let alone = told(1);
    assert!(
        alone.iter().any(|line| line.contains("app0 -> app1 -> app2 -> app3 -> app4 -> app5 -> app0")),
        "{alone:#?}"
    );
    assert!(alone.iter().filter(|line| line.starts_with("app3 ")).count() > 0);
    for jobs in [2, 7] {
        assert_eq!(told(jobs), alone);
    }
}
