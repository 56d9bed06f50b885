//! Resources and data sources: their instances and their attributes.

use std::{rc::Rc, sync::Arc};

use ecow::EcoString;

use super::{
    Context,
    body::{self, Way},
    conform::{Judged, opening},
    expansion::{self, expand},
    node::{Named, Node, Resources, Root},
    scope::ModuleScope,
    shape::{Argument, Shape, shape_by, shape_of},
    terraform_data, undeclared,
};
use crate::{
    addr::{InstanceAddr, Mode, Name},
    config::{self, ProviderReference, Release},
    diag::{Diagnostic, did_you_mean},
    schema,
    source::Place,
    value::{Attribute, Because, Hop, IdentityClass, Kind, Known, Marks, Origin, Step, Type, Value, What},
};

/// One instance as expressions see it: what is configured, what the provider fills in when it plans,
/// and unknowns for the rest.
#[derive(Debug)]
pub struct ResourceInstance {
    pub addr: Arc<InstanceAddr>,
    pub value: Value,
    shape: Option<Rc<Shape>>,
    release: Release,
}

impl ResourceInstance {
    /// An attribute, as a reference names it.
    pub(super) fn attribute(&self, cx: &Context<'_>, name: Name, at: Place) -> Option<Value> {
        let is_declared = || self.shape.as_ref().is_some_and(|shape| shape.has(&name));
        // An argument of a schema that is not here may also be computed: null says nothing of it.
        let found = self.value.get(&name).filter(|found| !found.is_null() || is_declared());
        if let Some(found) = found {
            let origin = found.origin.or(self.value.origin);
            let found = self.as_read(found, name).unwrap_or_else(|| found.clone());
            let secret = if self.secrets().contains(&name) { Marks::SENSITIVE } else { Marks::NONE };
            return Some(found.with_origin(origin).marked(self.value.marks.with(secret)));
        }
        if self.value.is_error() {
            return Some(Value::error());
        }
        match &self.shape {
            Some(shape) if !self.release.may_have(&name) => {
                let hint = did_you_mean(&name, shape.members.iter().map(|member| member.name.as_str()));
                let detail =
                    format!("This object has no argument, nested block, or exported attribute named \"{name}\".{hint}");
                // Terraform sees it by the schema alone, so a `try` around it does not matter.
                cx.report_outside(vec![Diagnostic::error("Unsupported attribute", detail, at)]);
                None
            }
            _ => {
                let owner = Owner::of(&self.addr, self.release);
                Some(Value::unknown(Type::Any, owner.because(&Type::Any, [Step::Attr(name)].into())))
            }
        }
    }
}

impl ResourceInstance {
    /// The instance as a whole, as a reference yields it: what is sensitive by the schema is marked. Rules look at what is
    /// configured, and are not kept from it.
    pub(super) fn whole(&self) -> Value {
        let mut whole = self.value.clone();
        if self.secrets().is_empty() {
            return whole;
        }
        if let Kind::Object(mapping) = &mut whole.kind {
            for (name, entry) in &mut Arc::make_mut(mapping).entries {
                if self.secrets().iter().any(|secret| secret == name.as_str()) {
                    entry.marks = entry.marks.with(Marks::SENSITIVE);
                }
            }
        }
        whole
    }

    fn secrets(&self) -> &[Name] {
        self.shape.as_ref().map(|shape| shape.secrets.as_slice()).unwrap_or_default()
    }

    /// What a reference yields in place of what is configured, where those differ.
    fn as_read(&self, configured: &Value, name: Name) -> Option<Value> {
        let owner = Owner::of(&self.addr, self.release);
        let because = |ty: &Type| owner.because(ty, [Step::Attr(name)].into());
        let computes = |shape: &Rc<Shape>| shape.computes_inside(&name);
        if configured.items().is_some_and(<[Value]>::is_empty) && self.shape.as_ref().is_some_and(computes) {
            let ty = Type::list(Type::Any);
            let because = because(&ty);
            return Some(Value::unknown(ty, because));
        }
        // What a data source names may only be there once it is read: the archive of `archive_file`.
        if self.addr.mode == Mode::Data && self.shape.is_none() && configured.as_str().is_some() {
            let known = Known { not_null: true, alias: Some(configured.clone()), ..Known::default() };
            return Some(Value::unknown_with(Type::String, because(&Type::String), known));
        }
        None
    }
}

/// Whose attributes are evaluated, and what an attribute that is not configured comes to.
#[derive(Debug)]
pub(super) struct Owner<'a> {
    pub(super) addr: &'a Arc<InstanceAddr>,
    /// Origin of everything the provider fills in, and of everything nobody does.
    pub(super) provider_default: Origin,
    pub(super) not_configured: Origin,
    pub(super) release: Release,
}

impl<'a> Owner<'a> {
    const fn of(addr: &'a Arc<InstanceAddr>, release: Release) -> Self {
        Self { addr, provider_default: Origin::NONE, not_configured: Origin::NONE, release }
    }

    /// Why an object of a known schema may have more attributes than that, if it may.
    pub(super) fn rest(&self, way: Way<'_>) -> Option<Because> {
        (self.release == Release::Newer).then(|| self.because(&Type::Any, way.steps().into()))
    }

    /// Why an attribute is unknown that only the apply or the account can tell.
    pub(super) fn because(&self, ty: &Type, path: Arc<[Step]>) -> Because {
        let identity = match &*path {
            [Step::Attr(name)] if *ty != Type::Bool => schema::identity_of(&self.addr.ty, name),
            _ => None,
        };
        self.because_of(path, identity)
    }

    fn because_of(&self, path: Arc<[Step]>, identity: Option<IdentityClass>) -> Because {
        let attribute = Attribute { of: Arc::clone(self.addr), path, identity };
        match self.addr.mode {
            Mode::Data => match self.addr.ty.as_str() {
                "terraform_remote_state" => Because::OtherState(ecow::eco_format!("{}", self.addr)),
                _ => Because::Data(attribute),
            },
            Mode::Managed | Mode::Ephemeral => Because::Attribute(attribute),
        }
    }

    /// The value of an attribute that is not configured.
    pub(super) fn unset(&self, argument: &Argument, way: Way<'_>) -> Value {
        if let Some(default) = &argument.default {
            return default.clone().with_origin(self.provider_default);
        }
        let ty = argument.schema.ty.clone();
        if !argument.schema.computed {
            return Value::null(ty).with_origin(self.not_configured);
        }
        let path = if way.is_one_step() { Arc::clone(&argument.path) } else { way.steps().into() };
        let because = self.because_of(path, argument.identity);
        Value::unknown(ty, because).with_origin(self.not_configured)
    }
}

impl<'r> Root<'r> {
    pub fn resources(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Rc<Resources<'r>>> {
        let ((_, ty, name), resource) = node.module.resources.get_index(index)?;
        let named = (node, Named::Expansion(*ty, *name), resource.header);
        self.made(node.resources.get(index)?, named, || {
            let scope = ModuleScope::new(self, node);
            let arguments = expansion::Arguments {
                module: node.module,
                count: resource.count,
                for_each: resource.for_each,
                header: resource.header,
            };
            let expansion = expand(&self.cx, &scope, arguments);
            let of = (node.path.clone(), resource.mode, resource.ty, resource.name);
            let expansion = self.with_planned_resources(of, expansion);
            let instances = super::cell::Cell::row(expansion.items.len());
            Rc::new(Resources { resource, expansion, instances })
        })
    }

    pub fn instance(&self, node: &Rc<Node<'r>>, resources: &Resources<'r>, i: usize) -> Option<Rc<ResourceInstance>> {
        let resource = resources.resource;
        let named = (node, Named::Instance(resource.mode, resource.ty, resource.name), resource.header);
        let i = resources.expansion.evaluated(i);
        self.made(resources.instances.get(i)?, named, || Rc::new(self.evaluate_instance(node, resources, i)))
    }

    fn evaluate_instance(&self, node: &Rc<Node<'r>>, resources: &Resources<'r>, i: usize) -> ResourceInstance {
        let resource = resources.resource;
        let item = &resources.expansion.items[i];
        let addr = Arc::new(InstanceAddr {
            root: Arc::clone(self.id()),
            module: node.path.clone(),
            mode: resource.mode,
            ty: resource.ty,
            name: resource.name,
            key: item.key.clone(),
        });
        if i == 0 {
            self.follow_depends_on(node, resource);
        }
        let of = Some((resource.mode, resource.ty, resource.name));
        let scope = ModuleScope { of, ..ModuleScope::new(self, node).with_each(Some(&item.each)) };
        let hop =
            |what| self.cx.origins.push(Hop { what, at: resource.header, name: resource.header, next: Origin::NONE });
        let (shape, release) = self.shape(node.module, resource);
        let owner = Owner {
            addr: &addr,
            provider_default: hop(What::ProviderDefault),
            not_configured: hop(if resource.mode == Mode::Data { What::Data } else { What::NotConfigured }),
            release,
        };
        let bodies = body::Bodies { cx: &self.cx, scope: &scope, module: node.module, owner: &owner };
        let written = undeclared::under_present_names(resource);
        let mistakes = self.cx.reported();
        let mut value = self.perhaps(node.doubt.as_ref().or(item.doubt.as_ref()), || match &shape {
            Some(shape) => {
                let value = bodies.shaped(shape, &written, body::Iterators::NONE, Way::START);
                match undeclared::blocks_beyond(shape, &written) {
                    Some(blocks) => with_entries(value, bodies.plain(&blocks, body::Iterators::NONE, Way::START)),
                    None => value,
                }
            }
            None => bodies.plain(&written, body::Iterators::NONE, Way::START),
        });
        if self.cx.reported() != mistakes {
            // Whatever is wrong with its values, the provider is not asked.
            self.refused.borrow_mut().entry(resource.header).or_default();
        } else if node.doubt.is_none() && item.doubt.is_none() {
            self.judge_values(resource, &value);
        }
        if resource.ty == terraform_data::TYPE && resource.mode == Mode::Managed {
            terraform_data::plan(&mut value);
        }
        self.read_data(node, resource, (&mut value, node.doubt.is_none() && item.doubt.is_none()));
        value = self.with_planned(&addr, value);
        shape.iter().for_each(|shape| alias_by(shape, &addr, &mut value));
        self.tags_all(node, resource, &mut value);
        if resource.mode == Mode::Ephemeral {
            value = value.marked(Marks::EPHEMERAL);
        }
        ResourceInstance { addr, value, shape, release }
    }

    /// The shape of a resource, and which release of its provider runs against the one the shape is of.
    fn shape(&self, module: &config::Module, resource: &config::Resource) -> (Option<Rc<Shape>>, Release) {
        let own = shape_of(resource.mode, resource.ty);
        if own.is_none()
            && let Some((provider, release)) = self.imported(module, resource)
        {
            return (shape_by(provider, resource.mode, resource.ty), release);
        }
        (own, self.config.aws)
    }

    /// Notes which values of an instance are refused. Where there is a plan the provider has judged them itself.
    fn judge_values(&self, resource: &config::Resource, value: &Value) {
        let is_known = matches!(self.config.aws, Release::Known | Release::Open);
        if !is_known || resource.mode != Mode::Managed || self.facts.is_some() || self.repository.schemas.off {
            return;
        }
        let opening = opening(self.cx.sources, resource.header, resource.at);
        let found = Judged { cx: &self.cx, ty: &resource.ty, opening, value }.refused();
        self.refused.borrow_mut().entry(resource.header).or_default().extend(found);
    }

    /// `tags_all` is the provider's `default_tags` with the resource's own `tags` over them; a plan shows it.
    fn tags_all(&self, node: &Rc<Node<'r>>, resource: &config::Resource, value: &mut Value) {
        if resource.mode != Mode::Managed || value.get("tags_all").is_none_or(Value::is_known) {
            return;
        }
        let reference = resource.provider.unwrap_or_else(|| implied_provider(resource.ty));
        let defaults = self.provider(node, reference).map(|provider| default_tags(&provider));
        let tags = value.get("tags").cloned();
        let merged = merged_tags(defaults, tags);
        let Kind::Object(mapping) = &mut value.kind else { return };
        if let Some(merged) = merged
            && let Some((_, entry)) = Arc::make_mut(mapping).entries.iter_mut().find(|(name, _)| name == "tags_all")
        {
            *entry = merged.with_origin(entry.origin);
        }
    }

    /// The configuration of the provider a resource of this module instance uses.
    pub fn provider(&self, node: &Rc<Node<'r>>, reference: ProviderReference) -> Option<Value> {
        let (node, index) = self.find_provider(node, reference)?;
        let config = node.module.providers.get(index)?;
        let named = (&node, Named::Provider(config.name), config.header);
        self.made(node.providers.get(index)?, named, || {
            let scope = ModuleScope::new(self, &node);
            let addr = Arc::new(InstanceAddr {
                root: Arc::clone(self.id()),
                module: node.path.clone(),
                mode: Mode::Ephemeral,
                ty: config.name,
                name: config.alias.unwrap_or(config.name),
                key: crate::addr::InstanceKey::None,
            });
            let owner = Owner::of(&addr, self.config.aws);
            body::Bodies { cx: &self.cx, scope: &scope, module: node.module, owner: &owner }.plain(
                &config.body,
                body::Iterators::NONE,
                Way::START,
            )
        })
    }

    /// Where a provider is configured: here, or where the module was called.
    pub fn find_provider(&self, node: &Rc<Node<'r>>, reference: ProviderReference) -> Option<(Rc<Node<'r>>, usize)> {
        let here = node.module.providers.iter().position(|p| p.name == reference.name && p.alias == reference.alias);
        if let Some(index) = here {
            return Some((Rc::clone(node), index));
        }
        let site = node.site.as_ref()?;
        let passed = site.call.providers.iter().find(|(inner, _)| *inner == reference).map(|(_, outer)| *outer);
        let outer = match passed {
            Some(outer) => outer,
            None if reference.alias.is_none() => reference,
            None => return None,
        };
        self.find_provider(&site.parent, outer)
    }
}

/// Notes of attributes that they will turn out to be what another argument is: `id` of a bucket is its `bucket`.
pub fn alias(addr: &InstanceAddr, value: &mut Value) {
    if let Some(shape) = shape_of(addr.mode, addr.ty) {
        alias_by(&shape, addr, value);
    }
}

fn alias_by(shape: &Shape, addr: &InstanceAddr, value: &mut Value) {
    let is_own =
        |v: &Value| matches!(v.as_unknown().map(|u| &u.because), Some(Because::Attribute(a)) if *a.of == *addr);
    let of = |(name, source): &(Name, &str)| {
        value.get(name).filter(|aliased| !aliased.is_known())?;
        let target = value.get(source).filter(|target| !target.is_null() && !is_own(target))?;
        let kept = match target.as_str().filter(|_| schema::is_alias_lowered(&addr.ty, name)) {
            Some(text) => Value::string(text.to_lowercase()).with_origin(target.origin).marked(target.marks),
            None => target.clone(),
        };
        Some((*name, kept))
    };
    let aliased: Vec<(Name, Value)> = shape.aliases.iter().filter_map(of).collect();
    let Kind::Object(mapping) = &mut value.kind else { return };
    for (name, target) in aliased {
        let Ok(at) = mapping.entries.binary_search_by(|(key, _)| key.as_str().cmp(&name)) else { continue };
        if let Some((_, entry)) = Arc::make_mut(mapping).entries.get_mut(at)
            && let Kind::Unknown(unknown) = &mut entry.kind
        {
            Arc::make_mut(unknown).known.alias = Some(target);
        }
    }
}

/// `aws_vpc` is of the provider `aws`.
#[must_use]
pub fn implied_provider(ty: Name) -> ProviderReference {
    let name = ty.split('_').next().unwrap_or_default();
    ProviderReference { name: crate::addr::name(name), alias: None }
}

/// An object with the entries of another one added; in an object they stand sorted.
fn with_entries(mut value: Value, more: Value) -> Value {
    if let (Kind::Object(mapping), Some(entries)) = (&mut value.kind, more.entries()) {
        let mapping = Arc::make_mut(mapping);
        mapping.entries.extend(entries.iter().cloned());
        mapping.entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    value
}

fn default_tags(provider: &Value) -> Value {
    let block = provider.get("default_tags").and_then(|blocks| blocks.items()?.first().cloned());
    block.and_then(|block| block.get("tags").cloned()).unwrap_or_else(|| Value::null(Type::Any))
}

/// `None` where one of the two is unknown as a whole.
fn merged_tags(defaults: Option<Value>, tags: Option<Value>) -> Option<Value> {
    let mut entries: Vec<(EcoString, Value)> = Vec::new();
    for tags in [defaults, tags].into_iter().flatten() {
        if tags.is_null() {
            continue;
        }
        let strings = tags.entries()?.iter().filter(|(_, v)| !v.is_null());
        for (key, value) in strings {
            let value = crate::value::convert(value, &Type::String).ok()?;
            entries.push((key.clone(), value));
        }
    }
    Some(Value::map(Type::String, entries))
}

/// Whether an unknown is one of the identities of some instance.
#[must_use]
pub fn identity(value: &Value) -> Option<(Arc<InstanceAddr>, IdentityClass)> {
    match &value.as_unknown()?.because {
        Because::Attribute(attribute) | Because::Data(attribute) => {
            Some((Arc::clone(&attribute.of), attribute.identity?))
        }
        _ => None,
    }
}
