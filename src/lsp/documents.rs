//! What is open in the editor.

use std::{collections::BTreeMap, path::PathBuf};

use lsp_types::TextDocumentContentChangeEvent;

use super::text::byte_offset;

/// One open document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Document {
    pub(super) text: String,
    pub(super) version: i32,
}

pub(super) type Documents = BTreeMap<PathBuf, Document>;

impl Document {
    /// Makes edits, each on what the one before left.
    pub(super) fn edit(&mut self, changes: Vec<TextDocumentContentChangeEvent>, version: i32) {
        self.version = version;
        for change in changes {
            let Some(range) = change.range else {
                self.text = change.text;
                continue;
            };
            let (start, end) = (byte_offset(&self.text, range.start), byte_offset(&self.text, range.end));
            self.text.replace_range(start..end.max(start), &change.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use lsp_types::{Position, Range};

    use super::*;

    #[test]
    fn edits_build_on_each_other() {
        let mut document = Document { text: "a = \"😀\"\n".to_owned(), version: 1 };
        let change = |from: (u32, u32), to: (u32, u32), text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1))),
            range_length: None,
            text: text.to_owned(),
        };
        document.edit(vec![change((0, 7), (0, 7), "x"), change((0, 0), (0, 1), "bc"), change((1, 0), (1, 0), "d")], 2);
        assert_eq!(document, Document { text: "bc = \"😀x\"\nd".to_owned(), version: 2 });
        document
            .edit(vec![TextDocumentContentChangeEvent { range: None, range_length: None, text: "e".to_owned() }], 3);
        assert_eq!(document, Document { text: "e".to_owned(), version: 3 });
    }
}
