//! What all three commands begin with: the root module, its settings, and what runs Terraform.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use super::{
    super::{
        args::{EngineName, GateArgs},
        check::{level, undecided},
        environment::Environment,
        output,
    },
    Stopped, surroundings,
};
use crate::{
    check::{self, ContainerEngine, Request, Settings},
    config::{self, LoadOptions, Repository, RootModule},
    diag::Diagnostic,
    gate::{
        Engine, EngineChoice, Evidence, Failure, FoundImage, Given, Image, Launcher, Session, Signals, Surroundings,
        selected_workspace,
    },
    report::{self, Look},
    source::{Sources, find_root},
};

/// A root module before the gate.
pub(super) struct Stage<'a> {
    pub(super) args: &'a GateArgs,
    pub(super) environment: &'a Environment,
    /// The root module's folder, absolute.
    pub(super) folder: PathBuf,
    pub(super) repository: PathBuf,
    pub(super) settings: Settings,
    pub(super) surroundings: Surroundings,
    pub(super) workspace: String,
    pub(super) color: bool,
}

/// What runs Terraform, as it was found.
pub(super) struct Tools {
    signals: Signals,
    engine: Engine,
    image: FoundImage,
}

/// How long after the start a daemon or a registry may be silent: with all else, two seconds are not used up.
const PATIENCE: Duration = Duration::from_millis(1500);
/// How long each may be silent in any case.
const LEAST_PATIENCE: Duration = Duration::from_millis(400);

impl<'a> Stage<'a> {
    /// Reads the settings.
    pub(super) fn of(args: &'a GateArgs, environment: &'a Environment) -> Result<Self, Stopped> {
        let folder = environment.absolute(&args.root);
        let folder = folder.canonicalize().unwrap_or(folder);
        if !folder.is_dir() {
            return Err(said(&format!("{}: there is no such folder.", args.root.display())));
        }
        let repository = find_root(&folder);
        let color = args.color.is_wanted(environment.color);
        let sources = Sources::new(repository.clone());
        let (settings, diagnostics) = check::load_settings(&sources);
        if diagnostics.iter().any(Diagnostic::is_error) {
            let look = Look { color: args.color.is_wanted(environment.error_color), width: None, quiet: false };
            output::remark(&report::diagnostics(&sources, &diagnostics, look));
            return Err(Stopped::Said(2));
        }
        let named = args.workspace.as_deref().or(environment.workspace.as_deref());
        let workspace = selected_workspace(&folder, named);
        let surroundings = surroundings();
        Ok(Self { args, environment, folder, repository, settings, surroundings, workspace, color })
    }

    pub(super) fn sources(&self) -> Sources {
        Sources::new(self.repository.clone())
    }

    /// The root module's path, as reports have it.
    pub(super) fn path(&self) -> String {
        self.sources().display(&self.folder)
    }

    /// What is to be judged, with the values that a plan is given.
    pub(super) fn request(&self, given: &Given) -> Request {
        let load = LoadOptions {
            paths: vec![self.folder.clone()],
            shallow: true,
            vars: given.vars.clone(),
            var_files: given.var_files.iter().map(|file| crate::source::normalise(&self.folder.join(file))).collect(),
            order: given.order.clone(),
            env_vars: self.environment.variables.clone(),
            workspace: Some(self.workspace.clone()),
            ..LoadOptions::default()
        };
        Request {
            load,
            rules: self.args.rules.sources(self.environment),
            undecided: self.args.undecided.map(undecided),
            whole_try: false,
            fail_on: level(self.args.fail_on),
            jobs: None,
            inputs: self.args.inputs.sources(self.environment),
            now: self.environment.now,
            only: crate::check::Only::default(),
        }
    }

    /// The configuration alone.
    pub(super) fn load(&self, sources: &Sources, request: &Request) -> Repository {
        let options = LoadOptions { workspaces: self.settings.workspaces.clone(), ..request.load.clone() };
        config::load(sources, &options)
    }

    pub(super) fn evidence(&self, sources: &Sources, request: &Request) -> Evidence {
        let today = jiff::tz::TimeZone::UTC.to_datetime(self.environment.now).date();
        let mut evidence = Evidence::of(sources, &request.rules, &self.settings, today);
        // Terraform reads these by itself.
        for name in [".terraform.lock.hcl", ".terraform/modules/modules.json"] {
            evidence.add_file(sources, &self.folder.join(name));
        }
        evidence
    }

    /// Finds everything that Terraform needs to run; nothing is written, and nothing takes long.
    pub(super) fn tools(&self, repository: &Repository) -> Result<Tools, Stopped> {
        let signals = Signals::take().map_err(|error| said(&format!("signals cannot be handed on: {error}.")))?;
        let settings = &self.settings.terraform;
        let engine = Engine::find(&self.choice(), settings, &self.surroundings)?;
        let until = (self.environment.started + PATIENCE).max(Instant::now() + LEAST_PATIENCE);
        engine.answers(&self.surroundings, until)?;
        if uses_aws(repository) && !settings.machine_credentials {
            self.surroundings.credentials()?;
        }
        let wanted = self.args.image.as_deref().or_else(|| self.surroundings.variable("TERRAFORM_IMAGE"));
        let wanted = wanted.or(settings.image.as_deref());
        let image = FoundImage::find(&engine, wanted, &self.surroundings, until)?;
        Ok(Tools { signals, engine, image })
    }

    /// Gets what is not here yet, and makes the folders that Terraform needs.
    pub(super) fn session(&self, tools: Tools, given: &Given) -> Result<Session, Stopped> {
        let Tools { mut signals, engine, image } = tools;
        let image = image.here(&engine, &mut signals)?;
        if let Engine::Terraform(program) = &engine {
            self.warn(program);
        }
        let launcher = self.launcher(engine, image);
        for file in &given.var_files {
            launcher.visible(&crate::source::normalise(&self.folder.join(file)))?;
        }
        Ok(Session::start(launcher, signals)?)
    }

    fn choice(&self) -> EngineChoice {
        let of_environment = self.surroundings.variable("TERRAFORM_ENGINE");
        match (self.args.engine, of_environment) {
            (Some(EngineName::None), _) | (None, Some("none")) => EngineChoice::NoContainer,
            (Some(EngineName::Docker), _) | (None, Some("docker")) => EngineChoice::Named(ContainerEngine::Docker),
            (Some(EngineName::Podman), _) | (None, Some("podman")) => EngineChoice::Named(ContainerEngine::Podman),
            (None, _) => EngineChoice::Any,
        }
    }

    /// Further arguments of `init`, of the environment and of the command line.
    pub(super) fn init_arguments(&self) -> Vec<String> {
        let of_environment = self.surroundings.variable("TERRAFORM_INIT_ARGS").unwrap_or_default();
        of_environment.split_whitespace().map(str::to_owned).chain(self.args.init_arguments.iter().cloned()).collect()
    }

    fn warn(&self, program: &std::path::Path) {
        output::remark(&format!(
            "warning: {} runs outside of a container: with all rights of {}, and whatever version it is. The settings can \
             forbid this: terraform {{ require_container = true }}.\n",
            program.display(),
            self.surroundings.variable("USER").unwrap_or("yours")
        ));
    }

    fn launcher(&self, engine: Engine, image: Image) -> Launcher {
        let (files, home) = Launcher::credentials(&self.surroundings);
        let of_environment = self.surroundings.variable("TERRAFORM_ENGINE_ARGS").unwrap_or_default();
        let engine_arguments = of_environment.split_whitespace().map(str::to_owned);
        let user = (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw());
        Launcher {
            engine,
            image,
            repository: self.repository.clone(),
            folder: self.folder.clone(),
            plugins: self.plugins(),
            names: self.surroundings.handed_on(&self.settings.terraform.environment),
            workspace: self.args.workspace.clone(),
            files,
            home,
            engine_arguments: engine_arguments.chain(self.args.engine_arguments.iter().cloned()).collect(),
            user,
            host: rustix::system::uname().nodename().to_string_lossy().into_owned(),
            tag: format!("{}-{}", user.0, std::process::id()),
            terminal: self.surroundings.terminal,
        }
    }

    /// As the XDG base directories have it.
    fn plugins(&self) -> Option<PathBuf> {
        let absolute = |name| self.surroundings.variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
        Some(caches.join("infralint/plugins"))
    }
}

/// The root module of the configuration.
pub(super) fn root_module<'r>(repository: &'r Repository, path: &str) -> Option<&'r RootModule> {
    repository.root_modules.iter().find(|root| *root.path == *path)
}

/// Whether anything in it asks AWS.
fn uses_aws(repository: &Repository) -> bool {
    let of_aws = |ty: &str| ty.starts_with("aws_");
    let in_modules =
        repository.modules.values().any(|module| module.resources.keys().any(|(_, ty, _)| of_aws(ty.as_str())));
    let is_s3 = |root: &RootModule| matches!(root.backend.kind, config::BackendKind::Named(ty) if ty == "s3");
    in_modules || repository.root_modules.iter().any(is_s3)
}

/// Says why a command stops.
pub(super) fn said(text: &str) -> Stopped {
    output::complain(&super::Failure::new(text));
    Stopped::Said(2)
}

impl From<Failure> for super::Failure {
    fn from(failure: Failure) -> Self {
        Self::new(failure.to_string())
    }
}
