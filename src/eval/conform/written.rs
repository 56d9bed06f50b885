//! Values of resources of which no instance is judged, since there are none or nobody knows how many: literals as they are written,
//! everything else unknown.

use super::{super::node::Root, Judged, json, level::Level, literal, opening};
use crate::{
    addr::{Mode, Name},
    config::{Block, Body, Module, Release, Resource},
    diag::Diagnostic,
    schema::{self, Nesting},
    source::Place,
    value::{Because, Hop, Origin, Type, Value, What, convert},
};

impl Root<'_> {
    /// What the provider refuses of a resource as it is written.
    pub(super) fn refused_as_written(&self, module: &Module, resource: &Resource) -> Vec<Diagnostic> {
        let is_known = matches!(self.config.aws, Release::Known | Release::Open);
        if !is_known
            || resource.mode != Mode::Managed
            || self.facts.is_some()
            || schema::limits(&resource.ty).is_empty()
        {
            return Vec::new();
        }
        let Some(level) = schema::aws().resource(&resource.ty).map(Level::Of) else { return Vec::new() };
        let value = self.written(module, level, &resource.body);
        let opening = opening(self.cx.sources, resource.header, resource.at);
        Judged { cx: &self.cx, ty: &resource.ty, opening, value: &value }.refused()
    }

    fn written(&self, module: &Module, level: Level, body: &Body) -> Value {
        let (body, _) = json::with_blocks(module, level, body);
        let mut entries = Vec::new();
        for attribute in &body.attributes {
            let at = module.place(attribute.value);
            let ty = level.argument(&attribute.name).map_or(Type::Any, |argument| argument.ty);
            let literal = literal::of(module, attribute.value).and_then(|value| convert(&value, &ty).ok());
            let value = literal.unwrap_or_else(|| Value::unknown(Type::Any, not_looked_at()));
            let value = value.with_origin(self.written_at(What::Attribute, at, attribute.name_at));
            entries.push((attribute.name.as_str().into(), value));
        }
        let mut types: Vec<Name> = body.blocks.iter().filter_map(made).collect();
        types.sort();
        types.dedup();
        entries
            .extend(types.into_iter().map(|ty| (ty.as_str().into(), self.written_blocks(module, level, (&body, ty)))));
        Value::object(entries)
    }

    fn written_blocks(&self, module: &Module, level: Level, (body, ty): (&Body, Name)) -> Value {
        let of_type = body.blocks.iter().filter(|block| made(block) == Some(ty));
        let nested = level.nested(&ty);
        let is_dynamic = of_type.clone().any(|block| block.ty == "dynamic");
        let Some(nested) = nested.filter(|_| !is_dynamic) else { return Value::unknown(Type::Any, not_looked_at()) };
        let items = of_type.map(|block| {
            let at = opening(self.cx.sources, block.header, block.at);
            self.written(module, nested.level, &block.body).with_origin(self.written_at(What::Block, at, block.header))
        });
        let items: Vec<Value> = items.collect();
        match nested.nesting {
            Nesting::Set => Value::set(Type::Any, items),
            Nesting::Single | Nesting::Group => items.into_iter().next().unwrap_or_else(Value::error),
            Nesting::List | Nesting::Map => Value::tuple(items),
        }
    }

    fn written_at(&self, what: What, at: Place, name: Place) -> Origin {
        self.cx.origins.push(Hop { what, at, name, next: Origin::NONE })
    }
}

/// The type of the blocks that a block makes.
fn made(block: &Block) -> Option<Name> {
    if block.ty == "dynamic" { block.labels.first().map(|(label, _)| *label) } else { Some(block.ty) }
}

fn not_looked_at() -> Because {
    Because::Unsupported("an expression that no instance evaluates".into())
}
