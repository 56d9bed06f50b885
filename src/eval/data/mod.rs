//! Data sources that can be answered here: what they say follows from the configuration alone, or from facts of the account.
//! All others are unknown, for the account or a state tells.

mod account;
mod arn;
mod policy_document;
mod regional;
mod remote_state;
mod zones;

use std::rc::Rc;

pub use remote_state::StateRead;
pub(super) use remote_state::States;

use super::node::{Node, Root};
use crate::{
    addr::Mode,
    config,
    diag::Diagnostic,
    source::Place,
    value::{Kind, Value},
};

/// What a data source is asked with.
#[derive(Clone, Copy)]
struct Question<'a, 'r> {
    root: &'a Root<'r>,
    node: &'a Rc<Node<'r>>,
    resource: &'r config::Resource,
    /// Its arguments and blocks, in the shape of its schema.
    arguments: &'a Value,
}

/// Computed attributes by name.
type Answer = Vec<(&'static str, Value)>;

/// What is wrong with a question.
enum Refusal {
    /// The provider's words.
    Failed(String),
    /// Arguments that are refused before anything is read.
    Invalid(Vec<Diagnostic>),
}

impl From<String> for Refusal {
    fn from(summary: String) -> Self {
        Self::Failed(summary)
    }
}

impl<'r> Root<'r> {
    /// Fills in what a data source answers, where that is computed here. Of an instance that may not be there, mistakes are
    /// not told.
    pub(super) fn read_data(
        &self,
        node: &Rc<Node<'r>>,
        resource: &'r config::Resource,
        (value, sure): (&mut Value, bool),
    ) {
        if resource.mode != Mode::Data || value.is_error() {
            return;
        }
        let question = Question { root: self, node, resource, arguments: value };
        match question.answer() {
            Ok(answer) => set(value, answer),
            Err(refusal) if sure => {
                match refusal {
                    Refusal::Failed(summary) => self.cx.error(summary, "", resource.header),
                    Refusal::Invalid(problems) => self.cx.report_all(problems),
                }
                refuse(value);
                if resource.ty == remote_state::TYPE {
                    set(value, vec![("outputs", Value::error())]);
                }
            }
            Err(_) => {}
        }
    }
}

impl Question<'_, '_> {
    fn answer(&self) -> Result<Answer, Refusal> {
        if let Some(answer) = account::read(self) {
            return answer;
        }
        match self.resource.ty.as_str() {
            "aws_iam_policy_document" => policy_document::read(self),
            remote_state::TYPE => remote_state::read(self),
            "aws_arn" => arn::arn(self),
            "aws_service" => arn::service(self),
            "aws_availability_zones" => Ok(zones::availability_zones(self)),
            "aws_default_tags" => Ok(regional::default_tags(self)),
            ty => match regional::of(ty) {
                Some(answer) => regional::read(self, answer),
                None => Ok(Answer::new()),
            },
        }
    }

    /// Where an argument is written.
    fn place_of(&self, argument: &Value) -> Place {
        self.root.cx.origins.first(argument.origin).map_or(self.resource.header, |hop| hop.at)
    }

    /// An argument; none when it is null.
    fn argument(&self, name: &str) -> Option<&Value> {
        self.arguments.get(name).filter(|value| !value.is_null())
    }
}

fn set(value: &mut Value, answer: Answer) {
    let Kind::Object(mapping) = &mut value.kind else { return };
    if answer.is_empty() {
        return;
    }
    let entries = &mut std::sync::Arc::make_mut(mapping).entries;
    for (name, answered) in answer {
        match entries.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
            Ok(at) => {
                if let Some((_, entry)) = entries.get_mut(at) {
                    let origin = answered.origin.or(entry.origin);
                    *entry = answered.with_origin(origin);
                }
            }
            Err(at) => entries.insert(at, (name.into(), answered)),
        }
    }
}

/// After an error nothing more is said about what the data source would have told.
fn refuse(value: &mut Value) {
    let Kind::Object(mapping) = &mut value.kind else { return };
    for (_, entry) in &mut std::sync::Arc::make_mut(mapping).entries {
        if !entry.is_known() {
            *entry = Value::error().with_origin(entry.origin);
        }
    }
}
