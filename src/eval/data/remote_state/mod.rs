//! `terraform_remote_state`: the outputs of the root module that keeps its state there, with the identities they have in it.
//!
//! The other root module is evaluated in this one's thread, as far as its outputs need, by an evaluation of its own. Those
//! are kept for as long as the first one is under way. A root module whose evaluation is under way is not read again:
//! state that is read in a circle is unknown here, and told as a circle by the world.

mod import;
mod place;
mod states;

pub use states::StateRead;
pub(in crate::eval) use states::States;

use super::{Answer, Question, Refusal};
use crate::{
    addr::name,
    config,
    diag::{Diagnostic, did_you_mean},
    eval::conform::opening,
    source::Place,
    value::{Because, Hop, Origin, Type, Value, What},
};

pub(super) const TYPE: &str = "terraform_remote_state";
const ARGUMENTS: [&str; 4] = ["backend", "config", "defaults", "workspace"];
/// The workspace that is read where none is named.
const DEFAULT: &str = "default";

pub(super) fn read(question: &Question<'_, '_>) -> Result<Answer, Refusal> {
    let problems = problems(question);
    if !problems.is_empty() {
        return Err(Refusal::Invalid(problems));
    }
    let outputs = outputs(question);
    Ok(vec![("outputs", with_defaults(outputs, question.argument("defaults")))])
}

fn outputs(question: &Question<'_, '_>) -> Value {
    let null = Value::null(Type::Any);
    let argument = |name| question.argument(name).unwrap_or(&null);
    let (backend, settings) = (argument("backend"), argument("config"));
    let workspace = question.argument("workspace").cloned().unwrap_or_else(|| Value::string(DEFAULT));
    let Some(ty) = backend.as_str() else { return hanging_on([backend, settings, &workspace]) };
    let wanted = place::Wanted { root: question.root, backend: ty, settings, workspace };
    match place::find(&wanted) {
        place::Found::At(found) => {
            let header = question.resource.header;
            let hop = Hop { what: What::Data, at: header, name: header, next: Origin::NONE };
            question.root.outputs_of(&found, question).with_origin(question.root.cx.origins.push(hop))
        }
        place::Found::Hanging(on) => hanging_on(&on),
        place::Found::Nowhere(why) => unknown(question, &why),
    }
}

/// Outputs that are unknown because it is where they are to be read from.
fn hanging_on<'v>(values: impl IntoIterator<Item = &'v Value>) -> Value {
    let values: Vec<Value> = values.into_iter().cloned().collect();
    Value::unknown(Type::Any, Because::Call(name(TYPE), values.into()))
}

/// Outputs of a state that is not read here: which it is, and why not.
fn unknown(question: &Question<'_, '_>, why: &str) -> Value {
    let module = &question.node.path;
    let within = if module.is_root() { String::new() } else { format!("{module}.") };
    let what = ecow::eco_format!("{within}data.{TYPE}.{} ({why})", question.resource.name);
    Value::unknown(Type::Any, Because::OtherState(what))
}

/// Outputs that are not in the state have the values given for them.
fn with_defaults(outputs: Value, defaults: Option<&Value>) -> Value {
    let Some(defaults) = defaults else { return outputs };
    match (outputs.entries(), defaults.entries()) {
        (Some(there), Some(given)) => {
            let missing = given.iter().filter(|(name, _)| outputs.get(name).is_none());
            Value::object(missing.chain(there).cloned().collect()).with_origin(outputs.origin)
        }
        (Some(_), None) => Value::unknown(Type::Any, Because::Call(name(TYPE), [outputs, defaults.clone()].into())),
        (None, _) => outputs,
    }
}

/// What Terraform itself refuses about the arguments.
fn problems(question: &Question<'_, '_>) -> Vec<Diagnostic> {
    let body = &question.resource.body;
    let mut problems = Vec::new();
    for attribute in body.attributes.iter().filter(|attribute| !ARGUMENTS.contains(&attribute.name.as_str())) {
        let name = attribute.name.as_str();
        problems.push(if name == "outputs" {
            let summary = "Value for unconfigurable attribute";
            let detail = "Can't configure a value for \"outputs\": its value will be decided automatically based on the \
                          result of applying this configuration.";
            Diagnostic::error(summary, detail, attribute.name_at)
        } else {
            let hint = did_you_mean(name, ARGUMENTS);
            let detail = format!("An argument named {name:?} is not expected here.{hint}");
            Diagnostic::error("Unsupported argument", detail, attribute.name_at)
        });
    }
    for block in &body.blocks {
        let ty = block.ty.as_str();
        let hint = if ARGUMENTS.contains(&ty) {
            format!(" Did you mean to define argument {ty:?}? If so, use the equals sign to assign it a value.")
        } else {
            String::new()
        };
        let detail = format!("Blocks of type {ty:?} are not expected here.{hint}");
        problems.push(Diagnostic::error("Unsupported block type", detail, block.header));
    }
    if body.attribute("backend").is_none() {
        let detail = "The argument \"backend\" is required, but no definition was found.";
        let at = opening(question.root.cx.sources, question.resource.header, question.resource.at);
        problems.push(Diagnostic::error("Missing required argument", detail, at));
    }
    if problems.is_empty() { wrong_values(question) } else { problems }
}

fn wrong_values(question: &Question<'_, '_>) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    let wrong = |summary: &str, detail: String, at: Place| Diagnostic::error(summary, detail, at);
    let is_no_object = |value: &&Value| value.is_known() && value.entries().is_none();
    if let Some(defaults) = question.argument("defaults").filter(is_no_object) {
        let detail = "Defaults must be given in an object value.".to_owned();
        problems.push(wrong("Invalid default values", detail, question.place_of(defaults)));
    }
    let Some((backend, ty)) = question.argument("backend").and_then(|value| Some((value, value.as_str()?))) else {
        return problems;
    };
    let summary = "Invalid backend configuration";
    if !config::is_backend(ty) {
        let detail = format!("There is no backend type named {ty:?}.");
        problems.push(wrong(summary, detail, question.place_of(backend)));
        return problems;
    }
    let Some(settings) = question.argument("config") else { return problems };
    let refused = |what: &str| format!("The given configuration is not valid for backend {ty:?}: {what}.");
    let names = settings.entries().unwrap_or_default().iter().map(|(name, _)| name.as_str());
    if is_no_object(&settings) {
        problems.push(wrong(summary, refused("an object is required"), question.place_of(settings)));
    } else if let Some(unexpected) = config::unexpected_argument(ty, names) {
        let what = format!("unexpected attribute {unexpected:?}");
        problems.push(wrong(summary, refused(&what), question.place_of(settings)));
    }
    problems
}
