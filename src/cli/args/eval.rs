//! `infralint eval` and `infralint explain`.

use super::{choice::Format, given::RootArgs};
use clap::Args;

/// Evaluate expressions in a root module, as `terraform console` does, without init, state or credentials.
///
/// Values are printed as the console prints them. What is not known stands as `(known after apply: NAME)` and the like,
/// with every reason. Without EXPR, expressions are read from the standard input, one a line; a line goes on while a
/// bracket or heredoc is open, or after a `\` at its end. On a terminal there is a prompt with a history.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint eval 'module.vpc.private_subnet_ids' --root stages/test/main
  infralint eval --type 'var.redis' --root stages/test/main
  echo 'cidrsubnet(\"10.0.0.0/16\", 4, 1)' | infralint eval

Exit codes: 0 everything was evaluated, 1 an expression is wrong, or what it refers to,
2 the root module could not be read.")]
pub(in crate::cli) struct EvalArgs {
    /// The expression; several are printed one after the other.
    #[arg(value_name = "EXPR", allow_negative_numbers = true)]
    pub(in crate::cli) expressions: Vec<String>,

    /// Print types instead of values, as the console's function `type` does.
    #[arg(long = "type", short = 't')]
    pub(in crate::cli) types: bool,

    #[command(flatten)]
    pub(in crate::cli) root: RootArgs,
}

/// Say what a rule asks for, or where a value came from.
///
/// Of a rule, its page is printed: what it asks for, why, and examples. Of an address in a root module: the value, its
/// type, and everything it came through, each with its file and line. A whole resource or module is listed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint explain redis-ha
  infralint explain var.redis --root stages/test/main
  infralint explain 'module.vpc.aws_subnet.private[\"a\"].cidr_block' --root stages/test/main
  infralint explain module.redis.aws_elasticache_replication_group.this --root stages/test/main

Addresses begin with module.NAME as often as needed, and go on with a resource, data source, var.NAME,
local.NAME or output.NAME; module.NAME.OUTPUT is the output as its caller sees it.

Exit codes: 0 explained, 2 there is nothing of that name, or it could not be evaluated.")]
pub(in crate::cli) struct ExplainArgs {
    /// A rule's id, as in `redis-ha`, a check of it, as in `redis-ha/no-replica`, or an address.
    #[arg(value_name = "RULE or ADDRESS")]
    pub(in crate::cli) what: String,

    #[command(flatten)]
    pub(in crate::cli) root: RootArgs,

    /// How to write what an address stands for.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,
}
