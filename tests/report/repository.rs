//! A small repository in memory, and findings about it.

use std::{collections::HashMap, path::Path, sync::Arc};

use infralint::{
    check::{Apart, DescribedCheck, Report, Reported, Summary, Waiver},
    diag::{Diagnostic, Label, Level},
    policy::{About, CheckId, Edit, Finding, Fix, Information, PatchClass, Reason, Severity, Undecided, Verdict},
    source::{FileId, Place, Sources, Span, offset},
    value::{Hop, Origin, What},
};

const MODULE: &str = r#"resource "aws_elasticache_replication_group" "this" {
  replication_group_id       = var.name
  automatic_failover_enabled = var.ha
  num_cache_clusters         = 1 + var.readers
}
"#;

const STAGE: &str = r#"locals {
  ha = var.highly_available
}

module "redis" {
  source = "../../../modules/redis"
  ha     = local.ha
}
"#;

/// What would steer a terminal, and what means something in XML, Markdown, URIs and workflow commands.
const HOSTILE_FILE: &str = "stages/test/main/\u{1b}[2J,%:|`<a>&\"#.tf";
const HOSTILE: &str = "name = \"\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}txt\" # ünï\n";

const VALUES: &str = "# small and cheap\nhighly_available = false\n";

pub(crate) struct TestRepository {
    pub(crate) sources: Sources,
    module: FileId,
    stage: FileId,
    prod: FileId,
    values: FileId,
    policy: FileId,
    settings: FileId,
    broken: FileId,
    hostile: FileId,
}

impl TestRepository {
    pub(crate) fn new() -> Self {
        let prod = STAGE.replace("local.ha", "false");
        let texts = [
            ("modules/redis/main.tf", MODULE),
            ("stages/test/main/redis.tf", STAGE),
            ("stages/prod/main/redis.tf", &prod),
            ("stages/test/main/terraform.tfvars", VALUES),
            ("rules/redis-ha.policy.hcl", "enforce {\n  condition = true\n}\n"),
            (".infralint.hcl", "waiver \"redis-ha/no-failover\" {}\n"),
            ("stages/test/main/broken.tf", "resource \"aws_vpc\" \"main\" {\n  cidr_block = \n}\n"),
            (HOSTILE_FILE, HOSTILE),
        ];
        // Read as from the disk, so that formats take them for files that a reader can open.
        let root = Path::new("/repository");
        let texts = texts.map(|(path, text)| (root.join(path), Box::from(text)));
        let sources = Sources::with(root.to_owned(), HashMap::from(texts));
        let read = |path: &str| sources.read(Path::new(path)).expect("a text that stands for a file");
        let module = read("modules/redis/main.tf");
        let (stage, prod) = (read("stages/test/main/redis.tf"), read("stages/prod/main/redis.tf"));
        let values = read("stages/test/main/terraform.tfvars");
        let (policy, settings) = (read("rules/redis-ha.policy.hcl"), read(".infralint.hcl"));
        let (broken, hostile) = (read("stages/test/main/broken.tf"), read(HOSTILE_FILE));
        Self { sources, module, stage, prod, values, policy, settings, broken, hostile }
    }

    /// Where a text first stands in a file.
    fn find(&self, file: FileId, text: &str) -> Place {
        let at = self.sources.get(file).text.find(text).unwrap_or_else(|| panic!("{text} is not there"));
        Place::new(file, Span::new(offset(at), offset(at + text.len())))
    }

    fn hop(&self, what: What, file: FileId, at: &str, name: &str) -> Hop {
        Hop { what, at: self.find(file, at), name: self.find(file, name), next: Origin::NONE }
    }

    /// A failing check whose value came through four hops in three files.
    pub(crate) fn no_failover(&self, root: &str) -> Finding {
        let attribute = self.hop(What::Attribute, self.module, "var.ha", "automatic_failover_enabled");
        let origin = if root.contains("prod") {
            vec![attribute, self.hop(What::ModuleArgument, self.prod, "ha     = false", "ha")]
        } else {
            vec![
                attribute,
                self.hop(What::ModuleArgument, self.stage, "ha     = local.ha", "ha"),
                self.hop(What::Local, self.stage, "ha = var.highly_available", "local.ha"),
                self.hop(What::VariableFile, self.values, "highly_available = false", "highly_available"),
            ]
        };
        let address = "module.redis.aws_elasticache_replication_group.this";
        Finding {
            check: CheckId { rule: "redis-ha".into(), policy: "no-failover".into() },
            verdict: Verdict::Fail,
            level: Level::Error,
            severity: Severity::High,
            root_module: root.into(),
            workspace: None,
            address: Some(address.to_owned()),
            message: format!("{address} does not fail over by itself: automatic_failover_enabled is false"),
            why: "When the primary node fails, the cache (here the first storage layer) accepts no writes until \
                  somebody promotes a replica by hand."
                .to_owned(),
            help: "automatic_failover_enabled = true".to_owned(),
            patch: None,
            controls: vec!["Security Hub ElastiCache.3".to_owned(), "WAF REL10-BP01".to_owned()],
            place: self.find(self.module, "automatic_failover_enabled = var.ha"),
            origin,
            labels: Vec::new(),
            undecided: None,
            policy_at: self.find(self.policy, "enforce"),
        }
    }

    pub(crate) fn information(&self, root: &str) -> Information {
        let of = self.no_failover(root);
        Information {
            check: of.check,
            root_module: of.root_module,
            workspace: of.workspace,
            address: of.address,
            message: "a node of this size has 3.22 GiB".to_owned(),
            place: of.place,
            policy_at: of.policy_at,
        }
    }

    pub(crate) fn undecided(&self) -> Finding {
        let unknown = Undecided {
            because: Reason::UnsetVariable,
            what: "var.readers".to_owned(),
            decided_by: "-var-file".to_owned(),
        };
        let call =
            Label { place: self.find(self.stage, "module \"redis\""), text: "called as module.redis".to_owned() };
        Finding {
            labels: vec![call],
            check: CheckId { rule: "redis-ha".into(), policy: "no-replica".into() },
            verdict: Verdict::Undecided,
            level: Level::Warning,
            message: "Not decided: no value is given to var.readers.".to_owned(),
            place: self.find(self.module, "num_cache_clusters         = 1 + var.readers"),
            origin: vec![self.hop(What::Attribute, self.module, "1 + var.readers", "num_cache_clusters")],
            undecided: Some(unknown),
            ..self.no_failover("stages/test/main")
        }
    }

    pub(crate) fn syntax_error(&self) -> Diagnostic {
        let place = self.find(self.broken, "\n}\n");
        Diagnostic::error(
            "Invalid expression",
            "Expected the start of an expression, but found an invalid expression token.",
            place,
        )
    }

    pub(crate) fn duplicate(&self) -> Diagnostic {
        let again = self.find(self.stage, "module \"redis\"");
        let first = self.find(self.prod, "module \"redis\"");
        Diagnostic::error("Duplicate module call", "A module call named \"redis\" was already defined.", again)
            .with_label(first, "first defined here")
    }

    pub(crate) fn hostile(&self) -> Finding {
        Finding {
            message: "the name is \u{1b}[8mhidden\u{1b}[0m".to_owned(),
            place: self.find(self.hostile, "\"\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}txt\""),
            origin: vec![self.hop(What::Local, self.hostile, "name", "name")],
            ..self.no_failover("stages/test/main")
        }
    }

    /// Text that means something to each reader, in a message.
    pub(crate) fn meaningful(&self) -> Finding {
        let message = "@team see #1 & <b>|x|</b> `y` ``z`` *w* _v_ [a](http://b) \"q\" 'r' 50%\n::error::injected\r\n##[error]x \u{fffe}\u{0}";
        Finding { message: message.to_owned(), ..self.hostile() }
    }

    /// A rule that could not be evaluated.
    pub(crate) fn rule_error(&self) -> Finding {
        Finding {
            verdict: Verdict::Error,
            message: "Unsupported attribute: this object has no attribute \"nodes\".".to_owned(),
            ..self.no_failover("stages/test/main")
        }
    }

    /// With the edit that mends it.
    pub(crate) fn fixable(&self, root: &str) -> Reported {
        let edits = vec![Edit { at: self.find(self.values, "false"), text: "true".to_owned() }];
        Reported { fix: Some(Fix { class: PatchClass::Review, edits }), ..reported(self.no_failover(root)) }
    }

    /// Accepted by the settings, or beside what it is about.
    pub(crate) fn waived_by(&self, is_in_source: bool) -> Reported {
        let place = if is_in_source { self.find(self.module, "num_cache") } else { self.find(self.settings, "waiver") };
        waived_at(self.no_failover("stages/test/main"), place)
    }

    /// Everything that a report can hold.
    pub(crate) fn everything(&self) -> Report {
        let warning = Diagnostic { level: Level::Warning, ..self.duplicate() };
        let findings = vec![
            self.fixable("stages/prod/main"),
            self.fixable("stages/test/main"),
            self.waived_by(false),
            self.waived_by(true),
            reported(self.rule_error()),
            reported(self.undecided()),
            reported(self.meaningful()),
        ];
        let about = About {
            title: Some("Redis does not fail over".to_owned()),
            severity: Some(Severity::High),
            why: Some("Somebody has to promote a replica by hand.".to_owned()),
            help: Some("automatic_failover_enabled = true".to_owned()),
            controls: Some(vec!["Security Hub ElastiCache.3".to_owned()]),
            category: Some("security".to_owned()),
            docs: Some("https://example.com/redis-ha".to_owned()),
            tags: Some(vec!["aws".to_owned()]),
            ..About::default()
        };
        Report {
            findings,
            information: vec![self.information("stages/test/main")],
            diagnostics: vec![
                Diagnostic::placeless("No such path", "There is no \"stages/tset\"."),
                self.syntax_error(),
                warning,
            ],
            summary: Summary {
                root_modules: 2,
                resource_instances: 118,
                passed: 310,
                failed: 3,
                undecided: 1,
                waived: 2,
                known: 1,
                errors: 3,
                ..Summary::default()
            },
            fail_on: Level::Error,
            checks: vec![DescribedCheck { id: self.no_failover("").check, about }],
            plans: vec![],
            facts: Arc::default(),
            now: "2026-11-24T00:00:00Z".parse().expect("a time"),
            apart: Apart { known: vec![reported(self.no_failover("stages/known/main"))], ..Apart::default() },
        }
    }

    /// A place far into a line of 100,000 characters, and a value that came through fifty locals.
    pub(crate) fn long(&self) -> Finding {
        let padding = "é, ".repeat(30_000);
        let file = self.sources.add("stages/test/main/long.tf", format!("x = [{padding}HERE, {padding}]\n"));
        let lines: String = (0..50).map(|i| format!("  l{i:02} = local.l{:02}\n", i + 1)).collect();
        let locals = self.sources.add("stages/test/main/locals.tf", format!("locals {{\n{lines}}}\n"));
        let hop = |i: i32| self.hop(What::Local, locals, &format!("l{i:02} ="), &format!("l{i:02}"));
        Finding {
            place: self.find(file, "HERE"),
            origin: (0..50).map(hop).collect(),
            ..self.no_failover("stages/test/main")
        }
    }

    /// Findings on every line of one file.
    pub(crate) fn many(&self, count: usize) -> Vec<Finding> {
        let lines: String = (0..count).map(|i| format!("bucket_{i} = \"{}\"\n", "x".repeat(100))).collect();
        let file = self.sources.add("stages/test/main/large.tf", lines);
        let one = self.no_failover("stages/test/main");
        let text = &self.sources.get(file).text;
        let starts = text.match_indices("bucket_").map(|(at, _)| offset(at));
        starts.map(|at| Finding { place: Place::new(file, Span::new(at, at + 8)), ..one.clone() }).collect()
    }
}

pub(crate) fn reported(finding: Finding) -> Reported {
    Reported { finding, fix: None, waiver: None }
}

pub(crate) fn waived(finding: Finding) -> Reported {
    let place = finding.policy_at;
    waived_at(finding, place)
}

fn waived_at(finding: Finding, place: Place) -> Reported {
    let waiver = Waiver {
        check: "redis-ha/no-failover".to_owned(),
        check_at: place,
        root_module: Some("stages/test/main".to_owned()),
        workspace: None,
        stage: None,
        within: None,
        owner: None,
        address: None,
        reason: "rebuilt on demand".to_owned(),
        until: "2027-01-31".parse().ok(),
        place,
    };
    Reported { finding, fix: None, waiver: Some(Arc::new(waiver)) }
}
