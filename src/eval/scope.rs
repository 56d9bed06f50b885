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
    config::mistake,
    diag::did_you_mean,
    source::{Place, Span},
    value::{Because, Hop, Marks, Type, Value, What},
};

/// The scope of expressions in one module instance; inside a repeated block with `each` and `count`.
#[derive(Clone, Copy, Debug)]
pub struct ModuleScope<'e, 'r> {
    pub(super) root: &'e Root<'r>,
    pub(super) node: &'e Rc<Node<'r>>,
    pub(super) each: Option<&'e Each>,
    /// What `self` stands for: in a postcondition the resource instance.
    pub(super) this: Option<&'e Value>,
    /// The resource whose body is evaluated, which may not refer to itself.
    pub(super) of: Option<(Mode, Name, Name)>,
}

impl<'e, 'r> ModuleScope<'e, 'r> {
    #[must_use]
    pub const fn new(root: &'e Root<'r>, node: &'e Rc<Node<'r>>) -> Self {
        Self { root, node, each: None, this: None, of: None }
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

fn reported(cx: &Context<'_>, mistake: crate::diag::Diagnostic) -> Found {
    cx.report(mistake);
    None
}

/// A reference up to one of its steps.
const fn to(whole: Place, step: Place) -> Place {
    Place::new(whole.file, Span::new(whole.span.start, step.span.end))
}

fn accessed_directly(cx: &Context<'_>, root: &str, steps: &[RefStep], at: Place) -> Found {
    let at = steps.first().map_or(at, RefStep::place);
    reported(cx, mistake::accessed_directly(root, !steps.is_empty(), at))
}

/// Where a reference names something: `local.a` of `local.a.b`.
fn named(steps: &[RefStep], at: Place) -> Place {
    steps.first().map_or(at, |step| to(at, step.place()))
}

/// Two steps of a name: `var.x`.
fn one(steps: &[RefStep]) -> Option<Name> {
    match steps.first()? {
        RefStep::Attr(name, _) => Some(*name),
        RefStep::Index(..) => None,
    }
}

impl Scope for ModuleScope<'_, '_> {
    fn resolve(&self, cx: &Context<'_>, root: Name, steps: &[RefStep], at: Place) -> Resolved {
        let found = match root.as_str() {
            "var" => self.variable(cx, steps, at),
            "local" => self.local(cx, steps, at),
            "module" => self.module(cx, steps, at),
            "data" => self.resource_of(cx, Mode::Data, steps, at),
            "ephemeral" => self.resource_of(cx, Mode::Ephemeral, steps, at),
            "resource" => self.resource_of(cx, Mode::Managed, steps, at),
            "each" => self.each(cx, steps, at),
            "count" => self.count(cx, steps, at),
            "path" => self.path(cx, steps, at),
            "terraform" => self.terraform(cx, steps, at),
            "self" => self.this(cx, at),
            _ => self.resource(cx, (Mode::Managed, root), steps, at),
        };
        found.unwrap_or_else(|| Resolved { value: Value::error(), used: steps.len() })
    }

    fn base(&self) -> &Path {
        self.root.cx.sources.root()
    }

    fn has_provider(&self, name: &str) -> bool {
        self.node.module.required_providers.keys().any(|declared| declared == name)
    }

    fn call(&self, cx: &Context<'_>, function: &str, args: &[Value], at: &super::CallPlaces<'_>) -> Option<Value> {
        super::functions::call(cx, name(function), args, &self.root.base, at)
    }
}

impl<'r> ModuleScope<'_, 'r> {
    fn variable(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "var", steps, at) };
        let Some(index) = self.node.module.variables.get_index_of(&name) else {
            return reported(cx, mistake::undeclared_variable(self.node.module, name, named(steps, at))?);
        };
        let value = self.root.variable(self.node, index)?;
        // The nearest hop of a variable says how it was given; the reference gives it the name it has here.
        Some(Resolved { value: referred_to(cx, value, at), used: 1 })
    }

    fn local(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "local", steps, at) };
        let Some((index, _, local)) = self.node.module.locals.get_full(&name) else {
            return reported(cx, mistake::undeclared_local(self.node.module, name, named(steps, at))?);
        };
        let value = self.root.local(self.node, index)?;
        let hop = Hop { what: What::Local, at: self.node.module.place(local.value), name: at, next: value.origin };
        Some(Resolved { value: value.with_origin(cx.origins.push(hop)), used: 1 })
    }

    fn module(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "module", steps, at) };
        let Some((index, _, call)) = self.node.module.calls.get_full(&name) else {
            let output = match (steps.get(1), steps.get(2)) {
                (Some(output @ RefStep::Attr(..)), _)
                | (Some(RefStep::Index(..)), Some(output @ RefStep::Attr(..))) => output.place(),
                _ => named(steps, at),
            };
            return reported(cx, mistake::undeclared_module(self.node.module, name, to(at, output))?);
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

    /// A resource whose type is the first step.
    fn resource_of(&self, cx: &Context<'_>, mode: Mode, steps: &[RefStep], at: Place) -> Found {
        let Some((RefStep::Attr(ty, _), steps)) = steps.split_first() else {
            return reported(cx, mistake::incomplete(mode, at));
        };
        let found = self.resource(cx, (mode, *ty), steps, at)?;
        Some(Resolved { used: found.used + 1, ..found })
    }

    fn resource(&self, cx: &Context<'_>, (mode, ty): (Mode, Name), steps: &[RefStep], at: Place) -> Found {
        let Some(RefStep::Attr(name, _)) = steps.first() else {
            return reported(cx, mistake::incomplete(mode, at));
        };
        let Some(index) = self.node.module.resources.get_index_of(&(mode, ty, *name)) else {
            let at = steps.first().map_or(at, |step| to(at, step.place()));
            return reported(cx, mistake::undeclared_resource(self.node.module, (mode, ty, *name), at));
        };
        if self.of == Some((mode, ty, *name)) {
            cx.report_outside(vec![mistake::self_referential(mode, ty, *name, at)]);
            return None;
        }
        let resources = self.root.resources(self.node, index)?;
        let instance = |i: usize| self.root.instance(self.node, &resources, i);
        let expansion = &resources.expansion;
        match (expansion.repetition, steps.get(1)) {
            (Repetition::Once, Some(RefStep::Index(_, index_at))) => {
                reported(cx, mistake::unexpected_key(resources.resource, to(at, *index_at)))
            }
            (Repetition::Once, Some(RefStep::Attr(wanted, step_at))) => {
                let value = instance(0)?.attribute(cx, *wanted, *step_at)?;
                Some(Resolved { value: referred_to(cx, value, at), used: 2 })
            }
            (Repetition::Count | Repetition::ForEach, Some(RefStep::Index(key, _)))
                if expansion.find(key).is_some() =>
            {
                let found = instance(expansion.find(key)?)?;
                match steps.get(2) {
                    Some(RefStep::Attr(wanted, step_at)) => {
                        let value = found.attribute(cx, *wanted, *step_at)?;
                        Some(Resolved { value: referred_to(cx, value, at), used: 3 })
                    }
                    _ => Some(Resolved { value: found.whole(), used: 2 }),
                }
            }
            (Repetition::Count | Repetition::ForEach, Some(RefStep::Attr(wanted, _))) => {
                let at = steps.first().map_or(at, |step| to(at, step.place()));
                reported(cx, mistake::missing_key(resources.resource, *wanted, at))
            }
            _ => {
                let whole = expansion.assemble(|i| instance(i).map_or_else(Value::error, |found| found.whole()));
                Some(Resolved { value: whole, used: 1 })
            }
        }
    }

    fn each(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "each", steps, at) };
        let pair = self.each.and_then(|each| each.key_value.as_ref());
        if let Some(mistake) = mistake::each(pair.is_some(), name, named(steps, at)) {
            return reported(cx, mistake);
        }
        let (key, value) = pair?;
        Some(Resolved { value: if name == "key" { key.clone() } else { value.clone() }, used: 1 })
    }

    fn count(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "count", steps, at) };
        let index = self.each.and_then(|each| each.count_index.as_ref());
        if let Some(mistake) = mistake::count(index.is_some(), name, named(steps, at)) {
            return reported(cx, mistake);
        }
        Some(Resolved { value: index?.clone(), used: 1 })
    }

    fn path(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(name) = one(steps) else { return accessed_directly(cx, "path", steps, at) };
        if let Some(mistake) = mistake::path_attribute(name, named(steps, at)) {
            return reported(cx, mistake);
        }
        let text = match name.as_str() {
            "root" => ".".to_owned(),
            // Without a `.` at its end.
            "cwd" => self.root.base.components().collect::<std::path::PathBuf>().to_string_lossy().into_owned(),
            _ => relative(&self.root.config.path, &self.node.module.dir),
        };
        Some(Resolved { value: Value::string(crate::value::normalise(&text)), used: 1 })
    }

    fn terraform(&self, cx: &Context<'_>, steps: &[RefStep], at: Place) -> Found {
        let Some(named) = one(steps) else { return accessed_directly(cx, "terraform", steps, at) };
        if let Some(mistake) = mistake::terraform_attribute(named, self::named(steps, at)) {
            return reported(cx, mistake);
        }
        let value = if named == "workspace" {
            self.workspace()
        } else {
            let because = Because::Call(name("terraform.applying"), std::sync::Arc::from([]));
            Value::unknown(Type::Bool, because).marked(Marks::EPHEMERAL)
        };
        Some(Resolved { value, used: 1 })
    }

    /// Without a word on which workspace is selected, that none was (`default`) is as good a guess as any other.
    fn workspace(&self) -> Value {
        if let Some(chosen) = &self.root.states.workspace {
            return chosen.clone();
        }
        match &self.root.config.workspace {
            Some(selected) => Value::string(crate::value::normalise(selected)),
            None => {
                let known = crate::value::Known { not_null: true, ..crate::value::Known::default() };
                Value::unknown_with(Type::String, Because::Workspace, known)
            }
        }
    }

    fn this(&self, cx: &Context<'_>, at: Place) -> Found {
        match self.this {
            Some(value) => Some(Resolved { value: value.clone(), used: 0 }),
            None => {
                let end = at.span.start.saturating_add(crate::source::offset("self".len()));
                reported(cx, mistake::no_self(Place::new(at.file, Span::new(at.span.start, end))))
            }
        }
    }
}

/// The nearest hop of an attribute, under the name the reference gives it.
fn referred_to(cx: &Context<'_>, value: Value, at: Place) -> Value {
    let origin = cx.origins.named(value.origin, at);
    value.with_origin(origin)
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
