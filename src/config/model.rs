//! What configuration is, after reading and merging; nothing here is evaluated.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use ecow::EcoString;
use indexmap::IndexMap;

use super::{installed::Installed, release::Release};
use crate::{
    account,
    addr::{Mode, Name},
    diag::Diagnostic,
    schema,
    source::{FileId, Place},
    syntax::{ExprId, Tree},
    value::{Type, Value, What},
};

/// What to load.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// Directories or files, absolute or relative to the repository's root.
    pub paths: Vec<PathBuf>,
    /// Whether the paths mean these directories alone, and not what lies below them.
    pub shallow: bool,
    /// `-var name=value`, in order.
    pub vars: Vec<(String, String)>,
    /// `-var-file`, in order, absolute or relative to the repository's root.
    pub var_files: Vec<PathBuf>,
    /// How `-var` and `-var-file` follow each other on the command line, since the last of a name counts.
    /// Whatever is not named here comes first: the files, then the values.
    pub order: Vec<CommandLineValue>,
    /// `TF_VAR_name` of the environment.
    pub env_vars: Vec<(String, String)>,
    /// `TF_WORKSPACE`: the workspace that is selected, wherever it is set.
    pub workspace: Option<String>,
    /// Folders that imported schemas of providers are looked for in.
    pub schema_dirs: Vec<PathBuf>,
    /// Whether configurations are held against no schema.
    pub no_schema: bool,
    /// Whether they are held against schemas alone, so that no rules are needed.
    pub schema_only: bool,
    /// What is known of accounts.
    pub account_facts: Arc<account::Facts>,
    /// The workspaces of root modules; the first list that fits a root module counts.
    pub workspaces: Vec<Workspaces>,
}

/// The workspaces that root modules are run in.
#[derive(Clone, Debug)]
pub struct Workspaces {
    /// A pattern of paths, in which `*` stands for any characters.
    pub root_module: String,
    pub list: Vec<Workspace>,
    /// Where it is said.
    pub at: Place,
}

#[derive(Clone, Debug)]
pub struct Workspace {
    pub name: String,
    /// Variable files that are given in this workspace, relative to the root module, each with the place that names it.
    pub var_files: Vec<(PathBuf, Place)>,
}

/// One `-var` or `-var-file`, by its index in [`LoadOptions::vars`] or [`LoadOptions::var_files`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandLineValue {
    Var(usize),
    File(usize),
}

/// Everything that was loaded.
#[derive(Clone, Debug, Default)]
pub struct Repository {
    /// By directory, relative to the repository's root, with forward slashes.
    pub modules: HashMap<Box<str>, Arc<Module>>,
    /// Sorted by id: by path, and one for each workspace that a list names. Empty when nothing under the paths is a root
    /// module.
    pub root_modules: Vec<RootModule>,
    /// Root modules outside the paths, sorted by path. They are here because one under the paths reads states of others, and are
    /// not judged.
    pub elsewhere: Vec<RootModule>,
    /// Directories under the paths that hold configuration but are judged only where they are called, sorted.
    pub called_only: Vec<Box<str>>,
    /// Root modules under the paths that have no workspace of the name that is selected, sorted.
    pub in_other_workspaces: Vec<Box<str>>,
    /// The schemas of providers that configurations are held against.
    pub schemas: schema::Library,
    /// What is known of accounts.
    pub account_facts: Arc<account::Facts>,
    pub conformity: Conformity,
    /// Those that belong to no root module: a path that does not exist, an unreadable folder.
    pub diagnostics: Vec<Diagnostic>,
}

/// What was found in modules that were held against schemas: the same for every root module that calls one, as long as its
/// provider is of one release.
#[derive(Clone, Debug, Default)]
pub struct Conformity(Arc<Mutex<Looked>>);

/// By directory and release of the provider.
type Looked = HashMap<(Box<str>, Release), Found>;

/// Of each resource of a module, in order.
type Found = Arc<[Vec<Diagnostic>]>;

impl Conformity {
    /// What is known of a module, or what looking at it finds.
    pub fn of(&self, module: &Module, release: Release, look: impl FnOnce() -> Vec<Vec<Diagnostic>>) -> Found {
        let key = (module.dir.clone(), release);
        let known = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known().get(&key) {
            return Arc::clone(found);
        }
        // Looked at without the lock: two threads may look at one module, and find the same.
        let found = Found::from(look());
        known().insert(key, Arc::clone(&found));
        found
    }
}

impl Repository {
    /// The root modules under the paths, and those elsewhere that may be read.
    pub fn all_root_modules(&self) -> impl Iterator<Item = &RootModule> {
        self.root_modules.iter().chain(&self.elsewhere)
    }
}

/// A directory Terraform runs in.
#[derive(Clone, Debug)]
pub struct RootModule {
    /// Tells it from every other one: the path, with the workspace where it is evaluated in several.
    pub id: Arc<str>,
    pub path: Arc<str>,
    pub module: Arc<Module>,
    /// Calls that `terraform init` has installed, by their path from here (`vpc.endpoints`).
    /// These are what a [`ModuleSource::Remote`] stands for in this root module.
    pub installed: BTreeMap<String, Installed>,
    /// Values given to variables, in rising precedence; the last of a name counts.
    pub given: Vec<Given>,
    /// Trees of the variable files, for [`GivenValue::Expr`].
    pub variable_trees: Arc<[Tree]>,
    /// The effective backend: block, overrides, `-backend-config` found in make and script files.
    pub backend: Backend,
    /// The workspace that is selected, where somebody says so.
    pub workspace: Option<String>,
    /// The AWS provider that Terraform would run.
    pub aws: Release,
    /// The Terraform that would run, compared with the one whose language is evaluated here.
    pub terraform: Release,
    pub diagnostics: Vec<Diagnostic>,
}

/// A value given to a root module's variable.
#[derive(Clone, Debug)]
pub struct Given {
    pub name: Name,
    /// File, environment or command line.
    pub what: What,
    /// The place of the value.
    pub at: Place,
    /// The place of the name.
    pub name_at: Place,
    pub value: GivenValue,
}

#[derive(Clone, Debug)]
pub enum GivenValue {
    /// An expression in `variable_trees[tree]`.
    Expr { tree: u32, id: ExprId },
    /// Text from the environment or the command line: a string for primitive types, else an expression.
    Text(EcoString),
}

/// Declarations in the order they are written, found by name. A name hashes to where it is interned, and so cheaply.
type Table<K, V> = IndexMap<K, V, foldhash::fast::FixedState>;

/// One directory of configuration. Terraform calls it a module wherever it is called from.
#[derive(Debug, Default)]
pub struct Module {
    pub dir: Box<str>,
    pub trees: Vec<Tree>,
    pub variables: Table<Name, Variable>,
    pub locals: Table<Name, Local>,
    pub outputs: Table<Name, Output>,
    pub resources: Table<(Mode, Name, Name), Resource>,
    pub calls: Table<Name, ModuleCall>,
    pub providers: Vec<ProviderConfig>,
    pub required_providers: Table<Name, RequiredProvider>,
    /// `required_version` constraints, each with its place.
    pub required_versions: Vec<(EcoString, Place)>,
    /// The `backend` or `cloud` block as written, after overrides; only a root module's counts.
    pub backend: Option<Block>,
    pub checks: Table<Name, Check>,
    /// `moved`, `removed` and `import` blocks as written.
    pub refactorings: Vec<Block>,
    /// Attributes that expressions read and the schemas that are here do not have.
    pub beyond_schema: Vec<Beyond>,
    /// Problems of reading and of declaration (syntax, duplicates, unknown blocks).
    pub diagnostics: Vec<Diagnostic>,
}

/// A step of a reference that a schema does not have: a mistake unless another release of the provider has it.
#[derive(Clone, Debug)]
pub struct Beyond {
    /// Whether the schema is a provider's, and not Terraform's own.
    pub by_provider: bool,
    /// The attribute of the resource itself that it would be.
    pub added: Option<Name>,
    pub diagnostic: Diagnostic,
}

/// An expression of a module: which of its trees, and which node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expr {
    pub tree: u32,
    pub id: ExprId,
}

impl Module {
    #[must_use]
    pub fn tree(&self, expr: Expr) -> &Tree {
        &self.trees[expr.tree as usize]
    }

    #[must_use]
    pub fn place(&self, expr: Expr) -> Place {
        self.tree(expr).place(expr.id)
    }
}

/// A block's arguments and nested blocks, overrides merged in.
#[derive(Clone, Debug, Default)]
pub struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    pub name: Name,
    pub name_at: Place,
    pub value: Expr,
}

#[derive(Clone, Debug)]
pub struct Block {
    pub ty: Name,
    pub labels: Vec<(Name, Place)>,
    /// From the type to the last label.
    pub header: Place,
    /// The header of the last block of an override file that said something of its own.
    pub overridden: Option<Place>,
    /// The whole block with its braces.
    pub at: Place,
    pub body: Body,
}

impl Block {
    /// The type of the blocks it stands for: a `dynamic` block is labelled with it.
    #[must_use]
    pub fn generated_type(&self) -> Option<Name> {
        if self.ty == "dynamic" { self.labels.first().map(|(label, _)| *label) } else { Some(self.ty) }
    }
}

impl Body {
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    /// The same without comparing texts.
    #[must_use]
    pub fn attribute_of(&self, name: Name) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)
    }

    pub fn blocks_of<'b>(&'b self, ty: &'b str) -> impl Iterator<Item = &'b Block> {
        self.blocks.iter().filter(move |b| b.ty == ty)
    }
}

#[derive(Debug)]
pub struct Variable {
    pub name: Name,
    /// The label.
    pub name_at: Place,
    /// The constraint; `Any` when there is none.
    pub ty: Type,
    /// Defaults of `optional(type, default)` attributes, by their steps from the variable; wildcards for elements.
    pub type_defaults: TypeDefaults,
    /// Whether text from outside is the value itself: the type is primitive, or there is none.
    pub takes_text: bool,
    pub default: Option<Expr>,
    pub nullable: bool,
    pub sensitive: bool,
    pub ephemeral: bool,
    pub validations: Vec<Validation>,
    pub header: Place,
    /// The header of the last override of it, which a default that does not fit is blamed on.
    pub overridden: Option<Place>,
}

/// Defaults of `optional` attributes inside a type constraint, as a tree beside the type.
#[derive(Clone, Debug, Default)]
pub struct TypeDefaults {
    /// Of this object's own attributes.
    pub values: Vec<(EcoString, Value)>,
    /// Where each of them stands.
    pub places: Vec<(EcoString, Place)>,
    /// Of what lies below: an attribute's name, an index, or `""` for every element of a collection.
    pub children: Vec<(EcoString, TypeDefaults)>,
}

/// A `validation`, `precondition`, `postcondition` or `assert` block.
#[derive(Clone, Copy, Debug)]
pub struct Validation {
    pub condition: Expr,
    pub error_message: Option<Expr>,
    pub at: Place,
}

#[derive(Clone, Copy, Debug)]
pub struct Local {
    pub name_at: Place,
    pub value: Expr,
}

#[derive(Clone, Debug)]
pub struct Output {
    pub name_at: Place,
    pub value: Option<Expr>,
    pub sensitive: bool,
    pub ephemeral: bool,
    pub preconditions: Vec<Validation>,
    pub depends_on: Option<Expr>,
    pub header: Place,
}

#[derive(Clone, Debug)]
pub struct Resource {
    pub mode: Mode,
    pub ty: Name,
    /// The label with the type.
    pub ty_at: Place,
    pub name: Name,
    pub header: Place,
    /// The whole block with its braces.
    pub at: Place,
    pub count: Option<Expr>,
    pub for_each: Option<Expr>,
    pub provider: Option<ProviderReference>,
    /// Arguments and nested blocks, without meta-arguments; `dynamic` blocks as written.
    pub body: Body,
    /// The `lifecycle` block as written.
    pub lifecycle: Option<Block>,
    pub depends_on: Option<Expr>,
    /// `connection` and `provisioner` blocks as written.
    pub provisioners: Vec<Block>,
    pub preconditions: Vec<Validation>,
    pub postconditions: Vec<Validation>,
    /// An override file has a word in it.
    pub overridden: bool,
}

/// `aws` or `aws.east`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ProviderReference {
    pub name: Name,
    pub alias: Option<Name>,
}

#[derive(Clone, Debug)]
pub struct ModuleCall {
    pub name: Name,
    pub name_at: Place,
    pub header: Place,
    /// The brace after the header, where what is missing is missed.
    pub opening: Place,
    pub source: ModuleSource,
    pub source_at: Place,
    pub version: Option<EcoString>,
    pub count: Option<Expr>,
    pub for_each: Option<Expr>,
    pub depends_on: Option<Expr>,
    /// The module's variables as arguments.
    pub arguments: Vec<Attribute>,
    /// `providers = { inner = outer }`.
    pub providers: Vec<(ProviderReference, ProviderReference)>,
    /// Where each inner and each outer name stands.
    pub providers_at: Vec<(Place, Place)>,
    /// An override file has a word in it.
    pub overridden: bool,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ModuleSource {
    /// A key of [`Repository::modules`], and the source as written.
    Local { dir: Box<str>, written: EcoString },
    /// Not in the repository (registry, git); the source as written.
    Remote(EcoString),
    /// A local source whose folder is not there or holds no configuration; a diagnostic says so.
    Missing(EcoString),
}

#[derive(Clone, Debug)]
pub struct ProviderConfig {
    pub name: Name,
    pub alias: Option<Name>,
    pub header: Place,
    /// The whole block with its braces.
    pub at: Place,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub struct RequiredProvider {
    pub source: Option<EcoString>,
    pub version: Option<EcoString>,
    /// The aliases that `configuration_aliases` names.
    pub aliases: Vec<Name>,
    pub at: Place,
}

#[derive(Clone, Debug)]
pub struct Check {
    pub header: Place,
    pub data: Option<(Mode, Name, Name)>,
    pub asserts: Vec<Validation>,
}

/// Where a root module keeps its state, with everything that was found merged.
#[derive(Clone, Debug)]
pub struct Backend {
    pub kind: BackendKind,
    /// Every argument, with its origin kind and place; later ones replace earlier ones.
    pub arguments: Vec<(Name, BackendArgument)>,
    /// The block's header, or the root module's first file when there is no block.
    pub at: Place,
    /// Arguments may be given elsewhere: `terraform init` is run with `-backend-config` that could not be resolved.
    pub partial: Option<EcoString>,
    /// What `terraform init` is given by `-backend-config`: files relative to the root module, and `key=value`.
    pub init: Vec<EcoString>,
    pub runs: Runs,
}

/// How Terraform is run for a root module, as make files, scripts and pipelines say it.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// Commands that run Terraform without the lock.
    pub unlocked: Vec<Place>,
    /// Commands of pipelines that write a state and do not wait for a lock.
    pub impatient: Vec<Place>,
    /// Versions of Terraform that are pinned: images, version managers, pipelines.
    pub pins: Vec<(EcoString, Place)>,
    /// Variables of the environment that backends read, by their name.
    pub environment: Vec<(EcoString, EcoString, Place)>,
    /// Why a state on this disk is, or gets, into the repository: words that follow its name.
    pub exposed_state: Option<&'static str>,
    /// The file of terragrunt that completes what the root module says.
    pub terragrunt: Option<EcoString>,
}

#[derive(Clone, Debug)]
pub struct BackendArgument {
    pub value: Value,
    pub what: What,
    pub at: Place,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BackendKind {
    /// No block: a local file.
    Implicit,
    /// `backend "type"`.
    Named(Name),
    Cloud,
}

impl Default for Backend {
    fn default() -> Self {
        let at = Place::new(FileId(0), crate::source::Span::default());
        Self {
            kind: BackendKind::Implicit,
            arguments: Vec::new(),
            at,
            partial: None,
            init: Vec::new(),
            runs: Runs::default(),
        }
    }
}
