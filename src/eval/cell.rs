//! Values that are made when first asked for, and cycles among them.

use std::cell::RefCell;

/// A lazy value. Asking for it while it is being made is a cycle.
#[derive(Debug)]
pub(super) struct Cell<T>(RefCell<State<T>>);

#[derive(Debug)]
enum State<T> {
    Waiting,
    Pending,
    Done(T),
}

/// The value was asked for while it was being made.
#[derive(Debug)]
pub(super) struct Cycle;

impl<T: Clone> Cell<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(State::Waiting))
    }

    /// One waiting cell for each of `n` declarations.
    pub(super) fn row(n: usize) -> Box<[Self]> {
        std::iter::repeat_with(Self::new).take(n).collect()
    }

    /// The value, if it was made; the cell forgets it.
    pub(super) fn take(&self) -> Option<T> {
        match self.0.replace(State::Waiting) {
            State::Done(value) => Some(value),
            State::Waiting | State::Pending => None,
        }
    }

    pub(super) fn get_or_make(&self, make: impl FnOnce() -> T) -> Result<T, Cycle> {
        match &*self.0.borrow() {
            State::Done(value) => return Ok(value.clone()),
            State::Pending => return Err(Cycle),
            State::Waiting => {}
        }
        *self.0.borrow_mut() = State::Pending;
        let value = make();
        *self.0.borrow_mut() = State::Done(value.clone());
        Ok(value)
    }
}
