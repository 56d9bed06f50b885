//! `infralint lsp`.

use std::path::Path;

use jiff::Timestamp;
use lsp_server::Connection;

use super::{Failure, args::LspArgs, environment::Environment, request::request};
use crate::{
    check::Request,
    lsp::{Host, serve},
};

pub(super) fn run(
    args: &LspArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let request = |root: &Path| {
        let usual = request(&args.judging, vec![root.to_owned()], (environment, matches));
        Request { jobs: args.jobs, ..usual }
    };
    let (connection, threads) = Connection::stdio();
    let ended = serve(&connection, &Host { request: &request, now: &Timestamp::now });
    drop(connection);
    ended.map_err(|ended| Failure::new(ended.to_string()))?;
    threads.join().map_err(|error| Failure::new(format!("cannot speak with the editor: {error}")))?;
    Ok(0)
}
