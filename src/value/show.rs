//! Values as a person reads them.

use super::{Because, Kind, Marks, Type, Unknown, Value, quote::push_quoted, why::why};

/// As `terraform console` prints it; unknown parts as `(known after apply)` or with their reason,
/// sensitive ones redacted.
#[must_use]
pub fn show(value: &Value) -> String {
    printed(value, reason)
}

/// As [`show`], with every reason of each unknown part: `(known after apply: aws_s3_bucket.logs.arn)`.
#[must_use]
pub fn show_with_reasons(value: &Value) -> String {
    printed(value, why)
}

fn printed(value: &Value, unknown: fn(&Unknown) -> String) -> String {
    let mut printer = Printer { out: String::new(), depth: 0, layout: Layout::Lines, limit: usize::MAX, unknown };
    printer.value(value);
    printer.out
}

/// Characters of [`show_short`].
const SHORT: usize = 60;

/// On one line, cut to about sixty characters.
#[must_use]
pub fn show_short(value: &Value) -> String {
    let limit = SHORT * 4 + 4;
    let mut printer = Printer { out: String::new(), depth: 0, layout: Layout::Line, limit, unknown: reason };
    printer.value(value);
    cut(&printer.out)
}

fn cut(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    text.chars().take(SHORT - 1).chain(['…']).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines,
    Line,
}

struct Printer {
    out: String,
    depth: usize,
    layout: Layout,
    /// Bytes after which printing more is of no use.
    limit: usize,
    /// What stands in for an unknown value.
    unknown: fn(&Unknown) -> String,
}

impl Printer {
    fn value(&mut self, value: &Value) {
        if self.out.len() > self.limit {
            return;
        }
        if value.marks.has(Marks::SECRET) {
            return self.out.push_str("(sensitive value)");
        }
        if value.marks.has(Marks::EPHEMERAL) {
            return self.out.push_str("(ephemeral value)");
        }
        match &value.kind {
            Kind::Null(ty) => self.out.push_str(&typed_null(ty)),
            Kind::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Kind::Number(number) => self.out.push_str(&number.to_string()),
            Kind::String(text) => self.string(text),
            Kind::List(list) => self.items(("tolist([", "])"), &list.items),
            Kind::Set(set) => self.items(("toset([", "])"), &set.items),
            Kind::Tuple(items) => self.items(("[", "]"), items),
            Kind::Map(_) => self.entries(("tomap({", "})"), value),
            Kind::Object(_) => self.entries(("{", "}"), value),
            Kind::Unknown(unknown) => self.out.push_str(&(self.unknown)(unknown)),
        }
    }

    fn items(&mut self, (open, close): (&str, &str), items: &[Value]) {
        self.out.push_str(open);
        self.depth += 1;
        for (i, item) in items.iter().enumerate() {
            self.separate(i);
            self.value(item);
            if self.layout == Layout::Lines {
                self.out.push(',');
            }
        }
        self.depth -= 1;
        self.close(close, items.is_empty());
    }

    fn entries(&mut self, (open, close): (&str, &str), value: &Value) {
        let entries = value.entries().unwrap_or_default();
        self.out.push_str(open);
        self.depth += 1;
        for (i, (key, item)) in entries.iter().enumerate() {
            self.separate(i);
            self.string(key);
            self.out.push_str(" = ");
            self.value(item);
        }
        self.depth -= 1;
        self.close(close, entries.is_empty());
    }

    fn separate(&mut self, i: usize) {
        match self.layout {
            Layout::Lines => self.line(),
            Layout::Line if i > 0 => self.out.push_str(", "),
            Layout::Line => {}
        }
    }

    fn close(&mut self, close: &str, empty: bool) {
        if !empty && self.layout == Layout::Lines {
            self.line();
        }
        self.out.push_str(close);
    }

    /// Begins a line at the depth.
    fn line(&mut self) {
        self.out.push('\n');
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
    }

    fn string(&mut self, text: &str) {
        if self.layout == Layout::Lines && text.contains('\n') {
            self.heredoc(text);
        } else {
            push_quoted(text, &mut self.out);
        }
    }

    fn heredoc(&mut self, text: &str) {
        let mut word = "EOT".to_owned();
        while text.split('\n').any(|line| line.trim() == word) {
            word.push('_');
        }
        self.out.push_str(if self.depth > 0 { "<<-" } else { "<<" });
        self.out.push_str(&word);
        for line in text.split('\n') {
            self.line();
            self.out.push_str(line);
        }
        self.line();
        self.out.push_str(&word);
    }
}

fn typed_null(ty: &Type) -> String {
    match ty {
        Type::Any => "null".to_owned(),
        Type::Bool => "tobool(null)".to_owned(),
        Type::Number => "tonumber(null)".to_owned(),
        Type::String => "tostring(null)".to_owned(),
        Type::List(element) => format!("tolist(null) /* of {} */", element.friendly_name()),
        Type::Set(element) => format!("toset(null) /* of {} */", element.friendly_name()),
        Type::Map(element) => format!("tomap(null) /* of {} */", element.friendly_name()),
        Type::Tuple(_) | Type::Object(_) => format!("null /* {} */", ty.friendly_name()),
    }
}

/// What stands in for an unknown value: its name where it has one, else what Terraform says.
fn reason(unknown: &Unknown) -> String {
    match &unknown.because {
        Because::Data(_)
        | Because::Account(_)
        | Because::Variable { .. }
        | Because::OtherState(_)
        | Because::OpaqueModule(_)
        | Because::Workspace => {
            format!("({} is not known)", unknown.because)
        }
        _ => "(known after apply)".to_owned(),
    }
}
