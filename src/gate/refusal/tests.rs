//! Each difference has a message of its own.

use super::*;

fn evidence() -> Evidence {
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Evidence {
        files: map(&[("main.tf", "1"), ("a.tfvars", "2"), ("m/.terraform/modules/x.tf", "3")]),
        looked_at: map(&[("m/policy.json", "4"), ("m/none.json", "absent")]),
        rules: map(&[("redis-ha.policy.hcl", "5")]),
        settings: Some("6".to_owned()),
        waivers: map(&[("redis-ha/no-replica", "7")]),
        tool: tool(),
    }
}

fn receipt() -> Receipt {
    Receipt {
        version: VERSION,
        made_at: "2026-01-02T03:04:05Z".parse().expect("a time"),
        root_module: "m".to_owned(),
        workspace: "default".to_owned(),
        terraform: "1.11.4".to_owned(),
        engine: "docker".to_owned(),
        image: "localhost/t:1".to_owned(),
        image_digest: "sha256:8".to_owned(),
        plan: super::super::PlanHashes { file: "9".to_owned(), json: "10".to_owned() },
        verdict: Verdict { good: true, passed: 3, failed: 0, undecided: 0, waived: 0, errors: 0 },
        evidence: evidence(),
    }
}

/// What speaks against applying after changes to the receipt and to what is there now.
fn refused(change: impl FnOnce(&mut Receipt, &mut Evidence)) -> Vec<String> {
    let (mut receipt, mut now) = (receipt(), evidence());
    change(&mut receipt, &mut now);
    let now = Now {
        time: "2026-01-02T05:04:05Z".parse().expect("a time"),
        max_age: SignedDuration::from_hours(8),
        root_module: "m",
        workspace: "default",
        plan_file: "9",
        evidence: &now,
        named: &now,
    };
    receipt.refusals(&now).iter().map(ToString::to_string).collect()
}

#[test]
fn nothing_speaks_against_it() {
    assert!(refused(|_, _| ()).is_empty());
}

type Change = fn(&mut Receipt, &mut Evidence);

#[test]
fn every_difference_is_named() {
    let cases: Vec<(Change, &str)> = vec![
        (|r, _| r.version = 9, "the receipt is of a form that this version does not know (9). Plan again."),
        (|r, _| r.root_module = "other".into(), "the plan was made for the root module other, not for m."),
        (|r, _| r.workspace = "dev".into(), "the plan was made in the workspace dev, and default is selected now."),
        (
            |r, _| r.made_at = "2026-01-01T01:00:00Z".parse().expect("a time"),
            "the plan is 1d 4h 4m old, and the settings allow 8h. Plan again.",
        ),
        (
            |r, _| r.made_at = "2026-01-03T00:00:00Z".parse().expect("a time"),
            "the receipt is from the future (2026-01-03T00:00:00Z): a clock is wrong.",
        ),
        (
            |r, _| r.verdict = Verdict { good: false, failed: 2, ..r.verdict },
            "the plan did not pass: 2 failed, 0 not checked.",
        ),
        (
            |r, _| r.verdict = Verdict { good: false, undecided: 4, ..r.verdict },
            "4 checks of the plan are undecided, which the settings do not let through.",
        ),
        (|r, _| r.plan.file = "x".into(), "the plan file is not the one that was judged."),
        (
            |_, now| now.files.extend([("a.tfvars".into(), "x".into())]),
            "a.tfvars was changed since the plan was judged.",
        ),
        (|_, now| drop(now.files.remove("main.tf")), "main.tf is gone since the plan was judged."),
        (
            |_, now| now.files.extend([("b.auto.tfvars".into(), "x".into())]),
            "b.auto.tfvars is new since the plan was judged.",
        ),
        (
            |_, now| now.looked_at.extend([("m/policy.json".into(), "x".into())]),
            "m/policy.json was changed since the plan was judged.",
        ),
        (
            |_, now| now.looked_at.extend([("m/none.json".into(), "x".into())]),
            "m/none.json is new since the plan was judged.",
        ),
        (
            |_, now| now.rules.extend([("redis-ha.policy.hcl".into(), "x".into())]),
            "the rule redis-ha.policy.hcl was changed since the plan was judged.",
        ),
        (
            |_, now| now.rules.clear(),
            "the plan was judged by the rule redis-ha.policy.hcl, which is missing now.",
        ),
        (
            |_, now| now.rules.extend([("new.policy.hcl".into(), "x".into())]),
            "the plan was not judged by the rule new.policy.hcl.",
        ),
        (
            |_, now| now.settings = None,
            "the settings (.infralint.hcl) were changed since the plan was judged.",
        ),
        (
            |_, now| now.waivers.clear(),
            "the waiver redis-ha/no-replica has ended or is gone since the plan was judged.",
        ),
        (
            |r, now| {
                r.evidence.tool = "infralint 0.0.1".into();
                now.tool = "infralint 9".into();
            },
            concat!("the plan was judged by infralint 0.0.1, and this is infralint ", env!("CARGO_PKG_VERSION"), "."),
        ),
    ];
    for (change, expected) in cases {
        assert_eq!(refused(change), [expected]);
    }
}

#[test]
fn what_init_brings_is_left_for_later() {
    let gone = |now: &mut Evidence| drop(now.files.remove("m/.terraform/modules/x.tf"));
    assert!(refused(|_, now| gone(now)).is_empty());
    let mut now = evidence();
    gone(&mut now);
    let found = receipt().installed(&now);
    assert_eq!(found, [Refusal::FileGone("m/.terraform/modules/x.tf".to_owned())]);
}
