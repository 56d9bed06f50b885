//! Where something is declared, and for a variable where its value is given.

use lsp_types::{GotoDefinitionResponse, Location};

use super::{
    spot::{Around, File, On, Referred, Spot},
    text,
};
use crate::{
    addr::{Mode, Name, name},
    check::Session,
    config::{Module, ModuleCall, ModuleSource, RootModule},
    source::{Place, Span},
    syntax::{Attribute, Block},
};

pub(super) fn definition(session: &Session, spot: &Spot<'_>) -> Option<GotoDefinitionResponse> {
    let find = Find { session, spot };
    let places = match &spot.file {
        File::Module { module, .. } => find.in_module(module),
        File::Variables { roots, .. } => find.in_variables(roots),
    };
    let mut locations: Vec<Location> = Vec::new();
    for location in places.into_iter().filter_map(|place| text::location(session.sources(), place)) {
        if !locations.contains(&location) {
            locations.push(location);
        }
    }
    (!locations.is_empty()).then_some(GotoDefinitionResponse::Array(locations))
}

struct Find<'s> {
    session: &'s Session,
    spot: &'s Spot<'s>,
}

impl Find<'_> {
    fn in_variables(&self, roots: &[&RootModule]) -> Vec<Place> {
        let Around { on: On::Name(attribute), .. } = self.spot.around() else { return Vec::new() };
        let declared = roots.iter().filter_map(|root| root.module.variables.get(&attribute.name));
        declared.map(|variable| variable.name_at).collect()
    }

    fn in_module(&self, module: &Module) -> Vec<Place> {
        let Around { blocks, on } = self.spot.around();
        match on {
            On::Value(attribute) => self.value(module, (&blocks, attribute)),
            On::Name(attribute) => self.argument(module, (&blocks, attribute)),
            On::Header => self.header(module, &blocks),
            On::Body => Vec::new(),
        }
    }

    fn value(&self, module: &Module, (blocks, attribute): (&[&Block], &Attribute)) -> Vec<Place> {
        if attribute.name == "source"
            && let Some(call) = call_of(module, blocks)
        {
            return self.beginning_of(call);
        }
        let Some(referred) = self.spot.reference(attribute.value) else { return Vec::new() };
        match (referred.root.as_str(), referred.name(0)) {
            ("var", Some(name)) => self.variable(module, name),
            ("local", Some(name)) => module.locals.get(&name).map(|local| local.name_at).into_iter().collect(),
            ("module", Some(name)) => self.call(module, name, &referred),
            ("each" | "count", _) => self.repetition(blocks, referred.root).into_iter().collect(),
            _ => resource(module, &referred).or_else(|| provider(module, &referred)).into_iter().collect(),
        }
    }

    /// The declaration of a variable, and everything that gives it a value.
    fn variable(&self, module: &Module, variable: Name) -> Vec<Place> {
        let declared = module.variables.get(&variable).map(|variable| variable.name_at);
        declared.into_iter().chain(self.given(module, variable)).collect()
    }

    fn given(&self, module: &Module, variable: Name) -> Vec<Place> {
        let repository = self.session.repository();
        let mut modules: Vec<&Module> = repository.modules.values().map(|module| &**module).collect();
        modules.sort_by(|a, b| a.dir.cmp(&b.dir));
        let calls = modules.into_iter().flat_map(|module| module.calls.values());
        let calls = calls.filter(|call| matches!(&call.source, ModuleSource::Local { dir, .. } if *dir == module.dir));
        let arguments = calls.flat_map(|call| &call.arguments).filter(|argument| argument.name == variable);
        let mut places: Vec<Place> = arguments.map(|argument| argument.name_at).collect();
        let roots = repository.root_modules.iter().filter(|root| *root.path == *module.dir);
        let given = roots.flat_map(|root| &root.given).filter(|given| given.name == variable);
        places.extend(given.map(|given| given.name_at));
        places
    }

    /// A module call, or the output of the module that is pointed at.
    fn call(&self, module: &Module, called: Name, referred: &Referred) -> Vec<Place> {
        let Some(call) = module.calls.get(&called) else { return Vec::new() };
        let output = referred.names().get(1).copied();
        let inside = output.and_then(|output| Some(self.called(call)?.outputs.get(&output)?.name_at));
        vec![inside.unwrap_or(call.header)]
    }

    fn called(&self, call: &ModuleCall) -> Option<&Module> {
        let ModuleSource::Local { dir, .. } = &call.source else { return None };
        self.session.repository().modules.get(dir).map(|module| &**module)
    }

    /// The first file of a called module.
    fn beginning_of(&self, call: &ModuleCall) -> Vec<Place> {
        let Some(module) = self.called(call) else { return Vec::new() };
        let is_main = |file: crate::source::FileId| self.session.sources().get(file).path.ends_with("/main.tf");
        let main = module.trees.iter().find(|tree| is_main(tree.file)).or_else(|| module.trees.first());
        main.map(|tree| tree.at(Span::default())).into_iter().collect()
    }

    /// The `for_each` or `count` that repeats the block.
    fn repetition(&self, blocks: &[&Block], root: Name) -> Option<Place> {
        let argument = if root == "count" { "count" } else { "for_each" };
        let attribute = blocks.first()?.body.attribute(argument)?;
        Some(self.spot.tree().at(attribute.name_span))
    }

    /// The variable that an argument of a module call is given to.
    fn argument(&self, module: &Module, (blocks, attribute): (&[&Block], &Attribute)) -> Vec<Place> {
        let Some(call) = call_of(module, blocks).filter(|_| blocks.len() == 1) else { return Vec::new() };
        if attribute.name == "source" {
            return self.beginning_of(call);
        }
        let variable = self.called(call).and_then(|called| called.variables.get(&attribute.name));
        variable.map(|variable| variable.name_at).into_iter().collect()
    }

    /// From a declaration to what is declared: the module, or what gives a variable its value.
    fn header(&self, module: &Module, blocks: &[&Block]) -> Vec<Place> {
        if let Some(call) = call_of(module, blocks) {
            return self.beginning_of(call);
        }
        match blocks {
            [block] if block.ty == "variable" => {
                block.labels.first().map(|label| self.given(module, label.text)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }
}

/// The module call that the outermost block is.
pub(super) fn call_of<'m>(module: &'m Module, blocks: &[&Block]) -> Option<&'m ModuleCall> {
    let block = blocks.first().filter(|block| block.ty == "module")?;
    module.calls.get(&block.labels.first()?.text)
}

fn resource(module: &Module, referred: &Referred) -> Option<Place> {
    let key = match (referred.root.as_str(), referred.name(0), referred.name(1)) {
        ("data", Some(ty), Some(name)) => (Mode::Data, ty, name),
        ("ephemeral", Some(ty), Some(name)) => (Mode::Ephemeral, ty, name),
        ("resource", Some(ty), Some(name)) => (Mode::Managed, ty, name),
        (ty, Some(label), _) => (Mode::Managed, name(ty), label),
        _ => return None,
    };
    module.resources.get(&key).map(|resource| resource.header)
}

fn provider(module: &Module, referred: &Referred) -> Option<Place> {
    let alias = referred.name(0);
    let is_it = |provider: &&crate::config::ProviderConfig| provider.name == referred.root && provider.alias == alias;
    module.providers.iter().find(is_it).map(|provider| provider.header)
}
