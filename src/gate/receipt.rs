//! What a plan leaves for its apply: hashes and counts, no secret.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Evidence, Failure};
use crate::check::{Outcome, Report};

/// The form of receipts that is written and read.
pub(super) const VERSION: u32 = 1;

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    pub version: u32,
    #[serde(with = "instant")]
    pub made_at: Timestamp,
    /// Relative to the repository's root.
    pub root_module: String,
    pub workspace: String,
    /// Terraform's version, as the plan has it.
    pub terraform: String,
    /// `docker`, `podman`, or `none`.
    pub engine: String,
    pub image: String,
    /// The id of the image's contents; without a container, the hash of Terraform's file.
    pub image_digest: String,
    pub plan: PlanHashes,
    pub verdict: Verdict,
    #[serde(flatten)]
    pub evidence: Evidence,
}

/// The plan, in both its forms.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PlanHashes {
    /// Of the file that Terraform wrote.
    pub file: String,
    /// Of its JSON, with sorted keys and without blanks.
    pub json: String,
}

/// What was said of the plan.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it may be applied: everything was checked, and nothing at or above the failing level was found.
    pub good: bool,
    pub passed: usize,
    pub failed: usize,
    pub undecided: usize,
    pub waived: usize,
    pub errors: usize,
}

impl Verdict {
    /// What a report says.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        let summary = &report.summary;
        Self {
            good: report.outcome() == Outcome::Clean,
            passed: summary.passed,
            failed: summary.failed,
            undecided: summary.undecided,
            waived: summary.waived,
            errors: summary.errors,
        }
    }
}

impl Receipt {
    /// Where the receipt of a plan is: beside it.
    #[must_use]
    pub fn path_of(plan: &Path) -> PathBuf {
        let mut name = plan.file_name().unwrap_or_default().to_owned();
        name.push(".receipt.json");
        plan.with_file_name(name)
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn read(path: &Path) -> io::Result<Self> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// Writes it so that it is there wholly or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(self).map_err(Failure::Json)?;
        write_whole(path, format!("{text}\n").as_bytes())
    }
}

/// Writes a file of the caller's alone: a temporary one beside it first, which then takes its name.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let temporary = path.with_file_name(name);
    let written = write_private(&temporary, bytes).and_then(|()| fs::rename(&temporary, path));
    written.map_err(|error| {
        // Whatever is left of it is of no use; that it could not be written is what counts.
        let _of_no_use = fs::remove_file(&temporary);
        Failure::File { doing: "cannot write", path: path.to_path_buf(), error }
    })
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// An instant as RFC 3339 has it.
mod instant {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(instant: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(instant)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
