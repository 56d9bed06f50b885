//! Rules made ready: inputs have their values and policies their levels. Everything that can be wrong with a
//! rule's settings is found here, before anything is judged.

use std::sync::Arc;

use ecow::EcoString;
use foldhash::HashMap;

use super::{
    About, EnforcementLevel, GivenInput, Input, InputText, Policy, Rule, RuleFile, RuleSettings, Stage,
    UndecidedPolicy,
    doubt::Assumed,
    environment::{Environment, FileScope, Nothing, Run},
    static_checks::level_words,
};
use crate::{
    addr::Name,
    config::TypeDefaults,
    diag::Diagnostic,
    eval::{Context, evaluate},
    source::{Place, Sources},
    syntax::{self, ExprId},
    value::{Marks, Type, Value, convert},
};

/// Rules that can be judged by.
#[derive(Debug, Default)]
pub struct Bound {
    /// One for each file, in the order of the rules.
    pub rules: Vec<BoundRule>,
    /// With an error among them nothing may be judged.
    pub diagnostics: Vec<Diagnostic>,
}

/// A policy file with its inputs.
#[derive(Clone, Debug)]
pub struct BoundRule {
    pub file: Arc<RuleFile>,
    pub inputs: HashMap<Name, Value>,
    /// Of the file's policies, in their order.
    pub levels: Vec<EnforcementLevel>,
    /// What the file says about its policies, in their order.
    pub about: Vec<About>,
    /// Set for this rule.
    pub undecided: Option<UndecidedPolicy>,
}

/// Gives rules their inputs and levels.
#[must_use]
pub fn bind(rules: &[Rule], settings: &RuleSettings, sources: &Sources) -> Bound {
    let cx = Context::new(sources);
    for file in rules.iter().flat_map(|rule| &rule.files) {
        cx.report_all(file.diagnostics.clone());
    }
    unknown_settings(&cx, rules, settings);
    let files = rules.iter().flat_map(|rule| &rule.files).filter(|file| !file.has_errors());
    let rules = files.map(|file| bind_file(&cx, file, settings)).collect();
    Bound { rules, diagnostics: cx.take_diagnostics() }
}

fn bind_file(cx: &Context<'_>, file: &Arc<RuleFile>, settings: &RuleSettings) -> BoundRule {
    let own = settings.rules.get(&file.id);
    let given: Vec<&GivenInput> = own.into_iter().flat_map(|s| &s.inputs).chain(&settings.inputs).collect();
    let inputs = file.inputs.iter().map(|(name, input)| (*name, input_value(cx, file, input, &given))).collect();
    let set = own.and_then(|s| s.enforcement_level);
    let env = Environment::new(file, &inputs, None);
    let levels = file.policies.iter().map(|policy| set.unwrap_or_else(|| level(cx, &env, policy))).collect();
    drop(env);
    let about = file.policies.iter().map(|policy| file.metadata.about(policy)).collect();
    BoundRule { file: Arc::clone(file), inputs, levels, about, undecided: own.and_then(|s| s.undecided) }
}

/// Settings that name a rule or an input that is not there.
fn unknown_settings(cx: &Context<'_>, rules: &[Rule], settings: &RuleSettings) {
    for (id, setting) in &settings.rules {
        let Some(rule) = rules.iter().find(|rule| rule.id == *id) else {
            cx.report(misplaced("Unknown rule", format!("There is no rule named \"{id}\"."), setting.at));
            continue;
        };
        let known = |given: &&GivenInput| rule.files.iter().any(|f| f.inputs.keys().any(|k| *k == given.name.as_str()));
        for given in setting.inputs.iter().filter(|given| !known(given)) {
            let detail = format!("The rule \"{id}\" has no input named \"{}\".", given.name);
            cx.report(misplaced("Unknown input", detail, given.at.or(setting.at)));
        }
    }
}

fn misplaced(summary: &str, detail: String, at: Option<Place>) -> Diagnostic {
    match at {
        Some(at) => Diagnostic::error(summary, detail, at),
        None => Diagnostic::placeless(summary, detail),
    }
}

/// The last value given to an input, else its default.
fn input_value(cx: &Context<'_>, file: &RuleFile, input: &Input, given: &[&GivenInput]) -> Value {
    let declared = file.place(input.name_at);
    let found = given.iter().rfind(|g| input.name == g.name.as_str());
    let (value, at) = match (found, input.default) {
        (Some(given), _) => (given_value(cx, input, given), given.at.unwrap_or(declared)),
        (None, Some(default)) => (default_value(cx, file, default), file.tree.place(default)),
        (None, None) => (Value::null(Type::Any), declared),
    };
    let value = conform(cx, input, &value, at);
    if input.sensitive { value.marked(Marks::SENSITIVE) } else { value }
}

fn default_value(cx: &Context<'_>, file: &RuleFile, default: ExprId) -> Value {
    let inputs = HashMap::default();
    alone(cx, &Environment::new(file, &inputs, None), default)
}

/// The value of an expression outside of any root module.
fn alone(cx: &Context<'_>, env: &Environment<'_>, id: ExprId) -> Value {
    let run = Run::new(env, Assumed::default());
    evaluate(cx, &FileScope { run: &run }, &env.file.tree, id)
}

fn given_value(cx: &Context<'_>, input: &Input, given: &GivenInput) -> Value {
    match &given.value {
        InputText::Value(value) => value.clone(),
        InputText::Text(text) if input.ty.is_primitive() => Value::string(text.clone()),
        InputText::Text(text) => {
            let file = cx.sources.add(format!("<value for input {}>", input.name), text.as_str());
            let (tree, id, diagnostics) = syntax::parse_expression(file, text);
            if diagnostics.iter().any(Diagnostic::is_error) {
                cx.report_all(diagnostics);
                return Value::error();
            }
            evaluate(cx, &Nothing, &tree, id)
        }
    }
}

/// The value as the input's type asks for it; null only where that is allowed.
fn conform(cx: &Context<'_>, input: &Input, value: &Value, at: Place) -> Value {
    if value.is_error() {
        return Value::error();
    }
    let filled = with_defaults(value, &input.type_defaults);
    match convert(&filled, &input.ty) {
        Ok(value) if value.is_null() && !input.nullable => {
            let detail = format!("The input \"{}\" needs a value: it has none, and is not nullable.", input.name);
            cx.error("No value for required input", detail, at);
            Value::error()
        }
        Ok(value) => value,
        Err(error) => {
            let detail = format!("The value for input \"{}\" is not suitable: {}.", input.name, error.message);
            cx.error("Invalid value for input", detail, at);
            Value::error()
        }
    }
}

/// Absent and null attributes get the defaults of `optional(type, default)`.
fn with_defaults(value: &Value, defaults: &TypeDefaults) -> Value {
    if defaults.values.is_empty() && defaults.children.is_empty() {
        return value.clone();
    }
    let below = |name: &str| defaults.children.iter().find(|(n, _)| n == name || n.is_empty()).map(|(_, d)| d);
    let fill = |name: &str, value: &Value| below(name).map_or_else(|| value.clone(), |d| with_defaults(value, d));
    if let Some(items) = value.items() {
        let items = items.iter().enumerate().map(|(i, v)| fill(&i.to_string(), v)).collect();
        return Value { kind: Value::tuple(items).kind, ..value.clone() };
    }
    let Some(entries) = value.entries() else { return value.clone() };
    let missing = defaults.values.iter().filter(|(name, _)| value.get(name).is_none_or(Value::is_null));
    let present = entries.iter().map(|(name, v)| (name.clone(), v.clone()));
    let all: Vec<(EcoString, Value)> = present.chain(missing.cloned()).collect();
    let filled = all.into_iter().map(|(name, v)| (name.clone(), fill(&name, &v))).collect();
    Value { kind: Value::object(filled).kind, ..value.clone() }
}

/// A policy's level: its own, else its file's, else mandatory.
fn level(cx: &Context<'_>, env: &Environment<'_>, policy: &Policy) -> EnforcementLevel {
    let Some(expr) = policy.level.or(env.file.level) else { return EnforcementLevel::default() };
    let value = alone(cx, env, expr);
    let word = convert(&value, &Type::String).ok().and_then(|v| v.as_str().cloned());
    match word.as_deref().map(EnforcementLevel::parse) {
        Some(Some(level)) => level,
        _ if value.is_error() => EnforcementLevel::default(),
        found => {
            let detail = match found {
                Some(_) => level_words(),
                None => "An enforcement level must be a known string.".to_owned(),
            };
            // A wrong literal has been reported when the file was read.
            if super::metadata::string(&env.file.tree, expr).is_none() {
                cx.error("Invalid enforcement level", detail, env.file.tree.place(expr));
            }
            EnforcementLevel::default()
        }
    }
}

/// A policy with what holds of it wherever it is judged by.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoundPolicy<'b> {
    pub policy: &'b Policy,
    pub level: EnforcementLevel,
    pub about: &'b About,
    /// Set for the rule.
    undecided: Option<UndecidedPolicy>,
}

impl BoundRule {
    pub(super) fn policies(&self) -> impl Iterator<Item = BoundPolicy<'_>> {
        let each = self.file.policies.iter().zip(&self.levels).zip(&self.about);
        each.map(|((policy, level), about)| BoundPolicy { policy, level: *level, about, undecided: self.undecided })
    }
}

impl BoundPolicy<'_> {
    /// What an undecided verdict weighs: as set for the rule, else as the policy says itself, else as in the stage.
    pub(super) fn undecided(&self, stage: Stage) -> UndecidedPolicy {
        let must_decide = self.about.must_decide == Some(true);
        self.undecided.unwrap_or(if must_decide { UndecidedPolicy::Fail } else { stage.undecided })
    }
}
