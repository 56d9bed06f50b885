//! Which stage a root module belongs to, and what that means.

use super::{Settings, StageSettings};

/// What a stage is for; rules ask more of production.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum StageKind {
    Prod,
    #[default]
    Nonprod,
}

impl StageKind {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prod => "prod",
            Self::Nonprod => "nonprod",
        }
    }
}

/// A root module's stage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stage {
    /// The folder under `stages/`, or the settings' name for a folder of the path; none when there is neither.
    pub name: Option<String>,
    pub kind: StageKind,
    /// The root module makes the place where other root modules keep their state.
    pub bootstrap: bool,
}

impl Settings {
    /// The stage of a root module, by its path.
    #[must_use]
    pub fn stage(&self, root_module: &str) -> Stage {
        let settings = self.stage_settings(root_module);
        let name = settings.map(|stage| stage.name.as_str()).or_else(|| folder_under_stages(root_module));
        let kind = settings.and_then(|stage| stage.kind).unwrap_or_else(|| kind_by_name(root_module));
        let bootstrap = root_module.rsplit('/').next() == Some("bootstrap");
        Stage { name: name.map(str::to_owned), kind, bootstrap }
    }

    /// The `stage` block that names a folder of the path; the folder under `stages/` counts most.
    #[must_use]
    pub fn stage_settings(&self, root_module: &str) -> Option<&StageSettings> {
        let named = |folder: &str| self.stages.iter().find(|stage| stage.name == folder);
        folder_under_stages(root_module).and_then(named).or_else(|| root_module.split('/').find_map(named))
    }
}

fn folder_under_stages(path: &str) -> Option<&str> {
    path.split('/').skip_while(|folder| *folder != "stages").nth(1)
}

/// A folder named after production, alone (`prod`) or as one of its words (`eu-prod`, `prod_2`), means production.
fn kind_by_name(path: &str) -> StageKind {
    let mut words = path.split(['/', '-', '_']);
    let is_prod = words.any(|word| matches!(word, "prod" | "production" | "live"));
    if is_prod { StageKind::Prod } else { StageKind::Nonprod }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(name: &str, kind: Option<StageKind>) -> StageSettings {
        StageSettings { name: name.to_owned(), kind, undecided: None }
    }

    #[test]
    fn kinds_by_path() {
        let cases = [
            ("stages/prod/main", StageKind::Prod),
            ("stages/eu-production/main", StageKind::Prod),
            ("envs/live", StageKind::Prod),
            ("live_eu/vpc", StageKind::Prod),
            ("stages/test/main", StageKind::Nonprod),
            ("stages/nonprod/main", StageKind::Nonprod),
            ("stages/product/main", StageKind::Nonprod),
            ("stages/delivery/main", StageKind::Nonprod),
            (".", StageKind::Nonprod),
        ];
        for (path, kind) in cases {
            assert_eq!(Settings::default().stage(path).kind, kind, "{path}");
        }
    }

    #[test]
    fn settings_count_more_than_names() {
        let stages = vec![stage("prod", Some(StageKind::Nonprod)), stage("blue", Some(StageKind::Prod))];
        let settings = Settings { stages, ..Settings::default() };
        assert_eq!(settings.stage("stages/prod/main").kind, StageKind::Nonprod);
        let blue = settings.stage("envs/blue/main");
        assert_eq!((blue.name.as_deref(), blue.kind), (Some("blue"), StageKind::Prod));
    }

    #[test]
    fn bootstrap_is_a_role_of_the_folder() {
        assert!(Settings::default().stage("stages/test/bootstrap").bootstrap);
        assert!(!Settings::default().stage("bootstrap/main").bootstrap);
    }
}
