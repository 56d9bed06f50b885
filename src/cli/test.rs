//! `infralint test`.

use super::{
    Failure,
    args::{TestArgs, TestFormat, Try},
    environment::Environment,
    output,
};
use crate::{
    check::{self, TestRequest},
    report::{self, Look},
    source::{Sources, find_root},
};

pub(super) fn run(args: &TestArgs, environment: &Environment) -> Result<u8, Failure> {
    let request = TestRequest {
        paths: args.paths.iter().map(|path| environment.absolute(path)).collect(),
        filter: args.filter.clone(),
        inputs: args.inputs.sources(environment),
        now: environment.now,
        jobs: args.jobs,
        mutate: args.mutate,
        mock_schema: args.mock_schema,
        whole_try: args.r#try == Try::Compat,
        scratch: environment.scratch.clone(),
    };
    let start = request.paths.first().unwrap_or(&environment.folder);
    let sources = Sources::new(find_root(start));
    let report = check::test(&sources, &request);
    let look = Look { color: environment.color, width: environment.width, quiet: false };
    let text = match args.format {
        TestFormat::Human => report::tests(&sources, &report, look, args.verbose),
        TestFormat::Json => {
            report::tests_json(&sources, &report).map_err(|e| Failure::new(format!("cannot write JSON: {e}")))?
        }
        TestFormat::Junit => report::tests_junit(&sources, &report),
    };
    output::print(&text)?;
    Ok(report.exit_code())
}
