//! Instances that have no configuration here: everything about them is from the plan.

use std::{collections::HashMap, sync::Arc};

use ecow::EcoString;
use serde_json::Value as Json;

use super::{
    Plan,
    configuration::{Configuration, Referent},
    decode::type_of,
    shown::Lines,
};
use crate::{
    addr::{InstanceAddr, InstanceKey, ModulePath, Name},
    schema,
    source::{FileId, Place},
    value::{Attribute, Because, Hop, Kind, Known, Origin, Origins, Step, Type, Value, What},
    world::effective::effective,
};

/// Makes attributes of the plan the effective ones of an instance.
pub(super) struct Alone<'a> {
    plan: &'a Plan,
    origins: &'a Origins,
    /// The text in which the plan is shown.
    file: FileId,
    root: &'a Arc<str>,
    /// What is there after the apply, by module instance, type and name.
    remaining: HashMap<(&'a ModulePath, Name, Name), Vec<&'a InstanceAddr>>,
}

impl<'a> Alone<'a> {
    pub(super) fn new(plan: &'a Plan, origins: &'a Origins, (file, root): (FileId, &'a Arc<str>)) -> Self {
        let mut remaining: HashMap<_, Vec<&InstanceAddr>> = HashMap::new();
        for change in plan.remaining() {
            let addr = &change.addr.0;
            remaining.entry((&addr.module, addr.ty, addr.name)).or_default().push(addr);
        }
        Self { plan, origins, file, root, remaining }
    }
}

impl Alone<'_> {
    /// `planned` has the attributes the plan speaks of; what the schema has beside them is null.
    pub(super) fn attributes(&self, addr: &Arc<InstanceAddr>, planned: &Value, lines: &Lines) -> Value {
        let header = Place::new(self.file, lines.header);
        let expressions = self.plan.configuration.expressions(addr);
        let places: HashMap<&str, (Place, Place)> = lines
            .attributes
            .iter()
            .map(|(name, line, named)| (name.as_str(), (Place::new(self.file, *line), Place::new(self.file, *named))))
            .collect();
        let whole = completed(planned, &type_of(addr));
        let entry = |(name, value): &(EcoString, Value)| {
            let (at, named) = places.get(name.as_str()).copied().unwrap_or((header, header));
            let expression = expressions.map(|all| all.get(name.as_str()).unwrap_or(&Json::Null));
            (name.clone(), self.attribute(addr, (name, value), expression, (at, named)))
        };
        let mut attrs = Value::object(whole.entries().unwrap_or_default().iter().map(entry).collect());
        crate::eval::alias(addr, &mut attrs);
        effective(self.origins, (addr, header), &mut attrs);
        attrs
    }

    /// An attribute that no expression configures is nobody's but the provider's or AWS's.
    fn attribute(
        &self,
        addr: &InstanceAddr,
        (name, value): (&str, &Value),
        expression: Option<&Json>,
        (at, named): (Place, Place),
    ) -> Value {
        let unset = expression.is_some_and(Json::is_null);
        let what = if unset { What::NotConfigured } else { What::Plan };
        let origin = self.origins.push(Hop { what, at, name: named, next: Origin::NONE });
        let value = match expression.filter(|_| !unset && !value.is_known()) {
            Some(expression) => self.referring(addr, name, (value, expression)),
            None => value.clone(),
        };
        value.with_origin(origin)
    }

    /// An unknown attribute that is configured. Where its expression refers to one attribute of one instance and nothing
    /// else, it is taken for a link to that instance: the plan does not tell more. The name of another one of its type is
    /// none.
    fn referring(&self, addr: &InstanceAddr, name: &str, (value, expression): (&Value, &Json)) -> Value {
        let names_itself = |of: &Referent| of.ty == addr.ty && schema::identity_of(&addr.ty, name).is_some();
        let referent = self.plan.configuration.referent(expression, &addr.module).filter(|of| !names_itself(of));
        let linked = referent.and_then(|referent| self.linked(&referent, &value.ty()));
        linked.unwrap_or_else(|| self.computed(value, expression, addr)).marked(value.marks)
    }

    /// The identity of the one instance that a reference means.
    fn linked(&self, referent: &Referent, ty: &Type) -> Option<Value> {
        let Referent { module, ty: of, name, attribute } = referent;
        let identity = schema::identity_of(of, attribute)?;
        let [only] = self.remaining.get(&(module, *of, *name))?.as_slice() else { return None };
        if only.key != InstanceKey::None {
            return None;
        }
        let of = Arc::new(InstanceAddr { root: Arc::clone(self.root), ..(*only).clone() });
        let attribute = Attribute { of, path: [Step::Attr(*attribute)].into(), identity: Some(identity) };
        let known = Known { not_null: true, ..Known::default() };
        Some(Value::unknown_with(ty.clone(), Because::Attribute(attribute), known))
    }

    /// What came of something unknown in a way that is not told.
    fn computed(&self, value: &Value, expression: &Json, addr: &InstanceAddr) -> Value {
        let references = Configuration::references(expression);
        let Some(first) = references.first() else { return value.clone() };
        let what = match addr.module.is_root() {
            true => ecow::eco_format!("what the plan makes of {first}"),
            false => ecow::eco_format!("what the plan makes of {first} in {}", addr.module),
        };
        Value::unknown(value.ty(), Because::Unsupported(what))
    }
}

/// A value with everything its type has; what is not there is null, or empty.
pub(super) fn completed(value: &Value, ty: &Type) -> Value {
    let kind = match (&value.kind, ty) {
        (Kind::Object(_), Type::Object(fields)) => {
            let entries = fields.iter().map(|field| {
                let own = value.get(&field.name).map(|own| completed(own, &field.ty));
                (field.name.clone(), own.unwrap_or_else(|| absent(&field.ty)))
            });
            let known = |name: &str| fields.iter().any(|field| field.name == name);
            let more = value.entries().unwrap_or_default().iter().filter(|(name, _)| !known(name)).cloned();
            Value::object(entries.chain(more).collect()).kind
        }
        (Kind::List(sequence), Type::List(element)) => {
            let items = sequence.items.iter().map(|item| completed(item, element)).collect();
            Value::list(sequence.element.clone(), items).kind
        }
        (Kind::Set(sequence), Type::Set(element)) => {
            let items = sequence.items.iter().map(|item| completed(item, element)).collect();
            Value::set(sequence.element.clone(), items).kind
        }
        (kind, _) => kind.clone(),
    };
    Value { kind, marks: value.marks, origin: value.origin }
}

/// Blocks that are not there are empty lists; attributes are null.
fn absent(ty: &Type) -> Value {
    match ty {
        Type::List(element) if matches!(**element, Type::Object(_)) => Value::list((**element).clone(), Vec::new()),
        Type::Set(element) if matches!(**element, Type::Object(_)) => Value::set((**element).clone(), Vec::new()),
        _ => Value::null(ty.clone()),
    }
}
