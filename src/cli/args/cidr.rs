//! `infralint cidr`.

use std::path::PathBuf;

use super::{
    choice::Format,
    given::{FactsFileArgs, ValueArgs},
};
use crate::world::cidr::Range;
use clap::{Args, ValueHint};

/// Print the address plan of a repository: which ranges are used, by whom, what overlaps, and which blocks are free.
///
/// Ranges are those of VPCs, their associations and subnets, of Kubernetes services and VPN clients, in all root modules
/// under the paths, and with --facts those that exist in accounts. What is not known before an apply is listed with its reason.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint cidr                                   the plan of the repository
  infralint cidr --free /16                        and the free /16 blocks beside what is used
  infralint cidr --free /20 --within 10.64.0.0/10  free blocks of one range
  infralint cidr --format json | jq '.used[].range'

Exit codes: 0 printed, 2 something could not be read, so that the plan may lack a range.")]
pub(in crate::cli) struct CidrArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) paths: Vec<PathBuf>,

    /// Look for free blocks of this size.
    #[arg(long, value_name = "/PREFIX", value_parser = prefix)]
    pub(in crate::cli) free: Option<u32>,

    /// Where to look for free blocks: the private ranges that are used, without it; repeatable.
    #[arg(long, value_name = "RANGE", value_parser = range, requires = "free")]
    pub(in crate::cli) within: Vec<Range>,

    /// How to write the plan.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(in crate::cli) format: Format,

    #[command(flatten)]
    pub(in crate::cli) values: ValueArgs,

    #[command(flatten)]
    pub(in crate::cli) facts: FactsFileArgs,
}

/// `/20`, or `20`.
fn prefix(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix('/').unwrap_or(text);
    let length = digits.parse::<u32>().ok().filter(|length| *length <= 128);
    length.ok_or_else(|| "write a prefix length, such as /20".to_owned())
}

fn range(text: &str) -> Result<Range, String> {
    Range::parse(text).ok_or_else(|| "write a range in CIDR notation, such as 10.0.0.0/8".to_owned())
}
