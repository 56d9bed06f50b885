//! What names mean inside a module instance.

use std::{path::Path, rc::Rc};

use super::{
    Context,
    expansion::{Each, Repetition},
    expr::{RefStep, Resolved, Scope},
    node::{Node, Root},
};
use crate::{
    addr::{Mode, Name, name},
    diag::did_you_mean,
    source::Place,
    value::{Because, Hop, Type, Value, What},
};

/// The scope of expressions in one module instance; inside a repeated block with `each` and `count`.
#[derive(Debug)]
pub struct ModuleScope<'e, 'r> {
    pub(super) root: &'e Root<'r>,
    pub(super) node: &'e Rc<Node<'r>>,
    pub(super) each: Option<&'e Each>,
    /// What `self` stands for: in a postcondition the resource instance.
    pub(super) this: Option<&'e Value>,
}

impl<'e, 'r> ModuleScope<'e, 'r> {
    #[must_use]
    pub const fn new(root: &'e Root<'r>, node: &'e Rc<Node<'r>>) -> Self {
        Self { root, node, each: None, this: None }
    }

    pub(super) const fn with_each(mut self, each: Option<&'e Each>) -> Self {
        self.each = each;
        self
    }
}

/// A resolved reference, or nothing after an error.
type Found = Option<Resolved>;

fn failed(cx: &Context<'_>, summary: &str, detail: impl Into<String>, at: Place) -> Found {
    cx.error(summary, detail, at);
    None
}

/// Two steps of a name: `var.x`.
fn one(steps: &[RefStep]) -> Option<Name> {
    match steps.first()? {
        RefStep::Attr(name, _) => Some(*name),
        RefStep::Index(key, _) => key.as_str().map(|key| name(key)),
    }
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        let found = match root.as_str() {
            "var" => self.variable(cx, steps, at),
            "local" => self.local(cx, steps, at),
            "module" => self.module(cx, steps, at),
            "data" => self.resource(cx, Mode::Data, steps, at),
            "ephemeral" => self.resource(cx, Mode::Ephemeral, steps, at),
            "resource" => self.resource(cx, Mode::Managed, steps, at),
            "each" => self.each(cx, steps, at),
            "count" => self.count(cx, steps, at),
            "path" => self.path(cx, steps, at),
            "terraform" => self.terraform(cx, steps, at),
            "self" => self.this(cx, at),
            _ => {
                let mut full = vec![RefStep::Attr(root, at)];
                full.extend_from_slice(steps);
                self.resource(cx, Mode::Managed, &full, at)
                    .map(|found| Resolved { used: found.used.saturating_sub(1), ..found })
            }
        };
        found.unwrap_or_else(|| Resolved { value: Value::error(), used: steps.len() })
    }

    fn base(&self) -> &Path {
        self.root.cx.sources.root()
    }

    fn call(&self, cx: &Context<'_>, function: &str, args: &[Value], at: &super::CallPlaces<'_>) -> Option<Value> {
        let base = cx.sources.root().join(&*self.root.config.path);
        super::functions::call(cx, name(function), args, &base, at.call, at.args)
    }
}

impl<'r> ModuleScope<'_, 'r> {
    fn variable(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let name = one(steps);
        let index = name.and_then(|name| self.node.module.variables.get_index_of(&name));
        let Some(index) = index else {
            let given = name.map_or("", |n| n.as_str());
            let hint = did_you_mean(given, self.node.module.variables.keys().map(|n| n.as_str()));
            let hint = if hint.is_empty() {
                format!(" This variable can be declared with a variable \"{given}\" {{}} block.")
            } else {
                hint
            };
            let detail = format!("An input variable with the name \"{given}\" has not been declared.{hint}");
            return failed(cx, "Reference to undeclared input variable", detail, at);
        };
        let value = self.root.variable(self.node, index)?;
        // The nearest hop of a variable says how it was given; the reference gives it the name it has here.
        Some(Resolved { value: referred_to(cx, value, at), used: 1 })
    }

    fn local(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let name = one(steps);
        let found = name.and_then(|name| self.node.module.locals.get_full(&name));
        let Some((index, _, local)) = found else {
            let given = name.map_or("", |n| n.as_str());
            let hint = did_you_mean(given, self.node.module.locals.keys().map(|n| n.as_str()));
            let detail = format!("A local value with the name \"{given}\" has not been declared.{hint}");
            return failed(cx, "Reference to undeclared local value", detail, at);
        };
        let value = self.root.local(self.node, index)?;
        let hop = Hop { what: What::Local, at: self.node.module.place(local.value), name: at, next: value.origin };
        Some(Resolved { value: value.with_origin(cx.origins.push(hop)), used: 1 })
    }

    fn module(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let name = one(steps);
        let Some((index, _, call)) = name.and_then(|name| self.node.module.calls.get_full(&name)) else {
            let given = name.map_or("", |n| n.as_str());
            let hint = did_you_mean(given, self.node.module.calls.keys().map(|n| n.as_str()));
            let detail = format!("No module call named \"{given}\" is declared in {}.{hint}", self.node.described());
            return failed(cx, "Reference to undeclared module", detail, at);
        };
        let calls = self.root.calls(self.node, index)?;
        if calls.nodes.is_empty() && !calls.expansion.items.is_empty() {
            return Some(opaque(call, steps));
        }
        let output = |i: usize, output: Name| self.root.output(calls.nodes.get(i)?, output, at);
        match (calls.expansion.repetition, steps.get(1), steps.get(2)) {
            (Repetition::Once, Some(RefStep::Attr(wanted, step_at)), _) => {
                let node = calls.nodes.first()?;
                if !node.module.outputs.contains_key(wanted) {
                    return no_output(cx, node, *wanted, *step_at);
                }
                Some(Resolved { value: output(0, *wanted)?, used: 2 })
            }
            (
                Repetition::Count | Repetition::ForEach,
                Some(RefStep::Index(key, _)),
                Some(RefStep::Attr(wanted, step_at)),
            ) if calls.expansion.find(key).is_some() => {
                let i = calls.expansion.find(key)?;
                let node = calls.nodes.get(i)?;
                if !node.module.outputs.contains_key(wanted) {
                    return no_output(cx, node, *wanted, *step_at);
                }
                Some(Resolved { value: output(i, *wanted)?, used: 3 })
            }
            _ => {
                let whole = calls.expansion.assemble(|i| self.outputs(&calls.nodes, i, at));
                Some(Resolved { value: whole, used: 1 })
            }
        }
    }

    /// All outputs of one module instance as an object.
    fn outputs(&self, nodes: &[Rc<Node<'r>>], i: usize, at: Place) -> Value {
        let Some(node) = nodes.get(i) else { return Value::error() };
        let entries = node.module.outputs.keys().map(|name| {
            let value = self.root.output(node, *name, at).unwrap_or_else(Value::error);
            (name.as_str().into(), value)
        });
        Value::object(entries.collect())
    }

    fn resource(&self, cx: &Context<'_>, mode: Mode, steps: &[RefStep], at: Place) -> Found {
        let (Some(RefStep::Attr(ty, _)), Some(RefStep::Attr(name, _))) = (steps.first(), steps.get(1)) else {
            return invalid_reference(cx, mode, at);
        };
        let Some(index) = self.node.module.resources.get_index_of(&(mode, *ty, *name)) else {
            return self.undeclared_resource(cx, (mode, *ty, *name), at);
        };
        let resources = self.root.resources(self.node, index)?;
        let instance = |i: usize| self.root.instance(self.node, &resources, i);
        let expansion = &resources.expansion;
        match (expansion.repetition, steps.get(2)) {
            (Repetition::Once, Some(RefStep::Index(_, index_at))) => {
                let detail = format!(
                    "Because {ty}.{name} does not have \"count\" or \"for_each\" set, references to it must not include an index key. Remove the bracketed index to refer to the single instance of this resource."
                );
                failed(cx, "Unexpected resource instance key", detail, *index_at)
            }
            (Repetition::Once, Some(RefStep::Attr(wanted, step_at))) => {
                let value = instance(0)?.attribute(cx, *wanted, *step_at)?;
                Some(Resolved { value: referred_to(cx, value, at), used: 3 })
            }
            (Repetition::Count | Repetition::ForEach, Some(RefStep::Index(key, _)))
                if expansion.find(key).is_some() =>
            {
                let found = instance(expansion.find(key)?)?;
                match steps.get(3) {
                    Some(RefStep::Attr(wanted, step_at)) => {
                        let value = found.attribute(cx, *wanted, *step_at)?;
                        Some(Resolved { value: referred_to(cx, value, at), used: 4 })
                    }
                    _ => Some(Resolved { value: found.value.clone(), used: 3 }),
                }
            }
            (Repetition::Count | Repetition::ForEach, Some(RefStep::Attr(wanted, step_at))) => {
                missing_key(cx, expansion.repetition, (*ty, *name, *wanted), *step_at)
            }
            _ => {
                let whole = expansion.assemble(|i| instance(i).map_or_else(Value::error, |found| found.value.clone()));
                Some(Resolved { value: whole, used: 2 })
            }
        }
    }

    fn undeclared_resource(&self, cx: &Context<'_>, key: (Mode, Name, Name), at: Place) -> Found {
        let (mode, ty, name) = key;
        let kind = match mode {
            Mode::Data => "data",
            Mode::Managed => "managed",
            Mode::Ephemeral => "ephemeral",
        };
        let known = self.node.module.resources.keys().filter(|(m, t, _)| *m == mode && *t == ty);
        let hint = did_you_mean(&name, known.map(|(_, _, n)| n.as_str()));
        let article = if kind == "ephemeral" { "An" } else { "A" };
        let place = self.node.described();
        let detail = format!("{article} {kind} resource \"{ty}\" \"{name}\" has not been declared in {place}.{hint}");
        failed(cx, "Reference to undeclared resource", detail, at)
    }

    fn each(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some((key, value)) = self.each.and_then(|each| each.key_value.as_ref()) else {
            if one(steps).is_some_and(|name| name == "value") {
                let detail = "A reference to \"each.value\" has been used in a context in which it is unavailable, such as when the configuration no longer contains the value in its \"for_each\" expression. Remove this reference to each.value in your configuration to work around this error.";
                return failed(cx, "each.value cannot be used in this context", detail, at);
            }
            let detail = "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when the \"for_each\" argument is set.";
            return failed(cx, "Reference to \"each\" in context without for_each", detail, at);
        };
        match one(steps).map(|n| n.as_str()) {
            Some("key") => Some(Resolved { value: key.clone(), used: 1 }),
            Some("value") => Some(Resolved { value: value.clone(), used: 1 }),
            other => {
                let detail = format!(
                    "The \"each\" object does not have an attribute named \"{}\". The supported attributes are each.key and each.value, the current key and value pair of the \"for_each\" attribute set.",
                    other.unwrap_or_default()
                );
                failed(cx, "Invalid \"each\" attribute", detail, at)
            }
        }
    }

    fn count(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(index) = self.each.and_then(|each| each.count_index.as_ref()) else {
            let detail = "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only when the \"count\" argument is set.";
            return failed(cx, "Reference to \"count\" in non-counted context", detail, at);
        };
        if one(steps).is_some_and(|n| n == "index") {
            return Some(Resolved { value: index.clone(), used: 1 });
        }
        let detail = "The \"count\" object only has the attribute count.index, the index of an instance.";
        failed(cx, "Invalid \"count\" attribute", detail, at)
    }

    fn path(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let text = match one(steps).map(|n| n.as_str()) {
            Some("root") => ".".to_owned(),
            Some("cwd") => cx.sources.root().join(&*self.root.config.path).to_string_lossy().into_owned(),
            Some("module") => relative(&self.root.config.path, &self.node.module.dir),
            other => {
                let given = other.unwrap_or_default();
                let hint = did_you_mean(given, ["cwd", "module", "root"]);
                let detail = format!("The \"path\" object does not have an attribute named \"{given}\".{hint}");
                return failed(cx, "Invalid \"path\" attribute", detail, at);
            }
        };
        Some(Resolved { value: Value::string(crate::value::normalise(&text)), used: 1 })
    }

    fn terraform(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        match one(steps).map(|n| n.as_str()) {
            Some("workspace") => Some(Resolved { value: Value::string("default"), used: 1 }),
            Some("applying") => {
                let because = Because::Call(name("terraform.applying"), std::sync::Arc::from([]));
                Some(Resolved { value: Value::unknown(Type::Bool, because), used: 1 })
            }
            other => {
                let detail = format!(
                    "The \"terraform\" object does not have an attribute named \"{}\". The supported attributes are terraform.workspace, the name of the currently-selected workspace, and terraform.applying.",
                    other.unwrap_or_default()
                );
                failed(cx, "Invalid \"terraform\" attribute", detail, at)
            }
        }
    }

    fn this(&self, cx: &Context<'_>, at: Place) -> Found {
        match self.this {
            Some(value) => Some(Resolved { value: value.clone(), used: 0 }),
            None => failed(
                cx,
                "Invalid \"self\" reference",
                "The \"self\" object is not available in this context. This object can be used only in resource provisioner, connection, and postcondition blocks.",
                at,
            ),
        }
    }
}

/// The nearest hop of an attribute, under the name the reference gives it.
fn referred_to(cx: &Context<'_>, value: Value, at: Place) -> Value {
    match cx.origins.first(value.origin) {
        Some(hop) => {
            let origin = cx.origins.push(Hop { name: at, ..hop });
            value.with_origin(origin)
        }
        None => value,
    }
}

fn invalid_reference(cx: &Context<'_>, mode: Mode, at: Place) -> Found {
    let detail = match mode {
        Mode::Data => {
            "The \"data\" object must be followed by two attribute names: the data source type and the resource name."
        }
        Mode::Ephemeral => {
            "The \"ephemeral\" object must be followed by two attribute names: the ephemeral resource type and the resource name."
        }
        Mode::Managed => {
            "A reference to a resource type must be followed by at least one attribute access, specifying the resource name."
        }
    };
    failed(cx, "Invalid reference", detail, at)
}

fn missing_key(cx: &Context<'_>, repetition: Repetition, of: (Name, Name, Name), at: Place) -> Found {
    let (ty, name, wanted) = of;
    let (by, example) = match repetition {
        Repetition::Count => ("count", "count.index"),
        _ => ("for_each", "each.key"),
    };
    let detail = format!(
        "Because {ty}.{name} has \"{by}\" set, its attributes must be accessed on specific instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    {ty}.{name}[{example}].{wanted}"
    );
    failed(cx, "Missing resource instance key", detail, at)
}

fn no_output(cx: &Context<'_>, node: &Node<'_>, wanted: Name, at: Place) -> Found {
    let hint = did_you_mean(&wanted, node.module.outputs.keys().map(|n| n.as_str()));
    failed(cx, "Unsupported attribute", format!("This object does not have an attribute named \"{wanted}\".{hint}"), at)
}

/// What a module yields whose source is not in the repository.
fn opaque(call: &crate::config::ModuleCall, steps: &[RefStep]) -> Resolved {
    let source = match &call.source {
        crate::config::ModuleSource::Remote(written) => written.clone(),
        crate::config::ModuleSource::Missing(_) | crate::config::ModuleSource::Local { .. } => {
            return Resolved { value: Value::error(), used: steps.len() };
        }
    };
    let what = ecow::eco_format!("module.{} ({source})", call.name);
    let value = Value::unknown(Type::Any, Because::OpaqueModule(what));
    Resolved { value, used: steps.len().min(1) }
}

/// `to` as seen from `from`, both relative to the repository's root.
fn relative(from: &str, to: &str) -> String {
    let parts = |path: &str| -> Vec<String> {
        path.split('/').filter(|p| !p.is_empty() && *p != ".").map(str::to_owned).collect()
    };
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    let down = to.iter().skip(common).cloned();
    let path: Vec<String> = up.chain(down).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}
