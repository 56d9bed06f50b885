//! Several reports at once, their files, and how much people are told.

use std::fs;

use super::{repository::Repository, running::Run};

const CHECK: [&str; 4] = ["check", "--rules", "policies", "--no-default-rules"];

fn check(repo: &Repository, more: &[&str]) -> Run {
    repo.run(&[&CHECK[..], more].concat())
}

#[test]
fn every_report_goes_to_its_place() {
    let repo = Repository::new();
    let more =
        ["--format", "sarif", "--output", "a.sarif", "--format", "junit", "--output", "b.xml", "--format", "github"];
    let run = check(&repo, &more);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{run:?}");
    assert!(run.stdout.starts_with("::error file=modules/bucket/main.tf,line=12,"), "{}", run.stdout);
    assert!(repo.read("b.xml").starts_with("<?xml"));
    for (format, file) in [("sarif", "a.sarif"), ("junit", "b.xml")] {
        assert_eq!(check(&repo, &["--format", format]).stdout, repo.read(file), "{format}");
    }
}

#[test]
fn every_format_parses_and_has_the_same_exit_code() {
    let repo = Repository::new();
    for format in ["human", "json", "sarif", "junit", "github", "gitlab", "checkstyle", "markdown"] {
        let run = check(&repo, &["--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{format}");
        match format {
            "json" | "sarif" | "gitlab" => {
                let parsed = serde_json::from_str::<serde_json::Value>(&run.stdout);
                assert!(parsed.is_ok(), "{format}: {parsed:?}");
            }
            "junit" | "checkstyle" => assert!(roxmltree::Document::parse(&run.stdout).is_ok(), "{}", run.stdout),
            _ => assert!(run.stdout.contains("Bucket images is destroyed"), "{}", run.stdout),
        }
    }
}

#[test]
fn two_reports_in_one_place_are_refused() {
    let repo = Repository::new();
    let run = check(&repo, &["--format", "json", "--format", "human"]);
    let expected = "error: the reports json and human would both be written to the standard output: give one of them a file, \
                    as in --format json --output FILE --format human\n";
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (2, "", expected));
}

#[test]
fn a_file_is_written_wholly_or_not_at_all() {
    let repo = Repository::new();
    repo.write("out/report.json", "what was there");
    let save = ["--format", "json", "--output", "out/report.json"];
    // The second report has nowhere to go; the folder of the first holds nothing but it.
    let run = check(&repo, &[&save[..], &["--format", "sarif", "--output", "no/such/folder/x"]].concat());
    assert_eq!(run.code, 2, "{run:?}");
    let names = || -> Vec<String> {
        let entries = fs::read_dir(repo.path("out")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    };
    assert_eq!(names(), ["report.json"]);
    assert!(check(&repo, &save).code == 1 && repo.read("out/report.json").ends_with("}\n"));
    assert_eq!(names(), ["report.json"]);
    let run = check(&repo, &["--output", "out"]);
    assert!(run.code == 2 && run.stderr.contains("cannot write"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_link_and_the_mode_of_a_file_stay() {
    use std::os::unix::fs::PermissionsExt;
    let repo = Repository::new();
    repo.write("real.json", "");
    fs::set_permissions(repo.path("real.json"), fs::Permissions::from_mode(0o640)).expect("a mode");
    std::os::unix::fs::symlink("real.json", repo.path("link.json")).expect("a link");
    assert_eq!(check(&repo, &["--format", "json", "--output", "link.json"]).code, 1);
    assert!(fs::symlink_metadata(repo.path("link.json")).expect("it is there").is_symlink());
    assert_eq!(fs::metadata(repo.path("real.json")).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert!(repo.read("real.json").starts_with('{'));
    // What is no file is written to as it is.
    let run = check(&repo, &["--format", "json", "--output", "/dev/stdout"]);
    assert_eq!(run.stdout, repo.read("real.json"));
}

#[test]
fn as_much_as_people_want() {
    let repo = Repository::new();
    let summary = check(&repo, &["--summary"]);
    let expected = "error    bucket-kept/no-force-destroy  1 failed in 1 root module\n\
                    warning  bucket-kept/no-force-destroy  1 undecided in 1 root module\n\nchecked 1 root module";
    assert!(summary.stdout.starts_with(expected), "{}", summary.stdout);
    let one = check(&repo, &["--max", "1"]);
    assert!(one.stdout.contains("not told (--max 1): 1 of bucket-kept/no-force-destroy\n"), "{}", one.stdout);
    assert_eq!((summary.code, one.code), (1, 1));
    let verbose = check(&repo, &["--verbose"]);
    let names: Vec<&str> = verbose.stderr.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["read", "evaluated", "judged", "reported", "in"], "{}", verbose.stderr);
    assert!(verbose.stderr.contains("4 files, "), "{}", verbose.stderr);
    assert_eq!(verbose.stdout, check(&repo, &[]).stdout);
    let both = check(&repo, &["--verbose", "--quiet"]);
    assert!(both.code == 2 && both.stderr.contains("cannot be used with"), "{both:?}");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let repo = Repository::new();
    let colored = |more: &[&str]| check(&repo, more).stdout.contains('\u{1b}');
    assert!(!colored(&[]) && !colored(&["--color", "never"]) && colored(&["--color", "always"]));
    let arguments = [&CHECK[..], &["--color", "always"]].concat();
    let asked = repo.command(&arguments).env("NO_COLOR", "1").output().expect("the binary runs");
    assert!(asked.stdout.contains(&0x1b), "who asks by an option counts more");
}

/// Examples in `docs/formats.md`: a comment with the command, and the block after it.
fn examples(page: &str) -> Vec<(Vec<&str>, std::ops::Range<usize>)> {
    let mut found = Vec::new();
    let (mark, end) = ("<!-- infralint ", " -->\n");
    for (at, _) in page.match_indices(mark) {
        let rest = &page[at + mark.len()..];
        let (arguments, block) = rest.split_once(end).expect("a whole comment");
        let (fence, inside) = block.split_once('\n').expect("a block");
        let ticks = &fence[..fence.find(|c| c != '`').unwrap_or(fence.len())];
        let start = page.len() - inside.len();
        let length = inside.find(&format!("{ticks}\n")).expect("the end of the block");
        found.push((arguments.split(' ').collect(), start..start + length));
    }
    found
}

fn page() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md")
}

#[test]
fn examples_of_the_page_are_real() {
    let (repo, page) = (Repository::new(), fs::read_to_string(page()).expect("the page"));
    let examples = examples(&page);
    assert_eq!(examples.len(), 7);
    for (arguments, block) in examples {
        assert_eq!(&page[block], repo.run(&arguments).stdout, "{arguments:?}: see the page for how to record it");
    }
}

#[test]
#[ignore = "writes docs/formats.md anew"]
fn record() {
    let (repo, mut text) = (Repository::new(), fs::read_to_string(page()).expect("the page"));
    let examples: Vec<(String, std::ops::Range<usize>)> =
        examples(&text).into_iter().map(|(arguments, block)| (repo.run(&arguments).stdout, block)).collect();
    for (printed, block) in examples.into_iter().rev() {
        text.replace_range(block, &printed);
    }
    fs::write(page(), text).expect("the page is written");
}
