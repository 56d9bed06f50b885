//! What a run is held against, so that only what is new counts.

use std::sync::Arc;

use super::{Baseline, Changes};

/// What was there before.
#[derive(Clone, Debug, Default)]
pub struct Only {
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// Root modules are judged only where something has changed.
    pub since: Option<Arc<Changes>>,
}
