//! `import` blocks of a root module: what they import, and whether what takes it over is declared.

use std::rc::Rc;

use super::{
    expansion::Each,
    node::{Node, Root},
    scope::ModuleScope,
};
use crate::{
    addr::{Mode, Name, name},
    config::{Block, Expr, Module, ModuleSource, Resource},
    source::Place,
    syntax::StaticStep,
    value::{Because, Kind, Type, Value, convert},
};

impl<'r> Root<'r> {
    /// Reports what is wrong with the `import` blocks of the root module.
    pub fn check_imports(&self, node: &Rc<Node<'r>>) {
        for block in node.module.refactorings.iter().filter(|block| block.ty == "import") {
            let argument = |name: &str| block.body.attribute(name).map(|attribute| attribute.value);
            if let Some(to) = argument("to") {
                self.check_target(node.module, to);
            }
            let each = match argument("for_each") {
                Some(for_each) => self.imported_each(node, for_each),
                None => vec![Each::default()],
            };
            if let Some(id) = argument("id") {
                each.iter().for_each(|each| self.check_id(node, block, (id, each)));
            }
        }
    }

    /// What `each` stands for in a block with `for_each`, which may be a list here.
    fn imported_each(&self, node: &Rc<Node<'r>>, for_each: Expr) -> Vec<Each> {
        let scope = ModuleScope::new(self, node);
        let value = super::evaluate(&self.cx, &scope, node.module.tree(for_each), for_each.id);
        let each = |key, value: &Value| Each { count_index: None, key_value: Some((key, value.clone())) };
        match &value.kind {
            Kind::Map(of) | Kind::Object(of) => {
                of.entries.iter().map(|(key, value)| each(Value::string(key.clone()), value)).collect()
            }
            Kind::Set(of) => of.items.iter().map(|item| each(item.clone(), item)).collect(),
            Kind::List(_) | Kind::Tuple(_) => {
                (0..).zip(value.items().unwrap_or_default()).map(|(i, item)| each(Value::int(i), item)).collect()
            }
            Kind::Unknown(_) => Vec::new(),
            Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                let detail = "The \"for_each\" of an import block must be a map, a set, a list or a tuple.";
                self.cx.error("Invalid for_each argument", detail, node.module.place(for_each));
                Vec::new()
            }
        }
    }

    fn check_id(&self, node: &Rc<Node<'r>>, block: &Block, (id, each): (Expr, &Each)) {
        let repeated = block.body.attribute("for_each").is_some();
        let scope = ModuleScope::new(self, node).with_each(repeated.then_some(each));
        let value = super::evaluate(&self.cx, &scope, node.module.tree(id), id.id);
        if value.is_error() {
            return;
        }
        let at = node.module.place(id);
        let wrong = match convert(&value, &Type::String) {
            Err(error) => {
                let detail = format!("The import ID is unsuitable: {}.", error.message);
                self.cx.error("Incorrect value type", detail, at);
                return;
            }
            Ok(id) if id.is_null() => "is null",
            Ok(id) if id.as_str().is_some_and(|text| text.is_empty()) => "is an empty string",
            Ok(id) if is_known_after_apply(&id) => "depends on what only an apply tells",
            Ok(_) => return,
        };
        let detail = format!("The import ID {wrong}, and must name an existing object.");
        self.cx.error("Invalid import id argument", detail, at);
    }

    /// What is imported must be declared, here or in a module that is called; one instance of it where there are many.
    fn check_target(&self, module: &'r Module, to: Expr) {
        let tree = module.tree(to);
        let Some(reference) = tree.references(to.id, &[]).into_iter().next() else { return };
        let mut steps = vec![StaticStep::Attr(reference.root, reference.whole)];
        steps.extend(reference.steps);
        match self.target(module, &steps) {
            Target::Found(resource, indexed) => {
                if !indexed && (resource.count.is_some() || resource.for_each.is_some()) {
                    let detail = "There are several instances of this resource: name one, as in aws_vpc.main[0].";
                    self.cx.error("Invalid import 'to' expression", detail, module.place(to));
                }
            }
            Target::Missing => self.no_target(module.place(to)),
            Target::Elsewhere => {}
        }
    }

    fn no_target(&self, at: Place) {
        let detail = "There is no resource of this address. Declare it, or remove the import block.";
        self.cx.error("Configuration for import target does not exist", detail, at);
    }

    fn target(&self, module: &'r Module, steps: &[StaticStep]) -> Target<'r> {
        let mut module = module;
        let mut rest = steps;
        loop {
            let (Some(first), Some(second)) = (named(rest.first()), named(rest.get(1))) else {
                return Target::Elsewhere;
            };
            if first != "module" {
                if first == "data" {
                    return Target::Elsewhere;
                }
                let found = module.resources.get(&(Mode::Managed, first, second));
                let indexed = matches!(rest.get(2), Some(StaticStep::Index(_)));
                return found.map_or(Target::Missing, |resource| Target::Found(resource, indexed));
            }
            let Some(call) = module.calls.get(&second) else { return Target::Missing };
            let ModuleSource::Local { dir, .. } = &call.source else { return Target::Elsewhere };
            let Some(called) = self.repository.modules.get(dir) else { return Target::Elsewhere };
            module = called;
            let indexed = matches!(rest.get(2), Some(StaticStep::Index(_)));
            rest = rest.get(if indexed { 3 } else { 2 }..).unwrap_or_default();
        }
    }
}

enum Target<'r> {
    /// The resource, and whether one instance of it is named.
    Found(&'r Resource, bool),
    Missing,
    /// Where nobody can look, or what is refused elsewhere.
    Elsewhere,
}

fn named(step: Option<&StaticStep>) -> Option<Name> {
    match step? {
        StaticStep::Attr(named, _) => Some(name(named)),
        StaticStep::Index(_) => None,
    }
}

/// Whether a value is an attribute that only an apply tells, or made of one.
fn is_known_after_apply(value: &Value) -> bool {
    match value.as_unknown().map(|unknown| &unknown.because) {
        Some(Because::Attribute(_)) => true,
        Some(Because::Template(parts)) => parts.iter().any(is_known_after_apply),
        _ => false,
    }
}
