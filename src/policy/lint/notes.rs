//! Conditions that read nothing, and what another engine would take differently: each told once a file, with the
//! further places as labels.

use super::{
    super::{
        Policy, PolicyKind, RuleFile, metadata,
        static_checks::expressions,
        walk::{Mention, mentions},
    },
    typing::attributes_of,
};
use crate::{
    addr::Name,
    diag::{Diagnostic, Level},
    source::Span,
    syntax::{ExprId, ExprKind, Operator, Tree},
    value::Type,
};

/// Further places that are named.
const NAMED: usize = 5;

pub(super) fn notes(file: &RuleFile, extended: bool) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = file.policies.iter().flat_map(|policy| readless(file, policy)).collect();
    found.extend(unused(file));
    if !extended {
        found.extend(portability(file));
    }
    found
}

/// Conditions whose value is the same for every object and every input. `false` forbids what the policy selects.
fn readless(file: &RuleFile, policy: &Policy) -> Vec<Diagnostic> {
    let reads = |id: ExprId| Reading { file, policy, seen: Vec::new() }.reads(id);
    let still = policy.enforces.iter().map(|e| (e.condition, "condition")).chain(policy.filter.map(|f| (f, "filter")));
    let forbids = |id: ExprId| file.tree.kind(file.tree.unwrapped(id)) == ExprKind::Bool(false);
    let found = still.filter(|(id, what)| !(reads(*id) || *what == "condition" && forbids(*id)));
    found
        .map(|(id, what)| {
            let detail = format!("This {what} reads nothing of the object that is judged, so it is the same for all.");
            Diagnostic::warning(format!("A {what} that reads nothing"), detail, file.tree.place(id))
        })
        .collect()
}

/// Whether an expression reads an input or anything of the judged object or its surroundings, also through locals.
struct Reading<'f> {
    file: &'f RuleFile,
    policy: &'f Policy,
    seen: Vec<Name>,
}

impl Reading<'_> {
    fn reads(&mut self, id: ExprId) -> bool {
        mentions(&self.file.tree, id).into_iter().any(|mention| match mention {
            Mention::Name { root, attr: Some(attr), .. } if root == "local" => self.local(attr),
            Mention::Name { root, .. } => matches!(root.as_str(), "attrs" | "prior_attrs" | "meta" | "root" | "input"),
            Mention::Call { name, .. } => {
                name.starts_with("infralint::") || name.starts_with("core::get") || name.starts_with("plugin::")
            }
        })
    }

    fn local(&mut self, name: Name) -> bool {
        if self.seen.contains(&name) {
            return false;
        }
        self.seen.push(name);
        let local = self.policy.locals.get(&name).or_else(|| self.file.locals.get(&name));
        local.is_some_and(|local| self.reads(local.value))
    }
}

/// Inputs and locals that nobody reads.
fn unused(file: &RuleFile) -> Vec<Diagnostic> {
    let levels = file.policies.iter().filter_map(|p| p.level).chain(file.level);
    let of_policies = file.policies.iter().flat_map(expressions);
    let all: Vec<ExprId> = of_policies.chain(levels).chain(file.locals.values().map(|l| l.value)).collect();
    let read: Vec<(Name, Name)> = all
        .iter()
        .flat_map(|id| mentions(&file.tree, *id))
        .filter_map(|mention| match mention {
            Mention::Name { root, attr: Some(attr), .. } => Some((root, attr)),
            _ => None,
        })
        .collect();
    let is_read = |root: &str, name: Name| read.iter().any(|(r, a)| *r == root && *a == name);
    let inputs =
        file.inputs.values().filter(|input| !is_read("input", input.name)).map(|i| ("input", i.name, i.name_at));
    let own = file.policies.iter().flat_map(|p| &p.locals).chain(&file.locals);
    let locals = own.filter(|(name, _)| **name != "infralint" && !is_read("local", **name));
    let locals = locals.map(|(name, local)| ("local value", *name, local.name_at));
    let note = |(what, name, at): (&str, Name, Span)| {
        let detail = format!("Nothing in this file reads the {what} \"{name}\".");
        Diagnostic::new(Level::Info, format!("Unused {what}"), detail, Some(file.place(at)))
    };
    inputs.chain(locals).map(note).collect()
}

/// What HashiCorp's own engine would refuse or take differently.
fn portability(file: &RuleFile) -> Vec<Diagnostic> {
    let mut notes = Notes { file, attrs: Type::Any, found: Vec::new() };
    if file.providers.is_empty()
        && file.policies.iter().any(|p| matches!(p.kind, PolicyKind::Resource | PolicyKind::Provider))
    {
        let at = file.policies.first().map_or(Span::default(), |policy| policy.header);
        notes.add("portability/required-providers", "tfpolicy from 0.2 on wants policy { required_providers { … } } in every file with resource or provider policies.", at);
    }
    for policy in &file.policies {
        notes.attrs = attributes_of(policy);
        for id in expressions(policy) {
            notes.expression(id);
        }
        if policy.kind == PolicyKind::Module {
            notes.versions(policy);
        }
    }
    for local in file.locals.values() {
        notes.expression(local.value);
    }
    notes.finish()
}

struct Notes<'f> {
    file: &'f RuleFile,
    /// What `attrs` is in the policy that is looked at.
    attrs: Type,
    found: Vec<(&'static str, &'static str, Vec<Span>)>,
}

impl<'f> Notes<'f> {
    fn add(&mut self, name: &'static str, detail: &'static str, at: Span) {
        match self.found.iter_mut().find(|(known, _, _)| *known == name) {
            Some((_, _, places)) => places.push(at),
            None => self.found.push((name, detail, vec![at])),
        }
    }

    fn finish(self) -> Vec<Diagnostic> {
        let file = self.file;
        let note = |(name, detail, places): (&str, &str, Vec<Span>)| {
            let (first, more) = places.split_first()?;
            let start = Diagnostic::new(Level::Info, name, detail, Some(file.place(*first)));
            let label = |found: Diagnostic, at: &Span| found.with_label(file.place(*at), "here too");
            Some(more.iter().take(NAMED).fold(start, label))
        };
        self.found.into_iter().filter_map(note).collect()
    }

    fn expression(&mut self, id: ExprId) {
        let tree: &'f Tree = &self.file.tree;
        for mention in mentions(tree, id) {
            if let Mention::Call { name, id, guarded } = mention {
                self.call(name, id, guarded);
            }
        }
        self.guards(id);
    }

    fn call(&mut self, name: Name, id: ExprId, guarded: bool) {
        let tree: &'f Tree = &self.file.tree;
        let ExprKind::Call(call) = tree.kind(id) else { return };
        let args = tree.list(tree.call(call).args);
        let at = tree.node(id).span;
        match name.as_str() {
            "core::getresources" if args.len() == 1 => self.add(
                "portability/getresources",
                "tfpolicy wants two arguments: core::getresources(type, {}) finds all.",
                at,
            ),
            "core::try" if args.len() > 1 && args.first().is_some_and(|first| self.always_there(*first)) => self.add(
                "portability/dead-default",
                "The schema always has this attribute, so in a plan what follows it never counts: an attribute that is not set is null, which core::try lets through. Only mocks leave attributes out.",
                at,
            ),
            "core::length" if args.first().is_some_and(|arg| is_text(tree, *arg)) => self.add(
                "portability/length",
                "tfpolicy's core::length refuses strings; infralint counts characters.",
                at,
            ),
            name if name.starts_with("infralint::") && !guarded => self.add(
                "portability/infralint",
                "Only infralint has this function. Inside of core::try(…, fallback) other engines take the fallback; else the policy belongs into a file named *.infralint.hcl.",
                at,
            ),
            _ => {}
        }
    }

    /// Whether an expression is `attrs.x` of an `x` that the schema has.
    fn always_there(&self, id: ExprId) -> bool {
        let tree = &self.file.tree;
        let ExprKind::Attr(of, name) = tree.kind(tree.unwrapped(id)) else { return false };
        let Type::Object(fields) = &self.attrs else { return false };
        let is_there = fields.iter().any(|field| field.name == name.as_str());
        matches!(tree.kind(tree.unwrapped(of)), ExprKind::Name(root) if is_there && root == "attrs")
    }

    /// `x != null && f(x)`: engines before 0.4 evaluate both sides.
    fn guards(&mut self, id: ExprId) {
        let tree: &'f Tree = &self.file.tree;
        let ExprKind::Binary(Operator::And, left, right) = tree.kind(tree.unwrapped(id)) else { return };
        let is_guard = matches!(tree.kind(tree.unwrapped(left)), ExprKind::Binary(Operator::NotEqual, _, null)
            if tree.kind(tree.unwrapped(null)) == ExprKind::Null);
        if is_guard && mentions(tree, right).iter().any(|m| matches!(m, Mention::Call { .. })) {
            self.add(
                "portability/guard",
                "Old versions of tfpolicy evaluate the right side of && also where the left one is false.",
                tree.node(id).span,
            );
        }
        self.guards(left);
    }

    /// `meta.version` of a local module is "" and not null.
    fn versions(&mut self, policy: &Policy) {
        let tree: &'f Tree = &self.file.tree;
        for id in expressions(policy) {
            if compares_version_with_null(tree, id) {
                self.add(
                    "portability/module-version",
                    "The version of a module without one is \"\" and not null.",
                    tree.node(id).span,
                );
            }
        }
    }
}

fn compares_version_with_null(tree: &Tree, id: ExprId) -> bool {
    let ExprKind::Binary(operator, a, b) = tree.kind(tree.unwrapped(id)) else { return false };
    if matches!(operator, Operator::And | Operator::Or) {
        return compares_version_with_null(tree, a) || compares_version_with_null(tree, b);
    }
    let is_version = |id: ExprId| {
        matches!(tree.kind(tree.unwrapped(id)), ExprKind::Attr(of, name)
        if name == "version" && matches!(tree.kind(tree.unwrapped(of)), ExprKind::Name(root) if root == "meta"))
    };
    let is_null = |id: ExprId| tree.kind(tree.unwrapped(id)) == ExprKind::Null;
    matches!(operator, Operator::Equal | Operator::NotEqual)
        && (is_version(a) && is_null(b) || is_null(a) && is_version(b))
}

/// Whether an expression is a string as written.
fn is_text(tree: &Tree, id: ExprId) -> bool {
    metadata::string(tree, id).is_some() || matches!(tree.kind(tree.unwrapped(id)), ExprKind::Template(_))
}
