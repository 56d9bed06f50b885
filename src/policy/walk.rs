//! Walks an expression: every name it refers to and every function it calls, `for` variables aside.

use crate::{
    addr::Name,
    syntax::{ExprId, ExprKind, ObjectKey, Part, Run, Tree},
};

/// Something an expression mentions.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mention {
    /// A reference: its first name, the attribute right after it, and the expression of both.
    /// `guarded` inside of `core::try` and `core::can`, whose errors are caught.
    Name { root: Name, attr: Option<Name>, id: ExprId, guarded: bool },
    /// A call of a function.
    Call { name: Name, id: ExprId, guarded: bool },
}

/// Everything an expression mentions, in the order of the text.
pub(super) fn mentions(tree: &Tree, id: ExprId) -> Vec<Mention> {
    let mut walk = Walk { tree, bound: Vec::new(), guards: 0, found: Vec::new(), literals: Vec::new() };
    walk.visit(id);
    walk.found
}

/// The strings and numbers that are written in an expression.
pub(super) fn literals(tree: &Tree, id: ExprId) -> Vec<ExprId> {
    let mut walk = Walk { tree, bound: Vec::new(), guards: 0, found: Vec::new(), literals: Vec::new() };
    walk.visit(id);
    walk.literals
}

struct Walk<'t> {
    tree: &'t Tree,
    /// Variables of the `for` expressions around.
    bound: Vec<Name>,
    /// How many `core::try` and `core::can` are around.
    guards: u32,
    found: Vec<Mention>,
    literals: Vec<ExprId>,
}

impl Walk<'_> {
    fn visit(&mut self, id: ExprId) {
        let tree = self.tree;
        match tree.kind(id) {
            ExprKind::Name(root) => self.name(root, None, id),
            ExprKind::Attr(inner, attr) => match tree.kind(tree.unwrapped(inner)) {
                ExprKind::Name(root) => self.name(root, Some(attr), id),
                _ => self.visit(inner),
            },
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::Tuple(run) => self.all(tree.list(run)),
            ExprKind::Object(run) => self.object(run),
            ExprKind::For(_) => self.for_expr(id),
            ExprKind::Index(a, b) | ExprKind::Binary(_, a, b) | ExprKind::Splat { source: a, each: b } => {
                self.all(&[a, b]);
            }
            ExprKind::Conditional(a, b, c) => self.all(&[a, b, c]),
            ExprKind::Not(a) | ExprKind::Negate(a) | ExprKind::Paren(a) => self.visit(a),
            ExprKind::Call(call) => {
                let call = tree.call(call);
                self.found.push(Mention::Call { name: call.name, id, guarded: self.guards > 0 });
                let guards = u32::from(matches!(call.name.as_str(), "core::try" | "core::can"));
                self.guards += guards;
                self.all(tree.list(call.args));
                self.guards -= guards;
            }
            ExprKind::Number(_) | ExprKind::String(_) => self.literals.push(id),
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::SplatItem | ExprKind::Error => {}
        }
    }

    fn all(&mut self, ids: &[ExprId]) {
        for id in ids {
            self.visit(*id);
        }
    }

    fn name(&mut self, root: Name, attr: Option<Name>, id: ExprId) {
        if !self.bound.contains(&root) {
            self.found.push(Mention::Name { root, attr, id, guarded: self.guards > 0 });
        }
    }

    fn object(&mut self, run: Run) {
        for item in self.tree.items(run) {
            if let ObjectKey::Expr(key) = item.key {
                self.visit(key);
            }
            self.visit(item.value);
        }
    }

    fn for_expr(&mut self, id: ExprId) {
        let ExprKind::For(for_id) = self.tree.kind(id) else { return };
        let expr = *self.tree.for_expr(for_id);
        self.visit(expr.collection);
        self.bound_by(expr.key, expr.value, |walk| {
            for part in [expr.result_key, Some(expr.result), expr.condition].into_iter().flatten() {
                walk.visit(part);
            }
        });
    }

    fn parts(&mut self, run: Run) {
        for part in self.tree.parts(run) {
            match *part {
                Part::Literal(_) => {}
                Part::Interpolation(id) => self.visit(id),
                Part::If { condition, then, otherwise } => {
                    self.visit(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { key, value, collection, body } => {
                    self.visit(collection);
                    self.bound_by(key, value, |walk| walk.parts(body));
                }
            }
        }
    }

    fn bound_by(&mut self, key: Option<Name>, value: Name, inside: impl FnOnce(&mut Self)) {
        let before = self.bound.len();
        self.bound.extend(key);
        self.bound.push(value);
        inside(self);
        self.bound.truncate(before);
    }
}
