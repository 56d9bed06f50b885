//! Which stage a root module belongs to.

use super::{Settings, StageSettings};
use crate::{addr::fits, policy::StageKind};

impl Settings {
    /// The `stage` block that names the workspace, or a folder of the path; the folder under `stages/` counts most of
    /// those.
    #[must_use]
    pub fn stage_block(&self, root_module: &str, workspace: Option<&str>) -> Option<&StageSettings> {
        let named = |folder: &str| self.stages.iter().find(|stage| stage.name == folder);
        let by_workspace = workspace.and_then(named);
        let by_stage = || folder_under_stages(root_module).and_then(named);
        by_workspace.or_else(by_stage).or_else(|| root_module.split('/').find_map(named))
    }
}

/// Whether a pattern names the stage of a root module: its workspace, the folder under `stages/`, else any folder of its path.
pub(in crate::check) fn is_in_stage(root_module: &str, workspace: Option<&str>, pattern: &str) -> bool {
    let by_folder = || match folder_under_stages(root_module) {
        Some(folder) => fits(pattern, folder),
        None => root_module.split('/').any(|folder| fits(pattern, folder)),
    };
    workspace.is_some_and(|workspace| fits(pattern, workspace)) || by_folder()
}

fn folder_under_stages(path: &str) -> Option<&str> {
    path.split('/').skip_while(|folder| *folder != "stages").nth(1)
}

/// A workspace or folder named after production, alone (`prod`) or as one of its words (`eu-prod`, `prod_2`), means production.
/// Nothing in the settings counts here.
#[must_use]
pub fn kind_by_name(path: &str, workspace: Option<&str>) -> StageKind {
    let mut words = path.split(['/', '-', '_']).chain(workspace.unwrap_or_default().split(['/', '-', '_']));
    let is_prod = words.any(|word| matches!(word, "prod" | "production" | "live"));
    if is_prod { StageKind::Prod } else { StageKind::Nonprod }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(kind_by_name(path, None), kind, "{path}");
        }
    }
}
