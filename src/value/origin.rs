//! Where a value came from: a chain of hops, one for each named thing it went through.

use std::sync::{PoisonError, RwLock};

use crate::source::Place;

/// A value's origin: an index into the [`Origins`] of the root module it was evaluated in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Origin(u32);

impl Origin {
    /// A value that was computed from nothing named.
    pub const NONE: Self = Self(0);

    #[must_use]
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// This origin, or the other where this one says nothing.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        if self.is_none() { other } else { self }
    }
}

/// What a hop is; the words of the JSON contract.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum What {
    Attribute,
    Block,
    Local,
    Output,
    ModuleArgument,
    VariableDefault,
    VariableFile,
    VariableEnvironment,
    VariableCommandLine,
    VariableUnset,
    /// A value given to a variable that is declared sensitive; its line is not shown.
    SensitiveVariable,
    /// A value written inside an object or list that something larger holds.
    Element,
    Count,
    ForEach,
    ProviderDefault,
    ApiDefault,
    NotConfigured,
    Data,
    Resource,
    /// A value that the plan has, and the configuration here has not.
    Plan,
    Backend,
    BackendFile,
    CommandLine,
}

impl What {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attribute => "attribute",
            Self::Block => "block",
            Self::Local => "local",
            Self::Output => "output",
            Self::ModuleArgument => "module argument",
            Self::VariableDefault => "variable default",
            Self::VariableFile => "variable file",
            Self::VariableEnvironment => "environment variable",
            Self::VariableCommandLine => "command line",
            Self::VariableUnset => "unset variable",
            Self::SensitiveVariable => "sensitive variable",
            Self::Element => "element",
            Self::Count => "count",
            Self::ForEach => "for_each",
            Self::ProviderDefault => "provider default",
            Self::ApiDefault => "API default",
            Self::NotConfigured => "not configured",
            Self::Data => "data source",
            Self::Resource => "resource",
            Self::Plan => "plan",
            Self::Backend => "backend argument",
            Self::BackendFile => "backend configuration file",
            Self::CommandLine => "command in a file",
        }
    }
}

/// One named thing a value went through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hop {
    pub what: What,
    /// Where it gets its value: a default, an argument, a line of a variable file.
    pub at: Place,
    /// Its name as written: the text at this place (`local.ha`, `var.replicas`).
    pub name: Place,
    /// Where that value came from in turn.
    pub next: Origin,
}

/// The hops of one root module. Only ever grows; an [`Origin`] stays valid.
///
/// Written by the one thread that evaluates the root module, read by all that judge (so the lock is never waited for).
#[derive(Debug, Default)]
pub struct Origins(RwLock<Vec<Hop>>);

impl Clone for Origins {
    fn clone(&self) -> Self {
        Self(RwLock::new(self.0.read().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl Origins {
    pub fn push(&self, hop: Hop) -> Origin {
        let mut hops = self.0.write().unwrap_or_else(PoisonError::into_inner);
        hops.push(hop);
        Origin(u32::try_from(hops.len()).unwrap_or(0))
    }

    /// An origin under the name that a reference gives to its nearest hop.
    #[must_use]
    pub fn named(&self, origin: Origin, name: Place) -> Origin {
        let mut hops = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(nearest) = (origin.0 as usize).checked_sub(1).and_then(|at| hops.get(at)).copied() else {
            return origin;
        };
        hops.push(Hop { name, ..nearest });
        Origin(u32::try_from(hops.len()).unwrap_or(0))
    }

    /// The nearest hop of an origin.
    #[must_use]
    pub fn first(&self, origin: Origin) -> Option<Hop> {
        let at = (origin.0 as usize).checked_sub(1)?;
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(at).copied()
    }

    /// Whether an origin's nearest hop stands at a place.
    #[must_use]
    pub fn passes(&self, origin: Origin, at: Place) -> bool {
        self.first(origin).is_some_and(|hop| hop.at == at)
    }

    /// The hops of an origin, nearest first.
    #[must_use]
    pub fn chain(&self, origin: Origin) -> Vec<Hop> {
        let hops = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut out = Vec::new();
        let mut at = origin;
        while let Some(hop) = (at.0 as usize).checked_sub(1).and_then(|i| hops.get(i)) {
            out.push(*hop);
            at = hop.next;
        }
        out
    }

    /// The origin of a part whose whole has one too: it came through the names the whole came through, as far as those
    /// were passed on unchanged (`zones = module.stage.zones`), and then its own way.
    pub fn through(&self, whole: Origin, part: Origin) -> Origin {
        let Some(nearest) = self.first(whole) else { return part };
        if part.is_none() || part == whole || self.passes(part, nearest.at) {
            return part.or(whole);
        }
        let mut passed = vec![nearest];
        while let Some(next) = passed.last().and_then(|hop| self.first(hop.next).filter(|next| next.name == hop.at)) {
            passed.push(next);
        }
        passed.into_iter().rev().fold(part, |next, hop| match self.passes(next, hop.at) {
            true => next,
            false => self.push(Hop { next, ..hop }),
        })
    }

    /// Copies an origin of another root module into this one.
    pub fn import(&self, other: &Self, origin: Origin) -> Origin {
        let chain = other.chain(origin);
        chain.into_iter().rev().fold(Origin::NONE, |next, hop| self.push(Hop { next, ..hop }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn at(start: u32) -> Place {
        Place::new(FileId(0), Span::new(start, start + 1))
    }

    fn hop(what: What, name: u32, place: u32, next: Origin) -> Hop {
        Hop { what, at: at(place), name: at(name), next }
    }

    #[test]
    fn a_part_came_through_what_was_passed_on_unchanged() {
        let origins = Origins::default();
        let element = origins.push(hop(What::Element, 9, 9, Origin::NONE));
        // `zones = module.stage.zones` stands at 2, and is the reference that the output's hop is named by.
        let output = origins.push(hop(What::Output, 2, 3, Origin::NONE));
        let argument = origins.push(hop(What::ModuleArgument, 1, 2, output));
        let whats = |origin| origins.chain(origin).iter().map(|hop| hop.what).collect::<Vec<_>>();
        assert_eq!(whats(origins.through(argument, element)), [What::ModuleArgument, What::Output, What::Element]);
        // `zones = concat(var.a, var.b)`: which of the two an element came from nobody can tell.
        let variable = origins.push(hop(What::VariableDefault, 20, 21, Origin::NONE));
        let computed = origins.push(hop(What::ModuleArgument, 1, 2, variable));
        assert_eq!(whats(origins.through(computed, element)), [What::ModuleArgument, What::Element]);
        assert_eq!(origins.through(argument, Origin::NONE), argument);
        assert_eq!(origins.through(Origin::NONE, element), element);
    }
}
