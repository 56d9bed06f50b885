//! Values of another root module as this one has them: their origins are of this one's arena.

use std::{cell::Cell, collections::HashMap, sync::Arc};

use ecow::EcoString;

use crate::value::{Because, Choice, Kind, Known, Mapping, Marks, Origin, Origins, Sequence, Type, Unknown, Value};

/// Nesting of unknown values inside unknown values that is followed; further in, they have no origin.
const MAX_DEPTH: u32 = 200;

pub(super) struct Import<'o> {
    from: &'o Origins,
    to: &'o Origins,
    /// Origins that were copied already.
    copied: HashMap<Origin, Origin>,
    /// What was copied already and may be met again, by where it lies: what is shared stays shared.
    shared: HashMap<usize, Kind>,
    depth: u32,
    /// Values that may still be copied.
    left: &'o Cell<usize>,
}

impl<'o> Import<'o> {
    pub(super) fn new(from: &'o Origins, to: &'o Origins, left: &'o Cell<usize>) -> Self {
        Self { from, to, copied: HashMap::new(), shared: HashMap::new(), depth: 0, left }
    }

    /// The value; a state says of no output that it is sensitive, and neither does Terraform of what it reads. What is
    /// sensitive there is still not shown.
    pub(super) fn value(&mut self, value: &Value) -> Value {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Value::unknown(
                Type::Any,
                Because::OtherState("outputs of states that are too large together".into()),
            );
        };
        self.left.set(left);
        let marks = if value.marks.has(Marks::SECRET) { Marks::HIDDEN } else { Marks::NONE };
        Value { kind: self.kind(&value.kind), marks, origin: self.origin(value.origin) }
    }

    fn kind(&mut self, kind: &Kind) -> Kind {
        let address = match kind {
            Kind::List(of) | Kind::Set(of) => Arc::as_ptr(of).addr(),
            Kind::Tuple(items) => Arc::as_ptr(items).addr(),
            Kind::Map(of) | Kind::Object(of) => Arc::as_ptr(of).addr(),
            Kind::Unknown(unknown) => Arc::as_ptr(unknown).addr(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => return kind.clone(),
        };
        if let Some(copied) = self.shared.get(&address) {
            return copied.clone();
        }
        let copied = match kind {
            Kind::List(of) => Kind::List(self.sequence(of)),
            Kind::Set(of) => Kind::Set(self.sequence(of)),
            Kind::Tuple(items) => Kind::Tuple(Arc::new(self.values(items))),
            Kind::Map(of) => Kind::Map(self.mapping(of)),
            Kind::Object(of) => Kind::Object(self.mapping(of)),
            Kind::Unknown(unknown) => Kind::Unknown(self.unknown(unknown)),
            plain => plain.clone(),
        };
        self.shared.insert(address, copied.clone());
        copied
    }

    fn values(&mut self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.value(value)).collect()
    }

    fn sequence(&mut self, of: &Sequence) -> Arc<Sequence> {
        Arc::new(Sequence { element: of.element.clone(), items: self.values(&of.items) })
    }

    fn mapping(&mut self, of: &Mapping) -> Arc<Mapping> {
        let entries: Vec<(EcoString, Value)> =
            of.entries.iter().map(|(key, value)| (key.clone(), self.value(value))).collect();
        let rest = of.rest.as_ref().map(|because| Box::new(self.because(because)));
        Arc::new(Mapping { element: of.element.clone(), entries, rest })
    }

    fn origin(&mut self, origin: Origin) -> Origin {
        let (from, to) = (self.from, self.to);
        *self.copied.entry(origin).or_insert_with(|| to.import(from, origin))
    }

    fn unknown(&mut self, unknown: &Unknown) -> Arc<Unknown> {
        let Unknown { ty, because, known } = unknown;
        let alias = known.alias.as_ref().map(|alias| self.value(alias));
        let known = Known { alias, ..(**known).clone() };
        Arc::new(Unknown { ty: ty.clone(), because: self.because(because), known: known.into() })
    }

    fn because(&mut self, because: &Because) -> Because {
        self.depth += 1;
        let copied = if self.depth > MAX_DEPTH { because.clone() } else { self.because_within(because) };
        self.depth -= 1;
        copied
    }

    fn because_within(&mut self, because: &Because) -> Because {
        match because {
            Because::Template(parts) => Because::Template(self.values(parts).into()),
            Because::Call(function, arguments) => Because::Call(*function, self.values(arguments).into()),
            Because::Either(choice) => {
                let Choice { condition, yes, no } = &**choice;
                let choice = Choice { condition: self.value(condition), yes: self.value(yes), no: self.value(no) };
                Because::Either(choice.into())
            }
            Because::Part(whole, step) => Because::Part(self.value(whole), step.clone()),
            Because::Expansion(value) => Because::Expansion(self.value(value)),
            plain => plain.clone(),
        }
    }
}
