//! Builds a root module's part of the world from its evaluation.

use std::{rc::Rc, sync::Arc};

use ecow::EcoString;

use super::{
    Absent, DataSource, Existence, Instance, ModuleCall, OpaqueCall, Provider, RootModule, effective::effective,
};
use crate::{
    addr::{Mode, Name},
    config::{self, ModuleSource, Repository},
    eval::{Context, Facts, Node, Resources, Root, implied_provider},
    source::{Place, Sources},
    syntax::StaticStep,
    value::Value,
};

/// Evaluates one root module of the repository, whole.
#[must_use]
pub fn evaluate(sources: &Sources, repository: &Repository, index: usize) -> RootModule {
    evaluate_with(sources, repository, index, None)
}

/// The same with what a plan says beside the configuration.
pub(super) fn evaluate_with(
    sources: &Sources,
    repository: &Repository,
    index: usize,
    facts: Option<&Facts>,
) -> RootModule {
    let config = &repository.root_modules[index];
    let mut root = Root::new(Context::new(sources), repository, config);
    if let Some(facts) = facts {
        root = root.with_facts(facts);
    }
    let node = root.node();
    let mut out = RootModule {
        id: Arc::clone(&config.id),
        workspace: config.workspace.as_deref().map(Arc::from),
        backend: config.backend.clone(),
        required_versions: config.module.required_versions.clone(),
        ..RootModule::empty(&config.path)
    };
    root.check_imports(&node);
    gather(&root, &node, &mut out);
    out.outputs = outputs(&root, &node);
    out.state_reads = root.state_reads();
    out.files_read = root.cx.files_read().into_iter().collect();
    out.instances.sort_by(|a, b| a.addr.cmp(&b.addr));
    out.module_calls.sort_by(|a, b| a.address.cmp(&b.address));
    out.diagnostics = root.conform(root.cx.take_diagnostics());
    drop(node);
    // Nothing else holds the attributes after this, so they are filled in where they are.
    out.origins = root.into_origins();
    for instance in &mut out.instances {
        effective(&out.origins, (&instance.addr, instance.at), &mut instance.attrs);
    }
    out.origins = std::mem::take(&mut out.origins).settle();
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
            unjudged(root, node, &resources, out);
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

/// Data sources are evaluated for their errors, and for rules that ask what they say; rules do not judge them.
fn unjudged<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, resources: &Rc<Resources<'r>>, out: &mut RootModule) {
    let resource = resources.resource;
    let provider = provider_index(root, node, resource, out);
    for (i, item) in resources.expansion.items.iter().enumerate() {
        let instance = root.instance(node, resources, i);
        root.check_instance(node, resources, i);
        let is_sure = node.doubt.is_none() && item.doubt.is_none() && item.repeat == 0;
        let Some(instance) = instance.filter(|_| is_sure && resource.mode == Mode::Data) else { continue };
        out.data.push(DataSource {
            ty: resource.ty,
            attrs: instance.value.clone(),
            asked: written(&resource.body),
            provider,
        });
    }
}

/// The arguments of a body, and the types of its blocks.
fn written(body: &config::Body) -> Vec<Name> {
    let of_blocks = body.blocks.iter().filter_map(config::Block::generated_type);
    body.attributes.iter().map(|a| a.name).chain(of_blocks).collect()
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
            attrs: instance.value.clone(),
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
fn lifecycle(module: &config::Module, resource: &config::Resource) -> (Vec<(Name, Place)>, bool) {
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

fn ignored_names(module: &config::Module, expr: config::Expr) -> Vec<(Name, Place)> {
    use crate::syntax::ExprKind;
    let tree = module.tree(expr);
    let first_name = |whole| {
        let mut id = whole;
        loop {
            match tree.kind(id) {
                ExprKind::Name(name) => return Some((name, tree.place(whole))),
                ExprKind::Attr(of, _) | ExprKind::Index(of, _) => id = of,
                ExprKind::String(text) => return Some((crate::addr::name(tree.str(text)), tree.place(whole))),
                _ => return None,
            }
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
