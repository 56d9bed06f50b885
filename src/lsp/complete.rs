//! What may be written at a position: arguments that the schema or a called module has, and names that are declared.

use lsp_types::{CompletionItem, CompletionItemKind, CompletionResponse};

use super::{
    definition::call_of,
    spot::{File, Spot},
};
use crate::{
    addr::{Mode, Name, name},
    check::Session,
    config::{Module, ModuleSource},
    eval::functions,
    schema,
    syntax::Block,
    value::show_type,
};

/// What is offered: a name, what it is, the text that is put in, and its kind.
struct Offer {
    label: String,
    detail: String,
    text: String,
    kind: CompletionItemKind,
}

impl Offer {
    fn new(label: impl Into<String>, detail: impl Into<String>, kind: CompletionItemKind) -> Self {
        let label = label.into();
        Self { text: label.clone(), label, detail: detail.into(), kind }
    }

    fn argument(name: &str, detail: impl Into<String>) -> Self {
        Self { text: format!("{name} = "), ..Self::new(name, detail, CompletionItemKind::PROPERTY) }
    }

    fn block(name: &str, detail: impl Into<String>) -> Self {
        Self { text: format!("{name} {{\n}}"), ..Self::new(name, detail, CompletionItemKind::STRUCT) }
    }
}

pub(super) fn complete(session: &Session, spot: &Spot<'_>) -> Option<CompletionResponse> {
    let offers = match &spot.file {
        File::Module { module, .. } => in_module(session, spot, module),
        File::Variables { roots, .. } => {
            let declared = roots.iter().flat_map(|root| root.module.variables.values());
            declared.map(|variable| Offer::argument(&variable.name, show_type(&variable.ty))).collect()
        }
    };
    let item = |offer: Offer| CompletionItem {
        label: offer.label,
        detail: (!offer.detail.is_empty()).then_some(offer.detail),
        insert_text: Some(offer.text),
        kind: Some(offer.kind),
        ..CompletionItem::default()
    };
    (!offers.is_empty()).then(|| CompletionResponse::Array(offers.into_iter().map(item).collect()))
}

fn in_module(session: &Session, spot: &Spot<'_>, module: &Module) -> Vec<Offer> {
    let line = line_before(spot);
    let typed = typed(line);
    let path: Vec<&str> = typed.split('.').collect();
    let is_first_word = line.trim_start() == typed;
    match path.split_last() {
        Some((_, [])) if is_first_word => arguments(session, spot, module),
        Some((_, [])) => beginnings(module),
        Some((_, before)) => after(session, module, before),
        None => Vec::new(),
    }
}

fn line_before<'s>(spot: &Spot<'s>) -> &'s str {
    let before = spot.text.get(..spot.at as usize).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default()
}

/// The names and dots right before the position, with indexes in between.
fn typed(line: &str) -> &str {
    let (mut depth, mut start) = (0_u32, line.len());
    for (at, c) in line.char_indices().rev() {
        let is_part = match c {
            ']' => {
                depth += 1;
                true
            }
            '[' if depth > 0 => {
                depth -= 1;
                true
            }
            _ if depth > 0 => true,
            c => c.is_alphanumeric() || matches!(c, '_' | '-' | '.'),
        };
        if !is_part {
            break;
        }
        start = at;
    }
    line.get(start..).unwrap_or_default()
}

/// `module.a[0].` is asked as `module`, `a`.
fn bare(step: &str) -> &str {
    step.split('[').next().unwrap_or(step)
}

/// What an expression may begin with.
fn beginnings(module: &Module) -> Vec<Offer> {
    let words = ["var", "local", "module", "data", "each", "count", "path", "terraform"];
    let mut offers: Vec<Offer> = words.iter().map(|word| Offer::new(*word, "", CompletionItemKind::KEYWORD)).collect();
    let mut types: Vec<Name> = managed(module).map(|(ty, _)| ty).collect();
    types.sort();
    types.dedup();
    offers.extend(types.iter().map(|ty| Offer::new(ty.as_str(), "resources here", CompletionItemKind::CLASS)));
    offers.extend(
        functions::names().into_iter().map(|name| Offer {
            text: format!("{name}("),
            ..Offer::new(name, "function", CompletionItemKind::FUNCTION)
        }),
    );
    offers
}

fn managed(module: &Module) -> impl Iterator<Item = (Name, Name)> {
    module.resources.keys().filter(|(mode, ..)| *mode == Mode::Managed).map(|(_, ty, name)| (*ty, *name))
}

/// What may follow `path.`.
fn after(session: &Session, module: &Module, path: &[&str]) -> Vec<Offer> {
    let path: Vec<&str> = path.iter().map(|step| bare(step)).collect();
    let plain = |names: &[&str]| names.iter().map(|n| Offer::new(*n, "", CompletionItemKind::FIELD)).collect();
    match path.as_slice() {
        ["var"] => module.variables.values().map(|v| field(&v.name, show_type(&v.ty))).collect(),
        ["local"] => module.locals.keys().map(|name| field(name, "local value")).collect(),
        ["each"] => plain(&["key", "value"]),
        ["count"] => plain(&["index"]),
        ["path"] => plain(&["module", "root", "cwd"]),
        ["terraform"] => plain(&["workspace"]),
        ["module"] => module.calls.keys().map(|name| field(name, "module")).collect(),
        ["module", call] => outputs(session, module, call),
        ["data"] => kinds(module, Mode::Data),
        ["data", ty] => labels(module, (Mode::Data, ty)),
        ["data", ty, _] => attributes((Mode::Data, ty)),
        [ty] => labels(module, (Mode::Managed, ty)),
        [ty, _] => attributes((Mode::Managed, ty)),
        _ => Vec::new(),
    }
}

fn field(name: &str, detail: impl Into<String>) -> Offer {
    Offer::new(name, detail, CompletionItemKind::FIELD)
}

fn outputs(session: &Session, module: &Module, call: &str) -> Vec<Offer> {
    let source = module.calls.get(&name(call)).map(|call| &call.source);
    let Some(ModuleSource::Local { dir, .. }) = source else { return Vec::new() };
    let called = session.repository().modules.get(dir);
    called.into_iter().flat_map(|called| called.outputs.keys()).map(|name| field(name, "output")).collect()
}

fn kinds(module: &Module, mode: Mode) -> Vec<Offer> {
    let mut types: Vec<Name> = module.resources.keys().filter(|key| key.0 == mode).map(|key| key.1).collect();
    types.sort();
    types.dedup();
    types.iter().map(|ty| field(ty, "data sources here")).collect()
}

fn labels(module: &Module, (mode, ty): (Mode, &str)) -> Vec<Offer> {
    let here = module.resources.keys().filter(|key| key.0 == mode && key.1 == *ty);
    here.map(|(_, ty, name)| field(name, ty.as_str())).collect()
}

fn attributes((mode, ty): (Mode, &str)) -> Vec<Offer> {
    let Some(block) = schema::aws().of(mode, ty) else { return Vec::new() };
    let mut offers: Vec<Offer> = block.attributes().map(|a| field(&a.name, show_type(&a.ty))).collect();
    offers.extend(block.block_names().map(|name| field(name, "block")));
    offers
}

/// The blocks that a position is inside of, also where the line itself cannot be read yet.
fn blocks_around<'s>(spot: &Spot<'s>) -> Vec<&'s Block> {
    let mut blocks = Vec::new();
    let mut body = &spot.tree().body;
    while let Some(block) = body.blocks.iter().find(|b| b.header.end < spot.at && spot.at < b.span.end) {
        blocks.push(block);
        body = &block.body;
    }
    blocks
}

fn arguments(session: &Session, spot: &Spot<'_>, module: &Module) -> Vec<Offer> {
    let blocks = blocks_around(spot);
    let Some(outer) = blocks.first() else { return top_level() };
    let taken = |name: &str| blocks.last().is_some_and(|block| block.body.attribute(name).is_some());
    let mut offers = match (outer.ty.as_str(), blocks.len()) {
        ("resource" | "data" | "ephemeral", depth) => {
            let mut offers = of_schema(&blocks);
            if depth == 1 {
                offers.extend(
                    ["count", "for_each", "depends_on", "provider"].map(|n| Offer::argument(n, "meta-argument")),
                );
                offers.push(Offer::block("lifecycle", "meta-argument"));
            }
            offers
        }
        ("module", 1) => of_call(session, module, &blocks),
        ("variable", 1) => ["type", "default", "description", "nullable", "sensitive", "ephemeral"]
            .map(|name| Offer::argument(name, ""))
            .into_iter()
            .chain([Offer::block("validation", "")])
            .collect(),
        ("output", 1) => {
            ["value", "description", "sensitive", "ephemeral", "depends_on"].map(|n| Offer::argument(n, "")).into()
        }
        _ => Vec::new(),
    };
    offers.retain(|offer| !taken(&offer.label));
    offers
}

fn top_level() -> Vec<Offer> {
    let labelled = |ty: &str, labels: &str| Offer {
        text: format!("{ty} {labels}{{\n}}"),
        ..Offer::new(ty, "block", CompletionItemKind::STRUCT)
    };
    let mut offers: Vec<Offer> =
        ["variable", "output", "module", "provider", "check"].iter().map(|ty| labelled(ty, "\"\" ")).collect();
    offers.extend(["resource", "data", "ephemeral"].iter().map(|ty| labelled(ty, "\"\" \"\" ")));
    offers.extend(["locals", "terraform", "moved", "removed", "import"].iter().map(|ty| labelled(ty, "")));
    offers
}

/// What the provider's schema has for the innermost block; what is required comes first.
fn of_schema(blocks: &[&Block]) -> Vec<Offer> {
    let Some((outer, inner)) = blocks.split_first() else { return Vec::new() };
    let mode = match outer.ty.as_str() {
        "data" => Mode::Data,
        "ephemeral" => Mode::Ephemeral,
        _ => Mode::Managed,
    };
    let ty = outer.labels.first().map(|label| label.text);
    let of_type = ty.and_then(|ty| schema::aws().of(mode, ty.as_str()));
    let nested = |of_type: schema::Block<'static>| {
        inner.iter().try_fold(of_type, |block, nested| Some(block.block(generated(nested)?.as_str())?.block))
    };
    let Some(block) = of_type.and_then(nested) else { return Vec::new() };
    let mut settable: Vec<_> = block.attributes().filter(|a| a.required || a.optional).collect();
    settable.sort_by_key(|attribute| !attribute.required);
    let word = |required: bool| if required { "required" } else { "optional" };
    let mut offers: Vec<Offer> = settable
        .iter()
        .map(|a| {
            let deprecated = if a.deprecated { ", deprecated" } else { "" };
            Offer::argument(&a.name, format!("{}, {}{deprecated}", show_type(&a.ty), word(a.required)))
        })
        .collect();
    offers.extend(block.blocks().map(|b| Offer::block(&b.name, format!("block, {}", word(b.min_items > 0)))));
    offers
}

/// The type of the blocks that one stands for: a `dynamic` block by its label; its `content` is the same block.
fn generated(block: &Block) -> Option<Name> {
    if block.ty == "dynamic" { block.labels.first().map(|label| label.text) } else { Some(block.ty) }
}

/// The variables of a called module; those without a default first.
fn of_call(session: &Session, module: &Module, blocks: &[&Block]) -> Vec<Offer> {
    let mut offers = Vec::new();
    if let Some(ModuleSource::Local { dir, .. }) = call_of(module, blocks).map(|call| &call.source)
        && let Some(called) = session.repository().modules.get(dir)
    {
        let mut variables: Vec<_> = called.variables.values().collect();
        variables.sort_by_key(|variable| variable.default.is_some());
        offers.extend(variables.iter().map(|variable| {
            let word = if variable.default.is_some() { "optional" } else { "required" };
            Offer::argument(&variable.name, format!("{}, {word}", show_type(&variable.ty)))
        }));
    }
    let own = ["source", "version", "count", "for_each", "depends_on", "providers"];
    offers.extend(own.map(|name| Offer::argument(name, "meta-argument")));
    offers
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn what_is_typed_ends_at_the_position() {
        let cases = [
            ("  mul", "mul"),
            ("  a = var.", "var."),
            ("x = module.vpc[\"a b\"].sub", "module.vpc[\"a b\"].sub"),
            ("x = [var.", "var."),
            ("x = \"${local.", "local."),
            ("", ""),
            ("x = f(aws_vpc.this", "aws_vpc.this"),
        ];
        for (line, expected) in cases {
            assert_eq!(typed(line), expected, "{line}");
        }
    }
}
