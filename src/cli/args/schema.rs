//! `infralint schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};

/// Import schemas of providers, and list those that are there.
///
/// The schema of the AWS provider is part of the program. Those of other providers and versions are imported from what
/// `terraform providers schema -json` prints; resources of providers without a schema are not held against one.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  terraform providers schema -json > /tmp/schema.json
  infralint schema import /tmp/schema.json --provider-version 3.6.0
  infralint schema import . --project   files of this folder, versions from its .terraform.lock.hcl
  infralint schema list")]
pub(in crate::cli) struct SchemaArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SchemaCommand {
    Import(SchemaImportArgs),
    /// List the schemas there are, with their versions and files.
    List,
}

/// Import the schemas of all providers in a file, or in the JSON files of a folder.
#[derive(Debug, Args)]
pub(in crate::cli) struct SchemaImportArgs {
    /// What `terraform providers schema -json` has printed, or a folder of such files.
    #[arg(value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) from: PathBuf,

    /// The providers' version. Without it the .terraform.lock.hcl beside the file tells.
    #[arg(long, value_name = "VERSION")]
    pub(in crate::cli) provider_version: Option<String>,

    /// Keep the schemas in .infralint/schemas of this repository, to be committed, instead of in the cache folder.
    #[arg(long)]
    pub(in crate::cli) project: bool,
}
