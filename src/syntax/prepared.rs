//! Trees that were parsed before the program was built.
//!
//! Parsing the shipped rules would be two fifths of the work of a small check. Their trees are kept beside their texts, each
//! with the hash of its text, so that a tree is never taken for that of another text.

use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use serde::{Deserialize, Serialize};

use super::{Tree, parse};
use crate::source::FileId;

#[derive(Serialize, Deserialize)]
struct Prepared<T> {
    /// Of the text.
    hash: u64,
    tree: T,
}

/// The bytes that [`prepared`] reads. `None` for a text with something to be said about it: that is said by parsing it.
#[must_use]
pub fn prepare(text: &str) -> Option<Vec<u8>> {
    let parsed = parse(FileId(0), text);
    let tree = parsed.diagnostics.is_empty().then_some(&parsed.tree)?;
    postcard::to_allocvec(&Prepared { hash: hash(text), tree }).ok()
}

/// The tree of a text, as [`parse`] gives it. `None` where the bytes are not of this text.
#[must_use]
pub fn prepared(file: FileId, text: &str, bytes: &[u8]) -> Option<Tree> {
    let (of, rest) = postcard::take_from_bytes::<u64>(bytes).ok()?;
    if of != hash(text) {
        return None;
    }
    let tree: Tree = postcard::from_bytes(rest).ok()?;
    Some(Tree { file, ..tree })
}

fn hash(text: &str) -> u64 {
    FixedState::with_seed(0).hash_one(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
locals {
  # a comment
  a = [for i, x in var.list : "${upper(x)}-%{if i > 0}more%{endif}" if x != null]
  b = { (local.k) = !true ? -1.5e3 : f(a.b[0]["c"].*.d...), "e" : null }
}
resource "aws_vpc" "this" {
  tags {
    name = <<-EOT
      text
    EOT
  }
}
"#;

    #[test]
    fn a_tree_is_what_parsing_gives() {
        let bytes = prepare(TEXT).expect("nothing is wrong with it");
        let tree = prepared(FileId(7), TEXT, &bytes).expect("it is of this text");
        assert_eq!(format!("{tree:?}"), format!("{:?}", parse(FileId(7), TEXT).tree));
    }

    #[test]
    fn a_tree_of_another_text_is_none() {
        let bytes = prepare(TEXT).expect("nothing is wrong with it");
        assert!(prepared(FileId(0), &TEXT.replace("1.5", "1.6"), &bytes).is_none());
        assert!(prepared(FileId(0), TEXT, &bytes[..bytes.len() / 2]).is_none());
        assert!(prepared(FileId(0), TEXT, &[]).is_none());
    }

    #[test]
    fn what_has_something_wrong_is_not_prepared() {
        assert!(prepare("a = ").is_none());
    }
}
