//! Variables, locals, outputs and module calls: the cells of a module instance.

use std::rc::Rc;

use super::{
    Context,
    condition::UNSUITABLE,
    expansion::{self, expand},
    expr::{RefStep, Resolved, Scope},
    node::{Calls, Named, Node, Root, Site},
    scope::ModuleScope,
};
use crate::{
    addr::Name,
    config::{self, Given, GivenValue, ModuleSource, TypeDefaults, Validation},
    diag::Diagnostic,
    source::Place,
    value::{Because, Hop, Kind, Marks, Origin, Type, Value, What, convert},
};

impl<'r> Root<'r> {
    pub(super) fn variable(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Value> {
        let (name, variable) = node.module.variables.get_index(index)?;
        let named = (node, Named::Variable(*name), variable.name_at);
        self.made(node.variables.get(index)?, named, || {
            self.perhaps(node.doubt.as_ref(), || {
                let given = self.given(node, variable);
                let at = if is_given_in_a_file(given.what) { given.at } else { variable.header };
                let mut value = self.checked(variable, given);
                if node.site.is_none() {
                    value = self.as_planned(variable.name, value, (&variable.ty, variable.name_at));
                }
                // As in Terraform, nothing that a refused value leads to is looked at.
                if self.validate(node, variable, &value, at) { value } else { Value::error() }
            })
        })
    }

    /// The value as given, by the caller or from outside, else the default.
    fn given(&self, node: &Rc<Node<'r>>, variable: &config::Variable) -> Assigned {
        let given = match &node.site {
            Some(site) => self.argument(site, variable.name),
            None => self
                .config
                .given
                .iter()
                .rev()
                .find(|g| g.name == variable.name)
                .map(|g| self.given_outside(variable, g)),
        };
        match given {
            Some(given) if !given.value.is_null() || variable.nullable => given,
            Some(given) if variable.default.is_none() => given,
            _ => self.default(node, variable),
        }
    }

    fn argument(&self, site: &Site<'r>, name: Name) -> Option<Assigned> {
        let argument = site.call.arguments.iter().find(|a| a.name == name)?;
        let scope = ModuleScope::new(self, &site.parent).with_each(Some(&site.each));
        let tree = site.parent.module.tree(argument.value);
        let value = super::evaluate(&self.cx, &scope, tree, argument.value.id);
        let at = tree.place(argument.value.id);
        Some(Assigned { value, what: What::ModuleArgument, at, name_at: argument.name_at })
    }

    fn given_outside(&self, variable: &config::Variable, given: &Given) -> Assigned {
        let value = match &given.value {
            GivenValue::Expr { tree, id } => match self.config.variable_trees.get(*tree as usize) {
                Some(tree) => super::evaluate(&self.cx, &NoNames(self), tree, *id),
                None => Value::error(),
            },
            GivenValue::Text(text) if variable.takes_text => Value::string(crate::value::normalise(text)),
            GivenValue::Text(text) => {
                let (tree, id, errors) = crate::syntax::parse_expression(given.at.file, text);
                let failed = errors.iter().any(Diagnostic::is_error);
                self.cx.report_all(errors);
                if failed { Value::error() } else { super::evaluate(&self.cx, &NoNames(self), &tree, id) }
            }
        };
        Assigned { value, what: given.what, at: given.at, name_at: given.name_at }
    }

    fn default(&self, node: &Rc<Node<'r>>, variable: &config::Variable) -> Assigned {
        let Some(default) = variable.default else {
            let because = Because::Variable {
                module: node.path.clone(),
                name: variable.name,
                root: std::sync::Arc::clone(self.id()),
            };
            let value = match &node.site {
                None => Value::unknown_with(variable.ty.clone(), because, super::narrow::known(node.module, variable)),
                Some(site) => {
                    let detail =
                        format!("The argument \"{}\" is required, but no definition was found.", variable.name);
                    self.cx.error("Missing required argument", detail, site.call.opening);
                    Value::error()
                }
            };
            return Assigned { value, what: What::VariableUnset, at: variable.name_at, name_at: variable.name_at };
        };
        let tree = node.module.tree(default);
        let value = super::evaluate(&self.cx, &NoNames(self), tree, default.id);
        Assigned { value, what: What::VariableDefault, at: tree.place(default.id), name_at: variable.name_at }
    }

    /// The value as the variable's type has it.
    fn checked(&self, variable: &config::Variable, given: Assigned) -> Value {
        let value = with_defaults(&self.cx, given.value.clone(), &variable.type_defaults);
        let converted = match convert(&value, &variable.ty) {
            Ok(value) => value,
            Err(error) => {
                let path = super::body::path_text(&error.path);
                let what = if path.is_empty() {
                    String::new()
                } else {
                    format!("attribute \"{}\": ", path.trim_start_matches('.'))
                };
                let (summary, detail) = if given.what == What::VariableDefault {
                    (
                        "Invalid default value for variable",
                        format!(
                            "This default value is not compatible with the variable's type constraint: {what}{}.",
                            error.message
                        ),
                    )
                } else {
                    (
                        "Invalid value for input variable",
                        format!(
                            "The given value is not suitable for var.{} declared at {}: {what}{}.",
                            variable.name,
                            self.located(variable.header),
                            error.message
                        ),
                    )
                };
                self.cx.report(
                    Diagnostic::error(summary, detail, blamed(variable, &given))
                        .with_label(variable.header, "declared here"),
                );
                Value::error()
            }
        };
        if converted.is_null() && !variable.nullable {
            let detail = format!(
                "The given value is not suitable for var.{} defined at {}: required variable may not be set to null.",
                variable.name,
                self.located(variable.header)
            );
            // A default that is null has been reported with the declaration.
            if given.what != What::VariableDefault {
                self.cx.report(
                    Diagnostic::error("Required variable not set", detail, blamed(variable, &given))
                        .with_label(variable.header, "declared here"),
                );
            }
            return Value::error();
        }
        if !variable.ephemeral && converted.deep_marks().has(Marks::EPHEMERAL) {
            let detail = "This input variable is not declared as accepting ephemeral values, so it cannot be set to a result derived from an ephemeral value.";
            self.cx.error("Ephemeral value not allowed", detail, given.at);
            return Value::error();
        }
        let secret = variable.sensitive && given.what != What::VariableUnset;
        let what = if secret { What::SensitiveVariable } else { given.what };
        let hop = Hop { what, at: given.at, name: given.name_at, next: converted.origin };
        let mut marks = converted.marks;
        if variable.sensitive {
            marks = marks.with(Marks::SENSITIVE);
        }
        if variable.ephemeral {
            marks = marks.with(Marks::EPHEMERAL);
        }
        converted.with_origin(self.cx.origins.push(hop)).marked(marks)
    }

    fn located(&self, at: Place) -> String {
        let file = self.cx.sources.get(at.file);
        format!("{}:{}", file.path, file.position(at.span.start).line)
    }

    /// Variable validation: a condition that is false is an error; an unknown one is left to the plan.
    fn validate(&self, node: &Rc<Node<'r>>, variable: &config::Variable, value: &Value, at: Place) -> bool {
        if value.is_error() || variable.validations.is_empty() {
            return true;
        }
        let mut holds = true;
        let scope = Validating { scope: ModuleScope::new(self, node), name: variable.name, value };
        for validation in &variable.validations {
            if let Some(message) = self.failed_validation(node, &scope, validation) {
                let detail =
                    format!("{message}\n\nThis was checked by the validation rule at {}.", self.located(validation.at));
                self.cx.report(
                    Diagnostic::error("Invalid value for variable", detail, at).with_label(validation.at, "the rule"),
                );
                holds = false;
            }
        }
        holds
    }

    pub(super) fn local(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Value> {
        let (name, local) = node.module.locals.get_index(index)?;
        let named = (node, Named::Local(*name), local.name_at);
        self.made(node.locals.get(index)?, named, || {
            let scope = ModuleScope::new(self, node);
            self.perhaps(node.doubt.as_ref(), || {
                super::evaluate(&self.cx, &scope, node.module.tree(local.value), local.value.id)
            })
        })
    }

    /// An output as its caller sees it, through a reference.
    pub(super) fn output(&self, node: &Rc<Node<'r>>, name: Name, reference: Place) -> Option<Value> {
        let (index, _, output) = node.module.outputs.get_full(&name)?;
        let value = self.output_value(node, index)?;
        let at = output.value.map_or(output.header, |value| node.module.place(value));
        let hop = Hop { what: What::Output, at, name: reference, next: value.origin };
        Some(value.with_origin(self.cx.origins.push(hop)))
    }

    /// An output's value inside its module.
    pub(super) fn output_value(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Value> {
        let (name, output) = node.module.outputs.get_index(index)?;
        let named = (node, Named::Output(*name), output.name_at);
        self.made(node.outputs.get(index)?, named, || {
            let scope = ModuleScope::new(self, node);
            if !self.preconditions_hold(node, &scope, &output.preconditions) {
                return Value::error();
            }
            let Some(expr) = output.value else { return Value::error() };
            let evaluated = || super::evaluate(&self.cx, &scope, node.module.tree(expr), expr.id);
            let value = self.perhaps(node.doubt.as_ref(), evaluated);
            self.check_marks(node, output, &value);
            if output.sensitive { value.marked(secret_of(node)) } else { value }
        })
    }

    fn preconditions_hold(&self, node: &Rc<Node<'r>>, scope: &ModuleScope<'_, 'r>, rules: &[Validation]) -> bool {
        let mut hold = true;
        for rule in rules {
            if let Some(message) = self.failed_condition(node, scope, rule, UNSUITABLE) {
                let at = node.module.place(rule.condition);
                self.cx.error("Module output value precondition failed", message, at);
                hold = false;
            }
        }
        hold
    }

    /// What is sensitive or ephemeral leaves a module only through an output that says so.
    fn check_marks(&self, node: &Rc<Node<'r>>, output: &config::Output, value: &Value) {
        let marks = value.deep_marks();
        if node.path.is_root() && output.ephemeral {
            let detail = "Ephemeral outputs are not allowed in context of a root module.";
            self.cx.error("Ephemeral output not allowed", detail, output.header);
        }
        if marks.has(Marks::EPHEMERAL) && !output.ephemeral {
            let detail = "This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.";
            let at = output.value.map_or(output.header, |expr| node.module.place(expr));
            self.cx.error("Ephemeral value not allowed", detail, at);
        }
        if output.ephemeral && !node.path.is_root() && value.is_wholly_known() && !marks.has(Marks::EPHEMERAL) {
            let detail = "This output value is declared as returning an ephemeral value, so it can only be set to an ephemeral value.";
            let at = output.value.map_or(output.header, |expr| node.module.place(expr));
            self.cx.error("Value not allowed in ephemeral output", detail, at);
        }
        if node.path.is_root() && marks.has(Marks::SENSITIVE) && !output.sensitive {
            let detail = "To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.\n\nIf you do intend to export this data, annotate the output value as sensitive by adding the following argument:\n    sensitive = true";
            self.cx.error("Output refers to sensitive values", detail, output.header);
        }
    }

    fn calls_of(&self, node: &Rc<Node<'r>>, call: &'r config::ModuleCall) -> Calls<'r> {
        let scope = ModuleScope::new(self, node);
        let arguments = expansion::Arguments {
            module: node.module,
            count: call.count,
            for_each: call.for_each,
            header: call.header,
        };
        let expansion = expand(&self.cx, &scope, arguments);
        let expansion = self.with_planned_calls((node.path.clone(), call.name), expansion);
        let module = self.called_module(node, call);
        let nodes = module.map(|module| {
            let distinct = expansion.items.iter().filter(|item| item.repeat == 0).map(|item| {
                let site = Site { parent: Rc::clone(node), call, each: item.each.clone() };
                let doubt = node.doubt.clone().or_else(|| item.doubt.clone());
                Node::new(module, node.path.child(call.name, item.key.clone()), Some(site), doubt)
            });
            let distinct: Vec<Rc<Node<'r>>> = distinct.collect();
            (0..expansion.items.len()).filter_map(|i| distinct.get(expansion.evaluated(i)).cloned()).collect()
        });
        Calls { expansion, nodes: nodes.unwrap_or_default() }
    }

    /// The module a call names, where it is in the repository or installed.
    fn called_module(&self, node: &Rc<Node<'r>>, call: &config::ModuleCall) -> Option<&'r config::Module> {
        let path = || {
            let path: Vec<&str> =
                node.path.0.iter().map(|(call, _)| call.as_str()).chain([call.name.as_str()]).collect();
            path.join(".")
        };
        self.module_of(call, path)
    }

    /// The module a call names; `path` is the call's, from the root module.
    pub(super) fn module_of(
        &self,
        call: &config::ModuleCall,
        path: impl FnOnce() -> String,
    ) -> Option<&'r config::Module> {
        let dir = match &call.source {
            ModuleSource::Local { dir, .. } => dir,
            ModuleSource::Remote(_) => {
                &self.config.installed.get(&path()).filter(|installed| installed.is_of(call))?.dir
            }
            ModuleSource::Missing(_) => return None,
        };
        self.repository.modules.get(dir).map(|module| &**module)
    }

    /// What a call hands to a module whose source is not here; nothing where it is.
    pub fn handed_over(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Vec<Value>> {
        let (_, call) = node.module.calls.get_index(index)?;
        if self.called_module(node, call).is_some() {
            return None;
        }
        let calls = self.calls(node, index).filter(|calls| !calls.expansion.items.is_empty())?;
        let of_item = |each| {
            let scope = ModuleScope::new(self, node).with_each(Some(each));
            let value = |expr: config::Expr| super::evaluate(&self.cx, &scope, node.module.tree(expr), expr.id);
            call.arguments.iter().map(|argument| value(argument.value)).collect::<Vec<Value>>()
        };
        Some(calls.expansion.items.iter().flat_map(|item| of_item(&item.each)).collect())
    }

    /// The instances of a module call.
    pub fn calls(&self, node: &Rc<Node<'r>>, index: usize) -> Option<Rc<Calls<'r>>> {
        let (name, call) = node.module.calls.get_index(index)?;
        let named = (node, Named::Call(*name), call.name_at);
        self.made(node.calls.get(index)?, named, || Rc::new(self.calls_of(node, call)))
    }
}

impl<'r> Root<'r> {
    /// Evaluates what nothing may refer to: every local, variable and output, so that their errors are reported.
    pub fn settle(&self, node: &Rc<Node<'r>>) {
        for index in 0..node.variables.len() {
            let _ = self.variable(node, index);
        }
        for index in 0..node.locals.len() {
            let _ = self.local(node, index);
        }
        for index in 0..node.outputs.len() {
            let _ = self.output_value(node, index);
        }
    }

    /// The variables of a module instance as its call gives them.
    pub fn arguments(&self, node: &Rc<Node<'r>>) -> Value {
        let values = node
            .module
            .variables
            .keys()
            .enumerate()
            .map(|(index, name)| (name.as_str().into(), self.variable(node, index).unwrap_or_else(Value::error)));
        Value::object(values.collect())
    }

    /// An output of the root module itself.
    pub fn output_at(&self, node: &Rc<Node<'r>>, index: usize, at: Place) -> Option<Value> {
        let (name, _) = node.module.outputs.get_index(index)?;
        self.output(node, *name, at)
    }
}

/// What an output with `sensitive = true` marks its value with. Terraform 1.11 does not carry the mark of a module's output
/// over to what refers to it, so that is refused nowhere; it is not shown all the same.
fn secret_of(node: &Node<'_>) -> Marks {
    if node.path.is_root() { Marks::SENSITIVE } else { Marks::HIDDEN }
}

const fn is_given_in_a_file(what: What) -> bool {
    !matches!(what, What::VariableDefault | What::VariableCommandLine | What::VariableEnvironment | What::VariableUnset)
}

/// Where a wrong value is reported: where it is given, but at the declaration for what is given outside of files.
fn blamed(variable: &config::Variable, given: &Assigned) -> Place {
    match given.what {
        What::VariableCommandLine | What::VariableEnvironment => variable.header,
        What::VariableDefault => variable.overridden.unwrap_or(given.at),
        _ => given.at,
    }
}

/// A value on its way to a variable, and where it is given.
struct Assigned {
    value: Value,
    what: What,
    at: Place,
    name_at: Place,
}

/// The scope of values that may not refer to anything: defaults and variable files.
struct NoNames<'e, 'r>(&'e Root<'r>);

impl Scope for NoNames<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, _: Name, steps: &[RefStep], at: Place) -> Resolved {
        cx.error("Variables not allowed", "Variables may not be used here.", at);
        Resolved { value: Value::error(), used: steps.len() }
    }

    fn base(&self) -> &std::path::Path {
        self.0.cx.sources.root()
    }
}

/// The scope of a variable's validation: the variable itself does not ask for its cell again.
struct Validating<'e, 'r> {
    scope: ModuleScope<'e, 'r>,
    name: Name,
    value: &'e Value,
}

impl Scope for Validating<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        match steps.first() {
            Some(RefStep::Attr(name, _)) if root == "var" && *name == self.name => {
                Resolved { value: self.value.clone(), used: 1 }
            }
            _ => self.scope.resolve(cx, root, steps, at),
        }
    }

    fn has_provider(&self, name: &str) -> bool {
        self.scope.has_provider(name)
    }

    fn call(&self, cx: &Context<'_>, name: &str, args: &[Value], at: &super::CallPlaces<'_>) -> Option<Value> {
        self.scope.call(cx, name, args, at)
    }

    fn base(&self) -> &std::path::Path {
        self.scope.base()
    }
}

/// Fills in the defaults of `optional(type, default)` attributes, before the conversion to the type.
///
/// What is filled in remembers where the type says so.
fn with_defaults(cx: &Context<'_>, value: Value, defaults: &TypeDefaults) -> Value {
    if defaults.values.is_empty() && defaults.children.is_empty() {
        return value;
    }
    let child = |key: &str| defaults.children.iter().find(|(name, _)| name == key).map(|(_, child)| child);
    let kind = match &value.kind {
        Kind::Object(mapping) | Kind::Map(mapping) => {
            let mut entries = mapping.entries.clone();
            for (name, default) in &defaults.values {
                let default = placed(cx, default, defaults, name);
                match entries.iter_mut().find(|(key, _)| key == name) {
                    Some((_, present)) if present.is_null() => *present = default,
                    Some(_) => {}
                    None => entries.push((name.clone(), default)),
                }
            }
            for (key, entry) in &mut entries {
                if let Some(child) = child(key).or_else(|| child("")) {
                    *entry = with_defaults(cx, std::mem::replace(entry, Value::null(Type::Any)), child);
                }
            }
            Value::object(entries).kind
        }
        Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => {
            let items = value.items().unwrap_or_default().iter().enumerate();
            let filled = items.map(|(i, item)| match child(&i.to_string()).or_else(|| child("")) {
                Some(child) => with_defaults(cx, item.clone(), child),
                None => item.clone(),
            });
            Value::tuple(filled.collect()).kind
        }
        _ => return value,
    };
    Value { kind, ..value }
}

/// The default of an attribute, with its place in the type constraint as its origin.
fn placed(cx: &Context<'_>, default: &Value, defaults: &TypeDefaults, name: &str) -> Value {
    let place = defaults.places.iter().find(|(of, _)| of == name).map(|(_, place)| *place);
    let hop = place.map(|at| Hop { what: What::VariableDefault, at, name: at, next: Origin::NONE });
    let origin = hop.map_or(default.origin, |hop| cx.origins.push(hop));
    default.clone().with_origin(origin)
}
