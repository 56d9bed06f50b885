//! `infralint cidr`.

use super::{
    Failure,
    args::{CidrArgs, Format},
    environment::Environment,
    facts, output,
};
use crate::{
    check,
    config::LoadOptions,
    diag::Diagnostic,
    report::{self, Look},
    source::{Sources, find_root},
    world::plan::{Plan, Wanted},
};

pub(super) fn run(
    args: &CidrArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let paths: Vec<_> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let sources = Sources::new(find_root(paths.first().unwrap_or(&environment.folder)));
    let account_facts = facts::of_files(&args.facts.files, &sources, environment)?;
    let options = LoadOptions { paths, account_facts, ..args.values.options(environment, matches) };
    let (world, diagnostics) = check::evaluated(&sources, &options);
    let wanted = Wanted { free: args.free, within: args.within.clone() };
    output::print(&written(&Plan::of(&world, &wanted), args.format)?)?;
    let errors: Vec<Diagnostic> = diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    if errors.is_empty() {
        return Ok(0);
    }
    let look = Look { color: false, width: None, quiet: false };
    Err(Failure::new(format!(
        "the plan may lack what could not be read:\n{}",
        report::diagnostics(&sources, &errors, look)
    )))
}

fn written(plan: &Plan, format: Format) -> Result<String, Failure> {
    match format {
        Format::Human => Ok(report::addresses(plan)),
        Format::Json => {
            report::addresses_json(plan).map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
        }
    }
}
