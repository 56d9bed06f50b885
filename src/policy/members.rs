//! Which instances a look-up finds: sure ones, ones in doubt, and what their being there hangs on.

use std::borrow::Cow;

use ecow::EcoString;

use super::{
    doubt::{Doubt, DoubtKey, open_choice},
    environment::{Facts, Run},
    fingerprint::fingerprint,
    reason::Cause,
    subject::Subject,
    verdict::SURVEYED,
};
use crate::{
    addr::{InstanceAddr, InstanceKey, Name},
    value::{Kind, Number, Origin, Truth, Value, convert, equals},
    world::{Absent, Existence, Instance},
};

/// Attributes and the values they must have.
pub(super) type Filter = Vec<(EcoString, Value)>;

/// What decides whether a candidate matches.
pub(super) enum Match {
    Yes,
    No,
    /// Hangs on this unknown.
    Maybe(Value),
}

/// The attribute objects of the instances of a type that match a filter, those in doubt as assumed; by their index.
/// Those in the judged object's own module come first: of two with one name (in two regions, say) it is more
/// likely linked to the one beside it.
pub(super) fn matching(
    run: &Run<'_>,
    facts: &Facts<'_>,
    subject: Option<&Subject<'_>>,
    (ty, filter): (Name, &Filter),
) -> Vec<(usize, Value)> {
    let filter = assumed_filter(run, filter);
    let lookup = Lookup { run, facts, subject, question: &|| question(&filter) };
    let is_changed = run.env.mutant.is_some_and(|mutant| mutant.changes(ty));
    let mut found = if is_changed { facts.index.of_type(ty).to_vec() } else { candidates(facts, ty, &filter) };
    if let Some(judged) = subject.and_then(Subject::instance).and_then(|i| facts.module.instances.get(i)) {
        let elsewhere = |i: &usize| facts.module.instances.get(*i).is_some_and(|c| c.addr.module != judged.addr.module);
        found.sort_by_key(elsewhere);
    }
    let instance = |i: usize| facts.module.instances.get(i).map(|instance| (i, instance));
    found
        .into_iter()
        .filter_map(instance)
        .filter_map(|(i, instance)| {
            let attrs = run.found(ty, &instance.attrs);
            lookup.counts((i, instance), |_| matches(&attrs, &filter)).then_some((i, attrs))
        })
        .collect()
}

fn assumed_filter<'f>(run: &Run<'_>, filter: &'f Filter) -> Cow<'f, Filter> {
    if run.assumed.is_nothing() {
        return Cow::Borrowed(filter);
    }
    Cow::Owned(filter.iter().map(|(name, value)| (name.clone(), run.assumed.apply(value))).collect())
}

/// Where the number of found instances came from: the `count` or `for_each` of the first that has one, else that of a
/// resource of the type beside the judged object which has no instance.
pub(super) fn number_origin(
    facts: &Facts<'_>,
    subject: Option<&Subject<'_>>,
    ty: Name,
    found: &[(usize, Value)],
) -> Origin {
    let instances = found.iter().filter_map(|(i, _)| facts.module.instances.get(*i));
    let repeated = instances.map(|instance| instance.repetition).find(|origin| !origin.is_none());
    let judged = subject.and_then(Subject::instance).and_then(|i| facts.module.instances.get(i));
    let beside = |judged: &Instance| {
        let mut beside = facts.index.absent(ty).iter().filter(|a| a.module == judged.addr.module);
        beside.find(|a| may_be_of(a, &judged.addr)).map(|a| a.origin)
    };
    repeated.or_else(|| beside(judged?)).unwrap_or_default()
}

/// Whether a resource without instances may belong to an instance: it refers to no other of that type.
fn may_be_of(absent: &Absent, judged: &InstanceAddr) -> bool {
    let mut of_type = absent.refers_to.iter().filter(|(ty, _)| *ty == judged.ty).peekable();
    of_type.peek().is_none() || of_type.any(|(_, name)| *name == judged.name)
}

/// Instances that may match, by the most selective attribute.
fn candidates(facts: &Facts<'_>, ty: Name, filter: &Filter) -> Vec<usize> {
    let by_attribute = filter.iter().map(|(name, value)| facts.index.candidates(ty, name, value));
    by_attribute.min_by_key(Vec::len).unwrap_or_else(|| facts.index.of_type(ty).to_vec())
}

fn question(filter: &Filter) -> u64 {
    fingerprint(&Value::object(filter.clone()))
}

/// Whether an attribute object has all these values.
pub(super) fn matches(attrs: &Value, filter: &Filter) -> Match {
    let mut doubt = None;
    for (name, wanted) in filter {
        let Some(found) = attrs.get(name) else { return Match::No };
        let wanted = &*as_declared(wanted, found);
        match equals(found, wanted) {
            Truth::True => {}
            Truth::False => return Match::No,
            Truth::Unknown => doubt = doubt.or_else(|| Some(in_doubt(found, wanted))),
        }
    }
    doubt.map_or(Match::Yes, Match::Maybe)
}

/// What an undecided equality hangs on: both sides where both are unknown.
pub(super) fn in_doubt(found: &Value, wanted: &Value) -> Value {
    match (found.is_wholly_known(), wanted.is_wholly_known()) {
        (false, true) => found.clone(),
        (true, _) => wanted.clone(),
        (false, false) => Value::tuple(vec![found.clone(), wanted.clone()]).with_origin(found.origin.or(wanted.origin)),
    }
}

/// A literal object or list as the collection the attribute is; anything else stays as it is.
fn as_declared<'v>(wanted: &'v Value, found: &Value) -> Cow<'v, Value> {
    if !matches!(wanted.kind, Kind::Object(_) | Kind::Tuple(_)) {
        return Cow::Borrowed(wanted);
    }
    convert(wanted, &found.ty()).map_or(Cow::Borrowed(wanted), Cow::Owned)
}

/// The doubts that one look-up meets, each counted once.
pub(super) struct Distinct<'a> {
    run: &'a Run<'a>,
    looked_at: usize,
    keys: Vec<DoubtKey>,
}

impl<'a> Distinct<'a> {
    /// Those that are met from now on.
    pub(super) fn since(run: &'a Run<'a>) -> Self {
        Self { run, looked_at: run.met.borrow().len(), keys: Vec::new() }
    }

    /// Whether they are more than any verdict is reached with.
    pub(super) fn are_too_many(&mut self) -> bool {
        let met = self.run.met.borrow();
        for doubt in met.iter().skip(self.looked_at) {
            if !self.keys.contains(&doubt.key) {
                self.keys.push(doubt.key.clone());
            }
        }
        self.looked_at = met.len();
        self.keys.len() > SURVEYED
    }
}

/// One look-up: membership under the run's assumptions, doubts noted.
pub(super) struct Lookup<'a> {
    pub run: &'a Run<'a>,
    pub facts: &'a Facts<'a>,
    pub subject: Option<&'a Subject<'a>>,
    /// Tells this look-up's doubts from another's; asked for only when there is one.
    pub question: &'a dyn Fn() -> u64,
}

impl Lookup<'_> {
    /// Whether an instance counts as found.
    pub(super) fn counts(&self, (i, instance): (usize, &Instance), matches: impl FnOnce(&Instance) -> Match) -> bool {
        let matched = match matches(instance) {
            Match::No => return false,
            Match::Yes => true,
            Match::Maybe(on) => {
                let key = DoubtKey::Member { root: self.facts.root, instance: i, filter: (self.question)() };
                self.answer(key, on, &instance.addr)
            }
        };
        matched && self.exists(i, instance)
    }

    /// What a plan deletes is not there any more.
    fn exists(&self, i: usize, instance: &Instance) -> bool {
        if instance.attrs.is_null() {
            return false;
        }
        let Existence::Maybe(on) = &instance.exists else { return true };
        if let Some(answer) = assumed_existence(self.run, on, &instance.addr) {
            return answer;
        }
        let judged = self.subject.and_then(|subject| subject.instance().zip(subject.existence()));
        let key = existence(on, instance);
        // The judged object is taken to be there, and with it whatever hangs on the same condition.
        let with_judged = judged.is_some_and(|(judged, judged_on)| {
            let beside = self.facts.module.instances.get(judged);
            judged == i || beside.is_some_and(|beside| existence(judged_on, beside) == key)
        });
        with_judged || self.answer(key, on.clone(), &instance.addr)
    }

    /// Whether an instance of another root module counts, which hangs on one unknown.
    pub(super) fn elsewhere(&self, (root, instance): (usize, usize), on: Value, candidate: &InstanceAddr) -> bool {
        self.answer(DoubtKey::Member { root, instance, filter: (self.question)() }, on, candidate)
    }

    /// Whether something holds of an instance itself, which hangs on one unknown.
    pub(super) fn holds(&self, (root, instance): (usize, usize), on: Value) -> bool {
        let key = DoubtKey::Member { root, instance, filter: (self.question)() };
        self.answer_about(key, Cause { value: on, candidate: None })
    }

    fn answer(&self, key: DoubtKey, on: Value, candidate: &InstanceAddr) -> bool {
        self.answer_about(key, Cause { value: on, candidate: Some(candidate.to_string()) })
    }

    /// The assumed answer; without one the doubt is noted and the answer is no.
    fn answer_about(&self, key: DoubtKey, cause: Cause) -> bool {
        if let Some(answer) = self.run.assumed.answer(&key) {
            return answer;
        }
        let doubt = open_choice(&cause.value, &self.run.assumed).unwrap_or(Doubt { key, cause });
        self.run.met.borrow_mut().push(doubt);
        false
    }
}

/// Whether an instance exists, where the assumed arms of conditionals make its `count` a number.
pub(super) fn assumed_existence(run: &Run<'_>, on: &Value, addr: &InstanceAddr) -> Option<bool> {
    let plain = addr.module.0.iter().all(|(_, key)| *key == InstanceKey::None);
    let count = run.assumed.apply(on).as_number().and_then(Number::to_u64)?;
    match addr.key {
        InstanceKey::Index(index) if plain => Some(index < count),
        _ => None,
    }
}

/// Instances with the same keys hang on the same `count` or `for_each` alike.
fn existence(on: &Value, instance: &Instance) -> DoubtKey {
    let modules: String = instance.addr.module.0.iter().map(|(_, key)| key.to_string()).collect();
    DoubtKey::Exists { count: fingerprint(on), keys: format!("{modules}{}#{}", instance.addr.key, instance.repeat) }
}
