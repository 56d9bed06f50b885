//! A model of what was evaluated.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    edge,
    model::{Marks, Model, Note, Thing},
    network, outside,
};
use crate::{
    addr::InstanceAddr,
    check::Reported,
    eval::identity,
    value::{Because, Unknown, Value},
    world::{Instance, RootModule},
};

/// What the readers of parts of the model share.
pub(super) struct Reading<'m> {
    pub(super) module: &'m RootModule,
    marks: BTreeMap<String, Marks>,
    /// Addresses of what is drawn.
    drawn: BTreeSet<String>,
}

pub(super) fn model(module: &RootModule, findings: &[&Reported]) -> Model {
    let (notes, marks) = notes(findings);
    let mut reading = Reading { module, marks, drawn: BTreeSet::new() };
    let mut model = Model { title: module.shown(), region: reading.region(), findings: notes, ..Model::default() };
    model.vpcs = network::vpcs(&mut reading);
    (model.names, model.distributions) = edge::edge(&mut reading);
    model.outside = outside::outside(&mut reading);
    reading.mark_nearest(&mut model);
    model.subtitle = reading.subtitle();
    model
}

/// The findings in their order, each with a number, and the numbers by address.
fn notes(findings: &[&Reported]) -> (Vec<Note>, BTreeMap<String, Marks>) {
    let (mut notes, mut marks): (Vec<Note>, BTreeMap<String, Marks>) = Default::default();
    for (i, reported) in findings.iter().enumerate() {
        let finding = &reported.finding;
        let text = format!("{}: {}", finding.check, finding.message);
        notes.push(Note { number: i + 1, level: finding.level, waived: reported.waiver.is_some(), text });
        marks.entry(finding.address.clone().unwrap_or_default()).or_default().push(i + 1);
    }
    (notes, marks)
}

impl<'m> Reading<'m> {
    /// The instances of a type, each once, in the order of their addresses.
    pub(super) fn of_type(&self, ty: &str) -> impl Iterator<Item = &'m Instance> + use<'m, '_> {
        let ty = ty.to_owned();
        self.module.instances.iter().filter(move |instance| instance.addr.ty == *ty.as_str() && instance.repeat == 0)
    }

    /// Something that is drawn.
    pub(super) fn thing(&mut self, instance: &Instance, title: String, detail: String) -> Thing {
        let address = instance.addr.to_string();
        let marks = self.marks.remove(&address).unwrap_or_default();
        self.drawn.insert(address.clone());
        Thing { address, title, detail, marks }
    }

    /// Marks what is found about something that is not drawn on what is drawn of its module, else on the whole.
    fn mark_nearest(&mut self, model: &mut Model) {
        for (address, marks) in std::mem::take(&mut self.marks) {
            let module = module_of(&address);
            let is_near = |thing: &&mut Thing| !module.is_empty() && module_of(&thing.address) == module;
            if let Some(nearest) = things(model).find(is_near) {
                nearest.marks.extend(marks);
            } else {
                model.marks.extend(marks);
            }
        }
        model.marks.sort_unstable();
        things(model).for_each(|thing| thing.marks.sort_unstable());
    }

    fn region(&self) -> String {
        let aws = self.module.providers.iter().find(|provider| provider.name == "aws" && provider.alias.is_none());
        let region = aws.and_then(|provider| provider.attrs.get("region")?.as_str().cloned());
        region.map_or_else(|| "region not known".to_owned(), |region| region.to_string())
    }

    /// How much is drawn, and how much is not.
    fn subtitle(&self) -> String {
        let all = self.module.instances.iter().filter(|instance| instance.repeat == 0).count();
        format!("{} of {all} resource instances are drawn", self.drawn.len())
    }
}

/// Everything that can be marked.
fn things(model: &mut Model) -> impl Iterator<Item = &mut Thing> {
    let Model { names, distributions, vpcs, outside, .. } = model;
    let in_vpcs = vpcs.iter_mut().flat_map(|vpc| {
        let tiers = vpc.tiers.iter_mut().flat_map(|tier| {
            let services = tier
                .services
                .iter_mut()
                .flat_map(|service| std::iter::once(&mut service.thing).chain(service.members.values_mut().flatten()));
            services.chain(tier.subnets.values_mut().flatten().map(|subnet| &mut subnet.thing))
        });
        tiers.chain([&mut vpc.thing]).chain(&mut vpc.gateway).chain(&mut vpc.endpoints)
    });
    let outside = outside.iter_mut().flat_map(|(_, things)| things);
    in_vpcs.chain(distributions.iter_mut().map(|d| &mut d.thing)).chain(names).chain(outside)
}

/// `module.redis` of `module.redis.aws_x.this`.
fn module_of(address: &str) -> &str {
    let mut end = 0;
    while let Some(rest) = address.get(end..).map(|rest| rest.trim_start_matches('.'))
        && let Some(inner) = rest.strip_prefix("module.")
    {
        let name = inner.find(['.', '[']).unwrap_or(inner.len());
        let keyed = inner.get(name..).filter(|key| key.starts_with('['));
        let key = keyed.and_then(|key| key.find(']')).map_or(0, |at| at + 1);
        end = address.len() - inner.len() + name + key;
    }
    address.get(..end).unwrap_or_default()
}

// --- values ---------------------------------------------------------------------------------------------------------

/// A value at a dotted path; of a block that can be repeated the first.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, step| {
        let value = value.items().map_or(Some(value), |items| items.first())?;
        value.get(step)
    })
}

/// A known text.
pub(super) fn text(instance: &Instance, path: &str) -> Option<String> {
    at(&instance.attrs, path)?.as_str().map(ToString::to_string)
}

pub(super) fn number(instance: &Instance, path: &str) -> Option<u64> {
    at(&instance.attrs, path)?.as_number()?.to_u64()
}

pub(super) fn truth(instance: &Instance, path: &str) -> Option<bool> {
    let value = at(&instance.attrs, path)?;
    value.as_bool().or_else(|| value.as_str().map(|text| text == "true"))
}

/// A text, or a question mark where it is not known.
pub(super) fn text_or_not_known(instance: &Instance, path: &str) -> String {
    text(instance, path).unwrap_or_else(|| "?".to_owned())
}

/// The name that a person knows it by: one that is configured, else the address.
pub(super) fn name_of(instance: &Instance, paths: &[&str]) -> String {
    let named = paths.iter().find_map(|path| text(instance, path)).filter(|name| !name.is_empty());
    named.or_else(|| text(instance, "tags.Name")).unwrap_or_else(|| instance.addr.to_string())
}

/// The instances whose identities are in a value: itself, or its elements.
pub(super) fn named_in(value: &Value) -> Vec<Arc<InstanceAddr>> {
    let parts = value.items().unwrap_or(std::slice::from_ref(value));
    parts.iter().filter_map(|part| identity(part).map(|(addr, _)| addr)).collect()
}

/// The instances that anything in a value is an attribute of.
pub(super) fn mentioned_in(value: &Value) -> Vec<Arc<InstanceAddr>> {
    let causes = value.deep_unknowns().into_iter().flat_map(Unknown::causes);
    let of = causes.filter_map(|because| match because {
        Because::Attribute(attribute) => Some(Arc::clone(&attribute.of)),
        _ => None,
    });
    let mut all = Vec::new();
    of.for_each(|addr| {
        if !all.contains(&addr) {
            all.push(addr);
        }
    });
    all
}

/// Whether a value names an instance: by its identity, or by one of these attributes of it.
pub(super) fn names(value: &Value, instance: &Instance, attributes: &[&str]) -> bool {
    let by_identity = identity(value).is_some_and(|(addr, _)| addr == instance.addr);
    let by_text = value.as_str().filter(|text| !text.is_empty()).is_some_and(|text| {
        attributes.iter().any(|attribute| instance.attrs.get(attribute).and_then(Value::as_str) == Some(text))
    });
    by_identity || by_text
}

/// `1 record`, `2 records`.
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::module_of;

    #[test]
    fn the_module_of_an_address() {
        let cases = [
            ("aws_vpc.this", ""),
            ("module.vpc.aws_vpc.this", "module.vpc"),
            ("module.a[\"x\"].module.b[0].aws_vpc.this[1]", "module.a[\"x\"].module.b[0]"),
            ("", ""),
        ];
        for (address, expected) in cases {
            assert_eq!(module_of(address), expected, "{address}");
        }
    }
}
