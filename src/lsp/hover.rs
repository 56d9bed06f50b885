//! What something comes to, and where that came from.

use std::rc::Rc;

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind};

use super::{
    publish::hop_name,
    spot::{Around, File, On, Spot},
    text, uri,
};
use crate::{
    addr::{Mode, Name},
    check::Session,
    config::{ModuleSource, Repository, RootModule},
    eval::{Context, Node, Root},
    schema,
    source::{Place, Sources},
    syntax::{Attribute, Block},
    value::{Hop, What, show_short, show_type, show_with_reasons},
    world::explain::{Explanation, Origined, Subject, Wrong, explain},
};

/// Instances of a module or resource that are told one by one.
const TOLD: usize = 4;
/// Root modules that are evaluated for one answer.
const ROOTS: usize = 3;
/// Attributes of a whole block.
const ATTRIBUTES: usize = 24;
/// Characters of a value.
const LONGEST: usize = 2_000;

pub(super) fn hover(session: &Session, spot: &Spot<'_>) -> Option<Hover> {
    let asked = asked(spot)?;
    let mut told = Vec::new();
    let roots = roots(session.repository(), spot);
    for root in roots.iter().take(ROOTS) {
        in_root(session, (root, spot), &asked, &mut told);
    }
    let mut parts: Vec<String> = asked.schema.clone().into_iter().collect();
    parts.extend(told);
    let more = roots.len().saturating_sub(ROOTS);
    if more > 0 && parts.len() > usize::from(asked.schema.is_some()) {
        parts.push(format!("*and in {more} more root modules*"));
    }
    if parts.is_empty() {
        return None;
    }
    let file = session.sources().get(asked.place.file);
    let value = parts.join("\n\n---\n\n");
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value }),
        range: Some(text::range(&file, asked.place.span)),
    })
}

/// What is asked about: an address in a module.
struct Asked {
    /// The address of the thing that may be repeated, and what follows its key.
    thing: String,
    rest: String,
    place: Place,
    /// What the provider's schema says of it.
    schema: Option<String>,
}

fn asked(spot: &Spot<'_>) -> Option<Asked> {
    let Around { blocks, on } = spot.around();
    let tree = spot.tree();
    let simple = |thing: String, span| Asked { thing, rest: String::new(), place: tree.at(span), schema: None };
    match (&spot.file, on) {
        (File::Variables { .. }, On::Name(attribute)) => {
            Some(simple(format!("var.{}", attribute.name), attribute.name_span))
        }
        (File::Variables { .. }, _) => None,
        (File::Module { .. }, On::Value(attribute)) => reference(spot, attribute),
        (File::Module { .. }, On::Name(attribute)) => argument(spot, &blocks, attribute),
        (File::Module { .. }, On::Header) => {
            let [block] = blocks.as_slice() else { return None };
            Some(simple(declared(block)?, block.header))
        }
        (File::Module { .. }, On::Body) => None,
    }
}

/// The address of what a block declares.
fn declared(block: &Block) -> Option<String> {
    let label = |i: usize| block.labels.get(i).map(|label| label.text);
    Some(match block.ty.as_str() {
        "variable" => format!("var.{}", label(0)?),
        "output" => format!("output.{}", label(0)?),
        "module" => format!("module.{}", label(0)?),
        "resource" => format!("{}.{}", label(0)?, label(1)?),
        "data" => format!("data.{}.{}", label(0)?, label(1)?),
        _ => return None,
    })
}

/// A reference, split behind the resource or module call it begins with.
fn reference(spot: &Spot<'_>, attribute: &Attribute) -> Option<Asked> {
    let referred = spot.reference(attribute.value)?;
    let place = referred.place;
    let whole = spot.text.get(place.span.start as usize..place.span.end as usize)?;
    if matches!(referred.root.as_str(), "each" | "count" | "self" | "path" | "terraform") {
        return None;
    }
    let of_two = !matches!(referred.root.as_str(), "var" | "local");
    let parts = if referred.root == "data" { 3 } else { 2 };
    let (thing, rest) = if of_two { split(whole, parts) } else { (whole, "") };
    Some(Asked { thing: thing.to_owned(), rest: rest.to_owned(), place, schema: None })
}

/// Behind so many names that are joined by dots.
fn split(whole: &str, names: usize) -> (&str, &str) {
    let is_end = |(_, c): &(usize, char)| *c == '.' || *c == '[';
    let ends = whole.char_indices().filter(is_end).map(|(at, _)| at);
    let at = ends.take(names).last().filter(|_| whole.matches(['.', '[']).count() >= names);
    at.map_or((whole, ""), |at| whole.split_at(at))
}

/// An argument by its name: a local value, what a module is given, or an attribute of a resource.
fn argument(spot: &Spot<'_>, blocks: &[&Block], attribute: &Attribute) -> Option<Asked> {
    let place = spot.tree().at(attribute.name_span);
    let name = attribute.name;
    let asked = |thing: String, rest: String, schema| Some(Asked { thing, rest, place, schema });
    let outer = *blocks.first()?;
    match (outer.ty.as_str(), blocks) {
        ("locals", [_]) => asked(format!("local.{name}"), String::new(), None),
        ("variable", [_]) if name == "default" => asked(declared(outer)?, String::new(), None),
        ("output", [_]) if name == "value" => asked(declared(outer)?, String::new(), None),
        ("module", [_]) if !is_meta(name) => asked(declared(outer)?, format!(".var.{name}"), None),
        ("resource" | "data", _) if blocks.len() > 1 || !is_meta(name) => {
            let rest: String = blocks.windows(2).map(within).collect();
            asked(declared(outer)?, format!("{rest}.{name}"), of_schema(blocks, name))
        }
        _ => None,
    }
}

/// The step from a block to one inside it.
fn within(pair: &[&Block]) -> String {
    let [outer, inner] = pair else { return String::new() };
    let alike = outer.body.blocks.iter().filter(|block| block.ty == inner.ty);
    let index = alike.take_while(|block| block.span != inner.span).count();
    format!(".{}[{index}]", inner.ty)
}

fn is_meta(name: Name) -> bool {
    ["count", "for_each", "depends_on", "provider", "providers", "source", "version"].contains(&name.as_str())
}

/// What the schema says of an attribute.
fn of_schema(blocks: &[&Block], name: Name) -> Option<String> {
    let (outer, inner) = blocks.split_first()?;
    let mode = if outer.ty == "data" { Mode::Data } else { Mode::Managed };
    let of_type = schema::aws().of(mode, outer.labels.first()?.text.as_str())?;
    let block = inner.iter().try_fold(of_type, |block, nested| Some(block.block(nested.ty.as_str())?.block))?;
    let attribute = block.attribute(name.as_str())?;
    let flags = [
        (attribute.required, "required"),
        (attribute.optional, "optional"),
        (attribute.computed, "computed"),
        (attribute.sensitive, "sensitive"),
        (attribute.deprecated, "deprecated"),
    ];
    let flags: Vec<&str> = flags.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    Some(format!("`{name}`: {}, {}", show_type(&attribute.ty), flags.join(", ")))
}

/// The root modules that a file has a part in.
fn roots<'s>(repository: &'s Repository, spot: &Spot<'s>) -> Vec<&'s RootModule> {
    match &spot.file {
        File::Variables { roots, .. } => roots.clone(),
        File::Module { .. } => {
            let is_concerned = |root: &&RootModule| reaches(repository, &root.path, &spot.dir);
            repository.root_modules.iter().filter(is_concerned).collect()
        }
    }
}

/// Whether the modules that one calls, and those they call, hold a directory.
fn reaches(repository: &Repository, from: &str, dir: &str) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(at) = seen.get(next).copied() {
        if at == dir {
            return true;
        }
        next += 1;
        let calls = repository.modules.get(at).into_iter().flat_map(|module| module.calls.values());
        for call in calls {
            if let ModuleSource::Local { dir, .. } = &call.source
                && !seen.contains(&&**dir)
            {
                seen.push(dir);
            }
        }
    }
    false
}

/// The address before what is in each instance of the module in a root module: `module.a.`, or nothing for itself.
fn prefixes<'r>(root: &Root<'r>, node: &Rc<Node<'r>>, spot: &Spot<'_>, found: &mut Vec<String>) {
    let is_of_root = matches!(spot.file, File::Variables { .. });
    if *node.module.dir == *spot.dir || (is_of_root && node.path.is_root()) {
        found.push(if node.path.is_root() { String::new() } else { format!("{}.", node.path) });
    }
    for index in 0..node.module.calls.len() {
        for called in root.calls(node, index).iter().flat_map(|calls| &calls.nodes) {
            prefixes(root, called, spot, found);
        }
    }
}

fn in_root(session: &Session, (config, spot): (&RootModule, &Spot<'_>), asked: &Asked, told: &mut Vec<String>) {
    let sources = session.sources();
    let root = Root::new(Context::new(sources), session.repository(), config);
    let mut all = Vec::new();
    prefixes(&root, &root.node(), spot, &mut all);
    drop(root.cx.take_diagnostics());
    let explained = |address: &str| {
        let root = Root::new(Context::new(sources), session.repository(), config);
        explain(&root, sources.add("<address>", address))
    };
    for prefix in all.iter().take(TOLD) {
        let thing = format!("{prefix}{}", asked.thing);
        let direct = explained(&format!("{thing}{}", asked.rest));
        match direct {
            Ok(explanation) => told.push(shown(sources, &explanation)),
            // It may be repeated: each instance has its own.
            Err(Wrong::Said(_)) if !asked.rest.is_empty() => {
                let Ok(Explanation { subject: Subject::Instances { addresses, .. }, .. }) = explained(&thing) else {
                    continue;
                };
                let each = addresses
                    .iter()
                    .take(TOLD)
                    .filter_map(|address| explained(&format!("{address}{}", asked.rest)).ok());
                told.extend(each.map(|explanation| shown(sources, &explanation)));
            }
            Err(Wrong::Said(_) | Wrong::Reported(_)) => {}
        }
    }
    let more = all.len().saturating_sub(TOLD);
    if more > 0 {
        told.push(format!("*and in {more} more instances of this module in {}*", config.path));
    }
}

/// An explanation in Markdown.
fn shown(sources: &Sources, explanation: &Explanation) -> String {
    let mut out = match &explanation.subject {
        Subject::Value(of) => value(sources, &explanation.address, of),
        Subject::Block { parts, .. } => block(&explanation.address, parts),
        Subject::Instances { addresses, .. } => instances(&explanation.address, addresses),
    };
    if let Some(on) = &explanation.exists {
        out.push_str(&format!("\n\nmay exist or not: that hangs on `{}`", show_short(on)));
    }
    let workspace = explanation.workspace.as_ref().map(|name| format!(", workspace {name}")).unwrap_or_default();
    out.push_str(&format!("\n\nin {}{workspace}", explanation.root_module));
    out
}

fn value(sources: &Sources, address: &str, of: &Origined) -> String {
    let text = show_with_reasons(&of.value);
    let text: String = text.chars().take(LONGEST).collect();
    let mut out = fenced(&format!("{address} = {text}"));
    out.push_str(&format!("\n{}", show_type(&of.value.ty()).lines().next().unwrap_or_default()));
    for hop in &of.hops {
        out.push_str(&format!("\n- {}", step(sources, hop)));
    }
    out
}

/// One hop: its name, what it is, and a link to its line.
fn step(sources: &Sources, hop: &Hop) -> String {
    let file = sources.get(hop.at.file);
    let line = file.position(hop.at.span.start).line;
    let name = hop_name(sources, hop).replace('`', "'");
    let place = format!("{}:{line}", file.path);
    let is_secret = hop.what == What::SensitiveVariable;
    let code = if is_secret { "" } else { file.slice(file.line_span(hop.at.span.start)).trim() };
    let code: String = code.chars().take(80).filter(|c| *c != '`').collect();
    let code = if code.is_empty() { code } else { format!(" `{code}`") };
    match uri::of(&sources.root().join(&*file.path)).filter(|_| file.is_on_disk) {
        Some(uri) => format!("{name} [{place}]({}#L{line}){code}", uri.as_str()),
        None => format!("{name} {place}"),
    }
}

fn block(address: &str, parts: &[(String, Origined)]) -> String {
    let is_told = |of: &Origined| !of.value.is_null() && of.value.is_known();
    let told: Vec<_> = parts.iter().filter(|(_, of)| is_told(of)).collect();
    let lines: Vec<String> =
        told.iter().take(ATTRIBUTES).map(|(name, of)| format!("{name} = {}", show_short(&of.value))).collect();
    let more = told.len().saturating_sub(ATTRIBUTES);
    let more = if more > 0 { format!("\n# and {more} more") } else { String::new() };
    fenced(&format!("# {address}\n{}{more}", lines.join("\n")))
}

fn instances(address: &str, addresses: &[String]) -> String {
    let lines: Vec<&str> = addresses.iter().take(ATTRIBUTES).map(String::as_str).collect();
    let more = addresses.len().saturating_sub(ATTRIBUTES);
    let more = if more > 0 { format!("\n# and {more} more") } else { String::new() };
    let count = addresses.len();
    fenced(&format!("# {address}: {count} instances\n{}{more}", lines.join("\n")))
}

/// Text that looks like Terraform; no fence inside of it ends it.
fn fenced(text: &str) -> String {
    format!("````terraform\n{}\n````", text.replace("````", "```"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_reference_is_split_behind_what_may_be_repeated() {
        let cases = [
            ("module.vpc.subnets[0]", 2, ("module.vpc", ".subnets[0]")),
            ("module.vpc", 2, ("module.vpc", "")),
            ("module.key[\"a\"].arn", 2, ("module.key", "[\"a\"].arn")),
            ("aws_vpc.this.id", 2, ("aws_vpc.this", ".id")),
            ("data.aws_region.now.name", 3, ("data.aws_region.now", ".name")),
        ];
        for (whole, names, expected) in cases {
            assert_eq!(split(whole, names), expected, "{whole}");
        }
    }
}
