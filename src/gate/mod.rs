//! The gate: Terraform in a container, and receipts that bind an apply to what was judged.
//!
//! A plan leaves a receipt: hashes of every file that was read, of rules, settings and waivers, of the plan, and the
//! verdict. An apply computes all of them anew and refuses on any difference. Nothing here prints or asks; what is to be
//! known of the outside comes in as [`Surroundings`].

mod arguments;
mod daemon;
mod engine;
mod evidence;
mod failure;
mod image;
mod judge;
mod launcher;
mod process;
mod receipt;
mod refusal;
mod registry;
mod session;
mod surroundings;

pub use arguments::{Given, TerraformArguments};
pub use engine::{Engine, EngineChoice};
pub use evidence::{Evidence, sha256};
pub use failure::Failure;
pub use image::{DEFAULT_IMAGE, FoundImage, Image, LOCAL_IMAGE};
pub use judge::judge_plan;
pub use launcher::Launcher;
pub use process::{Ended, Invocation, Output, Signals};
pub use receipt::{PlanHashes, Receipt, Verdict};
pub use refusal::{Now, Refusal};
pub use session::{PLAN_FILE, Planned, Session, Shown, keep_plan, selected_workspace};
pub use surroundings::Surroundings;
