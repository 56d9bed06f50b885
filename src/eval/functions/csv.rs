//! `csvdecode`, with the rules of Go's reader: quotes only around whole fields, all rows of one length.

use ecow::EcoString;

use super::{Call, Failure, Outcome, string};
use crate::value::{Field, Type, Value};

/// A list of objects; the first row names the attributes.
pub(super) fn csvdecode(call: &Call<'_, '_>) -> Outcome {
    let mut rows = Rows { rest: call.text(0), line: 1 };
    let (_, header) = rows.next().transpose()?.ok_or_else(|| Failure::new("missing header line"))?;
    let names: Vec<EcoString> = header.iter().map(|name| crate::value::normalise(name)).collect();
    let mut sorted = names.clone();
    sorted.sort();
    let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(a, b)| a == b);
    if let Some((twice, _)) = twice {
        return Err(Failure::new(format!("duplicate column name \"{twice}\"")));
    }
    let mut objects = Vec::new();
    for row in rows {
        let (line, fields) = row?;
        if fields.len() != names.len() {
            return Err(refused(line, "wrong number of fields"));
        }
        objects.push(Value::object(names.iter().cloned().zip(fields.iter().map(|text| string(text))).collect()));
    }
    let fields = names.into_iter().map(|name| Field { name, ty: Type::String, optional: false });
    Ok(Value::list(Type::object(fields.collect()), objects))
}

fn refused(line: usize, why: &str) -> Failure {
    Failure::new(format!("CSV parse error on line {line}: {why}"))
}

/// The rows of a text, each with the line it starts on. Empty lines are none.
struct Rows<'t> {
    rest: &'t str,
    line: usize,
}

impl Iterator for Rows<'_> {
    type Item = Result<(usize, Vec<String>), Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(rest) = after_line_break(self.rest) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        let row = self.row();
        if row.is_err() {
            self.rest = "";
        }
        Some(row.map(|fields| (line, fields)))
    }
}

impl Rows<'_> {
    fn row(&mut self) -> Result<Vec<String>, Failure> {
        let mut fields = Vec::new();
        loop {
            let field = if self.rest.starts_with('"') { self.quoted()? } else { self.bare()? };
            fields.push(field);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            if let Some(rest) = after_line_break(self.rest) {
                self.rest = rest;
                self.line += 1;
            }
            return Ok(fields);
        }
    }

    /// Up to a comma or the end of the line; a quote inside is refused.
    fn bare(&mut self) -> Result<String, Failure> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (field, rest) = self.rest.split_at(end);
        let (field, rest) = match field.strip_suffix('\r') {
            Some(field) if !rest.starts_with(',') => (field, self.rest.get(field.len()..).unwrap_or("")),
            _ => (field, rest),
        };
        if field.contains('"') {
            return Err(refused(self.line, "bare \" in non-quoted-field"));
        }
        // A carriage return at the very end of the text ends the line too.
        self.rest = if rest == "\r" { "" } else { rest };
        Ok(field.to_owned())
    }

    /// Between quotes, two of which are one; what follows is a comma or the end of the line.
    fn quoted(&mut self) -> Result<String, Failure> {
        let mut field = String::new();
        let unbalanced = |line| refused(line, "extraneous or missing \" in quoted-field");
        let mut rest = self.rest.get(1..).unwrap_or("");
        let mut line = self.line;
        loop {
            let (before, after) = rest.split_once('"').ok_or_else(|| unbalanced(line))?;
            line += before.matches('\n').count();
            field.push_str(&before.replace("\r\n", "\n"));
            match after.strip_prefix('"') {
                Some(after) => {
                    field.push('"');
                    rest = after;
                }
                None => {
                    rest = after;
                    break;
                }
            }
        }
        if !(rest.is_empty() || rest.starts_with(',') || after_line_break(rest).is_some()) {
            return Err(unbalanced(line));
        }
        self.line = line;
        self.rest = rest;
        Ok(field)
    }
}

fn after_line_break(text: &str) -> Option<&str> {
    text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n"))
}
