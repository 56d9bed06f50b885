//! `resource`, `data` and `ephemeral`.

use indexmap::map::Entry;

use super::Decoder;
use crate::{
    addr::Mode,
    config::model::{Block, Body, Module, Resource},
};

const META_ARGUMENTS: [&str; 4] = ["count", "for_each", "provider", "depends_on"];

fn mode_of(block: &Block) -> Mode {
    match block.ty.as_str() {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    }
}

/// What Terraform calls a resource of this mode, before the word `resource`.
pub(super) const fn adjective(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "",
        Mode::Data => "data ",
        Mode::Ephemeral => "ephemeral ",
    }
}

impl Decoder<'_> {
    pub(super) fn resource(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &["type", "name"]) {
            return;
        }
        let Some(resource) = self.resource_body(block) else { return };
        match module.resources.entry((resource.mode, resource.ty, resource.name)) {
            Entry::Vacant(entry) => {
                entry.insert(resource);
            }
            Entry::Occupied(entry) => self.duplicate_resource(&resource, entry.get()),
        }
    }

    fn resource_body(&mut self, block: &Block) -> Option<Resource> {
        let [(ty, ty_at), (name, name_at), ..] = block.labels.as_slice() else { return None };
        let mode = mode_of(block);
        self.expect_name("resource type", ty, *ty_at);
        self.expect_name(&format!("{}resource", adjective(mode)), name, *name_at);
        let body = &block.body;
        self.meta_blocks(block, mode);
        let (count, for_each) = self.repetition(body, "resources");
        let provider = body.attribute("provider").map(|a| a.value);
        let provider = provider.and_then(|value| self.provider_reference(value, "provider"));
        let lifecycle = body.blocks_of("lifecycle").next();
        for once in
            body.blocks.iter().filter(|b| b.ty == "lifecycle" || (b.ty == "connection" && mode == Mode::Managed))
        {
            self.expect_labels(once, &[]);
        }
        let (preconditions, postconditions) = lifecycle.map(|b| self.lifecycle(b, mode)).unwrap_or_default();
        Some(Resource {
            mode,
            ty: *ty,
            ty_at: *ty_at,
            name: *name,
            header: block.header,
            at: block.at,
            count,
            for_each,
            provider,
            body: own_body(body, mode),
            lifecycle: lifecycle.cloned(),
            depends_on: self.depends_on(body),
            provisioners: body.blocks.iter().filter(|b| is_provisioner(b, mode)).cloned().collect(),
            preconditions,
            postconditions,
            overridden: block.overridden.is_some(),
        })
    }

    fn meta_blocks(&mut self, block: &Block, mode: Mode) {
        for once in ["lifecycle", "connection"] {
            let mut blocks = block.body.blocks_of(once);
            let Some(first) = blocks.next() else { continue };
            for further in blocks {
                let at = self.sources.describe(first.header);
                let detail = format!("This resource already has a {once} block at {at}.");
                self.duplicate(format!("Duplicate {once} block"), detail, further.header, first.header);
            }
        }
        for nested in &block.body.blocks {
            match nested.ty.as_str() {
                "locals" => self.reserved_block(nested, "resource"),
                "provisioner" if mode == Mode::Managed => self.provisioner(nested),
                _ => {}
            }
        }
    }

    fn duplicate_resource(&mut self, again: &Resource, first: &Resource) {
        let (ty, name, kind) = (again.ty.as_str(), again.name.as_str(), adjective(again.mode));
        let detail = format!(
            "A {ty} {kind}resource named {name:?} was already declared at {}. Resource names must be unique per type in each module.",
            self.sources.describe(first.header),
        );
        let what = match again.mode {
            Mode::Managed => "resource",
            Mode::Data => "data",
            Mode::Ephemeral => "ephemeral",
        };
        self.duplicate(format!("Duplicate {what} {ty:?} configuration"), detail, again.header, first.header);
    }
}

/// Only managed resources are provisioned; elsewhere these names are the schema's to refuse.
fn is_provisioner(block: &Block, mode: Mode) -> bool {
    mode == Mode::Managed && (block.ty == "provisioner" || block.ty == "connection")
}

/// What belongs to the resource's own schema: also what stands in an escaping `_` block, whatever its name.
fn own_body(body: &Body, mode: Mode) -> Body {
    let mut own = Body {
        attributes: body.attributes.iter().filter(|a| !META_ARGUMENTS.contains(&a.name.as_str())).copied().collect(),
        blocks: Vec::new(),
    };
    for block in &body.blocks {
        if block.ty == "lifecycle" || block.ty == "locals" || is_provisioner(block, mode) {
            continue;
        }
        if block.ty == "_" {
            own.attributes.extend(&block.body.attributes);
            own.blocks.extend(block.body.blocks.iter().cloned());
        } else {
            own.blocks.push(block.clone());
        }
    }
    own
}
