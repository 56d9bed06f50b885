//! Documents and their statements, and how they are merged.

use std::collections::HashMap;

use ecow::EcoString;

use super::open;
use crate::value::{Truth, Value, equals};

/// A policy document. Nothing stands for a member that is left out.
#[derive(Clone, Default)]
pub(super) struct Document {
    pub(super) version: Option<Value>,
    pub(super) id: Option<Value>,
    pub(super) statements: Statements,
}

#[derive(Clone)]
pub(super) enum Statements {
    Listed(Vec<Statement>),
    /// Which there are hangs on these values.
    Unknown(Vec<Value>),
}

impl Default for Statements {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// A statement. Its members are in the order in which they are written.
#[derive(Clone)]
pub(super) struct Statement {
    /// What it is known by when documents are merged; a statement may have none.
    pub(super) sid: Option<Value>,
    pub(super) content: Content,
}

#[derive(Clone)]
pub(super) enum Content {
    Members(Vec<(&'static str, Value)>),
    Unknown(Value),
}

impl Statement {
    pub(super) fn of(members: Vec<(&'static str, Value)>) -> Self {
        let sid = members.iter().find(|(name, _)| *name == "Sid").map(|(_, sid)| sid.clone());
        Self { sid, content: Content::Members(members) }
    }

    /// A statement of which nothing is known.
    pub(super) fn unknown(value: &Value) -> Self {
        Self { sid: Some(open("Sid", vec![value.clone()])), content: Content::Unknown(value.clone()) }
    }

    fn tree(&self) -> Value {
        match &self.content {
            Content::Members(members) => Value::object(members.iter().map(|(n, v)| ((*n).into(), v.clone())).collect()),
            Content::Unknown(value) => value.clone(),
        }
    }
}

impl Document {
    /// A document of which nothing is known but the value that will tell.
    pub(super) fn unknown(value: &Value) -> Self {
        Self {
            version: Some(open("Version", vec![value.clone()])),
            id: Some(open("Id", vec![value.clone()])),
            statements: Statements::Unknown(vec![value.clone()]),
        }
    }

    /// Merges a document into this one: its `Id` counts, the newer version, and its statements replace those of the same `Sid`.
    pub(super) fn merge(&mut self, other: Self) {
        self.id = other.id.or(self.id.take());
        self.version = newer(self.version.take(), other.version);
        let mine = std::mem::take(&mut self.statements);
        self.statements = match (mine, other.statements) {
            (mine, Statements::Listed(theirs)) if theirs.is_empty() => mine,
            (Statements::Listed(mine), Statements::Listed(theirs)) => replaced(mine, theirs),
            (mine, theirs) => Statements::Unknown([mine.values(), theirs.values()].concat()),
        };
    }

    /// The document as `jsondecode` will see it.
    pub(super) fn tree(&self) -> Value {
        let statement = match &self.statements {
            Statements::Listed(statements) if statements.is_empty() => None,
            Statements::Listed(statements) => Some(Value::tuple(statements.iter().map(Statement::tree).collect())),
            Statements::Unknown(values) => Some(open("Statement", values.clone())),
        };
        let members = [("Version", self.version.clone()), ("Id", self.id.clone()), ("Statement", statement)];
        let entries = members.into_iter().filter_map(|(name, value)| Some((EcoString::from(name), value?)));
        Value::object(entries.collect())
    }
}

impl Statements {
    fn values(&self) -> Vec<Value> {
        match self {
            Self::Listed(statements) => statements.iter().map(Statement::tree).collect(),
            Self::Unknown(values) => values.clone(),
        }
    }
}

/// Versions are compared as texts.
fn newer(mine: Option<Value>, theirs: Option<Value>) -> Option<Value> {
    match (mine, theirs) {
        (Some(mine), Some(theirs)) => match (mine.as_str(), theirs.as_str()) {
            (Some(a), Some(b)) if b > a => Some(theirs),
            (Some(_), Some(_)) => Some(mine),
            _ => Some(open("Version", vec![mine, theirs])),
        },
        (mine, theirs) => theirs.or(mine),
    }
}

/// Where it is open whether two are the same statement, so is which statements there are.
fn replaced(mut mine: Vec<Statement>, theirs: Vec<Statement>) -> Statements {
    let mut sids = Sids::default();
    mine.iter().enumerate().for_each(|(at, statement)| sids.add(statement, at));
    for (i, statement) in theirs.iter().enumerate() {
        match sids.place_of(statement) {
            Place::At(at) => mine.splice(at..=at, [statement.clone()]).for_each(drop),
            Place::Nowhere => {
                sids.add(statement, mine.len());
                mine.push(statement.clone());
            }
            Place::Open => {
                let rest = theirs.iter().skip(i);
                return Statements::Unknown(mine.iter().chain(rest).map(Statement::tree).collect());
            }
        }
    }
    Statements::Listed(mine)
}

/// Where the statement stands that another one replaces.
enum Place {
    At(usize),
    Nowhere,
    Open,
}

/// The first statement of each `Sid`.
#[derive(Default)]
struct Sids {
    known: HashMap<EcoString, usize>,
    unknown: Vec<(Value, usize)>,
}

impl Sids {
    fn add(&mut self, statement: &Statement, at: usize) {
        match statement.sid.as_ref().map(|sid| (sid, sid.as_str())) {
            Some((_, Some(text))) => {
                self.known.entry(text.clone()).or_insert(at);
            }
            Some((unknown, None)) => self.unknown.push((unknown.clone(), at)),
            None => {}
        }
    }

    fn place_of(&self, statement: &Statement) -> Place {
        let Some(sid) = &statement.sid else { return Place::Nowhere };
        for (unknown, at) in &self.unknown {
            match equals(unknown, sid) {
                Truth::True => return Place::At(*at),
                Truth::Unknown => return Place::Open,
                Truth::False => {}
            }
        }
        match sid.as_str() {
            Some(text) => self.known.get(text).map_or(Place::Nowhere, |at| Place::At(*at)),
            None if self.known.keys().all(|text| differs(sid, text)) => Place::Nowhere,
            None => Place::Open,
        }
    }
}

fn differs(unknown: &Value, text: &EcoString) -> bool {
    equals(unknown, &Value::string(text.clone())) == Truth::False
}
