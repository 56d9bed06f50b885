//! The verdict on a plan.

use std::path::Path;

use crate::{
    check::{self, PlanFile, Report, Request},
    source::Sources,
};

/// Judges the root module in a folder by what is planned for it: `json` is what `terraform show -json` says.
#[must_use]
pub fn judge_plan(sources: &Sources, request: &Request, (folder, json): (&Path, &[u8])) -> Report {
    let root_module = Some(folder.to_path_buf());
    let plan = PlanFile { name: "Terraform".to_owned(), bytes: json.to_vec(), root_module, folder: None };
    check::run_with_plans(sources, request, &[plan])
}
