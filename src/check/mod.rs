//! The run: load, evaluate and judge in parallel, then level, waive, sort and count.
//!
//! The only user of threads. Nothing here prints, asks the clock, or reads the environment: all of that comes in a
//! [`Request`], and everything worth knowing goes out in a [`Report`].

mod coverage;
mod engine;
mod fold;
mod isolate;
mod levels;
mod order;
mod outcome;
mod run;
mod settings;
mod summary;
mod waive;

pub use engine::{Judged, RuleChecks};
pub use fold::{Folded, fold};
pub use isolate::quiet_panics;
pub use outcome::{Outcome, Report, Reported, Request, RuleSources};
pub use run::run;

pub use settings::{
    Enforcement, Engine as ContainerEngine, RuleSettings, SETTINGS_FILE, Settings, Stage, StageKind, StageSettings,
    Terraform, UndecidedPolicy, Waiver,
};
pub use summary::Summary;
