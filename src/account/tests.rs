use super::*;
use crate::value::Value;

fn site(account: &str, region: &str) -> Site {
    Site { account: account.to_owned(), region: region.to_owned(), ..Site::default() }
}

fn facts(sites: Vec<Site>) -> Facts {
    Facts { recorded: vec![Recorded { source: Source::Live, at: Timestamp::UNIX_EPOCH, sites }] }
}

const ONE: &str = "111111111111";
const TWO: &str = "222222222222";

fn asked(root: &str) -> Asked {
    Asked { root_module: root.to_owned(), provider: "aws".to_owned() }
}

fn provider(account: Option<&str>, region: Option<&str>) -> Value {
    let mut entries = Vec::new();
    entries.extend(account.map(|id| ("allowed_account_ids".into(), Value::tuple(vec![Value::string(id)]))));
    entries.extend(region.map(|region| ("region".into(), Value::string(region))));
    Value::object(entries)
}

#[test]
fn the_site_of_a_provider() {
    let two = || facts(vec![site(ONE, "eu-west-1"), site(TWO, "eu-west-1"), site(TWO, "us-east-1")]);
    let recorded = || {
        let for_main = Site { asked_for: vec![asked("main")], ..site(ONE, "eu-west-1") };
        facts(vec![for_main, site(TWO, "eu-west-1")])
    };
    let cases = [
        (two(), "main", provider(Some(TWO), Some("us-east-1")), None, Some((TWO, "us-east-1"))),
        (two(), "main", provider(Some(TWO), Some("us-east-1")), Some("eu-west-1"), Some((TWO, "eu-west-1"))),
        (two(), "main", provider(Some(ONE), Some("us-east-1")), None, None),
        // Which of two accounts is never guessed.
        (two(), "main", provider(None, Some("eu-west-1")), None, None),
        (
            facts(vec![site(ONE, "eu-west-1")]),
            "main",
            provider(None, Some("eu-west-1")),
            None,
            Some((ONE, "eu-west-1")),
        ),
        (facts(vec![site(ONE, "eu-west-1")]), "main", provider(None, None), None, None),
        // Asked with this configuration: whatever it leaves to the environment.
        (recorded(), "main", provider(None, None), None, Some((ONE, "eu-west-1"))),
        (recorded(), "other", provider(None, Some("eu-west-1")), None, None),
    ];
    for (facts, root, attrs, region, expected) in cases {
        let found = facts.site(&asked(root), Configured(Some(&attrs)), region);
        assert_eq!(found.map(|site| (&*site.account, &*site.region)), expected, "{root} {attrs:?} {region:?}");
    }
}

#[test]
fn the_same_facts_are_the_same_bytes() {
    let vpc = |id: &str| Vpc { id: id.to_owned(), ..Vpc::default() };
    let one = Site { vpcs: Some(vec![vpc("vpc-2"), vpc("vpc-1")]), ..site(ONE, "eu-west-1") };
    let other = Site { vpcs: Some(vec![vpc("vpc-1"), vpc("vpc-2")]), ..site(ONE, "eu-west-1") };
    let text = |sites| Document::new(Timestamp::UNIX_EPOCH, sites).text().expect("JSON");
    assert_eq!(text(vec![site(TWO, "a"), one.clone()]), text(vec![other, site(TWO, "a")]));
    let (read, at) = Document::read(text(vec![one]).as_bytes()).expect("a document");
    assert_eq!(at, Timestamp::UNIX_EPOCH);
    assert_eq!(read.sites[0].vpcs.as_ref().map(|vpcs| vpcs[0].id.as_str()), Some("vpc-1"));
}

#[test]
fn what_is_no_document() {
    let cases = [
        ("", "EOF"),
        ("[]", "no \"version\""),
        ("{\"version\": 2}", "the version 2"),
        ("{\"version\": 1, \"recorded_at\": \"yesterday\", \"sites\": []}", "recorded_at"),
        ("{\"version\": 1, \"recorded_at\": \"2026-11-24T08:00:00Z\", \"sites\": [], \"vpcs\": 1}", "vpcs"),
        (
            "{\"version\": 1, \"recorded_at\": \"2026-11-24T08:00:00Z\", \"sites\": [{\"account\": \"1\", \"region\": \"a\"}]}",
            "no id of an account",
        ),
    ];
    for (text, expected) in cases {
        let error = Document::read(text.as_bytes()).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn filters() {
    let vpc = |id: &str, name: &str| Vpc {
        id: id.to_owned(),
        cidr_block: "10.0.0.0/16".to_owned(),
        tags: Tags::from([("Name".to_owned(), name.to_owned())]),
        ..Vpc::default()
    };
    let all = [vpc("vpc-1", "main"), vpc("vpc-2", "mail"), vpc("vpc-3", "tools")];
    let filter = |name: &str, values: &[&str]| Filter {
        name: name.to_owned(),
        values: values.iter().map(ToString::to_string).collect(),
    };
    let cases: [(Vec<Filter>, Option<&[&str]>); 7] = [
        (vec![], Some(&["vpc-1", "vpc-2", "vpc-3"])),
        (vec![filter("tag:Name", &["mai?"])], Some(&["vpc-1", "vpc-2"])),
        (vec![filter("tag:Name", &["main", "tools"])], Some(&["vpc-1", "vpc-3"])),
        (vec![filter("tag:Name", &["ma*"]), filter("vpc-id", &["vpc-2"])], Some(&["vpc-2"])),
        (vec![filter("tag:Other", &["*"])], Some(&[])),
        (vec![filter("is-default", &["true"])], Some(&[])),
        (vec![filter("of-tomorrow", &["true"])], None),
    ];
    for (filters, expected) in cases {
        let found = matching(&all, &filters).map(|found| found.iter().map(|vpc| vpc.id.as_str()).collect::<Vec<_>>());
        assert_eq!(found.as_deref(), expected, "{filters:?}");
    }
}
