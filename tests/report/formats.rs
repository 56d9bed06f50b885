//! Every format, read by what it is made for: a validator of its schema, or a parser as its readers have.

use std::collections::{BTreeMap, BTreeSet};

use infralint::{
    check::{Apart, Report},
    report::{checkstyle, github, gitlab, junit, markdown, sarif},
    source::Sources,
};
use roxmltree::{Document, Node};
use serde_json::Value;

use super::repository::TestRepository;

/// A report, and what a format makes of it.
fn everything<T>(write: impl Fn(&Sources, &Report) -> T) -> T {
    let repo = TestRepository::new();
    write(&repo.sources, &repo.everything())
}

fn valid_sarif(sources: &Sources, report: &Report) -> Value {
    let text = sarif(sources, report).expect("a report has a JSON form");
    let schema = serde_json::from_str(include_str!("sarif-schema-2.1.0.json")).expect("the schema is JSON");
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("sarif.json", schema).expect("the schema is a resource");
    let index = compiler.compile("sarif.json", &mut schemas).expect("the schema is a schema");
    let value = serde_json::from_str(&text).expect("a report is JSON");
    if let Err(error) = schemas.validate(&value, index) {
        panic!("the report is not as SARIF's schema says: {error:#}\n{text}");
    }
    value
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no text {pointer} in {value:#}"))
}

fn list<'v>(value: &'v Value, pointer: &str) -> &'v [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[test]
fn sarif_is_valid_and_has_a_home_for_everything() {
    let log = everything(valid_sarif);
    insta::assert_snapshot!("everything_sarif", format!("{log:#}"));
    let run = &log["runs"][0];
    let kinds: Vec<(&str, &str, usize)> = list(run, "/results")
        .iter()
        .map(|result| (text(result, "/kind"), text(result, "/level"), list(result, "/suppressions").len()))
        .collect();
    let expected = [
        ("fail", "error", 0),
        ("fail", "warning", 0),
        ("fail", "error", 0),
        ("fail", "error", 0),
        ("fail", "error", 1),
        ("fail", "error", 1),
        ("open", "none", 0),
        ("fail", "error", 0),
        ("fail", "error", 1),
        ("informational", "none", 0),
    ];
    assert_eq!(kinds, expected);
    let notifications = list(run, "/invocations/0/toolExecutionNotifications");
    assert_eq!(notifications.len(), 2, "{notifications:#?}");
    assert_eq!(text(&notifications[0], "/descriptor/id"), "configuration/no-such-path");
    assert_eq!(text(&notifications[1], "/associatedRule/id"), "redis-ha/no-failover");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
}

/// What the schema cannot say: indexes, and that every region lies in its file.
#[test]
fn sarif_is_consistent() {
    let repo = TestRepository::new();
    let log = valid_sarif(&repo.sources, &repo.everything());
    let run = &log["runs"][0];
    let rules = list(run, "/tool/driver/rules");
    for result in list(run, "/results") {
        let index = result["ruleIndex"].as_u64().and_then(|index| usize::try_from(index).ok()).expect("an index");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["kind"] == "fail" || result["level"] == "none", "{result:#}");
    }
    let ids: BTreeSet<&str> = rules.iter().map(|rule| text(rule, "/id")).collect();
    assert_eq!(ids.len(), rules.len());
    let prints: BTreeSet<&str> =
        list(run, "/results").iter().map(|result| text(result, "/partialFingerprints/infralint~1v1")).collect();
    assert_eq!(prints.len(), list(run, "/results").len());
}

#[test]
fn the_way_of_a_value_is_a_code_flow_that_ends_where_it_is_judged() {
    let log = everything(valid_sarif);
    let result = &list(&log, "/runs/0/results")[3];
    let steps: Vec<(String, u64)> = list(result, "/codeFlows/0/threadFlows/0/locations")
        .iter()
        .map(|step| {
            let line = step.pointer("/location/physicalLocation/region/startLine").and_then(Value::as_u64);
            (text(step, "/location/message/text").to_owned(), line.expect("a line"))
        })
        .collect();
    let expected = [
        ("highly_available (variable file)", 2),
        ("local.ha (local)", 2),
        ("ha (module argument)", 7),
        ("automatic_failover_enabled (attribute)", 3),
    ];
    assert_eq!(steps, expected.map(|(text, line)| (text.to_owned(), line)));
}

/// A reader that makes the edits of a log gets what `infralint fix` writes.
#[test]
fn a_fix_of_sarif_is_the_edit() {
    let repo = TestRepository::new();
    let log = valid_sarif(&repo.sources, &repo.everything());
    let change = &list(&log, "/runs/0/results")[3]["fixes"][0]["artifactChanges"][0];
    assert_eq!(text(change, "/artifactLocation/uri"), "stages/test/main/terraform.tfvars");
    let replacement = &change["replacements"][0];
    let at = |name: &str| {
        let number = replacement["deletedRegion"][name].as_u64().expect("a number");
        usize::try_from(number).expect("a small number")
    };
    let line = "highly_available = false";
    assert_eq!((at("startLine"), at("endLine")), (2, 2));
    let mended = format!(
        "{}{}{}",
        &line[..at("startColumn") - 1],
        text(replacement, "/insertedContent/text"),
        &line[at("endColumn") - 1..]
    );
    assert_eq!(mended, "highly_available = true");
}

#[test]
fn a_waiver_is_a_suppression_of_its_kind() {
    let log = everything(valid_sarif);
    let suppressions = list(&log, "/runs/0/results").iter().flat_map(|result| list(result, "/suppressions"));
    let told: Vec<(&str, &str)> = suppressions.map(|one| (text(one, "/kind"), text(one, "/justification"))).collect();
    let expected =
        [("external", "rebuilt on demand"), ("inSource", "rebuilt on demand"), ("external", "in the baseline")];
    assert_eq!(told, expected);
}

/// Lines that move change no fingerprint; another value does.
#[test]
fn fingerprints_outlast_moved_lines() {
    let prints = |repo: &TestRepository, report: &Report| -> Vec<String> {
        let log = valid_sarif(&repo.sources, report);
        let print = |result: &Value| text(result, "/partialFingerprints/infralint~1v1").to_owned();
        list(&log, "/runs/0/results").iter().map(print).collect()
    };
    let repo = TestRepository::new();
    let mut report = repo.everything();
    let before = prints(&repo, &report);
    for reported in &mut report.findings {
        let file = repo.sources.get(reported.finding.place.file);
        let moved = repo.sources.add(&*file.path, format!("# one line more\n\n{}", file.text));
        reported.finding.place.file = moved;
        reported.finding.place.span.start += 17;
        reported.finding.place.span.end += 17;
    }
    assert_eq!(prints(&repo, &report), before);
    report.findings[0].finding.message.push('!');
    let after = prints(&repo, &report);
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after).count();
    assert_eq!(changed, 1);
}

fn attribute<'n>(node: Node<'n, '_>, name: &str) -> &'n str {
    node.attribute(name).unwrap_or_else(|| panic!("{node:?} has no {name}"))
}

fn children<'a, 'i>(node: Node<'a, 'i>, name: &'static str) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

#[test]
fn junit_counts_what_it_holds_and_has_a_home_for_everything() {
    let xml = everything(junit);
    insta::assert_snapshot!("everything_junit", xml);
    let document = Document::parse(&xml).expect("it is XML");
    let root = document.root_element();
    assert!(root.has_tag_name("testsuites"));
    let (mut cases, mut names) = (BTreeMap::new(), BTreeSet::new());
    for suite in children(root, "testsuite") {
        let mut of_suite = BTreeMap::from([("tests", 0), ("failure", 0), ("error", 0), ("skipped", 0)]);
        for case in children(suite, "testcase") {
            let name = (attribute(case, "classname"), attribute(case, "name"));
            assert!(names.insert((name.0.to_owned(), name.1.to_owned())), "{name:?} is there twice");
            let outcome = case.first_element_child().map_or("passed", |child| child.tag_name().name());
            *of_suite.entry("tests").or_default() += 1;
            *of_suite.entry(outcome).or_default() += 1;
            *cases.entry(outcome.to_owned()).or_insert(0) += 1;
        }
        let counts = [("tests", "tests"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")];
        for (name, outcome) in counts {
            assert_eq!(attribute(suite, name), of_suite[outcome].to_string(), "{name} of {suite:?}");
        }
    }
    // Three that failed; two mistakes and a rule; one undecided, two waived, one in the baseline.
    let expected = [("error", 3), ("failure", 3), ("skipped", 4)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(cases, BTreeMap::from(expected));
    let said: String =
        document.descendants().filter(|node| node.has_tag_name("system-out")).filter_map(|n| n.text()).collect();
    assert!(said.contains("Duplicate module call") && said.contains("3.22 GiB"), "{said}");
}

#[test]
fn junit_of_nothing_has_a_test_that_passes() {
    let repo = TestRepository::new();
    let apart = Apart::default();
    let report = Report { findings: vec![], diagnostics: vec![], information: vec![], apart, ..repo.everything() };
    let xml = junit(&repo.sources, &report);
    let document = Document::parse(&xml).expect("it is XML");
    assert_eq!(attribute(document.root_element(), "tests"), "1");
    assert_eq!(document.descendants().filter(|node| node.has_tag_name("testcase")).count(), 1);
}

#[test]
fn what_is_undecided_and_fails_the_run_is_a_failure() {
    let repo = TestRepository::new();
    let mut report = repo.everything();
    report.findings.retain(|reported| reported.finding.undecided.is_some());
    let failures = |report: &Report| junit(&repo.sources, report).matches("<failure type=\"undecided\"").count();
    assert_eq!(failures(&report), 0);
    report.fail_on = infralint::diag::Level::Warning;
    assert_eq!(failures(&report), 1);
}

#[test]
fn checkstyle_has_a_home_for_everything() {
    let xml = everything(checkstyle);
    insta::assert_snapshot!("everything_checkstyle", xml);
    let document = Document::parse(&xml).expect("it is XML");
    let root = document.root_element();
    assert!(root.has_tag_name("checkstyle"));
    let mut severities = BTreeMap::new();
    for file in root.children().filter(Node::is_element) {
        assert!(file.has_tag_name("file") && !attribute(file, "name").is_empty());
        for error in file.children().filter(Node::is_element) {
            assert!(error.has_tag_name("error"));
            for number in ["line", "column"] {
                assert!(attribute(error, number).parse::<u32>().is_ok_and(|number| number > 0));
            }
            assert!(!attribute(error, "message").is_empty() && attribute(error, "source").starts_with("infralint."));
            *severities.entry(attribute(error, "severity").to_owned()).or_insert(0) += 1;
        }
    }
    let expected = [("error", 6), ("ignore", 3), ("info", 1), ("warning", 2)];
    assert_eq!(severities, BTreeMap::from(expected.map(|(name, count)| (name.to_owned(), count))));
}

#[test]
fn gitlab_gets_what_it_asks_for() {
    let json = everything(gitlab).expect("a report has a JSON form");
    insta::assert_snapshot!("everything_gitlab", json);
    let issues: Vec<Value> = serde_json::from_str(&json).expect("it is a list");
    assert_eq!(issues.len(), 12);
    let words = ["info", "minor", "major", "critical", "blocker"];
    for issue in &issues {
        for name in ["description", "check_name", "fingerprint", "severity"] {
            assert!(!text(issue, &format!("/{name}")).is_empty(), "{issue:#}");
        }
        assert!(words.contains(&text(issue, "/severity")), "{issue:#}");
        let path = text(issue, "/location/path");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0), "{issue:#}");
    }
    let prints: BTreeSet<&str> = issues.iter().map(|issue| text(issue, "/fingerprint")).collect();
    assert_eq!(prints.len(), issues.len(), "GitLab shows one of those with the same fingerprint");
}

/// A workflow command as the runner reads it: properties and message, unescaped.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    message: String,
}

/// As the runner does: a line that begins with `::` is a command, up to the next `::`; after it comes the message.
fn commands(log: &str) -> Vec<Command> {
    let unescaped = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
    let property = |text: &str| unescaped(text).replace("%3A", ":").replace("%2C", ",").replace("%25", "%");
    let command = |line: &str| {
        let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
        let (name, rest) = head.split_once(' ').unwrap_or((head, ""));
        let pairs = rest.split(',').filter_map(|pair| pair.split_once('='));
        Some(Command {
            name: name.to_owned(),
            properties: pairs.map(|(key, value)| (key.to_owned(), property(value))).collect(),
            message: unescaped(message).replace("%25", "%"),
        })
    };
    log.lines().filter_map(command).collect()
}

#[test]
fn github_annotates_and_takes_no_orders() {
    let log = everything(github);
    insta::assert_snapshot!("everything_github", log);
    let commands = commands(&log);
    let told: Vec<(&str, &str)> =
        commands.iter().map(|command| (command.name.as_str(), command.properties["title"].as_str())).collect();
    let expected = [
        ("error", "configuration/no-such-path"),
        ("error", "configuration/invalid-expression"),
        ("error", "redis-ha/no-failover"),
        ("error", "redis-ha/no-failover"),
        ("error", "redis-ha/no-failover"),
        ("warning", "configuration/duplicate-module-call"),
        ("warning", "redis-ha/no-replica"),
    ];
    assert_eq!(told, expected);
    // What was found in two root modules is one annotation.
    assert!(commands[2].message.contains("In stages/prod/main") && commands[2].message.contains("In stages/test/main"));
    let known = ["file", "line", "endLine", "col", "endColumn", "title"];
    assert!(commands.iter().flat_map(|command| command.properties.keys()).all(|name| known.contains(&name.as_str())));
    let hostile = commands.iter().find(|c| c.message.contains("injected")).expect("the hostile one");
    assert_eq!(hostile.properties["file"], "stages/test/main/\u{1b}[2J,%:|`<a>&\"#.tf");
    assert!(hostile.message.contains("50%\n::error::injected\\r\n##[error]x"), "{hostile:?}");
    let rest: Vec<&str> = log.lines().filter(|line| !line.starts_with("::")).collect();
    assert!(rest.iter().all(|line| !line.contains("##[")), "{rest:?}");
    assert!(rest.iter().any(|line| line.starts_with("waived redis-ha/no-failover: ")), "{rest:?}");
    assert!(rest.iter().any(|line| line.starts_with("in the baseline redis-ha/no-failover: ")), "{rest:?}");
    assert!(rest.iter().any(|line| line.starts_with("info redis-ha/no-failover: ")), "{rest:?}");
    assert!(rest.last().is_some_and(|line| line.starts_with("infralint checked 2 root modules")), "{rest:?}");
}

#[test]
fn markdown_is_a_page_that_shows_text_as_text() {
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
    let page = everything(markdown);
    insta::assert_snapshot!("everything_markdown", page);
    let (mut plain, mut rows, mut headings, mut html) = (String::new(), 0, Vec::new(), BTreeSet::new());
    let mut heading = None;
    for event in Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_GFM) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => headings.extend(heading.take()),
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link out of a message: {page}"),
            Event::Html(tag) | Event::InlineHtml(tag) => {
                let tags = tag.split_inclusive('>').map(str::trim).filter(|tag| tag.starts_with('<'));
                html.extend(tags.map(str::to_owned));
            }
            Event::Text(text) | Event::Code(text) => {
                heading.iter_mut().for_each(|heading| heading.push_str(&text));
                plain.push_str(&text);
            }
            _ => {}
        }
    }
    assert_eq!(rows, 4, "{page}");
    let expected = [
        "infralint: not everything could be checked, so nothing here is approved",
        "About the configuration",
        "Makes the run fail",
        "Found besides",
        "Waived",
        "In the baseline",
        "Information",
    ];
    assert_eq!(headings, expected);
    let allowed = ["<!-- -->", "<details>", "<summary>", "</details>"];
    assert!(html.iter().all(|tag| allowed.contains(&tag.as_str()) || tag.ends_with("</summary>")), "{html:?}");
    assert!(plain.contains("@team see #1 & <b>|x|</b> `y` ``z`` *w* _v_ [a](http://b)"), "{plain}");
    assert!(!page.contains("@team") && !page.contains(" #1"), "{page}");
}

#[test]
fn a_comment_has_room_for_what_matters() {
    let repo = TestRepository::new();
    let mut report = repo.everything();
    report.findings = repo.many(5_000).into_iter().map(super::repository::reported).collect();
    let page = markdown(&repo.sources, &report);
    assert!(page.len() < 65_536, "{}", page.len());
    assert!(page.contains("more, for which there is no room here"), "{}", &page[page.len() - 500..]);
}

/// Of texts of the command line and the like nothing is lost, and nothing points to a file that is not there.
#[test]
fn what_stands_in_no_file_is_told_all_the_same() {
    let repo = TestRepository::new();
    let mut report = repo.everything();
    let nowhere = repo.sources.add("-var x", "x = 1\n");
    report.diagnostics.clear();
    report.information.clear();
    report.apart = Apart::default();
    report.findings.truncate(1);
    report.findings[0].finding.place.file = nowhere;
    report.findings[0].finding.origin.clear();
    let log = valid_sarif(&repo.sources, &report);
    let location = &log["runs"][0]["results"][0]["locations"][0];
    assert!(location.get("physicalLocation").is_none() && !list(location, "/logicalLocations").is_empty());
    let issues: Value = serde_json::from_str(&gitlab(&repo.sources, &report).expect("JSON")).expect("JSON");
    assert_eq!(text(&issues[0], "/location/path"), "stages/prod/main");
    assert!(github(&repo.sources, &report).starts_with("::error title=redis-ha/no-failover::"));
    assert!(checkstyle(&repo.sources, &report).contains("<file name=\"stages/prod/main\">"));
    assert_eq!(junit(&repo.sources, &report).matches(" file=").count(), 0);
    assert!(markdown(&repo.sources, &report).contains("`redis-ha/no-failover`"));
}
