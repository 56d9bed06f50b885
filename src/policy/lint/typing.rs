//! Follows the types of the provider's schema through the expressions of a policy file, also inside `core::try`; and
//! tells which attributes they read.

use std::collections::HashMap;

use super::{
    super::{Policy, PolicyKind, RuleFile, metadata, subject::meta_type},
    steps::{self, Wrong},
};
use crate::{
    addr::{Name, name},
    diag::{Diagnostic, Level},
    schema,
    syntax::{ExprId, ExprKind, ObjectItem, ObjectKey, Part, Run},
    value::{Field, Type},
};

/// Whose attributes are read.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::policy) enum ReadOf {
    /// `attrs` of the judged object.
    Judged,
    /// `root`.
    Root,
    /// Of resources of this type that were looked up.
    Found(Name),
}

/// An attribute that a policy reads: whose, and the names that lead to it, without indexes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(in crate::policy) struct Read {
    pub(in crate::policy) of: ReadOf,
    pub(in crate::policy) path: Vec<Name>,
}

/// The attributes a policy reads to decide, each with its type and where it is read first. Of paths that go on only the whole.
pub(in crate::policy) fn reads(file: &RuleFile, policy: &Policy) -> Vec<(Read, Type, ExprId)> {
    let mut typing = Typing::new(file, Some(policy), Level::Error);
    for id in policy.filter.into_iter().chain(policy.enforces.iter().map(|e| e.condition)) {
        typing.expr(id);
    }
    let all: Vec<Read> = typing.reads.iter().map(|(read, _, _)| read.clone()).collect();
    let goes_on = |read: &Read| {
        all.iter().any(|r| r.of == read.of && r.path.len() > read.path.len() && r.path.starts_with(&read.path))
    };
    let start = |id: &ExprId| file.tree.node(*id).span.start;
    let mut found: Vec<(Read, Type, ExprId)> = typing.reads.into_iter().filter(|(read, _, _)| !goes_on(read)).collect();
    found.sort_by(|(a, _, x), (b, _, y)| a.cmp(b).then(start(x).cmp(&start(y))));
    found.dedup_by(|(a, _, _), (b, _, _)| a == b);
    found
}

/// Attributes that one value is followed to at a time.
const MOST_SOURCES: usize = 8;

/// What is known of a value before it is evaluated.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Shape {
    pub(super) ty: Type,
    /// The attributes it is, or is of.
    pub(super) from: Vec<Read>,
}

impl From<Type> for Shape {
    fn from(ty: Type) -> Self {
        Self { ty, from: Vec::new() }
    }
}

impl Shape {
    /// Another type of what is of the same attribute.
    pub(super) fn with(&self, ty: Type) -> Self {
        Self { ty, from: self.from.clone() }
    }

    pub(super) fn element(&self) -> Self {
        self.with(steps::element(&self.ty))
    }

    /// What may be either.
    pub(super) fn either(mut self, other: Self) -> Self {
        let new = other.from.into_iter().filter(|read| !self.from.contains(read)).collect::<Vec<_>>();
        self.from.extend(new.into_iter().take(MOST_SOURCES));
        Self { ty: steps::either(self.ty, other.ty), ..self }
    }
}

/// Checks every expression of a file. `level` is that of a mismatch with the schema.
pub(super) fn check(file: &RuleFile, level: Level) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut of_file = Typing::new(file, None, level);
    for name in file.locals.keys().filter(|name| **name != "infralint") {
        of_file.local(*name);
    }
    found.append(&mut of_file.found);
    for policy in &file.policies {
        let mut typing = Typing::new(file, Some(policy), level);
        typing.policy(policy);
        found.append(&mut typing.found);
    }
    found
}

pub(super) struct Typing<'f> {
    pub(super) file: &'f RuleFile,
    pub(super) policy: Option<&'f Policy>,
    pub(super) level: Level,
    attrs: Type,
    meta: Type,
    /// Of locals; nothing while one is looked at.
    locals: HashMap<Name, Option<Shape>>,
    /// Variables of the `for` expressions around.
    bound: Vec<(Name, Shape)>,
    /// Elements of the splats around.
    elements: Vec<Shape>,
    /// How many `core::try` and `core::can` are around.
    pub(super) tries: u32,
    /// Whether what is looked at belongs to the file, not to the policy: it is told once.
    pub(super) of_file: bool,
    reads: Vec<(Read, Type, ExprId)>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'f> Typing<'f> {
    fn new(file: &'f RuleFile, policy: Option<&'f Policy>, level: Level) -> Self {
        let attrs = policy.map(attributes_of).unwrap_or_default();
        let meta = policy.map(|policy| meta_type(policy.kind)).unwrap_or_default();
        Self {
            file,
            policy,
            level,
            attrs,
            meta,
            locals: HashMap::new(),
            bound: Vec::new(),
            elements: Vec::new(),
            tries: 0,
            of_file: policy.is_none(),
            reads: Vec::new(),
            found: Vec::new(),
        }
    }

    fn policy(&mut self, policy: &Policy) {
        for name in policy.locals.keys() {
            self.local(*name);
        }
        let enforces = policy.enforces.iter().flat_map(|e| [Some(e.condition), e.error_message, e.info_message]);
        for id in policy.filter.into_iter().chain(enforces.flatten()) {
            self.expr(id);
        }
    }

    pub(super) fn report(&mut self, level: Level, (summary, detail): (&str, String), at: ExprId) {
        // What the file's locals read is told when they are looked at for their own sake.
        if self.of_file == self.policy.is_none() {
            self.found.push(Diagnostic::new(level, summary, detail, Some(self.file.tree.place(at))));
        }
    }

    fn wrong(&mut self, wrong: Wrong, at: ExprId) -> Type {
        let (detail, level) = match wrong {
            Wrong::Missing(detail) => (detail, self.level),
            Wrong::Refused(detail) => (detail, Level::Error),
        };
        // Some are written to fit several versions of a provider.
        let (told, level) = match self.tries {
            0 => ("", level),
            _ => (" Inside of core::try this goes unnoticed: what follows counts.", Level::Warning),
        };
        self.report(level, ("Unsupported attribute", detail + told), at);
        Type::Any
    }

    fn step(&mut self, stepped: Result<Type, Wrong>, at: ExprId) -> Type {
        stepped.unwrap_or_else(|wrong| self.wrong(wrong, at))
    }

    pub(super) fn expr(&mut self, id: ExprId) -> Shape {
        let tree = &self.file.tree;
        match tree.kind(id) {
            ExprKind::Null | ExprKind::Error => Shape::default(),
            ExprKind::Bool(_) => Type::Bool.into(),
            ExprKind::Number(_) => Type::Number.into(),
            ExprKind::String(_) => Type::String.into(),
            ExprKind::Template(parts) => {
                self.parts(parts);
                Type::String.into()
            }
            ExprKind::Tuple(run) => self.tuple(run),
            ExprKind::Object(run) => self.object(run).into(),
            ExprKind::For(_) => self.for_expr(id),
            ExprKind::Name(root) => self.name(root),
            ExprKind::Attr(inner, name) => self.attr(inner, name, id),
            ExprKind::Index(inner, key) => self.index(inner, key, id),
            ExprKind::Splat { source, each } => self.splat(source, each),
            ExprKind::SplatItem => self.elements.last().cloned().unwrap_or_default(),
            ExprKind::Not(inner) => {
                self.expr(inner);
                Type::Bool.into()
            }
            ExprKind::Negate(inner) => {
                self.expr(inner);
                Type::Number.into()
            }
            ExprKind::Binary(_, a, b) => {
                self.expr(a);
                self.expr(b);
                Shape::default()
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.expr(condition);
                self.arm(yes).either(self.arm(no))
            }
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Call(call) => self.call(*tree.call(call), id),
        }
    }

    /// An arm of a conditional; a null one says nothing, and is as the other.
    fn arm(&mut self, id: ExprId) -> Shape {
        let shape = self.expr(id);
        let is_null = self.file.tree.kind(self.file.tree.unwrapped(id)) == ExprKind::Null;
        if is_null { Type::tuple(Vec::new()).into() } else { shape }
    }

    fn name(&mut self, root: Name) -> Shape {
        if let Some((_, shape)) = self.bound.iter().rev().find(|(name, _)| *name == root) {
            return shape.clone();
        }
        let of = |of| vec![Read { of, path: Vec::new() }];
        match root.as_str() {
            "attrs" => Shape { ty: self.attrs.clone(), from: of(ReadOf::Judged) },
            "prior_attrs" => self.attrs.clone().into(),
            "meta" => self.meta.clone().into(),
            "root" => Shape { ty: Type::Any, from: of(ReadOf::Root) },
            _ => Shape::default(),
        }
    }

    fn attr(&mut self, inner: ExprId, name: Name, id: ExprId) -> Shape {
        let tree = &self.file.tree;
        if let ExprKind::Name(root) = tree.kind(tree.unwrapped(inner)) {
            let is_bound = self.bound.iter().any(|(bound, _)| *bound == root);
            match root.as_str() {
                "local" if !is_bound => return self.local(name),
                "input" if !is_bound => {
                    return self.file.inputs.get(&name).map(|i| i.ty.clone()).unwrap_or_default().into();
                }
                _ => {}
            }
        }
        let inner = self.expr(inner);
        self.taken(&inner, name, id)
    }

    /// An attribute of a value.
    pub(super) fn taken(&mut self, of: &Shape, name: Name, id: ExprId) -> Shape {
        let ty = self.step(steps::attribute(&of.ty, &name), id);
        let mut from = of.from.clone();
        for read in &mut from {
            read.path.push(name);
            self.reads.push((read.clone(), ty.clone(), id));
        }
        Shape { ty, from }
    }

    fn index(&mut self, inner: ExprId, key: ExprId, id: ExprId) -> Shape {
        let of = self.expr(inner);
        self.expr(key);
        match (metadata::string(&self.file.tree, key), &of.ty) {
            (Some(key), Type::Object(_) | Type::Map(_) | Type::Any) => self.taken(&of, name(&key), id),
            (None, Type::Object(_) | Type::Any) => match self.constant(key) {
                // Named by a local, so that another version of the provider may have it.
                Some(key) => self.taken(&of.with(Type::Any), name(&key), id),
                None if of.ty == Type::Any => of,
                None => Shape::default(),
            },
            (key, _) => {
                let ty = self.step(steps::index(&of.ty, key.as_deref()), id);
                of.with(ty)
            }
        }
    }

    /// The text of a local that is written as one.
    fn constant(&self, id: ExprId) -> Option<String> {
        let tree = &self.file.tree;
        let ExprKind::Attr(root, local) = tree.kind(tree.unwrapped(id)) else { return None };
        let ExprKind::Name(root) = tree.kind(tree.unwrapped(root)) else { return None };
        let own = self.policy.and_then(|policy| policy.locals.get(&local));
        let local = own.or_else(|| self.file.locals.get(&local)).filter(|_| root == "local")?;
        metadata::string(tree, local.value)
    }

    fn local(&mut self, name: Name) -> Shape {
        if let Some(known) = self.locals.get(&name) {
            return known.clone().unwrap_or_default();
        }
        let own = self.policy.and_then(|policy| policy.locals.get(&name));
        let Some(local) = own.or_else(|| self.file.locals.get(&name)) else { return Shape::default() };
        self.locals.insert(name, None);
        let (bound, elements, tries) =
            (std::mem::take(&mut self.bound), std::mem::take(&mut self.elements), std::mem::take(&mut self.tries));
        let of_file = std::mem::replace(&mut self.of_file, own.is_none());
        let shape = self.expr(local.value);
        (self.bound, self.elements, self.tries, self.of_file) = (bound, elements, tries, of_file);
        self.locals.insert(name, Some(shape.clone()));
        shape
    }

    fn tuple(&mut self, run: Run) -> Shape {
        let items = self.file.tree.list(run);
        let shapes: Vec<Shape> = items.iter().map(|id| self.expr(*id)).collect();
        match shapes.split_first() {
            Some((first, rest)) if rest.iter().all(|shape| shape.ty == first.ty) => {
                first.with(Type::list(first.ty.clone()))
            }
            Some(_) => Shape::default(),
            None => Type::tuple(Vec::new()).into(),
        }
    }

    fn object(&mut self, run: Run) -> Type {
        let mut fields = Vec::new();
        let mut is_open = false;
        for item in self.file.tree.items(run) {
            let ty = self.expr(item.value).ty;
            match self.key(item) {
                Some(name) => fields.push(Field { name: name.into(), ty, optional: false }),
                None => is_open = true,
            }
        }
        if is_open { Type::Any } else { Type::object(fields) }
    }

    fn key(&mut self, item: &ObjectItem) -> Option<String> {
        match item.key {
            ObjectKey::Name(name) => Some(name.as_str().to_owned()),
            ObjectKey::Expr(id) => {
                self.expr(id);
                metadata::string(&self.file.tree, id)
            }
        }
    }

    fn for_expr(&mut self, id: ExprId) -> Shape {
        let ExprKind::For(for_id) = self.file.tree.kind(id) else { return Shape::default() };
        let expr = *self.file.tree.for_expr(for_id);
        let collection = self.expr(expr.collection);
        let before = self.bound.len();
        self.bound.extend(expr.key.map(|key| (key, Shape::default())));
        self.bound.push((expr.value, collection.element()));
        for part in [expr.result_key, expr.condition].into_iter().flatten() {
            self.expr(part);
        }
        let result = self.expr(expr.result);
        self.bound.truncate(before);
        let ty = result.ty.clone();
        result.with(match (expr.result_key, expr.grouping) {
            (None, _) => Type::list(ty),
            (Some(_), false) => Type::map(ty),
            (Some(_), true) => Type::map(Type::list(ty)),
        })
    }

    fn splat(&mut self, source: ExprId, each: ExprId) -> Shape {
        let source = self.expr(source);
        let element = match &source.ty {
            Type::List(_) | Type::Set(_) => source.element(),
            _ => source,
        };
        self.elements.push(element);
        let result = self.expr(each);
        self.elements.pop();
        let ty = Type::list(result.ty.clone());
        result.with(ty)
    }

    fn parts(&mut self, run: Run) {
        for part in self.file.tree.parts(run) {
            match *part {
                Part::Literal(_) => {}
                Part::Interpolation(id) => {
                    self.expr(id);
                }
                Part::If { condition, then, otherwise } => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { key, value, collection, body } => {
                    let collection = self.expr(collection);
                    let before = self.bound.len();
                    self.bound.extend(key.map(|key| (key, Shape::default())));
                    self.bound.push((value, collection.element()));
                    self.parts(body);
                    self.bound.truncate(before);
                }
            }
        }
    }
}

/// What `attrs` is in a policy.
pub(super) fn attributes_of(policy: &Policy) -> Type {
    let block = match policy.kind {
        PolicyKind::Resource => schema::aws().resource(&policy.target),
        PolicyKind::Provider if policy.target == "aws" => Some(schema::aws().configuration()),
        _ => None,
    };
    block.map(schema::Block::ty).unwrap_or_default()
}
