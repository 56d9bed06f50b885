//! The tree of a JSON text that is written out, with unknown values in it: a heredoc, or a template file.

use ecow::EcoString;

use super::{decode_json, decode_json_tree};
use crate::value::{Because, Kind, Known, Type, Value};

/// Stand around the number of an unknown part, while the text is read: within a string, and in place of a value. Characters
/// for private use, which no policy has.
const WITHIN: char = '\u{F0000}';
const WHOLE: char = '\u{F0001}';
const END: char = '\u{F0002}';

/// Parts of one text.
const MAX_PARTS: usize = 1_000;

/// What the text made of these parts holds. `None` where an unknown part may change the form of the text.
pub(super) fn decoded(parts: &[Value]) -> Option<Value> {
    let mut text = Text::default();
    for part in parts {
        text.push(part)?;
    }
    resolved(&decode_json(&text.out).ok()?, &text.unknown)
}

#[derive(Default)]
struct Text<'v> {
    out: String,
    unknown: Vec<&'v Value>,
    in_string: bool,
    escaped: bool,
}

impl<'v> Text<'v> {
    fn push(&mut self, part: &'v Value) -> Option<()> {
        if let Some(text) = part.as_str() {
            return self.literal(text);
        }
        if let Some(Because::Template(parts)) = part.as_unknown().map(|unknown| &unknown.because) {
            return parts.iter().try_for_each(|part| self.push(part));
        }
        let keeps_form =
            if self.in_string { !self.escaped && is_plain(part) } else { decode_json_tree(part).is_some() };
        if !keeps_form || self.unknown.len() >= MAX_PARTS {
            return None;
        }
        let number = self.unknown.len();
        if self.in_string {
            self.out.push_str(&format!("{WITHIN}{number}{END}"));
        } else {
            self.out.push_str(&format!("\"{WHOLE}{number}{END}\""));
        }
        self.unknown.push(part);
        Some(())
    }

    fn literal(&mut self, text: &str) -> Option<()> {
        for c in text.chars() {
            match c {
                WITHIN | WHOLE | END => return None,
                _ if self.escaped => self.escaped = false,
                '\\' if self.in_string => self.escaped = true,
                '"' => self.in_string = !self.in_string,
                _ => {}
            }
        }
        self.out.push_str(text);
        Some(())
    }
}

/// Whether a text is surely without quotes, backslashes and line breaks: names and ids that AWS gives.
fn is_plain(part: &Value) -> bool {
    match part.as_unknown().map(|unknown| &unknown.because) {
        Some(Because::Attribute(attribute)) => attribute.identity.is_some(),
        Some(Because::Data(attribute)) => {
            matches!(attribute.of.ty.as_str(), "aws_caller_identity" | "aws_partition" | "aws_region")
        }
        _ => false,
    }
}

fn resolved(value: &Value, unknown: &[&Value]) -> Option<Value> {
    match &value.kind {
        Kind::String(text) => of_text(text, unknown),
        Kind::Tuple(items) => {
            Some(Value::tuple(items.iter().map(|item| resolved(item, unknown)).collect::<Option<_>>()?))
        }
        Kind::Object(mapping) => {
            let entry = |(key, value): &(EcoString, Value)| {
                let is_known = !key.contains([WITHIN, WHOLE]);
                is_known.then(|| Some((key.clone(), resolved(value, unknown)?)))?
            };
            Some(Value::object(mapping.entries.iter().map(entry).collect::<Option<_>>()?))
        }
        _ => Some(value.clone()),
    }
}

fn of_text(text: &EcoString, unknown: &[&Value]) -> Option<Value> {
    if !text.contains([WITHIN, WHOLE]) {
        return Some(Value::string(text.clone()));
    }
    if let Some(number) = text.strip_prefix(WHOLE) {
        return decode_json_tree(at(number.strip_suffix(END)?, unknown)?);
    }
    let mut pieces = text.split(WITHIN);
    let first = pieces.next().filter(|first| !first.is_empty());
    let mut parts: Vec<Value> = first.map(Value::string).into_iter().collect();
    for piece in pieces {
        let (number, rest) = piece.split_once(END)?;
        parts.push(at(number, unknown)?.clone());
        parts.extend((!rest.is_empty()).then(|| Value::string(rest)));
    }
    if let [only] = parts.as_slice() {
        return Some(only.clone());
    }
    let origin = parts.iter().find(|part| !part.is_known()).map(|part| part.origin).unwrap_or_default();
    let known = Known { not_null: true, ..Known::default() };
    Some(Value::unknown_with(Type::String, Because::Template(parts.into()), known).with_origin(origin))
}

fn at<'v>(number: &str, unknown: &[&'v Value]) -> Option<&'v Value> {
    unknown.get(number.parse::<usize>().ok()?).copied()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        addr::{InstanceAddr, InstanceKey, Mode, ModulePath, name},
        value::{Attribute, IdentityClass, Step, show},
    };

    fn arn(identity: Option<IdentityClass>) -> Value {
        let of = InstanceAddr {
            root: "r".into(),
            module: ModulePath::default(),
            mode: Mode::Managed,
            ty: name("aws_s3_bucket"),
            name: name("b"),
            key: InstanceKey::None,
        };
        let attribute = Attribute { of: Arc::new(of), path: [Step::Attr(name("arn"))].into(), identity };
        Value::unknown(Type::String, Because::Attribute(attribute))
    }

    #[test]
    fn strings_keep_their_parts() {
        let arn = arn(Some(IdentityClass::Arn));
        let parts =
            [Value::string(r#"{"a": ["x", ""#), arn.clone(), Value::string("/*\", \""), arn, Value::string("\"]}")];
        let tree = decoded(&parts).expect("a tree");
        let items = tree.get("a").and_then(Value::items).expect("items");
        assert_eq!(items.len(), 3);
        let parts = |i: usize| items.get(i).and_then(Value::as_unknown).map(|unknown| unknown.because.clone());
        assert!(matches!(parts(1), Some(Because::Template(parts)) if parts.len() == 2), "{}", show(&tree));
        assert!(matches!(parts(2), Some(Because::Attribute(_))));
    }

    #[test]
    fn a_value_is_read_where_its_tree_is_visible() {
        let inner = Value::tuple(vec![arn(Some(IdentityClass::Arn))]);
        let encoded = Value::unknown(Type::String, Because::Call(name("jsonencode"), vec![inner].into()));
        let tree = decoded(&[Value::string("{\"a\": "), encoded, Value::string("}")]).expect("a tree");
        assert_eq!(tree.get("a").and_then(Value::items).map(<[Value]>::len), Some(1));
    }

    #[test]
    fn what_may_change_the_form_of_the_text_shows_nothing() {
        let identity = || arn(Some(IdentityClass::Arn));
        let cases = [
            vec![Value::string("{\"a\": \""), arn(None), Value::string("\"}")],
            vec![Value::string("{\"a\": "), identity(), Value::string("}")],
            vec![Value::string("{\""), identity(), Value::string("\": 1}")],
            vec![Value::string("{\"a\": \"\\"), identity(), Value::string("\"}")],
            vec![Value::string("{\"a\": \""), identity(), Value::string("}")],
            vec![Value::string("{\"\u{F0000}0\u{F0002}\": \""), identity(), Value::string("\"}")],
        ];
        for parts in cases {
            assert!(decoded(&parts).is_none(), "{parts:?}");
        }
    }
}
