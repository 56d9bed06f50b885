//! `variable`.

use indexmap::map::Entry;

use super::{Decoder, body::Spec};
use crate::{
    config::model::{Block, Module, TypeDefaults, Validation, Variable},
    syntax::StaticStep,
    value::{Type, Value, convert},
};

const SPEC: Spec = Spec {
    // `deprecated` is known to Terraform since 1.15.
    arguments: &["description", "deprecated", "type", "default", "sensitive", "ephemeral", "nullable"],
    required: &[],
    blocks: &[("validation", &[])],
};

/// Arguments of module calls, so no variable can have these names.
const RESERVED: [&str; 8] =
    ["source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals"];

impl Decoder<'_> {
    pub(super) fn variable(&mut self, block: &Block, module: &mut Module) {
        if !self.expect_labels(block, &["name"]) {
            return;
        }
        let Some((name, name_at)) = block.labels.first().copied() else { return };
        self.variable_name(&name, name_at);
        self.expect(&block.body, block.header, &SPEC);
        let variable = self.variable_body(block, name, name_at);
        match module.variables.entry(name) {
            Entry::Vacant(entry) => {
                entry.insert(variable);
            }
            Entry::Occupied(entry) => {
                let first = entry.get().header;
                let detail = format!(
                    "A variable named {:?} was already declared at {}. Variable names must be unique within a module.",
                    name.as_str(),
                    self.sources.describe(first),
                );
                self.duplicate("Duplicate variable declaration", detail, block.header, first);
            }
        }
    }

    fn variable_name(&mut self, name: &str, at: crate::source::Place) {
        self.expect_name("variable", name, at);
        if RESERVED.contains(&name) {
            let detail =
                format!("The variable name {name:?} is reserved due to its special meaning inside module blocks.");
            self.error("Invalid variable name", detail, at);
        }
    }

    fn variable_body(&mut self, block: &Block, name: crate::addr::Name, name_at: crate::source::Place) -> Variable {
        let body = &block.body;
        let (ty, type_defaults) = match body.attribute("type") {
            Some(attribute) => self.type_constraint(attribute.value),
            None => (Type::Any, TypeDefaults::default()),
        };
        if let Some(description) = body.attribute("description") {
            self.constant_text(description.value);
        }
        let variable = Variable {
            name,
            name_at,
            takes_text: ty.is_primitive() || body.attribute("type").is_none(),
            ty,
            type_defaults,
            default: body.attribute("default").map(|attribute| attribute.value),
            nullable: self.flag(body, "nullable", true),
            sensitive: self.flag(body, "sensitive", false),
            ephemeral: self.flag(body, "ephemeral", false),
            validations: self.variable_validations(block, &name),
            header: block.header,
            overridden: block.overridden,
        };
        self.variable_default(&variable);
        variable
    }

    /// A validation must be about its variable.
    fn variable_validations(&mut self, block: &Block, variable: &str) -> Vec<Validation> {
        let mut strange = false;
        for validation in block.body.blocks_of("validation") {
            let Some(condition) = validation.body.attribute("condition").map(|a| a.value) else { continue };
            let mut references = self.tree(condition).references(condition.id, &[]).into_iter();
            let is_it = |step: Option<&StaticStep>| matches!(step, Some(StaticStep::Attr(name, _)) if name == variable);
            if !references.any(|r| r.root == "var" && is_it(r.steps.first())) {
                let detail = format!(
                    "The condition for variable {variable:?} must refer to var.{variable} in order to test incoming values."
                );
                self.error("Invalid variable validation condition", detail, self.place(condition));
                strange = true;
            }
        }
        let validations = self.validations(block.body.blocks_of("validation"));
        // What has been refused is not judged too.
        if strange { Vec::new() } else { validations }
    }

    /// A default must be a constant that fits the type. With defaults of `optional` attributes only the shape that
    /// is there already is looked at: they fill in what is missing.
    fn variable_default(&mut self, variable: &Variable) {
        let Some(expr) = variable.default else { return };
        let value = self.constant(expr);
        if value.is_error() || !value.is_wholly_known() {
            return;
        }
        let at = self.place(expr);
        if value.is_null() {
            if !variable.nullable {
                let detail = "A null default value is not valid when nullable=false.";
                self.error("Invalid default value for variable", detail, at);
                // As in Terraform, of what has been merged it is told again.
                if let Some(over) = variable.overridden {
                    self.error("Invalid default value for variable", detail, over);
                }
            }
            return;
        }
        let value = with_defaults(value, &variable.type_defaults);
        if let Err(error) = convert(&value, &variable.ty) {
            let detail = format!(
                "This default value is not compatible with the variable's type constraint: {}.",
                crate::config::type_constraint::mismatch(&error)
            );
            self.error("Invalid default value for variable", detail, variable.overridden.unwrap_or(at));
        }
    }
}

/// Kept apart so that the value is only rebuilt where there is something to fill in.
fn with_defaults(value: Value, defaults: &TypeDefaults) -> Value {
    if defaults.is_empty() { value } else { defaults.apply(&value) }
}
