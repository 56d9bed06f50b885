//! Arguments and blocks put into a body, as `terraform fmt` would have them, without touching another line.

use std::fmt::Write as _;

use super::{Asked, Edit, NoFix, block_at, literal, site};
use crate::{
    source::{Place, SourceFile, Span, offset},
    syntax::{self, Attribute, Block, Tree},
};

/// The file a block stands in, parsed anew: the run keeps no trees.
struct Open {
    file: std::sync::Arc<SourceFile>,
    tree: Tree,
}

impl Open {
    fn of(asked: &Asked<'_>, place: Place) -> Result<Self, NoFix> {
        let file = asked.sources.get(place.file);
        if !file.is_on_disk {
            return Err("it is not decided in a file".to_owned());
        }
        if file.path.ends_with(".json") {
            return Err("nothing is put into files in JSON syntax".to_owned());
        }
        let tree = syntax::parse(place.file, &file.text).tree;
        Ok(Self { file, tree })
    }

    fn block(&self, place: Place) -> Result<&Block, NoFix> {
        block_at(&self.tree.body, place.span).ok_or_else(|| "no block stands where it is decided".to_owned())
    }

    fn line_of(&self, at: u32) -> u32 {
        self.file.position(at).line
    }

    /// What stands before a line's first character.
    fn indent(&self, at: u32) -> &str {
        let line = self.file.slice(self.file.line_span(at));
        line.split_at(line.len() - line.trim_start().len()).0
    }

    fn edit(&self, span: Span, text: String) -> Edit {
        let break_ = if self.file.text.contains("\r\n") { "\r\n" } else { "\n" };
        Edit { at: self.tree.at(span), text: text.replace('\n', break_) }
    }

    /// Puts lines behind what ends at an offset, with whatever comment stands on its line.
    fn behind(&self, end: u32, text: String) -> Edit {
        let at = self.file.line_span(end).end;
        self.edit(Span::new(at, at), text)
    }
}

/// An argument in the judged block, or in a block of it.
pub(super) fn argument(asked: &Asked<'_>, within: Option<&str>, wanted: (&str, &str)) -> Result<Option<Edit>, NoFix> {
    let place = site::of_block(asked);
    let open = Open::of(asked, place)?;
    let block = open.block(place)?;
    let block = match within.filter(|ty| block.ty != *ty) {
        Some(ty) => block.body.blocks_of(ty).next().ok_or_else(|| format!("there is no block {ty}"))?,
        None => block,
    };
    match block.body.attribute(wanted.0) {
        Some(there) => literal::replaced(asked.sources, open.tree.at(there.span), wanted.1),
        None => Ok(Some(put(&open, block, wanted))),
    }
}

fn put(open: &Open, block: &Block, (name, value): (&str, &str)) -> Edit {
    let outer = open.indent(block.span.start);
    let inner = format!("{outer}  ");
    let (first, last) = (open.line_of(block.header.start), open.line_of(block.span.end.saturating_sub(1)));
    if first == last {
        return unfolded(open, block, &format!("{name} = {value}"));
    }
    match block.body.attributes.last() {
        Some(before) => match fitting(open, &block.body.attributes, name) {
            Some(padding) => open.behind(before.span.end, format!("\n{inner}{name}{padding}= {value}")),
            None => open.behind(before.span.end, format!("\n\n{inner}{name} = {value}")),
        },
        None => {
            let gap = if block.body.blocks.is_empty() { "" } else { "\n" };
            open.behind(block.header.end, format!("\n{inner}{name} = {value}{gap}"))
        }
    }
}

/// The spaces before the equals sign that align an argument with those above, if they leave room for its name.
fn fitting(open: &Open, attributes: &[Attribute], name: &str) -> Option<String> {
    let last = attributes.last()?;
    if open.line_of(last.span.start) != open.line_of(last.span.end) {
        return Some(" ".to_owned());
    }
    let written = open.file.slice(last.span);
    let column = written.find('=')?;
    let alone = !attributes.iter().rev().nth(1).is_some_and(|above| {
        let line = open.line_of(above.span.end);
        line + 1 == open.line_of(last.span.start) && line == open.line_of(above.span.start)
    });
    // A name of one's own length needs no room: it fits below a line that stands alone only if it is not longer.
    let room = column.checked_sub(name.len()).filter(|room| *room > 0)?;
    // A longer name alone above would have to move; a shorter one is padded.
    (alone || room > 0).then(|| " ".repeat(room))
}

/// A block on one line, written over several.
fn unfolded(open: &Open, block: &Block, line: &str) -> Edit {
    let outer = open.indent(block.span.start);
    let held = open.file.slice(block.body.span).trim();
    let held = if held.is_empty() { String::new() } else { format!("{outer}  {held}\n\n") };
    let text = format!("{{\n{held}{outer}  {line}\n{outer}}}");
    let whole = open.file.slice(block.span);
    let brace = whole.find('{').map_or(block.span.end, |i| block.span.start + offset(i));
    open.edit(Span::new(brace, block.span.end), text)
}

/// A block of the judged block: what the patch says of it is put into the one that is there, or it is added.
pub(super) fn nested(asked: &Asked<'_>, wanted: &Block) -> Result<Vec<Edit>, NoFix> {
    let place = site::of_block(asked);
    let open = Open::of(asked, place)?;
    let block = open.block(place)?;
    let ty = wanted.ty.as_str();
    let is_there = block.ty == ty || block.body.blocks_of(ty).next().is_some();
    let decided = wanted.body.attributes.iter().any(|a| site::decided(asked, a.name.as_str()).is_some());
    if is_there || decided {
        let edits = wanted.body.attributes.iter().map(|attribute| asked.argument(Some(ty), attribute));
        return Ok(edits.collect::<Result<Vec<_>, _>>()?.concat());
    }
    let outer = open.indent(block.span.start);
    let text = indented(asked.slice(wanted.span), &format!("{outer}  "));
    if open.line_of(block.header.start) == open.line_of(block.span.end.saturating_sub(1)) {
        return Ok(vec![unfolded(&open, block, text.trim_start())]);
    }
    let ends = block.body.attributes.iter().map(|a| a.span.end).chain(block.body.blocks.iter().map(|b| b.span.end));
    Ok(vec![match ends.max() {
        Some(end) => open.behind(end, format!("\n\n{text}")),
        None => open.behind(block.header.end, format!("\n{text}")),
    }])
}

/// A resource beside the judged one, with its `count` or `for_each`; `self` in the patch is the judged instance.
pub(super) fn beside(asked: &Asked<'_>, wanted: &Block) -> Result<Edit, NoFix> {
    let place = site::of_block(asked);
    let open = Open::of(asked, place)?;
    let judged = open
        .tree
        .body
        .blocks_of("resource")
        .find(|b| b.span.start <= place.span.start && place.span.start < b.span.end);
    let judged = judged.ok_or_else(|| "no resource stands where it is decided".to_owned())?;
    let [of, name] = &*judged.labels else { return Err("the resource has no name".to_owned()) };
    let ty = wanted.labels.first().map_or("", |label| label.text.as_str());
    let taken = open
        .tree
        .body
        .blocks_of("resource")
        .any(|b| matches!(&*b.labels, [t, n] if t.text == ty && n.text == name.text));
    if taken {
        return Err(format!("there is a {ty}.{} already", name.text));
    }
    let whole = format!("{}.{}", of.text, name.text);
    let (repeated, instance) = if judged.body.attribute("for_each").is_some() {
        (format!("  for_each = {whole}\n\n"), format!("{whole}[each.key]"))
    } else if judged.body.attribute("count").is_some() {
        (format!("  count = length({whole})\n\n"), format!("{whole}[count.index]"))
    } else {
        (String::new(), whole)
    };
    let body =
        asked.slice(wanted.body.span).trim_matches(['\r', '\n']).trim_end().replace("self.", &format!("{instance}."));
    let mut text = String::new();
    let _ = write!(text, "\n\nresource \"{ty}\" \"{}\" {{\n{repeated}{body}\n}}", name.text);
    Ok(open.behind(judged.span.end, text))
}

/// An argument taken away, with its lines. Those it was aligned with move together.
pub(super) fn removed(asked: &Asked<'_>, name: &str) -> Result<Vec<Edit>, NoFix> {
    let place = asked.finding.place;
    let open = Open::of(asked, place)?;
    let block = open.block(place)?;
    let gone = block.body.attribute(name).ok_or_else(|| format!("{name} is not set in the block"))?;
    let start = open.file.line_span(gone.span.start).start;
    let end = open.file.line_span(gone.span.end).end;
    if open.line_of(block.header.start) == open.line_of(gone.span.start) {
        return Err("the whole block is on one line".to_owned());
    }
    let rest = open.file.text.get(end as usize..).unwrap_or("");
    let newline = if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with('\n')) };
    let mut edits = vec![open.edit(Span::new(start, end + newline), String::new())];
    edits.extend(realigned(&open, &block.body.attributes, gone));
    Ok(edits)
}

/// The lines that were aligned with an argument, as they are without it.
fn realigned(open: &Open, attributes: &[Attribute], gone: &Attribute) -> Vec<Edit> {
    let one_line = |a: &&Attribute| open.line_of(a.span.start) == open.line_of(a.span.end);
    if !one_line(&gone) {
        return Vec::new();
    }
    let lines: Vec<(u32, &Attribute)> =
        attributes.iter().filter(one_line).map(|a| (open.line_of(a.span.start), a)).collect();
    let Some(at) = lines.iter().position(|(_, a)| a.span == gone.span) else { return Vec::new() };
    let adjoin = |pair: &[(u32, &Attribute)]| matches!(pair, [(above, _), (below, _)] if above + 1 == *below);
    let above = lines.windows(2).take(at).rev().take_while(|pair| adjoin(pair)).count();
    let below = lines.windows(2).skip(at).take_while(|pair| adjoin(pair)).count();
    let group = lines.iter().skip(at - above).take(above + below + 1);
    let others: Vec<&Attribute> = group.map(|(_, a)| *a).filter(|a| a.span != gone.span).collect();
    let length = |a: &Attribute| a.name_span.end - a.name_span.start;
    let widest = others.iter().map(|a| length(a)).max().unwrap_or(0);
    let moved = |a: &&Attribute| {
        let equals = a.span.start + offset(open.file.slice(a.span).find('=')?);
        let gap = Span::new(a.name_span.end, equals);
        let wanted = " ".repeat((widest - length(a) + 1) as usize);
        (open.file.slice(gap) != wanted).then(|| open.edit(gap, wanted))
    };
    others.iter().filter_map(moved).collect()
}

/// A text with its first line where it is put, and the others as deep below it as they were.
fn indented(text: &str, indent: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| if line.is_empty() { String::new() } else { format!("{indent}{line}") }).collect();
    lines.join("\n")
}
