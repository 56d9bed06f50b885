//! The source line with its label. The only user of `miette`: places become its spans here.

use std::{fmt, ops::Range, sync::Arc};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, Severity,
    SourceCode, SourceSpan, SpanContents,
};

use super::prose::{self, is_harmful};
use crate::{
    diag::Level,
    source::{Place, SourceFile, Sources, Span, offset},
};

/// A line of more bytes is shown in part: what stands before the label, and what follows it.
const LONG: usize = 240;
const BEFORE: usize = 30;
const AFTER: usize = 60;

/// A place to show.
#[derive(Clone, Debug)]
pub(super) struct Excerpt {
    pub(super) level: Level,
    pub(super) place: Place,
    pub(super) label: String,
    pub(super) color: bool,
}

impl Excerpt {
    /// The line of the place in a frame that names file, line and column.
    pub(super) fn render(&self, sources: &Sources) -> String {
        let file = sources.get(self.place.file);
        let span = on_one_line(&file, self.place.span);
        let line = Line::of(file, &span);
        let span = span.start..span.end.min(line.start + line.text.len());
        let shown = Shown { level: self.level, label: self.label.clone(), line, span };
        let theme = if self.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_context_lines(0).with_links(false).tab_width(2);
        let mut out = String::new();
        match handler.render_report(&mut out, &shown) {
            Ok(()) => without_heading(&out),
            // Never leave a finding without its place.
            Err(fmt::Error) => format!("   at {}\n", super::human::at(sources, self.place)),
        }
    }
}

/// miette begins with the message, which stands above already.
fn without_heading(rendered: &str) -> String {
    rendered.lines().skip(1).filter(|line| !line.is_empty()).map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The one miette diagnostic there is.
#[derive(Debug)]
struct Shown {
    level: Level,
    label: String,
    span: Range<usize>,
    line: Line,
}

/// The message is written by us, above the excerpt.
impl fmt::Display for Shown {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Shown {}

impl Diagnostic for Shown {
    fn severity(&self) -> Option<Severity> {
        Some(match self.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Info => Severity::Advice,
        })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.line)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = (!self.label.is_empty()).then(|| self.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(label, self.span.clone()))))
    }
}

/// The line of a place as miette reads it; of a long line only a part. Offsets are the file's.
#[derive(Debug)]
struct Line {
    file: Arc<SourceFile>,
    /// Where the shown text begins.
    start: usize,
    /// Harmless; each character as long in bytes as in the file.
    text: String,
}

impl Line {
    /// The line in which a span begins.
    fn of(file: Arc<SourceFile>, span: &Range<usize>) -> Self {
        let whole = line_around(&file, span.start);
        let around = span.start.saturating_sub(BEFORE)..span.start + AFTER;
        let part = if whole.len() > LONG { around.start.max(whole.start)..around.end.min(whole.end) } else { whole };
        let (start, end) = (boundary(&file.text, part.start), boundary(&file.text, part.end));
        // A place may lie after the last character.
        let text = disarmed(file.text.get(start..end).unwrap_or("")) + " ";
        Self { file, start, text }
    }
}

impl SourceCode for Line {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Asked for the label alone, miette wants to know where that is: its column, not the line's.
        let at = self.file.position(offset(span.offset()));
        let (line, column) = (at.line as usize - 1, at.column as usize - 1);
        let name = prose::harmless(&self.file.path);
        let whole = SourceSpan::from((self.start, self.text.len()));
        let contents = MietteSpanContents::new_named(name, self.text.as_bytes(), whole, line, column, 1);
        Ok(Box::new(contents))
    }
}

fn line_around(file: &SourceFile, at: usize) -> Range<usize> {
    let line = file.line_span(offset(at));
    line.start as usize..line.end as usize
}

/// The nearest character boundary at or before an offset.
fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Question marks for characters that could steer the terminal.
fn disarmed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmful(c) { out.extend(std::iter::repeat_n('?', c.len_utf8())) } else { out.push(c) }
    }
    out
}

/// A span as a range of one character at least, that ends with its first line.
fn on_one_line(file: &SourceFile, span: Span) -> Range<usize> {
    let text = &*file.text;
    let line = line_around(file, boundary(text, span.start as usize));
    let start = boundary(text, span.start as usize).min(line.end);
    let end = boundary(text, span.end as usize).min(line.end);
    let one = text.get(start..line.end).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
    start..end.max(start + one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(text: &str, start: usize, end: usize) -> String {
        let sources = Sources::new("/repository".into());
        let file = sources.add("main.tf", text);
        let place = Place::new(file, Span::new(offset(start), offset(end)));
        Excerpt { level: Level::Error, place, label: "here".to_owned(), color: false }.render(&sources)
    }

    #[test]
    fn the_line_with_its_label() {
        let expected = "   ╭─[main.tf:2:3]\n 2 │ b = ü\n   ·   ┬\n   ·   ╰── here\n   ╰────\n";
        for text in ["a\nb = ü\nc\n", "a\r\nb = ü\r\nc\r\n"] {
            let at = text.find('=').expect("a sign");
            assert_eq!(render(text, at, at + 1), expected);
        }
    }

    #[test]
    fn of_several_lines_the_first() {
        let text = "resource \"a\" \"b\" {\n  c = 1\n}\n";
        assert!(render(text, 0, text.len()).contains("resource \"a\" \"b\" {\n"));
        assert!(!render(text, 0, text.len()).contains("c = 1"));
    }

    /// Also places that no parser would yield: beyond the end, backwards, within a character.
    #[test]
    fn any_place_has_an_excerpt() {
        let long = format!("{}\n", "é\t".repeat(300));
        for text in ["", "\n", "\r\n", "é", "a\n\nb", "x = \u{1f600}\u{301}\r\n\ty", &long] {
            for start in (0..text.len() + 3).step_by(1 + text.len() / 40) {
                for end in (0..text.len() + 3).step_by(1 + text.len() / 40) {
                    let shown = render(text, start, end);
                    assert!(shown.contains("main.tf:") && shown.contains("here"), "{text:?} {start}..{end}: {shown}");
                }
            }
        }
    }
}
