//! `infralint facts pull`, `infralint live policy`, and `--facts` and `--live` of other commands.

use std::{path::PathBuf, sync::Arc};

use super::{
    Failure,
    args::{FactsArgs, FactsCommand, FactsPullArgs, LiveArgs, LiveCommand},
    environment::Environment,
    output,
};
use crate::{
    account::{Document, Facts, Recorded, Source},
    check,
    config::LoadOptions,
    live,
    source::{Sources, find_root},
};

/// A larger file is none of ours.
const MAX_BYTES: u64 = 256 << 20;

pub(super) fn run(
    args: &FactsArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let FactsCommand::Pull(args) = &args.command;
    pull(args, environment, matches.and_then(clap::ArgMatches::subcommand).map(|(_, matches)| matches))
}

pub(super) fn run_live(args: &LiveArgs) -> Result<u8, Failure> {
    let LiveCommand::Policy = args.command;
    let text = live::policy().map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
    output::print(&text)?;
    Ok(0)
}

fn pull(args: &FactsPullArgs, environment: &Environment, matches: Option<&clap::ArgMatches>) -> Result<u8, Failure> {
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let root = find_root(paths.first().unwrap_or(&environment.folder));
    let load = LoadOptions { paths, ..args.values.options(environment, matches) };
    let sites = ask((root, &load), args.stage.as_deref(), environment)?;
    let document = Document::new(environment.now, sites);
    for untold in document.sites.iter().flat_map(|site| site.untold.iter().map(move |untold| (site, untold))) {
        let (site, untold) = untold;
        output::remark(&format!("warning: account {} ({}): {}\n", site.account, site.region, untold.sentence()));
    }
    let text = document.text().map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
    match &args.output {
        Some(file) => output::save(&environment.absolute(file), &text)?,
        None => output::print(&text)?,
    }
    Ok(0)
}

/// The facts of a check: of files, or of the accounts themselves.
///
/// # Errors
/// When a file is no facts document, or an account cannot be asked.
pub(super) fn gather(
    (files, live): (&[PathBuf], bool),
    (root, load): (PathBuf, &LoadOptions),
    environment: &Environment,
) -> Result<Arc<Facts>, Failure> {
    let mut recorded = files.iter().map(|file| read(file, environment)).collect::<Result<Vec<_>, _>>()?;
    if live {
        let sites = Document::new(environment.now, ask((root, load), None, environment)?).sites;
        recorded.push(Recorded { source: Source::Live, at: environment.now, sites });
    }
    once(Facts { recorded })
}

/// The facts of files, for a command that does not judge. Those that are too old for the settings are none.
///
/// # Errors
/// When a file is no facts document, or too old.
pub(super) fn of_files(files: &[PathBuf], sources: &Sources, environment: &Environment) -> Result<Arc<Facts>, Failure> {
    let facts = once(Facts { recorded: files.iter().map(|file| read(file, environment)).collect::<Result<_, _>>()? })?;
    if facts.is_empty() {
        return Ok(facts);
    }
    let (settings, _) = check::load_settings(sources);
    match check::too_old(&settings, &facts, environment.now).first() {
        Some(old) => Err(Failure::new(format!("{}: {}", old.summary, old.detail))),
        None => Ok(facts),
    }
}

fn once(facts: Facts) -> Result<Arc<Facts>, Failure> {
    if let Some(site) = facts.told_twice() {
        return Err(Failure::new(format!(
            "account {} ({}) is told of twice in what --facts names; give one file for each region of an account",
            site.account, site.region
        )));
    }
    Ok(Arc::new(facts))
}

fn read(file: &std::path::Path, environment: &Environment) -> Result<Recorded, Failure> {
    use std::io::Read;
    let complain = |error: &dyn std::fmt::Display| Failure::new(format!("--facts {}: {error}", file.display()));
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(environment.absolute(file)).map_err(|error| complain(&error))?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| complain(&error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(complain(&"it is larger than any facts document"));
    }
    let (document, at) = Document::read(&bytes).map_err(|error| complain(&error))?;
    Ok(Recorded { source: Source::File(file.display().to_string()), at, sites: document.sites })
}

#[cfg(not(feature = "live"))]
fn ask(_: (PathBuf, &LoadOptions), _: Option<&str>, _: &Environment) -> Result<Vec<crate::account::Site>, Failure> {
    Err(Failure::new(
        "this infralint was built without the feature that asks AWS. The release archives have it; from source: \
         cargo install --path . --features live (it takes minutes). Facts that one with it has recorded \
         (infralint facts pull -o facts.json) are used by any: infralint check --facts facts.json",
    ))
}

/// Asks where the root modules work, which are evaluated for this without any facts.
#[cfg(feature = "live")]
fn ask(
    (root, load): (PathBuf, &LoadOptions),
    stage: Option<&str>,
    environment: &Environment,
) -> Result<Vec<crate::account::Site>, Failure> {
    let sources = Sources::new(root);
    let (settings, _) = check::load_settings(&sources);
    let options = LoadOptions { workspaces: settings.workspaces, ..load.clone() };
    // What is wrong with the configuration is told by the check itself.
    let (world, _) = check::evaluated(&sources, &options);
    let of_stage = |root: &str| stage.is_none_or(|stage| root.split(['/', ' ']).any(|folder| folder == stage));
    let mut questions = live::questions(&world);
    questions.retain(|question| of_stage(&question.asked.root_module));
    if questions.is_empty() {
        let which = stage.map_or_else(String::new, |stage| format!(" of the stage {stage}"));
        return Err(Failure::new(format!("there is no AWS provider{which} to ask for")));
    }
    let progress = |text: &str| {
        if environment.error_is_terminal {
            output::remark(&format!("\r\x1b[K{text}"));
        }
    };
    let asked = live::ask(&questions, &progress);
    if environment.error_is_terminal {
        output::remark("\r\x1b[K");
    }
    asked.map_err(|error| Failure::new(error.to_string()))
}
