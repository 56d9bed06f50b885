//! A JSON text with the way to each of its parts, so that a mistake can be named without showing any value.

use serde_json::Value as Json;

use super::ReadError;

/// A part of a JSON text.
#[derive(Clone, Copy)]
pub(super) struct Part<'j> {
    pub(super) json: &'j Json,
    outer: Option<&'j Part<'j>>,
    step: Step<'j>,
}

#[derive(Clone, Copy)]
enum Step<'j> {
    Whole,
    Key(&'j str),
    Index(usize),
}

static NULL: Json = Json::Null;

impl<'j> Part<'j> {
    pub(super) const fn whole(json: &'j Json) -> Self {
        Self { json, outer: None, step: Step::Whole }
    }

    /// The way to it: `resource_changes[3].change.actions`.
    fn path(&self) -> String {
        let mut path = self.outer.map(Part::path).unwrap_or_default();
        match self.step {
            Step::Whole => {}
            Step::Key(key) if path.is_empty() => path.push_str(key),
            Step::Key(key) => path.push_str(&format!(".{key}")),
            Step::Index(i) => path.push_str(&format!("[{i}]")),
        }
        path
    }

    /// What is wrong with it.
    pub(super) fn refuse(&self, expected: &str) -> ReadError {
        ReadError::Part { path: self.path(), expected: expected.to_owned() }
    }

    /// An entry of an object; null where there is none.
    pub(super) fn get<'p>(&'p self, key: &'p str) -> Part<'p> {
        let json = self.json.get(key).unwrap_or(&NULL);
        Part { json, outer: Some(self), step: Step::Key(key) }
    }

    pub(super) fn is_null(&self) -> bool {
        self.json.is_null()
    }

    pub(super) fn text(&self) -> Result<&'j str, ReadError> {
        self.json.as_str().ok_or_else(|| self.refuse("a text"))
    }

    /// A text that may be left out.
    pub(super) fn optional_text(&self) -> Result<Option<&'j str>, ReadError> {
        if self.is_null() { Ok(None) } else { self.text().map(Some) }
    }

    /// What is left out is `otherwise`.
    pub(super) fn flag(&self, otherwise: bool) -> Result<bool, ReadError> {
        match self.json {
            Json::Null => Ok(otherwise),
            Json::Bool(flag) => Ok(*flag),
            _ => Err(self.refuse("true or false")),
        }
    }

    /// The elements of a list; what is left out has none.
    pub(super) fn items(&self) -> Result<Vec<Part<'_>>, ReadError> {
        let part = |(i, json)| Part { json, outer: Some(self), step: Step::Index(i) };
        match self.json {
            Json::Null => Ok(Vec::new()),
            Json::Array(items) => Ok(items.iter().enumerate().map(part).collect()),
            _ => Err(self.refuse("a list")),
        }
    }

    /// The entries of an object; what is left out has none.
    pub(super) fn entries(&self) -> Result<Vec<(&'j str, Part<'_>)>, ReadError> {
        match self.json {
            Json::Null => Ok(Vec::new()),
            Json::Object(map) => Ok(map
                .iter()
                .map(|(key, json)| (key.as_str(), Part { json, outer: Some(self), step: Step::Key(key) }))
                .collect()),
            _ => Err(self.refuse("an object")),
        }
    }

    /// It must be an object or null.
    pub(super) fn object(&self) -> Result<&'j Json, ReadError> {
        match self.json {
            Json::Object(_) | Json::Null => Ok(self.json),
            _ => Err(self.refuse("an object or null")),
        }
    }
}
