//! Configuration held against schemas, whatever is evaluated: what a resource, data source or provider configuration has too
//! much or too little of. Each module of a root module is looked at once, also where it is called for no instance.

mod check;
mod configurations;
mod fixed;
mod imported;
mod json;
mod level;
mod literal;
mod values;
mod written;

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashSet},
};

pub use self::values::REFUSED;
use self::{check::Check, imported::Imports, level::Level};
pub(super) use self::{check::opening, values::Judged};
use super::{node::Root, resource::implied_provider};
use crate::{
    addr::{Mode, Name},
    config::{self, Module, Release, Resource},
    diag::{self, Diagnostic, did_you_mean},
    schema,
    source::Place,
};

/// Whose resource it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    Aws,
    Terraform,
    /// Of a provider whose schema is not here.
    Other,
}

/// By its provider's local name.
fn owner(module: &Module, local: Name) -> Owner {
    let required = module.required_providers.get(&local).and_then(|required| required.source.as_deref());
    match (required.map(|source| source.trim_start_matches("registry.terraform.io/")), local.as_str()) {
        (Some("hashicorp/aws"), _) | (None, "aws") => Owner::Aws,
        (Some("terraform.io/builtin/terraform"), _) | (None, "terraform") => Owner::Terraform,
        _ => Owner::Other,
    }
}

impl<'r> Root<'r> {
    /// What schemas find in all modules of the root module, apart from what is found by evaluation, which is `told` already.
    #[must_use]
    pub fn conform(&self, told: Vec<Diagnostic>) -> Vec<Diagnostic> {
        if self.repository.schemas.off {
            return told;
        }
        let modules = self.modules();
        let mut imports = Imports::new(self.repository, self.cx.sources, &self.config.path);
        let mut found = Vec::new();
        for module in &modules {
            let release = self.config.aws;
            let own = || module.resources.values().map(|resource| self.resource_conforms(module, resource)).collect();
            let own = self.repository.conformity.of(module, release, own);
            for (resource, own) in module.resources.values().zip(own.iter()) {
                let mut of_resource = own.clone();
                of_resource.extend(self.imported_conforms(module, resource, &mut imports));
                // The provider is asked only where nothing else is wrong.
                let instances = self.refused_of(resource.header);
                if !of_resource.iter().any(Diagnostic::is_error) {
                    found.extend(instances.unwrap_or_else(|| self.refused_as_written(module, resource)));
                }
                found.extend(of_resource);
            }
            found.extend(self.attributes_exist(module));
        }
        found.extend(self.providers_conform(&modules));
        found.extend(self.configurations_exist());
        found.extend(self.other_version(&modules));
        found.extend(imports.notes());
        merged(told, found)
    }

    /// The modules of the root module, itself first, each once.
    fn modules(&self) -> Vec<&'r Module> {
        let mut found: Vec<&Module> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut left: Vec<(&Module, String)> = vec![(&self.config.module, String::new())];
        while let Some((module, path)) = left.pop() {
            if !seen.insert(&module.dir) {
                continue;
            }
            found.push(module);
            for call in module.calls.values() {
                let path = if path.is_empty() { call.name.to_string() } else { format!("{path}.{}", call.name) };
                left.extend(self.module_of(call, || path.clone()).map(|module| (module, path)));
            }
        }
        found
    }

    /// A resource of a provider whose schema was imported, which depends on the root module.
    fn imported_conforms(&self, module: &Module, resource: &Resource, imports: &mut Imports<'_>) -> Vec<Diagnostic> {
        let local = resource.provider.unwrap_or_else(|| implied_provider(resource.ty)).name;
        if owner(module, local) != Owner::Other {
            return Vec::new();
        }
        match imports.level(module, local, resource) {
            Some(Some(level)) => self.body_conforms(module, resource, (level, Release::Known)),
            Some(None) => vec![no_such_type(module, resource, local)],
            None => Vec::new(),
        }
    }

    /// A resource as all root modules see it whose provider is of one release: nothing else may be asked here.
    fn resource_conforms(&self, module: &Module, resource: &Resource) -> Vec<Diagnostic> {
        let local = resource.provider.unwrap_or_else(|| implied_provider(resource.ty)).name;
        let (level, release) = match owner(module, local) {
            Owner::Aws => (schema::aws().of(resource.mode, &resource.ty).map(Level::Of), self.config.aws),
            Owner::Terraform => (fixed::resource(resource.mode, &resource.ty), Release::Known),
            Owner::Other => return self.provisioners_conform(module, resource),
        };
        let mut found = match level {
            Some(level) => self.body_conforms(module, resource, (level, release)),
            None if matches!(release, Release::Known | Release::Open) => vec![no_such_type(module, resource, local)],
            None => Vec::new(),
        };
        found.extend(self.provisioners_conform(module, resource));
        found
    }

    /// What is refused of the instances of a resource, where some were judged.
    fn refused_of(&self, header: Place) -> Option<Vec<Diagnostic>> {
        self.refused.borrow_mut().remove(&header)
    }

    /// Says once that another version of the AWS provider runs than the one whose schema is here.
    fn other_version(&self, modules: &[&'r Module]) -> Option<Diagnostic> {
        let word = match self.config.aws {
            Release::Newer => "newer",
            Release::Older => "older",
            Release::Known | Release::Open => return None,
        };
        let is_aws = |module: &Module, resource: &Resource| {
            let local = resource.provider.unwrap_or_else(|| implied_provider(resource.ty)).name;
            owner(module, local) == Owner::Aws
        };
        let of = |module: &&'r Module| module.resources.values().find(|resource| is_aws(module, resource));
        let at = modules.iter().find_map(of)?.header;
        let version = &schema::aws().header().version;
        let detail = format!(
            "A {word} version of the provider runs here than {version}, whose schema is the nearest one here. What that does not have \
             is not taken for a mistake."
        );
        Some(Diagnostic::new(diag::Level::Info, "Provider schema of another version", detail, Some(at)))
    }

    fn body_conforms(
        &self,
        module: &Module,
        resource: &Resource,
        (level, release): (Level, Release),
    ) -> Vec<Diagnostic> {
        if release == Release::Older {
            return Vec::new();
        }
        let rows = if resource.mode == Mode::Managed { schema::renamed(&resource.ty).collect() } else { Vec::new() };
        let id = level.argument("id");
        let check = Check {
            rows,
            older_kit: id.is_some_and(|id| id.optional && id.computed),
            managed: resource.mode == Mode::Managed,
            is_own: matches!(level, Level::Fixed(_)),
            overridden: resource.overridden,
            ..self.check(module, release)
        };
        let at = opening(self.cx.sources, resource.header, resource.at);
        check.body(level, &resource.body, at, true);
        told(check)
    }

    fn check<'a>(&'a self, module: &'a Module, release: Release) -> Check<'a> {
        Check {
            sources: self.cx.sources,
            module,
            release,
            rows: Vec::new(),
            older_kit: false,
            managed: false,
            is_own: false,
            overridden: false,
            found: RefCell::default(),
            later: RefCell::default(),
        }
    }

    fn provisioners_conform(&self, module: &Module, resource: &Resource) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let check = self.check(module, Release::Known);
        let provisions = resource.provisioners.iter().any(|block| block.ty == "provisioner");
        for block in &resource.provisioners {
            let level = match (block.ty.as_str(), block.labels.first()) {
                ("provisioner", Some((ty, at))) => {
                    let level = fixed::provisioner(ty);
                    if level.is_none() && !fixed::REMOVED.contains(&ty.as_str()) {
                        found.push(no_such_provisioner(*ty, *at));
                    }
                    level
                }
                ("connection", _) if provisions => fixed::connection(),
                _ => None,
            };
            let Some(level) = level else { continue };
            let mut body = block.body.clone();
            // Kept for later use, which has been told.
            body.blocks.retain(|nested| nested.ty != "lifecycle" && nested.ty != "locals");
            body.attributes.retain(|a| block.ty == "connection" || (a.name != "when" && a.name != "on_failure"));
            check.body(level, &body, opening(self.cx.sources, block.header, block.at), false);
        }
        found.extend(told(check));
        found
    }

    /// Attributes that expressions read and a schema does not have, also behind `try`.
    fn attributes_exist(&self, module: &'r Module) -> impl Iterator<Item = Diagnostic> + 'r {
        let release = self.config.aws;
        let is_strict = matches!(release, Release::Known | Release::Open);
        let counts = move |beyond: &&config::Beyond| {
            !beyond.by_provider || (is_strict && !beyond.added.is_some_and(|name| release.may_have(&name)))
        };
        module.beyond_schema.iter().filter(counts).map(|beyond| beyond.diagnostic.clone())
    }

    /// The configurations of the AWS provider that something uses: others are not even started.
    fn providers_conform(&self, modules: &[&'r Module]) -> Vec<Diagnostic> {
        if !matches!(self.config.aws, Release::Known | Release::Open) {
            return Vec::new();
        }
        let mut used: HashSet<Option<Name>> = HashSet::new();
        for module in modules {
            for resource in module.resources.values() {
                let reference = resource.provider.unwrap_or_else(|| implied_provider(resource.ty));
                if owner(module, reference.name) == Owner::Aws {
                    used.insert(reference.alias);
                }
            }
            used.extend(module.calls.values().flat_map(|call| &call.providers).map(|(_, outer)| outer.alias));
        }
        let mut found = Vec::new();
        for module in modules {
            for provider in &module.providers {
                if owner(module, provider.name) != Owner::Aws || !used.contains(&provider.alias) {
                    continue;
                }
                let check = self.check(module, self.config.aws);
                let at = opening(self.cx.sources, provider.header, provider.at);
                check.body(Level::Of(schema::aws().configuration()), &provider.body, at, false);
                found.extend(told(check));
            }
        }
        found
    }
}

/// The mistakes in the configuration; where there are none, what the provider says of it.
fn told(check: Check<'_>) -> Vec<Diagnostic> {
    let (mut found, later) = (check.found.into_inner(), check.later.into_inner());
    if found.is_empty() {
        found = later;
    }
    found
}

/// What was found added to what was told: a mistake that both found is told once, in the words of whoever looked at the
/// schema.
fn merged(mut told: Vec<Diagnostic>, mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let places: HashSet<(Option<Place>, &str)> = found.iter().map(|d| (d.place, d.summary.as_str())).collect();
    let of_attributes: HashSet<Option<Place>> =
        found.iter().filter(|d| ABOUT_STEPS.contains(&d.summary.as_str())).map(|d| d.place).collect();
    told.retain(|d| {
        let same = places.contains(&(d.place, d.summary.as_str()));
        !(same || d.summary == "Unsupported attribute" && of_attributes.contains(&d.place))
    });
    let mut seen = HashSet::new();
    found.retain(|d| seen.insert((d.place, d.summary.clone(), d.detail.clone())));
    told.extend(found);
    told
}

/// What is said of a step that evaluation does not find either.
const ABOUT_STEPS: [&str; 3] = ["Unsupported attribute", "Invalid operation", "Cannot index a set value"];

fn no_such_type(module: &Module, resource: &Resource, local: Name) -> Diagnostic {
    let ty = resource.ty.as_str();
    let is_aws = owner(module, local) == Owner::Aws;
    let (provider, types) = match owner(module, local) {
        Owner::Aws => ("hashicorp/aws".to_owned(), schema::aws().types(resource.mode).collect()),
        Owner::Terraform => ("terraform.io/builtin/terraform".to_owned(), fixed::types(resource.mode).to_vec()),
        Owner::Other => (imported::address(module, local), Vec::new()),
    };
    let (summary, kind) = match resource.mode {
        Mode::Managed => ("Invalid resource type", "resource type"),
        Mode::Data => ("Invalid data source", "data source"),
        Mode::Ephemeral => ("Invalid ephemeral resource", "ephemeral resource"),
    };
    let hint = match resource.mode {
        Mode::Managed if is_aws && schema::aws().data_source(ty).is_some() => format!(
            "\n\nDid you intend to use the data source {ty:?}? If so, declare this using a \"data\" block instead of a \"resource\" block."
        ),
        Mode::Data if is_aws && schema::aws().resource(ty).is_some() => format!(
            "\n\nDid you intend to use the managed resource type {ty:?}? If so, declare this using a \"resource\" block instead of a \"data\" block."
        ),
        _ => did_you_mean(ty, types),
    };
    let detail = format!("The provider {provider} does not support {kind} {ty:?}.{hint}");
    Diagnostic::error(summary, detail, resource.ty_at)
}

fn no_such_provisioner(ty: Name, at: Place) -> Diagnostic {
    let hint = did_you_mean(&ty, fixed::PROVISIONERS);
    let detail = format!("This configuration requires provisioner plugin \"{ty}\", which isn't available.{hint}");
    Diagnostic::error("Missing required provisioner plugin", detail, at)
}
