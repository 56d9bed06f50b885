//! Literals in place of others, and words taken out.

use super::{Edit, NoFix, literal_in};
use crate::{
    policy::Finding,
    source::{Place, Sources, Span},
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
    let end = start + word.len();
    let before = text.get(..start).is_some_and(|before| before.ends_with(' '));
    let after = text.get(end..).is_some_and(|after| after.starts_with(' '));
    let (start, end) = if before { (start - 1, end) } else { (start, end + usize::from(after)) };
    let [start, end] = [start, end].map(|i| at.span.start + crate::source::offset(i));
    // A file may begin its span with the word, and the space stands before the span.
    let outside = !before && start == at.span.start && file.slice(Span::new(start.saturating_sub(1), start)) == " ";
    let start = if outside && !after { start - 1 } else { start };
    Ok(Edit { at: Place::new(at.file, Span::new(start, end)), text: String::new() })
}
