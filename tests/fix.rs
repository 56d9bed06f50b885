//! `infralint fix` on every repository of `tests/verdicts/`: what it mends is gone, what was formatted stays so, and
//! what no patch speaks of stays as it is. And each form of an edit, byte for byte.

#![expect(clippy::print_stderr, clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "the support code serves other tests too")]

mod checking;

use std::{
    collections::BTreeSet,
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use checking::Checked;
use infralint::{
    fix::{self, Mended},
    policy::PatchClass,
};

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The repositories of the verdict tables of the five rules, each in a folder of its own.
fn repositories(into: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for rule in ["aurora-multi-az", "cidr-overlap", "redis-ha", "s3-encrypted", "state-locking"] {
        let table = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/verdicts/{rule}.txt"));
        for (i, case) in fs::read_to_string(table).unwrap().split("\n=== ").skip(1).enumerate() {
            let folder = into.join(format!("{rule}-{i:03}"));
            for section in format!("\n{case}").split("\n--- ").skip(1) {
                let (path, text) = section.split_once('\n').unwrap_or((section, ""));
                if path != "expected" {
                    write(&folder, path, &format!("{}\n", text.trim_end_matches('\n')));
                }
            }
            found.push(folder);
        }
    }
    found
}

fn mended(folder: &Path, review: bool) -> Mended {
    let folder = folder.canonicalize().unwrap();
    fix::mend(&folder, &Checked::request(&folder), review)
}

/// Files that `terraform fmt` would write otherwise; none, said loudly, where there is no Terraform.
fn unformatted(folder: &Path) -> BTreeSet<String> {
    let Ok(answer) = Command::new("terraform").args(["fmt", "-check", "-recursive"]).arg(folder).output() else {
        eprintln!("NOT held against terraform fmt: there is no terraform here");
        return BTreeSet::new();
    };
    String::from_utf8(answer.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Mends a repository on the disk; the checks that are mended.
fn mended_safely(repository: &Path) -> BTreeSet<String> {
    let mended = mended(repository, false);
    for file in &mended.changed {
        fs::write(repository.join(&*file.path), file.after.as_bytes()).unwrap();
    }
    if mended.mended.is_empty() {
        assert!(mended.changed.is_empty(), "{}: changed for nothing", repository.display());
        return BTreeSet::new();
    }
    // Judged from the disk, and not by what the run itself says.
    let after = Checked::folder(repository);
    for (subject, class) in &mended.mended {
        assert_eq!(*class, PatchClass::Safe);
        let same = |finding: &infralint::policy::Finding| {
            finding.patch.is_some()
                && finding.check.to_string() == subject.check
                && finding.address.clone().unwrap_or_default() == subject.address
                && *finding.root_module == *subject.root_module
        };
        let still = after.report.findings.iter().any(|reported| same(&reported.finding));
        assert!(!still, "{}: {} is still there", repository.display(), subject.check);
    }
    mended.mended.into_iter().map(|(subject, _)| subject.check).collect()
}

#[test]
fn every_safe_fix_leaves_what_checks_clean_and_formatted() {
    let folder = tempfile::tempdir().unwrap();
    let repositories = repositories(folder.path());
    let before = unformatted(folder.path());
    let next = AtomicUsize::new(0);
    let work = || {
        let mut checks = BTreeSet::new();
        while let Some(repository) = repositories.get(next.fetch_add(1, Ordering::Relaxed)) {
            checks.extend(mended_safely(repository));
        }
        checks
    };
    // Each is judged several times, and none of them takes long enough to need several threads.
    let threads = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let checks: BTreeSet<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let newly: Vec<String> = unformatted(folder.path()).difference(&before).cloned().collect();
    assert_eq!(newly, Vec::<String>::new(), "files that were formatted are not any more");
    let expected = [
        "aurora-multi-az/cluster-az-drift",
        "cidr-overlap/non-canonical",
        "s3-encrypted/bucket-key-off",
        "s3-encrypted/no-explicit-encryption",
        "state-locking/lock-disabled-on-cli",
        "state-locking/lock-table-unprotected",
        "state-locking/no-lock",
        "state-locking/state-not-encrypted",
    ];
    for check in expected {
        assert!(checks.contains(check), "no repository has {check} mended");
    }
}

/// What is made of one file, by all patches.
fn made(files: &[(&str, &str)], path: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(folder.path(), path, text);
    }
    let mended = mended(folder.path(), true);
    let changed = mended.changed.iter().find(|file| &*file.path == path);
    changed.map_or_else(|| format!("unchanged: {:?}", mended.left), |file| file.after.to_string())
}

const GROUP: &str = "\
variable \"nodes\" {
  default = 1 # one is enough, it was said
}

resource \"aws_elasticache_replication_group\" \"this\" {
  replication_group_id       = \"cache\"
  description                = \"Cache\"   # not formatted, and left alone
  node_type                  = \"cache.m6g.large\"
  num_cache_clusters         = NODES
  automatic_failover_enabled = true
}
";

#[test]
fn the_literal_that_decides_is_replaced_and_an_argument_is_put_in() {
    let before = GROUP.replace("NODES", "var.nodes");
    let expected = before
        .replace("default = 1 #", "default = 2 #")
        .replace("_enabled = true\n}", "_enabled = true\n  multi_az_enabled           = true\n}");
    assert_eq!(made(&[("main.tf", &before)], "main.tf"), expected);
}

#[test]
fn carriage_returns_stay_and_are_put_in() {
    let before = GROUP.replace("NODES", "var.nodes").replace('\n', "\r\n");
    let after = made(&[("main.tf", &before)], "main.tf");
    assert!(after.contains("default = 2 #"), "{after}");
    assert_eq!(after.matches('\n').count(), after.matches("\r\n").count());
}

#[test]
fn arithmetic_is_no_literal() {
    let before = GROUP.replace("NODES", "var.nodes * 1");
    let after = made(&[("main.tf", &before)], "main.tf");
    assert!(after.contains("default = 1 #") && after.contains("var.nodes * 1"), "{after}");
    assert!(after.contains("multi_az_enabled           = true"), "{after}");
}

#[test]
fn a_variable_file_is_mended_where_it_decides() {
    let main = GROUP.replace("NODES", "var.nodes");
    let values = "# sizes\nnodes   = 1\n";
    assert_eq!(made(&[("main.tf", &main), ("terraform.tfvars", values)], "terraform.tfvars"), "# sizes\nnodes   = 2\n");
}

const BACKEND: &str = "\
terraform {
  backend \"s3\" {
    bucket = \"states\"
    key    = \"main\"
    region = \"eu-west-1\"
  }
}
";

#[test]
fn a_serverless_reader_grows_with_its_writer() {
    let before = "\
resource \"aws_rds_cluster_instance\" \"reader\" {
  cluster_identifier = \"orders\"
  engine             = \"aurora-mysql\"
  instance_class     = \"db.serverless\"
  promotion_tier     = 2
}
";
    assert_eq!(made(&[("main.tf", before)], "main.tf"), before.replace("= 2", "= 1"));
}

#[test]
fn a_longer_name_gets_a_paragraph_of_its_own() {
    let after = made(&[("main.tf", BACKEND)], "main.tf");
    assert!(after.contains("\"eu-west-1\"\n\n    "), "{after}");
    assert!(after.contains("use_lockfile = true") && after.contains("encrypt"), "{after}");
    assert!(after.contains("    bucket = \"states\"\n    key    = \"main\"\n"), "{after}");
}

#[test]
fn a_word_is_taken_out_of_a_command_with_its_line() {
    let backend = BACKEND.replace("    region", "    use_lockfile = true\n    encrypt = true\n    region");
    let make =
        "plan:\n\tterraform plan \\\n\t  -lock=false \\\n\t  -out=plan\n\napply:\n\tterraform apply -lock=false plan\n";
    let after = made(&[("main.tf", &backend), ("Makefile", make)], "Makefile");
    assert_eq!(after, "plan:\n\tterraform plan \\\n\t  -out=plan\n\napply:\n\tterraform apply plan\n");
}

#[test]
fn a_resource_beside_a_repeated_one_is_repeated() {
    let bucket =
        "resource \"aws_s3_bucket\" \"media\" {\n  for_each = toset([\"a\", \"b\"])\n  bucket   = each.key\n}\n";
    let after = made(&[("stages/dev/main/main.tf", bucket)], "stages/dev/main/main.tf");
    assert!(after.starts_with(bucket), "{after}");
    assert!(
        after.contains("  for_each = aws_s3_bucket.media\n\n  bucket = aws_s3_bucket.media[each.key].id\n"),
        "{after}"
    );
}

#[test]
fn json_is_changed_only_where_a_literal_stands() {
    let text = r#"{"resource":{"aws_elasticache_replication_group":{"a":{"replication_group_id":"a","description":"a","node_type":"cache.m6g.large","num_cache_clusters":1,"automatic_failover_enabled":true,"multi_az_enabled":false}}}}"#;
    let expected = text.replace(":1,", ":2,").replace("multi_az_enabled\":false", "multi_az_enabled\":true");
    assert_eq!(made(&[("main.tf.json", text)], "main.tf.json"), expected);
}
