//! The tree of module instances of one root module, made as far as it is asked for.

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
    fmt,
    path::PathBuf,
    rc::Rc,
};

use super::{
    Context,
    cell::Cell,
    data::States,
    expansion::{Each, Expansion},
    planned::Facts,
    resource::ResourceInstance,
};
use crate::{
    addr::{Mode, ModulePath, Name},
    config::{self, ModuleCall, Release, Repository},
    diag::Diagnostic,
    source::Place,
    value::{Origins, Value},
};

/// One module instance: the cells of everything it declares.
#[derive(Debug)]
pub struct Node<'r> {
    pub module: &'r config::Module,
    pub path: ModulePath,
    /// How it was called; the root module was not.
    pub site: Option<Site<'r>>,
    /// Depends on a `count` or `for_each`, of its own call or one further out, that is this unknown value.
    pub doubt: Option<Value>,
    pub(super) variables: Box<[Cell<Value>]>,
    pub(super) locals: Box<[Cell<Value>]>,
    pub(super) outputs: Box<[Cell<Value>]>,
    pub(super) resources: Box<[Cell<Rc<Resources<'r>>>]>,
    pub(super) calls: Box<[Cell<Rc<Calls<'r>>>]>,
    pub(super) providers: Box<[Cell<Value>]>,
}

/// The call a module instance comes from.
#[derive(Clone, Debug)]
pub struct Site<'r> {
    pub parent: Rc<Node<'r>>,
    pub call: &'r ModuleCall,
    pub each: Each,
}

/// The instances of one module call.
#[derive(Debug)]
pub struct Calls<'r> {
    pub expansion: Expansion,
    /// One for each item of the expansion; none where the module is not in the repository.
    pub nodes: Vec<Rc<Node<'r>>>,
}

/// The instances of one resource.
#[derive(Debug)]
pub struct Resources<'r> {
    pub resource: &'r config::Resource,
    pub expansion: Expansion,
    pub(super) instances: Box<[Cell<Rc<ResourceInstance>>]>,
}

impl<'r> Node<'r> {
    pub(super) fn new(
        module: &'r config::Module,
        path: ModulePath,
        site: Option<Site<'r>>,
        doubt: Option<Value>,
    ) -> Rc<Self> {
        Rc::new(Self {
            variables: Cell::row(module.variables.len()),
            locals: Cell::row(module.locals.len()),
            outputs: Cell::row(module.outputs.len()),
            resources: Cell::row(module.resources.len()),
            calls: Cell::row(module.calls.len()),
            providers: Cell::row(module.providers.len()),
            module,
            path,
            site,
            doubt,
        })
    }

    /// The module calls that lead here, outermost first.
    #[must_use]
    pub fn call_sites(&self) -> Vec<(Name, Place)> {
        let mut sites = self.site.as_ref().map(|s| s.parent.call_sites()).unwrap_or_default();
        sites.extend(self.site.as_ref().map(|s| (s.call.name, s.call.header)));
        sites
    }
}

/// The evaluation of one root module.
#[derive(Debug)]
pub struct Root<'r> {
    pub cx: Context<'r>,
    pub(super) repository: &'r Repository,
    pub(super) config: &'r config::RootModule,
    pub(super) states: States<'r>,
    /// What a plan says beside the configuration.
    pub(super) facts: Option<&'r Facts>,
    /// Which versions of providers `terraform init` has chosen; read where imported schemas are to choose from.
    pub(super) locked: OnceCell<Vec<(String, String)>>,
    /// Values of instances that the provider or AWS refuses, by the header of the resource.
    pub(super) refused: RefCell<HashMap<Place, Vec<Diagnostic>>>,
    /// What is being made right now, innermost last: the members of a cycle.
    pending: RefCell<Vec<Pending<'r>>>,
    /// The instances of the root module that were handed out.
    nodes: RefCell<Vec<Rc<Node<'r>>>>,
    /// The root module's directory: what paths of file functions start from.
    pub(super) base: PathBuf,
}

/// Module instances hold each other: callers what they call, and those their callers.
impl Drop for Root<'_> {
    fn drop(&mut self) {
        let mut left = std::mem::take(self.nodes.get_mut());
        while let Some(node) = left.pop() {
            let called = node.calls.iter().filter_map(Cell::take);
            left.extend(called.flat_map(|calls| calls.nodes.clone()));
        }
    }
}

/// What the cells of a module instance are called.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    Variable(Name),
    Local(Name),
    Output(Name),
    Call(Name),
    /// A resource's `count` or `for_each`.
    Expansion(Name, Name),
    Instance(Mode, Name, Name),
    Provider(Name),
}

/// What is being made right now.
#[derive(Debug)]
struct Pending<'r> {
    node: Rc<Node<'r>>,
    named: Named,
    at: Place,
}

/// `module.a.local.x`: how a cycle names its members.
impl fmt::Display for Pending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.named {
            Named::Expansion(ty, name) => return write!(f, "{ty}.{name} (expand)"),
            Named::Provider(name) => return write!(f, "provider[\"{name}\"]"),
            _ if self.node.path.is_root() => {}
            _ => write!(f, "{}.", self.node.path)?,
        }
        match self.named {
            Named::Variable(name) => write!(f, "var.{name}"),
            Named::Local(name) => write!(f, "local.{name}"),
            Named::Output(name) => write!(f, "output.{name}"),
            Named::Call(name) => write!(f, "module.{name}"),
            Named::Instance(Mode::Data, ty, name) => write!(f, "data.{ty}.{name}"),
            Named::Instance(_, ty, name) | Named::Expansion(ty, name) => write!(f, "{ty}.{name}"),
            Named::Provider(name) => f.write_str(&name),
        }
    }
}

impl<'r> Root<'r> {
    /// Ends the evaluation; what values came through stays.
    #[must_use]
    pub fn into_origins(mut self) -> Origins {
        std::mem::take(&mut self.cx.origins)
    }

    #[must_use]
    pub fn new(cx: Context<'r>, repository: &'r Repository, config: &'r config::RootModule) -> Self {
        Self::with_states(cx, repository, config, States::first(config))
    }

    /// The same with what a plan says.
    #[must_use]
    pub fn with_facts(mut self, facts: &'r Facts) -> Self {
        self.facts = Some(facts);
        self
    }

    pub(super) fn with_states(
        cx: Context<'r>,
        repository: &'r Repository,
        config: &'r config::RootModule,
        states: States<'r>,
    ) -> Self {
        let mut cx = cx;
        cx.lazy_logic = config.terraform == Release::Newer;
        let base = cx.sources.root().join(&*config.path);
        Self {
            cx,
            repository,
            config,
            states,
            facts: None,
            locked: OnceCell::new(),
            refused: RefCell::default(),
            pending: RefCell::default(),
            nodes: RefCell::default(),
            base,
        }
    }

    /// The instance of the root module itself.
    #[must_use]
    pub fn node(&self) -> Rc<Node<'r>> {
        let node = Node::new(&self.config.module, ModulePath::default(), None, None);
        self.nodes.borrow_mut().push(Rc::clone(&node));
        node
    }

    #[must_use]
    pub const fn path(&self) -> &std::sync::Arc<str> {
        &self.config.path
    }

    /// What tells it from every other root module, and its instances from theirs.
    #[must_use]
    pub const fn id(&self) -> &std::sync::Arc<str> {
        &self.states.id
    }

    /// The workspace that is selected, where somebody says so.
    #[must_use]
    pub fn workspace(&self) -> Option<&str> {
        self.config.workspace.as_deref()
    }

    /// Makes the value of a cell, or reports the cycle it is part of.
    pub(super) fn made<T: Clone>(
        &self,
        cell: &Cell<T>,
        (node, named, at): (&Rc<Node<'r>>, Named, Place),
        make: impl FnOnce() -> T,
    ) -> Option<T> {
        let made = cell.get_or_make(|| {
            self.pending.borrow_mut().push(Pending { node: Rc::clone(node), named, at });
            // Diagnostics of a named thing are its own: a `try` around a reference to it does not swallow them.
            let work = || self.cx.apart(|| stacker::maybe_grow(RED_ZONE, STACK, make));
            let ((value, diagnostics), _) = self.cx.watching_lookups(work);
            self.cx.report_outside(diagnostics);
            self.pending.borrow_mut().pop();
            value
        });
        if made.is_err() {
            self.report_cycle(at);
        }
        made.ok()
    }

    fn report_cycle(&self, at: Place) {
        let pending = self.pending.borrow();
        let start = pending.iter().position(|member| member.at == at).unwrap_or(0);
        let members: Vec<String> = pending.iter().skip(start).map(Pending::to_string).collect();
        let of_call = pending.get(start).is_some_and(|member| matches!(member.named, Named::Call(_)));
        if let [alone] = members.as_slice()
            && !of_call
        {
            let (summary, detail) = if alone.contains("local.") {
                (
                    "Self-referencing local value",
                    format!("Local value {alone} cannot use its own result as part of its expression."),
                )
            } else {
                ("Self-referential block", format!("Configuration for {alone} may not refer to itself."))
            };
            return self.cx.report_outside(vec![Diagnostic::error(summary, detail, self.cx.last_place())]);
        }
        let detail = format!("Each of these needs the next one, and the last one the first: {}.", members.join(" -> "));
        let mut diagnostic = Diagnostic::error(format!("Cycle: {}", members.join(", ")), detail, at);
        for member in pending.iter().skip(start + 1) {
            diagnostic = diagnostic.with_label(member.at, format!("{member} is part of the cycle"));
        }
        self.cx.report_outside(vec![diagnostic]);
    }
}

/// Evaluation recurses through references; the stack grows on the heap when less than this is left.
const RED_ZONE: usize = 256 << 10;
const STACK: usize = 4 << 20;
