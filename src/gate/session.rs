//! The steps of Terraform, one after the other, in one root module.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

use super::{Failure, Launcher, Signals, evidence::sha256, failure::KILLED, process::Output, receipt::write_whole};
use crate::source::Scratch;

/// Where a plan is kept, below the root module, where nobody says otherwise.
pub const PLAN_FILE: &str = "tfplan";

/// The folder for what `init` brings.
const DATA: &str = ".terraform";

/// A root module that Terraform is run in.
#[derive(Debug)]
pub struct Session {
    pub launcher: Launcher,
    signals: Signals,
    /// Nobody else's, and visible to the container: plans lie here while they are made and applied.
    private: Scratch,
}

/// A plan that was made.
#[derive(Debug)]
pub struct Planned {
    /// Where it is for now.
    pub file: PathBuf,
    pub bytes: Vec<u8>,
    /// What Terraform ended with: 2 where there are changes and that was asked for.
    pub code: u8,
}

/// A plan in words that can be judged. They hold secrets.
pub struct Shown {
    pub json: Vec<u8>,
    /// The hash of the JSON with sorted keys and without blanks.
    pub hash: String,
    /// Terraform's version.
    pub terraform: String,
}

/// No value of a plan gets into a debugging output.
impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shown").field("hash", &self.hash).finish_non_exhaustive()
    }
}

impl Session {
    /// Makes the folders that are needed. Nothing is written before.
    ///
    /// # Errors
    /// When they cannot be made.
    pub fn start(launcher: Launcher, signals: Signals) -> Result<Self, Failure> {
        let data = launcher.folder.join(DATA);
        make(&data)?;
        if let Some(plugins) = &launcher.plugins {
            make(plugins)?;
        }
        let failed = |error| Failure::File { doing: "cannot make a folder in", path: data.clone(), error };
        let private = Scratch::new(&data).map_err(failed)?;
        Ok(Self { launcher, signals, private })
    }

    /// `terraform init` with the backend configuration that the repository uses.
    ///
    /// # Errors
    /// When it fails.
    pub fn init(&mut self, backend: &[impl AsRef<str>], more: &[String]) -> Result<(), Failure> {
        let backend = backend.iter().map(|text| format!("-backend-config={}", text.as_ref()));
        let arguments = ["-input=false".to_owned()].into_iter().chain(backend).chain(more.iter().cloned());
        self.step("init", arguments.map(OsString::from).collect())
    }

    /// `terraform plan` into a file of the session's.
    ///
    /// # Errors
    /// When it fails.
    pub fn plan(&mut self, arguments: &[String], detailed: bool) -> Result<Planned, Failure> {
        let file = self.private.path().join("plan");
        let mut all = vec![OsString::from("-input=false"), out(&file)];
        all.extend(arguments.iter().map(OsString::from));
        let code = self.signals.run(&self.launcher.terraform("plan", &all, Output::Passed))?.code;
        match code {
            0 => {}
            2 if detailed => {}
            code => return Err(self.failed("plan", code)),
        }
        let bytes = read(&file)?;
        Ok(Planned { file, bytes, code })
    }

    /// `terraform show -json` of a plan that lies in the session's folder.
    ///
    /// # Errors
    /// When it fails, or the plan is another one afterwards.
    pub fn show(&mut self, file: &Path, bytes: &[u8]) -> Result<Shown, Failure> {
        let invocation = self.launcher.terraform("show", &["-json".into(), file.into()], Output::Kept);
        let ended = self.signals.run(&invocation)?;
        if ended.code != 0 {
            return Err(self.failed("show", ended.code));
        }
        if read(file)? != bytes {
            return Err(Failure::PlanChanged);
        }
        shown(ended.output)
    }

    /// Puts a plan into the session's folder: what happens to the file it came from does not matter any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn hold(&self, bytes: &[u8]) -> Result<PathBuf, Failure> {
        let file = self.private.path().join("plan");
        write_whole(&file, bytes)?;
        Ok(file)
    }

    /// `terraform apply` of a plan in the session's folder.
    ///
    /// # Errors
    /// When it fails.
    pub fn apply(&mut self, arguments: &[String], file: &Path) -> Result<(), Failure> {
        let all = ["-input=false".to_owned()].into_iter().chain(arguments.iter().cloned()).map(OsString::from);
        self.step("apply", all.chain([file.into()]).collect())
    }

    fn step(&mut self, step: &'static str, arguments: Vec<OsString>) -> Result<(), Failure> {
        match self.signals.run(&self.launcher.terraform(step, &arguments, Output::Passed))?.code {
            0 => Ok(()),
            code => Err(self.failed(step, code)),
        }
    }

    /// A container outlives the command line that started it.
    fn failed(&self, step: &'static str, code: u8) -> Failure {
        let engine = self.launcher.engine.name();
        if code == KILLED && engine != "none" {
            return Failure::Killed { step, container: self.launcher.container(step), engine };
        }
        Failure::Terraform { step, code }
    }
}

fn out(file: &Path) -> OsString {
    let mut argument = OsString::from("-out=");
    argument.push(file);
    argument
}

fn shown(json: Vec<u8>) -> Result<Shown, Failure> {
    let plan: serde_json::Value = serde_json::from_slice(&json).map_err(Failure::Json)?;
    let canonical = serde_json::to_vec(&plan).map_err(Failure::Json)?;
    let terraform = plan.get("terraform_version").and_then(serde_json::Value::as_str).unwrap_or_default();
    Ok(Shown { terraform: terraform.to_owned(), hash: sha256(&canonical), json })
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| Failure::File { doing: "cannot read", path: file.to_path_buf(), error })
}

fn make(folder: &Path) -> Result<(), Failure> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| Failure::File { doing: "cannot make", path: folder.to_path_buf(), error })
}

/// The workspace that is selected: by name, else what the root module's folder notes.
#[must_use]
pub fn selected_workspace(folder: &Path, named: Option<&str>) -> String {
    let noted = || fs::read_to_string(folder.join(DATA).join("environment")).ok();
    let name = named.map(str::to_owned).or_else(noted).unwrap_or_default();
    if name.trim().is_empty() { "default".to_owned() } else { name.trim().to_owned() }
}

/// Keeps a plan where it is looked for.
///
/// # Errors
/// When it cannot be written.
pub fn keep_plan(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_whole(path, bytes)
}
