//! What evaluation shares: sources, origins, diagnostics, limits. One per root module, one thread.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
};

use crate::{
    diag::Diagnostic,
    source::{Place, Sources},
    value::Origins,
};

/// Bounds on what any input may cost. Meeting one is an error diagnostic, never a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nesting of expressions, references and modules.
    pub depth: u32,
    /// Instances of one resource or module call.
    pub instances: usize,
    /// Elements of one collection, and bytes of one string.
    pub size: usize,
    /// Expressions evaluated in one root module.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 2_000, instances: 100_000, size: 10_000_000, steps: 50_000_000 }
    }
}

/// The state of one evaluation.
#[derive(Debug)]
pub struct Context<'s> {
    pub sources: &'s Sources,
    pub origins: Origins,
    pub limits: Limits,
    diagnostics: RefCell<Vec<Diagnostic>>,
    depth: Cell<u32>,
    steps: Cell<u64>,
    files_read: RefCell<Vec<PathBuf>>,
}

impl<'s> Context<'s> {
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            origins: Origins::default(),
            limits: Limits::default(),
            diagnostics: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            files_read: RefCell::default(),
        }
    }

    pub fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    pub fn error(&self, summary: impl Into<String>, detail: impl Into<String>, at: Place) {
        self.report(Diagnostic::error(summary, detail, at));
    }

    /// Runs `work` with its diagnostics kept apart: what `try` and `can` need.
    pub fn apart<T>(&self, work: impl FnOnce() -> T) -> (T, Vec<Diagnostic>) {
        let before = self.diagnostics.take();
        let result = work();
        (result, self.diagnostics.replace(before))
    }

    /// Takes everything reported so far.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// Notes that a function of the language looked at a file or directory.
    pub fn record_read(&self, path: &Path) {
        self.files_read.borrow_mut().push(path.to_path_buf());
    }

    /// What functions of the language looked at, in order, with repetitions.
    #[must_use]
    pub fn files_read(&self) -> Vec<PathBuf> {
        self.files_read.borrow().clone()
    }
}
