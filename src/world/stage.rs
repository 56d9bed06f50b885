//! Which root modules belong to one stage, by where they lie.

/// Folders whose folders are stages.
const OF_STAGES: [&str; 5] = ["stages", "environments", "envs", "accounts", "live"];

/// The folder that stands for the stage of a root module: the one under `stages/` and the like, else the folder it
/// lies in.
#[must_use]
pub fn folder(root_module: &str) -> &str {
    let mut end = 0;
    let mut parts = root_module.split('/');
    for part in parts.by_ref() {
        end += part.len() + 1;
        if OF_STAGES.contains(&part) {
            break;
        }
    }
    let length = match parts.next() {
        Some(stage) => end + stage.len(),
        None => root_module.rfind('/').unwrap_or(0),
    };
    root_module.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::folder;

    #[test]
    fn stages_by_path() {
        let cases = [
            ("stages/test/main", "stages/test"),
            ("stages/test/bootstrap", "stages/test"),
            ("infra/stages/test/eu/main", "infra/stages/test"),
            ("stages/prod", "stages/prod"),
            ("envs/prod/vpc", "envs/prod"),
            ("teams/a/network", "teams/a"),
            ("network", ""),
            (".", ""),
        ];
        for (path, stage) in cases {
            assert_eq!(folder(path), stage, "{path}");
        }
    }
}
