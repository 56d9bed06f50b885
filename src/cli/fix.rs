//! `infralint fix`.

use std::fmt::Write as _;

use super::{Failure, args::FixArgs, environment::Environment, output, request::request};
use crate::{
    fix::{self, Mended},
    source::find_root,
};

pub(super) fn run(
    args: &FixArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let paths = args.paths.iter().map(|path| environment.absolute(path)).collect();
    let request = request(&args.judging, paths, (environment, matches));
    let root = find_root(request.load.paths.first().unwrap_or(&environment.folder));
    let mended = fix::mend(&root, &request, args.review);
    let diffs: String = mended.changed.iter().map(|file| fix::diff(&file.path, &file.before, &file.after)).collect();
    output::print(&diffs)?;
    output::remark(&told(&mended, args.dry_run));
    if args.dry_run {
        return Ok(u8::from(!mended.changed.is_empty()));
    }
    for file in &mended.changed {
        output::replace(&root.join(&*file.path), (&file.before, &file.after))?;
    }
    Ok(mended.report.outcome().exit_code())
}

/// What was mended and what was not, a line each.
fn told(mended: &Mended, dry: bool) -> String {
    let mut out = String::new();
    for (subject, class) in &mended.mended {
        let about = if subject.address.is_empty() { &subject.root_module } else { &subject.address };
        let _ = writeln!(
            out,
            "{} {} {about} ({})",
            if dry { "would mend" } else { "mended" },
            subject.check,
            class.as_str()
        );
    }
    for (subject, why) in &mended.left {
        let about = if subject.address.is_empty() { &subject.root_module } else { &subject.address };
        let _ = writeln!(out, "left {} {about}: {why}", subject.check);
    }
    if out.is_empty() {
        out.push_str("nothing to mend\n");
    }
    out
}
