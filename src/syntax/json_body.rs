//! Bodies and blocks of a JSON-syntax tree, once it is known that they are some.

use super::tree::{Attribute, Block, BlockLabel, Body, ExprId, ExprKind, ObjectItem, ObjectKey, Tree};
use crate::{
    addr::{Name, name},
    diag::Diagnostic,
    source::Span,
};

/// A place in the walk from a property to its blocks.
struct Step {
    value: ExprId,
    labels: Vec<BlockLabel>,
}

impl Tree {
    /// An object as a body: each property an attribute, without comments (`"//"`). Properties can occur
    /// more than once. Nothing if it is no object.
    #[must_use]
    pub fn json_body(&self, expr: ExprId) -> Option<Body> {
        let ExprKind::Object(items) = self.kind(expr) else { return None };
        let items = self.items(items).iter().filter(|item| !is_comment(item));
        let attributes = items.map(|item| {
            let value_span = self.node(item.value).span;
            let span = item.key_span.to(value_span);
            Attribute { name: self.json_key(item), name_span: item.key_span, value: item.value, span }
        });
        Some(Body { attributes: attributes.collect(), blocks: Box::default(), span: self.node(expr).span })
    }

    /// A property as blocks with this many labels: a level of objects for each label, then an object for
    /// one block, an array of objects for some, or null for none; an array may stand at every level.
    /// A body's own blocks are attributes again, for whoever knows its schema.
    ///
    /// A block's header is the opening brace of its value, as Terraform has it; its span is its value's.
    #[must_use]
    pub fn json_blocks(&self, attribute: &Attribute, labels: usize) -> (Vec<Block>, Vec<Diagnostic>) {
        let (mut blocks, mut diagnostics) = (Vec::new(), Vec::new());
        let mut steps = vec![Step { value: attribute.value, labels: Vec::new() }];
        while let Some(step) = steps.pop() {
            let mut next = match self.kind(step.value) {
                ExprKind::Tuple(list) => self.json_elements(list, &step),
                ExprKind::Object(items) if step.labels.len() < labels => self.json_labels(items, &step),
                ExprKind::Object(_) => {
                    blocks.extend(self.json_block(attribute, step));
                    continue;
                }
                ExprKind::Null if step.labels.len() < labels && step.labels.is_empty() => {
                    diagnostics.push(self.json_unlabelled(attribute, &step));
                    continue;
                }
                ExprKind::Null | ExprKind::Error => continue,
                _ => {
                    diagnostics.push(self.json_mismatch(attribute, &step, labels));
                    continue;
                }
            };
            next.reverse();
            steps.append(&mut next);
        }
        (blocks, diagnostics)
    }

    fn json_elements(&self, list: super::tree::Run, step: &Step) -> Vec<Step> {
        let elements = self.list(list).iter();
        elements.map(|value| Step { value: *value, labels: step.labels.clone() }).collect()
    }

    fn json_labels(&self, items: super::tree::Run, step: &Step) -> Vec<Step> {
        let items = self.items(items).iter();
        items
            .map(|item| {
                let label = BlockLabel { text: self.json_key(item), span: item.key_span };
                let labels = step.labels.iter().cloned().chain(std::iter::once(label)).collect();
                Step { value: item.value, labels }
            })
            .collect()
    }

    fn json_block(&self, attribute: &Attribute, step: Step) -> Option<Block> {
        let start = self.node(step.value).span.start;
        let header = Span::new(start, start.saturating_add(1));
        Some(Block {
            ty: attribute.name,
            ty_span: attribute.name_span,
            labels: step.labels.into(),
            body: self.json_body(step.value)?,
            header,
            span: self.node(step.value).span,
        })
    }

    fn json_unlabelled(&self, attribute: &Attribute, step: &Step) -> Diagnostic {
        let detail = format!(
            "At least one property is required here, whose name is the first label of the {} block.",
            attribute.name
        );
        Diagnostic::error("Missing block label", detail, self.at(self.node(step.value).span))
    }

    fn json_mismatch(&self, attribute: &Attribute, step: &Step, labels: usize) -> Diagnostic {
        let detail = if step.labels.len() < labels {
            "Either a JSON object or JSON array of objects is required here, to specify name labels for this block."
                .to_owned()
        } else {
            format!(
                "Either a JSON object or a JSON array is required, representing the contents of one or more {:?} blocks.",
                attribute.name.as_str()
            )
        };
        let span: Span = self.node(step.value).span;
        Diagnostic::error("Incorrect JSON value type", detail, self.at(span))
    }

    /// The name of a property. One that is a template names no argument and no block.
    fn json_key(&self, item: &ObjectItem) -> Name {
        match item.key {
            ObjectKey::Name(name) => name,
            ObjectKey::Expr(_) => name("${…}"),
        }
    }
}

fn is_comment(item: &ObjectItem) -> bool {
    matches!(item.key, ObjectKey::Name(name) if name == "//")
}
