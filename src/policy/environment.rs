//! What names mean in a policy file: `attrs`, `meta`, `root`, `input`, `local`, and the functions.

use std::{
    borrow::Cow,
    cell::{OnceCell, RefCell},
    path::Path,
};

use foldhash::HashMap;

use super::{
    Policy, RuleFile, Stage,
    doubt::{Assumed, Doubt},
    functions,
    index::Index,
    locals::Locals,
    mutant::Mutant,
    policytest::Mocked,
    root,
    subject::Subject,
};
use crate::{
    addr::Name,
    diag::Label,
    eval::{CallPlaces, Context, Dialect, RefStep, Resolved, Scope, evaluate, take},
    source::Place,
    value::{Type, Value},
    world::{RootModule, World},
};

/// The root module that is judged, and everything around it.
#[derive(Debug)]
pub(super) struct Facts<'w> {
    pub world: &'w World,
    /// Index into the world's root modules.
    pub root: usize,
    pub module: &'w RootModule,
    pub index: Index<'w>,
    pub stage: Stage,
    /// Whether a plan says what changes.
    pub planned: bool,
    /// What the mocks of a test file say, where they stand in for a configuration.
    pub mocked: Option<&'w Mocked>,
    pub root_object: OnceCell<Value>,
}

impl<'w> Facts<'w> {
    pub(super) fn new(world: &'w World, root: usize, module: &'w RootModule, stage: Stage) -> Self {
        let planned = module.instances.iter().any(|instance| instance.change.is_some());
        Self {
            world,
            root,
            module,
            index: Index::new(module),
            stage,
            planned,
            mocked: None,
            root_object: OnceCell::new(),
        }
    }

    /// What `root` is, made when first read.
    fn root_object(&self, cx: &Context<'_>) -> &Value {
        self.root_object.get_or_init(|| {
            let root = root::object(cx, self.module);
            self.mocked.map_or_else(|| root.clone(), |mocked| mocked.root(root.clone()))
        })
    }
}

/// One policy file in one root module, or, while it is loaded, in none.
#[derive(Debug)]
pub(super) struct Environment<'a> {
    pub file: &'a RuleFile,
    pub inputs: &'a HashMap<Name, Value>,
    pub facts: Option<&'a Facts<'a>>,
    /// An attribute that is read as something else than it is.
    pub mutant: Option<&'a Mutant>,
    /// The file's locals without assumptions: they are the same for every object.
    locals: Locals,
}

impl<'a> Environment<'a> {
    pub(super) fn new(file: &'a RuleFile, inputs: &'a HashMap<Name, Value>, facts: Option<&'a Facts<'a>>) -> Self {
        Self { file, inputs, facts, mutant: None, locals: Locals::default() }
    }

    /// The same with an attribute changed.
    pub(super) fn with(&self, mutant: &'a Mutant) -> Self {
        Self { mutant: Some(mutant), locals: Locals::default(), ..*self }
    }
}

/// One evaluation of expressions of a file, under assumptions.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub env: &'a Environment<'a>,
    pub assumed: Assumed,
    /// The doubts that were met, in the order they were.
    pub met: RefCell<Vec<Doubt>>,
    /// Places that take part in what was found: the other VPC.
    pub related: RefCell<Vec<Label>>,
    file_locals: Locals,
    policy_locals: Locals,
    attrs: OnceCell<Value>,
}

impl<'a> Run<'a> {
    pub(super) fn new(env: &'a Environment<'a>, assumed: Assumed) -> Self {
        Self {
            env,
            assumed,
            met: RefCell::default(),
            related: RefCell::default(),
            file_locals: Locals::default(),
            policy_locals: Locals::default(),
            attrs: OnceCell::new(),
        }
    }

    /// The attributes of a resource that is looked up, as assumed.
    pub(super) fn found(&self, ty: Name, attrs: &Value) -> Value {
        let attrs = self.assumed.applied(Cow::Borrowed(attrs));
        match self.env.mutant {
            Some(mutant) => mutant.of_found(ty, &attrs),
            None => attrs.into_owned(),
        }
    }

    /// Notes a place that takes part; the same one once.
    pub(super) fn relate(&self, label: Label) {
        let mut related = self.related.borrow_mut();
        if !related.contains(&label) {
            related.push(label);
        }
    }

    fn file_locals(&self) -> &Locals {
        if self.assumed.is_nothing() { &self.env.locals } else { &self.file_locals }
    }

    fn file_local(&self, cx: &Context<'_>, name: Name, at: Place) -> Value {
        let Some(local) = self.env.file.locals.get(&name) else {
            let detail = format!("No local value named \"{name}\" is declared in this file.");
            cx.error("Reference to undeclared local value", detail, at);
            return Value::error();
        };
        let scope = FileScope { run: self };
        let value = || evaluate(cx, &scope, &self.env.file.tree, local.value);
        self.file_locals().get(cx, &self.met, (name, at), value)
    }

    fn input(&self, cx: &Context<'_>, name: Name, at: Place) -> Cow<'a, Value> {
        self.env.inputs.get(&name).map_or_else(
            || {
                let detail = format!("No input named \"{name}\" is declared in this file.");
                cx.error("Reference to undeclared input", detail, at);
                Cow::Owned(Value::error())
            },
            Cow::Borrowed,
        )
    }
}

/// What names mean outside of policies: in the locals of a file, and in enforcement levels.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileScope<'r> {
    pub run: &'r Run<'r>,
}

impl Scope for FileScope<'_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        match (root.as_str(), first_name(steps)) {
            ("local", Some(name)) => followed(cx, Cow::Owned(self.run.file_local(cx, name, at)), steps, 1),
            ("input", Some(name)) => followed(cx, self.run.input(cx, name, at), steps, 1),
            _ => Resolved { value: unknown_name(cx, root, at), used: steps.len() },
        }
    }

    fn kept(&self, condition: &Value) -> Option<bool> {
        self.run.assumed.kept(condition)
    }

    fn function<'n>(&self, written: &'n str) -> Option<&'n str> {
        functions::plain(written)
    }

    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        functions::call(&functions::Caller { cx, run: self.run, subject: None }, name, args, at)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

/// What names mean inside a policy, for the object it judges.
#[derive(Clone, Copy, Debug)]
pub(super) struct PolicyScope<'r> {
    pub run: &'r Run<'r>,
    pub policy: &'r Policy,
    pub subject: &'r Subject<'r>,
}

impl<'r> PolicyScope<'r> {
    fn local(&self, cx: &Context<'_>, name: Name, at: Place) -> Value {
        let Some(local) = self.policy.locals.get(&name) else { return self.run.file_local(cx, name, at) };
        let value = || evaluate(cx, self, &self.run.env.file.tree, local.value);
        self.run.policy_locals.get(cx, &self.run.met, (name, at), value)
    }

    /// As they are, where nothing is assumed of them; else they are made once.
    fn attrs(&self) -> Cow<'_, Value> {
        let (attrs, run) = (self.subject.attrs(), self.run);
        if run.assumed.is_nothing() && run.env.mutant.is_none() {
            return attrs;
        }
        Cow::Borrowed(run.attrs.get_or_init(|| {
            let attrs = run.assumed.applied(attrs);
            run.env.mutant.map_or_else(|| attrs.clone().into_owned(), |mutant| mutant.of_judged(&attrs))
        }))
    }

    fn root(&self, cx: &Context<'_>) -> Cow<'r, Value> {
        let root = self.run.assumed.applied(Cow::Borrowed(self.subject.facts.root_object(cx)));
        match self.run.env.mutant {
            Some(mutant) => Cow::Owned(mutant.of_root(&root)),
            None => root,
        }
    }
}

impl Scope for PolicyScope<'_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        match (root.as_str(), first_name(steps)) {
            ("attrs", _) => attributes(cx, &self.attrs(), steps),
            ("meta", _) => followed(cx, Cow::Owned(self.subject.meta()), steps, 0),
            ("root", _) => followed(cx, self.root(cx), steps, 0),
            ("prior_attrs", _) => attributes(cx, &self.run.assumed.applied(self.subject.prior_attrs()), steps),
            ("local", Some(name)) => followed(cx, Cow::Owned(self.local(cx, name, at)), steps, 1),
            ("input", Some(name)) => followed(cx, self.run.input(cx, name, at), steps, 1),
            _ => Resolved { value: unknown_name(cx, root, at), used: steps.len() },
        }
    }

    fn kept(&self, condition: &Value) -> Option<bool> {
        self.run.assumed.kept(condition)
    }

    fn function<'n>(&self, written: &'n str) -> Option<&'n str> {
        functions::plain(written)
    }

    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &CallPlaces<'_>) -> Option<Value> {
        functions::call(&functions::Caller { cx, run: self.run, subject: Some(self.subject) }, name, args, at)
    }

    fn dialect(&self) -> Dialect {
        Dialect::Policy
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

/// Where nothing has a name: values given on the command line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nothing;

impl Scope for Nothing {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        Resolved { value: unknown_name(cx, root, at), used: steps.len() }
    }

    fn base(&self) -> &Path {
        Path::new("")
    }
}

pub(super) fn first_name(steps: &[RefStep]) -> Option<Name> {
    match steps.first() {
        Some(RefStep::Attr(name, _)) => Some(*name),
        _ => None,
    }
}

pub(super) fn unknown_name(cx: &Context<'_>, root: Name, at: Place) -> Value {
    cx.error("Invalid reference", format!("There is nothing named \"{root}\" here."), at);
    Value::error()
}

/// Attributes before or after a change. Where there is no object, every attribute reads as null.
fn attributes(cx: &Context<'_>, object: &Value, steps: &[RefStep]) -> Resolved {
    if object.is_null() {
        return Resolved { value: Value::null(Type::Any), used: steps.len() };
    }
    followed(cx, Cow::Borrowed(object), steps, 0)
}

/// All steps after the first ones into a value, so that no name of the policy becomes a hop of its origin. An error
/// is reported and ends the walk.
pub(super) fn followed(cx: &Context<'_>, value: Cow<'_, Value>, steps: &[RefStep], from: usize) -> Resolved {
    let mut value = value;
    for step in steps.iter().skip(from) {
        let taken = take(&value, step).unwrap_or_else(|diagnostic| {
            cx.report(*diagnostic);
            Value::error()
        });
        value = Cow::Owned(taken);
    }
    Resolved { value: value.into_owned(), used: steps.len() }
}
