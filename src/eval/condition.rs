//! Conditions of variables, outputs, resources and check blocks. What is not known yet is left to the plan.

use std::rc::Rc;

use super::{
    expr::Scope,
    node::{Node, Resources, Root},
    scope::ModuleScope,
};
use crate::{
    config::{Expr, Resource, Validation},
    diag::Diagnostic,
    source::Place,
    value::{Marks, Type, Value, convert},
};

impl<'r> Root<'r> {
    /// The message of a condition that is known and false. Conditions and messages that make no sense are reported.
    pub(super) fn failed_condition(
        &self,
        node: &Rc<Node<'r>>,
        scope: &dyn Scope,
        rule: &Validation,
        unsuitable: &str,
    ) -> Option<String> {
        let (value, message) = self.evaluated(node, scope, rule);
        let at = node.module.place(rule.condition);
        if message.as_ref().is_some_and(Value::is_error) || !self.is_false(&value, unsuitable, at) {
            return None;
        }
        let at = rule.error_message.map_or(at, |e| node.module.place(e));
        message.map_or_else(|| Some(FALSE.to_owned()), |message| self.message(&message, at))
    }

    /// The same of a variable's validation, which fails also where its message makes no sense.
    pub(super) fn failed_validation(
        &self,
        node: &Rc<Node<'r>>,
        scope: &dyn Scope,
        rule: &Validation,
    ) -> Option<String> {
        let (value, message) = self.evaluated(node, scope, rule);
        let at = node.module.place(rule.condition);
        if !self.is_false(&value, "Invalid variable validation result", at) {
            return None;
        }
        let at = rule.error_message.map_or(at, |e| node.module.place(e));
        let message = message.filter(|message| !message.is_error() && !message.is_null());
        if message.as_ref().is_some_and(|message| message.deep_marks().has(Marks::EPHEMERAL)) {
            let detail = "The message of a validation is shown to everyone, so it must not refer to ephemeral values.";
            self.cx.error("Error message refers to ephemeral values", detail, at);
            return Some(FALSE.to_owned());
        }
        // That a message says nothing yet is all that is said.
        if message.as_ref().is_some_and(|message| !message.is_known()) {
            let detail = "The error message depends on values that are not known before the apply.";
            self.cx.error("Invalid error message", detail, at);
            return None;
        }
        Some(message.and_then(|message| self.message(&message, at)).unwrap_or_else(|| FALSE.to_owned()))
    }

    /// The condition and the message of a rule.
    fn evaluated(&self, node: &Rc<Node<'r>>, scope: &dyn Scope, rule: &Validation) -> (Value, Option<Value>) {
        let value = |expr: Expr| super::evaluate(&self.cx, scope, node.module.tree(expr), expr.id);
        (value(rule.condition), rule.error_message.map(value))
    }

    /// Whether a condition is known to be false; what is no condition is reported.
    fn is_false(&self, value: &Value, unsuitable: &str, at: Place) -> bool {
        if value.is_error() {
            return false;
        }
        if value.is_null() {
            self.cx.error(unsuitable, "Condition expression must return either true or false, not null.", at);
            return false;
        }
        let Ok(value) = convert(value, &Type::Bool) else {
            self.cx.error(unsuitable, "Invalid condition result value: a bool is required.", at);
            return false;
        };
        value.as_bool() == Some(false)
    }

    fn message(&self, message: &Value, at: Place) -> Option<String> {
        if message.deep_marks().has(Marks::EPHEMERAL) {
            return Some("The error message included an ephemeral value, so it will not be displayed.".to_owned());
        }
        if message.deep_marks().has(Marks::SENSITIVE) {
            return Some("The error message included a sensitive value, so it will not be displayed.".to_owned());
        }
        match convert(message, &Type::String) {
            Ok(text) if !text.is_known() => {
                Some("The error message depends on values that are not known before the apply.".to_owned())
            }
            Ok(text) if !text.is_null() => text.as_str().map(|text| text.trim().to_owned()),
            _ => {
                let detail = "Unsuitable value for error message: it must be a string, and not null.";
                self.cx.error("Invalid error message", detail, at);
                None
            }
        }
    }

    /// The preconditions and postconditions of an instance that is surely there.
    pub fn check_instance(&self, node: &Rc<Node<'r>>, resources: &Resources<'r>, i: usize) {
        let Resource { preconditions, postconditions, .. } = resources.resource;
        if preconditions.is_empty() && postconditions.is_empty() {
            return;
        }
        let Some(item) = resources.expansion.items.get(i) else { return };
        let Some(instance) = self.instance(node, resources, i) else { return };
        if node.doubt.is_some() || item.doubt.is_some() || item.repeat > 0 {
            return;
        }
        let scope = ModuleScope::new(self, node).with_each(Some(&item.each));
        let of_itself = ModuleScope { this: Some(&instance.value), ..scope };
        // As in Terraform, what may not be made has no postconditions.
        if self.conditions_hold(node, &scope, (preconditions.as_slice(), "Resource precondition failed")) {
            self.conditions_hold(node, &of_itself, (postconditions.as_slice(), "Resource postcondition failed"));
        }
    }

    /// Whether none of these conditions is known to be false; each that is, is reported.
    fn conditions_hold(&self, node: &Rc<Node<'r>>, scope: &dyn Scope, (rules, summary): (&[Validation], &str)) -> bool {
        let mut hold = true;
        for rule in rules {
            if let Some(message) = self.failed_condition(node, scope, rule, UNSUITABLE) {
                self.cx.error(summary, message, node.module.place(rule.condition));
                hold = false;
            }
        }
        hold
    }

    /// The assertions of the check blocks of a module. One that fails is a warning, as in a plan.
    pub fn check_blocks(&self, node: &Rc<Node<'r>>) {
        if node.doubt.is_some() {
            return;
        }
        let scope = ModuleScope::new(self, node);
        for rule in node.module.checks.values().flat_map(|check| &check.asserts) {
            if let Some(message) = self.failed_condition(node, &scope, rule, UNSUITABLE) {
                let at = node.module.place(rule.condition);
                self.cx.report(Diagnostic::warning("Check block assertion failed", message, at));
            }
        }
    }
}

/// What is said of a condition without a message.
const FALSE: &str = "The condition is false.";

/// The summary for a condition that is no condition, except a variable's.
pub(super) const UNSUITABLE: &str = "Invalid condition result";
