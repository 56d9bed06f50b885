//! `module`.

use indexmap::map::Entry;

use super::{Decoder, source_address};
use crate::{
    addr::Name,
    config::model::{Attribute, Block, Body, Expr, Module, ModuleCall, ModuleSource, ProviderReference},
    source::Place,
    syntax::{ExprKind, ObjectItem, ObjectKey},
};

const META_ARGUMENTS: [&str; 6] = ["source", "version", "count", "for_each", "depends_on", "providers"];
const RESERVED_BLOCKS: [&str; 3] = ["lifecycle", "locals", "provider"];

/// The name a configuration has in the module, and the one it has here.
type Passed = (ProviderReference, ProviderReference);

impl Decoder<'_> {
    pub(super) fn module_call(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &["name"]) {
            return;
        }
        let Some((name, name_at)) = block.labels.first().copied() else { return };
        self.expect_name("module instance", &name, name_at);
        let call = self.call_body(block, name, name_at);
        match module.calls.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(call);
            }
            Entry::Occupied(entry) => {
                let first = entry.get().header;
                let detail = format!(
                    "A module call named {:?} was already defined at {}. Module calls must have unique names within a module.",
                    name.as_str(),
                    self.sources.describe(first),
                );
                self.duplicate("Duplicate module call", detail, block.header, first);
            }
        }
    }

    fn call_body(&mut self, block: &Block, name: Name, name_at: Place) -> ModuleCall {
        let body = &block.body;
        self.expect_required(body, block.header, &["source"]);
        self.call_blocks(body);
        let version = body.attribute("version").copied();
        let source = body.attribute("source").copied();
        let (count, for_each) = self.repetition(body, "modules");
        let passed = body.attribute("providers").map(|a| self.passed_providers(a.value)).unwrap_or_default();
        let (providers, providers_at) = passed.into_iter().unzip();
        ModuleCall {
            name,
            name_at,
            header: block.header,
            opening: self.opening(block.header),
            source: self.call_source(block, source, version.is_some()),
            source_at: source.map_or(block.header, |a| self.place(a.value)),
            version: version.and_then(|a| self.version_constraint(a.value)),
            count,
            for_each,
            depends_on: self.depends_on(body),
            arguments: arguments(body),
            providers,
            providers_at,
            overridden: block.overridden.is_some(),
        }
    }

    fn call_blocks(&mut self, body: &Body) {
        for nested in body.blocks.iter().filter(|b| b.ty != "_") {
            if RESERVED_BLOCKS.contains(&nested.ty.as_str()) {
                self.reserved_block(nested, "module");
            } else {
                let detail = format!("Blocks of type {:?} are not expected here.", nested.ty.as_str());
                self.error("Unsupported block type", detail, nested.header);
            }
        }
    }

    fn call_source(&mut self, block: &Block, source: Option<Attribute>, versioned: bool) -> ModuleSource {
        let Some(written) = source.and_then(|a| self.constant_text(a.value)) else {
            return ModuleSource::Missing("".into());
        };
        let at = source.map_or(block.header, |a| self.place(a.value));
        if let Some((summary, detail)) = source_address::mistake(&written, versioned) {
            self.error(summary, detail, at);
        }
        if !source_address::is_local(&written) {
            return ModuleSource::Remote(written);
        }
        let dir = source_address::resolve(self.sources, self.dir, &written);
        if self.sources.root().join(&*dir).is_dir() {
            return ModuleSource::Local { dir, written };
        }
        let name = block.labels.first().map_or("", |(name, _)| name.as_str());
        let detail = format!(
            "The directory {dir} could not be read for module {name:?} at {}. Correct the source argument, or add the module.",
            self.sources.describe(block.header),
        );
        self.error("Unreadable module directory", detail, at);
        ModuleSource::Missing(written)
    }

    fn passed_providers(&mut self, map: Expr) -> Vec<(Passed, (Place, Place))> {
        let tree = self.tree(map);
        let ExprKind::Object(items) = tree.kind(map.id) else {
            self.error("Invalid expression", "A static map expression is required.", self.place(map));
            return Vec::new();
        };
        let mut passed: Vec<(Passed, (Place, Place))> = Vec::new();
        for item in tree.items(items) {
            let Some(pair) = self.passed_provider(map, item) else { continue };
            let at = tree.at(item.key_span);
            if let Some((_, (first, _))) = passed.iter().find(|((inner, _), _)| *inner == pair.0) {
                let detail = format!(
                    "A provider configuration was already passed to {} at {}. Each child provider configuration can be \
                     assigned only once.",
                    shown(pair.0),
                    self.sources.describe(*first),
                );
                self.duplicate("Duplicate provider address", detail, at, *first);
                continue;
            }
            passed.push((pair, (at, tree.place(item.value))));
        }
        passed
    }

    fn passed_provider(&mut self, map: Expr, item: &ObjectItem) -> Option<Passed> {
        let inner = match item.key {
            ObjectKey::Name(name) => Some(ProviderReference { name, alias: None }),
            ObjectKey::Expr(id) => self.provider_reference(Expr { tree: map.tree, id }, "providers"),
        };
        let outer = self.provider_reference(Expr { tree: map.tree, id: item.value }, "providers");
        Some((inner?, outer?))
    }
}

fn shown(reference: ProviderReference) -> String {
    match reference.alias {
        Some(alias) => format!("{}.{alias}", reference.name),
        None => reference.name.to_string(),
    }
}

/// The arguments that go to the module's variables, also those in an escaping `_` block.
fn arguments(body: &Body) -> Vec<Attribute> {
    let own = body.attributes.iter().filter(|a| !META_ARGUMENTS.contains(&a.name.as_str()));
    own.chain(body.blocks_of("_").flat_map(|b| &b.body.attributes)).copied().collect()
}
