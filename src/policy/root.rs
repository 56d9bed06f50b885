//! `root`: a root module as `root_module_policy` sees it.

use ecow::EcoString;

use crate::{
    config::{Backend, BackendKind},
    eval::Context,
    source::Place,
    value::{Because, Hop, Origin, Type, Value, What},
    world::RootModule,
};

/// Arguments of the `s3` backend. Of a partial configuration, those not found are unknown.
const S3_ARGUMENTS: [&str; 10] = [
    "acl",
    "bucket",
    "dynamodb_table",
    "encrypt",
    "key",
    "kms_key_id",
    "profile",
    "region",
    "use_lockfile",
    "workspace_key_prefix",
];

/// Arguments that rules read of a backend.
fn read_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "s3" => &S3_ARGUMENTS,
        "consul" | "state_store" => &["lock"],
        "http" => &["address", "lock_address"],
        // Of one that is generated.
        "local" => &["path"],
        "oss" => &["tablestore_endpoint", "tablestore_table"],
        _ => &[],
    }
}

/// The object `root`.
pub(super) fn object(cx: &Context<'_>, module: &RootModule) -> Value {
    let name = module.path.rsplit('/').next().unwrap_or_default();
    Value::object(vec![
        ("path".into(), Value::string(&*module.path)),
        ("name".into(), Value::string(name)),
        ("workspace".into(), workspace(module)),
        ("backend".into(), backend(cx, &module.backend)),
        ("required_version".into(), required_version(cx, module)),
        ("providers".into(), Value::tuple(module.providers.iter().map(provider).collect())),
        ("modules".into(), Value::tuple(module.module_calls.iter().map(call).collect())),
    ])
}

/// Null where nobody says which one is selected.
fn workspace(module: &RootModule) -> Value {
    module.workspace.as_deref().map_or_else(|| Value::null(Type::String), Value::string)
}

fn backend(cx: &Context<'_>, backend: &Backend) -> Value {
    let kind = match &backend.kind {
        BackendKind::Implicit => "local",
        BackendKind::Named(name) => name.as_str(),
        BackendKind::Cloud => "cloud",
    };
    let block = hop(cx, What::Block, backend.at);
    let entries = vec![
        ("type".into(), Value::string(kind).with_origin(block)),
        ("config".into(), config(cx, backend, kind).with_origin(block)),
        ("unlocked".into(), commands(cx, &backend.runs.unlocked)),
        ("impatient".into(), commands(cx, &backend.runs.impatient)),
        ("terragrunt".into(), backend.runs.terragrunt.clone().map_or_else(|| Value::null(Type::String), Value::string)),
        ("exposed_state".into(), backend.runs.exposed_state.map_or_else(|| Value::null(Type::String), Value::string)),
        ("pins".into(), pins(cx, backend)),
    ];
    Value::object(entries).with_origin(block)
}

/// Commands as written.
fn commands(cx: &Context<'_>, places: &[Place]) -> Value {
    let command =
        |at: &Place| Value::string(cx.sources.text_at(*at).trim()).with_origin(hop(cx, What::CommandLine, *at));
    let commands: Vec<Value> = places.iter().map(command).collect();
    let origin = commands.first().map(|command| command.origin).unwrap_or_default();
    Value::list(Type::String, commands).with_origin(origin)
}

/// Versions of Terraform that are pinned beside the configuration.
fn pins(cx: &Context<'_>, backend: &Backend) -> Value {
    let pins = backend.runs.pins.iter();
    let pins = pins.map(|(version, at)| Value::string(version.clone()).with_origin(hop(cx, What::CommandLine, *at)));
    Value::list(Type::String, pins.collect())
}

fn config(cx: &Context<'_>, backend: &Backend, kind: &str) -> Value {
    let missing = |partial: &EcoString| {
        Value::unknown(Type::Any, Because::PartialBackend(partial.clone())).with_origin(hop(
            cx,
            What::Backend,
            backend.at,
        ))
    };
    let mut entries: Vec<(EcoString, Value)> = Vec::new();
    if let Some(partial) = &backend.partial {
        entries.extend(read_of(kind).iter().map(|name| ((*name).into(), missing(partial))));
    }
    for (name, argument) in &backend.arguments {
        let value = argument.value.clone().with_origin(hop(cx, argument.what, argument.at));
        entries.push((name.as_str().into(), value));
    }
    Value::object(entries)
}

fn required_version(cx: &Context<'_>, module: &RootModule) -> Value {
    let Some((_, at)) = module.required_versions.first() else { return Value::null(Type::String) };
    let all: Vec<&str> = module.required_versions.iter().map(|(constraint, _)| constraint.as_str()).collect();
    Value::string(all.join(", ")).with_origin(hop(cx, What::Attribute, *at))
}

fn provider(provider: &crate::world::Provider) -> Value {
    let alias = provider.alias.map_or_else(|| Value::null(Type::String), |alias| Value::string(alias.as_str()));
    Value::object(vec![
        ("type".into(), Value::string(provider.source.rsplit('/').next().unwrap_or_default())),
        ("alias".into(), alias),
        ("source".into(), Value::string(provider.source.clone())),
        ("attrs".into(), provider.attrs.clone()),
    ])
}

fn call(call: &crate::world::ModuleCall) -> Value {
    let version = call.version.clone().map_or_else(|| Value::null(Type::String), Value::string);
    Value::object(vec![
        ("address".into(), Value::string(call.address.as_str())),
        ("source".into(), Value::string(call.source.clone())),
        ("version".into(), version),
    ])
}

fn hop(cx: &Context<'_>, what: What, at: Place) -> Origin {
    cx.origins.push(Hop { what, at, name: at, next: Origin::NONE })
}
