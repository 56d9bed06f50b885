//! Which files, by their path alone, say what a root module is: a file that is not there any more did so too.

use super::{
    commands, discovery, files,
    model::{Module, ModuleSource, Repository, RootModule},
    variable_files,
};
use crate::source::normalise;

/// What a file has to say in a root module.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    Configuration,
    Variables,
    Lock,
    /// What `terraform init` has brought.
    Installed,
    /// How Terraform is run: make files, scripts, pipelines.
    Runs,
    /// What git leaves out.
    Ignores,
}

/// The folders of configuration that a root module is made of, relative to the repository's root; also such as are called
/// and not there.
#[must_use]
pub fn folders_of(repository: &Repository, root: &RootModule) -> Vec<Box<str>> {
    let mut waiting: Vec<Box<str>> = vec![root.module.dir.clone()];
    waiting.extend(root.installed.values().map(|installed| installed.dir.clone()));
    let mut folders: std::collections::BTreeSet<Box<str>> = std::collections::BTreeSet::new();
    while let Some(dir) = waiting.pop() {
        if !folders.insert(dir.clone()) {
            continue;
        }
        if let Some(module) = repository.modules.get(&dir) {
            waiting.extend(called(module));
        }
    }
    folders.into_iter().collect()
}

fn called(module: &Module) -> impl Iterator<Item = Box<str>> {
    module.calls.values().filter_map(|call| match &call.source {
        ModuleSource::Local { dir, .. } => Some(dir.clone()),
        ModuleSource::Missing(written) => {
            let path = normalise(std::path::Path::new(&*module.dir).join(written.as_str()).as_path());
            Some(path.to_string_lossy().replace('\\', "/").into())
        }
        ModuleSource::Remote(_) => None,
    })
}

/// Whether a file holds configuration of the folder it lies in.
#[must_use]
pub fn is_configuration(name: &str) -> bool {
    files::is_configuration(name)
}

/// What a file says in a root module in a folder, `.` being the repository's root. Of configuration that is the root module's
/// own.
#[must_use]
pub fn role_of(path: &str, root: &str) -> Option<Role> {
    let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
    let inside = if root == "." { Some(path) } else { path.strip_prefix(root).and_then(|rest| rest.strip_prefix('/')) };
    if folder == root {
        match name {
            _ if files::is_configuration(name) => return Some(Role::Configuration),
            _ if variable_files::is_automatic(name) => return Some(Role::Variables),
            ".terraform.lock.hcl" => return Some(Role::Lock),
            _ => {}
        }
    }
    if inside.is_some_and(|inside| inside.starts_with(".terraform/")) {
        return Some(Role::Installed);
    }
    if matches!(name, ".gitignore" | ".ignore") && commands::above(root).any(|above| above == folder) {
        return Some(Role::Ignores);
    }
    commands::says_how_to_run(path, root).then_some(Role::Runs)
}

/// Whether a folder is one where modules are kept to be called.
#[must_use]
pub fn is_library(folder: &str) -> bool {
    discovery::lies_in_modules(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_files_say() {
        let cases = [
            ("stages/a/main.tf", Some(Role::Configuration)),
            ("stages/a/main.tf.json", Some(Role::Configuration)),
            ("stages/a/terraform.tfvars", Some(Role::Variables)),
            ("stages/a/x.auto.tfvars.json", Some(Role::Variables)),
            ("stages/a/other.tfvars", None),
            ("stages/a/.terraform.lock.hcl", Some(Role::Lock)),
            ("stages/a/.terraform/modules/modules.json", Some(Role::Installed)),
            ("stages/a/sub/main.tf", None),
            ("stages/ab/main.tf", None),
            ("stages/b/terraform.tfvars", None),
            ("Makefile", Some(Role::Runs)),
            ("stages/Makefile", Some(Role::Runs)),
            ("stages/b/Makefile", None),
            ("stages/a/bin/plan", Some(Role::Runs)),
            ("bin/deploy.sh", Some(Role::Runs)),
            ("stages/common.mk", Some(Role::Runs)),
            (".github/workflows/apply.yml", Some(Role::Runs)),
            ("stages/.gitignore", Some(Role::Ignores)),
            ("stages/b/.gitignore", None),
            ("README.md", None),
        ];
        for (path, expected) in cases {
            assert_eq!(role_of(path, "stages/a"), expected, "{path}");
        }
        assert_eq!(role_of("main.tf", "."), Some(Role::Configuration));
        assert_eq!(role_of("stages/a/main.tf", "."), None);
    }
}
