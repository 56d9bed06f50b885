//! Local values, evaluated when first read. What was reported and which doubts were met are kept with the value:
//! every reader meets them, not only the first.

use std::{cell::RefCell, rc::Rc};

use foldhash::{HashMap, HashMapExt as _};

use super::doubt::Doubt;
use crate::{addr::Name, diag::Diagnostic, eval::Context, source::Place, value::Value};

#[derive(Debug, Default)]
pub(super) struct Locals(RefCell<Cells>);

/// Most policies have a few locals, which are found faster without a table; it is made for many.
#[derive(Debug, Default)]
struct Cells {
    few: Vec<(Name, Cell)>,
    many: Option<HashMap<Name, Cell>>,
}

/// Locals that are searched one by one.
const FEW: usize = 16;

impl Cells {
    fn get(&self, name: Name) -> Option<Cell> {
        let few = self.few.iter().find(|(known, _)| *known == name).map(|(_, cell)| cell);
        few.or_else(|| self.many.as_ref()?.get(&name)).cloned()
    }

    fn set(&mut self, name: Name, cell: Cell) {
        if let Some((_, known)) = self.few.iter_mut().find(|(known, _)| *known == name) {
            *known = cell;
        } else if self.few.len() < FEW {
            self.few.push((name, cell));
        } else {
            self.many.get_or_insert_with(HashMap::new).insert(name, cell);
        }
    }
}

#[derive(Clone, Debug)]
enum Cell {
    /// Being evaluated: met again, it is a cycle.
    Pending,
    Done(Rc<Done>),
}

#[derive(Debug)]
struct Done {
    value: Value,
    diagnostics: Vec<Diagnostic>,
    met: Vec<Doubt>,
}

impl Locals {
    /// The value of a local, which `evaluate` computes. `met` collects the doubts that are met.
    pub(super) fn get(
        &self,
        cx: &Context<'_>,
        met: &RefCell<Vec<Doubt>>,
        (name, at): (Name, Place),
        evaluate: impl FnOnce() -> Value,
    ) -> Value {
        let found = self.0.borrow().get(name);
        let done = match found {
            Some(Cell::Done(done)) => done,
            Some(Cell::Pending) => {
                let detail = format!("local.{name} depends on itself.");
                cx.error("Cycle in local values", detail, at);
                return Value::error();
            }
            None => self.evaluate(cx, met, name, evaluate),
        };
        if !done.diagnostics.is_empty() {
            cx.report_all(done.diagnostics.clone());
        }
        if !done.met.is_empty() {
            met.borrow_mut().extend(done.met.iter().cloned());
        }
        done.value.clone()
    }

    fn evaluate(
        &self,
        cx: &Context<'_>,
        met: &RefCell<Vec<Doubt>>,
        name: Name,
        evaluate: impl FnOnce() -> Value,
    ) -> Rc<Done> {
        self.0.borrow_mut().set(name, Cell::Pending);
        let before = met.take();
        let (value, diagnostics) = cx.apart(evaluate);
        let done = Rc::new(Done { value, diagnostics, met: met.replace(before) });
        self.0.borrow_mut().set(name, Cell::Done(Rc::clone(&done)));
        done
    }
}
