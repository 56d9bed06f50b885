//! The evaluations of other root modules that one evaluation has begun.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    rc::{Rc, Weak},
    sync::Arc,
};

use super::{import::Import, place};
use crate::{
    config::{Repository, RootModule},
    eval::{
        Context,
        data::Question,
        node::{Node, Root},
    },
    source::Place,
    value::Value,
};

/// Evaluations that one may begin. Each goes no further than outputs need.
const MAX_BEGUN: usize = 1_000;

/// Values that one evaluation may copy from others. Each that is read copies what it has read in turn.
const MAX_COPIED: usize = 300_000;

/// Root modules that are read one from the other. More than this is no chain that anybody builds.
const MAX_CHAIN: usize = 100;

/// A state of another root module that is read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct StateRead {
    /// The path of the root module that reads.
    pub by: Arc<str>,
    /// The path of the root module that keeps it.
    pub of: Arc<str>,
    /// The header of the data source.
    pub at: Place,
}

/// What an evaluation knows of others.
#[derive(Debug)]
pub(in crate::eval) struct States<'r> {
    /// The workspace that is evaluated, where another root module chose it.
    pub(in crate::eval) workspace: Option<Value>,
    /// What the instances of this root module are told from those of others by.
    pub(in crate::eval) id: Arc<str>,
    pub(in crate::eval) reads: RefCell<Vec<StateRead>>,
    begun: Begun<'r>,
}

/// The first evaluation owns all that follow from it.
#[derive(Debug)]
enum Begun<'r> {
    Own(Rc<Others<'r>>),
    Of(Weak<Others<'r>>),
}

#[derive(Debug)]
struct Others<'r> {
    by_state: RefCell<HashMap<State, Rc<Other<'r>>>>,
    /// The root modules under way, the first first.
    under_way: RefCell<Vec<Arc<str>>>,
    /// Evaluations that may still be begun, and values that may still be copied.
    left: Cell<usize>,
    copies_left: Cell<usize>,
}

/// A root module by its id, and the workspace.
type State = (Arc<str>, String);

#[derive(Debug)]
struct Other<'r> {
    root: Root<'r>,
    node: Rc<Node<'r>>,
    /// Met a bug of ours: it is not gone on with.
    broken: Cell<bool>,
}

impl States<'_> {
    /// Of an evaluation that no other has begun.
    pub(in crate::eval) fn first(config: &RootModule) -> Self {
        let others = Others {
            by_state: RefCell::default(),
            under_way: RefCell::new(vec![Arc::clone(&config.id)]),
            left: Cell::new(MAX_BEGUN),
            copies_left: Cell::new(MAX_COPIED),
        };
        Self {
            workspace: None,
            id: Arc::clone(&config.id),
            reads: RefCell::default(),
            begun: Begun::Own(Rc::new(others)),
        }
    }
}

impl<'r> States<'r> {
    fn others(&self) -> Option<Rc<Others<'r>>> {
        match &self.begun {
            Begun::Own(others) => Some(Rc::clone(others)),
            Begun::Of(others) => others.upgrade(),
        }
    }
}

impl<'r> Root<'r> {
    /// The states of other root modules that were read so far, by this one and by those it reads; sorted.
    pub fn state_reads(&self) -> Vec<StateRead> {
        let mut reads = self.states.reads.borrow().clone();
        if let Some(others) = self.states.others() {
            for other in others.by_state.borrow().values() {
                reads.extend(other.root.states.reads.borrow().iter().cloned());
            }
        }
        reads.sort();
        reads.dedup();
        reads
    }

    /// The outputs of another root module.
    pub(super) fn outputs_of(&self, found: &place::Place<'r>, question: &Question<'_, 'r>) -> Value {
        let (by, of) = (Arc::clone(self.id()), Arc::clone(&found.id));
        let read = StateRead { by, of, at: question.resource.header };
        self.states.reads.borrow_mut().push(read);
        let Some(others) = self.states.others() else { return Value::error() };
        let id = &found.id;
        let chain = others.under_way.borrow().len();
        if others.under_way.borrow().contains(id) {
            return super::unknown(question, &format!("the state of {id}, whose values hang on this one's in turn"));
        }
        let Some(other) = others.of(self.repository, &self.cx, found).filter(|_| chain < MAX_CHAIN) else {
            return super::unknown(question, &format!("the state of {id}, after too many others"));
        };
        others.under_way.borrow_mut().push(Arc::clone(id));
        let outputs = other.outputs_unharmed(self, &others.copies_left);
        others.under_way.borrow_mut().truncate(chain);
        outputs.unwrap_or_else(|| super::unknown(question, &format!("the state of {id}, which could not be evaluated")))
    }
}

impl<'r> Others<'r> {
    /// The evaluation of a root module in a workspace; begun when first asked for.
    fn of(
        self: &Rc<Self>,
        repository: &'r Repository,
        cx: &Context<'r>,
        found: &place::Place<'r>,
    ) -> Option<Rc<Other<'r>>> {
        let key = (Arc::clone(&found.id), shown(&found.workspace));
        if let Some(known) = self.by_state.borrow().get(&key) {
            return Some(Rc::clone(known));
        }
        self.left.set(self.left.get().checked_sub(1)?);
        let mut context = Context::new(cx.sources);
        context.limits = cx.limits;
        let states = States {
            workspace: Some(found.workspace.clone()),
            id: Arc::clone(&found.id),
            reads: RefCell::default(),
            begun: Begun::Of(Rc::downgrade(self)),
        };
        let root = Root::with_states(context, repository, found.config, states);
        let node = root.node();
        let other = Rc::new(Other { root, node, broken: Cell::new(false) });
        self.by_state.borrow_mut().insert(key, Rc::clone(&other));
        Some(other)
    }
}

impl Other<'_> {
    /// One root module never takes another down: a bug that is met in this one is told where it is judged itself.
    fn outputs_unharmed(&self, reader: &Root<'_>, copies_left: &Cell<usize>) -> Option<Value> {
        if self.broken.replace(true) {
            return None;
        }
        let outputs = catch_unwind(AssertUnwindSafe(|| self.outputs(reader, copies_left))).ok()?;
        self.broken.set(false);
        Some(outputs)
    }

    /// All outputs as the reader has them. A state has no outputs that are null.
    fn outputs(&self, reader: &Root<'_>, copies_left: &Cell<usize>) -> Value {
        let outputs = self.node.module.outputs.iter().enumerate();
        let evaluated = outputs.filter_map(|(i, (name, output))| {
            let value = self.root.output_at(&self.node, i, output.name_at)?;
            Some((name.as_str().into(), value)).filter(|(_, value)| !value.is_null())
        });
        let outputs = Value::object(evaluated.collect());
        Import::new(&self.root.cx.origins, &reader.cx.origins, copies_left).value(&outputs)
    }
}

/// What the workspace is known by.
fn shown(workspace: &Value) -> String {
    match (workspace.as_str(), workspace.as_unknown()) {
        (Some(known), _) => known.to_string(),
        (None, Some(unknown)) => format!("{}\0", unknown.because),
        (None, None) => String::new(),
    }
}
