//! What evaluation shares: sources, origins, diagnostics, limits. One per root module, one thread.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
};

use super::functions::Templates;
use crate::{
    diag::Diagnostic,
    source::{Place, Sources},
    value::{Kind, Origins, Type, Value},
};

/// Bounds on what any input may cost. Meeting one is an error diagnostic, never a crash.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nesting of expressions, references and modules.
    pub depth: u32,
    /// Instances of resources and module calls in one root module.
    pub instances: usize,
    /// Blocks that dynamic blocks make in one root module.
    pub blocks: usize,
    /// Elements of one collection, and bytes of one string.
    pub size: usize,
    /// Values inside one value, those counted again that stand in it several times.
    pub parts: usize,
    /// Expressions evaluated in one root module.
    pub steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 20_000,
            instances: 20_000,
            blocks: 200_000,
            size: 10_000_000,
            parts: 2_000_000,
            steps: 10_000_000,
        }
    }
}

/// The state of one evaluation.
#[derive(Debug)]
pub struct Context<'s> {
    pub sources: &'s Sources,
    pub origins: Origins,
    pub limits: Limits,
    /// Whether `&&` and `||` leave out a right side that does not matter, as Terraform does since 1.12.
    pub lazy_logic: bool,
    /// What `core::timestamp()` says in policies: the start of the run, in RFC 3339. To Terraform's own it is unknown.
    pub now: Option<String>,
    /// Whether `try` and `can` are wholly unknown where what they are given is partly unknown, as HashiCorp's policy
    /// engine has it. That only decides less.
    pub whole_try: bool,
    diagnostics: RefCell<Vec<Diagnostic>>,
    /// Those that no `try` around them swallows.
    outside: RefCell<Vec<Diagnostic>>,
    depth: Cell<u32>,
    steps: Cell<u64>,
    instances: Cell<usize>,
    blocks: Cell<usize>,
    last: Cell<Place>,
    limit_met: Cell<bool>,
    files_read: RefCell<Vec<PathBuf>>,
    /// The key of a look-up of which it is open whether it fails, in the expression that is evaluated.
    open_lookup: RefCell<Option<Value>>,
    pub(super) templates: Templates,
}

/// Leaves the expression again when dropped.
#[derive(Debug)]
pub struct Entered<'c>(&'c Cell<u32>);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

impl<'s> Context<'s> {
    #[must_use]
    pub fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            origins: Origins::default(),
            limits: Limits::default(),
            lazy_logic: false,
            now: None,
            whole_try: false,
            diagnostics: RefCell::default(),
            outside: RefCell::default(),
            depth: Cell::new(0),
            steps: Cell::new(0),
            instances: Cell::new(0),
            blocks: Cell::new(0),
            last: Cell::new(Place::NOWHERE),
            limit_met: Cell::new(false),
            files_read: RefCell::default(),
            open_lookup: RefCell::default(),
            templates: Templates::default(),
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

    /// How much has been reported where work is done now: more afterwards means that it met mistakes.
    #[must_use]
    pub fn reported(&self) -> usize {
        self.diagnostics.borrow().len()
    }

    pub fn report_all(&self, diagnostics: Vec<Diagnostic>) {
        self.diagnostics.borrow_mut().extend(diagnostics);
    }

    /// Reports what belongs to a named thing of its own, evaluated because something refers to it.
    pub fn report_outside(&self, diagnostics: Vec<Diagnostic>) {
        self.outside.borrow_mut().extend(diagnostics);
    }

    /// Enters one expression. `None`, after a diagnostic, when a limit is met.
    pub fn enter(&self, at: Place) -> Option<Entered<'_>> {
        self.last.set(at);
        let (depth, steps) = (self.depth.get() + 1, self.steps.get() + 1);
        self.steps.set(steps);
        if depth > self.limits.depth {
            let detail = format!(
                "This expression is nested more than {} levels deep, counting what it refers to.",
                self.limits.depth
            );
            self.once("Nesting too deep", detail, at);
            return None;
        }
        if !self.may_go_on(at) {
            return None;
        }
        self.depth.set(depth);
        Some(Entered(&self.depth))
    }

    /// Counts instances that are about to be made; false, after a diagnostic, when they are too many.
    pub fn may_make(&self, instances: usize, at: Place) -> bool {
        let all = self.instances.get().saturating_add(instances);
        if all > self.limits.instances {
            let detail = format!("This root module has more than {} instances.", self.limits.instances);
            self.once("Too many instances", detail, at);
            return false;
        }
        self.instances.set(all);
        true
    }

    /// Counts blocks that a dynamic block is about to make; false, after a diagnostic, when they are too many.
    pub fn may_unroll(&self, blocks: usize, at: Place) -> bool {
        let all = self.blocks.get().saturating_add(blocks);
        if all > self.limits.blocks {
            let detail =
                format!("The dynamic blocks of this root module make more than {} blocks.", self.limits.blocks);
            self.once("Too many blocks", detail, at);
            return false;
        }
        self.blocks.set(all);
        true
    }

    /// Counts what is about to be gone through without an expression for each.
    pub(super) fn spend(&self, steps: usize) {
        self.steps.set(self.steps.get().saturating_add(steps as u64));
    }

    /// False, after a diagnostic, when so many steps were made that every further one fails.
    fn may_go_on(&self, at: Place) -> bool {
        if self.steps.get() <= self.limits.steps {
            return true;
        }
        let detail = format!("Evaluating this root module takes more than {} steps.", self.limits.steps);
        self.once("Evaluation takes too long", detail, at);
        false
    }

    /// Whether a loop may go through another element: not once a limit is met, which ends the loops around it too.
    pub(super) fn may_loop(&self, at: Place) -> bool {
        self.may_go_on(at) && !self.limit_met()
    }

    /// Whether values are small enough to be held together.
    pub(super) fn bears_all<'v>(&self, values: impl Iterator<Item = &'v Value>) -> bool {
        let mut left = self.limits.parts;
        let mut values = values;
        values.all(|value| count_down(value, &mut left))
    }

    /// Whether a value is small enough to be worked on. What is written small may be large: `a = [b, b]`, and so on.
    /// Counting is work too.
    pub(super) fn bears(&self, value: &Value) -> bool {
        let mut left = self.limits.parts;
        let bears = count_down(value, &mut left);
        let counted = self.limits.parts - left;
        self.steps.set(self.steps.get().saturating_add(counted as u64 / 32));
        bears
    }

    /// Reports a limit only the first time: everything around it would meet it again.
    pub(super) fn once(&self, summary: &str, detail: String, at: Place) {
        if !self.limit_met.replace(true) {
            self.error(summary, detail, at);
        }
    }

    /// Begins another piece of work with limits of its own: steps are counted anew.
    pub fn begin(&self) {
        self.steps.set(0);
        self.limit_met.set(false);
    }

    /// Whether a limit was met since the work began, also where its diagnostic was caught by `try`.
    #[must_use]
    pub fn limit_met(&self) -> bool {
        self.limit_met.get()
    }

    /// The expression that was entered last.
    #[must_use]
    pub fn last_place(&self) -> Place {
        self.last.get()
    }

    /// Takes everything reported so far.
    pub fn take_diagnostics(&self) -> Vec<Diagnostic> {
        let mut all = self.diagnostics.take();
        all.extend(self.outside.take());
        all
    }

    /// Notes that a look-up by this unknown key may turn out to fail.
    pub(super) fn note_open_lookup(&self, key: &Value) {
        self.open_lookup.replace(Some(key.clone()));
    }

    /// Notes that the conversion of an unknown value to a type may turn out to fail: that of a text to a number or a bool,
    /// and that of something whose type is unknown.
    pub(super) fn note_open_conversion(&self, given: &Value, ty: &Type) {
        let Some(unknown) = given.as_unknown().filter(|_| !given.is_error()) else { return };
        let may_fail = match (&unknown.ty, ty) {
            (_, Type::Any) => false,
            (Type::String, Type::Number | Type::Bool) | (Type::Any, _) => true,
            _ => false,
        };
        if may_fail {
            self.note_open_lookup(given);
        }
    }

    /// Runs `work`, and tells the key of a look-up in it that may turn out to fail. What is noted around it stays.
    pub(super) fn watching_lookups<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Value>) {
        let around = self.open_lookup.take();
        let result = work();
        (result, self.open_lookup.replace(around))
    }

    /// Notes that a function of the language looked at a file or directory.
    pub fn record_read(&self, path: &Path) {
        self.sources.look_at(path);
        self.files_read.borrow_mut().push(path.to_path_buf());
    }

    /// What functions of the language looked at, in order, with repetitions.
    #[must_use]
    pub fn files_read(&self) -> Vec<PathBuf> {
        self.files_read.borrow().clone()
    }
}

/// Takes the values inside a value, and itself, off a number; false when that is used up.
fn count_down(value: &Value, left: &mut usize) -> bool {
    match left.checked_sub(1) {
        Some(less) => *left = less,
        None => return false,
    }
    match &value.kind {
        Kind::List(sequence) | Kind::Set(sequence) => sequence.items.iter().all(|item| count_down(item, left)),
        Kind::Tuple(items) => items.iter().all(|item| count_down(item, left)),
        Kind::Map(mapping) | Kind::Object(mapping) => mapping.entries.iter().all(|(_, item)| count_down(item, left)),
        _ => true,
    }
}
