//! Our own bugs: caught for each unit of work, and shown as such.

use std::{
    any::Any,
    cell::{Cell, RefCell},
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::diag::Diagnostic;

thread_local! {
    /// How many isolated units this thread is inside of.
    static INSIDE: Cell<u32> = const { Cell::new(0) };
    /// Where this thread last panicked.
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps a panic that will be reported from also printing itself. For the binary to call once, at its start.
pub fn quiet_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if INSIDE.get() == 0 {
            return before(info);
        }
        LAST.set(info.location().map(ToString::to_string).unwrap_or_default());
    }));
}

/// Does one unit of work; a panic inside becomes a diagnostic that names the unit.
///
/// # Errors
/// With that diagnostic.
pub fn isolated<T>(unit: &str, work: impl FnOnce() -> T) -> Result<T, Box<Diagnostic>> {
    INSIDE.set(INSIDE.get() + 1);
    let result = catch_unwind(AssertUnwindSafe(work));
    INSIDE.set(INSIDE.get() - 1);
    result.map_err(|payload| Box::new(internal_error(unit, payload.as_ref())))
}

fn internal_error(unit: &str, payload: &(dyn Any + Send)) -> Diagnostic {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let said = text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
    let place = LAST.take();
    let place = if place.is_empty() { place } else { format!(" ({place})") };
    let detail = format!(
        "A bug in infralint {} stopped the work on {unit}: {said}{place}. It was not checked; everything else was. \
         Please report this with the configuration that shows it.",
        env!("CARGO_PKG_VERSION")
    );
    Diagnostic::placeless("Internal error", detail)
}
