//! When two unknown values are known to be the same one, or two different ones.

use super::Truth;
use crate::{
    addr::{InstanceAddr, InstanceKey, ModulePath, Name},
    value::{Attribute, Because, IdentityClass, Step, Unknown, Value},
};

/// Steps into parts of parts that are followed.
const MAX_PARTS: usize = 64;

/// Values looked at to see whether one symbol stands for one value.
const MAX_LOOKED_AT: u32 = 1_000;

/// What an unknown value is an attribute or element of, and the way to it.
pub(super) struct Place<'v> {
    root: Root<'v>,
    path: Vec<&'v Step>,
}

#[derive(Clone, Copy)]
enum Root<'v> {
    Attribute(&'v Attribute),
    Data(&'v Attribute),
    Variable(&'v ModulePath, Name, &'v str),
}

impl<'v> Place<'v> {
    /// `None` when the value is computed, or from outside.
    pub(super) fn of(unknown: &'v Unknown) -> Option<Self> {
        let mut inward = Vec::new();
        let mut at = &unknown.because;
        while let Because::Part(whole, step) = at {
            inward.push(step);
            at = &whole.as_unknown().filter(|_| inward.len() < MAX_PARTS)?.because;
        }
        let (root, path) = match at {
            Because::Attribute(attribute) => (Root::Attribute(attribute), &*attribute.path),
            Because::Data(attribute) => (Root::Data(attribute), &*attribute.path),
            Because::Variable { module, name, root } => (Root::Variable(module, *name, root), [].as_slice()),
            _ => return None,
        };
        Some(Self { root, path: path.iter().chain(inward.into_iter().rev()).collect() })
    }

    pub(super) fn equals(&self, other: &Self) -> Truth {
        match (self.root, other.root) {
            (Root::Attribute(a), Root::Attribute(b)) => self.attributes(a, other, b),
            (Root::Data(a), Root::Data(b)) => self.data(a, other, b),
            (Root::Variable(m, n, r), Root::Variable(m2, n2, r2)) if (n, r) == (n2, r2) && m == m2 => {
                if is_one_module(m) { self.same_path(other) } else { Truth::Unknown }
            }
            _ => Truth::Unknown,
        }
    }

    fn attributes(&self, a: &Attribute, other: &Self, b: &Attribute) -> Truth {
        if !is_one(&a.of) || !is_one(&b.of) {
            return Truth::Unknown;
        }
        let are_whole = self.is_whole(a) && other.is_whole(b);
        let same_class = a.identity.is_some() && a.identity == b.identity && are_whole;
        if a.of != b.of {
            let both_name_one = are_whole && is_given_by_aws(a.identity) && is_given_by_aws(b.identity);
            let two_of_a_kind = (same_class || both_name_one) && a.of.ty == b.of.ty && a.of.mode == b.of.mode;
            return if two_of_a_kind { Truth::False } else { Truth::Unknown };
        }
        if same_class { Truth::True } else { self.same_path(other) }
    }

    /// Whether this is the attribute itself, and not a part of it.
    fn is_whole(&self, attribute: &Attribute) -> bool {
        self.path.len() == attribute.path.len()
    }

    /// Two data sources may read the same object, so only the same one tells anything.
    fn data(&self, a: &Attribute, other: &Self, b: &Attribute) -> Truth {
        if a.of != b.of || !is_one(&a.of) {
            return Truth::Unknown;
        }
        if a.of.ty.as_str() == "aws_availability_zones" && self.is_another_element(other) {
            return Truth::False;
        }
        self.same_path(other)
    }

    /// Whether these are elements of one list at different indexes.
    fn is_another_element(&self, other: &Self) -> bool {
        let (Some((Step::Index(i), list)), Some((Step::Index(j), other))) =
            (self.path.split_last(), other.path.split_last())
        else {
            return false;
        };
        i != j && list == other && list.iter().all(|step| is_sure(step))
    }

    fn same_path(&self, other: &Self) -> Truth {
        let same = self.path == other.path && self.path.iter().all(|step| is_sure(step));
        if same { Truth::True } else { Truth::Unknown }
    }
}

/// Whether AWS makes an identity up, so that it equals none of another instance: the id of one is not the ARN of another, nor
/// the id of another's route table. Names that people choose may be the same as anything.
fn is_given_by_aws(class: Option<IdentityClass>) -> bool {
    match class {
        Some(IdentityClass::Id | IdentityClass::Arn) => true,
        Some(IdentityClass::Other(class)) => !matches!(class.as_str(), "name" | "identifier" | "caller_reference"),
        None => false,
    }
}

/// Whether the step leads to one certain part.
pub(super) const fn is_sure(step: &Step) -> bool {
    !matches!(step, Step::Any)
}

/// Whether the function gives the same result for the same arguments.
pub(super) fn is_pure(function: Name) -> bool {
    !matches!(function.as_str(), "uuid" | "timestamp" | "bcrypt")
}

/// Whether the address is of one certain instance.
fn is_one(of: &InstanceAddr) -> bool {
    of.key != InstanceKey::Unknown && is_one_module(&of.module)
}

fn is_one_module(module: &ModulePath) -> bool {
    module.0.iter().all(|(_, key)| *key != InstanceKey::Unknown)
}

/// Whether the symbol stands for one value: an element of something expanded by an unknown `for_each` stands for many.
pub(super) fn is_single(value: &Value) -> bool {
    let mut left = MAX_LOOKED_AT;
    is_single_within(value, &mut left)
}

fn is_single_within(value: &Value, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return false;
    }
    let Some(unknown) = value.as_unknown() else {
        return value.children().all(|child| is_single_within(child, left));
    };
    match &unknown.because {
        Because::Attribute(attribute) | Because::Data(attribute) => {
            is_one(&attribute.of) && attribute.path.iter().all(is_sure)
        }
        Because::Variable { module, .. } => is_one_module(module),
        Because::Template(parts) => parts.iter().all(|part| is_single_within(part, left)),
        // The very same call gave the value once.
        Because::Call(_, arguments) => arguments.iter().all(|argument| is_single_within(argument, left)),
        Because::Either(choice) => {
            [&choice.condition, &choice.yes, &choice.no].into_iter().all(|value| is_single_within(value, left))
        }
        Because::Part(whole, step) => is_sure(step) && is_single_within(whole, left),
        Because::Expansion(_) | Because::Error => false,
        Because::OtherState(_)
        | Because::OpaqueModule(_)
        | Because::PartialBackend(_)
        | Because::PartialPlan(_)
        | Because::Workspace
        | Because::Account(_)
        | Because::Unsupported(_) => true,
    }
}
