//! Which number a name had when it was last asked for, so that few are looked for among all names of a provider.

use std::{
    hash::BuildHasher,
    sync::atomic::{AtomicU32, Ordering},
};

use foldhash::fast::FixedState;

/// More than the names that the resources of a repository use. A power of two.
const PLACES: usize = 1024;

/// Names by hash; of two at one place the last one stays. No place is trusted: the name at the number is compared.
pub(super) struct Asked(Box<[AtomicU32]>);

impl Asked {
    pub(super) fn new() -> Self {
        Self((0..PLACES).map(|_| AtomicU32::new(0)).collect())
    }

    fn place(&self, name: &str) -> Option<&AtomicU32> {
        let hash = FixedState::default().hash_one(name);
        self.0.get(usize::try_from(hash).ok()? % PLACES)
    }

    /// The number that was kept for a name, if it `is_it`.
    pub(super) fn recall(&self, name: &str, is_it: impl FnOnce(u32) -> bool) -> Option<u32> {
        let kept = self.place(name)?.load(Ordering::Relaxed);
        kept.checked_sub(1).filter(|number| is_it(*number))
    }

    pub(super) fn keep(&self, name: &str, number: u32) {
        if let Some(place) = self.place(name) {
            place.store(number.saturating_add(1), Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_the_number_it_was_kept_with() {
        let asked = Asked::new();
        assert_eq!(asked.recall("tags", |_| true), None);
        asked.keep("tags", 7);
        assert_eq!(asked.recall("tags", |number| number == 7), Some(7));
        // What stands at the place may be another name.
        assert_eq!(asked.recall("tags", |_| false), None);
    }
}
