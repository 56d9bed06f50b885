//! What each block of a policy file may hold, and the reading of blocks against it.

use crate::{
    addr::Name,
    diag::{Diagnostic, nearest},
    source::{Sources, Span},
    syntax::{Attribute, Block, Body, ExprId, ExprKind, Tree},
};

/// What a block may hold.
pub(super) struct Shape {
    /// Names of the labels, as Terraform names them when one is missing.
    pub labels: &'static [&'static str],
    pub arguments: &'static [&'static str],
    pub required: &'static [&'static str],
    pub blocks: &'static [&'static str],
    /// Of `blocks`, those that may stand only once.
    pub single: &'static [&'static str],
}

const EMPTY: Shape = Shape { labels: &[], arguments: &[], required: &[], blocks: &[], single: &[] };

pub(super) const FILE: Shape = Shape {
    blocks: &["policy", "input", "locals", "resource_policy", "provider_policy", "module_policy"],
    single: &["policy"],
    ..EMPTY
};

pub(super) const EXTENDED_FILE: Shape = Shape {
    blocks: &["policy", "input", "locals", "resource_policy", "provider_policy", "module_policy", "root_module_policy"],
    single: &["policy"],
    ..EMPTY
};

pub(super) const POLICY: Shape = Shape {
    arguments: &["enforcement_level"],
    blocks: &["required_providers", "terraform_config", "plugins"],
    single: &["required_providers", "terraform_config", "plugins"],
    ..EMPTY
};

pub(super) const TERRAFORM_CONFIG: Shape =
    Shape { arguments: &["required_version"], required: &["required_version"], ..EMPTY };

pub(super) const INPUT: Shape = Shape {
    labels: &["name"],
    arguments: &["type", "default", "description", "nullable", "sensitive"],
    required: &["type"],
    ..EMPTY
};

pub(super) const LOCALS: Shape = EMPTY;

pub(super) const RESOURCE_POLICY: Shape = Shape {
    labels: &["target", "name"],
    arguments: &["enforcement_level", "filter", "operations"],
    blocks: &["locals", "enforce"],
    ..EMPTY
};

/// Of the other kinds of policies.
pub(super) const OTHER_POLICY: Shape = Shape { arguments: &["enforcement_level", "filter"], ..RESOURCE_POLICY };

pub(super) const ENFORCE: Shape =
    Shape { arguments: &["condition", "error_message", "info_message"], required: &["condition"], ..EMPTY };

/// In an extended file.
pub(super) const EXTENDED_ENFORCE: Shape =
    Shape { arguments: &["condition", "error_message", "info_message", "fix", "patch"], ..ENFORCE };

/// Reads blocks of one file and collects what is wrong with them.
pub(super) struct Reader<'t> {
    pub sources: &'t Sources,
    pub tree: &'t Tree,
    /// Whether it is an extended file.
    pub extended: bool,
    pub diagnostics: Vec<Diagnostic>,
}

impl<'t> Reader<'t> {
    pub(super) const fn new(sources: &'t Sources, tree: &'t Tree) -> Self {
        Self { sources, tree, extended: false, diagnostics: Vec::new() }
    }

    pub(super) fn error(&mut self, summary: &str, detail: impl Into<String>, at: Span) {
        self.diagnostics.push(Diagnostic::error(summary, detail, self.tree.at(at)));
    }

    pub(super) fn warn(&mut self, summary: &str, detail: impl Into<String>, at: Span) {
        self.diagnostics.push(Diagnostic::warning(summary, detail, self.tree.at(at)));
    }

    /// Checks a block's labels and body; false when its labels are not usable.
    pub(super) fn check(&mut self, block: &Block, shape: &Shape) -> bool {
        self.check_body(&block.body, shape, block.header);
        self.check_labels(block, shape.labels)
    }

    pub(super) fn check_body(&mut self, body: &Body, shape: &Shape, header: Span) {
        self.check_arguments(&body.attributes, shape);
        for name in shape.required.iter().filter(|name| body.attribute(name).is_none()) {
            let detail = format!("The argument \"{name}\" is required, but no definition was found.");
            self.error("Missing required argument", detail, header);
        }
        for block in body.blocks.iter().filter(|b| !shape.blocks.contains(&b.ty.as_str())) {
            self.unexpected_block(block, shape);
        }
        for ty in shape.single {
            for block in body.blocks_of(ty).skip(1) {
                let detail = format!("Only one \"{ty}\" block is allowed here.");
                self.error(&format!("Duplicate {ty} block"), detail, block.header);
            }
        }
    }

    /// A literal bool argument; false when it is absent.
    pub(super) fn flag(&mut self, body: &Body, name: &str) -> bool {
        let Some(value) = argument(body, name) else { return false };
        match self.tree.kind(self.tree.unwrapped(value)) {
            ExprKind::Bool(flag) => flag,
            _ => {
                let detail = format!("\"{name}\" must be true or false, written literally.");
                self.error("Unsuitable value type", detail, self.tree.node(value).span);
                false
            }
        }
    }

    fn check_arguments(&mut self, attributes: &[Attribute], shape: &Shape) {
        for argument in attributes.iter().filter(|a| !shape.arguments.contains(&a.name.as_str())) {
            let hint = nearest(&argument.name, shape.arguments.iter().copied());
            let detail = format!("An argument named \"{}\" is not expected here.{hint}", argument.name);
            self.error("Unsupported argument", detail, argument.name_span);
        }
        self.check_repeated(attributes);
    }

    /// Reports arguments that are set twice.
    pub(super) fn check_repeated(&mut self, attributes: &[Attribute]) {
        for (i, argument) in attributes.iter().enumerate() {
            if attributes.iter().take(i).any(|a| a.name == argument.name) {
                let detail = format!("The argument \"{}\" was already set in this block.", argument.name);
                self.error("Attribute redefined", detail, argument.name_span);
            }
        }
    }

    fn unexpected_block(&mut self, block: &Block, shape: &Shape) {
        let known = shape.blocks.join("\", \"");
        let mut detail = format!("Blocks of type \"{}\" are not expected here.", block.ty);
        if block.ty == "root_module_policy" {
            detail.push_str(" They belong into a file named *.infralint.hcl.");
        } else if !known.is_empty() {
            let hint = nearest(&block.ty, shape.blocks.iter().copied());
            detail.push_str(&format!(" Known here: \"{known}\".{hint}"));
        }
        self.error("Unsupported block type", detail, block.ty_span);
    }

    fn check_labels(&mut self, block: &Block, names: &[&str]) -> bool {
        if let Some(missing) = names.get(block.labels.len()) {
            let detail = format!("All {} blocks must have {} ({}).", block.ty, labels(names), names.join(", "));
            self.error(&format!("Missing {missing} for {}", block.ty), detail, block.header);
            return false;
        }
        if let Some(extra) = block.labels.get(names.len()) {
            let detail = format!("Only {} ({}) are expected for {} blocks.", labels(names), names.join(", "), block.ty);
            self.error(&format!("Extraneous label for {}", block.ty), detail, extra.span);
            return false;
        }
        true
    }
}

fn labels(names: &[&str]) -> String {
    match names.len() {
        0 => "no labels".to_owned(),
        1 => "1 label".to_owned(),
        n => format!("{n} labels"),
    }
}

/// The value of an argument.
pub(super) fn argument(body: &Body, name: &str) -> Option<ExprId> {
    body.attribute(name).map(|a| a.value)
}

/// A block's label. Empty when it is missing, which has been reported.
pub(super) fn label(block: &Block, index: usize) -> Name {
    block.labels.get(index).map_or_else(|| crate::addr::name(""), |l| l.text)
}
