//! Follows the types of the provider's schema through the expressions of a policy file, also inside `core::try`.

use std::collections::HashMap;

use super::{
    super::{Policy, PolicyKind, RuleFile, metadata, subject::meta_type},
    is_aws,
    steps::{self, Wrong},
    unknown_type,
};
use crate::{
    addr::Name,
    diag::{Diagnostic, Level},
    schema,
    syntax::{Call, ExprId, ExprKind, ObjectItem, ObjectKey, Part, Run},
    value::{Field, Type},
};

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

struct Typing<'f> {
    file: &'f RuleFile,
    policy: Option<&'f Policy>,
    level: Level,
    attrs: Type,
    meta: Type,
    /// Of locals; nothing while one is looked at.
    locals: HashMap<Name, Option<Type>>,
    /// Variables of the `for` expressions around.
    bound: Vec<(Name, Type)>,
    /// Elements of the splats around.
    elements: Vec<Type>,
    /// How many `core::try` and `core::can` are around.
    tries: u32,
    /// Whether what is looked at belongs to the file, not to the policy: it is told once.
    of_file: bool,
    found: Vec<Diagnostic>,
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

    fn report(&mut self, level: Level, (summary, detail): (&str, String), at: ExprId) {
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

    fn expr(&mut self, id: ExprId) -> Type {
        let tree = &self.file.tree;
        match tree.kind(id) {
            ExprKind::Null | ExprKind::Error => Type::Any,
            ExprKind::Bool(_) => Type::Bool,
            ExprKind::Number(_) => Type::Number,
            ExprKind::String(_) => Type::String,
            ExprKind::Template(parts) => {
                self.parts(parts);
                Type::String
            }
            ExprKind::Tuple(run) => self.tuple(run),
            ExprKind::Object(run) => self.object(run),
            ExprKind::For(_) => self.for_expr(id),
            ExprKind::Name(root) => self.name(root),
            ExprKind::Attr(inner, name) => self.attr(inner, name, id),
            ExprKind::Index(inner, key) => {
                let ty = self.expr(inner);
                self.expr(key);
                self.step(steps::index(&ty, metadata::string(tree, key).as_deref()), id)
            }
            ExprKind::Splat { source, each } => self.splat(source, each),
            ExprKind::SplatItem => self.elements.last().cloned().unwrap_or_default(),
            ExprKind::Not(inner) => {
                self.expr(inner);
                Type::Bool
            }
            ExprKind::Negate(inner) => {
                self.expr(inner);
                Type::Number
            }
            ExprKind::Binary(_, a, b) => {
                self.expr(a);
                self.expr(b);
                Type::Any
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.expr(condition);
                let (yes, no) = (self.arm(yes), self.arm(no));
                yes.zip(no).map_or_else(Type::default, |(yes, no)| steps::either(yes, no))
            }
            ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::Call(call) => self.call(*tree.call(call), id),
        }
    }

    /// An arm of a conditional; a null one says nothing, and is as the other.
    fn arm(&mut self, id: ExprId) -> Option<Type> {
        let ty = self.expr(id);
        let is_null = self.file.tree.kind(self.file.tree.unwrapped(id)) == ExprKind::Null;
        Some(if is_null { Type::tuple(Vec::new()) } else { ty })
    }

    fn name(&mut self, root: Name) -> Type {
        if let Some((_, ty)) = self.bound.iter().rev().find(|(name, _)| *name == root) {
            return ty.clone();
        }
        match root.as_str() {
            "attrs" | "prior_attrs" => self.attrs.clone(),
            "meta" => self.meta.clone(),
            _ => Type::Any,
        }
    }

    fn attr(&mut self, inner: ExprId, name: Name, id: ExprId) -> Type {
        let tree = &self.file.tree;
        if let ExprKind::Name(root) = tree.kind(tree.unwrapped(inner)) {
            let is_bound = self.bound.iter().any(|(bound, _)| *bound == root);
            match root.as_str() {
                "local" if !is_bound => return self.local(name),
                "input" if !is_bound => return self.file.inputs.get(&name).map(|i| i.ty.clone()).unwrap_or_default(),
                _ => {}
            }
        }
        let ty = self.expr(inner);
        self.step(steps::attribute(&ty, &name), id)
    }

    fn local(&mut self, name: Name) -> Type {
        if let Some(known) = self.locals.get(&name) {
            return known.clone().unwrap_or_default();
        }
        let own = self.policy.and_then(|policy| policy.locals.get(&name));
        let Some(local) = own.or_else(|| self.file.locals.get(&name)) else { return Type::Any };
        self.locals.insert(name, None);
        let (bound, elements, tries) =
            (std::mem::take(&mut self.bound), std::mem::take(&mut self.elements), std::mem::take(&mut self.tries));
        let of_file = std::mem::replace(&mut self.of_file, own.is_none());
        let ty = self.expr(local.value);
        (self.bound, self.elements, self.tries, self.of_file) = (bound, elements, tries, of_file);
        self.locals.insert(name, Some(ty.clone()));
        ty
    }

    fn tuple(&mut self, run: Run) -> Type {
        let items = self.file.tree.list(run);
        let types: Vec<Type> = items.iter().map(|id| self.expr(*id)).collect();
        match types.split_first() {
            Some((first, rest)) if rest.iter().all(|ty| ty == first) => Type::list(first.clone()),
            Some(_) => Type::Any,
            None => Type::tuple(Vec::new()),
        }
    }

    fn object(&mut self, run: Run) -> Type {
        let mut fields = Vec::new();
        let mut is_open = false;
        for item in self.file.tree.items(run) {
            let ty = self.expr(item.value);
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

    fn for_expr(&mut self, id: ExprId) -> Type {
        let ExprKind::For(for_id) = self.file.tree.kind(id) else { return Type::Any };
        let expr = *self.file.tree.for_expr(for_id);
        let collection = self.expr(expr.collection);
        let before = self.bound.len();
        self.bound.extend(expr.key.map(|key| (key, Type::Any)));
        self.bound.push((expr.value, steps::element(&collection)));
        for part in [expr.result_key, expr.condition].into_iter().flatten() {
            self.expr(part);
        }
        let result = self.expr(expr.result);
        self.bound.truncate(before);
        match (expr.result_key, expr.grouping) {
            (None, _) => Type::list(result),
            (Some(_), false) => Type::map(result),
            (Some(_), true) => Type::map(Type::list(result)),
        }
    }

    fn splat(&mut self, source: ExprId, each: ExprId) -> Type {
        let source = self.expr(source);
        let element = match &source {
            Type::List(_) | Type::Set(_) => steps::element(&source),
            _ => source,
        };
        self.elements.push(element);
        let result = self.expr(each);
        self.elements.pop();
        Type::list(result)
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
                    self.bound.extend(key.map(|key| (key, Type::Any)));
                    self.bound.push((value, steps::element(&collection)));
                    self.parts(body);
                    self.bound.truncate(before);
                }
            }
        }
    }

    fn call(&mut self, call: Call, id: ExprId) -> Type {
        let args = self.file.tree.list(call.args);
        let guards = matches!(call.name.as_str(), "core::try" | "core::can");
        self.tries += u32::from(guards);
        let types: Vec<Type> = args.iter().map(|arg| self.expr(*arg)).collect();
        self.tries -= u32::from(guards);
        match (call.name.as_str(), types.as_slice()) {
            ("core::try", [first, rest @ ..]) => tried(first, rest),
            ("core::getresources" | "infralint::referrers", _) => self.look_up(args, &types, id),
            ("core::getdatasource", _) => self.data_source(args),
            ("core::one" | "core::element", [list, ..]) => steps::element(list),
            ("core::values", [of]) => Type::list(steps::element(of)),
            (
                "core::tolist" | "core::distinct" | "core::reverse" | "core::slice" | "core::sort" | "core::compact",
                [of, ..],
            ) if matches!(of, Type::List(_) | Type::Set(_)) => Type::list(steps::element(of)),
            ("core::toset", [of]) if matches!(of, Type::List(_) | Type::Set(_)) => Type::set(steps::element(of)),
            ("core::concat" | "core::coalescelist", [first, rest @ ..]) => {
                rest.iter().fold(first.clone(), |so_far, ty| steps::either(so_far, ty.clone()))
            }
            ("core::nonsensitive" | "core::sensitive", [of]) => of.clone(),
            _ => Type::Any,
        }
    }

    /// The list of resources that a look-up finds, with its filter held against their type.
    fn look_up(&mut self, args: &[ExprId], types: &[Type], id: ExprId) -> Type {
        let Some(ty) = args.first().and_then(|ty| metadata::string(&self.file.tree, *ty)) else { return Type::Any };
        let Some(block) = schema::aws().resource(&ty) else {
            if is_aws(&ty) {
                let span = self.file.tree.node(args.first().copied().unwrap_or(id)).span;
                let level = if self.tries > 0 { Level::Warning } else { self.level };
                if self.of_file == self.policy.is_none() {
                    self.found.push(unknown_type(self.file, &ty, span, level));
                }
            }
            return Type::Any;
        };
        let of = block.ty();
        let path_of_referrers = matches!(types.get(1), Some(Type::String));
        if let (Some(Type::Object(filter)), false) = (types.get(1), path_of_referrers) {
            for field in filter.iter() {
                if let (Err(wrong), Some(at)) = (steps::attribute(&of, &field.name), args.get(1)) {
                    self.wrong(wrong, *at);
                }
            }
        }
        Type::list(of)
    }

    fn data_source(&mut self, args: &[ExprId]) -> Type {
        let name = args.first().and_then(|ty| metadata::string(&self.file.tree, *ty));
        let Some(ty) = name else { return Type::Any };
        match schema::aws().data_source(&ty) {
            Some(block) => block.ty(),
            None => {
                if let (true, Some(at)) = (is_aws(&ty), args.first()) {
                    let detail = format!("The AWS provider has no data source \"{ty}\".");
                    self.report(self.level, ("Unknown data source", detail), *at);
                }
                Type::Any
            }
        }
    }
}

/// What `core::try` yields: its first argument, and what stands in for it where that says something else.
fn tried(first: &Type, rest: &[Type]) -> Type {
    let is_object = rest.iter().any(|ty| matches!(ty, Type::Object(fields) if !fields.is_empty()));
    if is_object { Type::Any } else { first.clone() }
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
