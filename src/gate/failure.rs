//! What can keep the gate from working, each with the way out.

use std::path::PathBuf;

use super::Refusal;

/// Why nothing was planned or applied.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(
        "no container engine found (looked for: {looked_for}).\n  Install docker or podman, or name one with --engine. \
         --engine none runs the terraform on the path, outside of a container."
    )]
    NoEngine { looked_for: String },
    #[error(
        "the docker daemon does not answer: {said}\n  Start it (systemctl start docker, or Docker Desktop), check DOCKER_HOST \
         and your membership in the docker group, or use podman: --engine podman."
    )]
    NoDaemon { said: String },
    #[error("podman does not work: {said}\n  `podman version` and `podman info` tell more.")]
    NoPodman { said: String },
    #[error(
        "the image {name} is not here and cannot be pulled: {said}\n  Pull it yourself, where only the engine knows the way to \
         the registry, or build one with bin/build-terraform-image and name it in .infralint.hcl: terraform {{ image = \
         \"{local}\" }}."
    )]
    NoImage { name: String, said: String, local: &'static str },
    #[error(
        "the image {name} is not here, and it is one that is built on each machine.\n  bin/build-terraform-image builds it; \
         or name another one with --image or in .infralint.hcl."
    )]
    NotBuilt { name: String },
    #[error(
        "the image {name} is not pinned: what its tag means may change between plan and apply.\n  Write its digest, as in \
         NAME:TAG@sha256:…, its id (sha256:…), or the name of an image that is built here (localhost/…)."
    )]
    NotPinned { name: String },
    #[error(
        "no terraform on the path.\n  Install the version in .terraform-version, or leave out --engine none: docker or \
         podman bring it along."
    )]
    NoTerraform,
    #[error(
        "the settings forbid Terraform outside of a container (require_container), so --engine none is refused.\n  Install \
         docker or podman."
    )]
    ContainerRequired,
    #[error(
        "no credentials for AWS: none of {names} is set, and there is no ~/.aws.\n  Run it with credentials in the \
         environment (awsudo -u PROFILE infralint …). If this machine has a role of its own, say so in .infralint.hcl: \
         terraform {{ machine_credentials = true }}."
    )]
    NoCredentials { names: String },
    #[error("{path} lies outside of the repository, where the container cannot see it.")]
    Outside { path: PathBuf },
    #[error("there is no folder {folder} to keep the plan in.\n  Make it, or name another file with -out.")]
    NoFolder { folder: PathBuf },
    #[error("`{argument}` is not for you to give: {why}.")]
    Argument { argument: String, why: &'static str },
    #[error("cannot run {program}: {error}.")]
    Start { program: PathBuf, error: std::io::Error },
    #[error("{doing} {path}: {error}.")]
    File { doing: &'static str, path: PathBuf, error: std::io::Error },
    #[error("terraform show -json wrote what is no JSON: {0}.")]
    Json(serde_json::Error),
    #[error("{path} was changed while Terraform planned: what was planned is not what was checked.\n  Plan again.")]
    ChangedWhilePlanning { path: String },
    #[error("the plan file was changed while it was being read.\n  Plan again.")]
    PlanChanged,
    #[error("terraform {step} ended with {code}.")]
    Terraform { step: &'static str, code: u8 },
    #[error(
        "terraform {step} was killed from outside, and its container {container} may go on, with the state locked.\n  See \
         with `{engine} ps`; `{engine} stop {container}` lets Terraform end in order."
    )]
    Killed { step: &'static str, container: String, engine: &'static str },
    #[error("not applied:\n{}", list(.0))]
    Refused(Vec<Refusal>),
}

fn list(refusals: &[Refusal]) -> String {
    refusals.iter().map(|refusal| format!("  - {refusal}")).collect::<Vec<_>>().join("\n")
}

/// What a shell says of a program that SIGKILL ended.
pub(super) const KILLED: u8 = 137;

impl Failure {
    /// Terraform's own code where it ended itself; 1 for what was refused; 2 for what is missing.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Terraform { code, .. } => *code,
            Self::Killed { .. } => KILLED,
            Self::Refused(_) | Self::ChangedWhilePlanning { .. } | Self::PlanChanged => 1,
            _ => 2,
        }
    }
}
