//! Builds a root module's part of the world from its evaluation.

use std::{rc::Rc, sync::Arc};

use ecow::EcoString;

use super::{Absent, Existence, Instance, ModuleCall, OpaqueCall, Provider, RootModule};
use crate::{
    addr::{Mode, Name},
    config::{self, ModuleSource, Repository},
    eval::{Context, Node, ResourceInstance, Resources, Root, implied_provider},
    schema::{self, DefaultBy},
    source::{Place, Sources},
    syntax::StaticStep,
    value::{Because, Choice, Hop, Kind, Known, Origin, Origins, Step, Value, What},
};

/// Evaluates one root module of the repository, whole.
#[must_use]
pub fn evaluate(sources: &Sources, repository: &Repository, index: usize) -> RootModule {
    let config = &repository.root_modules[index];
    let root = Root::new(Context::new(sources), repository, config);
    let node = root.node();
    let mut out = RootModule {
        id: Arc::clone(&config.id),
        workspace: config.workspace.as_deref().map(Arc::from),
        backend: config.backend.clone(),
        required_versions: config.module.required_versions.clone(),
        ..RootModule::empty(&config.path)
    };
    gather(&root, &node, &mut out);
    out.outputs = outputs(&root, &node);
    out.state_reads = root.state_reads();
    out.instances.sort_by(|a, b| a.addr.cmp(&b.addr));
    out.module_calls.sort_by(|a, b| a.address.cmp(&b.address));
    out.diagnostics = root.conform(root.cx.take_diagnostics());
    out.origins = root.cx.origins.clone();
    out
}

/// Everything in one module instance, then in the modules it calls.
fn gather<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, out: &mut RootModule) {
    root.settle(node);
    root.check_blocks(node);
    providers(root, node, out);
    for index in 0..node.module.resources.len() {
        let Some(resources) = root.resources(node, index) else { continue };
        if resources.resource.mode == Mode::Managed {
            instances(root, node, &resources, out);
        } else {
            // Data sources are evaluated for their errors; rules do not judge them.
            for i in 0..resources.expansion.items.len() {
                let _ = root.instance(node, &resources, i);
                root.check_instance(node, &resources, i);
            }
        }
    }
    for index in 0..node.module.calls.len() {
        out.opaque_calls.extend(opaque_call(root, node, index));
        let Some(calls) = root.calls(node, index) else { continue };
        let before = out.instances.len();
        for (child, item) in calls.nodes.iter().zip(&calls.expansion.items) {
            if item.repeat > 0 {
                let of_first: Vec<Instance> =
                    out.instances.iter().skip(before).filter(|i| i.repeat == 0).cloned().collect();
                out.instances.extend(of_first.into_iter().map(|first| Instance { repeat: item.repeat, ..first }));
            } else {
                out.module_calls.push(module_call(root, child));
                gather(root, child, out);
            }
        }
    }
}

fn opaque_call<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, index: usize) -> Option<OpaqueCall> {
    let (name, call) = node.module.calls.get_index(index)?;
    let arguments = root.handed_over(node, index)?;
    let address = node.path.child(*name, crate::addr::InstanceKey::None).to_string();
    Some(OpaqueCall { address, arguments, at: call.header })
}

fn providers<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, out: &mut RootModule) {
    for config in &node.module.providers {
        let reference = config::ProviderReference { name: config.name, alias: config.alias };
        let Some(attrs) = root.provider(node, reference) else { continue };
        let source = node.module.required_providers.get(&config.name).and_then(|p| p.source.clone());
        out.providers.push(Provider {
            name: config.name,
            alias: config.alias,
            module: node.path.clone(),
            source: source.unwrap_or_else(|| ecow::eco_format!("hashicorp/{}", config.name)),
            attrs,
            at: config.header,
        });
    }
}

fn instances<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, resources: &Rc<Resources<'r>>, out: &mut RootModule) {
    let resource = resources.resource;
    let expansion = &resources.expansion;
    if expansion.items.is_empty() && expansion.unknown.is_none() {
        out.absent.push(Absent {
            module: node.path.clone(),
            ty: resource.ty,
            name: resource.name,
            refers_to: refers_to(node.module, resource),
            origin: expansion.origin,
            at: resource.header,
        });
    }
    let lifecycle = lifecycle(node.module, resource);
    let provider = provider_index(root, node, resource, out);
    for (i, item) in expansion.items.iter().enumerate() {
        let Some(instance) = root.instance(node, resources, i) else { continue };
        root.check_instance(node, resources, i);
        let doubt = node.doubt.clone().or_else(|| item.doubt.clone());
        out.instances.push(Instance {
            addr: Arc::clone(&instance.addr),
            attrs: effective(&root.cx.origins, &instance, resource.header),
            exists: doubt.map_or(Existence::Sure, Existence::Maybe),
            change: None,
            repeat: item.repeat,
            at: resource.header,
            repetition: expansion.origin,
            calls: node.call_sites(),
            provider,
            ignore_changes: lifecycle.0.clone(),
            prevent_destroy: lifecycle.1,
        });
    }
}

/// The resources that the arguments of a resource refer to, as type and name.
fn refers_to(module: &config::Module, resource: &config::Resource) -> Vec<(Name, Name)> {
    let mut found = Vec::new();
    for attribute in &resource.body.attributes {
        for reference in module.tree(attribute.value).references(attribute.value.id, &[]) {
            if let Some(StaticStep::Attr(name, _)) = reference.steps.first() {
                found.push((reference.root, *name));
            }
        }
    }
    found
}

fn provider_index<'r>(
    root: &Root<'r>,
    node: &Rc<Node<'r>>,
    resource: &config::Resource,
    out: &RootModule,
) -> Option<usize> {
    let reference = resource.provider.unwrap_or_else(|| implied_provider(resource.ty));
    let (at, index) = root.find_provider(node, reference)?;
    let config = at.module.providers.get(index)?;
    out.providers.iter().position(|p| p.name == config.name && p.alias == config.alias && p.module == at.path)
}

/// `ignore_changes`, and whether `prevent_destroy` or `destroy = false` guards it; they take constants only.
fn lifecycle(module: &config::Module, resource: &config::Resource) -> (Vec<Name>, bool) {
    let Some(block) = &resource.lifecycle else { return (Vec::new(), false) };
    let says = |name: &str, wanted: bool| {
        let attribute = block.body.attribute(name);
        attribute.is_some_and(
            |a| matches!(module.tree(a.value).kind(a.value.id), crate::syntax::ExprKind::Bool(b) if b == wanted),
        )
    };
    let prevents = says("prevent_destroy", true) || says("destroy", false);
    let ignored = block.body.attribute("ignore_changes").map(|a| ignored_names(module, a.value)).unwrap_or_default();
    (ignored, prevents)
}

fn ignored_names(module: &config::Module, expr: config::Expr) -> Vec<Name> {
    use crate::syntax::ExprKind;
    let tree = module.tree(expr);
    let first_name = |mut id| loop {
        match tree.kind(id) {
            ExprKind::Name(name) => return Some(name),
            ExprKind::Attr(of, _) | ExprKind::Index(of, _) => id = of,
            ExprKind::String(text) => return Some(crate::addr::name(tree.str(text))),
            _ => return None,
        }
    };
    match tree.kind(expr.id) {
        ExprKind::Tuple(items) => tree.list(items).iter().filter_map(|id| first_name(*id)).collect(),
        _ => first_name(expr.id).into_iter().collect(),
    }
}

fn module_call<'r>(root: &Root<'r>, node: &Rc<Node<'r>>) -> ModuleCall {
    let Some(site) = &node.site else {
        return ModuleCall {
            address: String::new(),
            source: EcoString::new(),
            version: None,
            arguments: Value::error(),
            at: Place::NOWHERE,
        };
    };
    let source = match &site.call.source {
        ModuleSource::Local { written, .. } | ModuleSource::Remote(written) | ModuleSource::Missing(written) => {
            written.clone()
        }
    };
    ModuleCall {
        address: node.path.to_string(),
        source,
        version: site.call.version.clone(),
        arguments: root.arguments(node),
        at: site.call.header,
    }
}

fn outputs<'r>(root: &Root<'r>, node: &Rc<Node<'r>>) -> Value {
    let entries = node.module.outputs.values().enumerate().filter_map(|(i, output)| {
        let name = node.module.outputs.get_index(i)?.0;
        let value = root.output_at(node, i, output.name_at)?;
        Some((EcoString::from(name.as_str()), value))
    });
    Value::object(entries.collect())
}

/// The attributes as rules see them: what AWS fills in where nothing is configured is known too.
pub(super) fn effective(origins: &Origins, instance: &ResourceInstance, at: Place) -> Value {
    let ty = instance.addr.ty;
    let rows: Vec<Row> = schema::defaults(&ty).map(|(path, default)| Row { path, default }).collect();
    let mut value = instance.value.clone();
    if rows.iter().any(Row::is_of_api) {
        let hop = Hop { what: What::ApiDefault, at, name: at, next: Origin::NONE };
        Filled { origins, origin: origins.push(hop), instance }.level(&mut value, &rows);
    }
    value
}

/// A default inside a level, by the dotted path from there.
struct Row {
    path: &'static str,
    default: schema::Default,
}

impl Row {
    fn is_of_api(&self) -> bool {
        self.default.by == DefaultBy::Api
    }

    fn first(&self) -> &'static str {
        self.path.split_once('.').map_or(self.path, |(first, _)| first)
    }

    /// The same one level further in, if it is of there.
    fn inside(&self) -> Option<Self> {
        let (_, path) = self.path.split_once('.')?;
        Some(Self { path, default: self.default.clone() })
    }
}

struct Filled<'a> {
    origins: &'a Origins,
    origin: Origin,
    instance: &'a ResourceInstance,
}

impl Filled<'_> {
    /// Fills in the defaults of a level, sorted by path, in an object or in every object of a collection.
    fn level(&self, value: &mut Value, rows: &[Row]) {
        match &mut value.kind {
            Kind::Object(mapping) => {
                let entries = &mut Arc::make_mut(mapping).entries;
                for rows in rows.chunk_by(|a, b| a.first() == b.first()) {
                    let name = rows.first().map_or("", Row::first);
                    let at = entries.binary_search_by(|(key, _)| key.as_str().cmp(name));
                    if let Some((_, entry)) = at.ok().and_then(|at| entries.get_mut(at)) {
                        self.attribute(entry, rows);
                    }
                }
            }
            Kind::List(sequence) => {
                Arc::make_mut(sequence).items.iter_mut().for_each(|item| self.level(item, rows));
            }
            Kind::Set(sequence) => {
                let mut items = sequence.items.clone();
                items.iter_mut().for_each(|item| self.level(item, rows));
                value.kind = Value::set(sequence.element.clone(), items).kind;
            }
            _ => {}
        }
    }

    /// `rows` all begin with the attribute.
    fn attribute(&self, value: &mut Value, rows: &[Row]) {
        let own = rows.iter().find(|row| row.first() == row.path);
        if let Some(Because::Either(choice)) = value.as_unknown().map(|unknown| &unknown.because) {
            let arms = own.and_then(|row| self.arms(value, choice, &row.default.value));
            *value = arms.unwrap_or_else(|| value.clone());
        } else if !self.is_unset(value) {
            let inside: Vec<Row> = rows.iter().filter_map(Row::inside).collect();
            if !inside.is_empty() {
                self.level(value, &inside);
            }
        } else if let Some(Row { default, .. }) = own.filter(|row| row.is_of_api()) {
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
        let known = Known { not_null: true, ..unknown.known.clone() };
        let filled = Value::unknown_with(unknown.ty.clone(), Because::Either(Arc::new(choice)), known);
        Some(filled.with_origin(value.origin).marked(value.marks))
    }

    /// Whether nothing configures an attribute: it is null, or the instance's own unknown.
    fn is_unset(&self, value: &Value) -> bool {
        let hop = self.origins.first(value.origin);
        let unset = hop.is_some_and(|hop| hop.what == What::NotConfigured);
        let own = || match &value.as_unknown().map(|u| &u.because) {
            Some(Because::Attribute(a)) => a.of == self.instance.addr && matches!(a.path.last(), Some(Step::Attr(_))),
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
