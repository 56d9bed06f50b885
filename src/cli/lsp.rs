//! `infralint lsp`.

use std::path::Path;

use jiff::Timestamp;
use lsp_server::Connection;

use super::{Failure, args::LspArgs, environment::Environment, schema};
use crate::{
    check::{Request, RuleSources},
    config::LoadOptions,
    diag::Level,
    lsp::{Host, serve},
};

pub(super) fn run(
    args: &LspArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let rules: RuleSources = args.rules.sources(environment);
    let options = args.values.options(environment, matches);
    let request = |root: &Path| Request {
        load: LoadOptions {
            paths: vec![root.to_owned()],
            schema_dirs: schema::folders(environment, root),
            ..options.clone()
        },
        rules: rules.clone(),
        undecided: None,
        whole_try: false,
        fail_on: Level::Error,
        jobs: args.jobs,
        inputs: args.inputs.sources(environment),
        now: environment.now,
        only: crate::check::Only::default(),
    };
    let (connection, threads) = Connection::stdio();
    let ended = serve(&connection, &Host { request: &request, now: &Timestamp::now });
    drop(connection);
    ended.map_err(|ended| Failure::new(ended.to_string()))?;
    threads.join().map_err(|error| Failure::new(format!("cannot speak with the editor: {error}")))?;
    Ok(0)
}
