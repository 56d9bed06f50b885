//! What commands that judge ask for, before each adds what only it asks.

use std::path::PathBuf;

use super::{args::JudgingArgs, environment::Environment, schema};
use crate::{
    check::{Only, Request},
    config::LoadOptions,
    diag::Level,
};

/// What the arguments and the environment mean together, for the root modules under paths.
pub(super) fn request(
    args: &JudgingArgs,
    paths: Vec<PathBuf>,
    (environment, matches): (&Environment, Option<&clap::ArgMatches>),
) -> Request {
    let schema_dirs = schema::folders(environment, paths.first().unwrap_or(&environment.folder));
    Request {
        load: LoadOptions { paths, schema_dirs, ..args.values.options(environment, matches) },
        rules: args.rules.sources(environment),
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: None,
        inputs: args.inputs.sources(environment),
        now: environment.now,
        only: Only::default(),
    }
}
