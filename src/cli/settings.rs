//! `infralint settings`.

use super::{
    COULD_NOT, Failure,
    args::{Format, SettingsArgs},
    check::undecided,
    environment::Environment,
    output,
};
use crate::{
    check::{Only, Request, effective_settings, sort_diagnostics},
    config::LoadOptions,
    diag::{Diagnostic, Level},
    report::{self, Look},
    source::{Sources, find_root},
};

pub(super) fn run(
    args: &SettingsArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let paths: Vec<_> = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let sources = Sources::new(find_root(paths.first().unwrap_or(&environment.folder)));
    let request = Request {
        load: LoadOptions { paths, ..args.values.options(environment, matches) },
        rules: args.rules.sources(environment),
        undecided: args.undecided.map(undecided),
        whole_try: false,
        fail_on: Level::Error,
        jobs: None,
        inputs: args.inputs.sources(environment),
        now: environment.now,
        only: Only::default(),
    };
    let (settings, mut diagnostics) = effective_settings(&sources, &request);
    sort_diagnostics(&sources, &mut diagnostics);
    let look = Look { color: environment.error_color, width: environment.width, quiet: false };
    output::remark(&report::diagnostics(&sources, &diagnostics, look));
    let text = match args.format {
        Format::Human => report::settings(&sources, &settings),
        Format::Json => report::settings_json(&sources, &settings)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
    };
    output::print(&text)?;
    Ok(if diagnostics.iter().any(Diagnostic::is_error) { COULD_NOT } else { 0 })
}
