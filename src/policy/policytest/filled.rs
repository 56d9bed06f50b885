//! `--mock-schema`: mocks in the shape of the provider's schema, as the values of a plan have it. What a mock leaves out
//! is null, blocks it leaves out are empty, and what the schema does not have is a mistake.

use ecow::{EcoString, eco_format};

use crate::{
    diag::nearest,
    schema::{Block, NestedBlock, Nesting},
    value::{Field, Type, Value, convert},
};

/// The attributes of a mock in the shape of a block; else what does not fit, each with the path to it.
pub(super) fn filled(attrs: &Value, block: Block<'_>) -> Result<Value, Vec<String>> {
    let mut filling = Filling { wrong: Vec::new() };
    let value = filling.object(attrs, block, "");
    if filling.wrong.is_empty() { Ok(value) } else { Err(filling.wrong) }
}

struct Filling {
    wrong: Vec<String>,
}

impl Filling {
    fn object(&mut self, value: &Value, block: Block<'_>, path: &str) -> Value {
        if !value.is_known() {
            return value.clone();
        }
        let Some(given) = value.entries() else { return self.refuse(format!("{} must be an object.", shown(path))) };
        for (name, _) in given.iter().filter(|(name, _)| !block.has_attribute(name) && block.block(name).is_none()) {
            let hint = nearest(name, block.names());
            self.wrong.push(format!("It has no \"{path}{name}\".{hint}"));
        }
        let attributes = block.attributes().map(|attribute| {
            let of = value.get(&attribute.name);
            let filled = of.map(|of| self.attribute(of, &attribute.ty, &format!("{path}{}", attribute.name)));
            (attribute.name.as_str().into(), filled.unwrap_or_else(|| Value::null(attribute.ty.clone())))
        });
        let mut entries: Vec<(EcoString, Value)> = attributes.collect();
        for nested in block.blocks() {
            let of = value.get(&nested.name).filter(|of| !of.is_null());
            let path = format!("{path}{}", nested.name);
            entries.push((nested.name.as_str().into(), self.blocks(of, &nested, &path)));
        }
        Value::object(entries).with_origin(value.origin).marked(value.marks)
    }

    fn attribute(&mut self, value: &Value, ty: &Type, path: &str) -> Value {
        convert(value, &forgiving(ty)).unwrap_or_else(|error| self.refuse(format!("At \"{path}\": {}.", error.message)))
    }

    /// All blocks of one type.
    fn blocks(&mut self, given: Option<&Value>, nested: &NestedBlock<'_>, path: &str) -> Value {
        let element = nested.block.ty();
        let collected = |items| match nested.nesting {
            Nesting::Set => Value::set(element.clone(), items),
            _ => Value::list(element.clone(), items),
        };
        let Some(given) = given else {
            return match nested.nesting {
                Nesting::Single => Value::null(element),
                Nesting::Group => self.object(&Value::object(Vec::new()), nested.block, path),
                Nesting::Map => Value::map(element, Vec::new()),
                Nesting::List | Nesting::Set => collected(Vec::new()),
            };
        };
        if !given.is_known() {
            return given.clone();
        }
        let inside = |at: &dyn std::fmt::Display| format!("{path}[{at}].");
        match (nested.nesting, given.items(), given.entries()) {
            (Nesting::Single | Nesting::Group, None, _) => self.object(given, nested.block, &format!("{path}.")),
            (Nesting::Map, _, Some(entries)) => {
                let one = |(key, value): &(EcoString, Value)| {
                    (key.clone(), self.object(value, nested.block, &inside(&eco_format!("\"{key}\""))))
                };
                Value::map(element, entries.iter().map(one).collect())
            }
            (Nesting::List | Nesting::Set, Some(items), _) => {
                let one = |(i, value): (usize, &Value)| self.object(value, nested.block, &inside(&i));
                collected(items.iter().enumerate().map(one).collect())
            }
            (Nesting::List | Nesting::Set, ..) => {
                self.refuse(format!("\"{path}\" is a block, so a list of objects: {path} = [{{ … }}]."))
            }
            (Nesting::Map, ..) => self.refuse(format!("\"{path}\" must be a map of objects.")),
            (Nesting::Single | Nesting::Group, ..) => self.refuse(format!("\"{path}\" must be one object.")),
        }
    }

    fn refuse(&mut self, wrong: String) -> Value {
        self.wrong.push(wrong);
        Value::error()
    }
}

fn shown(path: &str) -> String {
    if path.is_empty() { "It".to_owned() } else { format!("\"{}\"", path.trim_end_matches('.')) }
}

/// The type with attributes of objects that may be left out.
fn forgiving(ty: &Type) -> Type {
    match ty {
        Type::List(element) => Type::list(forgiving(element)),
        Type::Set(element) => Type::set(forgiving(element)),
        Type::Map(element) => Type::map(forgiving(element)),
        Type::Tuple(elements) => Type::tuple(elements.iter().map(forgiving).collect()),
        Type::Object(fields) => {
            let optional = |field: &Field| Field { name: field.name.clone(), ty: forgiving(&field.ty), optional: true };
            Type::object(fields.iter().map(optional).collect())
        }
        other => other.clone(),
    }
}
