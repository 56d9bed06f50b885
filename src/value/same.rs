//! Structural identity, for tests and caches: not Terraform's equality.

use super::{Because, Choice, Kind, Known, Mapping, Sequence, Unknown, Value};

impl Value {
    /// Whether the two are built the same: kinds, types, marks, reasons. Origins are left out.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.marks == other.marks
            && match (&self.kind, &other.kind) {
                (Kind::Null(a), Kind::Null(b)) => a == b,
                (Kind::Bool(a), Kind::Bool(b)) => a == b,
                (Kind::Number(a), Kind::Number(b)) => a == b,
                (Kind::String(a), Kind::String(b)) => a == b,
                (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) => same_sequence(a, b),
                (Kind::Tuple(a), Kind::Tuple(b)) => same_items(a, b),
                (Kind::Map(a), Kind::Map(b)) | (Kind::Object(a), Kind::Object(b)) => same_mapping(a, b),
                (Kind::Unknown(a), Kind::Unknown(b)) => same_unknown(a, b),
                _ => false,
            }
    }
}

fn same_sequence(a: &Sequence, b: &Sequence) -> bool {
    a.element == b.element && same_items(&a.items, &b.items)
}

fn same_items(a: &[Value], b: &[Value]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b))
}

fn same_mapping(a: &Mapping, b: &Mapping) -> bool {
    a.element == b.element
        && a.entries.len() == b.entries.len()
        && a.entries.iter().zip(&b.entries).all(|((name, a), (other, b))| name == other && a.same(b))
}

fn same_unknown(a: &Unknown, b: &Unknown) -> bool {
    a.ty == b.ty && same_known(&a.known, &b.known) && same_reason(&a.because, &b.because)
}

fn same_known(a: &Known, b: &Known) -> bool {
    let same_alias = match (&a.alias, &b.alias) {
        (Some(a), Some(b)) => a.same(b),
        (a, b) => a.is_none() && b.is_none(),
    };
    same_alias && a.not_null == b.not_null && a.range == b.range
}

fn same_reason(a: &Because, b: &Because) -> bool {
    match (a, b) {
        (Because::Attribute(a), Because::Attribute(b)) | (Because::Data(a), Because::Data(b)) => a == b,
        (
            Because::Variable { module, name, root },
            Because::Variable { module: other_module, name: other_name, root: other_root },
        ) => module == other_module && name == other_name && root == other_root,
        (Because::OtherState(a), Because::OtherState(b))
        | (Because::OpaqueModule(a), Because::OpaqueModule(b))
        | (Because::PartialBackend(a), Because::PartialBackend(b))
        | (Because::PartialPlan(a), Because::PartialPlan(b))
        | (Because::Account(a), Because::Account(b))
        | (Because::Unsupported(a), Because::Unsupported(b)) => a == b,
        (Because::Template(a), Because::Template(b)) => same_items(a, b),
        (Because::Call(f, a), Because::Call(g, b)) => f == g && same_items(a, b),
        (Because::Either(a), Because::Either(b)) => same_choice(a, b),
        (Because::Part(a, step), Because::Part(b, other)) => step == other && a.same(b),
        (Because::Expansion(a), Because::Expansion(b)) => a.same(b),
        (Because::Workspace, Because::Workspace) | (Because::Error, Because::Error) => true,
        _ => false,
    }
}

fn same_choice(a: &Choice, b: &Choice) -> bool {
    a.condition.same(&b.condition) && a.yes.same(&b.yes) && a.no.same(&b.no)
}
