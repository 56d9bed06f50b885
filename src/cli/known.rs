//! `--baseline`, `--write-baseline`, `--changed-since` and `--changed`.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Failure, args::KnownArgs, environment::Environment, git, output};
use crate::check::{Baseline, Only, Report};

impl KnownArgs {
    /// What findings are held against, in the repository of a root folder.
    ///
    /// # Errors
    /// When git does not tell what has changed.
    pub(super) fn only(&self, (root, paths): (&Path, &[PathBuf]), environment: &Environment) -> Result<Only, Failure> {
        let file = self.baseline.as_ref().or(self.write_baseline.as_ref());
        let renew = self.write_baseline.is_some();
        let baseline = file.map(|file| Baseline { file: environment.absolute(file), renew });
        let since = match &self.changed_since {
            Some(since) => Some(git::changes(root, since)?),
            None if self.changed => Some(git::touched(root, paths)?),
            None => None,
        };
        Ok(Only { baseline, since: since.map(Arc::new) })
    }

    /// Writes the baseline that a run has made.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn keep(&self, report: &Report, environment: &Environment) -> Result<(), Failure> {
        let (Some(file), Some(renewed)) = (&self.write_baseline, &report.apart.renewed) else { return Ok(()) };
        output::save(&environment.absolute(file), &renewed.text)?;
        let plural = if renewed.findings == 1 { "" } else { "s" };
        output::remark(&format!(
            "wrote {} finding{plural} to {}: {} new, {} gone\n",
            renewed.findings,
            file.display(),
            renewed.added,
            renewed.gone
        ));
        Ok(())
    }
}
