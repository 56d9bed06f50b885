//! The object a policy judges: a resource instance, a provider configuration, a module call or a root module.

use std::borrow::Cow;

use ecow::EcoString;

use super::{Policy, PolicyKind, environment::Facts, target_matches};
use crate::{
    addr::Name,
    diag::Label,
    source::Place,
    value::{Because, Field, Type, Value},
    world::{Existence, Instance, ModuleCall, Operation, Provider},
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'w> {
    pub facts: &'w Facts<'w>,
    pub object: Object<'w>,
    /// What a plan does with the instance; none where there is no plan.
    pub operation: Option<Operation>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Object<'w> {
    /// With its index in the root module.
    Instance(usize, &'w Instance),
    /// With its index, like module calls.
    Provider(usize, &'w Provider),
    Module(usize, &'w ModuleCall),
    RootModule,
}

impl Object<'_> {
    /// Whether both are the same of one root module.
    pub(super) const fn is_same(&self, other: &Object<'_>) -> bool {
        match (self, other) {
            (Self::Instance(a, _), Object::Instance(b, _))
            | (Self::Provider(a, _), Object::Provider(b, _))
            | (Self::Module(a, _), Object::Module(b, _)) => *a == *b,
            (Self::RootModule, Object::RootModule) => true,
            _ => false,
        }
    }
}

/// The objects a policy judges in a root module, in the world's order.
pub(super) fn select<'w>(facts: &'w Facts<'w>, policy: &Policy) -> Vec<Subject<'w>> {
    let module = facts.module;
    let objects: Vec<Object<'w>> = match policy.kind {
        PolicyKind::Resource => instances(facts, &policy.target),
        PolicyKind::Provider => module.providers.iter().enumerate().map(|(i, p)| Object::Provider(i, p)).collect(),
        PolicyKind::Module => module.module_calls.iter().enumerate().map(|(i, c)| Object::Module(i, c)).collect(),
        // No plan tells of a backend, and of what else makes a root module.
        PolicyKind::RootModule if module.is_plan_alone => Vec::new(),
        PolicyKind::RootModule => vec![Object::RootModule],
    };
    objects.into_iter().flat_map(|object| Subject::all_of(facts, object)).filter(|s| s.is_for(policy)).collect()
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

/// The type of `meta` in a policy of a kind.
pub(super) fn meta_type(kind: PolicyKind) -> Type {
    let texts = |names: &[&str]| names.iter().map(|n| field(n, Type::String)).collect::<Vec<_>>();
    let stack = || field("tfe_stack", Type::object(texts(&["deployment_group", "deployment_name", "stack_name"])));
    let mut fields = match kind {
        PolicyKind::Resource => {
            let workspace = Type::object(vec![field("tags", Type::map(Type::String))]);
            let mut fields = texts(&["module_path", "operation", "provider_type", "type"]);
            fields.push(field("tfe_workspace", workspace));
            fields
        }
        PolicyKind::Provider => texts(&["alias", "name", "namespace", "source", "type", "version"]),
        PolicyKind::Module => texts(&["address", "source", "version"]),
        PolicyKind::RootModule => return Type::Any,
    };
    fields.push(stack());
    Type::object(fields)
}

fn field(name: &str, ty: Type) -> Field {
    Field { name: name.into(), ty, optional: false }
}

impl<'w> Subject<'w> {
    /// An object with each operation a plan does with it.
    pub(super) fn all_of(facts: &'w Facts<'w>, object: Object<'w>) -> impl Iterator<Item = Self> {
        let change = match object {
            Object::Instance(_, instance) => instance.change.as_ref(),
            _ => None,
        };
        let planned = change.map_or(&[][..], |change| &change.operations);
        let operations = planned.iter().map(|operation| Some(*operation)).chain(change.is_none().then_some(None));
        operations.map(move |operation| Self { facts, object, operation })
    }

    /// Whether a policy's target and operations select it.
    pub(super) fn is_for(&self, policy: &Policy) -> bool {
        let (kind, name): (PolicyKind, &str) = match self.object {
            Object::Instance(_, instance) => (PolicyKind::Resource, &instance.addr.ty),
            Object::Provider(_, provider) => (PolicyKind::Provider, provider_type(provider)),
            Object::Module(_, call) => (PolicyKind::Module, &call.source),
            Object::RootModule => (PolicyKind::RootModule, &self.facts.module.path),
        };
        let planned = self.operation.map_or(policy.judges_configuration(), |o| policy.operations.contains(&o));
        policy.kind == kind && target_matches(&policy.target, name) && (kind != PolicyKind::Resource || planned)
    }

    /// What it is after the change; null when it is deleted.
    pub(super) fn attrs(&self) -> Cow<'w, Value> {
        match self.object {
            Object::Instance(..) if self.operation == Some(Operation::Delete) => Cow::Owned(Value::null(Type::Any)),
            Object::Instance(_, instance) => Cow::Borrowed(&instance.attrs),
            Object::Provider(_, provider) => Cow::Borrowed(&provider.attrs),
            Object::Module(_, call) => Cow::Borrowed(&call.arguments),
            Object::RootModule => Cow::Owned(Value::null(Type::Any)),
        }
    }

    /// What it was before the change; null where nothing was, or may be read.
    pub(super) fn prior_attrs(&self) -> Cow<'w, Value> {
        match (self.object, self.operation) {
            (
                Object::Instance(_, Instance { change: Some(change), .. }),
                Some(Operation::Update | Operation::Delete),
            ) => Cow::Borrowed(&change.before),
            _ => Cow::Owned(Value::null(Type::Any)),
        }
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
            Object::Provider(_, provider) => Some(match provider.alias {
                Some(alias) => format!("provider.{}.{alias}", provider.name),
                None => format!("provider.{}", provider.name),
            }),
            Object::Module(_, call) => Some(call.address.clone()),
            Object::RootModule => None,
        }
    }

    /// The header of its block.
    pub(super) const fn place(&self) -> Place {
        match self.object {
            Object::Instance(_, instance) => instance.at,
            Object::Provider(_, provider) => provider.at,
            Object::Module(_, call) => call.at,
            Object::RootModule => self.facts.module.backend.at,
        }
    }

    /// The module calls that lead to it, outermost first.
    pub(super) fn calls(&self) -> Vec<Label> {
        let Object::Instance(_, instance) = self.object else { return Vec::new() };
        let label = |(name, place): &(Name, Place)| Label { place: *place, text: format!("called as module.{name}") };
        instance.calls.iter().map(label).collect()
    }

    /// That `ignore_changes` names an attribute: Terraform leaves what is there, so the configuration only says how it is made.
    pub(super) fn ignored(&self, attribute: &str) -> Option<Label> {
        let Object::Instance(_, instance) = self.object else { return None };
        let names = |(name, _): &&(Name, Place)| *name == attribute || *name == "all";
        let (_, place) = instance.ignore_changes.iter().find(names)?;
        let text = format!("{attribute} is ignored after it was made: what is there may have another value");
        Some(Label { place: *place, text })
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
            Object::Provider(_, provider) => provider_meta(provider),
            Object::Module(_, call) => vec![
                text("address", &call.address),
                text("source", &call.source),
                text("version", call.version.as_deref().unwrap_or_default()),
            ],
            Object::RootModule => Vec::new(),
        };
        if let Some(mocked) = self.facts.mocked {
            let given = mocked.meta(self.object).and_then(Value::entries).unwrap_or_default();
            entries.retain(|(name, _)| self.is_on_label(name) && !given.iter().any(|(g, _)| g == name));
            entries.extend(given.iter().cloned());
        }
        let stack = ["deployment_group", "deployment_name", "stack_name"].map(|name| text(name, ""));
        if !entries.iter().any(|(name, _)| name == "tfe_stack") {
            entries.push(("tfe_stack".into(), Value::object(stack.to_vec())));
        }
        Value::object(entries)
    }

    /// Whether the first label of a mock, or what it is, says this of it.
    fn is_on_label(&self, name: &str) -> bool {
        match self.object {
            Object::Instance(..) | Object::RootModule => true,
            Object::Provider(..) => name == "type",
            Object::Module(..) => name == "source",
        }
    }

    fn instance_meta(&self, instance: &Instance) -> Vec<(EcoString, Value)> {
        let path = instance.addr.module.to_string();
        let in_plan = || Because::Unsupported("meta.operation, which a plan says,".into());
        let operation =
            self.operation.map_or_else(|| Value::unknown(Type::String, in_plan()), |o| Value::string(o.as_str()));
        let ty = instance.addr.ty.as_str();
        let provider = instance.provider.and_then(|i| self.facts.module.providers.get(i));
        let provider = provider.map_or_else(|| ty.split('_').next().unwrap_or(ty), provider_type);
        let workspace = Value::object(vec![("tags".into(), Value::map(Type::String, Vec::new()))]);
        vec![
            text("module_path", if path.is_empty() { "." } else { &path }),
            ("operation".into(), operation),
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
