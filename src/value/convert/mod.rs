//! Conversion between types, and the one type that several types have in common.

mod mismatch;
mod unify;
mod unknown;

use ecow::EcoString;

use self::{mismatch::mismatch, unknown::convert_unknown};
use super::{Because, Field, Kind, Number, Step, Type, Value};
use crate::addr::name;

pub use unify::unify;

/// Why a value cannot become of a type: the steps to the offending part, and Terraform's words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConvertError {
    pub path: Vec<Step>,
    /// As Terraform says it: `string required`, `attribute "a" is required`.
    pub message: String,
}

/// Converts as Terraform does wherever a type is asked for. Unknown values become unknown of the type;
/// marks and origins stay, also those of elements.
///
/// # Errors
/// When the value's type cannot become the type asked for, or the value cannot (`"x"` to a number).
pub fn convert(value: &Value, to: &Type) -> Result<Value, ConvertError> {
    if value_is_of(value, to) {
        return Ok(value.clone());
    }
    let from = value.ty();
    // Terraform looks at the types before it looks at any value.
    match mismatch(&from, to) {
        Some(error) => Err(error),
        None => Converter::default().convert(value, to),
    }
}

/// As [`convert`], of a value that nobody needs any more.
///
/// # Errors
/// As those of [`convert`].
pub fn converted(value: Value, to: &Type) -> Result<Value, ConvertError> {
    if value_is_of(&value, to) { Ok(value) } else { convert(&value, to) }
}

/// Whether a value needs no conversion. Says so without making its type, which large ones have to be walked for.
fn value_is_of(value: &Value, to: &Type) -> bool {
    match (&value.kind, to) {
        (_, Type::Any)
        | (Kind::Bool(_), Type::Bool)
        | (Kind::Number(_), Type::Number)
        | (Kind::String(_), Type::String) => true,
        (Kind::Null(from), to) => is_of(from, to),
        (Kind::Unknown(unknown), to) => is_of(&unknown.ty, to),
        (Kind::List(sequence), Type::List(element)) | (Kind::Set(sequence), Type::Set(element)) => {
            is_of(&sequence.element, element)
        }
        (Kind::Map(mapping), Type::Map(element)) => is_of(&mapping.element, element),
        (Kind::Tuple(_), Type::Tuple(_)) | (Kind::Object(_), Type::Object(_)) => is_of(&value.ty(), to),
        _ => false,
    }
}

/// Whether a value of this type needs no conversion.
fn is_of(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (_, Type::Any) => true,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => is_of(a, b),
        (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_of(a, b)),
        (Type::Object(a), Type::Object(b)) => {
            let same = |(a, b): (&Field, &Field)| a.name == b.name && is_of(&a.ty, &b.ty);
            a.len() == b.len() && a.iter().zip(b.iter()).all(same)
        }
        _ => from == to,
    }
}

/// Whether a value of the one type may be convertible to the other.
fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Bool | Type::Number, Type::String) | (Type::String, Type::Bool | Type::Number) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) | (Type::Map(from), Type::Map(to)) => {
            convertible(from, to)
        }
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => {
            from.iter().all(|from| convertible(from, to)) && common_element(from.iter(), to).is_some()
        }
        (Type::Object(from), Type::Map(to)) => {
            let types = || from.iter().map(|field| &field.ty);
            types().all(|from| convertible(from, to)) && common_value(types(), to).is_some()
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to.iter()).all(|(from, to)| convertible(from, to))
        }
        (Type::Object(from), Type::Object(to)) => to.iter().all(|to| match field(from, &to.name) {
            Some(from) => convertible(&from.ty, &to.ty),
            None => to.optional,
        }),
        // A map need not have what is optional.
        (Type::Map(from), Type::Object(to)) => to.iter().all(|to| to.optional || convertible(from, &to.ty)),
        _ => from == to,
    }
}

fn field<'f>(fields: &'f [Field], name: &EcoString) -> Option<&'f Field> {
    let at = fields.binary_search_by(|field| field.name.cmp(name)).ok()?;
    fields.get(at)
}

/// The type a value has once it is converted: `Any` in `to` stands for what `from` has there. `None` where
/// elements have no type in common.
fn converted_type(from: &Type, to: &Type) -> Option<Type> {
    if !to.has_any() || *from == Type::Any {
        return Some(to.without_optional());
    }
    Some(match (from, to) {
        (_, Type::Any) => from.clone(),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Type::list(converted_type(from, to)?),
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(converted_type(from, to)?),
        (Type::Map(from), Type::Map(to)) => Type::map(converted_type(from, to)?),
        (Type::Tuple(from), Type::List(to)) => Type::list(common_element(from.iter(), to)?),
        (Type::Tuple(from), Type::Set(to)) => Type::set(common_element(from.iter(), to)?),
        (Type::Object(from), Type::Map(to)) => Type::map(common_value(from.iter().map(|field| &field.ty), to)?),
        (Type::Tuple(from), Type::Tuple(to)) => {
            let elements = from.iter().zip(to.iter()).map(|(from, to)| converted_type(from, to));
            Type::tuple(elements.collect::<Option<_>>()?)
        }
        (Type::Object(_) | Type::Map(_), Type::Object(to)) => {
            Type::object(to.iter().map(|to| converted_field(from, to)).collect::<Option<_>>()?)
        }
        _ => to.without_optional(),
    })
}

fn converted_field(from: &Type, to: &Field) -> Option<Field> {
    let from = match from {
        Type::Object(fields) => field(fields, &to.name).map(|field| &field.ty),
        Type::Map(element) => Some(&**element),
        _ => None,
    };
    let ty = from.map_or_else(|| Some(to.ty.without_optional()), |from| converted_type(from, &to.ty))?;
    Some(Field { name: to.name.clone(), ty, optional: false })
}

/// The element type of a list or set made of elements of these types, each converted to `to`.
fn common_element<'t>(from: impl Iterator<Item = &'t Type>, to: &Type) -> Option<Type> {
    if !to.has_any() {
        return Some(to.without_optional());
    }
    let types: Vec<Type> = from.map(|from| converted_type(from, to)).collect::<Option<_>>()?;
    if types.is_empty() {
        return Some(to.without_optional());
    }
    let element = unify(&types)?;
    // Terraform makes no list of a null without type beside an object, tuple or collection.
    let settled = element != Type::Any || types.iter().all(|ty| *ty == Type::Any);
    settled.then_some(element)
}

/// The element type of a map made of such values; nulls without a type take that of the others.
fn common_value<'t>(from: impl Iterator<Item = &'t Type>, to: &Type) -> Option<Type> {
    if !to.has_any() {
        return Some(to.without_optional());
    }
    let types: Vec<Type> = from.map(|from| converted_type(from, to)).collect::<Option<_>>()?;
    if types.is_empty() {
        return Some(to.without_optional());
    }
    let typed: Vec<Type> = types.into_iter().filter(|ty| *ty != Type::Any).collect();
    unify(&typed)
}

/// Walks a value whose type is known to be convertible; remembers the way to where it is.
#[derive(Default)]
struct Converter {
    path: Vec<Step>,
}

type Converted<T> = Result<T, ConvertError>;

impl Converter {
    fn convert(&mut self, value: &Value, to: &Type) -> Converted<Value> {
        let kind = self.kind(value, to)?;
        let marks = match &kind {
            // Terraform's sets are marked as a whole when any element is, also one that is equal to another.
            Kind::Set(_) => value.deep_marks(),
            _ => value.marks,
        };
        Ok(Value { kind, marks, origin: value.origin })
    }

    fn kind(&mut self, value: &Value, to: &Type) -> Converted<Kind> {
        if *to == Type::Any {
            return Ok(value.kind.clone());
        }
        match (&value.kind, to) {
            (Kind::Null(from), to) => self.converted(from, to).map(Kind::Null),
            (Kind::Unknown(unknown), to) => {
                let ty = self.converted(&unknown.ty, to)?;
                Ok(convert_unknown(unknown, ty).kind)
            }
            (Kind::Bool(_), Type::Bool) | (Kind::Number(_), Type::Number) | (Kind::String(_), Type::String) => {
                Ok(value.kind.clone())
            }
            (Kind::Bool(value), Type::String) => Ok(Kind::String(if *value { "true" } else { "false" }.into())),
            (Kind::Number(number), Type::String) => Ok(Kind::String(ecow::eco_format!("{number}"))),
            (Kind::String(text), Type::Number) => self.number(text),
            (Kind::String(text), Type::Bool) => self.bool(text),
            (_, Type::List(element)) => self.list(value, element),
            (_, Type::Set(element)) => self.set(value, element),
            (_, Type::Map(element)) => self.map(value, element),
            (Kind::Tuple(items), Type::Tuple(types)) => self.tuple(items, types),
            (Kind::Object(_) | Kind::Map(_), Type::Object(fields)) => self.object(value, fields),
            (_, to) => self.fail(required(to)),
        }
    }

    fn converted(&self, from: &Type, to: &Type) -> Converted<Type> {
        converted_type(from, to).map_or_else(|| self.fail(required(to)), Ok)
    }

    fn fail<T>(&self, message: String) -> Converted<T> {
        Err(ConvertError { path: self.path.clone(), message })
    }

    fn number(&self, text: &str) -> Converted<Kind> {
        Number::parse(text).map_or_else(|| self.fail("a number is required".to_owned()), |n| Ok(Kind::Number(n)))
    }

    fn bool(&self, text: &str) -> Converted<Kind> {
        let hint = |word| format!("a bool is required; to convert from string, use lowercase \"{word}\"");
        match text {
            "true" | "1" => Ok(Kind::Bool(true)),
            "false" | "0" => Ok(Kind::Bool(false)),
            "True" | "TRUE" => self.fail(hint("true")),
            "False" | "FALSE" => self.fail(hint("false")),
            _ => self.fail("a bool is required".to_owned()),
        }
    }

    fn list(&mut self, value: &Value, element: &Type) -> Converted<Kind> {
        let (element, items) = self.elements(value, element)?;
        Ok(Value::list(element, items).kind)
    }

    fn set(&mut self, value: &Value, element: &Type) -> Converted<Kind> {
        let (element, items) = self.elements(value, element)?;
        Ok(Value::set(element, items).kind)
    }

    /// The elements of a list, set or tuple, each converted, and their one type.
    fn elements(&mut self, value: &Value, to: &Type) -> Converted<(Type, Vec<Value>)> {
        let element = element_type(value, to);
        let Some(element) = element else { return self.fail(required(&Type::list(to.clone()))) };
        let target = Target { asked: to, settled: &element };
        let items = value.items().unwrap_or_default();
        let items = items.iter().zip(0..).map(|(item, i)| self.step(Step::Index(i), item, target));
        let items: Vec<Value> = items.collect::<Converted<_>>()?;
        match resettled(&element, items.iter()) {
            Some(element) => {
                let items = items.iter().map(|item| self.convert(item, &element)).collect::<Converted<_>>()?;
                Ok((element, items))
            }
            None if is_of_one_type(&element, items.iter()) => Ok((element, items)),
            None => self.fail(required(&Type::list(to.clone()))),
        }
    }

    fn map(&mut self, value: &Value, to: &Type) -> Converted<Kind> {
        let element = element_type(value, to);
        let Some(element) = element else { return self.fail(required(&Type::map(to.clone()))) };
        let target = Target { asked: to, settled: &element };
        let mut entries = Vec::new();
        for (key, item) in value.entries().unwrap_or_default() {
            entries.push((key.clone(), self.step(Step::Key(key.clone()), item, target)?));
        }
        if let Some(element) = resettled(&element, entries.iter().map(|(_, item)| item)) {
            for (_, item) in &mut entries {
                *item = self.convert(item, &element)?;
            }
            return Ok(Value::map(element, entries).kind);
        }
        if !is_of_one_type(&element, entries.iter().map(|(_, item)| item)) {
            return self.fail(required(&Type::map(to.clone())));
        }
        Ok(Value::map(element, entries).kind)
    }

    fn tuple(&mut self, items: &[Value], types: &[Type]) -> Converted<Kind> {
        let pairs = items.iter().zip(types).zip(0..);
        let items = pairs.map(|((item, to), i)| self.step(Step::Index(i), item, Target { asked: to, settled: to }));
        Ok(Value::tuple(items.collect::<Converted<_>>()?).kind)
    }

    /// Attributes the type does not name are dropped.
    fn object(&mut self, value: &Value, fields: &[Field]) -> Converted<Kind> {
        let mut entries = Vec::with_capacity(fields.len());
        for field in fields {
            let item = match value.get(&field.name) {
                Some(item) => {
                    let target = Target { asked: &field.ty, settled: &field.ty };
                    self.step(Step::Attr(name(&field.name)), item, target)?
                }
                None if value.rest().is_some() => {
                    let because = Because::Part(value.clone(), Step::Attr(name(&field.name)));
                    Value::unknown(field.ty.without_optional(), because)
                }
                None if field.optional => Value::null(field.ty.without_optional()),
                None => return self.fail(format!("map has no element for required attribute \"{}\"", field.name)),
            };
            entries.push((field.name.clone(), item));
        }
        Ok(Value::object(entries).kind)
    }

    /// Converts what is one step further in: to the type asked for, then to what the elements have in common.
    fn step(&mut self, step: Step, item: &Value, target: Target<'_>) -> Converted<Value> {
        self.path.push(step);
        let item = self.convert(item, target.asked)?;
        let item = if target.asked.has_any() && !is_of(&item.ty(), target.settled) {
            self.convert(&item, target.settled)?
        } else {
            item
        };
        self.path.pop();
        Ok(item)
    }
}

/// The element type of the collection that a known value becomes.
fn element_type(value: &Value, to: &Type) -> Option<Type> {
    if !to.has_any() {
        return Some(to.without_optional());
    }
    match &value.kind {
        Kind::List(sequence) | Kind::Set(sequence) => converted_type(&sequence.element, to),
        Kind::Map(mapping) => converted_type(&mapping.element, to),
        Kind::Tuple(items) => {
            let types: Vec<Type> = items.iter().map(Value::ty).collect();
            common_element(types.iter(), to)
        }
        Kind::Object(mapping) => {
            let types: Vec<Type> = mapping.entries.iter().map(|(_, value)| value.ty()).collect();
            common_value(types.iter(), to)
        }
        _ => None,
    }
}

/// What elements have in common after their conversion, where the type said nothing of an empty one among them.
fn resettled<'v>(element: &Type, items: impl Iterator<Item = &'v Value>) -> Option<Type> {
    if *element == Type::Any || !element.has_any() {
        return None;
    }
    let types: Vec<Type> = items.map(Value::ty).collect();
    unify(&types).filter(|ty| !ty.has_any())
}

/// Whether elements are of one type where theirs leaves something open: a null without type in one of two objects
/// stays without one when the other has an object there.
fn is_of_one_type<'v>(element: &Type, mut items: impl Iterator<Item = &'v Value>) -> bool {
    if *element == Type::Any || !element.has_any() {
        return true;
    }
    items.next().is_none_or(|first| {
        let ty = first.ty();
        items.all(|item| item.ty() == ty)
    })
}

#[derive(Clone, Copy)]
struct Target<'t> {
    /// May hold `Any`.
    asked: &'t Type,
    /// What the elements have in common.
    settled: &'t Type,
}

/// What Terraform says when a type cannot become another.
fn required(to: &Type) -> String {
    format!("{} required", to.constraint_name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Marks;

    #[test]
    fn a_set_is_marked_when_an_element_is() {
        let tuple = Value::tuple(vec![Value::string("a").marked(Marks::SENSITIVE)]);
        let set = convert(&tuple, &Type::set(Type::String)).expect("strings");
        assert!(set.marks.has(Marks::SENSITIVE));
    }
}
