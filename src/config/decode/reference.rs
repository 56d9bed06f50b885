//! References that are read as such and never evaluated: `depends_on`, `provider`, `providers`.

use super::{Decoder, name};
use crate::{
    config::model::{Body, Expr, ProviderReference},
    source::Place,
    syntax::ExprKind,
};

const QUOTED: &str = "In this context, references are expected literally rather than in quotes. Terraform 0.11 and \
                      earlier required quotes, but quoted references are now deprecated and will be removed in a future \
                      version of Terraform. Remove the quotes surrounding this reference to silence this warning.";

impl Decoder<'_> {
    pub(super) fn quoted_reference(&mut self, at: Place) {
        self.warning("Quoted references are deprecated", QUOTED, at);
    }

    /// The `depends_on` list of a body, its form checked.
    pub(super) fn depends_on(&mut self, body: &Body) -> Option<Expr> {
        let list = body.attribute("depends_on")?.value;
        self.reference_list(list);
        Some(list)
    }

    /// Reports what is no list of static references.
    pub(super) fn reference_list(&mut self, list: Expr) {
        let tree = self.tree(list);
        let ExprKind::Tuple(items) = tree.kind(list.id) else {
            self.error("Invalid expression", "A static list expression is required.", self.place(list));
            return;
        };
        for id in tree.list(items) {
            self.static_reference(Expr { tree: list.tree, id: *id });
        }
    }

    pub(super) fn static_reference(&mut self, expr: Expr) {
        match self.tree(expr).kind(expr.id) {
            ExprKind::String(_) if !self.is_json(expr) => self.quoted_reference(self.place(expr)),
            ExprKind::String(_) | ExprKind::Error => {}
            _ if self.is_static_reference(expr) => {}
            _ => self.not_a_reference(expr),
        }
    }

    pub(super) fn not_a_reference(&mut self, expr: Expr) {
        let detail = "A single static variable reference is required: only attribute access and indexing with constant keys. No \
                      calculations, function calls, template expressions, etc are allowed here.";
        self.error("Invalid expression", detail, self.place(expr));
    }

    fn is_static_reference(&self, mut expr: Expr) -> bool {
        loop {
            let tree = self.tree(expr);
            expr.id = match tree.kind(expr.id) {
                ExprKind::Name(_) => return true,
                ExprKind::Attr(of, _) => of,
                ExprKind::Index(of, key) if matches!(tree.kind(key), ExprKind::Number(_) | ExprKind::String(_)) => of,
                _ => return false,
            };
        }
    }

    /// `aws` or `aws.east`, also in the quotes of long ago. `argument` is the one it stands in.
    pub(super) fn provider_reference(&mut self, expr: Expr, argument: &str) -> Option<ProviderReference> {
        let tree = self.tree(expr);
        let reference = match tree.kind(expr.id) {
            ExprKind::Name(name) => Some(ProviderReference { name, alias: None }),
            ExprKind::Attr(of, alias) => match tree.kind(of) {
                ExprKind::Name(name) => Some(ProviderReference { name, alias: Some(alias) }),
                _ => None,
            },
            ExprKind::String(text) => {
                if !self.is_json(expr) {
                    self.quoted_reference(self.place(expr));
                }
                parse_provider_reference(tree.str(text))
            }
            ExprKind::Error => return None,
            _ => None,
        };
        if reference.is_none() {
            let detail = format!(
                "The {argument} argument requires a provider type name, optionally followed by a period and then a \
                 configuration alias."
            );
            self.error("Invalid provider configuration reference", detail, self.place(expr));
        }
        reference
    }

    /// Whether an expression stands in a JSON file, where references have to be strings.
    pub(super) fn is_json(&self, expr: Expr) -> bool {
        self.tree(expr).is_json
    }
}

pub(super) fn parse_provider_reference(text: &str) -> Option<ProviderReference> {
    let (name, alias) = text.split_once('.').map_or((text, None), |(name, alias)| (name, Some(alias)));
    let valid = name::is_valid(name) && alias.is_none_or(name::is_valid);
    valid.then(|| ProviderReference { name: crate::addr::name(name), alias: alias.map(crate::addr::name) })
}
