//! The attributes of an instance as rules see them: what AWS fills in where nothing is configured is known too.

use std::sync::Arc;

use crate::{
    addr::InstanceAddr,
    schema::{self, DefaultBy, Filling},
    source::Place,
    value::{Because, Choice, Hop, Kind, Known, Origin, Origins, Step, Value, What},
};

/// Fills in what AWS fills in, in the attributes of an instance whose block is at a place. Attributes that nothing else
/// holds are changed where they are.
pub(super) fn effective(origins: &Origins, (addr, at): (&Arc<InstanceAddr>, Place), attrs: &mut Value) {
    if let Some(fillings) = schema::filled_in(&addr.ty) {
        let hop = Hop { what: What::ApiDefault, at, name: at, next: Origin::NONE };
        Filled { origins, origin: origins.push(hop), addr }.level(attrs, fillings);
    }
}

struct Filled<'a> {
    origins: &'a Origins,
    origin: Origin,
    addr: &'a Arc<InstanceAddr>,
}

impl Filled<'_> {
    /// Fills in the defaults of a level in an object or in every object of a collection.
    fn level(&self, value: &mut Value, fillings: &[Filling]) {
        match &mut value.kind {
            Kind::Object(mapping) => {
                let entries = &mut Arc::make_mut(mapping).entries;
                for filling in fillings {
                    let at = entries.binary_search_by(|(key, _)| key.as_str().cmp(filling.name));
                    if let Some((_, entry)) = at.ok().and_then(|at| entries.get_mut(at)) {
                        self.attribute(entry, filling);
                    }
                }
            }
            Kind::List(sequence) if !sequence.items.is_empty() => {
                Arc::make_mut(sequence).items.iter_mut().for_each(|item| self.level(item, fillings));
            }
            Kind::Set(sequence) if !sequence.items.is_empty() => {
                let mut items = sequence.items.clone();
                items.iter_mut().for_each(|item| self.level(item, fillings));
                value.kind = Value::set(sequence.element.clone(), items).kind;
            }
            _ => {}
        }
    }

    fn attribute(&self, value: &mut Value, filling: &Filling) {
        if let Some(Because::Either(choice)) = value.as_unknown().map(|unknown| &unknown.because) {
            let arms = filling.default.as_ref().and_then(|default| self.arms(value, choice, &default.value));
            *value = arms.unwrap_or_else(|| value.clone());
        } else if !self.is_unset(value) {
            if !filling.inside.is_empty() {
                self.level(value, &filling.inside);
            }
        } else if let Some(default) = filling.default.as_ref().filter(|default| default.by == DefaultBy::Api) {
            let filled = crate::value::convert(&default.value, &value.ty()).unwrap_or_else(|_| default.value.clone());
            *value = filled.with_origin(self.default_origin(value)).marked(value.marks);
        }
    }

    /// A conditional of which one arm is null, which counts as not configured: with what is filled in there instead.
    fn arms(&self, value: &Value, choice: &Choice, default: &Value) -> Option<Value> {
        let unknown = value.as_unknown()?;
        if !choice.yes.is_null() && !choice.no.is_null() {
            return None;
        }
        let filled = |arm: &Value| {
            if arm.is_null() { default.clone().with_origin(arm.origin.or(self.origin)) } else { arm.clone() }
        };
        let (yes, no) = (filled(&choice.yes), filled(&choice.no));
        let choice = Choice { condition: choice.condition.clone(), yes, no };
        let known = Known { not_null: true, ..(*unknown.known).clone() };
        let filled = Value::unknown_with(unknown.ty.clone(), Because::Either(Arc::new(choice)), known);
        Some(filled.with_origin(value.origin).marked(value.marks))
    }

    /// Whether nothing configures an attribute: it is null, or the instance's own unknown.
    fn is_unset(&self, value: &Value) -> bool {
        let hop = self.origins.first(value.origin);
        let unset = hop.is_some_and(|hop| hop.what == What::NotConfigured);
        let own = || match &value.as_unknown().map(|u| &u.because) {
            Some(Because::Attribute(a)) => a.of == *self.addr && matches!(a.path.last(), Some(Step::Attr(_))),
            _ => false,
        };
        value.is_null() || (unset && own())
    }

    /// A null that was written keeps the way it came.
    fn default_origin(&self, value: &Value) -> Origin {
        match self.origins.first(value.origin) {
            Some(hop) if hop.what == What::NotConfigured && hop.at != hop.name => {
                self.origins.push(Hop { what: What::ApiDefault, ..hop })
            }
            _ => self.origin,
        }
    }
}
