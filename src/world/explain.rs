//! What an address of a root module stands for, and where it came from: `module.redis.aws_x.this[0].attribute`,
//! `module.vpc.subnet_ids[1]`, `var.x`, `local.y`, `output.z`.

mod address;
mod hints;

use std::{rc::Rc, sync::Arc};

use self::address::Address;
use super::effective::effective;
use crate::{
    addr::{InstanceKey, Mode, ModulePath, Name},
    config::Resource,
    diag::Diagnostic,
    eval::{ModuleScope, Node, RefStep, Repetition, Resources, Root, refer, within},
    source::{FileId, Place},
    value::{Hop, Value, What},
};

/// What an address stands for.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub root_module: Arc<str>,
    pub workspace: Option<String>,
    /// As it was typed.
    pub address: String,
    pub subject: Subject,
    /// What its existence hangs on, when it may not be there.
    pub exists: Option<Value>,
    /// Where the number of instances of its resource came from, nearest first.
    pub repetition: Vec<Hop>,
    /// Mistakes that were met and are none of its own.
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug)]
pub enum Subject {
    Value(Origined),
    /// A whole block: its header, and what is in it.
    Block {
        at: Place,
        parts: Vec<(String, Origined)>,
    },
    /// The addresses of a repeated block's instances.
    Instances {
        at: Place,
        addresses: Vec<String>,
    },
}

/// A value and the hops it came through, nearest first.
#[derive(Clone, Debug)]
pub struct Origined {
    pub value: Value,
    pub hops: Vec<Hop>,
}

/// Why an address stands for nothing.
#[derive(Clone, Debug)]
pub enum Wrong {
    /// A sentence for the person who typed it.
    Said(String),
    Reported(Vec<Diagnostic>),
}

/// Explains an address that is among the sources as a text of its own.
///
/// # Errors
/// When it is no address, or there is nothing of that address; or what it leads to is wrong.
pub fn explain(root: &Root<'_>, file: FileId) -> Result<Explanation, Wrong> {
    let address = Address::read(root.cx.sources, file)?;
    let mut here = Here { root, node: root.node(), steps: &address.steps, at: address.at };
    while let Some(inner) = here.descend()? {
        here = inner;
    }
    let subject = here.subject()?;
    let diagnostics = root.cx.take_diagnostics();
    if matches!(&subject, Subject::Value(of) if of.value.is_error()) {
        return Err(Wrong::Reported(diagnostics));
    }
    let instance = here.resource().and_then(|resources| {
        let item = resources.expansion.items.get(here.instance_of(&resources)?)?;
        Some((item.doubt.clone(), resources.expansion.origin))
    });
    let (doubt, repetition) = instance.unwrap_or_default();
    Ok(Explanation {
        root_module: Arc::clone(root.path()),
        workspace: root.workspace().map(str::to_owned),
        address: root.cx.sources.get(file).text.trim().to_owned(),
        subject,
        exists: here.node.doubt.clone().or(doubt),
        repetition: root.cx.origins.chain(repetition),
        diagnostics,
    })
}

/// How far an address has been followed: a module instance, and the steps inside it.
struct Here<'e, 'r, 'a> {
    root: &'e Root<'r>,
    node: Rc<Node<'r>>,
    steps: &'a [RefStep],
    at: Place,
}

impl<'r> Here<'_, 'r, '_> {
    fn name(&self, i: usize) -> Option<Name> {
        match self.steps.get(i)? {
            RefStep::Attr(name, _) => Some(*name),
            RefStep::Index(..) => None,
        }
    }

    /// Into the module instance that the first steps name, where something declared in it is meant.
    fn descend(&self) -> Result<Option<Self>, Wrong> {
        let (Some("module"), Some(name)) = (self.name(0).as_ref().map(Name::as_str), self.name(1)) else {
            return Ok(None);
        };
        let Some((index, _, call)) = self.node.module.calls.get_full(&name) else { return Err(self.no_call(name)) };
        let Some(calls) = self.root.calls(&self.node, index) else { return Ok(None) };
        let keyed = usize::from(matches!(self.steps.get(2), Some(RefStep::Index(..))));
        let rest = self.steps.get(2 + keyed..).unwrap_or_default();
        let inner = Self { root: self.root, node: Rc::clone(&self.node), steps: rest, at: self.at };
        let Some(first) = calls.nodes.first() else { return Ok(None) };
        if !inner.names_declaration(first) {
            return Ok(None);
        }
        let key = self.steps.get(2).filter(|_| keyed == 1);
        let instance = calls.expansion.items.iter().position(|item| is_key(&item.key, key));
        match instance.and_then(|i| calls.nodes.get(i)) {
            Some(node) => Ok(Some(Self { node: Rc::clone(node), ..inner })),
            None => Err(self.no_instance(&format!("module.{}", call.name), &calls.expansion.items)),
        }
    }

    /// Whether the steps name something declared in a module, rather than one of its outputs.
    fn names_declaration(&self, node: &Node<'_>) -> bool {
        let (Some(first), Some(second)) = (self.name(0), self.name(1)) else { return false };
        match first.as_str() {
            "module" | "var" | "local" | "output" | "data" | "ephemeral" | "resource" => true,
            _ => {
                let of_type = |(_, ty, _): &&(_, Name, Name)| *ty == first;
                let outputs = &node.module.outputs;
                node.module.resources.keys().filter(of_type).any(|(_, _, name)| *name == second)
                    || (!outputs.contains_key(&first) && node.module.resources.keys().any(|key| of_type(&key)))
            }
        }
    }

    fn subject(&self) -> Result<Subject, Wrong> {
        let Some(first) = self.name(0) else { return Err(self.unknown()) };
        match (first.as_str(), self.name(1)) {
            ("var", Some(name)) if !self.node.module.variables.contains_key(&name) => {
                Err(self.undeclared("variable", "var", name, self.node.module.variables.keys()))
            }
            ("local", Some(name)) if !self.node.module.locals.contains_key(&name) => {
                Err(self.undeclared("local value", "local", name, self.node.module.locals.keys()))
            }
            ("output", Some(name)) => self.output(name),
            ("module", Some(name)) => self.module(name),
            ("var" | "local" | "path" | "terraform", Some(_)) => Ok(self.referred()),
            _ => self.of_resource(),
        }
    }

    fn origined(&self, value: Value) -> Origined {
        Origined { hops: self.root.cx.origins.chain(value.origin), value }
    }

    fn value(&self, value: Value) -> Subject {
        Subject::Value(self.origined(value))
    }

    /// The value that a reference in the module would have.
    fn referred(&self) -> Subject {
        self.value(self.reference())
    }

    fn reference(&self) -> Value {
        let Some(first) = self.name(0) else { return Value::error() };
        let scope = ModuleScope::new(self.root, &self.node);
        refer(&self.root.cx, &scope, first, self.steps.get(1..).unwrap_or_default(), self.at)
    }

    fn output(&self, name: Name) -> Result<Subject, Wrong> {
        let outputs = &self.node.module.outputs;
        let Some((index, _, output)) = outputs.get_full(&name) else {
            return Err(self.undeclared("output", "output", name, outputs.keys()));
        };
        let whole = self.root.output_at(&self.node, index, output.name_at).unwrap_or_else(Value::error);
        Ok(self.value(within(&self.root.cx, whole, self.steps.get(2..).unwrap_or_default(), self.at)))
    }

    /// An output of a module, or the module call as a whole.
    fn module(&self, name: Name) -> Result<Subject, Wrong> {
        let Some((index, _, call)) = self.node.module.calls.get_full(&name) else { return Err(self.no_call(name)) };
        let address = format!("module.{name}");
        let Some(calls) = self.root.calls(&self.node, index) else { return Ok(self.referred()) };
        let keyed = usize::from(matches!(self.steps.get(2), Some(RefStep::Index(..))));
        let key = self.steps.get(2).filter(|_| keyed == 1);
        if key.is_none() && calls.expansion.repetition != Repetition::Once {
            let keys = calls.expansion.items.iter().map(|item| &item.key);
            return self.whole_of_many(&address, call.header, keys);
        }
        let Some(i) = calls.expansion.items.iter().position(|item| is_key(&item.key, key)) else {
            return Err(self.no_instance(&address, &calls.expansion.items));
        };
        let Some(node) = calls.nodes.get(i) else { return Ok(self.referred()) };
        let Some(output) = self.name(2 + keyed) else {
            return Ok(Subject::Block { at: call.header, parts: self.module_parts(node) });
        };
        if !node.module.outputs.contains_key(&output) {
            let rest = self.steps.get(2 + keyed..).unwrap_or_default();
            return Err(self.no_output(&address, node, rest));
        }
        Ok(self.referred())
    }

    fn module_parts(&self, node: &Rc<Node<'r>>) -> Vec<(String, Origined)> {
        let arguments = self.root.arguments(node);
        let arguments = arguments.entries().unwrap_or_default();
        let mut parts: Vec<_> =
            arguments.iter().map(|(name, value)| (format!("var.{name}"), self.origined(value.clone()))).collect();
        for (index, (name, output)) in node.module.outputs.iter().enumerate() {
            let value = self.root.output_at(node, index, output.name_at).unwrap_or_else(Value::error);
            parts.push((format!("output.{name}"), self.origined(value)));
        }
        parts
    }

    /// The resource the steps name, and how many of them do so.
    fn declared(&self) -> Option<(usize, usize, &'r Resource)> {
        let (mode, from) = match self.name(0)?.as_str() {
            "data" => (Mode::Data, 1),
            "ephemeral" => (Mode::Ephemeral, 1),
            "resource" => (Mode::Managed, 1),
            _ => (Mode::Managed, 0),
        };
        let (ty, name) = (self.name(from)?, self.name(from + 1)?);
        let (index, _, resource) = self.node.module.resources.get_full(&(mode, ty, name))?;
        Some((index, from + 2, resource))
    }

    fn resource(&self) -> Option<Rc<Resources<'r>>> {
        let (index, ..) = self.declared()?;
        self.root.resources(&self.node, index)
    }

    fn key(&self, used: usize) -> Option<&RefStep> {
        self.steps.get(used).filter(|step| matches!(step, RefStep::Index(..)))
    }

    /// The index of the instance the steps name.
    fn instance_of(&self, resources: &Resources<'r>) -> Option<usize> {
        let (_, used, _) = self.declared()?;
        resources.expansion.items.iter().position(|item| is_key(&item.key, self.key(used)))
    }

    fn of_resource(&self) -> Result<Subject, Wrong> {
        let Some((index, used, resource)) = self.declared() else { return Err(self.unknown()) };
        let Some(resources) = self.root.resources(&self.node, index) else { return Ok(self.referred()) };
        let address = self.address_of(resource);
        let items = &resources.expansion.items;
        if self.key(used).is_none() && resources.expansion.repetition != Repetition::Once {
            return self.whole_of_many(&address, resource.header, items.iter().map(|item| &item.key));
        }
        let Some(i) = self.instance_of(&resources) else { return Err(self.no_instance(&address, items)) };
        let Some(instance) = self.root.instance(&self.node, &resources, i) else { return Ok(self.referred()) };
        let mut attrs = instance.value.clone();
        if resource.mode == Mode::Managed {
            effective(&self.root.cx.origins, (&instance.addr, resource.header), &mut attrs);
        }
        let path = self.steps.get(used + usize::from(self.key(used).is_some())..).unwrap_or_default();
        if path.is_empty() {
            let entries = attrs.entries().unwrap_or_default();
            let parts = entries.iter().map(|(name, value)| (name.to_string(), self.origined(value.clone())));
            return Ok(Subject::Block { at: resource.header, parts: parts.collect() });
        }
        Ok(self.value(self.attribute(&attrs, path)))
    }

    /// An attribute as a reference has it, but for what AWS documents as its default: only rules see that.
    fn attribute(&self, attrs: &Value, path: &[RefStep]) -> Value {
        let read = self.reference();
        let found = path.iter().try_fold(attrs.clone(), |value, step| crate::eval::take(&value, step));
        match found {
            Ok(found) if !read.is_error() => {
                let hop = self.root.cx.origins.first(found.origin);
                let by_api = hop.is_some_and(|hop| hop.what == What::ApiDefault);
                let origin = found.origin.or(read.origin);
                if by_api { found } else { read.with_origin(origin) }
            }
            _ => read,
        }
    }

    /// A repeated block as a whole: its instances. More is asked of one of them.
    fn whole_of_many<'k>(
        &self,
        address: &str,
        at: Place,
        keys: impl Iterator<Item = &'k InstanceKey>,
    ) -> Result<Subject, Wrong> {
        let addresses: Vec<String> = keys.map(|key| format!("{}{address}{key}", prefix(&self.node.path))).collect();
        let used = address.split('.').count();
        match self.steps.len() > used {
            true => Err(hints::choose_instance(&format!("{}{address}", prefix(&self.node.path)), &addresses)),
            false => Ok(Subject::Instances { at, addresses }),
        }
    }

    fn address_of(&self, resource: &Resource) -> String {
        match resource.mode {
            Mode::Managed => format!("{}.{}", resource.ty, resource.name),
            Mode::Data => format!("data.{}.{}", resource.ty, resource.name),
            Mode::Ephemeral => format!("ephemeral.{}.{}", resource.ty, resource.name),
        }
    }
}

/// `module.a.`, and nothing for the root module.
fn prefix(path: &ModulePath) -> String {
    if path.is_root() { String::new() } else { format!("{path}.") }
}

/// Whether an index of an address means an instance's key.
fn is_key(key: &InstanceKey, step: Option<&RefStep>) -> bool {
    match (key, step) {
        (InstanceKey::None, None) => true,
        (InstanceKey::Index(i), Some(RefStep::Index(value, _))) => {
            value.as_number().and_then(crate::value::Number::to_u64) == Some(*i)
        }
        (InstanceKey::Key(key), Some(RefStep::Index(value, _))) => value.as_str() == Some(key),
        // All there is of an unknown `for_each`.
        (InstanceKey::Unknown, _) => true,
        _ => false,
    }
}
