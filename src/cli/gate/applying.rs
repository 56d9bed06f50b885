//! `infralint apply`: everything anew, then that very plan.

use std::path::Path;

use jiff::SignedDuration;

use super::{
    super::{args::GateArgs, environment::Environment},
    Stopped, say,
    stage::{Stage, root_module, said},
};
use crate::{
    check::{self, Outcome, Report, Request},
    config::Repository,
    gate::{Failure, Given, Image, Now, PLAN_FILE, Receipt, Refusal, Session, TerraformArguments, judge_plan, sha256},
};

/// How old a receipt may be where the settings do not say.
const MAX_AGE: SignedDuration = SignedDuration::from_hours(24);

/// Applies the plan, or refuses.
pub(super) fn run(args: &GateArgs, environment: &Environment, arguments: TerraformArguments) -> Result<u8, Stopped> {
    let stage = Stage::of(args, environment)?;
    let path = arguments.plan_file(&stage.folder, PLAN_FILE);
    let (plan, receipt) = both(&path)?;
    let request = stage.request(&Given::default());
    let repository = compared(&stage, &request, (&plan, &receipt))?;
    let Some(root) = root_module(&repository, &stage.path()) else {
        return Err(said(&format!("{} is no root module.", stage.path())));
    };
    let mut session = stage.session(stage.tools(&repository)?, &Given::default())?;
    refuse(other_image(&receipt, &session.launcher.image))?;
    // What was judged stays as it is.
    let init = [vec!["-lockfile=readonly".to_owned()], stage.init_arguments()].concat();
    session.init(&root.backend.init, &init)?;
    refuse(receipt.installed(&receipt.evidence.anew(&stage.repository)))?;
    let held = session.hold(&plan)?;
    refuse(judged_again(&stage, &request, (&mut session, &held), (&plan, &receipt))?)?;
    session.apply(&arguments.rest, &held)?;
    used_up(&path)?;
    Ok(0)
}

/// The plan and its receipt, as they are.
fn both(path: &Path) -> Result<(Vec<u8>, Receipt), Failure> {
    let receipt_path = Receipt::path_of(path);
    let absent = |error: &std::io::Error| error.kind() == std::io::ErrorKind::NotFound;
    let plan = std::fs::read(path).map_err(|error| match error {
        error if absent(&error) => Failure::Refused(vec![Refusal::NoPlan(path.to_path_buf())]),
        error => Failure::File { doing: "cannot read", path: path.to_path_buf(), error },
    })?;
    let receipt = Receipt::read(&receipt_path).map_err(|error| {
        let none = absent(&error);
        let unreadable = || Refusal::Unreadable(error.to_string());
        Failure::Refused(vec![if none { Refusal::NoReceipt(receipt_path) } else { unreadable() }])
    })?;
    Ok((plan, receipt))
}

/// Holds the receipt against what is there now. The configuration comes with it.
fn compared(stage: &Stage<'_>, request: &Request, (plan, receipt): (&[u8], &Receipt)) -> Result<Repository, Failure> {
    let sources = stage.sources();
    let repository = stage.load(&sources, request);
    // Only that they are read counts here: what they say was told when the command began, or is when the plan is judged.
    let _read = (check::load_settings(&sources), check::load_rules(&sources, &request.rules));
    let evidence = stage.evidence(&sources, request);
    let named = receipt.evidence.anew(&stage.repository);
    let now = Now {
        time: stage.environment.now,
        max_age: stage.settings.terraform.receipt_max_age.unwrap_or(MAX_AGE),
        root_module: &stage.path(),
        workspace: &stage.workspace,
        plan_file: &sha256(plan),
        evidence: &evidence,
        named: &named,
    };
    refuse(receipt.refusals(&now))?;
    Ok(repository)
}

fn other_image(receipt: &Receipt, image: &Image) -> Vec<Refusal> {
    let differs = receipt.image_digest != image.digest;
    let refusal = || Refusal::Image { was: receipt.image_digest.clone(), is: image.digest.clone() };
    differs.then(refusal).into_iter().collect()
}

/// Reads what the plan holds once more, and judges it: a receipt says what was found, it does not decide.
fn judged_again(
    stage: &Stage<'_>,
    request: &Request,
    (session, held): (&mut Session, &Path),
    (plan, receipt): (&[u8], &Receipt),
) -> Result<Vec<Refusal>, Stopped> {
    let shown = session.show(held, plan)?;
    if shown.hash != receipt.plan.json {
        return Ok(vec![Refusal::PlanJson]);
    }
    let sources = stage.sources();
    let report = judge_plan(&sources, request, (&stage.folder, &shown.json));
    if report.outcome() == Outcome::Clean {
        return Ok(Vec::new());
    }
    super::show(stage, &sources, &report)?;
    Ok(vec![again(&report)])
}

fn again(report: &Report) -> Refusal {
    let summary = &report.summary;
    Refusal::JudgedAgain { failed: summary.failed, undecided: summary.undecided, errors: summary.errors }
}

fn refuse(refusals: Vec<Refusal>) -> Result<(), Failure> {
    if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
}

/// A plan can be applied once.
fn used_up(plan: &Path) -> Result<(), Stopped> {
    for path in [plan.to_path_buf(), Receipt::path_of(plan)] {
        if let Err(error) = std::fs::remove_file(&path) {
            say(&format!("applied, but {} could not be removed: {error}\n", path.display()))?;
        }
    }
    Ok(())
}
