//! What can be told wrong about a policy file without evaluating it.

use super::{
    EnforcementLevel, Policy, PolicyKind, RuleFile,
    cycles::cycles,
    functions, metadata,
    subject::meta_type,
    walk::{Mention, mentions},
};
use crate::{
    addr::{Name, name},
    diag::{Diagnostic, nearest},
    source::Span,
    syntax::{ExprId, Tree},
    value::Type,
};

/// Whether anything in a policy reads `prior_attrs`.
pub(super) fn reads_prior(tree: &Tree, policy: &Policy) -> bool {
    let prior = name("prior_attrs");
    expressions(policy)
        .any(|id| mentions(tree, id).iter().any(|m| matches!(m, Mention::Name { root, .. } if *root == prior)))
}

/// Whether a policy calls a function.
pub(super) fn calls(tree: &Tree, policy: &Policy, function: &str) -> bool {
    let is_call = |m: &Mention| matches!(m, Mention::Call { name, .. } if *name == function);
    expressions(policy).any(|id| mentions(tree, id).iter().any(is_call))
}

/// All expressions of a policy that are evaluated for an object.
pub(super) fn expressions(policy: &Policy) -> impl Iterator<Item = ExprId> {
    let locals = policy.locals.values().map(|l| l.value);
    let enforces = policy
        .enforces
        .iter()
        .flat_map(|e| [Some(e.condition), e.error_message, e.info_message, e.fix, e.patch])
        .flatten();
    policy.filter.into_iter().chain(locals).chain(enforces)
}

/// Checks a file that could be parsed.
pub(super) fn check(file: &RuleFile) -> Vec<Diagnostic> {
    let mut checks = Checks { file, found: Vec::new() };
    checks.inputs();
    checks.file_locals();
    for policy in &file.policies {
        checks.policy(policy);
    }
    checks.level(file.level);
    checks.found.extend(cycles(file));
    checks.found
}

struct Checks<'f> {
    file: &'f RuleFile,
    found: Vec<Diagnostic>,
}

/// Where an expression stands: what it may refer to.
#[derive(Clone, Copy)]
struct Here<'p> {
    policy: Option<&'p Policy>,
    roots: &'static [&'static str],
    what: &'static str,
}

const FILE_LOCALS: Here<'static> = Here {
    policy: None,
    roots: &["input", "local"],
    what: "local values of a file, which are read by all its policies",
};
const LEVEL: Here<'static> = Here { policy: None, roots: &["input", "local"], what: "an enforcement level" };
const DEFAULT: Here<'static> = Here { policy: None, roots: &[], what: "the default of an input" };

impl<'f> Checks<'f> {
    fn inputs(&mut self) {
        for default in self.file.inputs.values().filter_map(|input| input.default) {
            self.expression(default, DEFAULT);
        }
    }

    fn file_locals(&mut self) {
        for local in self.file.locals.values() {
            self.expression(local.value, FILE_LOCALS);
        }
    }

    fn policy(&mut self, policy: &'f Policy) {
        let roots: &'static [&'static str] = match policy.kind {
            PolicyKind::Resource => &["attrs", "prior_attrs", "meta", "input", "local"],
            PolicyKind::Provider | PolicyKind::Module => &["attrs", "meta", "input", "local"],
            PolicyKind::RootModule => &["root", "input", "local"],
        };
        for id in expressions(policy) {
            self.expression(id, Here { policy: Some(policy), roots, what: policy.kind.block() });
        }
        self.level(policy.level);
        for (name, local) in &policy.locals {
            if let Some(outer) = self.file.locals.get(name) {
                let detail = format!("local.{name} hides the file's local value of that name inside this policy.");
                let found = Diagnostic::warning("Local value hides another", detail, self.file.place(local.name_at));
                self.found.push(found.with_label(self.file.place(outer.name_at), "the hidden one"));
            }
        }
    }

    fn level(&mut self, level: Option<ExprId>) {
        let Some(level) = level else { return };
        self.expression(level, LEVEL);
        let literal = metadata::string(&self.file.tree, level);
        if literal.is_some_and(|word| EnforcementLevel::parse(&word).is_none()) {
            let span = self.file.tree.node(level).span;
            self.error("Invalid enforcement level", level_words(), span);
        }
    }

    fn expression(&mut self, id: ExprId, here: Here<'_>) {
        for mention in mentions(&self.file.tree, id) {
            match mention {
                Mention::Name { root, attr, id, guarded } => {
                    let at = self.file.tree.node(id).span;
                    self.reference(root, attr, at, here);
                    if let (true, Some(attr), false, Some(policy)) = (root == "meta", attr, guarded, here.policy) {
                        self.meta(attr, at, policy);
                    }
                }
                Mention::Call { name, id, .. } => self.call(name, self.file.tree.node(id).span),
            }
        }
    }

    fn reference(&mut self, root: Name, attr: Option<Name>, at: Span, here: Here<'_>) {
        if !here.roots.contains(&root.as_str()) {
            return self.unknown_root(root, at, here);
        }
        let (known, what): (Vec<Name>, _) = match (root.as_str(), attr) {
            ("local", Some(_)) => (self.locals(here.policy).collect(), "local value"),
            ("input", Some(_)) => (self.file.inputs.keys().copied().collect(), "input"),
            ("local" | "input", None) => {
                let detail = format!("\"{root}\" must be followed by the name of one.");
                return self.error("Invalid reference", detail, at);
            }
            _ => return,
        };
        if let Some(attr) = attr.filter(|attr| !known.contains(attr)) {
            let hint = nearest(&attr, known.iter().map(|name| name.as_str()));
            let detail = format!("No {what} named \"{attr}\" is declared in this file.{hint}");
            self.error(&format!("Reference to undeclared {what}"), detail, at);
        }
    }

    /// Mocks of resources may say in `meta` what they like; other objects have a fixed one.
    fn meta(&mut self, attr: Name, at: Span, policy: &Policy) {
        let Type::Object(fields) = meta_type(policy.kind) else { return };
        if policy.kind == PolicyKind::Resource || fields.iter().any(|field| field.name == attr.as_str()) {
            return;
        }
        let known: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let detail = format!("In a {} there is no meta.{attr}; there are: {}.", policy.kind.block(), known.join(", "));
        self.error("Unsupported attribute", detail, at);
    }

    /// The locals that may be read.
    fn locals<'c>(&'c self, policy: Option<&'c Policy>) -> impl Iterator<Item = Name> + 'c {
        self.file.locals.keys().chain(policy.into_iter().flat_map(|policy| policy.locals.keys())).copied()
    }

    fn unknown_root(&mut self, root: Name, at: Span, here: Here<'_>) {
        let detail = if ["attrs", "prior_attrs", "meta", "root"].contains(&root.as_str()) {
            format!("\"{root}\" cannot be used in {}.", here.what)
        } else {
            let hint = nearest(&root, here.roots.iter().copied());
            format!("There is nothing named \"{root}\" here; known are: {}.{hint}", here.roots.join(", "))
        };
        self.error("Invalid reference", detail, at);
    }

    /// An unknown function is an error only where it is reached, so this is a warning.
    fn call(&mut self, name: Name, at: Span) {
        if functions::exists(name.as_str()) {
            return;
        }
        let detail = if functions::exists(&format!("core::{name}")) {
            format!("There is no function named \"{name}\" in the policy language; it is core::{name}.")
        } else {
            let hint = nearest(&name, functions::names().iter().map(String::as_str));
            format!("There is no function named \"{name}\"; reaching this call is an error.{hint}")
        };
        self.found.push(Diagnostic::warning("Call to unknown function", detail, self.file.place(at)));
    }

    fn error(&mut self, summary: &str, detail: impl Into<String>, at: Span) {
        self.found.push(Diagnostic::error(summary, detail, self.file.place(at)));
    }
}

/// The sentence about a level that is none.
pub(super) fn level_words() -> String {
    let words = EnforcementLevel::ALL.map(|l| format!("\"{}\"", l.as_str())).join(", ");
    format!("An enforcement level is one of {words}.")
}
