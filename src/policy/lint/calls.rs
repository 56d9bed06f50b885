//! What calls yield: look-ups by the provider's schema, and what functions make of the types of their arguments.

use super::{
    super::metadata,
    foreign_type, is_aws, steps,
    typing::{Read, ReadOf, Shape, Typing},
    unknown_type,
};
use crate::{
    addr::name,
    diag::Level,
    schema,
    syntax::{Call, ExprId},
    value::Type,
};

impl Typing<'_> {
    pub(super) fn call(&mut self, call: Call, id: ExprId) -> Shape {
        let args = self.file.tree.list(call.args);
        let guards = matches!(call.name.as_str(), "core::try" | "core::can");
        self.tries += u32::from(guards);
        let shapes: Vec<Shape> = args.iter().map(|arg| self.expr(*arg)).collect();
        self.tries -= u32::from(guards);
        let is_list = |shape: &Shape| matches!(shape.ty, Type::List(_) | Type::Set(_));
        match (call.name.as_str(), shapes.as_slice()) {
            ("core::try", [first, rest @ ..]) => first.with(tried(first, rest)),
            ("core::getresources" | "infralint::referrers", _) => self.look_up(args, &shapes, id),
            ("core::getdatasource", _) => self.data_source(args).into(),
            ("core::one" | "core::element", [list, ..]) => list.element(),
            ("core::values", [of]) => of.with(Type::list(steps::element(&of.ty))),
            (
                "core::tolist" | "core::distinct" | "core::reverse" | "core::slice" | "core::sort" | "core::compact",
                [of, ..],
            ) if is_list(of) => of.with(Type::list(steps::element(&of.ty))),
            ("core::toset", [of]) if is_list(of) => of.with(Type::set(steps::element(&of.ty))),
            ("core::concat" | "core::coalescelist", [first, rest @ ..]) => {
                rest.iter().fold(first.clone(), |so_far, shape| so_far.either(shape.clone()))
            }
            ("core::flatten", [of]) => of.with(Type::list(steps::flat(&of.ty))),
            ("core::nonsensitive" | "core::sensitive", [of]) => of.clone(),
            _ => Shape::default(),
        }
    }

    /// The list of resources that a look-up finds, with its filter held against their type.
    fn look_up(&mut self, args: &[ExprId], shapes: &[Shape], id: ExprId) -> Shape {
        let Some(ty) = args.first().and_then(|ty| metadata::string(&self.file.tree, *ty)) else {
            return Shape::default();
        };
        let from = vec![Read { of: ReadOf::Found(name(&ty)), path: Vec::new() }];
        let Some(block) = schema::aws().resource(&ty) else {
            let span = self.file.tree.node(args.first().copied().unwrap_or(id)).span;
            let level = if self.tries > 0 { Level::Warning } else { self.level };
            if self.of_file == self.policy.is_none() {
                let unknown = || is_aws(&ty).then(|| unknown_type(self.file, &ty, span, level));
                self.found.extend(foreign_type(self.file, &ty, span).or_else(unknown));
            }
            return Shape { ty: Type::list(Type::Any), from };
        };
        let of = block.ty();
        if let (Some(Shape { ty: Type::Object(filter), .. }), Some(at)) = (shapes.get(1), args.get(1)) {
            for field in filter.iter() {
                let one = Shape { ty: of.clone(), from: from.clone() };
                self.taken(&one, name(&field.name), *at);
            }
        }
        Shape { ty: Type::list(of), from }
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
fn tried(first: &Shape, rest: &[Shape]) -> Type {
    let is_object = rest.iter().any(|shape| matches!(&shape.ty, Type::Object(fields) if !fields.is_empty()));
    if is_object { Type::Any } else { first.ty.clone() }
}
