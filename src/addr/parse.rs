//! Addresses as Terraform writes them, read back.

use super::{InstanceKey, ModulePath, name};

impl InstanceKey {
    /// `["a"]`, `[0]`, or nothing, at the beginning of a text; and the rest of the text. `None` where brackets hold
    /// anything else.
    fn read(text: &str) -> Option<(Self, &str)> {
        let Some(inside) = text.strip_prefix('[') else { return Some((Self::None, text)) };
        if let Some(quoted) = inside.strip_prefix('"') {
            let (key, rest) = unquoted(quoted)?;
            return Some((Self::Key(key.into()), rest.strip_prefix(']')?));
        }
        let (digits, rest) = inside.split_once(']')?;
        Some((Self::Index(digits.parse().ok()?), rest))
    }
}

/// Modules inside of modules: more than anybody writes.
const MAX_DEPTH: usize = 256;

impl ModulePath {
    /// Reads `module.a["x"].module.b[0]`; the empty text is the root module. `None` for anything else, and for more than
    /// 256 modules one inside the other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut path = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            if path.0.len() == MAX_DEPTH {
                return None;
            }
            if !path.is_root() {
                rest = rest.strip_prefix('.')?;
            }
            rest = rest.strip_prefix("module.")?;
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (call, after) = rest.split_at_checked(end).filter(|(call, _)| !call.is_empty())?;
            let (key, after) = InstanceKey::read(after)?;
            path.0.push((name(call), key));
            rest = after;
        }
        Some(path)
    }
}

/// What stands before a closing quote, as Terraform quotes a string inside an address; and what follows the quote.
fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((plain(&out), text.get(at + 1..)?)),
            '\\' => out.push(match chars.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            other => out.push(other),
        }
    }
    None
}

/// Without the doubling of what would begin a template.
fn plain(text: &str) -> String {
    text.replace("$${", "${").replace("%%{", "%{")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn module_paths_are_read_as_they_are_written() {
        let keys = ["a\"b\\c", "x.y[0]", "${v}", "line\nend", ""];
        for key in keys {
            let path = ModulePath::default()
                .child(name("a"), InstanceKey::Key(key.into()))
                .child(name("b"), InstanceKey::Index(3))
                .child(name("c"), InstanceKey::None);
            assert_eq!(ModulePath::parse(&path.to_string()), Some(path));
        }
        assert_eq!(ModulePath::parse(""), Some(ModulePath::default()));
        for wrong in
            ["a", "module.", "module.a[", "module.a[x]", "module.a[\"x]", "module.a.b", "module.a[0]module.b", "."]
        {
            assert_eq!(ModulePath::parse(wrong), None, "{wrong}");
        }
        assert_eq!(ModulePath::parse(&["module.a"; 100_000].join(".")), None);
    }
}
