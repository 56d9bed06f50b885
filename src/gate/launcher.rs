//! How Terraform is started: the engine's command line, or Terraform's own.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use super::{Engine, Failure, Image, Invocation, Surroundings, process::Output};

/// Everything that starts one Terraform for one root module.
#[derive(Debug)]
pub struct Launcher {
    pub engine: Engine,
    pub image: Image,
    /// The repository's root.
    pub repository: PathBuf,
    /// The root module's folder, absolute.
    pub folder: PathBuf,
    /// Where providers are kept between runs; nobody else's.
    pub plugins: Option<PathBuf>,
    /// Names of the variables that are handed on.
    pub names: Vec<String>,
    /// The workspace, where the command line says it.
    pub workspace: Option<String>,
    /// Mounted where they are, to be read only.
    pub files: Vec<PathBuf>,
    /// The caller's home, where it is needed for profiles.
    pub home: Option<PathBuf>,
    /// Further arguments for the engine's `run`.
    pub engine_arguments: Vec<String>,
    pub user: (u32, u32),
    pub host: String,
    /// What no other run of this machine has.
    pub tag: String,
    pub terminal: bool,
}

/// Says more than was judged, or elsewhere than it is looked for.
const NEVER: [&str; 7] = [
    "TF_CLI_ARGS",
    "TF_CLI_ARGS_init",
    "TF_CLI_ARGS_plan",
    "TF_CLI_ARGS_show",
    "TF_CLI_ARGS_apply",
    "TF_DATA_DIR",
    "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE",
];

impl Launcher {
    /// `terraform` with arguments; with the terminal, if there is one, unless its output is kept.
    #[must_use]
    pub fn terraform(&self, step: &str, arguments: &[OsString], output: Output) -> Invocation {
        let terminal = self.terminal && output == Output::Passed;
        let mut invocation = Invocation {
            program: self.engine.program().clone(),
            arguments: Vec::new(),
            folder: self.folder.clone(),
            set: self.workspace.iter().map(|name| ("TF_WORKSPACE".to_owned(), name.clone())).collect(),
            unset: NEVER.map(str::to_owned).to_vec(),
            terminal,
            output,
        };
        if !matches!(self.engine, Engine::Terraform(_)) {
            invocation.arguments = self.run(step, terminal);
        } else {
            invocation.set.push(("TF_IN_AUTOMATION".to_owned(), "1".to_owned()));
            let plugins = self.plugins.iter().map(|folder| folder.to_string_lossy().into_owned());
            invocation.set.extend(plugins.map(|folder| ("TF_PLUGIN_CACHE_DIR".to_owned(), folder)));
        }
        // Keys that interrupt would reach a Terraform of the terminal's own group twice.
        invocation.terminal &= !matches!(self.engine, Engine::Terraform(_));
        invocation.arguments.push(step.into());
        invocation.arguments.extend_from_slice(arguments);
        invocation
    }

    /// The name of the container of a step.
    #[must_use]
    pub fn container(&self, step: &str) -> String {
        format!("infralint-{step}-{}", self.tag)
    }

    /// The engine's part of the command line. Variables go by name: the engine reads the values from its environment, so
    /// that none shows up in a process list.
    fn run(&self, step: &str, terminal: bool) -> Vec<OsString> {
        let mut words = Words(Vec::new());
        words.add(["run", "--rm", "--pull=never"]);
        if terminal {
            words.add(["--interactive", "--tty"]);
        }
        words.add(["--name", &self.container(step), "--hostname", &self.host]);
        words.add(["--user", &format!("{}:{}", self.user.0, self.user.1)]);
        self.rights(&mut words);
        let home = self.home.as_deref().unwrap_or(Path::new("/tmp"));
        // Without hints at commands that would not go through the gate.
        words.add(["--env", &format!("HOME={}", home.display()), "--env", "TF_IN_AUTOMATION=1"]);
        let names = self.names.iter().map(String::as_str).filter(|name| *name != "TF_IN_AUTOMATION");
        let workspace = self.workspace.is_some().then_some("TF_WORKSPACE");
        for name in names.filter(|name| Some(*name) != workspace).chain(workspace) {
            words.add(["--env", name]);
        }
        self.mounts(&mut words);
        words.add(["--workdir", &self.folder.to_string_lossy(), "--entrypoint", "terraform"]);
        self.engine_arguments.iter().for_each(|argument| words.add([argument.as_str()]));
        words.add([self.image_reference()]);
        words.0
    }

    /// By its contents, so that a name that was given to another image meanwhile is not run.
    fn image_reference(&self) -> &str {
        &self.image.digest
    }

    /// As few as Terraform can do with.
    fn rights(&self, words: &mut Words) {
        words.add(["--read-only", "--tmpfs", "/tmp:rw,exec,mode=1777", "--cap-drop=ALL"]);
        words.add(["--security-opt", "no-new-privileges"]);
        if matches!(self.engine, Engine::Podman(_)) {
            // Without root the caller is mapped to himself; files of a labelled system stay readable.
            words.add(["--security-opt", "label=disable"]);
            if self.user.0 != 0 {
                words.add(["--userns=keep-id"]);
            }
        }
    }

    /// The repository lies at the same path inside, so that module paths, links and messages are true on both sides. Only
    /// the root module's folder can be written.
    fn mounts(&self, words: &mut Words) {
        if self.repository != self.folder {
            words.mount(&self.repository, true);
        }
        words.mount(&self.folder, false);
        if let Some(plugins) = &self.plugins {
            words.mount(plugins, false);
            words.add(["--env", &format!("TF_PLUGIN_CACHE_DIR={}", plugins.display())]);
        }
        self.files.iter().for_each(|file| words.mount(file, true));
    }

    /// A path that Terraform is given, as it is inside of the container.
    ///
    /// # Errors
    /// When a container would not see it.
    pub fn visible(&self, path: &Path) -> Result<(), Failure> {
        let in_container = !matches!(self.engine, Engine::Terraform(_));
        let is_mounted = path.starts_with(&self.repository) || self.files.iter().any(|file| path.starts_with(file));
        let outside = in_container && !is_mounted;
        if outside { Err(Failure::Outside { path: path.to_path_buf() }) } else { Ok(()) }
    }
}

/// Credential files, and whose home is looked into.
impl Launcher {
    /// What is mounted for credentials, and the home that profiles are looked for in.
    #[must_use]
    pub fn credentials(surroundings: &Surroundings) -> (Vec<PathBuf>, Option<PathBuf>) {
        let files = surroundings.credential_files();
        let profiles = surroundings.profiles().filter(|folder| files.contains(folder));
        let home = profiles.and_then(|folder| folder.parent().map(Path::to_path_buf));
        (files, home)
    }
}

/// A command line as it grows.
struct Words(Vec<OsString>);

impl Words {
    fn add<const N: usize>(&mut self, words: [&str; N]) {
        self.0.extend(words.map(OsString::from));
    }

    /// Unlike a volume, a mount of what is not there fails, and makes no folder that belongs to root.
    fn mount(&mut self, path: &Path, readonly: bool) {
        let path = path.display();
        let end = if readonly { ",readonly" } else { "" };
        self.add(["--mount", &format!("type=bind,source={path},target={path}{end}")]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn launcher(engine: Engine) -> Launcher {
        Launcher {
            engine,
            image: Image { name: "localhost/t:1".to_owned(), digest: "sha256:abc".to_owned() },
            repository: "/repo".into(),
            folder: "/repo/stages/test/main".into(),
            plugins: Some("/home/ann/.cache/infralint/plugins".into()),
            names: vec!["AWS_SECRET_ACCESS_KEY".to_owned(), "TF_WORKSPACE".to_owned()],
            workspace: Some("dev".to_owned()),
            files: vec!["/home/ann/.aws".into()],
            home: Some("/home/ann".into()),
            engine_arguments: vec!["--network=host".to_owned()],
            user: (1000, 100),
            host: "desk".to_owned(),
            tag: "7-1".to_owned(),
            terminal: true,
        }
    }

    fn shown(invocation: &Invocation) -> String {
        let words = invocation.arguments.iter().map(|word| word.to_string_lossy());
        words.collect::<Vec<_>>().join("\n").replace("\n--", "\n  --")
    }

    #[test]
    fn the_command_line_of_docker() {
        let invocation =
            launcher(Engine::Docker("docker".into())).terraform("plan", &["-out=x".into()], Output::Passed);
        insta::assert_snapshot!(shown(&invocation));
    }

    #[test]
    fn the_command_line_of_podman() {
        let invocation = launcher(Engine::Podman("podman".into())).terraform("show", &["-json".into()], Output::Kept);
        insta::assert_snapshot!(shown(&invocation));
    }

    #[test]
    fn terraform_itself() {
        let invocation =
            launcher(Engine::Terraform("/bin/terraform".into())).terraform("apply", &["x".into()], Output::Passed);
        assert_eq!(shown(&invocation), "apply\nx");
        assert!(!invocation.terminal && invocation.unset.contains(&"TF_CLI_ARGS_apply".to_owned()));
        assert!(invocation.set.contains(&("TF_WORKSPACE".to_owned(), "dev".to_owned())));
    }

    #[test]
    fn what_a_container_sees() {
        let in_docker = launcher(Engine::Docker("docker".into()));
        assert!(in_docker.visible(Path::new("/repo/x.tfvars")).is_ok());
        assert!(in_docker.visible(Path::new("/elsewhere/x.tfvars")).is_err());
        assert!(launcher(Engine::Terraform("t".into())).visible(Path::new("/elsewhere/x.tfvars")).is_ok());
    }
}
