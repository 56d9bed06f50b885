//! Where a value came from: a chain of hops, one for each named thing it went through.

use std::sync::{Arc, PoisonError, RwLock};

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
    /// What facts of the account say.
    Account,
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
            Self::Account => "account",
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
pub struct Origins {
    /// Those of the evaluation, which all that judge share.
    settled: Arc<Hops>,
    /// What came after them.
    own: RwLock<Hops>,
}

/// Hops in chunks of one size: adding one never moves the others, of which there are many.
#[derive(Clone, Debug, Default)]
struct Hops(Vec<Vec<Hop>>);

impl Hops {
    const CHUNK: usize = 1 << 10;

    fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * Self::CHUNK + last.len())
    }

    fn get(&self, at: usize) -> Option<Hop> {
        self.0.get(at / Self::CHUNK)?.get(at % Self::CHUNK).copied()
    }

    fn push(&mut self, hop: Hop) {
        match self.0.last_mut() {
            Some(last) if last.len() < Self::CHUNK => last.push(hop),
            _ => {
                let mut chunk = Vec::with_capacity(Self::CHUNK);
                chunk.push(hop);
                self.0.push(chunk);
            }
        }
    }
}

/// Shares what is settled.
impl Clone for Origins {
    fn clone(&self) -> Self {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner).clone();
        Self { settled: Arc::clone(&self.settled), own: RwLock::new(own) }
    }
}

impl Origins {
    /// The same hops, for many to add to, each for itself.
    #[must_use]
    pub fn settle(self) -> Self {
        let own = self.own.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut settled = Arc::unwrap_or_clone(self.settled);
        if settled.len() == 0 {
            settled = own;
        } else {
            own.0.into_iter().flatten().for_each(|hop| settled.push(hop));
        }
        Self { settled: Arc::new(settled), own: RwLock::default() }
    }

    fn added(&self, own: &mut Hops, hop: Hop) -> Origin {
        own.push(hop);
        Origin(u32::try_from(self.settled.len() + own.len()).unwrap_or(0))
    }

    fn hop(&self, own: &Hops, origin: Origin) -> Option<Hop> {
        let at = (origin.0 as usize).checked_sub(1)?;
        let settled = self.settled.len();
        if at < settled { self.settled.get(at) } else { own.get(at - settled) }
    }

    pub fn push(&self, hop: Hop) -> Origin {
        self.added(&mut self.own.write().unwrap_or_else(PoisonError::into_inner), hop)
    }

    /// An origin under the name that a reference gives to its nearest hop.
    #[must_use]
    pub fn named(&self, origin: Origin, name: Place) -> Origin {
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        match self.hop(&own, origin) {
            Some(nearest) => self.added(&mut own, Hop { name, ..nearest }),
            None => origin,
        }
    }

    /// The nearest hop of an origin.
    #[must_use]
    pub fn first(&self, origin: Origin) -> Option<Hop> {
        self.hop(&self.own.read().unwrap_or_else(PoisonError::into_inner), origin)
    }

    /// Whether an origin's nearest hop stands at a place.
    #[must_use]
    pub fn passes(&self, origin: Origin, at: Place) -> bool {
        self.first(origin).is_some_and(|hop| hop.at == at)
    }

    /// The hops of an origin, nearest first.
    #[must_use]
    pub fn chain(&self, origin: Origin) -> Vec<Hop> {
        let own = self.own.read().unwrap_or_else(PoisonError::into_inner);
        std::iter::successors(self.hop(&own, origin), |hop| self.hop(&own, hop.next)).collect()
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
    fn hops_stay_where_they_are_when_others_are_added() {
        let origins = Origins::default();
        let mut last = Origin::NONE;
        for place in 0..2_500 {
            last = origins.push(hop(What::Local, place, place, last));
        }
        let settled = origins.settle();
        assert_eq!(settled.chain(last).len(), 2_500);
        let (one, other) = (settled.clone(), settled.clone());
        let of_one = one.push(hop(What::Output, 1, 1, last));
        let of_other = other.push(hop(What::Block, 2, 2, Origin::NONE));
        assert_eq!(of_one, of_other);
        assert_eq!(one.chain(of_one).len(), 2_501);
        assert_eq!(other.first(of_other).map(|hop| hop.what), Some(What::Block));
        assert_eq!(settled.first(of_one), None);
        assert_eq!(one.settle().chain(of_one).len(), 2_501);
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
