//! `infralint explain RULE`, and `infralint explain ADDRESS`.

use super::{
    Failure,
    args::{ExplainArgs, Format},
    environment::Environment,
    output, pages,
    root::OneRoot,
};
use crate::{
    diag::did_you_mean,
    report::{self, Look},
    world::explain::{Explanation, Wrong, explain},
};

pub(super) fn run(
    args: &ExplainArgs,
    environment: &Environment,
    matches: Option<&clap::ArgMatches>,
) -> Result<u8, Failure> {
    let what = args.what.trim();
    if let Some(page) = pages::page(rule_of(what)) {
        output::print(page)?;
        return Ok(0);
    }
    if !is_address(what) {
        return Err(neither(what));
    }
    let root = OneRoot::open(&args.root, environment, matches)?;
    address(what, &root, args, environment)
}

fn address(what: &str, root: &OneRoot, args: &ExplainArgs, environment: &Environment) -> Result<u8, Failure> {
    let file = root.sources.add("<address>", what);
    let Some(evaluation) = root.evaluation() else { return Ok(super::COULD_NOT) };
    match explain(&evaluation, file) {
        Ok(explanation) => {
            output::print(&written(&explanation, root, args, environment)?)?;
            root.complain(explanation.diagnostics);
            Ok(0)
        }
        Err(Wrong::Said(sentence)) => Err(Failure::new(format!("{what}: {sentence}"))),
        Err(Wrong::Reported(diagnostics)) => {
            root.complain(diagnostics);
            Ok(super::COULD_NOT)
        }
    }
}

fn written(
    explanation: &Explanation,
    root: &OneRoot,
    args: &ExplainArgs,
    environment: &Environment,
) -> Result<String, Failure> {
    let color = args.root.color.is_wanted(environment.color);
    let look = Look { color, width: environment.width, quiet: false };
    match args.format {
        Format::Human => Ok(report::explanation(&root.sources, explanation, look)),
        Format::Json => report::explanation_json(&root.sources, explanation)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}"))),
    }
}

/// `redis-ha` of the check `redis-ha/no-replica`.
fn rule_of(what: &str) -> &str {
    what.split_once('/').map_or(what, |(rule, _)| rule)
}

/// No rule's id has a dot, and every address has one.
fn is_address(what: &str) -> bool {
    what.contains('.')
}

fn neither(what: &str) -> Failure {
    let hint = did_you_mean(rule_of(what), pages::ids());
    Failure::new(format!(
        "\"{what}\" is neither a rule nor an address: there is no rule named \"{}\".{hint} `infralint rules` lists the \
         rules. An address has a dot, as in var.name or module.vpc.aws_vpc.this.cidr_block.",
        rule_of(what)
    ))
}
