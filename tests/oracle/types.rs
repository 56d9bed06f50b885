//! Types as JSON: `"string"`, `["list", TYPE]`, `["tuple", [TYPE, …]]`, `["object", {NAME: TYPE, …}]`.

use infralint::value::{Field, Type};
use serde_json::{Map, Value as Json, json};

/// A type of infralint's.
pub(crate) fn of(ty: &Type) -> Json {
    let fields = |fields: &[Field]| fields.iter().map(|f| (f.name.to_string(), of(&f.ty))).collect::<Map<_, _>>();
    match ty {
        Type::Any => json!("dynamic"),
        Type::Bool => json!("bool"),
        Type::Number => json!("number"),
        Type::String => json!("string"),
        Type::List(element) => json!(["list", of(element)]),
        Type::Set(element) => json!(["set", of(element)]),
        Type::Map(element) => json!(["map", of(element)]),
        Type::Tuple(items) => json!(["tuple", items.iter().map(of).collect::<Vec<_>>()]),
        Type::Object(of) => json!(["object", fields(of)]),
    }
}

/// A type as the console's `type` shows it. `None` where the text is something else.
pub(crate) fn parse(text: &str) -> Option<Json> {
    let mut parser = Parser { text: text.trim(), depth: 0 };
    let ty = parser.ty()?;
    parser.text.trim().is_empty().then_some(ty)
}

struct Parser<'t> {
    text: &'t str,
    /// How far lines are indented here.
    depth: usize,
}

impl Parser<'_> {
    fn ty(&mut self) -> Option<Json> {
        self.skip();
        let word = self.word();
        Some(match word.as_str() {
            "list" | "set" | "map" => {
                self.open('(')?;
                let element = self.ty()?;
                self.eat(',');
                self.close(')')?;
                json!([word, element])
            }
            "tuple" => self.tuple()?,
            "object" => self.object()?,
            "string" | "number" | "bool" | "dynamic" => json!(word),
            _ => return None,
        })
    }

    fn tuple(&mut self) -> Option<Json> {
        self.eat('(')?;
        self.open('[')?;
        let mut items = Vec::new();
        while self.eat(']').is_none() {
            items.push(self.ty()?);
            self.eat(',');
        }
        self.depth -= 1;
        self.eat(')')?;
        Some(json!(["tuple", items]))
    }

    fn object(&mut self) -> Option<Json> {
        self.eat('(')?;
        self.open('{')?;
        let mut fields = Map::new();
        while self.eat('}').is_none() {
            let name = self.name()?;
            self.eat(':')?;
            fields.insert(name, self.ty()?);
            self.eat(',');
        }
        self.depth -= 1;
        self.eat(')')?;
        Some(json!(["object", fields]))
    }

    /// An opening bracket; what is in it is indented further.
    fn open(&mut self, c: char) -> Option<()> {
        self.eat(c)?;
        self.depth += 1;
        Some(())
    }

    fn close(&mut self, c: char) -> Option<()> {
        self.depth -= 1;
        self.eat(c)
    }

    /// Names are written as they are, each on a line; a colon and a space follow.
    fn name(&mut self) -> Option<String> {
        let line = self.text.strip_prefix('\n')?;
        // A type in a collection is not always indented further.
        let indent = line.len() - line.trim_start_matches(' ').len();
        let line = line.get(indent.min(4 * self.depth)..)?;
        // A type has no colon in its first line.
        let (name, _) = line.split_once('\n').unwrap_or((line, "")).0.rsplit_once(": ")?;
        self.text = line.get(name.len()..)?;
        Some(name.to_owned())
    }

    fn word(&mut self) -> String {
        let end = self.text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(self.text.len());
        let (word, rest) = self.text.split_at(end);
        self.text = rest;
        word.to_owned()
    }

    fn eat(&mut self, c: char) -> Option<()> {
        self.text = self.text.trim_start().strip_prefix(c)?;
        Some(())
    }

    fn skip(&mut self) {
        self.text = self.text.trim_start();
    }
}
