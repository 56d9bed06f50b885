//! Positions of the protocol: lines and UTF-16 code units, both counted from 0.

use lsp_types::{Location, Position, Range};

use super::uri;
use crate::source::{Place, SourceFile, Sources, Span, offset};

/// The position of a byte offset.
pub(super) fn position(file: &SourceFile, at: u32) -> Position {
    let starts = file.line_starts();
    let line = starts.partition_point(|start| *start <= at).max(1) - 1;
    let start = starts.get(line).copied().unwrap_or(0);
    let before = file.slice(Span::new(start, at)).trim_end_matches(['\r', '\n']);
    Position::new(offset(line), offset(before.encode_utf16().count()))
}

pub(super) fn range(file: &SourceFile, span: Span) -> Range {
    Range::new(position(file, span.start), position(file, span.end))
}

/// Where a place is, for whoever opens it.
pub(super) fn location(sources: &Sources, place: Place) -> Option<Location> {
    let file = sources.get(place.file);
    let uri = uri::of(&sources.root().join(&*file.path))?;
    file.is_on_disk.then(|| Location::new(uri, range(&file, place.span)))
}

/// The byte offset of a position; behind the end of a line it is that end, and behind the last line the end of the text.
pub(super) fn byte_offset(text: &str, position: Position) -> usize {
    let Some((start, line)) = line_at(text, position.line) else { return text.len() };
    let mut units = position.character as usize;
    for (at, c) in line.char_indices() {
        if units < c.len_utf16() {
            return start + at;
        }
        units -= c.len_utf16();
    }
    start + line.len()
}

/// The offset of a line, and the line without its break.
fn line_at(text: &str, line: u32) -> Option<(usize, &str)> {
    let mut start = 0;
    for _ in 0..line {
        start += memchr::memchr(b'\n', text.get(start..)?.as_bytes())? + 1;
    }
    let rest = text.get(start..)?;
    let line = rest.split('\n').next().unwrap_or(rest);
    Some((start, line.strip_suffix('\r').unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each position with the byte it stands before.
    const TEXT: &str = "a = \"ä😀b\"\r\nc\n";

    #[test]
    fn characters_count_as_utf16_has_them() {
        let sources = Sources::new("/".into());
        let file = sources.get(sources.add("x", TEXT));
        let cases = [
            ((0, 0), 0),
            ((0, 5), 5),
            ((0, 6), 7),
            ((0, 8), 11),
            ((0, 10), 13),
            ((1, 0), 15),
            ((1, 1), 16),
            ((2, 0), 17),
        ];
        for ((line, character), at) in cases {
            let there = Position::new(line, character);
            assert_eq!(byte_offset(TEXT, there), at, "{there:?}");
            assert_eq!(position(&file, offset(at)), there, "{at}");
        }
    }

    #[test]
    fn what_lies_outside_is_the_nearest_inside() {
        let cases = [((0, 99), 13), ((0, 7), 7), ((1, 9), 16), ((2, 5), 17), ((9, 0), 17)];
        for ((line, character), at) in cases {
            assert_eq!(byte_offset(TEXT, Position::new(line, character)), at, "{line}:{character}");
        }
    }
}
