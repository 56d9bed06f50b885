//! Reads a policy file: its blocks against the grammar, then what can be told wrong without evaluating.

use ecow::EcoString;

use super::{
    Declared, Enforce, Input, Local, Metadata, Policy, PolicyKind, RequiredProvider, RuleFile, grammar,
    grammar::{Reader, argument, label},
    metadata, static_checks,
};
use crate::{
    addr::name,
    config::type_of_expression,
    diag::Diagnostic,
    source::{FileId, Sources},
    syntax::{self, Block, Body, ExprId, ExprKind, ObjectItem, ObjectKey, Parsed, Tree},
    value::Type,
    world::Operation,
};

/// The endings of policy files; the second adds `root_module_policy`.
pub const POLICY_ENDING: &str = ".policy.hcl";
pub const EXTENDED_ENDING: &str = ".infralint.hcl";

/// A policy file's stem, and whether it is an extended one. `None` for other files.
#[must_use]
pub fn stem(file_name: &str) -> Option<(&str, bool)> {
    let plain = file_name.strip_suffix(POLICY_ENDING).map(|stem| (stem, false));
    let found = plain.or_else(|| file_name.strip_suffix(EXTENDED_ENDING).map(|stem| (stem, true)));
    found.filter(|(stem, _)| !stem.is_empty())
}

/// Reads a policy file. Its diagnostics are in the result; with an error among them nothing of it may be judged.
#[must_use]
pub fn load_file(sources: &Sources, file: FileId, id: &str, extended: bool) -> RuleFile {
    let text = sources.get(file);
    load_tree(sources, syntax::parse(file, &text.text), id, extended)
}

/// As [`load_file`], of a file that is parsed already.
pub(super) fn load_tree(sources: &Sources, parsed: Parsed, id: &str, extended: bool) -> RuleFile {
    let mut loaded = File::read(sources, &parsed.tree, extended);
    let mut diagnostics = parsed.diagnostics;
    // What else seems wrong may only be what a missing bracket makes of it.
    let syntax_errors = diagnostics.iter().any(Diagnostic::is_error);
    if !syntax_errors {
        diagnostics.append(&mut loaded.diagnostics);
    }
    let mut rule = RuleFile {
        id: EcoString::from(id),
        level: loaded.level,
        providers: loaded.providers,
        inputs: loaded.inputs,
        locals: loaded.locals,
        policies: loaded.policies,
        metadata: loaded.metadata,
        tree: parsed.tree,
        diagnostics,
    };
    if !syntax_errors {
        let mut found = static_checks::check(&rule);
        rule.diagnostics.append(&mut found);
    }
    rule
}

/// What the blocks of a file declare.
#[derive(Default)]
struct File {
    level: Option<ExprId>,
    providers: Vec<RequiredProvider>,
    inputs: Declared<Input>,
    locals: Declared<Local>,
    policies: Vec<Policy>,
    metadata: Metadata,
    diagnostics: Vec<Diagnostic>,
}

impl File {
    fn read(sources: &Sources, tree: &Tree, extended: bool) -> Self {
        let shape = if extended { grammar::EXTENDED_FILE } else { grammar::FILE };
        let mut reader = Reader { extended, ..Reader::new(sources, tree) };
        reader.check_body(&tree.body, &shape, tree.body.span);
        let mut file = Self::default();
        for block in tree.body.blocks.iter().filter(|b| shape.blocks.contains(&b.ty.as_str())) {
            file.block(&mut reader, block);
        }
        file.diagnostics = reader.diagnostics;
        file.read_metadata(tree);
        file
    }

    fn block(&mut self, reader: &mut Reader<'_>, block: &Block) {
        match block.ty.as_str() {
            "policy" => self.policy_block(reader, block),
            "input" => self.input(reader, block),
            "locals" => read_locals(reader, block, &mut self.locals),
            ty => {
                if let Some(policy) = PolicyKind::of_block(ty).and_then(|kind| read_policy(reader, block, kind)) {
                    self.policy(reader, policy);
                }
            }
        }
    }

    fn policy_block(&mut self, reader: &mut Reader<'_>, block: &Block) {
        reader.check(block, &grammar::POLICY);
        self.level = argument(&block.body, "enforcement_level").or(self.level);
        for nested in block.body.blocks_of("terraform_config") {
            reader.check(nested, &grammar::TERRAFORM_CONFIG);
        }
        for nested in block.body.blocks_of("required_providers") {
            self.providers.extend(required_providers(reader.tree, nested));
        }
        for nested in block.body.blocks_of("required_providers").chain(block.body.blocks_of("plugins")) {
            read_sources(reader, nested);
        }
    }

    fn input(&mut self, reader: &mut Reader<'_>, block: &Block) {
        if !reader.check(block, &grammar::INPUT) {
            return;
        }
        let input = read_input(reader, block);
        if let Some(before) = self.inputs.get(&input.name) {
            let detail = format!("An input named \"{}\" was already declared in this file.", input.name);
            let found = Diagnostic::error("Duplicate input declaration", detail, reader.tree.at(block.header));
            reader.diagnostics.push(found.with_label(reader.tree.at(before.name_at), "declared here first"));
        } else {
            self.inputs.insert(input.name, input);
        }
    }

    fn policy(&mut self, reader: &mut Reader<'_>, policy: Policy) {
        let address = policy.address();
        if let Some(before) = self.policies.iter().find(|p| p.address() == address) {
            let detail = format!("A policy {address} was already declared in this file.");
            let found = Diagnostic::error("Duplicate policy", detail, reader.tree.at(policy.header));
            reader.diagnostics.push(found.with_label(reader.tree.at(before.header), "declared here first"));
        } else {
            self.policies.push(policy);
        }
    }

    fn read_metadata(&mut self, tree: &Tree) {
        let Some(local) = self.locals.get(&name("infralint")) else { return };
        let (metadata, mut diagnostics) = metadata::read(tree, local.value, &self.policies);
        self.metadata = metadata;
        self.diagnostics.append(&mut diagnostics);
    }
}

pub(super) fn read_locals(reader: &mut Reader<'_>, block: &Block, into: &mut Declared<Local>) {
    reader.check_body(&Body { attributes: Box::default(), ..block.body.clone() }, &grammar::LOCALS, block.header);
    for local in &block.body.attributes {
        if let Some(before) = into.get(&local.name) {
            let detail = format!("A local value named \"{}\" was already declared here.", local.name);
            let found = Diagnostic::error("Duplicate local value definition", detail, reader.tree.at(local.name_span));
            reader.diagnostics.push(found.with_label(reader.tree.at(before.name_at), "declared here first"));
        } else {
            into.insert(local.name, Local { name_at: local.name_span, value: local.value });
        }
    }
}

fn read_input(reader: &mut Reader<'_>, block: &Block) -> Input {
    let tree = reader.tree;
    let (ty, type_defaults) = match argument(&block.body, "type") {
        Some(expr) => {
            let (ty, defaults, diagnostics) = type_of_expression(reader.sources, tree, expr);
            reader.diagnostics.extend(diagnostics);
            (ty, defaults)
        }
        None => (Type::Any, crate::config::TypeDefaults::default()),
    };
    Input {
        name: label(block, 0),
        name_at: block.labels.first().map_or(block.header, |l| l.span),
        ty,
        type_defaults,
        default: argument(&block.body, "default"),
        nullable: reader.flag(&block.body, "nullable"),
        sensitive: reader.flag(&block.body, "sensitive"),
    }
}

fn read_policy(reader: &mut Reader<'_>, block: &Block, kind: PolicyKind) -> Option<Policy> {
    let resource = kind == PolicyKind::Resource;
    let shape = if resource { grammar::RESOURCE_POLICY } else { grammar::OTHER_POLICY };
    if !reader.check(block, &shape) {
        return None;
    }
    let mut locals = Declared::default();
    for (i, nested) in block.body.blocks_of("locals").enumerate() {
        if i > 0 {
            // Documented as a mistake, and yet written in HashiCorp's own policies.
            let detail = "A policy has one \"locals\" block. Those of this one are taken together.";
            reader.warn("Several locals blocks", detail, nested.header);
        }
        read_locals(reader, nested, &mut locals);
    }
    let enforces: Vec<Enforce> = block.body.blocks_of("enforce").filter_map(|b| read_enforce(reader, b)).collect();
    if block.body.blocks_of("enforce").next().is_none() {
        reader.warn("Policy without enforce block", "This policy allows everything.", block.header);
    }
    let mut policy = Policy {
        kind,
        target: label(block, 0).as_str().into(),
        target_at: block.labels.first().map_or(block.header, |l| l.span),
        name: label(block, 1).as_str().into(),
        level: argument(&block.body, "enforcement_level"),
        filter: argument(&block.body, "filter"),
        operations: Vec::new(),
        locals,
        enforces,
        header: block.header,
        reads_prior: false,
    };
    policy.reads_prior = static_checks::reads_prior(reader.tree, &policy);
    policy.operations = read_operations(reader, argument(&block.body, "operations"), &policy);
    Some(policy)
}

fn read_enforce(reader: &mut Reader<'_>, block: &Block) -> Option<Enforce> {
    let shape = if reader.extended { grammar::EXTENDED_ENFORCE } else { grammar::ENFORCE };
    reader.check(block, &shape);
    Some(Enforce {
        condition: argument(&block.body, "condition")?,
        error_message: argument(&block.body, "error_message"),
        info_message: argument(&block.body, "info_message"),
        fix: argument(&block.body, "fix"),
        patch: argument(&block.body, "patch"),
        at: block.span,
    })
}

/// `required_providers` and `plugins`: `name = { source = "…" }`. Read for their mistakes; schemas are built in,
/// and plugins are never run.
fn read_sources(reader: &mut Reader<'_>, block: &Block) {
    for entry in &block.body.attributes {
        let tree = reader.tree;
        let ExprKind::Object(run) = tree.kind(tree.unwrapped(entry.value)) else {
            let detail = format!("\"{}\" must be an object with a \"source\".", entry.name);
            reader.error(&format!("Invalid {} entry", block.ty), detail, entry.span);
            continue;
        };
        for item in tree.items(run) {
            let unconstrained = metadata::string(tree, item.value).is_some_and(|text| text.trim() == "*");
            if key_is(tree, item, "version") && unconstrained {
                let detail = "\"*\" is no version constraint; leave \"version\" out or name a range.";
                reader.error("Invalid version constraint", detail, tree.node(item.value).span);
            }
        }
        if !tree.items(run).iter().any(|item| key_is(tree, item, "source")) {
            let detail = format!("\"{}\" has no \"source\".", entry.name);
            reader.error(&format!("Invalid {} entry", block.ty), detail, entry.span);
        }
    }
}

fn required_providers(tree: &Tree, block: &Block) -> Vec<RequiredProvider> {
    let entry = |entry: &syntax::Attribute| {
        let ExprKind::Object(run) = tree.kind(tree.unwrapped(entry.value)) else { return None };
        let text = |word| {
            tree.items(run)
                .iter()
                .find(|item| key_is(tree, item, word))
                .and_then(|item| metadata::string(tree, item.value))
        };
        Some(RequiredProvider { source: text("source")?, version: text("version") })
    };
    block.body.attributes.iter().filter_map(entry).collect()
}

/// Whether an item's key is this word, bare or quoted.
fn key_is(tree: &Tree, item: &ObjectItem, word: &str) -> bool {
    match item.key {
        ObjectKey::Name(name) => name == word,
        ObjectKey::Expr(id) => metadata::string(tree, id).is_some_and(|text| text == word),
    }
}

/// The operations a policy is for, checked against what the policy reads.
fn read_operations(reader: &mut Reader<'_>, list: Option<ExprId>, policy: &Policy) -> Vec<Operation> {
    let Some(list) = list else {
        if policy.reads_prior {
            let detail = "A policy that reads prior_attrs must set operations to \"update\", \"delete\" or both.";
            reader.error("Missing operations", detail, policy.header);
        }
        return Operation::USUAL.to_vec();
    };
    let at = reader.tree.node(list).span;
    let Some(found) = operation_words(reader, list) else { return Operation::USUAL.to_vec() };
    if let Some(detail) = conflict(&found, policy.reads_prior) {
        reader.error("Invalid operations", detail, at);
    }
    let children = static_checks::calls(reader.tree, policy, "core::getresources");
    if children && !found.is_empty() && !found.contains(&Operation::NoOp) && !found.contains(&Operation::Delete) {
        let detail = "With core::getresources this policy depends on other resources, which may change while its own \
                      does not; add \"no-op\".";
        reader.warn("Operations without no-op", detail, at);
    }
    if found.is_empty() { Operation::ALL.to_vec() } else { found }
}

fn operation_words(reader: &mut Reader<'_>, list: ExprId) -> Option<Vec<Operation>> {
    let tree = reader.tree;
    let ExprKind::Tuple(run) = tree.kind(tree.unwrapped(list)) else {
        reader.error("Invalid operations", "A list of string literals is required.", tree.node(list).span);
        return None;
    };
    let mut found = Vec::new();
    for item in tree.list(run) {
        let word = metadata::string(tree, *item).unwrap_or_default();
        match Operation::parse(&word) {
            Some(operation) if found.contains(&operation) => {
                let detail = format!("The operation \"{word}\" is listed twice.");
                reader.error("Duplicate operation", detail, tree.node(*item).span);
            }
            Some(operation) => found.push(operation),
            None => {
                let detail = "An operation is one of the literals \"create\", \"update\", \"delete\" and \"no-op\".";
                reader.error("Invalid operation", detail, tree.node(*item).span);
            }
        }
    }
    Some(found)
}

/// Why operations cannot be combined, or not with a policy that reads the state before.
fn conflict(found: &[Operation], reads_prior: bool) -> Option<&'static str> {
    let has = |operation| found.contains(&operation);
    if reads_prior && (found.is_empty() || has(Operation::Create) || has(Operation::NoOp)) {
        return Some("A policy that reads prior_attrs can only be for \"update\" and \"delete\".");
    }
    match (has(Operation::Delete), has(Operation::NoOp), has(Operation::Create)) {
        (true, true, _) => Some("\"delete\" and \"no-op\" cannot be combined; write two policies."),
        (true, _, true) => Some("\"delete\" and \"create\" cannot be combined; write two policies."),
        _ => None,
    }
}
