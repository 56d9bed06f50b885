//! The one type that values of several types are converted to: arms of a conditional, elements of a list.

use std::{cmp::Ordering, collections::HashSet};

use super::convertible;
use crate::value::{Field, Type};

/// The type all of these can be converted to, if there is one (conditional arms, list elements).
///
/// Structures of one kind are joined (objects attribute by attribute, or to a map; tuples element by element, or to a
/// list); else it is the first of the types, in the order of preference, that all others are convertible to.
#[must_use]
pub fn unify(types: &[Type]) -> Option<Type> {
    let types = distinct(types);
    match types.as_slice() {
        [] => return Some(Type::Any),
        [one] => return Some((*one).clone()),
        _ => {}
    }
    match Kinds::of(&types) {
        Kinds::Primitive => preferred(&types),
        Kinds::Lists => unify_elements(&types).map(Type::list),
        Kinds::Sets => unify_elements(&types).map(Type::set),
        Kinds::Maps => unify_elements(&types).map(Type::map),
        Kinds::ListsAndTuples => as_list(&types).or_else(|| preferred(&types)),
        Kinds::MapsAndObjects => as_map(&types).or_else(|| preferred(&types)),
        Kinds::Objects => unify_objects(&types),
        Kinds::Tuples => unify_tuples(&types),
        Kinds::SomeUnknown => Some(Type::Any),
        Kinds::Mixed => preferred(&types),
    }
}

fn distinct(types: &[Type]) -> Vec<&Type> {
    let mut seen = HashSet::new();
    types.iter().filter(|ty| seen.insert(*ty)).collect()
}

/// What kinds of types there are; each of the structural ones without any other.
enum Kinds {
    Primitive,
    Lists,
    Sets,
    Maps,
    Objects,
    Tuples,
    ListsAndTuples,
    MapsAndObjects,
    /// A structure or collection beside a type that is not known: nothing can be said.
    SomeUnknown,
    Mixed,
}

impl Kinds {
    fn of(types: &[&Type]) -> Self {
        let count = |is: fn(&Type) -> bool| types.iter().filter(|ty| is(ty)).count();
        let any = count(|ty| *ty == Type::Any);
        let lists = count(|ty| matches!(ty, Type::List(_)));
        let sets = count(|ty| matches!(ty, Type::Set(_)));
        let maps = count(|ty| matches!(ty, Type::Map(_)));
        let objects = count(|ty| matches!(ty, Type::Object(_)));
        let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
        let structural = types.len() - any;
        let kind = match structural {
            n if n == lists => Self::Lists,
            n if n == sets => Self::Sets,
            n if n == maps => Self::Maps,
            n if n == objects => Self::Objects,
            n if n == tuples => Self::Tuples,
            n if n == lists + tuples && lists > 0 => Self::ListsAndTuples,
            n if n == maps + objects && maps > 0 => Self::MapsAndObjects,
            _ if lists + sets + maps + objects + tuples == 0 => return Self::Primitive,
            _ => return Self::Mixed,
        };
        match kind {
            kind if any == 0 => kind,
            Self::ListsAndTuples | Self::MapsAndObjects => Self::Mixed,
            _ => Self::SomeUnknown,
        }
    }
}

fn unify_all<'t>(types: impl Iterator<Item = &'t Type>) -> Option<Type> {
    let types: Vec<Type> = types.cloned().collect();
    unify(&types)
}

fn unify_elements(types: &[&Type]) -> Option<Type> {
    unify_all(types.iter().filter_map(|ty| match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => Some(&**element),
        _ => None,
    }))
}

/// Lists and tuples: every tuple as a list first. An empty one says nothing about elements.
fn as_list(types: &[&Type]) -> Option<Type> {
    let telling = types.iter().filter(|ty| items_of(ty).is_none_or(|items| !items.is_empty()));
    let elements = telling.map(|ty| match ty {
        Type::Tuple(items) => unify(items),
        Type::List(element) => Some((**element).clone()),
        _ => None,
    });
    unify(&elements.collect::<Option<Vec<_>>>()?).map(Type::list)
}

/// Maps and objects: every object as a map first. An empty one says nothing about elements.
fn as_map(types: &[&Type]) -> Option<Type> {
    let telling = types.iter().filter(|ty| fields_of(ty).is_none_or(|fields| !fields.is_empty()));
    let elements = telling.map(|ty| match ty {
        Type::Object(fields) => unify_all(fields.iter().map(|field| &field.ty)),
        Type::Map(element) => Some((**element).clone()),
        _ => None,
    });
    unify(&elements.collect::<Option<Vec<_>>>()?).map(Type::map)
}

fn unify_objects(types: &[&Type]) -> Option<Type> {
    let objects: Vec<&[Field]> = types.iter().filter_map(|ty| fields_of(ty)).collect();
    let (first, rest) = objects.split_first()?;
    let same_names =
        |other: &&[Field]| first.len() == other.len() && first.iter().zip(*other).all(|(a, b)| a.name == b.name);
    if !rest.iter().all(same_names) {
        return unify_all(objects.iter().flat_map(|fields| fields.iter().map(|field| &field.ty))).map(Type::map);
    }
    let fields = first.iter().enumerate().map(|(i, field)| {
        let ty = unify_all(objects.iter().filter_map(|fields| fields.get(i)).map(|field| &field.ty))?;
        Some(Field { name: field.name.clone(), ty, optional: false })
    });
    fields.collect::<Option<_>>().map(Type::object)
}

fn fields_of(ty: &Type) -> Option<&[Field]> {
    match ty {
        Type::Object(fields) => Some(fields),
        _ => None,
    }
}

fn unify_tuples(types: &[&Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types.iter().filter_map(|ty| items_of(ty)).collect();
    let (first, rest) = tuples.split_first()?;
    if rest.iter().any(|other| other.len() != first.len()) {
        return unify_all(tuples.iter().flat_map(|items| items.iter())).map(Type::list);
    }
    let items = (0..first.len()).map(|i| unify_all(tuples.iter().filter_map(|items| items.get(i))));
    items.collect::<Option<_>>().map(Type::tuple)
}

fn items_of(ty: &Type) -> Option<&[Type]> {
    match ty {
        Type::Tuple(items) => Some(items),
        _ => None,
    }
}

/// The first type, in the order of preference, that all others are convertible to.
fn preferred(types: &[&Type]) -> Option<Type> {
    let mut left = types.to_vec();
    while !left.is_empty() {
        let is_first = |a: &&Type| left.iter().all(|b| preference(a, b).is_le());
        let at = left.iter().position(is_first).unwrap_or(0);
        let candidate = left.remove(at);
        // Everything can become of a type that is not known, which makes it no answer.
        if *candidate != Type::Any && types.iter().all(|ty| convertible(ty, candidate)) {
            return Some(candidate.clone());
        }
    }
    None
}

/// `Less` for the type to prefer: strings before other primitives, lists before sets, `Any` last.
fn preference(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        _ if a == b => Ordering::Equal,
        (_, Type::Any) => Ordering::Less,
        (Type::Any, _) => Ordering::Greater,
        (Type::String, _) if b.is_primitive() => Ordering::Less,
        (_, Type::String) if a.is_primitive() => Ordering::Greater,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            preference(a, b)
        }
        (Type::List(_), Type::Set(_)) => Ordering::Less,
        (Type::Set(_), Type::List(_)) => Ordering::Greater,
        (Type::Map(_), Type::Object(_)) | (Type::List(_), Type::Tuple(_)) => Ordering::Less,
        (Type::Object(_), Type::Map(_)) | (Type::Tuple(_), Type::List(_)) => Ordering::Greater,
        _ => Ordering::Equal,
    }
}
