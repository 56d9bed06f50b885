//! The references in an expression, without evaluating it.

use super::tree::{ExprId, ExprKind, ObjectKey, Part, Run, Tree};
use crate::addr::Name;

/// A name that is not bound around it, with the steps after it as far as they are constant.
#[derive(Clone, Debug)]
pub struct Reference {
    pub root: Name,
    pub steps: Vec<StaticStep>,
    /// The whole reference.
    pub whole: ExprId,
}

/// A step of a reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StaticStep {
    /// The attribute, and the expression up to it.
    Attr(Name, ExprId),
    /// An index, constant or not, and the expression up to it.
    Index(ExprId),
}

enum Work {
    Expr(ExprId),
    Parts(Run),
    Bind(Option<Name>, Name),
    Unbind(usize),
}

struct Visit<'t> {
    tree: &'t Tree,
    left: Vec<Work>,
    bound: Vec<Name>,
    found: Vec<Reference>,
}

impl Tree {
    /// Every reference in an expression, except to the names that are bound by it or around it.
    #[must_use]
    pub fn references(&self, expr: ExprId, bound: &[Name]) -> Vec<Reference> {
        let mut visit = Visit { tree: self, left: vec![Work::Expr(expr)], bound: bound.to_vec(), found: Vec::new() };
        while let Some(work) = visit.left.pop() {
            match work {
                Work::Expr(id) => visit.expr(id),
                Work::Parts(parts) => visit.parts(parts),
                Work::Bind(key, value) => visit.bound.extend(key.into_iter().chain([value])),
                Work::Unbind(length) => visit.bound.truncate(length),
            }
        }
        visit.found
    }
}

impl Visit<'_> {
    fn later(&mut self, exprs: impl IntoIterator<Item = ExprId>) {
        self.left.extend(exprs.into_iter().map(Work::Expr));
    }

    fn expr(&mut self, id: ExprId) {
        match self.tree.kind(id) {
            ExprKind::Name(_) | ExprKind::Attr(..) | ExprKind::Index(..) => self.chain(id),
            ExprKind::Template(parts) => self.left.push(Work::Parts(parts)),
            ExprKind::Tuple(items) => self.later(self.tree.list(items).to_vec()),
            ExprKind::Object(items) => {
                for item in self.tree.items(items) {
                    self.left.push(Work::Expr(item.value));
                    if let ObjectKey::Expr(key) = item.key {
                        self.left.push(Work::Expr(key));
                    }
                }
            }
            ExprKind::For(of) => {
                let of = *self.tree.for_expr(of);
                let inside = [Some(of.result), of.result_key, of.condition].into_iter().flatten().map(Work::Expr);
                self.scoped(of.key, of.value, inside.collect());
                self.left.push(Work::Expr(of.collection));
            }
            ExprKind::Splat { source, each } => self.later([source, each]),
            ExprKind::Not(of) | ExprKind::Negate(of) | ExprKind::Paren(of) => self.left.push(Work::Expr(of)),
            ExprKind::Binary(_, left, right) => self.later([left, right]),
            ExprKind::Conditional(test, yes, no) => self.later([test, yes, no]),
            ExprKind::Call(call) => self.later(self.tree.list(self.tree.call(call).args).to_vec()),
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::SplatItem
            | ExprKind::Error => {}
        }
    }

    /// The last that is put aside is done first.
    fn scoped(&mut self, key: Option<Name>, value: Name, inside: Vec<Work>) {
        self.left.push(Work::Unbind(self.bound.len()));
        self.left.extend(inside);
        self.left.push(Work::Bind(key, value));
    }

    fn parts(&mut self, parts: Run) {
        for part in self.tree.parts(parts) {
            match *part {
                Part::Literal(_) => {}
                Part::Interpolation(expr) => self.left.push(Work::Expr(expr)),
                Part::If { condition, then, otherwise } => {
                    self.left.extend([Work::Parts(then), Work::Parts(otherwise), Work::Expr(condition)]);
                }
                Part::For { key, value, collection, body } => {
                    self.scoped(key, value, vec![Work::Parts(body)]);
                    self.left.push(Work::Expr(collection));
                }
            }
        }
    }

    fn chain(&mut self, whole: ExprId) {
        let (mut id, mut steps) = (whole, Vec::new());
        loop {
            match self.tree.kind(id) {
                ExprKind::Attr(of, name) => {
                    steps.push(StaticStep::Attr(name, id));
                    id = of;
                }
                ExprKind::Index(of, key) => {
                    steps.push(StaticStep::Index(id));
                    self.left.push(Work::Expr(key));
                    id = of;
                }
                ExprKind::Name(root) => {
                    if !self.bound.contains(&root) {
                        steps.reverse();
                        self.found.push(Reference { root, steps, whole });
                    }
                    return;
                }
                _ => return self.left.push(Work::Expr(id)),
            }
        }
    }
}
