//! The document that the blocks of the data source describe.

use std::collections::BTreeMap;

use ecow::EcoString;

use super::{
    super::{Answer, Question},
    OLD_VERSION, VERSION,
    document::{Document, Statement, Statements},
    open, order,
};
use crate::{
    addr::name,
    value::{Because, Choice, Field, Kind, Known, Truth, Type, Value, convert, equals},
};

/// The sign of a variable in the configuration, where `${` would be Terraform's own.
const OURS: &str = "&{";
/// Its sign in a policy.
const THEIRS: &str = "${";

pub(super) fn document(question: &Question<'_, '_>) -> Result<Document, String> {
    let version = question.argument("version").cloned().unwrap_or_else(|| Value::string(VERSION));
    let id = question.argument("policy_id").filter(|id| !is_empty(id)).cloned();
    let blocks = question.argument("statement");
    let statements = match blocks.and_then(Value::items) {
        Some(blocks) => {
            let reader = Reader { old: version.as_str().is_some_and(|version| version == OLD_VERSION) };
            let statements: Vec<Statement> =
                blocks.iter().map(|block| reader.statement(block)).collect::<Result<_, _>>()?;
            once_each(&statements)?;
            Statements::Listed(statements)
        }
        None => blocks.map_or_else(Statements::default, |unknown| Statements::Unknown(vec![unknown.clone()])),
    };
    Ok(Document { version: Some(version), id, statements })
}

fn once_each(statements: &[Statement]) -> Result<(), String> {
    let mut seen = std::collections::HashSet::new();
    let sids = statements.iter().filter_map(|statement| statement.sid.as_ref()?.as_str());
    for sid in sids {
        if !seen.insert(sid) {
            return Err(format!(
                "writing IAM Policy Document: duplicate Sid ({sid}). Remove the Sid or ensure the Sid is unique."
            ));
        }
    }
    Ok(())
}

fn is_empty(text: &Value) -> bool {
    text.as_str().is_some_and(|text| text.is_empty())
}

/// The texts of a list, or the reason why they are no list yet.
type Texts = Result<Vec<Value>, Value>;

struct Reader {
    /// Whether the document is of the version without variables.
    old: bool,
}

impl Reader {
    fn statement(&self, block: &Value) -> Result<Statement, String> {
        if block.entries().is_none() {
            return Ok(Statement::unknown(block));
        }
        let given = |name: &str| block.get(name).filter(|value| !value.is_null());
        let effect = given("effect").cloned().unwrap_or_else(|| Value::string("Allow"));
        let members = [
            ("Sid", given("sid").filter(|sid| !is_empty(sid)).cloned()),
            ("Effect", Some(effect)),
            ("Action", given("actions").and_then(one_or_many)),
            ("NotAction", given("not_actions").and_then(one_or_many)),
            ("Resource", self.with_variables(given("resources").and_then(one_or_many), "resources")?),
            ("NotResource", self.with_variables(given("not_resources").and_then(one_or_many), "not_resources")?),
            ("Principal", self.principals(given("principals"), "principals")?),
            ("NotPrincipal", self.principals(given("not_principals"), "not_principals")?),
            ("Condition", self.conditions(given("condition"))?),
        ];
        Ok(Statement::of(members.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }

    fn with_variables(&self, value: Option<Value>, what: &str) -> Result<Option<Value>, String> {
        let replaced = value.map(|value| self.replaced(&value)).transpose();
        replaced.map_err(|problem| format!("reading {what}: {problem}"))
    }

    /// A text, or the texts of a list, with the signs of variables as policies have them.
    fn replaced(&self, value: &Value) -> Result<Value, String> {
        match &value.kind {
            Kind::String(text) if self.old && text.contains(OURS) => Err(format!(
                "found {OURS} sequence in ({text}), which is not supported in document version {OLD_VERSION}"
            )),
            Kind::String(text) if text.contains(OURS) => {
                Ok(Value { kind: Kind::String(text.replace(OURS, THEIRS)), ..value.clone() })
            }
            Kind::Tuple(items) => {
                let items = items.iter().map(|item| self.replaced(item)).collect::<Result<_, _>>()?;
                Ok(Value { kind: Value::tuple(items).kind, ..value.clone() })
            }
            Kind::Unknown(unknown) => match &unknown.because {
                // What AWS assigns has no such sign.
                Because::Attribute(_) | Because::Error => Ok(value.clone()),
                Because::Template(parts) if !splits_a_sign(parts) => {
                    let parts = parts.iter().map(|part| self.replaced(part)).collect::<Result<Vec<_>, _>>()?;
                    Ok(Value { kind: rebuilt(unknown, Because::Template(parts.into())), ..value.clone() })
                }
                Because::Either(choice) => {
                    let (yes, no) = (self.replaced(&choice.yes)?, self.replaced(&choice.no)?);
                    let choice = Choice { condition: choice.condition.clone(), yes, no };
                    Ok(Value { kind: rebuilt(unknown, Because::Either(choice.into())), ..value.clone() })
                }
                _ => {
                    let arguments = [value.clone(), Value::string(OURS), Value::string(THEIRS)];
                    Ok(Value {
                        kind: rebuilt(unknown, Because::Call(name("replace"), arguments.into())),
                        ..value.clone()
                    })
                }
            },
            _ => Ok(value.clone()),
        }
    }

    fn principals(&self, blocks: Option<&Value>, what: &str) -> Result<Option<Value>, String> {
        let Some(blocks) = blocks else { return Ok(None) };
        let Some(items) = blocks.items() else { return Ok(Some(open(what, vec![blocks.clone()]))) };
        if items.is_empty() {
            return Ok(None);
        }
        let mut types = Groups::default();
        for block in order::met(items) {
            let (Some(ty), Some(identifiers)) = (block.get("type").and_then(Value::as_str), block.get("identifiers"))
            else {
                return Ok(Some(open(what, vec![blocks.clone()])));
            };
            let given = one_or_many(identifiers).unwrap_or_else(|| Value::tuple(Vec::new()));
            let replaced =
                self.replaced(&given).map_err(|problem| format!("reading {what}: reading identifiers: {problem}"))?;
            types.add(ty, texts(replaced));
        }
        if let [(ty, identifiers)] = types.blocks().as_slice()
            && *ty == "*"
        {
            match identifiers {
                Ok(identifiers) if is_everybody(identifiers) => return Ok(Some(Value::string("*"))),
                // Everybody or somebody: those are written in different shapes.
                Ok(identifiers) if identifiers.iter().all(Value::is_known) => {}
                _ => return Ok(Some(open(what, vec![blocks.clone()]))),
            }
        }
        Ok(Some(types.written(Identifiers::Sorted)))
    }

    fn conditions(&self, blocks: Option<&Value>) -> Result<Option<Value>, String> {
        let Some(blocks) = blocks else { return Ok(None) };
        let unknown = || Ok(Some(open("condition", vec![blocks.clone()])));
        let Some(items) = blocks.items() else { return unknown() };
        if items.is_empty() {
            return Ok(None);
        }
        let mut tests: BTreeMap<EcoString, Groups> = BTreeMap::new();
        for block in order::met(items) {
            let text = |name| block.get(name).and_then(Value::as_str);
            let (Some(test), Some(variable), Some(values)) = (text("test"), text("variable"), block.get("values"))
            else {
                return unknown();
            };
            let values = match values.items() {
                Some(items) => Value::tuple(items.to_vec()),
                None => values.clone(),
            };
            let values =
                self.replaced(&values).map_err(|problem| format!("reading condition: reading values: {problem}"))?;
            tests.entry(test.clone()).or_default().add(variable, texts(values));
        }
        let tests = tests.into_iter().map(|(test, variables)| (test, variables.written(Identifiers::AsGiven)));
        Ok(Some(Value::object(tests.collect())))
    }
}

/// Whether a sign may begin in one part of a template and end in another.
fn splits_a_sign(parts: &[Value]) -> bool {
    parts.iter().any(|part| part.as_str().is_some_and(|text| text.ends_with('&') || text.starts_with('{')))
}

fn rebuilt(unknown: &crate::value::Unknown, because: Because) -> Kind {
    Value::unknown_with(unknown.ty.clone(), because, (*unknown.known).clone()).kind
}

/// What one text, or a list of them, consists of.
fn texts(value: Value) -> Texts {
    match &value.kind {
        Kind::Tuple(items) => Ok(items.to_vec()),
        Kind::Unknown(unknown) if !unknown.ty.is_primitive() => Err(value),
        _ => Ok(vec![value]),
    }
}

fn is_everybody(identifiers: &[Value]) -> bool {
    matches!(identifiers, [only] if only.as_str().is_some_and(|text| text == "*"))
}

/// Whether lists are sorted, the last first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Identifiers {
    Sorted,
    AsGiven,
}

/// Texts by what they are of, those of several blocks one after the other.
#[derive(Default)]
struct Groups(BTreeMap<EcoString, Vec<Texts>>);

impl Groups {
    fn add(&mut self, of: &EcoString, texts: Texts) {
        self.0.entry(of.clone()).or_default().push(texts);
    }

    /// The texts of each block, with what they are of.
    fn blocks(&self) -> Vec<(&str, &Texts)> {
        self.0.iter().flat_map(|(of, blocks)| blocks.iter().map(move |texts| (of.as_str(), texts))).collect()
    }

    fn written(self, identifiers: Identifiers) -> Value {
        let entries = self.0.into_iter().map(|(of, blocks)| (of, together(blocks, identifiers)));
        Value::object(entries.collect())
    }
}

fn together(blocks: Vec<Texts>, identifiers: Identifiers) -> Value {
    if let Some(Err(_)) = blocks.iter().find(|block| block.is_err()) {
        let parts = blocks.into_iter().map(|block| block.map_or_else(|unknown| unknown, Value::tuple));
        return open("concat", parts.collect());
    }
    let all = blocks.into_iter().flatten().flat_map(|mut texts| {
        if identifiers == Identifiers::Sorted {
            sort(&mut texts);
        }
        texts
    });
    let mut all: Vec<Value> = all.collect();
    match (all.len(), all.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            all.extend(last);
            Value::tuple(all)
        }
    }
}

/// The last first; what is unknown stands at the end.
fn sort(texts: &mut [Value]) {
    texts.sort_by(|a, b| b.as_str().cmp(&a.as_str()));
}

/// The elements of a set: nothing, the one, or a list. Of unknown elements that may turn out to be one it is open which.
fn one_or_many(set: &Value) -> Option<Value> {
    let Some(items) = set.items() else { return Some(open("list", vec![set.clone()])) };
    let mut texts = items.to_vec();
    sort(&mut texts);
    let list = |texts| Value::tuple(texts).with_origin(set.origin);
    match texts.as_slice() {
        [] => None,
        [only] => Some(only.clone().with_origin(only.origin.or(set.origin))),
        [first, others @ ..] => {
            let sure = texts.iter().all(Value::is_known) || may_not_be_one(&texts);
            if sure {
                return Some(list(texts));
            }
            let same = others.iter().map(|other| Because::Call(name("=="), [first.clone(), other.clone()].into()));
            let condition = same.map(|because| Value::unknown(Type::Bool, because)).next()?;
            let choice = Choice { condition, yes: first.clone(), no: list(texts.clone()) };
            let known = Known { not_null: true, ..Known::default() };
            Some(Value::unknown_with(Type::Any, Because::Either(choice.into()), known).with_origin(set.origin))
        }
    }
}

fn may_not_be_one(texts: &[Value]) -> bool {
    // Two that differ are found among the neighbours of few, and more are not compared.
    let pairs = texts.windows(2).take(64);
    pairs.into_iter().any(|pair| matches!(pair, [a, b] if equals(a, b) == Truth::False))
}

/// The arguments as the provider gives them back once it has read them: what is empty is null, but inside of statements null
/// is empty.
pub(super) fn with_defaults(arguments: &Value) -> Answer {
    let filled = |name: &str, value: &Value| match (name, value.is_null()) {
        ("sid", true) => Value::string(""),
        ("effect", true) => Value::string("Allow"),
        (_, true) => Value::set(Type::String, Vec::new()),
        (_, false) => value.clone(),
    };
    let statement = |block: &Value| {
        let entries = block.entries().unwrap_or_default().iter();
        let entries = entries.map(|(name, value)| (name.clone(), filled(name, value).with_origin(value.origin)));
        Value::object(entries.collect()).with_origin(block.origin)
    };
    let mut answer = Answer::new();
    let blocks = arguments.get("statement").and_then(Value::items).unwrap_or_default();
    let statements = Value::tuple(blocks.iter().map(statement).collect());
    let ty = Type::list(statement_type());
    answer.extend(convert(&statements, &ty).ok().map(|statements| ("statement", statements)));
    for (name, value) in [("statement", Value::null(ty)), ("version", Value::string(VERSION))] {
        let unset = |given: &Value| given.is_null() || given.items().is_some_and(<[Value]>::is_empty);
        if arguments.get(name).is_some_and(unset) {
            answer.push((name, value));
        }
    }
    for name in ["policy_id", "source_json", "override_json", "source_policy_documents", "override_policy_documents"] {
        let given =
            arguments.get(name).filter(|given| is_empty(given) || given.items().is_some_and(<[Value]>::is_empty));
        answer.extend(given.map(|given| (name, Value::null(given.ty()))));
    }
    answer
}

fn statement_type() -> Type {
    let object = |fields: &[(&str, Type)]| {
        let field = |(name, ty): &(&str, Type)| Field { name: (*name).into(), ty: ty.clone(), optional: false };
        Type::object(fields.iter().map(field).collect())
    };
    let (text, texts) = (Type::String, Type::set(Type::String));
    let principals = Type::set(object(&[("identifiers", texts.clone()), ("type", text.clone())]));
    let condition = object(&[("test", text.clone()), ("values", Type::list(text.clone())), ("variable", text.clone())]);
    object(&[
        ("actions", texts.clone()),
        ("condition", Type::set(condition)),
        ("effect", text.clone()),
        ("not_actions", texts.clone()),
        ("not_principals", principals.clone()),
        ("not_resources", texts.clone()),
        ("principals", principals),
        ("resources", texts),
        ("sid", text),
    ])
}
