//! The tree under the text of an `aws_iam_policy_document` that is not wholly known: what is known of it decides.

#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use infralint::{
    check::{Report, Request, RuleSources},
    config::{self, LoadOptions},
    diag::Level,
    source::Sources,
    value::{Value, show_short},
    world,
};

/// The output `o` of a configuration.
fn output(text: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let options = LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() };
    let repository = config::load(&sources, &options);
    let module = world::evaluate(&sources, &repository, 0);
    let said: Vec<String> = module.diagnostics.iter().map(|d| format!("{} {}", d.summary, d.detail)).collect();
    assert_eq!(said, [""; 0], "{text}");
    module.outputs.get("o").unwrap().clone()
}

/// A document with these contents, decoded; `BUCKET` is the ARN of a bucket that is not there yet.
fn decoded(contents: &str) -> Value {
    let contents = contents.replace("BUCKET", "aws_s3_bucket.b.arn");
    output(&format!(
        "resource \"aws_s3_bucket\" \"b\" {{\n  bucket_prefix = \"b\"\n}}\nvariable \"open\" {{}}\ndata \"aws_iam_policy_document\" \"d\" {{\n{contents}\n}}\noutput \"o\" {{\n  value = jsondecode(data.aws_iam_policy_document.d.json)\n}}\n"
    ))
}

/// A part of a value by its steps.
fn part<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, step| match step.parse::<usize>() {
        Ok(i) => &value.items().unwrap()[i],
        Err(_) => value.get(step).unwrap(),
    })
}

fn is_bucket(value: &Value) -> bool {
    infralint::eval::identity(value).is_some_and(|(addr, _)| addr.to_string() == "aws_s3_bucket.b")
}

#[test]
fn known_parts_are_known_and_unknown_ones_keep_their_identity() {
    let tree = decoded(
        "  statement {\n    sid = \"Read\"\n    actions = [\"s3:Get*\", \"s3:List*\"]\n    resources = [BUCKET, \"${BUCKET}/*\"]\n    principals {\n      type = \"AWS\"\n      identifiers = [var.open]\n    }\n    condition {\n      test = \"StringEquals\"\n      variable = \"aws:SourceArn\"\n      values = [BUCKET]\n    }\n  }\n  statement {\n    effect = \"Deny\"\n    actions = [\"*\"]\n    resources = [BUCKET]\n  }",
    );
    assert_eq!(part(&tree, "Version").as_str().unwrap(), "2012-10-17");
    assert_eq!(part(&tree, "Statement").items().unwrap().len(), 2);
    assert_eq!(part(&tree, "Statement.0.Sid").as_str().unwrap(), "Read");
    assert_eq!(show_short(part(&tree, "Statement.0.Action")), "[\"s3:List*\", \"s3:Get*\"]");
    assert!(part(&tree, "Statement.0.Resource").items().unwrap().iter().any(is_bucket));
    assert!(is_bucket(part(&tree, "Statement.0.Condition.StringEquals.aws:SourceArn")));
    assert!(!part(&tree, "Statement.0.Principal.AWS").is_known());
    assert_eq!(part(&tree, "Statement.1.Effect").as_str().unwrap(), "Deny");
    assert_eq!(part(&tree, "Statement.1.Action").as_str().unwrap(), "*");
    assert!(is_bucket(part(&tree, "Statement.1.Resource")), "one is no list");
}

#[test]
fn what_may_turn_out_to_be_one_is_no_list_yet() {
    let tree = decoded("  statement {\n    resources = [BUCKET, var.open]\n  }");
    assert!(!part(&tree, "Statement.0.Resource").is_known());
    let tree = decoded("  statement {\n    resources = [BUCKET, \"${BUCKET}/*\", var.open]\n  }");
    assert_eq!(part(&tree, "Statement.0.Resource").items().unwrap().len(), 3);
}

#[test]
fn everybody_and_somebody_are_told_apart_only_when_it_is_known() {
    let principal = |ty: &str, identifiers: &str| {
        let block = format!("    principals {{\n      type = {ty}\n      identifiers = {identifiers}\n    }}\n");
        decoded(&format!("  statement {{\n    resources = [BUCKET]\n{block}  }}"))
    };
    assert_eq!(part(&principal("\"*\"", "[\"*\"]"), "Statement.0.Principal").as_str().unwrap(), "*");
    assert!(!part(&principal("\"*\"", "[var.open]"), "Statement.0.Principal").is_known());
    assert!(!part(&principal("\"AWS\"", "var.open"), "Statement.0.Principal.AWS").is_known());
    assert!(!part(&principal("var.open", "[\"*\"]"), "Statement.0.Principal").is_known());
}

#[test]
fn documents_that_are_partly_known_are_merged_as_far_as_their_sids_tell() {
    let base = "data \"aws_iam_policy_document\" \"base\" {\n  statement {\n    sid = SID\n    actions = [\"s3:*\"]\n    resources = [aws_s3_bucket.b.arn]\n  }\n}\n";
    let merged = |sid: &str, own: &str| {
        output(&format!(
            "resource \"aws_s3_bucket\" \"b\" {{\n  bucket_prefix = \"b\"\n}}\nvariable \"open\" {{}}\n{}data \"aws_iam_policy_document\" \"d\" {{\n  source_policy_documents = [data.aws_iam_policy_document.base.json]\n  statement {{\n    sid = {own}\n  }}\n}}\noutput \"o\" {{\n  value = jsondecode(data.aws_iam_policy_document.d.json)\n}}\n",
            base.replace("SID", sid)
        ))
    };
    let apart = merged("\"a\"", "\"b\"");
    assert!(is_bucket(part(&apart, "Statement.0.Resource")));
    assert_eq!(part(&apart, "Statement.1.Sid").as_str().unwrap(), "b");
    let replaced = merged("\"a\"", "\"a\"");
    assert_eq!(show_short(&replaced), show_short(&merged("\"b\"", "\"b\"")).replace("\"b\"", "\"a\""));
    assert_eq!(part(&replaced, "Statement").items().unwrap().len(), 1);
    assert!(!part(&merged("var.open", "\"a\""), "Statement").is_known());
    assert_eq!(part(&merged("var.open", "null"), "Statement").items().unwrap().len(), 2);
}

#[test]
fn dynamic_statements_over_something_unknown_are_unknown() {
    let tree = decoded(
        "  dynamic \"statement\" {\n    for_each = var.open\n    content {\n      actions = [\"x\"]\n    }\n  }",
    );
    assert!(!part(&tree, "Statement").is_known());
    assert_eq!(part(&tree, "Version").as_str().unwrap(), "2012-10-17");
}

#[test]
fn variables_of_policies_are_replaced_around_what_is_unknown() {
    let tree = decoded("  statement {\n    resources = [\"${BUCKET}/home/&{aws:username}\"]\n  }");
    let resource = part(&tree, "Statement.0.Resource");
    assert!(!resource.is_known());
    let expected = output(
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket_prefix = \"b\"\n}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    resources = [\"${aws_s3_bucket.b.arn}/home/&{aws:username}\"]\n  }\n}\noutput \"o\" {\n  value = jsondecode(data.aws_iam_policy_document.d.json).Statement[0].Resource == \"${aws_s3_bucket.b.arn}/home/$${aws:username}\"\n}\n",
    );
    assert_eq!(expected.as_bool(), Some(true));
}

#[test]
fn a_written_text_and_a_rendered_one_are_not_taken_for_the_same() {
    let same = output(
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket_prefix = \"b\"\n}\ndata \"aws_iam_policy_document\" \"d\" {\n  statement {\n    resources = [aws_s3_bucket.b.arn]\n  }\n}\nlocals {\n  written = jsonencode({ Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Resource = aws_s3_bucket.b.arn }] })\n}\noutput \"o\" {\n  value = [data.aws_iam_policy_document.d.json == local.written, data.aws_iam_policy_document.d.json == data.aws_iam_policy_document.d.json]\n}\n",
    );
    assert!(!part(&same, "0").is_known());
    assert_eq!(part(&same, "1").as_bool(), Some(true));
}

const RULE: &str = r#"
policy {}
locals {
  infralint = {
    "*" = { title = "t", severity = "low", why = "w", help = "h" }
  }
}
resource_policy "aws_s3_bucket_policy" "no-everybody" {
  locals {
    statements = core::jsondecode(attrs.policy).Statement
    everybody  = [for s in local.statements : s if s.Effect == "Allow" && core::try(s.Principal, "") == "*"]
  }
  enforce {
    condition     = core::length(local.everybody) == 0
    error_message = "everybody may ${local.everybody[0].Action}"
  }
}
"#;

fn judged(principal: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "resource \"aws_s3_bucket\" \"b\" {{\n  bucket_prefix = \"b\"\n}}\ndata \"aws_iam_policy_document\" \"d\" {{\n  statement {{\n    actions   = [\"s3:GetObject\"]\n    resources = [\"${{aws_s3_bucket.b.arn}}/*\"]\n    principals {{\n{principal}\n    }}\n  }}\n}}\nresource \"aws_s3_bucket_policy\" \"b\" {{\n  bucket = aws_s3_bucket.b.id\n  policy = data.aws_iam_policy_document.d.json\n}}\n"
    );
    std::fs::write(folder.path().join("main.tf"), text).unwrap();
    std::fs::create_dir(folder.path().join("own")).unwrap();
    std::fs::write(folder.path().join("own/own.infralint.hcl"), RULE).unwrap();
    let sources = Sources::new(folder.path().canonicalize().unwrap());
    let request = Request {
        load: LoadOptions { paths: vec![sources.root().to_path_buf()], ..LoadOptions::default() },
        rules: RuleSources { shipped: false, folders: vec![sources.root().join("own")] },
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: std::num::NonZeroUsize::new(1),
        inputs: infralint::policy::InputSources::default(),
        now: "2026-11-24T00:00:00Z".parse().unwrap(),
        only: infralint::check::Only::default(),
    };
    let Report { findings, diagnostics, .. } = infralint::check::run(&sources, &request);
    let errors: Vec<&str> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.detail.as_str()).collect();
    assert_eq!(errors, [""; 0]);
    findings.iter().map(|r| format!("{:?} {}", r.finding.verdict, r.finding.message)).collect()
}

#[test]
fn rules_judge_the_statements_of_a_policy_for_a_bucket_that_is_not_there_yet() {
    let everybody = judged("      type = \"*\"\n      identifiers = [\"*\"]");
    assert_eq!(everybody, ["Fail everybody may s3:GetObject"]);
    assert_eq!(judged("      type = \"AWS\"\n      identifiers = [\"arn:aws:iam::123456789012:root\"]"), [""; 0]);
}
