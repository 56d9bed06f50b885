//! The run: load, evaluate and judge in parallel, then level, waive, sort and count.
//!
//! The only user of threads. Nothing here prints, asks the clock, or reads the environment: all of that comes in a
//! [`Request`], and everything worth knowing goes out in a [`Report`].

mod baseline;
mod changed;
mod coverage;
mod engine;
mod fold;
mod isolate;
mod objects;
mod only;
mod order;
mod outcome;
mod pages;
mod plans;
mod rules;
mod run;
mod session;
mod settings;
mod summary;
mod testing;
mod waive;
mod watch;
mod weigh;
mod workspaces;

pub use baseline::{Baseline, Renewed};
pub use changed::{Changes, Scope};
pub use fold::{Folded, fold};
pub use isolate::{isolated, quiet_panics};
pub use only::Only;
pub use order::sort_diagnostics;
pub use outcome::{Apart, Outcome, Report, Reported, Request, RuleSources};
pub use plans::{Difference, JudgedPlan, PlanFile};
pub use run::{evaluated, run, run_watched, run_with_plans, too_old};

pub use rules::{DescribedCheck, RuleChecks, RuleReport, check_rules, load_rules};
pub use session::Session;
pub use settings::kind_by_name;
pub use settings::{
    Effective, Engine as ContainerEngine, RootSettings, RuleBlock, RuleThere, SETTINGS_FILE, SetBy, Settings,
    StageSettings, Terraform, Waiver, Waiving, Within, effective as effective_settings, load as load_settings,
};
pub use summary::Summary;
pub use waive::UsedWaiver;

pub use testing::{TestCounts, TestReport, TestRequest, Tested, TestedFile, test};
pub use watch::{Step, Watch};
