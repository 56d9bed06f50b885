//! Types as the console's `type` function writes them.

use super::Type;

/// `list(string)`; objects and tuples with a line for each part.
#[must_use]
pub fn show_type(ty: &Type) -> String {
    let mut out = String::new();
    write(ty, 0, &mut out);
    out
}

fn write(ty: &Type, depth: usize, out: &mut String) {
    match ty {
        Type::List(element) => collection("list", element, depth, out),
        Type::Set(element) => collection("set", element, depth, out),
        Type::Map(element) => collection("map", element, depth, out),
        Type::Tuple(items) => {
            let parts = items.iter().map(|item| (String::new(), item));
            parts_on_lines(("tuple([", "])"), parts, depth, out);
        }
        Type::Object(fields) => {
            let parts = fields.iter().map(|field| (format!("{}: ", field.name), &field.ty));
            parts_on_lines(("object({", "})"), parts, depth, out);
        }
        plain => out.push_str(&plain.friendly_name()),
    }
}

/// An element that takes lines itself stands on lines of its own.
fn collection(name: &str, element: &Type, depth: usize, out: &mut String) {
    out.push_str(name);
    if matches!(element, Type::Tuple(_) | Type::Object(_)) {
        return parts_on_lines(("(", ")"), std::iter::once((String::new(), element)), depth, out);
    }
    out.push('(');
    write(element, depth, out);
    out.push(')');
}

fn parts_on_lines<'t>(
    (open, close): (&str, &str),
    parts: impl Iterator<Item = (String, &'t Type)>,
    depth: usize,
    out: &mut String,
) {
    out.push_str(open);
    let mut is_empty = true;
    for (name, part) in parts {
        is_empty = false;
        line(depth + 1, out);
        out.push_str(&name);
        write(part, depth + 1, out);
        out.push(',');
    }
    if !is_empty {
        line(depth, out);
    }
    out.push_str(close);
}

fn line(depth: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("    ");
    }
}
