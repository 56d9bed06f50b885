//! `infralint settings`.

use super::{
    COULD_NOT, Failure,
    args::{Format, SettingsArgs},
    check::undecided,
    environment::Environment,
    output,
    request::request,
};
use crate::{
    check::{Request, effective_settings, sort_diagnostics},
    config::LoadOptions,
    diag::Diagnostic,
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
    let usual = request(&args.judging, paths, (environment, matches));
    // Nothing is held against schemas here.
    let load = LoadOptions { schema_dirs: Vec::new(), ..usual.load };
    let request = Request { load, undecided: args.undecided.map(undecided), ..usual };
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
