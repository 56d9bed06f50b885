//! What the settings and the command line mean together, for the rules.

use std::collections::BTreeMap;

use ecow::EcoString;

use super::Settings;
use crate::{
    policy::{RuleSetting, RuleSettings, Stage, StageKind, UndecidedPolicy},
    world,
};

impl Settings {
    /// What holds for these rules. `undecided` is the command line's word: it counts more than any other.
    pub(in crate::check) fn for_rules<'r>(
        &self,
        ids: impl Iterator<Item = &'r EcoString>,
        undecided: Option<UndecidedPolicy>,
    ) -> RuleSettings {
        let setting = |id: &EcoString| {
            let own = self.rule(id).map(|rule| rule.setting.clone()).unwrap_or_default();
            let undecided = undecided.or(own.undecided);
            (id.clone(), RuleSetting { undecided, ..own })
        };
        let rules: BTreeMap<_, _> = ids.map(setting).collect();
        RuleSettings { rules, inputs: Vec::new() }
    }

    #[must_use]
    pub(in crate::check) fn is_enabled(&self, rule: &str) -> bool {
        self.rule(rule).is_none_or(|rule| rule.enabled)
    }

    /// What holds in a root module, by its path and its workspace.
    #[must_use]
    pub(in crate::check) fn stage(&self, root_module: &str, workspace: Option<&str>) -> Stage {
        let settings = self.stage_block(root_module, workspace);
        let by_name = || super::stage::kind_by_name(root_module, workspace);
        let kind = settings.and_then(|stage| stage.kind).unwrap_or_else(by_name);
        let of_kind = || if kind == StageKind::Prod { UndecidedPolicy::Fail } else { UndecidedPolicy::default() };
        let of_root = self.about(root_module).find_map(|block| block.undecided);
        let of_stage = settings.and_then(|stage| stage.undecided);
        let undecided = of_root.or(of_stage).or(self.undecided).unwrap_or_else(of_kind);
        let is_named = settings.is_some_and(|stage| stage.kind.is_some()) || world::stage::is_named(root_module);
        Stage { kind, is_named, undecided }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::StageSettings, *};

    fn stage(name: &str, kind: Option<StageKind>, undecided: Option<UndecidedPolicy>) -> StageSettings {
        StageSettings { name: name.to_owned(), kind, undecided }
    }

    #[test]
    fn settings_count_more_than_names() {
        let (prod, nonprod) = (Some(StageKind::Prod), Some(StageKind::Nonprod));
        let stages = vec![stage("prod", nonprod, Some(UndecidedPolicy::Allow)), stage("blue", prod, None)];
        let settings = Settings { stages, undecided: Some(UndecidedPolicy::Fail), ..Settings::default() };
        let cases = [
            ("stages/prod/main", StageKind::Nonprod, UndecidedPolicy::Allow),
            ("envs/blue/main", StageKind::Prod, UndecidedPolicy::Fail),
            ("stages/live/blue", StageKind::Prod, UndecidedPolicy::Fail),
            ("stages/test/main", StageKind::Nonprod, UndecidedPolicy::Fail),
        ];
        for (path, kind, undecided) in cases {
            let stage = settings.stage(path, None);
            assert_eq!((stage.kind, stage.undecided), (kind, undecided), "{path}");
        }
        let kind = |workspace| settings.stage("app", Some(workspace)).kind;
        assert_eq!(
            [kind("prod"), kind("blue"), kind("live-eu"), kind("dev")],
            [StageKind::Nonprod, StageKind::Prod, StageKind::Prod, StageKind::Nonprod]
        );
    }

    #[test]
    fn what_is_not_set_fails_in_production_only() {
        let stages = vec![stage("test", Some(StageKind::Prod), None), stage("live", None, Some(UndecidedPolicy::Warn))];
        let settings = Settings { stages, ..Settings::default() };
        let cases = [
            ("stages/prod/main", UndecidedPolicy::Fail),
            ("stages/test/main", UndecidedPolicy::Fail),
            ("stages/live/main", UndecidedPolicy::Warn),
            ("stages/dev/main", UndecidedPolicy::Warn),
        ];
        for (path, undecided) in cases {
            assert_eq!(settings.stage(path, None).undecided, undecided, "{path}");
        }
    }

    #[test]
    fn the_command_line_counts_most() {
        let (_, settings, _) = super::super::tests::read("rule \"a\" {\n  undecided = \"allow\"\n}\n");
        let ids = [EcoString::from("a"), EcoString::from("b")];
        let undecided = |word| {
            let rules = settings.for_rules(ids.iter(), word).rules;
            ids.clone().map(|id| rules.get(&id).and_then(|rule| rule.undecided))
        };
        assert_eq!(undecided(None), [Some(UndecidedPolicy::Allow), None]);
        assert_eq!(undecided(Some(UndecidedPolicy::Fail)), [Some(UndecidedPolicy::Fail); 2]);
    }
}
