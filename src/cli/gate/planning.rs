//! `infralint plan`: what it needs, check, init, plan, show, judge, receipt, summary.

use super::{
    super::{args::GateArgs, environment::Environment},
    Stopped, say, show,
    stage::{Stage, root_module, said},
};
use crate::{
    check::{self, Outcome, Report, Request},
    gate::{
        Evidence, Failure, PLAN_FILE, PlanHashes, Planned, Receipt, Session, Shown, TerraformArguments, Verdict,
        judge_plan, keep_plan, sha256,
    },
    policy::Verdict as Of,
    source::Sources,
};

/// Plans and judges; the exit code says what came of it.
pub(super) fn run(args: &GateArgs, environment: &Environment, arguments: TerraformArguments) -> Result<u8, Stopped> {
    let stage = Stage::of(args, environment)?;
    let request = stage.request(&arguments.given);
    let sources = stage.sources();
    let repository = stage.load(&sources, &request);
    let path = stage.path();
    let plan = arguments.plan_file(&stage.folder, PLAN_FILE);
    has_folder(&plan)?;
    let tools = stage.tools(&repository)?;
    let report = check::run(&sources, &request);
    if stops(&report, arguments.destroy) {
        show(&stage, &sources, &report)?;
        say("nothing was planned: the source did not pass.\n")?;
        return Err(Stopped::Said(report.outcome().exit_code()));
    }
    let before = stage.evidence(&sources, &request);
    let Some(root) = root_module(&repository, &path) else {
        return Err(said(&format!("{path} is no root module.")));
    };
    let mut session = stage.session(tools, &arguments.given)?;
    session.init(&root.backend.init, &stage.init_arguments())?;
    forget(&plan)?;
    let planned = session.plan(&arguments.rest, arguments.detailed)?;
    let shown = session.show(&planned.file, &planned.bytes)?;
    let judged = Judged::of(&stage, &request, &shown);
    judged.refuse_changes(&before)?;
    let receipt = receipt(&stage, &session, (&planned, &shown), &judged);
    keep_plan(&plan, &planned.bytes)?;
    receipt.write(&Receipt::path_of(&plan))?;
    show(&stage, &judged.sources, &judged.report)?;
    say(&closing(&stage, &receipt, &plan))?;
    finish(&judged.report, planned.code)
}

/// The verdict on a plan, with all it rests on.
struct Judged {
    sources: Sources,
    report: Report,
    evidence: Evidence,
}

impl Judged {
    fn of(stage: &Stage<'_>, request: &Request, shown: &Shown) -> Self {
        let sources = stage.sources();
        let report = judge_plan(&sources, request, (&stage.folder, &shown.json));
        let evidence = stage.evidence(&sources, request);
        Self { sources, report, evidence }
    }

    /// What was checked before Terraform planned must be what is there afterwards.
    fn refuse_changes(&self, before: &Evidence) -> Result<(), Failure> {
        match before.first_change(&self.evidence) {
            Some(path) => Err(Failure::ChangedWhilePlanning { path }),
            None => Ok(()),
        }
    }
}

/// What fails, or cannot be checked, is not planned. What is undecided may be decided by the plan; and what goes away may
/// be as it is.
fn stops(report: &Report, destroy: bool) -> bool {
    let fails =
        |reported: &check::Reported| reported.finding.verdict != Of::Undecided && reported.fails(report.fail_on);
    report.outcome() == Outcome::NotChecked || !destroy && report.findings.iter().any(fails)
}

/// Told before anything is done: to plan takes minutes, and there must be a place for what comes of it.
fn has_folder(plan: &std::path::Path) -> Result<(), Failure> {
    let Some(folder) = plan.parent().filter(|folder| !folder.is_dir()) else { return Ok(()) };
    Err(Failure::NoFolder { folder: folder.to_path_buf() })
}

/// Takes away what a former plan left: a receipt is never older than the plan beside it.
fn forget(plan: &std::path::Path) -> Result<(), Failure> {
    for path in [Receipt::path_of(plan), plan.to_path_buf()] {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::File { doing: "cannot remove", path, error });
            }
            _ => {}
        }
    }
    Ok(())
}

fn receipt(stage: &Stage<'_>, session: &Session, (planned, shown): (&Planned, &Shown), judged: &Judged) -> Receipt {
    let image = &session.launcher.image;
    Receipt {
        version: 1,
        made_at: stage.environment.now,
        root_module: stage.path(),
        workspace: stage.workspace.clone(),
        terraform: shown.terraform.clone(),
        engine: session.launcher.engine.name().to_owned(),
        image: image.name.clone(),
        image_digest: image.digest.clone(),
        plan: PlanHashes { file: sha256(&planned.bytes), json: shown.hash.clone() },
        verdict: Verdict::of(&judged.report),
        evidence: judged.evidence.clone(),
    }
}

fn closing(stage: &Stage<'_>, receipt: &Receipt, plan: &std::path::Path) -> String {
    let sources = stage.sources();
    let (root, shown) = (quoted(&receipt.root_module), sources.display(plan));
    let named = if plan == stage.folder.join(PLAN_FILE) {
        String::new()
    } else {
        format!(" -- {}", quoted(&plan.to_string_lossy()))
    };
    if receipt.verdict.good {
        format!("{shown} may be applied: infralint apply {root}{named}\n")
    } else {
        format!("{shown} will not be applied: it did not pass.\n")
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./=+:,@".contains(c);
    if word.chars().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn finish(report: &Report, code: u8) -> Result<u8, Stopped> {
    match report.outcome() {
        Outcome::Clean => Ok(code),
        other => Err(Stopped::Said(other.exit_code())),
    }
}
