//! `infralint explain RULE`.

use super::{Failure, args::ExplainArgs, output, pages};
use crate::diag::did_you_mean;

pub(super) fn run(args: &ExplainArgs) -> Result<u8, Failure> {
    let id = args.rule.split_once('/').map_or(&*args.rule, |(rule, _)| rule);
    let page = pages::page(id).ok_or_else(|| unknown(id))?;
    output::print(page)?;
    Ok(0)
}

fn unknown(id: &str) -> Failure {
    let hint = did_you_mean(id, pages::ids());
    Failure::new(format!("there is no rule named \"{id}\".{hint} `infralint rules` lists them."))
}
