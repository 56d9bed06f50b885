//! The reasons behind an unknown value, and how they are named.

use std::{collections::HashSet, fmt, ptr};

use super::{Attribute, Because, Step, Unknown, Value};

/// Values looked at for one answer: unknown values share their parts.
const MAX_LOOKED_AT: usize = 10_000;

/// Values looked at inside one known value.
const MAX_INSIDE: usize = 1_000_000;

impl Unknown {
    /// The reasons at the bottom of it: attributes, variables, what is outside. Each once, first found first.
    #[must_use]
    pub fn causes(&self) -> Vec<&Because> {
        let mut causes = Vec::new();
        let mut named = HashSet::new();
        let mut seen = HashSet::new();
        let mut left = vec![&self.because];
        while let Some(because) = left.pop() {
            if !seen.insert(ptr::from_ref(because)) || seen.len() > MAX_LOOKED_AT {
                continue;
            }
            let inner = inner(because);
            if inner.is_empty() && is_leaf(because) && named.insert(because.to_string()) {
                causes.push(because);
            }
            left.extend(inner.into_iter().rev());
        }
        causes
    }
}

const fn is_leaf(because: &Because) -> bool {
    !matches!(
        because,
        Because::Template(_) | Because::Call(..) | Because::Either(_) | Because::Part(..) | Because::Expansion(_)
    )
}

/// The reasons of the unknown values that the reason speaks of.
fn inner(because: &Because) -> Vec<&Because> {
    let mut out = Vec::new();
    match because {
        Because::Template(values) | Because::Call(_, values) => {
            values.iter().for_each(|value| reasons(value, &mut out))
        }
        Because::Either(choice) => {
            [&choice.condition, &choice.yes, &choice.no].into_iter().for_each(|value| reasons(value, &mut out));
        }
        Because::Part(value, _) | Because::Expansion(value) => reasons(value, &mut out),
        _ => {}
    }
    out
}

fn reasons<'v>(value: &'v Value, out: &mut Vec<&'v Because>) {
    out.extend(value.deep_unknowns().into_iter().map(|unknown| &unknown.because));
}

impl Value {
    /// Every unknown value inside this one, itself included, in order; of very many only the first.
    #[must_use]
    pub fn deep_unknowns(&self) -> Vec<&Unknown> {
        let mut out = Vec::new();
        let mut left = vec![self];
        let mut looked_at = 0_usize;
        while let Some(value) = left.pop() {
            looked_at += 1;
            if looked_at > MAX_INSIDE || out.len() >= MAX_LOOKED_AT {
                break;
            }
            if let Some(unknown) = value.as_unknown() {
                out.push(&**unknown);
            }
            let from = left.len();
            left.extend(value.children());
            if let Some(children) = left.get_mut(from..) {
                children.reverse();
            }
        }
        out
    }
}

/// As a person names it: `var.readers`, `aws_vpc.main.id`, `data.aws_vpc.x.cidr_block`.
impl fmt::Display for Because {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(attribute) | Self::Data(attribute) => fmt::Display::fmt(attribute, f),
            Self::Variable { module, name, .. } if module.is_root() => write!(f, "var.{name}"),
            Self::Variable { module, name, .. } => write!(f, "{module}.var.{name}"),
            Self::OtherState(what)
            | Self::OpaqueModule(what)
            | Self::PartialBackend(what)
            | Self::PartialPlan(what)
            | Self::Account(what)
            | Self::Unsupported(what) => f.write_str(what),
            Self::Workspace => f.write_str("terraform.workspace"),
            Self::Template(_) => f.write_str("a template"),
            Self::Call(function, _) => write!(f, "{function}(…)"),
            Self::Either(_) => f.write_str("a conditional"),
            Self::Part(whole, step) => match whole.as_unknown() {
                Some(whole) => write!(f, "{}{step}", whole.because),
                None => write!(f, "(…){step}"),
            },
            Self::Expansion(_) => f.write_str("an instance of an unknown count or for_each"),
            Self::Error => f.write_str("an error"),
        }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.of)?;
        self.path.iter().try_for_each(|step| fmt::Display::fmt(step, f))
    }
}

/// As it follows an address: `.id`, `[0]`, `["key"]`, `[*]`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attr(name) => write!(f, ".{name}"),
            Self::Index(i) => write!(f, "[{i}]"),
            Self::Key(key) => write!(f, "[{key:?}]"),
            Self::Any => f.write_str("[*]"),
        }
    }
}
