//! What a comment stands on: the block, argument or entry of an object beside it or below it, or the whole file.

use crate::{
    source::{SourceFile, Span, offset},
    syntax::{Block, Body, Tree},
};

/// What a comment stands on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Target {
    File,
    /// A block, an argument, or an entry of an object.
    Item(Span),
}

/// The blocks, arguments and entries of objects of one file.
pub(super) struct Items<'t> {
    tree: &'t Tree,
    file: &'t SourceFile,
    spans: Vec<Span>,
}

impl<'t> Items<'t> {
    pub(super) fn of(tree: &'t Tree, file: &'t SourceFile) -> Self {
        let mut spans = Vec::new();
        let mut bodies: Vec<&Body> = vec![&tree.body];
        while let Some(body) = bodies.pop() {
            spans.extend(body.attributes.iter().map(|attribute| attribute.span));
            spans.extend(body.blocks.iter().map(whole));
            bodies.extend(body.blocks.iter().map(|block| &block.body));
        }
        spans.extend(tree.all_items());
        // An outer one before those inside it.
        spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        Self { tree, file, spans }
    }

    /// What a comment stands on; `None` where that is nothing.
    pub(super) fn target(&self, comment: Span) -> Option<Target> {
        let line = self.file.line_span(comment.start);
        let before = Span::new(line.start, comment.start);
        if self.is_blank(before) { self.below(comment) } else { self.beside(before).map(Target::Item) }
    }

    /// What the line of a comment behind code is about: what begins in it, else what ends in it, else what it is part of.
    fn beside(&self, before: Span) -> Option<Span> {
        let within = |at: u32| before.start <= at && at < before.end;
        let begins = self.spans.iter().find(|span| within(span.start));
        let ends = || self.spans.iter().find(|span| within(span.end.saturating_sub(1)));
        begins.or_else(ends).copied().or_else(|| self.innermost(before.end))
    }

    /// What a comment on lines of its own stands above.
    fn below(&self, comment: Span) -> Option<Target> {
        let (mut lines, mut next) = self.gap(comment.end);
        // Further comments belong to it, up to an empty line.
        let comments =
            self.tree.comments.iter().map(|comment| comment.span).skip_while(|span| span.start < comment.end);
        for further in comments {
            if lines > 1 || further.start != next {
                break;
            }
            (lines, next) = self.gap(further.end);
        }
        if lines > 1 {
            let is_first = self.spans.first().is_none_or(|first| comment.start < first.start);
            return is_first.then_some(Target::File);
        }
        match self.file.text.as_bytes().get(next as usize) {
            None | Some(b'}' | b')' | b']') => None,
            Some(_) => {
                let begins = self.spans.iter().find(|span| span.start == next).copied();
                begins.or_else(|| self.innermost(comment.start)).map(Target::Item)
            }
        }
    }

    /// How many line breaks there are up to what comes next, and where that is; no further than the second one.
    fn gap(&self, from: u32) -> (usize, u32) {
        let mut lines = 0;
        let rest = self.file.text.get(from as usize..).unwrap_or_default();
        let next = rest.bytes().position(|byte| {
            lines += usize::from(byte == b'\n');
            lines > 1 || !byte.is_ascii_whitespace()
        });
        (lines, from + offset(next.unwrap_or(rest.len())))
    }

    fn innermost(&self, at: u32) -> Option<Span> {
        self.spans.iter().rev().find(|span| span.start <= at && at < span.end).copied()
    }

    /// Whether there is nothing but spaces and comments in a part of a line.
    fn is_blank(&self, line: Span) -> bool {
        let within = |span: &Span| span.start >= line.start && span.end <= line.end;
        let comments = self.tree.comments.iter().map(|comment| comment.span).filter(within);
        let marks = |span| self.file.slice(span).bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        marks(line) == comments.map(marks).sum::<usize>()
    }
}

fn whole(block: &Block) -> Span {
    block.header.to(block.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{source::Sources, syntax};

    /// The text that the comment with `!` in it stands on.
    fn on(text: &str) -> String {
        let sources = Sources::new("/".into());
        let id = sources.add("main.tf", text);
        let (file, tree) = (sources.get(id), syntax::parse(id, text).tree);
        let marked = tree.comments.iter().find(|comment| file.slice(comment.span).contains('!'));
        let comment = marked.expect("a comment with the mark").span;
        match Items::of(&tree, &file).target(comment) {
            None => "nothing".to_owned(),
            Some(Target::File) => "the file".to_owned(),
            Some(Target::Item(span)) => {
                file.slice(span).lines().next().unwrap_or_default().trim_end_matches(" # !").to_owned()
            }
        }
    }

    #[test]
    fn what_comments_stand_on() {
        let cases = [
            ("# !\n\nresource \"a\" \"b\" {\n}\n", "the file"),
            ("# licence\n\n# !\n# and more\n\nx = 1\n", "the file"),
            ("# !\nresource \"a\" \"b\" {\n}\n", "resource \"a\" \"b\" {"),
            ("# !\n# why\nresource \"a\" \"b\" {\n}\n", "resource \"a\" \"b\" {"),
            ("// !\r\nmodule \"b\" {\r\n}\r\n", "module \"b\" {"),
            ("resource \"a\" \"b\" { # !\n  x = 1\n}\n", "resource \"a\" \"b\" {"),
            ("resource \"a\" \"b\" {\n  x = 1\n} # !\n", "resource \"a\" \"b\" {"),
            ("resource \"a\" \"b\" {\n  # !\n  x = 1\n}\n", "x = 1"),
            ("resource \"a\" \"b\" {\n  x = 1 # !\n  y = 2\n}\n", "x = 1"),
            ("resource \"a\" \"b\" {\n  /* ! */ x = 1\n}\n", "x = 1"),
            ("a {\n  /* !\n     long */\n  b {\n  }\n}\n", "b {"),
            ("x = 1 /* b c d */ # !\ny = 2\n", "x = 1"),
            ("x = { # !\n  y = 1\n}\n", "x = {"),
            ("x = {\n  y = 1 # !\n  z = 2\n}\n", "y = 1"),
            ("x = {\n  # !\n  \"y\" = 1\n}\n", "\"y\" = 1"),
            ("x = { y = 1 } # !\n", "x = { y = 1 }"),
            ("x = {\n  y = 1\n} # !\n", "x = {"),
            ("x = [\n  \"a\", # !\n]\n", "x = ["),
            ("x = [\n  # !\n  \"a\",\n]\n", "x = ["),
            ("x = 1\n# !\n\ny = 2\n", "nothing"),
            ("x = 1\n# !\n", "nothing"),
            ("a {\n  x = 1\n  # !\n}\n", "nothing"),
            ("x = <<EOT\n# no !\nEOT\n# yes !\ny = 1\n", "y = 1"),
        ];
        for (text, expected) in cases {
            assert_eq!(on(text), expected, "{text}");
        }
    }
}
