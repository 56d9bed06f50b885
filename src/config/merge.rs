//! Override files merged into what they override: arguments one by one, nested blocks of a type as a
//! whole, the backend as a whole, required providers by name.

use super::{
    decode::Decoder,
    model::{Attribute, Block, Body},
};
use crate::{
    addr::{Name, name},
    syntax::{ExprKind, Tree},
};

/// The blocks of a module after merging, in order.
#[derive(Debug, Default)]
pub(super) struct Declared {
    pub blocks: Vec<Block>,
    pub terraform: Vec<Block>,
}

const CONDITIONS: [&str; 3] = ["validation", "precondition", "postcondition"];

/// Merges the blocks of override files, in the order of the files, into those of the primary files.
pub(super) fn merge(d: &mut Decoder<'_>, primary: Vec<Block>, overrides: Vec<Block>) -> Declared {
    let (terraform, blocks) = primary.into_iter().partition(|block| block.ty == "terraform");
    let mut declared = Declared { blocks, terraform };
    only_once(d, &declared.terraform);
    for over in overrides {
        match over.ty.as_str() {
            "terraform" => override_terraform(&mut declared.terraform, over),
            "locals" => override_locals(d, &mut declared.blocks, &over),
            "check" => {
                let detail = "Override files cannot override check blocks.";
                d.error("Can't override check blocks", detail, over.header);
            }
            "moved" | "import" | "removed" => refactoring_override(d, &over),
            _ => override_block(d, &mut declared.blocks, over),
        }
    }
    declared
}

/// The `alias` of a provider block, where it is a plain string.
pub(super) fn alias_of(trees: &[Tree], block: &Block) -> Option<Name> {
    let alias = block.body.attribute("alias")?.value;
    let tree = trees.get(alias.tree as usize)?;
    match tree.kind(tree.unwrapped(alias.id)) {
        ExprKind::String(text) => Some(name(tree.str(text))),
        _ => None,
    }
}

/// Reports what a module may say only once in all its `terraform` blocks.
fn only_once(d: &mut Decoder<'_>, terraform: &[Block]) {
    let nested = || terraform.iter().flat_map(|block| &block.body.blocks);
    for (ty, summary, words, was) in [
        (
            "required_providers",
            "Duplicate required providers configuration",
            "required providers",
            "required providers were",
        ),
        ("backend", "Duplicate backend configuration", "backend", "backend was"),
        (
            "cloud",
            "Duplicate HCP Terraform configurations",
            "'cloud' block configuring HCP Terraform, and it may have one",
            "'cloud' block was",
        ),
    ] {
        let mut blocks = nested().filter(|block| block.ty == ty);
        let Some(first) = blocks.next() else { continue };
        for further in blocks {
            let at = d.sources.describe(first.header);
            let detail =
                format!("A module may have only one {words} configuration. The {was} previously configured at {at}.");
            d.duplicate(summary, detail, further.header, first.header);
        }
    }
    let first = |ty: &str| nested().find(|block| block.ty == ty);
    if let (Some(backend), Some(cloud)) = (first("backend"), first("cloud")) {
        let detail = format!(
            "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend. The 'cloud' block is \
             configured at {}; a backend is configured at {}. Remove one of them.",
            d.sources.describe(cloud.header),
            d.sources.describe(backend.header),
        );
        d.duplicate("Both a backend and cloud configuration are present", detail, backend.header, cloud.header);
    }
}

fn override_terraform(base: &mut Vec<Block>, over: Block) {
    let has = |ty: &str| over.body.blocks.iter().any(|block| block.ty == ty);
    let keeps_state = has("backend") || has("cloud");
    for block in base.iter_mut() {
        if keeps_state {
            block.body.blocks.retain(|nested| nested.ty != "backend" && nested.ty != "cloud");
        }
        if over.body.attribute("required_version").is_some() {
            block.body.attributes.retain(|attribute| attribute.name != "required_version");
        }
        for required in block.body.blocks.iter_mut().filter(|nested| nested.ty == "required_providers") {
            let again = |name| over.body.blocks_of("required_providers").any(|o| o.body.attribute(name).is_some());
            required.body.attributes.retain(|attribute| !again(attribute.name.as_str()));
        }
    }
    base.push(over);
}

fn override_locals(d: &mut Decoder<'_>, base: &mut [Block], over: &Block) {
    for attribute in &over.body.attributes {
        let mut bodies = base.iter_mut().filter(|block| block.ty == "locals");
        if !bodies.any(|block| replace(&mut block.body, attribute)) {
            let detail = format!(
                "There is no local value named {:?}. An override file can only override a local value that was already defined in \
                 a primary configuration file.",
                attribute.name.as_str()
            );
            d.error("Missing base local value definition to override", detail, attribute.name_at);
        }
    }
}

/// Gives an argument that is there already its new value; whether it was there.
fn replace(body: &mut Body, attribute: &Attribute) -> bool {
    let known = body.attributes.iter_mut().find(|known| known.name == attribute.name);
    known.map(|known| *known = *attribute).is_some()
}

fn refactoring_override(d: &mut Decoder<'_>, over: &Block) {
    let (what, ty) = match over.ty.as_str() {
        "moved" => ("Records of moved objects", "moved"),
        "removed" => ("Records of removed objects", "removed"),
        _ => ("Import blocks", "import"),
    };
    let detail = format!("{what} can appear only in normal files, not in override files.");
    let summary = format!("Cannot override '{ty}' blocks");
    // Terraform 1.11 passes over `removed` without a word.
    if ty == "removed" {
        d.warning(summary, detail, over.header);
    } else {
        d.error(summary, detail, over.header);
    }
}

fn override_block(d: &mut Decoder<'_>, blocks: &mut Vec<Block>, over: Block) {
    let alias = alias_of(d.trees, &over);
    let same = |block: &&mut Block| {
        let labels = block.labels.iter().map(|l| l.0).eq(over.labels.iter().map(|l| l.0));
        block.ty == over.ty && labels && (over.ty != "provider" || alias_of(d.trees, block) == alias)
    };
    let base = blocks.iter_mut().find(same);
    match base {
        Some(base) => override_body(d, base, &over),
        // A default provider configuration is there even where no block says so.
        None if over.ty == "provider" && alias.is_none() => blocks.push(over),
        None => missing_base(d, &over, alias),
    }
}

fn missing_base(d: &mut Decoder<'_>, over: &Block, alias: Option<Name>) {
    let label = |i: usize| over.labels.get(i).map_or("", |(label, _)| label.as_str());
    let (first, second) = (label(0), label(1));
    let (summary, missing, what) = match over.ty.as_str() {
        "variable" => (
            "Missing base variable declaration to override",
            format!("There is no variable named {first:?}"),
            "a variable that was already declared",
        ),
        "output" => (
            "Missing base output definition to override",
            format!("There is no output named {first:?}"),
            "an output that was already defined",
        ),
        "module" => (
            "Missing module call to override",
            format!("There is no module call named {first:?}"),
            "a module call that was defined",
        ),
        "provider" => (
            "Missing base provider configuration for override",
            format!("There is no {first} provider configuration with the alias {:?}", alias.map_or("", |a| a.as_str())),
            "an aliased provider configuration that was already defined",
        ),
        "data" => (
            "Missing data resource to override",
            format!("There is no {first} data resource named {second:?}"),
            "a data block defined",
        ),
        "ephemeral" => (
            "Missing ephemeral resource to override",
            format!("There is no {first} ephemeral resource named {second:?}"),
            "an ephemeral block defined",
        ),
        _ => (
            "Missing resource to override",
            format!("There is no {first} resource named {second:?}"),
            "a resource block defined",
        ),
    };
    let detail = format!("{missing}. An override file can only override {what} in a primary configuration file.");
    // Terraform 1.11 passes over an override of no ephemeral resource without a word.
    if over.ty == "ephemeral" {
        d.warning(summary, detail, over.header);
    } else {
        d.error(summary, detail, over.header);
    }
}

fn override_body(d: &mut Decoder<'_>, base: &mut Block, over: &Block) {
    base.overridden = Some(over.header);
    for attribute in &over.body.attributes {
        if attribute.name == "depends_on" && over.ty != "provider" {
            // The first of them is blamed, and none of none.
            let tree = d.tree(attribute.value);
            let first = match tree.kind(attribute.value.id) {
                ExprKind::Tuple(items) => tree.list(items).first().copied(),
                _ => Some(attribute.value.id),
            };
            if let Some(at) = first.map(|id| tree.place(id)) {
                d.error("Unsupported override", "The depends_on argument may not be overridden.", at);
            }
        } else if !replace(&mut base.body, attribute) {
            base.body.attributes.push(*attribute);
        }
    }
    // Terraform looks at `count` first, so of a `count` here and a `for_each` there `count` stays.
    let both_in_one = base.body.attribute("for_each").is_some() && over.body.attribute("for_each").is_some();
    if base.body.attribute("count").is_some() && !(both_in_one && over.body.attribute("count").is_some()) {
        base.body.attributes.retain(|attribute| attribute.name != "for_each");
    }
    override_blocks(d, &mut base.body, &over.body);
}

fn override_blocks(d: &mut Decoder<'_>, base: &mut Body, over: &Body) {
    let (lifecycle, others): (Vec<&Block>, Vec<&Block>) = over.blocks.iter().partition(|block| block.ty == "lifecycle");
    let others: Vec<&Block> = others.into_iter().filter(|block| may_override(d, block)).collect();
    base.blocks.retain(|block| !others.iter().any(|over| generated(over) == generated(block)));
    base.blocks.extend(others.into_iter().cloned());
    for block in lifecycle {
        override_lifecycle(d, base, block);
    }
}

/// The settings of a `lifecycle` block are overridden one by one.
fn override_lifecycle(d: &mut Decoder<'_>, base: &mut Body, over: &Block) {
    let mut settings = over.clone();
    settings.body.blocks.retain(|block| may_override(d, block));
    let Some(known) = base.blocks.iter_mut().find(|block| block.ty == "lifecycle") else {
        base.blocks.push(settings);
        return;
    };
    for attribute in &settings.body.attributes {
        if !replace(&mut known.body, attribute) {
            known.body.attributes.push(*attribute);
        }
    }
}

/// Conditions cannot be overridden; that is reported.
fn may_override(d: &mut Decoder<'_>, block: &Block) -> bool {
    let ty = block.ty.as_str();
    if CONDITIONS.contains(&ty) {
        let detail = format!("Override files cannot override {ty:?} blocks.");
        d.error(format!("Can't override {ty} blocks"), detail, block.header);
        return false;
    }
    true
}

/// The type of the blocks a block stands for: its own, or for a `dynamic` block its label.
fn generated(block: &Block) -> Name {
    match block.labels.first() {
        Some((label, _)) if block.ty == "dynamic" => *label,
        _ => block.ty,
    }
}
