//! The object a policy judges: a resource instance, a provider configuration, a module call or a root module.

use ecow::EcoString;

use super::{Policy, PolicyKind, environment::Facts, root, target_matches};
use crate::{
    addr::Name,
    diag::Label,
    eval::Context,
    source::Place,
    value::{Because, Type, Value},
    world::{Existence, Instance, ModuleCall, Provider},
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'w> {
    pub facts: &'w Facts<'w>,
    pub object: Object<'w>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Object<'w> {
    /// With its index in the root module.
    Instance(usize, &'w Instance),
    Provider(&'w Provider),
    Module(&'w ModuleCall),
    RootModule,
}

/// The objects a policy judges in a root module, in the world's order.
pub(super) fn select<'w>(facts: &'w Facts<'w>, policy: &Policy) -> Vec<Subject<'w>> {
    let module = facts.module;
    let objects: Vec<Object<'w>> = match policy.kind {
        PolicyKind::Resource => instances(facts, &policy.target),
        PolicyKind::Provider => {
            let providers = module.providers.iter();
            providers.filter(|p| target_matches(&policy.target, provider_type(p))).map(Object::Provider).collect()
        }
        PolicyKind::Module => {
            let calls = module.module_calls.iter();
            calls.filter(|c| target_matches(&policy.target, &c.source)).map(Object::Module).collect()
        }
        PolicyKind::RootModule => {
            target_matches(&policy.target, &module.path).then_some(Object::RootModule).into_iter().collect()
        }
    };
    objects.into_iter().map(|object| Subject { facts, object }).collect()
}

fn instances<'w>(facts: &'w Facts<'w>, target: &str) -> Vec<Object<'w>> {
    let mut found: Vec<usize> = if target.contains('*') {
        let types = facts.index.types().filter(|ty| target_matches(target, ty));
        types.flat_map(|ty| facts.index.of_type(ty)).copied().collect()
    } else {
        facts.index.of_type(crate::addr::name(target)).to_vec()
    };
    found.sort_unstable();
    let judged = |i: usize| facts.module.instances.get(i).filter(|instance| instance.repeat == 0);
    let instance = |i: usize| judged(i).map(|instance| Object::Instance(i, instance));
    found.into_iter().filter_map(instance).collect()
}

/// The last part of a provider's source address; its local name where there is none.
fn provider_type(provider: &Provider) -> &str {
    provider.source.rsplit('/').next().filter(|ty| !ty.is_empty()).unwrap_or(&provider.name)
}

impl<'w> Subject<'w> {
    pub(super) fn attrs(&self) -> Value {
        match self.object {
            Object::Instance(_, instance) => instance.attrs.clone(),
            Object::Provider(provider) => provider.attrs.clone(),
            Object::Module(call) => call.arguments.clone(),
            Object::RootModule => Value::null(Type::Any),
        }
    }

    pub(super) fn root(&self, cx: &Context<'_>) -> Value {
        root::object(cx, self.facts.module)
    }

    /// The index of the instance, when it is one.
    pub(super) const fn instance(&self) -> Option<usize> {
        match self.object {
            Object::Instance(index, _) => Some(index),
            _ => None,
        }
    }

    /// Its address; a root module has none inside itself.
    pub(super) fn address(&self) -> Option<String> {
        match self.object {
            Object::Instance(_, instance) => Some(instance.addr.to_string()),
            Object::Provider(provider) => Some(match provider.alias {
                Some(alias) => format!("provider.{}.{alias}", provider.name),
                None => format!("provider.{}", provider.name),
            }),
            Object::Module(call) => Some(call.address.clone()),
            Object::RootModule => None,
        }
    }

    /// The header of its block.
    pub(super) const fn place(&self) -> Place {
        match self.object {
            Object::Instance(_, instance) => instance.at,
            Object::Provider(provider) => provider.at,
            Object::Module(call) => call.at,
            Object::RootModule => self.facts.module.backend.at,
        }
    }

    /// The module calls that lead to it, outermost first.
    pub(super) fn calls(&self) -> Vec<Label> {
        let Object::Instance(_, instance) = self.object else { return Vec::new() };
        let label = |(name, place): &(Name, Place)| Label { place: *place, text: format!("called as module.{name}") };
        instance.calls.iter().map(label).collect()
    }

    /// What its existence hangs on, when it may not be there.
    pub(super) const fn existence(&self) -> Option<&'w Value> {
        match self.object {
            Object::Instance(_, Instance { exists: Existence::Maybe(on), .. }) => Some(on),
            _ => None,
        }
    }

    pub(super) fn meta(&self) -> Value {
        let mut entries = match self.object {
            Object::Instance(_, instance) => self.instance_meta(instance),
            Object::Provider(provider) => provider_meta(provider),
            Object::Module(call) => vec![
                text("address", &call.address),
                text("source", &call.source),
                text("version", call.version.as_deref().unwrap_or_default()),
            ],
            Object::RootModule => Vec::new(),
        };
        let stack = ["deployment_group", "deployment_name", "stack_name"].map(|name| text(name, ""));
        entries.push(("tfe_stack".into(), Value::object(stack.to_vec())));
        Value::object(entries)
    }

    fn instance_meta(&self, instance: &Instance) -> Vec<(EcoString, Value)> {
        let path = instance.addr.module.to_string();
        let operation = Because::Unsupported("meta.operation, which a plan says,".into());
        let ty = instance.addr.ty.as_str();
        let provider = instance.provider.and_then(|i| self.facts.module.providers.get(i));
        let provider = provider.map_or_else(|| ty.split('_').next().unwrap_or(ty), provider_type);
        let workspace = Value::object(vec![("tags".into(), Value::map(Type::String, Vec::new()))]);
        vec![
            text("module_path", if path.is_empty() { "." } else { &path }),
            ("operation".into(), Value::unknown(Type::String, operation)),
            text("provider_type", provider),
            text("type", ty),
            ("tfe_workspace".into(), workspace),
        ]
    }
}

fn provider_meta(provider: &Provider) -> Vec<(EcoString, Value)> {
    let parts: Vec<&str> = provider.source.split('/').collect();
    let (host, namespace) = match parts.as_slice() {
        [host, namespace, _] => (*host, *namespace),
        [namespace, _] => ("registry.terraform.io", *namespace),
        _ => ("registry.terraform.io", "hashicorp"),
    };
    let ty = provider_type(provider);
    let alias = provider.alias.map_or_else(|| Value::null(Type::String), |alias| Value::string(alias.as_str()));
    let version = Because::Unsupported("the provider's version, which the lock file says,".into());
    vec![
        ("alias".into(), alias),
        text("name", &provider.name),
        text("namespace", namespace),
        text("source", &format!("{host}/{namespace}/{ty}")),
        text("type", ty),
        ("version".into(), Value::unknown(Type::String, version)),
    ]
}

fn text(name: &str, value: &str) -> (EcoString, Value) {
    (name.into(), Value::string(value))
}
