//! Hostile repositories: whatever stands in the files, a run ends, does not panic, and says with file and line what it
//! could not take.
//!
//! `HOSTILE_ROUNDS=N` sets the number of rounds, `HOSTILE_SEED=N` where they start.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use infralint::{
    check::{self, Outcome, Report, Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    report::{self, Look},
    source::Sources,
};

/// A small repository of everything that is read.
const CORPUS: [(&str, &str); 12] = [
    (
        "live/main.tf",
        r#"terraform {
  required_version = ">= 1.5"
  backend "s3" {
    bucket = "state"
    key    = "live"
  }
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}
provider "aws" {
  region = "eu-central-1"
  default_tags {
    tags = { Team = "é" }
  }
}
variable "zones" {
  type    = map(object({ cidr = string, n = optional(number, 2) }))
  default = { a = { cidr = "10.0.0.0/24" }, b = { cidr = "10.0.1.0/24", n = 3 } }
}
locals {
  names = [for k, v in var.zones : "${k}-${v.n}" if v.n > 1]
  text  = <<-EOT
    %{ for n in local.names ~}
    - ${n}
    %{ endfor ~}
  EOT
  size  = terraform.workspace == "prod" ? 3 : 1
}
module "net" {
  source   = "../modules/net"
  for_each = var.zones
  cidr     = each.value.cidr
}
resource "aws_elasticache_replication_group" "r" {
  replication_group_id       = "r"
  description                = local.text
  num_cache_clusters         = local.size
  automatic_failover_enabled = local.size > 1
  subnet_group_name          = one(values(module.net)[*].name)
}
resource "aws_security_group" "s" {
  count = length(local.names)
  dynamic "ingress" {
    for_each = toset(["443", "80"])
    content {
      from_port = ingress.value
      to_port   = tonumber(ingress.key) + count.index
      protocol  = "tcp"
    }
  }
}
"#,
    ),
    (
        "live/more.tf.json",
        r#"{"resource": {"aws_s3_bucket": {"b": [{"bucket": "b-${local.size}", "tags": {"a": "1"}}]}}, "output": {"o": {"value": "${aws_s3_bucket.b.id}"}}}"#,
    ),
    ("live/terraform.tfvars", "zones = {\n  a = { cidr = \"10.1.0.0/24\" }\n}\n"),
    ("live/x.auto.tfvars.json", "{\"zones\": {\"c\": {\"cidr\": \"10.2.0.0/24\", \"n\": 1}}}"),
    ("live/main_override.tf", "resource \"aws_security_group\" \"s\" {\n  count = 2\n}\n"),
    (
        "live/Makefile",
        "B = state\ninit:\n\tterraform init -backend-config=region=$(B) -backend-config=\"key=$(shell x)\"\n",
    ),
    ("live/.terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/aws\" {\n  version = \"5.100.0\"\n}\n"),
    ("live/.terraform/modules/modules.json", "{\"Modules\":[{\"Key\":\"\",\"Source\":\"\",\"Dir\":\".\"}]}"),
    (
        "modules/net/main.tf",
        "variable \"cidr\" {\n  type = string\n  validation {\n    condition     = can(cidrhost(var.cidr, 0))\n    error_message = \"No.\"\n  }\n}\nresource \"aws_vpc\" \"v\" {\n  cidr_block = var.cidr\n}\noutput \"name\" {\n  value = try(aws_vpc.v.id, jsondecode(file(\"${path.module}/x.json\")), null)\n}\n",
    ),
    (
        ".infralint.hcl",
        "undecided = \"warn\"\nstage \"live\" {\n  kind = \"prod\"\n}\nrule \"redis-ha\" {\n  enabled = true\n}\nwaiver \"redis-ha/*\" {\n  address = \"aws_*\"\n  reason  = \"r\"\n  until   = \"2027-01-01\"\n}\n",
    ),
    (
        "rules/own.policy.hcl",
        "policy {\n  required_providers {\n    aws = {\n      source = \"hashicorp/aws\"\n    }\n  }\n}\nlocals {\n  infralint = {\n    \"named\" = {\n      title    = \"A name\"\n      severity = \"low\"\n      why      = \"So.\"\n      help     = \"Name it\"\n    }\n  }\n}\nresource_policy \"aws_s3_bucket\" \"named\" {\n  filter = attrs.bucket != null\n  locals {\n    peers = [for b in core::getresources(\"aws_s3_bucket\", {}) : b.bucket]\n  }\n  enforce {\n    condition     = core::length(local.peers) == 1 && core::startswith(attrs.bucket, \"b\")\n    error_message = \"Not ${attrs.bucket}\"\n  }\n}\n",
    ),
    ("notes.txt", "nothing\n"),
];

/// Marks that matter, to be put anywhere.
const MARKS: [&str; 44] = [
    "\"",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "${",
    "%{",
    "~}",
    "\n",
    "<<EOT\n",
    "/*",
    "*/",
    "#",
    "=",
    ",",
    ":",
    "?",
    ".",
    "...",
    "for ",
    "\\",
    "\\u12",
    "é",
    "\u{200d}",
    "1e999999999",
    "null",
    "each.value",
    "count.index",
    "local.names",
    "var.zones",
    "module.net",
    "[*]",
    "-1",
    "99999999999999999999",
    "aws_vpc",
    "dynamic",
    "true",
    "setproduct(",
    "range(1000000000)",
    "regex(\"(a*)*\", ",
    "\0",
    "\u{feff}",
];

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (n.max(1) as u64)).unwrap_or(0)
    }

    fn position(&mut self, bytes: &[u8]) -> usize {
        self.below(bytes.len() + 1)
    }
}

/// A range of bytes, mostly of whole words.
fn stretch(bytes: &[u8], random: &mut Random) -> std::ops::Range<usize> {
    let mut start = random.below(bytes.len());
    let mut end = start;
    let in_word = |at: usize| bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    while start > 0 && in_word(start - 1) {
        start -= 1;
    }
    while in_word(end) {
        end += 1;
    }
    let further = random.below(4) * random.below(20);
    start..(end.max(start + 1) + further).min(bytes.len())
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let part = stretch(bytes, random);
    match random.below(7) {
        0 => drop(bytes.drain(part)),
        1 => {
            let copy = bytes[part].to_vec();
            let at = random.position(bytes);
            bytes.splice(at..at, copy);
        }
        2 => {
            let other = stretch(bytes, random);
            let copy = bytes[other].to_vec();
            bytes.splice(part, copy);
        }
        3 => {
            let at = random.below(bytes.len());
            bytes[at] ^= 1 << random.below(8);
        }
        4 => bytes.truncate(random.below(bytes.len())),
        _ => {
            let mark = MARKS[random.below(MARKS.len())].bytes();
            bytes.splice(part.start..if random.below(2) == 0 { part.start } else { part.end }, mark);
        }
    }
}

fn write(folder: &Path, path: &str, text: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn run(folder: &Path, rules: bool) -> (Sources, Report) {
    let sources = Sources::new(folder.canonicalize().expect("the folder is there"));
    let request = Request {
        load: LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: true, folders: if rules { vec!["rules".into()] } else { Vec::new() } },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: std::num::NonZeroUsize::new(1),
        inputs: infralint::policy::InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().expect("a time"),
        only: infralint::check::Only::default(),
    };
    let report = check::run(&sources, &request);
    (sources, report)
}

/// What a run says, rendered both ways: rendering must not panic either.
fn said(folder: &Path) -> (Vec<String>, Outcome) {
    let (sources, report) = run(folder, folder.join("rules").is_dir());
    let look = Look { color: true, width: Some(80), quiet: false };
    assert!(!report::human(&sources, &report, look).is_empty());
    report::json(&sources, &report).expect("a report");
    let errors = report.diagnostics.iter().filter(|d| d.is_error()).map(|d| {
        let at = d.place.map(|place| {
            let file = sources.get(place.file);
            format!("{}:{}: ", file.path, file.position(place.span.start).line)
        });
        format!("{}{}: {}", at.unwrap_or_default(), d.summary, d.detail)
    });
    (errors.collect(), report.outcome())
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn broken_repositories_are_judged_or_refused() {
    let clean = tempfile::tempdir().expect("a temporary folder");
    CORPUS.iter().for_each(|(path, text)| write(clean.path(), path, text.as_bytes()));
    let (errors, _) = said(clean.path());
    assert_eq!(errors, [""; 0], "the corpus itself is valid");
    let start = number("HOSTILE_SEED", 1);
    let mut refused = 0;
    let rounds = number("HOSTILE_ROUNDS", 300);
    for seed in start..start + rounds {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let broken = [random.below(CORPUS.len()), random.below(CORPUS.len())];
        for (i, (path, text)) in CORPUS.iter().enumerate() {
            let mut bytes = text.as_bytes().to_vec();
            if broken.contains(&i) {
                (0..=random.below(3)).for_each(|_| mutate(&mut bytes, &mut random));
            }
            write(folder.path(), path, &bytes);
        }
        let begun = Instant::now();
        let (errors, outcome) = said(folder.path());
        assert!(begun.elapsed() < Duration::from_secs(30), "seed {seed} takes {:?}", begun.elapsed());
        let ours = errors.iter().find(|error| error.contains("Internal error"));
        assert!(ours.is_none(), "seed {seed}: {ours:?}");
        assert!(errors.is_empty() || outcome == Outcome::NotChecked, "seed {seed}: {errors:?}");
        refused += u64::from(outcome == Outcome::NotChecked);
    }
    assert!(refused * 4 > rounds, "only {refused} of {rounds} were refused: the mutations do not bite");
}

/// A root module of this text alone is refused so, in little time.
fn limited(expected: &str, text: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "main.tf", text.as_bytes());
    let begun = Instant::now();
    let (errors, outcome) = said(folder.path());
    assert!(errors.iter().any(|error| error.starts_with(expected)), "{expected}: {errors:#?}");
    assert_eq!(outcome, Outcome::NotChecked);
    assert!(begun.elapsed() < Duration::from_secs(60), "{expected} takes {:?}", begun.elapsed());
}

/// `a0`, and 40 more that hold the one before twice.
fn doubled(first: &str, twice: impl Fn(&str) -> String, rest: &str) -> String {
    let lines = (1..=40).map(|i| format!("  a{i} = {}\n", twice(&format!("local.a{}", i - 1))));
    format!("locals {{\n  a0 = {first}\n{}{rest}}}\n", lines.collect::<String>())
}

#[test]
fn what_grows_without_bound_meets_a_limit() {
    let pair = |a: &str| format!("[{a}, {a}]");
    limited("main.tf:22: Value too large", &doubled("[1]", pair, "  j = jsonencode(local.a40)\n"));
    limited("main.tf:22: Value too large", &doubled("[1]", |a| format!("{{ l = {a}, r = {a} }}"), ""));
    limited("main.tf:23: Value too large", &doubled("[1]", |a| format!("concat({a}, {a})"), ""));
    limited("main.tf:26: String too long", &doubled("\"x\"", |a| format!("\"${{{a}}}${{{a}}}\""), ""));
    let unknown = "  v = upper(terraform_data.t.id)\n}\nresource \"terraform_data\" \"t\" {\n";
    limited("main.tf:18: String too long", &doubled("\"${local.v}-\"", |a| format!("\"${{{a}}}${{{a}}}\""), unknown));
    limited("main.tf:2: Error in function call", "locals {\n  a = range(1000000000)\n}\n");
    let within = |times: usize, inner: &str| {
        (0..times).fold(inner.to_owned(), |e, i| format!("[for x{i} in range(1000) : {e}]"))
    };
    limited("main.tf:2: Value too large", &format!("locals {{\n  a = {}\n}}\n", within(4, "1")));
    let loops = "%{ for x in range(1000) }".repeat(4) + &"%{ endfor }".repeat(4);
    limited("main.tf:2: Evaluation takes too long", &format!("locals {{\n  a = \"{loops}\"\n}}\n"));
    limited("main.tf:2: Error in function call", "locals {\n  a = join(format(\"%1000000s\", \"\"), range(1000))\n}\n");
    limited(
        "main.tf:2: Error in function call",
        "locals {\n  a = replace(format(\"%1000000s\", \"\"), \" \", format(\"%1000s\", \"\"))\n}\n",
    );
    for nested in ["(", "[", "!", "true ? 1 : "] {
        let closing = match nested {
            "(" => ")",
            "[" => "]",
            _ => "",
        };
        let text = format!("locals {{\n  a = {}1{}\n}}\n", nested.repeat(100_000), closing.repeat(100_000));
        limited("main.tf:2: Expression nested too deeply", &text);
    }
    let chain: String = (1..=30_000).map(|i| format!("  a{i} = [local.a{}]\n", i + 1)).collect();
    limited("main.tf:10002: Nesting too deep", &format!("locals {{\n{chain}  a30001 = 1\n}}\n"));
    limited(
        "main.tf:2: Error in function call",
        "locals {\n  a = setproduct(range(1000), range(1000), range(1000))\n}\n",
    );
    limited(
        "main.tf:2: Invalid count argument",
        "resource \"aws_vpc\" \"v\" {\n  count      = 20001\n  cidr_block = \"10.0.0.0/16\"\n}\n",
    );
    let nested = "  dynamic \"a\" {\n    for_each = range(100)\n    content {\n".repeat(5);
    let text = format!("resource \"other_thing\" \"t\" {{\n{nested}x = 1\n{}}}\n", "}\n}\n".repeat(5));
    limited("main.tf:15: Too many blocks", &text);
}

#[test]
fn modules_that_call_modules_twice_meet_a_limit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "main.tf", b"module \"m\" {\n  source = \"./modules/m0\"\n}\n");
    for i in 0..30 {
        let call = |name: &str| format!("module \"{name}\" {{\n  source = \"../m{}\"\n}}\n", i + 1);
        let text = if i < 29 { call("a") + &call("b") } else { "output \"o\" {\n  value = 1\n}\n".to_owned() };
        write(folder.path(), &format!("modules/m{i}/main.tf"), text.as_bytes());
    }
    let (errors, _) = said(folder.path());
    assert!(errors.iter().any(|error| error.contains("Too many instances")), "{errors:#?}");
}

#[cfg(unix)]
#[test]
fn odd_files_neither_hang_nor_vanish() {
    use std::os::unix::{ffi::OsStrExt, fs::symlink};
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "main.tf", b"locals {\n  a = file(\"/dev/zero\")\n}\n");
    symlink("/dev/zero", folder.path().join("zero.tf")).expect("a link");
    symlink(".", folder.path().join("self")).expect("a link");
    symlink("loop.tf", folder.path().join("loop.tf")).expect("a link");
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"\xff"));
    fs::create_dir(&odd).expect("a folder");
    fs::write(odd.join("main.tf"), "").expect("a file");
    let (errors, outcome) = said(folder.path());
    let has = |text: &str| assert!(errors.iter().any(|error| error.contains(text)), "{text}: {errors:#?}");
    has("main.tf:2: Invalid function argument");
    has("zero.tf could not be read: it is no regular file");
    has("loop.tf could not be read");
    assert_eq!(outcome, Outcome::NotChecked);
}
