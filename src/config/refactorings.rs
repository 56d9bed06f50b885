//! `moved`, `removed` and `import` blocks against each other and against what the module declares.

use std::collections::{HashMap, HashSet};

use super::model::{Block, Module};
use crate::{
    addr::{Mode, name},
    diag::Diagnostic,
    source::{Place, Sources},
};

/// Reports what is wrong with the refactorings of a module that has no other mistakes.
pub(super) fn check(sources: &Sources, module: &mut Module) {
    if module.diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    let found = Refactorings { sources, module }.mistakes();
    module.diagnostics.extend(found);
}

struct Refactorings<'m> {
    sources: &'m Sources,
    module: &'m Module,
}

/// A `moved` block: where it stands, and the two addresses as written.
struct Move {
    at: Place,
    from: String,
    to: String,
}

impl Refactorings<'_> {
    fn mistakes(&self) -> Vec<Diagnostic> {
        let of = |ty: &str| self.module.refactorings.iter().filter(move |block| block.ty == ty).collect::<Vec<_>>();
        let mut found = self.moves(&of("moved"));
        found.extend(of("removed").into_iter().filter_map(|block| self.removed(block)));
        found.extend(self.imports(&of("import")));
        found
    }

    /// An address as written, without spaces, and where.
    fn address(&self, block: &Block, argument: &str) -> Option<(String, Place)> {
        let value = block.body.attribute(argument)?.value;
        let place = self.module.place(value);
        let text = self.sources.get(place.file).slice(place.span).trim_matches('"').to_owned();
        Some((text.split_whitespace().collect(), place))
    }

    fn moves(&self, blocks: &[&Block]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut seen: Vec<Move> = Vec::new();
        for block in blocks {
            let (Some((from, _)), Some((to, _))) = (self.address(block, "from"), self.address(block, "to")) else {
                continue;
            };
            let next = Move { at: block.header, from, to };
            found.extend(self.wrong_move(&next).or_else(|| seen.iter().find_map(|before| ambiguous(before, &next))));
            seen.push(next);
        }
        if found.is_empty() {
            found.extend(circle(&seen));
        }
        found
    }

    fn wrong_move(&self, of: &Move) -> Option<Diagnostic> {
        let Move { at, from, to } = of;
        if is_module(from) != is_module(to) {
            let detail = format!("{from} and {to} are not of one kind: one is a module, the other a resource.");
            return Some(Diagnostic::error("Invalid \"moved\" addresses", detail, *at));
        }
        if from == to {
            let detail = format!("This statement declares a move from {from} to the same address, which does nothing.");
            return Some(Diagnostic::error("Redundant move statement", detail, *at));
        }
        self.declared(from)?;
        let detail = format!(
            "This statement declares a move from {from}, but that is still declared. Remove the declaration, or the statement."
        );
        Some(Diagnostic::error("Moved object still exists", detail, *at))
    }

    fn removed(&self, block: &Block) -> Option<Diagnostic> {
        let (from, _) = self.address(block, "from")?;
        let at = self.declared(&from)?;
        let summary = if is_module(&from) { "Removed module still exists" } else { "Removed resource still exists" };
        let detail = format!("This configuration says that {from} is removed, but it is still declared.");
        Some(Diagnostic::error(summary, detail, at))
    }

    /// Where a resource or module call of this module is declared that is one by itself.
    fn declared(&self, address: &str) -> Option<Place> {
        if let Some(call) = address.strip_prefix("module.") {
            let call = self.module.calls.get(&name(call))?;
            return (call.count.is_none() && call.for_each.is_none()).then_some(call.header);
        }
        let (ty, named) = address.split_once('.')?;
        let resource = self.module.resources.get(&(Mode::Managed, name(ty), name(named)))?;
        (resource.count.is_none() && resource.for_each.is_none()).then_some(resource.header)
    }

    fn imports(&self, blocks: &[&Block]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for block in blocks {
            let Some((to, at)) = self.address(block, "to") else { continue };
            let wrong = wrong_target(&to, at);
            if let Some(provider) = block.body.attribute("provider").filter(|_| wrong.is_none()) {
                let detail = "The provider argument can only be specified in import blocks that will generate configuration. Use the \
                              provider argument in the target resource block.";
                found.push(Diagnostic::error("Invalid import provider argument", detail, provider.name_at));
            }
            found.extend(wrong);
            if seen.contains(&to) {
                let detail = "An import block for this resource is declared already; a resource can be imported once.";
                let summary = format!("Duplicate import configuration for {to:?}");
                found.push(Diagnostic::error(summary, detail, at));
            }
            seen.push(to);
        }
        found
    }
}

/// What is there is looked for when it is evaluated.
fn wrong_target(to: &str, at: Place) -> Option<Diagnostic> {
    let detail = format!("{to} is a data source, and only managed resources can be imported.");
    to.starts_with("data.").then(|| Diagnostic::error("Invalid import address", detail, at))
}

/// Two moves of one thing, or to one place.
fn ambiguous(before: &Move, next: &Move) -> Option<Diagnostic> {
    let shared = match (before.from == next.from, before.to == next.to) {
        (true, false) => format!("from {}", next.from),
        (false, true) => format!("to {}", next.to),
        _ => return None,
    };
    let detail = format!("Another statement declares a move {shared} already.");
    Some(Diagnostic::error("Ambiguous move statements", detail, next.at))
}

/// Moves that lead back to where one of them begins. Each address stands in at most one `from`.
fn circle(moves: &[Move]) -> Option<Diagnostic> {
    let next: HashMap<&str, &Move> = moves.iter().map(|of| (of.from.as_str(), of)).collect();
    // What has been walked without coming back is walked once.
    let mut walked = HashSet::new();
    moves.iter().find_map(|first| {
        let mut at = first;
        while walked.insert(at.from.as_str()) {
            at = next.get(at.to.as_str()).copied()?;
        }
        leads_back(at, &next).then(|| {
            let detail = format!("The moved blocks lead from {} over others back to {}.", at.from, at.from);
            Diagnostic::error("Cyclic dependency in move statements", detail, at.at)
        })
    })
}

fn leads_back(of: &Move, next: &HashMap<&str, &Move>) -> bool {
    let mut at = of;
    for _ in 0..next.len() {
        let Some(then) = next.get(at.to.as_str()).copied() else { return false };
        if then.from == of.from {
            return true;
        }
        at = then;
    }
    false
}

/// Whether an address is a module call's and not a resource's.
fn is_module(address: &str) -> bool {
    let mut rest = address;
    while let Some(call) = rest.strip_prefix("module.") {
        let end = call.find(['.', '[']).unwrap_or(call.len());
        let after = call.get(end..).unwrap_or_default();
        let after = if after.starts_with('[') { after.split_once(']').map_or("", |(_, after)| after) } else { after };
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    rest.is_empty()
}
