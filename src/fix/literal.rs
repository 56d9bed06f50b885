//! Literals in place of others, and words taken out.

use super::{Edit, NoFix, literal_in};
use crate::{
    policy::Finding,
    source::{Place, Sources, Span, offset},
};

/// A literal in place of the one that decides; nothing where it is that one already.
pub(super) fn replaced(sources: &Sources, decided: Place, value: &str) -> Result<Option<Edit>, NoFix> {
    let file = sources.get(decided.file);
    if !file.is_on_disk {
        return Err("the value comes from the command line or the environment".to_owned());
    }
    let span = literal_in(file.slice(decided.span))
        .map(|inner| Span::new(decided.span.start + inner.start, decided.span.start + inner.end))
        .ok_or_else(|| format!("an expression decides it, at {}", sources.describe(decided)))?;
    // Where a number or a bool is written as text, as key-value files of backends have it, it stays one.
    let quoted = file.slice(span).starts_with('"') && !value.starts_with('"');
    let text = if quoted { format!("\"{value}\"") } else { value.to_owned() };
    Ok((file.slice(span) != text).then_some(Edit { at: Place::new(decided.file, span), text }))
}

/// A word taken out of a command, with the space before it.
pub(super) fn without(sources: &Sources, finding: &Finding, word: &str) -> Result<Edit, NoFix> {
    let at = finding.origin.last().map_or(finding.place, |hop| hop.at);
    let file = sources.get(at.file);
    let text = file.slice(at.span);
    let ends =
        |at: usize| text.get(at..).is_none_or(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-'));
    let found = text.match_indices(word).find(|(i, _)| ends(i + word.len()));
    let (start, _) = found.ok_or_else(|| format!("{word} is not written at {}", sources.describe(at)))?;
    let (start, end) = (at.span.start as usize + start, at.span.start as usize + start + word.len());
    let (start, end) = with_spaces(&file.text, start, end);
    let [start, end] = [start, end].map(offset);
    Ok(Edit { at: Place::new(at.file, Span::new(start, end)), text: String::new() })
}

/// The bytes of a word with the space before it; of a word that stands alone on a line, that line, and the backslash
/// that continued a command onto it.
fn with_spaces(text: &str, start: usize, end: usize) -> (usize, usize) {
    let (before, after) = (text.get(..start).unwrap_or(""), text.get(end..).unwrap_or(""));
    let bare = before.trim_end_matches([' ', '\t']);
    let rest = after.split(['\r', '\n']).next().unwrap_or("");
    if bare.ends_with('\n') && rest.trim() == "\\" {
        let newline = if after.get(rest.len()..).is_some_and(|b| b.starts_with("\r\n")) { 2 } else { 1 };
        return (bare.len(), (end + rest.len() + newline).min(text.len()));
    }
    let above = bare.trim_end_matches(['\r', '\n']);
    if bare.ends_with('\n') && above.ends_with('\\') && rest.trim().is_empty() {
        let kept = above.strip_suffix('\\').unwrap_or(above).trim_end_matches([' ', '\t']);
        return (kept.len(), end);
    }
    if before.ends_with(' ') { (start - 1, end) } else { (start, end + usize::from(after.starts_with(' '))) }
}
