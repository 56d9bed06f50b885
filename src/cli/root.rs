//! One root module, opened by the commands that look into it.

use super::{Failure, args::RootArgs, environment::Environment, facts, output};
use crate::{
    check,
    config::{self, LoadOptions, Repository, RootModule, Workspaces},
    diag::{Diagnostic, Level},
    eval::{Context, Root},
    report::{self, Look},
    source::{Sources, find_root},
};

/// A root module that was read without a mistake.
pub(super) struct OneRoot {
    pub(super) sources: Sources,
    repository: Repository,
    /// Its index.
    at: usize,
    /// How mistakes are written.
    pub(super) look: Look,
}

impl OneRoot {
    /// Loads the root module that the arguments name.
    ///
    /// # Errors
    /// When there is none, or something is wrong with its files; what that is has been printed.
    pub(super) fn open(
        args: &RootArgs,
        environment: &Environment,
        matches: Option<&clap::ArgMatches>,
    ) -> Result<Self, Failure> {
        let dir = environment.absolute(&args.root);
        let shown = args.root.display();
        if !dir.is_dir() {
            return Err(Failure::new(format!("--root {shown}: there is no such folder.")));
        }
        let sources = Sources::new(find_root(&dir));
        let paths = vec![dir.clone()];
        let mut options = LoadOptions { paths, shallow: true, ..args.values.options(environment, matches) };
        let look = Look { color: args.color.is_wanted(environment.error_color), width: None, quiet: false };
        options.workspaces = workspaces(&sources, options.workspace.is_some(), look)?;
        options.account_facts = facts::of_files(&args.facts.files, &sources, environment)?;
        let repository = config::load(&sources, &options);
        let path = sources.display(&dir);
        let Some(at) = repository.root_modules.iter().position(|root| *root.path == *path) else {
            let told = repository.diagnostics.first().map(|diagnostic| diagnostic.detail.as_str());
            let why = told.unwrap_or("this folder is no root module, it holds no Terraform files.");
            return Err(Failure::new(format!("--root {shown}: {why}")));
        };
        let one = Self { sources, repository, at, look };
        one.refuse_mistakes()?;
        Ok(one)
    }

    /// Prints what is wrong with files.
    fn refuse_mistakes(&self) -> Result<(), Failure> {
        let modules = self.repository.modules.values().flat_map(|module| &module.diagnostics);
        let roots = self.repository.root_modules.iter().flat_map(|root| &root.diagnostics);
        let all = self.repository.diagnostics.iter().chain(modules).chain(roots);
        let errors: Vec<Diagnostic> = all.filter(|diagnostic| diagnostic.is_error()).cloned().collect();
        if errors.is_empty() {
            return Ok(());
        }
        self.complain(errors);
        Err(Failure::new("the root module could not be read, so nothing in it is evaluated."))
    }

    /// Prints diagnostics to the standard error, in the one order.
    pub(super) fn complain(&self, mut diagnostics: Vec<Diagnostic>) {
        diagnostics.retain(|diagnostic| diagnostic.level != Level::Info);
        check::sort_diagnostics(&self.sources, &mut diagnostics);
        output::remark(&report::diagnostics(&self.sources, &diagnostics, self.look));
    }

    /// An evaluation of its own: what one expression met is not kept for the next.
    pub(super) fn evaluation(&self) -> Option<Root<'_>> {
        let config: &RootModule = self.repository.root_modules.get(self.at)?;
        Some(Root::new(Context::new(&self.sources), &self.repository, config))
    }
}

/// The workspaces that the settings list, for the variable files of the selected one. Where none is selected and there
/// are several, none counts.
fn workspaces(sources: &Sources, selected: bool, look: Look) -> Result<Vec<Workspaces>, Failure> {
    let (settings, diagnostics) = check::load_settings(sources);
    if diagnostics.iter().any(Diagnostic::is_error) {
        output::remark(&report::diagnostics(sources, &diagnostics, look));
        return Err(Failure::new("the settings could not be read."));
    }
    Ok(settings.workspaces.into_iter().filter(|workspaces| selected || workspaces.list.len() == 1).collect())
}
