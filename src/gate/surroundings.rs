//! What the gate knows of the outside. The command line asks for it.

use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

use super::Failure;
use crate::addr::fits;

/// The environment, the terminal and the user, as they were at the start.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The variables of the environment. Their values are handed on, and never shown.
    pub variables: BTreeMap<String, String>,
    /// Whether a person sits before both the standard input and output.
    pub terminal: bool,
}

/// Values of the environment are secrets.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Surroundings")
            .field("variables", &self.variables.keys())
            .field("terminal", &self.terminal)
            .finish()
    }
}

/// What Terraform and the AWS provider are given by name, where it is set. `TF_CLI_ARGS` is not among them: it would add to
/// a command line that was judged without it.
const HANDED_ON: [&str; 13] = [
    "AWS_*",
    "TF_VAR_*",
    "TF_WORKSPACE",
    "TF_LOG",
    "TF_IN_AUTOMATION",
    "CHECKPOINT_DISABLE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "USER",
];

/// Variables that name files, which a container must see.
const FILES: [&str; 5] = [
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/// Variables each of which means that there are credentials.
const CREDENTIALS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

impl Surroundings {
    /// A variable that is set to something.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The names of all variables that Terraform is given. A profile beside ready credentials is none of them: Terraform
    /// would look for a file.
    #[must_use]
    pub fn handed_on(&self, more: &[String]) -> Vec<String> {
        let wanted = |name: &str| HANDED_ON.iter().any(|p| fits(p, name)) || more.iter().any(|p| fits(p, name));
        let ready = self.variable("AWS_ACCESS_KEY_ID").is_some();
        let names = self.variables.keys().filter(|name| wanted(name) && !(ready && *name == "AWS_PROFILE"));
        names.cloned().collect()
    }

    /// Files that those variables name, and the folder of profiles where nothing but a profile is there to go by.
    pub(super) fn credential_files(&self) -> Vec<PathBuf> {
        let named = FILES.iter().filter_map(|name| self.variable(name)).map(PathBuf::from);
        let mut files: Vec<PathBuf> = named.filter(|path| path.is_absolute() && path.is_file()).collect();
        files.extend(self.profiles().filter(|_| self.variable("AWS_ACCESS_KEY_ID").is_none()));
        files
    }

    /// `~/.aws`, where it is.
    pub(super) fn profiles(&self) -> Option<PathBuf> {
        Some(Path::new(self.variable("HOME")?).join(".aws")).filter(|folder| folder.is_dir())
    }

    /// Whether there are credentials for AWS, as far as can be told without asking it.
    ///
    /// # Errors
    /// When there are none.
    pub fn credentials(&self) -> Result<(), Failure> {
        if self.has_credentials() { Ok(()) } else { Err(Failure::NoCredentials { names: CREDENTIALS.join(", ") }) }
    }

    /// Whether anything says where credentials for AWS come from.
    fn has_credentials(&self) -> bool {
        CREDENTIALS.iter().any(|name| self.variable(name).is_some())
            || self
                .profiles()
                .is_some_and(|folder| folder.join("credentials").is_file() || folder.join("config").is_file())
    }

    /// Whether an engine asks a registry from here: not on another machine, nor through a proxy.
    pub(super) fn engine_is_near(&self) -> bool {
        let elsewhere = ["DOCKER_HOST", "CONTAINER_HOST"].iter().filter_map(|name| self.variable(name));
        let proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        elsewhere.into_iter().all(|host| host.starts_with("unix:"))
            && proxies.iter().all(|p| self.variable(p).is_none())
    }

    /// The file of a program on the path; a name with a slash is a file already.
    pub(super) fn program(&self, name: &str) -> Option<PathBuf> {
        if name.contains('/') {
            return Some(PathBuf::from(name)).filter(|path| path.is_file());
        }
        let folders = std::env::split_paths(self.variable("PATH")?).collect::<Vec<_>>();
        folders.into_iter().map(|folder| folder.join(name)).find(|path| is_executable(path))
    }
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn surroundings(variables: &[(&str, &str)]) -> Surroundings {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Surroundings { variables, terminal: false }
    }

    #[test]
    fn only_what_is_listed_is_handed_on() {
        let all = surroundings(&[
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_PROFILE", "p"),
            ("TF_VAR_x", "1"),
            ("TF_CLI_ARGS_plan", "-lock=false"),
            ("TF_DATA_DIR", "/elsewhere"),
            ("PATH", "/bin"),
            ("GITHUB_TOKEN", "t"),
            ("DATADOG_KEY", "d"),
        ]);
        assert_eq!(all.handed_on(&[]), ["AWS_ACCESS_KEY_ID", "TF_VAR_x"]);
        let more = ["GITHUB_TOKEN".to_owned(), "DATADOG_*".to_owned()];
        assert_eq!(all.handed_on(&more), ["AWS_ACCESS_KEY_ID", "DATADOG_KEY", "GITHUB_TOKEN", "TF_VAR_x"]);
        assert_eq!(surroundings(&[("AWS_PROFILE", "p")]).handed_on(&[]), ["AWS_PROFILE"]);
    }

    #[test]
    fn values_do_not_show() {
        let shown = format!("{:?}", surroundings(&[("AWS_SECRET_ACCESS_KEY", "hunter2")]));
        assert!(shown.contains("AWS_SECRET_ACCESS_KEY") && !shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn where_credentials_come_from() {
        let home = tempfile::tempdir().expect("a folder");
        let home_path = home.path().to_str().expect("text");
        assert!(!surroundings(&[("HOME", home_path), ("AWS_ACCESS_KEY_ID", "")]).has_credentials());
        assert!(surroundings(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "/t")]).has_credentials());
        std::fs::create_dir(home.path().join(".aws")).expect("a folder");
        std::fs::write(home.path().join(".aws/config"), "").expect("a file");
        let of_profile = surroundings(&[("HOME", home_path)]);
        assert!(of_profile.has_credentials());
        assert_eq!(of_profile.credential_files(), [home.path().join(".aws")]);
        assert!(surroundings(&[("HOME", home_path), ("AWS_ACCESS_KEY_ID", "x")]).credential_files().is_empty());
    }
}
