//! The run: load, evaluate and judge in parallel, then level, waive, sort and count.
//!
//! The only user of threads. Nothing here prints, asks the clock, or reads the environment: all of that comes in a
//! [`Request`], and everything worth knowing goes out in a [`Report`].

mod coverage;
mod engine;
mod fold;
mod isolate;
mod order;
mod outcome;
mod pages;
mod plans;
mod rules;
mod run;
mod settings;
mod summary;
mod testing;
mod waive;
mod workspaces;

pub use fold::{Folded, fold};
pub use isolate::quiet_panics;
pub use order::sort_diagnostics;
pub use outcome::{Outcome, Report, Reported, Request, RuleSources};
pub use plans::{Difference, JudgedPlan, PlanFile};
pub use run::{evaluated, run, run_with_plans, too_old};

pub use rules::{RuleChecks, RuleReport, check_rules, load_rules};
pub use settings::kind_by_name;
pub use settings::{
    Engine as ContainerEngine, RuleBlock, SETTINGS_FILE, Settings, StageSettings, Terraform, Waiver,
    load as load_settings,
};
pub use summary::Summary;
pub use testing::{TestCounts, TestReport, TestRequest, Tested, TestedFile, test};
