//! Walks through everything inside a value. What is shared is looked at once: a value of thirty levels may hold a
//! thousand million others when it is unrolled.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use foldhash::fast::FixedState;

use super::{Field, Kind, Marks, Type, Unknown, Value};

/// Where a collection lies, if it may be met again: it has more than one owner.
fn shared(value: &Value) -> Option<usize> {
    fn address<T>(of: &Arc<T>) -> Option<usize> {
        (Arc::strong_count(of) > 1).then(|| Arc::as_ptr(of).addr())
    }
    match &value.kind {
        Kind::List(of) | Kind::Set(of) => address(of),
        Kind::Tuple(of) => address(of),
        Kind::Map(of) | Kind::Object(of) => address(of),
        _ => None,
    }
}

impl Value {
    /// The first answer among this value and everything inside it, in order. Of what looks alike because it is shared,
    /// only the first is asked.
    pub(super) fn find_inside<'v, T>(&'v self, mut answer: impl FnMut(&'v Self) -> Option<T>) -> Option<T> {
        let (mut left, mut seen) = (vec![self], HashSet::new());
        while let Some(value) = left.pop() {
            let found = answer(value);
            if found.is_some() {
                return found;
            }
            if shared(value).is_none_or(|address| seen.insert(address)) {
                let from = left.len();
                left.extend(value.children());
                left.get_mut(from..).unwrap_or_default().reverse();
            }
        }
        None
    }

    /// Whether the value and everything inside it is known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        self.find_inside(|value| (!value.is_known() || value.rest().is_some()).then_some(())).is_none()
    }

    /// The marks of the value and of everything inside it.
    #[must_use]
    pub fn deep_marks(&self) -> Marks {
        if self.items().is_none() && self.entries().is_none() {
            return self.marks;
        }
        let mut marks = Marks::NONE;
        self.find_inside(|value| {
            marks = marks.with(value.marks);
            None::<()>
        });
        marks
    }

    /// The value's exact type; `Any` of an object that may have more attributes. What is shared has one type, shared too.
    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::String(_) => Type::String,
            Kind::Unknown(unknown) => unknown.ty.clone(),
            _ => self.type_with(&mut HashMap::default()),
        }
    }

    fn type_with(&self, known: &mut HashMap<usize, Type, FixedState>) -> Type {
        let address = match &self.kind {
            Kind::Tuple(_) | Kind::Object(_) => shared(self),
            _ => None,
        };
        if let Some(ty) = address.and_then(|address| known.get(&address)) {
            return ty.clone();
        }
        let ty = match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(sequence) => Type::list(sequence.element.clone()),
            Kind::Set(sequence) => Type::set(sequence.element.clone()),
            Kind::Tuple(items) => Type::tuple(items.iter().map(|item| item.type_with(known)).collect()),
            Kind::Map(mapping) => Type::map(mapping.element.clone()),
            Kind::Object(mapping) if mapping.rest.is_some() => Type::Any,
            Kind::Object(mapping) => {
                let fields = mapping.entries.iter().map(|(name, value)| Field {
                    name: name.clone(),
                    ty: value.type_with(known),
                    optional: false,
                });
                Type::object(fields.collect())
            }
            Kind::Unknown(unknown) => unknown.ty.clone(),
        };
        if let Some(address) = address {
            known.insert(address, ty.clone());
        }
        ty
    }

    /// The first unknown value inside this one, itself included.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Unknown> {
        self.find_inside(|value| value.as_unknown().map(|unknown| &**unknown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shared_is_looked_at_once() {
        let mut value = Value::tuple(vec![Value::int(1).marked(Marks::SENSITIVE)]);
        for _ in 0..60 {
            value = Value::tuple(vec![value.clone(), value]);
        }
        assert!(value.is_wholly_known());
        assert!(value.deep_marks().has(Marks::SENSITIVE));
        assert!(value.first_unknown().is_none());
    }
}
