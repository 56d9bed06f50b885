//! Which container engine, and whether it works.

use std::{path::PathBuf, time::Instant};

use super::{
    Failure, Surroundings, daemon,
    process::{LATE, asked},
};
use crate::check::{ContainerEngine, Terraform};

/// What the command line says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EngineChoice {
    /// The settings', else the first one found.
    Any,
    Named(ContainerEngine),
    /// Terraform on the path.
    NoContainer,
}

/// What runs Terraform.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Engine {
    Docker(PathBuf),
    Podman(PathBuf),
    /// No container: the file of Terraform itself.
    Terraform(PathBuf),
}

impl Engine {
    /// Finds it, without asking whether it works.
    ///
    /// # Errors
    /// When there is none, or the settings forbid it.
    pub fn find(choice: &EngineChoice, settings: &Terraform, surroundings: &Surroundings) -> Result<Self, Failure> {
        let wanted = match choice {
            EngineChoice::NoContainer if settings.require_container => return Err(Failure::ContainerRequired),
            EngineChoice::NoContainer => {
                return surroundings.program("terraform").map(Self::Terraform).ok_or(Failure::NoTerraform);
            }
            EngineChoice::Named(engine) => Some(*engine),
            EngineChoice::Any => settings.engine,
        };
        let all = [ContainerEngine::Docker, ContainerEngine::Podman];
        let candidates: Vec<ContainerEngine> = all.into_iter().filter(|e| wanted.is_none_or(|w| w == *e)).collect();
        let found = candidates.iter().find_map(|engine| Some((*engine, surroundings.program(name(*engine))?)));
        match found {
            Some((ContainerEngine::Docker, program)) => Ok(Self::Docker(program)),
            Some((ContainerEngine::Podman, program)) => Ok(Self::Podman(program)),
            None => {
                let looked_for = candidates.iter().map(|engine| name(*engine)).collect::<Vec<_>>().join(", ");
                Err(Failure::NoEngine { looked_for })
            }
        }
    }

    /// Whether it answers: a daemon that hangs is given up then, one that is slow is not.
    ///
    /// # Errors
    /// When it does not.
    pub fn answers(&self, surroundings: &Surroundings, until: Instant) -> Result<(), Failure> {
        match self {
            Self::Docker(program) => {
                if daemon::is_stuck(surroundings, until) {
                    return Err(Failure::NoDaemon { said: LATE.to_owned() });
                }
                let said = answer(program, &["version", "--format", "{{.Server.Version}}"])?;
                said.map_or(Ok(()), |said| Err(Failure::NoDaemon { said }))
            }
            Self::Podman(program) => {
                let said = answer(program, &["version", "--format", "{{.Client.Version}}"])?;
                said.map_or(Ok(()), |said| Err(Failure::NoPodman { said }))
            }
            Self::Terraform(_) => Ok(()),
        }
    }

    /// As receipts have it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Docker(_) => "docker",
            Self::Podman(_) => "podman",
            Self::Terraform(_) => "none",
        }
    }

    pub(super) const fn program(&self) -> &PathBuf {
        match self {
            Self::Docker(program) | Self::Podman(program) | Self::Terraform(program) => program,
        }
    }
}

const fn name(engine: ContainerEngine) -> &'static str {
    match engine {
        ContainerEngine::Docker => "docker",
        ContainerEngine::Podman => "podman",
    }
}

/// What it complains about, if anything.
fn answer(program: &PathBuf, arguments: &[&str]) -> Result<Option<String>, Failure> {
    let start = |error| Failure::Start { program: program.clone(), error };
    let answer = asked(program, arguments).map_err(start)?;
    Ok((!answer.good).then_some(answer.complaint))
}
