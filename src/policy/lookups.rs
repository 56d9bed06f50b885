//! Functions that look up other resources: `core::getresources`, `infralint::referrers`, `infralint::allresources`.

use std::ops::ControlFlow;

use ecow::EcoString;

use super::{
    datasource::getdatasource,
    environment::Facts,
    fingerprint::fingerprint,
    functions::Caller,
    members::{Distinct, Filter, Lookup, Match, in_doubt, matches, matching, number_origin},
    named,
    own::{exactly, text},
    subject::Object,
};
use crate::{
    addr::{Name, name as intern},
    eval, schema,
    value::{Because, Hop, Kind, Known, Origin, Truth, Type, Value, What, equals},
    world::{Existence, Instance, RootModule},
};

/// A look-up. The error says why the call failed.
pub(super) type LookupFn = fn(&Caller<'_, '_>, &Facts<'_>, &[Value]) -> Result<Value, String>;

const TABLE: [(&str, LookupFn); 5] = [
    ("core::getdatasource", getdatasource),
    ("core::getresources", getresources),
    ("infralint::allresources", allresources),
    ("infralint::named", named::named),
    ("infralint::referrers", referrers),
];

pub(super) fn find(name: &str) -> Option<LookupFn> {
    TABLE.iter().find(|(n, _)| *n == name).map(|(_, function)| *function)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(name, _)| *name)
}

/// The type and the filter of a look-up; no filter finds all.
fn question(args: &[Value]) -> Result<Option<(Name, Filter)>, String> {
    let (ty, filter) = match args {
        [ty] => (ty, None),
        [ty, filter] => (ty, Some(filter)),
        _ => return Err(format!("it takes a type and a filter, not {} arguments", args.len())),
    };
    let ty = text(ty)?;
    let Some(ty) = ty.as_str() else { return Ok(None) };
    let filter = match filter {
        None => Filter::new(),
        Some(filter) if filter.is_null() => Filter::new(),
        Some(filter) if !filter.is_known() => return Ok(None),
        Some(filter) => filter.entries().ok_or("the filter must be an object")?.to_vec(),
    };
    Ok(Some((intern(ty), filter)))
}

/// The attribute objects of the instances of a type in the judged root module that have all these values.
fn getresources(caller: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let Some((ty, filter)) = question(args)? else {
        return Ok(super::own::unknown("core::getresources", Type::Any, args));
    };
    if matches!(caller.subject.map(|s| s.object), Some(Object::Provider(..) | Object::Module(..))) {
        return Err("resources cannot be looked up while a provider or module is judged".to_owned());
    }
    let found = matching(caller.run, facts, caller.subject, (ty, &filter));
    if let (true, Some(unseen)) = (found.is_empty(), unseen(caller, facts, &filter)) {
        return Ok(unseen);
    }
    Ok(listed(caller, facts, ty, found))
}

/// An unknown answer where the identity that is asked about is handed to a module whose source is not here: what is
/// looked for may be in there.
fn unseen(caller: &Caller<'_, '_>, facts: &Facts<'_>, filter: &Filter) -> Option<Value> {
    let asked = filter.iter().map(|(_, value)| value).find(|value| eval::identity(value).is_some())?;
    let holds = |value: &Value| is_or_holds(value, asked, MAX_DEPTH);
    let call = facts.module.opaque_calls.iter().find(|call| call.arguments.iter().any(holds))?;
    let cause = asked.as_unknown().map(|unknown| unknown.because.to_string()).unwrap_or_default();
    let what = ecow::eco_format!("what {} makes of {cause}", call.address);
    let known = Known { not_null: true, ..Known::default() };
    let origin = caller.cx.origins.push(Hop { what: What::Block, at: call.at, name: call.at, next: Origin::NONE });
    Some(Value::unknown_with(Type::list(Type::Any), Because::OpaqueModule(what), known).with_origin(origin))
}

/// How deep arguments are looked into.
const MAX_DEPTH: u32 = 32;

fn is_or_holds(value: &Value, asked: &Value, depth: u32) -> bool {
    equals(value, asked) == Truth::True || depth > 0 && value.children().any(|v| is_or_holds(v, asked, depth - 1))
}

/// Found instances as a list that knows where their number came from.
fn listed(caller: &Caller<'_, '_>, facts: &Facts<'_>, ty: Name, found: Vec<(usize, Value)>) -> Value {
    let origin = number_origin(facts, caller.subject, ty, &found);
    let found: Vec<Value> = found.into_iter().map(|(_, attrs)| attrs).collect();
    Value::list(facts.index.attributes_type(ty), found).with_origin(origin)
}

/// The attribute objects of the instances of a type whose attribute refers to the judged instance: is one of its
/// identities, or equals the value one will have. The path is dotted, with `*` for every element.
fn referrers(caller: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let [ty, path] = exactly::<2>(args)?;
    let (ty, path) = (text(ty)?, text(path)?);
    let (Some(ty), Some(path)) = (ty.as_str(), path.as_str()) else {
        return Ok(super::own::unknown("infralint::referrers", Type::Any, args));
    };
    let judged = caller.subject.and_then(|subject| match subject.object {
        Object::Instance(_, instance) => Some(instance),
        _ => None,
    });
    let judged = judged.ok_or("it needs a resource that is judged")?;
    let identities = identities(judged);
    let question = || {
        let asked = [Value::string(path.clone()), Value::string(judged.addr.to_string())];
        fingerprint(&Value::tuple(asked.to_vec()))
    };
    let lookup = Lookup { run: caller.run, facts, subject: caller.subject, question: &question };
    let ty = intern(ty);
    let found: Vec<(usize, Value)> = referring(facts, ty, path, &identities)
        .into_iter()
        .filter_map(|i| facts.module.instances.get(i).map(|instance| (i, instance)))
        .filter_map(|(i, instance)| {
            let attrs = caller.run.found(ty, &instance.attrs);
            lookup.counts((i, instance), |_| refers(&attrs, path, &identities)).then_some((i, attrs))
        })
        .collect();
    Ok(listed(caller, facts, ty, found))
}

/// Candidates of a type: by the index where the path is one attribute, else all.
fn referring(facts: &Facts<'_>, ty: Name, path: &EcoString, identities: &[Value]) -> Vec<usize> {
    if path.contains('.') {
        return facts.index.of_type(ty).to_vec();
    }
    let mut found: Vec<usize> = identities.iter().flat_map(|id| facts.index.candidates(ty, path, id)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The values that name an instance.
fn identities(instance: &Instance) -> Vec<Value> {
    let entries = instance.attrs.entries().unwrap_or_default();
    let naming = entries.iter().filter(|(name, _)| schema::identity_of(&instance.addr.ty, name).is_some());
    naming.filter(|(_, value)| !value.is_null()).map(|(_, value)| value.clone()).collect()
}

/// Whether a value at the path is one of the identities.
fn refers(attrs: &Value, path: &str, identities: &[Value]) -> Match {
    let mut doubt = None;
    for found in at_path(attrs, path) {
        if !found.is_known() && identities.is_empty() {
            return Match::Maybe(found);
        }
        for identity in identities {
            match equals(&found, identity) {
                Truth::True => return Match::Yes,
                Truth::False => {}
                Truth::Unknown => doubt = doubt.or_else(|| Some(in_doubt(&found, identity))),
            }
        }
    }
    doubt.map_or(Match::No, Match::Maybe)
}

/// The values at a dotted path. What is unknown on the way stands for what would be inside.
fn at_path(value: &Value, path: &str) -> Vec<Value> {
    let mut found = vec![value.clone()];
    for step in path.split('.') {
        found = found.into_iter().flat_map(|value| step_into(value, step)).collect();
    }
    found.into_iter().filter(|value| !value.is_null()).collect()
}

fn step_into(value: Value, step: &str) -> Vec<Value> {
    if !value.is_known() {
        return vec![value];
    }
    if step == "*" {
        return value.children().cloned().collect();
    }
    let Some(items) = value.items() else { return value.get(step).cloned().into_iter().collect() };
    match step.parse::<usize>() {
        Ok(index) => items.get(index).cloned().into_iter().collect(),
        // A block's attribute: of every block of that type.
        Err(_) => items.iter().filter_map(|item| item.get(step).cloned()).collect(),
    }
}

/// The instances of a type in all root modules: `{stack, address, attrs}` each. A third argument names the one root
/// module to look in.
fn allresources(caller: &Caller<'_, '_>, facts: &Facts<'_>, args: &[Value]) -> Result<Value, String> {
    let (asked, only) = args.split_at_checked(2).unwrap_or((args, &[]));
    let (Some((ty, filter)), Some(only)) = (question(asked)?, only_root(facts, only)?) else {
        return Ok(super::own::unknown("infralint::allresources", Type::Any, args));
    };
    let mut found = Vec::new();
    let filter_value = Value::object(filter.clone());
    let mut doubts = Distinct::since(caller.run);
    let _ = everywhere(facts, (ty, &filter), only, |(root, i)| {
        // With so many doubts no verdict is reached whatever else is found, and every root module would be looked at for
        // every root module.
        if doubts.are_too_many() {
            return ControlFlow::Break(());
        }
        let module = facts.world.root_modules.get(root);
        if let Some((module, instance)) = module.and_then(|module| Some((module, module.instances.get(i)?))) {
            let asked = || fingerprint(&Value::tuple(vec![Value::int(root as i64), filter_value.clone()]));
            found.extend(Across { caller, facts, root, question: &asked }.entry(module, (i, instance), &filter));
        }
        ControlFlow::Continue(())
    });
    Ok(Value::tuple(found))
}

/// The index of the root module that an argument names, if there is the argument. `None` when it is not known.
fn only_root(facts: &Facts<'_>, argument: &[Value]) -> Result<Option<Option<usize>>, String> {
    let path = match argument {
        [] => return Ok(Some(None)),
        [path] => text(path)?,
        more => return Err(format!("it takes a type, a filter and a root module, not {} arguments", more.len() + 2)),
    };
    let Some(path) = path.as_str() else { return Ok(None) };
    let at = facts.world.root_at(path, facts.root);
    at.map(|at| Some(Some(at))).ok_or_else(|| format!("there is no root module {path}"))
}

/// Shows instances that may match, until `show` breaks off: those of one root module, else by a known value that is
/// asked for.
fn everywhere(
    facts: &Facts<'_>,
    (ty, filter): (Name, &Filter),
    only: Option<usize>,
    show: impl FnMut((usize, usize)) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if let Some(root) = only {
        return facts.world.of_type_in(ty, root).iter().copied().try_for_each(show);
    }
    match filter.iter().find_map(|(name, value)| Some((name, value.as_str()?))) {
        Some((attribute, value)) => facts.world.with_value((ty, intern(attribute)), value, show),
        None => facts.world.of_type(ty).iter().copied().try_for_each(show),
    }
}

/// A look-up in one of all root modules.
pub(super) struct Across<'a, 's> {
    pub caller: &'a Caller<'a, 's>,
    pub facts: &'a Facts<'a>,
    pub root: usize,
    /// The fingerprint of what is asked of the root module; seldom needed.
    pub question: &'a dyn Fn() -> u64,
}

impl Across<'_, '_> {
    pub(super) fn entry(
        &self,
        module: &RootModule,
        (i, instance): (usize, &Instance),
        filter: &Filter,
    ) -> Option<Value> {
        let attrs = self.caller.run.assumed.apply(&instance.attrs);
        let mut matched = matches(&attrs, filter);
        if matches!(matched, Match::Maybe(_)) && self.root != self.facts.root {
            // Again, so that what it hangs on has its origin in the judged root module.
            let asked = filter.iter().filter_map(|(name, _)| Some((name.clone(), attrs.get(name)?)));
            let asked = asked.map(|(name, value)| (name, self.imported(module, value)));
            matched = matches(&Value::object(asked.collect()), filter);
        }
        if !self.counts(module, (i, instance), matched) {
            return None;
        }
        let attrs = if self.root == self.facts.root { attrs } else { self.imported(module, &attrs) };
        Some(Value::object(vec![
            ("stack".into(), Value::string(&*module.path)),
            ("address".into(), Value::string(instance.addr.to_string())),
            ("attrs".into(), attrs),
        ]))
    }

    fn counts(&self, module: &RootModule, (i, instance): (usize, &Instance), matched: Match) -> bool {
        if let (Match::Yes, Existence::Sure) = (&matched, &instance.exists) {
            return true;
        }
        if matches!(matched, Match::No) {
            return false;
        }
        if self.root == self.facts.root {
            let lookup = Lookup {
                run: self.caller.run,
                facts: self.facts,
                subject: self.caller.subject,
                question: self.question,
            };
            return lookup.counts((i, instance), |_| matched);
        }
        // Another root module's conditions are not this one's: one doubt for matching and existing.
        let on = match (matched, &instance.exists) {
            (Match::Maybe(on), _) => on,
            (_, Existence::Maybe(on)) => self.imported(module, on),
            (_, Existence::Sure) => return true,
        };
        let lookup = Lookup { run: self.caller.run, facts: self.facts, subject: None, question: self.question };
        lookup.elsewhere((self.root, i), on, &instance.addr)
    }

    fn imported(&self, module: &RootModule, value: &Value) -> Value {
        imported(self.caller.cx, module, value)
    }
}

/// Values of another root module, with their origins in the judged one's.
pub(super) fn imported(cx: &eval::Context<'_>, module: &RootModule, value: &Value) -> Value {
    let map = |values: &[Value]| values.iter().map(|v| imported(cx, module, v)).collect::<Vec<_>>();
    let fields = |m: &crate::value::Mapping| {
        m.entries.iter().map(|(k, v)| (k.clone(), imported(cx, module, v))).collect::<Vec<_>>()
    };
    let kind = match &value.kind {
        Kind::List(sequence) => Value::list(sequence.element.clone(), map(&sequence.items)).kind,
        Kind::Set(sequence) => Value::set(sequence.element.clone(), map(&sequence.items)).kind,
        Kind::Tuple(items) => Value::tuple(map(items)).kind,
        Kind::Map(mapping) => Value::map(mapping.element.clone(), fields(mapping)).kind,
        Kind::Object(mapping) => Value::object(fields(mapping)).kind,
        other => other.clone(),
    };
    Value { kind, marks: value.marks, origin: cx.origins.import(&module.origins, value.origin) }
}
