//! Local values, evaluated when first read. What was reported and which doubts were met are kept with the value:
//! every reader meets them, not only the first.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::doubt::Doubt;
use crate::{addr::Name, diag::Diagnostic, eval::Context, source::Place, value::Value};

#[derive(Debug, Default)]
pub(super) struct Locals(RefCell<HashMap<Name, Cell>>);

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
        let found = self.0.borrow().get(&name).cloned();
        let done = match found {
            Some(Cell::Done(done)) => done,
            Some(Cell::Pending) => {
                let detail = format!("local.{name} depends on itself.");
                cx.error("Cycle in local values", detail, at);
                return Value::error();
            }
            None => self.evaluate(cx, met, name, evaluate),
        };
        cx.report_all(done.diagnostics.clone());
        met.borrow_mut().extend(done.met.iter().cloned());
        done.value.clone()
    }

    fn evaluate(
        &self,
        cx: &Context<'_>,
        met: &RefCell<Vec<Doubt>>,
        name: Name,
        evaluate: impl FnOnce() -> Value,
    ) -> Rc<Done> {
        self.0.borrow_mut().insert(name, Cell::Pending);
        let before = met.take();
        let (value, diagnostics) = cx.apart(evaluate);
        let done = Rc::new(Done { value, diagnostics, met: met.replace(before) });
        self.0.borrow_mut().insert(name, Cell::Done(Rc::clone(&done)));
        done
    }
}
