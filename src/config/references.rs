//! What is wrong with references whatever is evaluated: names nobody declares, and names that mean nothing where they stand.

use super::{
    mistake,
    model::{Beyond, Block, Body, Expr, Module, ModuleCall, Resource, Validation},
    steps,
};
use crate::{
    addr::{Mode, Name, name},
    diag::Diagnostic,
    source::{Place, Span},
    syntax::{ExprKind, ObjectKey, Reference, StaticStep, Tree},
};

/// What names mean where an expression stands, besides what its module declares.
#[derive(Clone, Debug, Default)]
struct Site {
    each: bool,
    count: bool,
    this: bool,
    /// The resource that `self` is an instance of.
    instance_of: Option<(Mode, Name)>,
    /// What it belongs to and may not refer to.
    owner: Option<Owner>,
    /// The iterators of dynamic blocks around it.
    bound: Vec<Name>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    /// Of a precondition or postcondition.
    Condition(Mode, Name, Name),
    Local(Name),
}

/// Reports the mistakes of all expressions of a module. Like Terraform it does not look at one with other mistakes: what
/// is not declared may only be declared wrongly.
pub(super) fn check(module: &mut Module) {
    if module.diagnostics.iter().any(Diagnostic::is_error) {
        return;
    }
    let mut walk = Walk { module, found: Vec::new(), beyond: Vec::new() };
    walk.declarations();
    walk.resources();
    walk.calls();
    let (found, beyond) = (walk.found, walk.beyond);
    module.note_beyond(beyond);
    module.diagnostics.extend(found);
}

struct Walk<'m> {
    module: &'m Module,
    found: Vec<Diagnostic>,
    /// What schemas do not have: whether it is a mistake depends on the provider of each root module.
    beyond: Vec<Beyond>,
}

impl Walk<'_> {
    fn declarations(&mut self) {
        let (module, top) = (self.module, Site::default());
        for (name, local) in &module.locals {
            self.expr(local.value, &Site { owner: Some(Owner::Local(*name)), ..Site::default() });
        }
        for variable in module.variables.values() {
            self.rules(&variable.validations, &top);
        }
        for output in module.outputs.values() {
            self.rules(&output.preconditions, &top);
            self.exprs(output.value, &top);
            self.depends_on(output.depends_on);
        }
        for check in module.checks.values() {
            self.rules(&check.asserts, &top);
        }
        for provider in &module.providers {
            self.body(&provider.body, &top);
        }
        for block in module.refactorings.iter().filter(|block| block.ty == "import") {
            let for_each = block.body.attribute("for_each").map(|a| a.value);
            self.exprs(for_each, &top);
            let each = Site { each: for_each.is_some(), ..Site::default() };
            self.exprs(block.body.attribute("id").map(|a| a.value), &each);
        }
    }

    fn resources(&mut self) {
        let module = self.module;
        for resource in module.resources.values() {
            self.exprs(resource.count.into_iter().chain(resource.for_each), &Site::default());
            self.depends_on(resource.depends_on);
            let inside = Site { each: resource.for_each.is_some(), count: resource.count.is_some(), ..Site::default() };
            self.body(&resource.body, &inside);
            self.conditions(resource, &inside);
            self.ignored(resource);
            let lifecycle = resource.lifecycle.as_ref();
            let triggers = lifecycle.and_then(|block| block.body.attribute("replace_triggered_by"));
            // What of a resource triggers is not looked at.
            let before = self.beyond.len();
            self.exprs(triggers.map(|a| a.value), &inside);
            self.beyond.truncate(before);
            for block in &resource.provisioners {
                // `when` and `on_failure` take words, not references.
                let mut body = block.body.clone();
                body.attributes.retain(|a| a.name != "when" && a.name != "on_failure");
                let instance_of = Some((resource.mode, resource.ty));
                self.body(&body, &Site { this: true, instance_of, ..inside.clone() });
            }
        }
    }

    fn ignored(&mut self, resource: &Resource) {
        let body = resource.lifecycle.as_ref().map(|block| &block.body);
        let Some(list) = body.and_then(|body| body.attribute("ignore_changes")).map(|a| a.value) else { return };
        let tree = self.module.tree(list);
        let ExprKind::Tuple(items) = tree.kind(list.id) else { return };
        for id in tree.list(items) {
            match tree.kind(*id) {
                ExprKind::String(text) => {
                    self.beyond.extend(steps::ignored_text(tree, resource, (*id, tree.str(text))))
                }
                _ => {
                    let references = tree.references(*id, &[]);
                    self.beyond
                        .extend(references.iter().filter_map(|reference| steps::ignored(tree, resource, reference)));
                }
            }
        }
    }

    fn conditions(&mut self, resource: &Resource, inside: &Site) {
        let owner = Some(Owner::Condition(resource.mode, resource.ty, resource.name));
        self.rules(&resource.preconditions, &Site { owner, ..inside.clone() });
        let instance_of = Some((resource.mode, resource.ty));
        self.rules(&resource.postconditions, &Site { owner, this: true, instance_of, ..inside.clone() });
    }

    fn calls(&mut self) {
        for call in self.module.calls.values() {
            self.exprs(call.count.into_iter().chain(call.for_each), &Site::default());
            self.depends_on(call.depends_on);
            self.needs_itself(call);
            let inside = Site { each: call.for_each.is_some(), count: call.count.is_some(), ..Site::default() };
            self.exprs(call.arguments.iter().map(|argument| argument.value), &inside);
        }
    }

    /// A call that waits for itself.
    fn needs_itself(&mut self, call: &ModuleCall) {
        let Some(list) = call.depends_on else { return };
        let references = self.module.tree(list).references(list.id, &[]);
        let is_itself = |reference: &&Reference| {
            reference.root == "module" && attribute(reference.steps.first()) == Some(call.name)
        };
        if let Some(reference) = references.iter().find(is_itself) {
            let summary = format!("Cycle: module.{0} (expand), module.{0} (close)", call.name);
            let detail = format!("The call of module {:?} depends on itself.", call.name.as_str());
            self.found.push(Diagnostic::error(summary, detail, self.module.tree(list).place(reference.whole)));
        }
    }

    fn rules(&mut self, rules: &[Validation], site: &Site) {
        self.exprs(rules.iter().flat_map(|rule| [Some(rule.condition), rule.error_message]).flatten(), site);
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = Expr>, site: &Site) {
        exprs.into_iter().for_each(|expr| self.expr(expr, site));
    }

    /// Of a list with several mistakes the first is told, as in Terraform.
    fn depends_on(&mut self, list: Option<Expr>) {
        let Some(list) = list else { return };
        let (module, top) = (self.module, Site::default());
        let tree = module.tree(list);
        let mut references = tree.references(list.id, &[]);
        // Terraform does not look whether a module is there.
        references.retain(|reference| reference.root != "module");
        references.sort_by_key(|reference| tree.node(reference.whole).span.start);
        self.found.extend(
            references.iter().find_map(|reference| {
                wrong(module, tree, reference, &top).or_else(|| not_whole(module, tree, reference))
            }),
        );
    }

    fn body(&mut self, body: &Body, site: &Site) {
        for attribute in &body.attributes {
            let mut bound = site.bound.clone();
            json_iterators(self.module.tree(attribute.value), attribute.value, attribute.name, &mut bound);
            self.expr(attribute.value, &Site { bound, ..site.clone() });
        }
        for block in &body.blocks {
            if block.ty == "dynamic" { self.dynamic(block, site) } else { self.body(&block.body, site) }
        }
    }

    fn dynamic(&mut self, block: &Block, site: &Site) {
        self.exprs(block.body.attribute("for_each").map(|a| a.value), site);
        let written = block.body.attribute("iterator").and_then(|a| match self.module.tree(a.value).kind(a.value.id) {
            ExprKind::Name(name) => Some(name),
            ExprKind::String(text) => Some(name(self.module.tree(a.value).str(text))),
            _ => None,
        });
        let mut inside = site.clone();
        inside.bound.extend(written.or_else(|| block.labels.first().map(|(label, _)| *label)));
        self.exprs(block.body.attribute("labels").map(|a| a.value), &inside);
        for content in block.body.blocks_of("content") {
            self.body(&content.body, &inside);
        }
    }

    fn expr(&mut self, expr: Expr, site: &Site) {
        let tree = self.module.tree(expr);
        for reference in tree.references(expr.id, &site.bound) {
            match wrong(self.module, tree, &reference, site) {
                Some(mistake) => {
                    let is_self = reference.root == "self" && matches!(site.owner, Some(Owner::Condition(..)));
                    let again = is_self.then(|| mistake::no_such_name("self", mistake.place)).flatten();
                    self.found.extend([Some(mistake), again].into_iter().flatten());
                }
                None => {
                    let beyond = beyond(self.module, tree, &reference, site);
                    let is_condition = matches!(site.owner, Some(Owner::Condition(..))) && reference.root == "self";
                    let again = beyond.as_ref().filter(|_| is_condition).and_then(|beyond| {
                        let diagnostic = mistake::no_such_name("self", subject(tree, &reference))?;
                        Some(Beyond { diagnostic, ..beyond.clone() })
                    });
                    self.beyond.extend([beyond, again].into_iter().flatten());
                }
            }
        }
    }
}

/// In JSON, dynamic blocks are properties of `dynamic`, with their iterators somewhere below it.
fn json_iterators(tree: &Tree, expr: Expr, attribute: Name, bound: &mut Vec<Name>) {
    if !tree.is_json {
        return;
    }
    let mut left = vec![(attribute, expr.id)];
    while let Some((key, id)) = left.pop() {
        match tree.kind(id) {
            ExprKind::Tuple(items) => left.extend(tree.list(items).iter().map(|id| (key, *id))),
            ExprKind::Object(items) => {
                let named = tree.items(items).iter().filter_map(|item| match item.key {
                    ObjectKey::Name(name) => Some((name, item.value)),
                    ObjectKey::Expr(_) => None,
                });
                let named: Vec<_> = named.collect();
                if key == "dynamic" {
                    bound.extend(named.iter().map(|(name, _)| *name));
                }
                left.extend(named);
            }
            ExprKind::String(text) if key == "iterator" => bound.push(name(tree.str(text))),
            _ => {}
        }
    }
}

/// The attribute a step takes.
const fn attribute(step: Option<&StaticStep>) -> Option<Name> {
    match step {
        Some(StaticStep::Attr(name, _)) => Some(*name),
        _ => None,
    }
}

/// The mistake in a reference.
fn wrong(module: &Module, tree: &Tree, reference: &Reference, site: &Site) -> Option<Diagnostic> {
    let whole = tree.place(reference.whole);
    let first = attribute(reference.steps.first());
    let root = reference.root.as_str();
    if matches!(root, "var" | "local" | "module" | "each" | "count" | "path" | "terraform") && first.is_none() {
        let start = whole.span.start.saturating_add(crate::source::offset(root.len()));
        let step = reference.steps.first().map(|step| tree.at(Span::new(start, up_to(tree, step).span.end)));
        return Some(mistake::accessed_directly(root, step.is_some(), step.unwrap_or(whole)));
    }
    let at = subject(tree, reference).unwrap_or(whole);
    let first = first.unwrap_or_default();
    match root {
        "var" => mistake::undeclared_variable(module, first, at),
        "local" if site.owner == Some(Owner::Local(first)) => Some(mistake::self_referencing_local(first, at)),
        "local" => mistake::undeclared_local(module, first, at),
        "module" => mistake::undeclared_module(module, first, at),
        "path" => mistake::path_attribute(first, at),
        "terraform" => mistake::terraform_attribute(first, at),
        "each" => mistake::each(site.each, first, at),
        "count" => mistake::count(site.count, first, at),
        "self" if site.this => None,
        "self" => Some(mistake::no_self(at)),
        "data" => resource(module, tree, (Mode::Data, &reference.steps), (whole, site)),
        "ephemeral" => resource(module, tree, (Mode::Ephemeral, &reference.steps), (whole, site)),
        "resource" => resource(module, tree, (Mode::Managed, &reference.steps), (whole, site)),
        _ => {
            let mut steps = vec![StaticStep::Attr(reference.root, reference.whole)];
            steps.extend_from_slice(&reference.steps);
            resource(module, tree, (Mode::Managed, &steps), (whole, site))
        }
    }
}

/// What is wrong with a dependency on a part of a resource.
fn not_whole(module: &Module, tree: &Tree, reference: &Reference) -> Option<Diagnostic> {
    let steps = reference.steps.as_slice();
    let (mode, ty, rest) = match reference.root.as_str() {
        "data" => (Mode::Data, attribute(steps.first())?, steps.get(1..)?),
        "var" | "local" | "module" => return None,
        _ => (Mode::Managed, reference.root, steps),
    };
    module.resources.get(&(mode, ty, attribute(rest.first())?))?;
    let part = rest.iter().skip(1).find(|step| matches!(step, StaticStep::Attr(..)))?;
    let (StaticStep::Attr(_, id) | StaticStep::Index(id)) = part;
    let detail =
        "References in depends_on must be to a whole object (resource, etc), not to an attribute of an object.";
    Some(Diagnostic::error("Invalid depends_on reference", detail, steps::step_place(tree, *id)))
}

/// What a reference to a resource reads that its schema does not have.
fn beyond(module: &Module, tree: &Tree, reference: &Reference, site: &Site) -> Option<Beyond> {
    let steps = reference.steps.as_slice();
    let (mode, ty, steps) = match reference.root.as_str() {
        "var" | "local" | "module" | "each" | "count" | "path" | "terraform" => return None,
        "self" => {
            let (mode, ty) = site.instance_of?;
            return steps::of_instance(tree, mode, ty, steps);
        }
        "data" => (Mode::Data, attribute(steps.first())?, steps.get(1..)?),
        "ephemeral" => (Mode::Ephemeral, attribute(steps.first())?, steps.get(1..)?),
        "resource" => (Mode::Managed, attribute(steps.first())?, steps.get(1..)?),
        _ => (Mode::Managed, reference.root, steps),
    };
    let resource = module.resources.get(&(mode, ty, attribute(steps.first())?))?;
    steps::beyond(tree, resource, steps.get(1..)?)
}

/// The reference up to a step.
fn up_to(tree: &Tree, step: &StaticStep) -> Place {
    let (StaticStep::Attr(_, id) | StaticStep::Index(id)) = step;
    tree.place(*id)
}

/// The part of a reference that names something: `local.a` of `local.a.b[0]`, `module.m[0].o`, `self`.
fn subject(tree: &Tree, reference: &Reference) -> Option<Place> {
    let steps = &reference.steps;
    let last = match (reference.root.as_str(), steps.get(1), steps.get(2)) {
        ("self", ..) => {
            let at = tree.place(reference.whole);
            let end = at.span.start.saturating_add(crate::source::offset("self".len()));
            return Some(tree.at(Span::new(at.span.start, end)));
        }
        ("module", Some(output @ StaticStep::Attr(..)), _)
        | ("module", Some(StaticStep::Index(_)), Some(output @ StaticStep::Attr(..))) => output,
        _ => steps.first()?,
    };
    Some(up_to(tree, last))
}

fn resource(
    module: &Module,
    tree: &Tree,
    (mode, steps): (Mode, &[StaticStep]),
    (whole, site): (Place, &Site),
) -> Option<Diagnostic> {
    let (Some(ty), Some(named)) = (attribute(steps.first()), attribute(steps.get(1))) else {
        return Some(mistake::incomplete(mode, whole));
    };
    let at = steps.get(1).map_or(whole, |step| up_to(tree, step));
    if site.owner == Some(Owner::Condition(mode, ty, named)) {
        return Some(mistake::self_in_condition(site.this, at));
    }
    let Some(found) = module.resources.get(&(mode, ty, named)) else {
        return Some(mistake::undeclared_resource(module, (mode, ty, named), at));
    };
    match steps.get(2)? {
        StaticStep::Attr(wanted, _) if found.count.is_some() || found.for_each.is_some() => {
            Some(mistake::missing_key(found, *wanted, at))
        }
        StaticStep::Index(id) if found.count.is_none() && found.for_each.is_none() => {
            Some(mistake::unexpected_key(found, tree.place(*id)))
        }
        _ => None,
    }
}
