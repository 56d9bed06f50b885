//! Arguments as typed. What they mean together is resolved by each command.

use std::{num::NonZeroUsize, path::PathBuf};

use crate::world::cidr::Range;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

/// Judges a Terraform repository offline, the way Terraform would evaluate it.
///
/// infralint evaluates root modules without init, credentials or network, and judges what it finds against rules. Every
/// verdict is pass, fail, or undecided with the reason and what would decide it.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 nothing found, 1 something found, 2 something could not be checked.")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Apply the plan that was judged, that very one, or refuse.
    #[command(long_about = super::gate::ABOUT_APPLY, after_help = super::gate::CODES)]
    Apply(GateArgs),
    Check(CheckArgs),
    Cidr(CidrArgs),
    /// Plan to destroy everything in a root module, judge that, ask, and apply it.
    #[command(long_about = super::gate::ABOUT_DESTROY, after_help = super::gate::CODES)]
    Destroy(GateArgs),
    Eval(EvalArgs),
    Explain(ExplainArgs),
    Facts(FactsArgs),
    Live(LiveArgs),
    /// Check a root module, let Terraform plan in a container, and judge the plan.
    #[command(long_about = super::gate::ABOUT_PLAN, after_help = super::gate::CODES)]
    Plan(GateArgs),
    Rules(RulesArgs),
    Schema(SchemaArgs),
    Test(TestArgs),
}

/// Judge the root modules found under the paths.
///
/// A root module is a folder that Terraform is run in: it has a backend, a provider configuration, or nobody calls it.
/// Modules are judged where they are called, with the values they are called with.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint check                       all below the current folder
  infralint check stages/test           one stage
  infralint check --undecided fail      let nothing through that is not known
  infralint check --format json | jq .summary
  terraform show -json tfplan | infralint check stages/test/main --plan -

Exit codes: 0 nothing at or above --fail-on was found, 1 something was,
2 something could not be checked, which is never reported as good.")]
pub(super) struct CheckArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// How to write the report.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    /// Write the report to a file instead of the standard output.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) values: ValueArgs,

    #[command(flatten)]
    pub(super) inputs: InputArgs,

    /// Judge by a plan: the JSON that `terraform show -json PLAN` writes; repeatable. `-` is the standard input.
    ///
    /// The plan says what values come to, the files beside it where they come from. It is the plan of the root module that
    /// PATH leads to; where those are several, ROOT says of which. Without the files, the plan is judged alone.
    #[arg(long, value_name = "[ROOT=]FILE", value_hint = ValueHint::FilePath)]
    pub(super) plan: Vec<String>,

    /// Judge by what is recorded of accounts too, as `infralint facts pull` writes it; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) facts: Vec<PathBuf>,

    /// Ask the accounts of the root modules what exists there, with the credentials that every AWS tool takes.
    ///
    /// Nothing but read-only calls of EC2 is made. An account that is not the one of its root module stops everything.
    #[arg(long, conflicts_with = "facts")]
    pub(super) live: bool,

    /// What an undecided check weighs: allow = info, warn = warning, fail = error.
    ///
    /// Counts more than everything the settings say. Without it, and without settings, an undecided check is a warning.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(super) undecided: Option<Undecided>,

    /// What core::try makes of a value that is partly unknown. `compat` takes it as unknown, which decides less.
    #[arg(long = "try", value_enum, value_name = "HOW", default_value_t = Try::Precise)]
    pub(super) r#try: Try,

    /// The least level that makes the exit code 1.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(super) fail_on: FailOn,

    /// Threads to use; as many as there are cores by default. The report is the same for any number.
    #[arg(long, short, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Only hold the configuration against the schemas of its providers, as `terraform validate` does, and apply no rules.
    #[arg(long)]
    pub(super) schema_only: bool,

    /// Do not hold the configuration against the schemas of its providers.
    #[arg(long, conflicts_with = "schema_only")]
    pub(super) no_schema: bool,

    /// Colour the report. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,

    /// Say only what makes the exit code other than 0, without a summary.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Record what exists in AWS accounts, to judge by it offline.
#[derive(Debug, Args)]
pub(super) struct FactsArgs {
    #[command(subcommand)]
    pub(super) command: FactsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum FactsCommand {
    Pull(FactsPullArgs),
}

/// Ask the accounts of root modules what exists there, and write it down.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint facts pull --stage test -o facts.json
  infralint check stages/test --facts facts.json

Exit codes: 0 recorded (what was not told is in the file, with its reason), 2 nobody could be asked.")]
pub(super) struct FactsPullArgs {
    /// Folders to look for root modules in.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Only the root modules of one stage: a folder of this name is on their path.
    #[arg(long, value_name = "NAME")]
    pub(super) stage: Option<String>,

    /// Write to a file instead of the standard output.
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) values: ValueArgs,
}

/// What asking AWS accounts needs.
#[derive(Debug, Args)]
pub(super) struct LiveArgs {
    #[command(subcommand)]
    pub(super) command: LiveCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum LiveCommand {
    /// Print the IAM policy that permits what `--live` and `facts pull` call, and nothing else.
    Policy,
}

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
pub(super) struct SchemaArgs {
    #[command(subcommand)]
    pub(super) command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum SchemaCommand {
    Import(SchemaImportArgs),
    /// List the schemas there are, with their versions and files.
    List,
}

/// Import the schemas of all providers in a file, or in the JSON files of a folder.
#[derive(Debug, Args)]
pub(super) struct SchemaImportArgs {
    /// What `terraform providers schema -json` has printed, or a folder of such files.
    #[arg(value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(super) from: PathBuf,

    /// The providers' version. Without it the .terraform.lock.hcl beside the file tells.
    #[arg(long, value_name = "VERSION")]
    pub(super) provider_version: Option<String>,

    /// Keep the schemas in .infralint/schemas of this repository, to be committed, instead of in the cache folder.
    #[arg(long)]
    pub(super) project: bool,
}

/// What the variables of root modules are, and in which workspace.
#[derive(Debug, Args)]
pub(super) struct ValueArgs {
    /// Give a root module's variable a value, as `terraform plan -var` does; repeatable.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) var: Vec<(String, String)>,

    /// Read values of variables from a file, as `terraform plan -var-file` does; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) var_file: Vec<PathBuf>,

    /// The workspace that is selected: what `terraform.workspace` is. `TF_WORKSPACE` says it too.
    #[arg(long, value_name = "NAME")]
    pub(super) workspace: Option<String>,
}

/// Which root module.
#[derive(Debug, Args)]
pub(super) struct RootArgs {
    /// The root module's folder.
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(super) root: PathBuf,

    #[command(flatten)]
    pub(super) values: ValueArgs,

    /// Colour mistakes. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,
}

/// Print the address plan of a repository: which ranges are used, by whom, what overlaps, and which blocks are free.
///
/// Ranges are those of VPCs, their associations and subnets, of Kubernetes services and VPN clients, in all root modules
/// under the paths. What is not known before an apply is listed with its reason.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint cidr                                   the plan of the repository
  infralint cidr --free /16                        and the free /16 blocks beside what is used
  infralint cidr --free /20 --within 10.64.0.0/10  free blocks of one range
  infralint cidr --format json | jq '.used[].range'

Exit codes: 0 printed, 2 something could not be read, so that the plan may lack a range.")]
pub(super) struct CidrArgs {
    /// Folders to look for root modules in, or files of a root module.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Look for free blocks of this size.
    #[arg(long, value_name = "/PREFIX", value_parser = prefix)]
    pub(super) free: Option<u32>,

    /// Where to look for free blocks: the private ranges that are used, without it; repeatable.
    #[arg(long, value_name = "RANGE", value_parser = range, requires = "free")]
    pub(super) within: Vec<Range>,

    /// How to write the plan.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    #[command(flatten)]
    pub(super) values: ValueArgs,
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
pub(super) struct EvalArgs {
    /// The expression; several are printed one after the other.
    #[arg(value_name = "EXPR", allow_negative_numbers = true)]
    pub(super) expressions: Vec<String>,

    /// Print types instead of values, as the console's function `type` does.
    #[arg(long = "type", short = 't')]
    pub(super) types: bool,

    #[command(flatten)]
    pub(super) root: RootArgs,
}

/// What the gate runs, and where.
#[derive(Debug, Args)]
pub(super) struct GateArgs {
    /// The root module's folder.
    #[arg(value_name = "ROOT", value_hint = ValueHint::DirPath)]
    pub(super) root: PathBuf,

    /// What runs Terraform: the settings' engine, else the first one found. `none` is the terraform on the path.
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub(super) engine: Option<EngineName>,

    /// Give the engine's `run` another argument, as in --engine-arg=--network=host; repeatable.
    ///
    /// TERRAFORM_ENGINE_ARGS in the environment, split at blanks, says the same.
    #[arg(long = "engine-arg", value_name = "ARG", allow_hyphen_values = true)]
    pub(super) engine_arguments: Vec<String>,

    /// The image, pinned by digest: counts more than the settings. TERRAFORM_IMAGE in the environment says it too.
    #[arg(long, value_name = "IMAGE")]
    pub(super) image: Option<String>,

    /// Give `terraform init` another argument, as in --init-arg=-upgrade; repeatable.
    ///
    /// TERRAFORM_INIT_ARGS in the environment, split at blanks, says the same.
    #[arg(long = "init-arg", value_name = "ARG", allow_hyphen_values = true)]
    pub(super) init_arguments: Vec<String>,

    /// The workspace, as TF_WORKSPACE says it.
    #[arg(long, value_name = "NAME")]
    pub(super) workspace: Option<String>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,

    #[command(flatten)]
    pub(super) inputs: InputArgs,

    /// What an undecided check weighs: allow = info, warn = warning, fail = error.
    #[arg(long, value_enum, value_name = "POLICY")]
    pub(super) undecided: Option<Undecided>,

    /// The least level that keeps a plan from being applied.
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    pub(super) fail_on: FailOn,

    /// Colour the report. `auto` does so on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(super) color: Color,

    /// Arguments of Terraform itself.
    #[arg(last = true, value_name = "TERRAFORM ARGUMENTS", allow_hyphen_values = true)]
    pub(super) terraform: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum EngineName {
    Docker,
    Podman,
    /// No container at all.
    None,
}

/// Values for inputs of rules.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Give an input of rules a value; repeatable.
    ///
    /// Counts more than TFPOLICY_INPUT_<name> in the environment, which counts more than --input-file.
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) input: Vec<(String, String)>,

    /// Read values for inputs of rules from a file, written like a variable file; repeatable.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) input_file: Vec<PathBuf>,
}

/// Run tests of policies (*.policytest.hcl), and the examples on the pages of rules.
///
/// Mocks are judged by the policies that a test file names. The page <id>.md beside <id>.policy.hcl holds configurations
/// that are judged by that rule; the lines it finds something on are marked in them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  infralint test policies               all tests below a folder
  infralint test rules --filter redis   those with a word in their file or name
  infralint test --format junit > tests.xml

Exit codes: 0 all passed, 1 one failed (or, with --mutate, a change was noticed by none), 2 something could not be run.")]
pub(super) struct TestArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Only tests with this in their file or name; * stands for any characters.
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,

    /// Also change every attribute that a policy reads in every test, and tell what no test notices.
    #[arg(long)]
    pub(super) mutate: bool,

    /// Give mocks the shape of the provider's schema, as plans have it: null for what they leave out.
    #[arg(long)]
    pub(super) mock_schema: bool,

    /// What core::try makes of a value that is partly unknown. `compat` takes it as unknown, which decides less.
    #[arg(long = "try", value_enum, value_name = "HOW", default_value_t = Try::Precise)]
    pub(super) r#try: Try,

    /// How to write the results.
    #[arg(long, value_enum, default_value_t = TestFormat::Human)]
    pub(super) format: TestFormat,

    #[command(flatten)]
    pub(super) inputs: InputArgs,

    /// Threads to use; as many as there are cores by default.
    #[arg(long, short, value_name = "N")]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Tell every test, and what policies said of it.
    #[arg(long, short)]
    pub(super) verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum TestFormat {
    /// For people.
    Human,
    /// For programs.
    Json,
    /// For CI systems.
    Junit,
}

/// Which rules.
#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// Judge by the policy files of a folder too; repeatable. A rule of the same id replaces the shipped one.
    #[arg(long = "rules", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) folders: Vec<PathBuf>,

    /// Leave out the rules that come with infralint.
    #[arg(long)]
    pub(super) no_default_rules: bool,
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
pub(super) struct ExplainArgs {
    /// A rule's id, as in `redis-ha`, a check of it, as in `redis-ha/no-replica`, or an address.
    #[arg(value_name = "RULE or ADDRESS")]
    pub(super) what: String,

    #[command(flatten)]
    pub(super) root: RootArgs,

    /// How to write what an address stands for.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,
}

/// List the rules with their checks, or check policy files.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct RulesArgs {
    #[command(subcommand)]
    pub(super) command: Option<RulesCommand>,

    #[command(flatten)]
    pub(super) rules: RuleArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    Check(RulesCheckArgs),
}

/// Tell everything that is wrong with policy files.
///
/// Syntax, names, operations and functions; attributes that the provider's schema does not have, also inside core::try;
/// conditions that read nothing; and what other engines take differently.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes: 0 no error, 1 an error, 2 a file that nothing can be judged by.")]
pub(super) struct RulesCheckArgs {
    /// Folders with everything below them, or files.
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// How to write what was found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(super) format: Format,

    /// Leave out notes, which are about nothing wrong.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Human,
    /// For programs: a contract, described by a JSON Schema.
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Undecided {
    Allow,
    Warn,
    Fail,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Try {
    /// As it is: what is known of it stays known.
    Precise,
    /// Unknown as a whole, as HashiCorp's engine has it.
    Compat,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Info,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether to colour; `usual` is what counts where nobody says.
    pub(super) const fn is_wanted(self, usual: bool) -> bool {
        match self {
            Self::Auto => usual,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// `name=value`; the value may hold further equals signs.
fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}
