//! `terraform_data`, the one resource type that Terraform itself provides.

use super::shape::Shape;
use crate::{
    addr::name,
    schema::Attribute,
    value::{Because, Kind, Marks, Type, Unknown, Value},
};

pub(super) const TYPE: &str = "terraform_data";

/// `id`, `input`, `output` and `triggers_replace`.
pub(super) fn shape() -> Shape {
    let attribute = |named: &str, ty: Type, computed: bool| Attribute {
        name: name(named),
        ty,
        required: false,
        optional: !computed,
        computed,
        sensitive: false,
        deprecated: false,
        write_only: false,
    };
    let attributes = [
        attribute("id", Type::String, true),
        attribute("input", Type::Any, false),
        attribute("output", Type::Any, true),
        attribute("triggers_replace", Type::Any, false),
    ];
    Shape::of_attributes(name(TYPE), attributes)
}

/// What Terraform plans for `output`: not known, of the type of `input`; null where that is. It is not sensitive.
pub(super) fn plan(value: &mut Value) {
    let Some(input) = value.get("input").cloned() else { return };
    let Kind::Object(mapping) = &mut value.kind else { return };
    let entries = &mut std::sync::Arc::make_mut(mapping).entries;
    let Some((_, output)) = entries.iter_mut().find(|(name, _)| name == "output") else { return };
    match &input.kind {
        Kind::Null(_) => *output = Value { marks: Marks::NONE, ..input },
        Kind::Unknown(unknown) if matches!(unknown.because, Because::Error) => *output = Value::error(),
        _ => {
            if let Kind::Unknown(unknown) = &mut output.kind {
                let Unknown { because, known, .. } = (**unknown).clone();
                *unknown = std::sync::Arc::new(Unknown { ty: input.ty(), because, known });
            }
        }
    }
}
