//! Values that the provider or AWS refuses, and arguments that exclude or need each other. Only what is configured is judged, and
//! only where it is known.

use super::super::Context;
use crate::{
    diag::{Diagnostic, Level},
    schema::{self, Got, Limit, RefusedBy, Rule, Together},
    source::Place,
    value::{Kind, Marks, Origin, Value, What},
};

/// How the detail of a value that the provider refuses begins.
pub const REFUSED: &str = "The provider refuses this value";

/// One instance that is judged.
pub(in crate::eval) struct Judged<'a, 's> {
    pub(in crate::eval) cx: &'a Context<'s>,
    pub(in crate::eval) ty: &'a str,
    /// Where its body begins.
    pub(in crate::eval) opening: Place,
    pub(in crate::eval) value: &'a Value,
}

/// Whether an argument is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum There {
    Yes,
    No,
    /// It may turn out to be null.
    Unknown,
}

/// A part of an instance on the way to what a row is about.
#[derive(Clone, Copy)]
struct Part<'v> {
    value: &'v Value,
    /// The nearest argument or block around it.
    origin: Origin,
    /// Where a mistake in it is told, where that is not the argument itself: members of sets have no place of their own.
    at: Option<Place>,
    /// Where the body around it begins.
    body: Place,
}

impl Judged<'_, '_> {
    pub(in crate::eval) fn refused(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let whole = Part { value: self.value, origin: Origin::NONE, at: None, body: self.opening };
        for limit in schema::limits(self.ty) {
            match &limit.rule {
                Rule::Value(_) => self.inside(limit, limit.path, whole, &mut Vec::new(), &mut found),
                Rule::Needs(fields) => found.extend(self.lacking(limit.path, fields)),
                Rule::Together(kind, others) => found.extend(self.together(limit, *kind, others)),
            }
        }
        found
    }

    /// Follows the path from a part.
    fn inside(&self, limit: &Limit, path: &str, part: Part<'_>, on: &mut Vec<usize>, found: &mut Vec<Diagnostic>) {
        if let Some(items) = part.value.items() {
            let at =
                part.at.or_else(|| (matches!(part.value.kind, Kind::Set(_)) && !path.is_empty()).then_some(part.body));
            for (i, item) in items.iter().enumerate() {
                on.push(i);
                let origin = self.cx.origins.through(part.origin, item.origin);
                let (origin, body) = match self.cx.origins.first(item.origin) {
                    Some(hop) if hop.what == What::Block => (item.origin, hop.at),
                    _ => (origin, part.body),
                };
                self.inside(limit, path, Part { value: item, origin, at, body }, on, found);
                on.pop();
            }
            return;
        }
        if path.is_empty() {
            found.extend(self.value(limit, part, on));
            return;
        }
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        if let Some(value) = part.value.get(name) {
            self.inside(limit, rest, Part { value, origin: value.origin, ..part }, on, found);
        }
    }

    fn value(&self, limit: &Limit, part: Part<'_>, indexes: &[usize]) -> Option<Diagnostic> {
        let hop = self.cx.origins.first(part.origin).filter(|hop| hop.what == What::Attribute)?;
        let got = match &part.value.kind {
            Kind::String(text) => Got::Text(text),
            Kind::Number(number) => Got::Number(number.to_i64()?),
            _ => return None,
        };
        let message = limit.refuses(got, indexes)?;
        let is_secret = part.value.marks.has(Marks::SENSITIVE);
        let message = if is_secret { limit.message("(sensitive value)", indexes) } else { message };
        Some(self.told(limit, message, (part.at.unwrap_or(hop.at), part.origin)))
    }

    fn told(&self, limit: &Limit, message: String, (at, origin): (Place, Origin)) -> Diagnostic {
        let mut found = match limit.by {
            RefusedBy::Provider => {
                let detail = format!("{REFUSED} ({}).", limit.source);
                Diagnostic::error(message, detail, at)
            }
            RefusedBy::Api => {
                let detail = format!("{message} Terraform accepts it, and the apply fails ({}).", limit.source);
                Diagnostic::new(Level::Warning, "Value that AWS does not know", detail, Some(at))
            }
        };
        for hop in self.cx.origins.chain(origin).into_iter().skip(1) {
            found = found.with_label(hop.at, hop.what.as_str());
        }
        found
    }

    /// Objects without what blocks of their kind must have.
    fn lacking(&self, path: &str, fields: &[&'static str]) -> Vec<Diagnostic> {
        let items = self.value.get(path).and_then(Value::items).unwrap_or_default();
        let lacks = |field: &str| items.iter().any(|item| item.get(field).is_some_and(Value::is_null));
        let told = fields.iter().filter(|field| lacks(field)).map(|field| {
            let detail = format!("The argument \"{path}.{field}\" is required, but no definition was found.");
            Diagnostic::error("Missing required argument", detail, self.opening)
        });
        told.collect()
    }

    fn together(&self, limit: &Limit, kind: Together, others: &[&'static str]) -> Option<Diagnostic> {
        // Blocks that are not there ask for nothing.
        if limit.path.rsplit_once('.').is_some_and(|(around, _)| self.there(around) != There::Yes) {
            return None;
        }
        let this = self.there(limit.path);
        let all = |wanted: There| others.iter().copied().filter(move |other| self.there(other) == wanted);
        let wrong = match kind {
            Together::Conflicts => {
                let other = all(There::Yes).next().filter(|_| this == There::Yes)?;
                ("Conflicting configuration arguments", format!("conflicts with {other}"))
            }
            Together::All => {
                all(There::No).next().filter(|_| this != There::No)?;
                ("Missing required argument", format!("all of `{}` must be specified", others.join(",")))
            }
            Together::Some => {
                let is_none = all(There::No).count() == others.len();
                is_none.then(|| {
                    ("Missing required argument", format!("one of `{}` must be specified", others.join(",")))
                })?
            }
            Together::OneOf => ("Invalid combination of arguments", self.not_one(others)?),
        };
        let at = self.at(limit.path).filter(|_| this != There::No);
        // Blocks have no place of their own there.
        let hop = at.and_then(|value| self.cx.origins.first(value.origin)).filter(|hop| hop.what == What::Attribute);
        let at = hop.map_or(self.opening, |hop| hop.at);
        Some(Diagnostic::error(wrong.0, format!("\"{}\": {}", limit.path, wrong.1), at))
    }

    /// What is wrong where exactly one of some arguments must be there.
    fn not_one(&self, names: &[&'static str]) -> Option<String> {
        let there: Vec<&str> = names.iter().copied().filter(|name| self.there(name) == There::Yes).collect();
        let is_open = names.iter().any(|name| self.there(name) == There::Unknown);
        match there.as_slice() {
            [] if !is_open => Some(format!("one of `{}` must be specified", names.join(","))),
            [] | [_] => None,
            _ => Some(format!(
                "only one of `{}` can be specified, but `{}` were specified.",
                names.join(","),
                there.join(",")
            )),
        }
    }

    /// The value of a dotted path; of blocks on the way the first.
    fn at(&self, path: &str) -> Option<&Value> {
        let mut value = self.value;
        for name in path.split('.') {
            value = value.items().map_or(Some(value), <[Value]>::first)?;
            if !value.is_known() {
                return Some(value);
            }
            value = value.get(name)?;
        }
        Some(value)
    }

    fn there(&self, path: &str) -> There {
        let Some(value) = self.at(path).filter(|value| !value.is_null()) else { return There::No };
        match self.cx.origins.first(value.origin).map(|hop| hop.what) {
            Some(What::NotConfigured | What::ProviderDefault | What::ApiDefault) => There::No,
            _ if !value.is_known() => There::Unknown,
            _ => There::Yes,
        }
    }
}
