//! Which reports are written, and where: what `--format` and `--output` mean together.

use std::path::{Path, PathBuf};

use super::{
    Failure,
    args::{Color, ReportArgs, ReportFormat},
    environment::Environment,
    output,
};
use crate::{
    check::Report,
    report::{self, Extent, Look},
    source::Sources,
};

/// A report that is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Target {
    pub(super) format: ReportFormat,
    /// The standard output, if none.
    pub(super) file: Option<PathBuf>,
}

/// What was typed, in its order.
#[derive(Clone, Copy, Debug)]
enum Typed<'a> {
    Format(ReportFormat),
    Output(&'a Path),
}

/// The reports that are asked for. `matches` are the command's: they know the order of arguments.
///
/// # Errors
/// When the arguments do not go together.
pub(super) fn targets(args: &ReportArgs, matches: Option<&clap::ArgMatches>) -> Result<Vec<Target>, Failure> {
    let places = |name| matches.and_then(|matches| matches.indices_of(name)).into_iter().flatten();
    let formats = places("format").zip(args.format.iter().map(|format| Typed::Format(*format)));
    let outputs = places("output").zip(args.output.iter().map(|file| Typed::Output(file)));
    let mut typed: Vec<(usize, Typed<'_>)> = formats.chain(outputs).collect();
    typed.sort_by_key(|(at, _)| *at);
    let targets = paired(typed.into_iter().map(|(_, typed)| typed))?;
    refuse_clashes(&targets)?;
    Ok(targets)
}

/// Each output belongs to the format before it; one that stands before all of them to the first.
fn paired<'a>(typed: impl Iterator<Item = Typed<'a>>) -> Result<Vec<Target>, Failure> {
    let mut targets: Vec<(ReportFormat, Option<&Path>)> = Vec::new();
    let mut leading = None;
    for typed in typed {
        let taken = match (typed, targets.last_mut()) {
            (Typed::Format(format), _) => {
                targets.push((format, None));
                continue;
            }
            (Typed::Output(file), Some((_, of_format))) => of_format.replace(file),
            (Typed::Output(file), None) => leading.replace(file),
        };
        if let Some(first) = taken {
            let first = first.display();
            return Err(Failure::new(format!(
                "a format has one --output, and this one has two, the first of them {first}: name the format again"
            )));
        }
    }
    match (targets.first_mut(), leading) {
        (None, leading) => targets.push((ReportFormat::Human, leading)),
        (Some((_, first @ None)), Some(leading)) => *first = Some(leading),
        (Some(_), Some(leading)) => {
            let leading = leading.display();
            return Err(Failure::new(format!("--output {leading} stands before every --format; put it after its own")));
        }
        (Some(_), None) => {}
    }
    let file = |file: &Path| (file != Path::new("-")).then(|| file.to_path_buf());
    Ok(targets.into_iter().map(|(format, to)| Target { format, file: to.and_then(file) }).collect())
}

fn refuse_clashes(targets: &[Target]) -> Result<(), Failure> {
    for (i, target) in targets.iter().enumerate() {
        let Some(other) = targets.iter().take(i).find(|other| other.file == target.file) else { continue };
        let (one, two) = (other.format.name(), target.format.name());
        return Err(Failure::new(match &target.file {
            Some(file) => format!("the reports {one} and {two} would both be written to {}", file.display()),
            None => format!(
                "the reports {one} and {two} would both be written to the standard output: give one of them a file, as in \
                 --format {one} --output FILE --format {two}"
            ),
        }));
    }
    Ok(())
}

/// Writes all reports. Each is complete before the first one is written.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(
    targets: &[Target],
    (args, environment): (&ReportArgs, &Environment),
    (sources, report): (&Sources, &Report),
) -> Result<(), Failure> {
    let text = |target: &Target| text(target, (args, environment), (sources, report));
    let texts = targets.iter().map(text).collect::<Result<Vec<String>, Failure>>()?;
    for (target, text) in targets.iter().zip(&texts) {
        match &target.file {
            Some(file) => output::save(&environment.absolute(file), text)?,
            None => output::print(text)?,
        }
    }
    Ok(())
}

fn text(
    target: &Target,
    (args, environment): (&ReportArgs, &Environment),
    (sources, report): (&Sources, &Report),
) -> Result<String, Failure> {
    let json = |text: Result<String, serde_json::Error>| {
        text.map_err(|error| Failure::new(format!("cannot write {}: {error}", target.format.name())))
    };
    match target.format {
        ReportFormat::Human => {
            let extent = Extent { summary: args.summary, max: args.max, all: args.verbose };
            Ok(report::human_of(sources, report, (look(target, args, environment), extent)))
        }
        ReportFormat::Json => json(report::json(sources, report)),
        ReportFormat::Sarif => json(report::sarif(sources, report)),
        ReportFormat::Junit => Ok(report::junit(sources, report)),
        ReportFormat::Github => Ok(report::github(sources, report)),
        ReportFormat::Gitlab => json(report::gitlab(sources, report)),
        ReportFormat::Checkstyle => Ok(report::checkstyle(sources, report)),
        ReportFormat::Markdown => Ok(report::markdown(sources, report)),
    }
}

/// A file is no terminal: it gets no colour and no line breaks of ours.
fn look(target: &Target, args: &ReportArgs, environment: &Environment) -> Look {
    let to_file = target.file.is_some();
    let color = if to_file { args.color == Color::Always } else { args.color.is_wanted(environment.color) };
    Look { color, width: environment.width.filter(|_| !to_file), quiet: args.quiet }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, FromArgMatches};

    use super::*;
    use crate::cli::args::{Cli, Command};

    fn typed(line: &str) -> Result<Vec<Target>, Failure> {
        let words = std::iter::once("infralint").chain(line.split(' '));
        let matches = Cli::command().get_matches_from(words);
        let cli = Cli::from_arg_matches(&matches).expect("arguments");
        let Command::Check(args) = cli.command else { return Err(Failure::new("another command")) };
        targets(&args.report, matches.subcommand().map(|(_, matches)| matches))
    }

    #[test]
    fn each_output_belongs_to_the_format_before_it() {
        let (human, json, sarif) = (ReportFormat::Human, ReportFormat::Json, ReportFormat::Sarif);
        type Wanted = [(ReportFormat, Option<&'static str>)];
        let cases: [(&str, &Wanted); 8] = [
            ("check", &[(human, None)]),
            ("check --output a", &[(human, Some("a"))]),
            ("check --format json", &[(json, None)]),
            ("check --output a --format json", &[(json, Some("a"))]),
            ("check --output a --format json --format human", &[(json, Some("a")), (human, None)]),
            ("check --format sarif --output a --format human", &[(sarif, Some("a")), (human, None)]),
            ("check --format human --format sarif --output a x", &[(human, None), (sarif, Some("a"))]),
            ("check --format json --output - --format sarif --output a", &[(json, None), (sarif, Some("a"))]),
        ];
        for (line, expected) in cases {
            let expected: Vec<Target> = expected
                .iter()
                .map(|(format, file)| Target { format: *format, file: file.map(PathBuf::from) })
                .collect();
            assert_eq!(typed(line).map_err(|failure| failure.to_string()), Ok(expected), "{line}");
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let cases = [
            ("check --format json --format human", "both be written to the standard output"),
            ("check --format json --output a --format sarif --output a", "both be written to a"),
            ("check --format json --output a --output b", "has two, the first of them a"),
            ("check --output a --output b", "has two, the first of them a"),
            ("check --output a --format json --output b", "--output a stands before every --format"),
        ];
        for (line, expected) in cases {
            let told = typed(line).map_err(|failure| failure.to_string());
            assert!(told.as_ref().is_err_and(|told| told.contains(expected)), "{line}: {told:?}");
        }
    }
}
