//! Gives everything a rectangle. Coordinates are whole units from the top left.

mod before;
mod beside;
mod legend;
mod shape;
mod tier;
mod vpc;

use std::collections::BTreeMap;

pub(super) use shape::{Face, Line, Picture, Rect, Shape, Stroke};

use super::{
    lettering::width,
    model::{Kind, Model},
};

const MARGIN: u32 = 24;
const PADDING: u32 = 16;
/// Between a VPC and what stands beside it: lanes for lines.
const CHANNEL: u32 = 72;
/// A column of things beside or above the VPCs.
const SIDE: u32 = 336;
const STRIP: u32 = 5;
/// Above the first line of a frame's contents.
const HEADING: u32 = 34;

/// A picture that is being laid out.
struct Canvas {
    shapes: Vec<Shape>,
    /// Lines lie above frames and below things.
    lines: Vec<Line>,
    /// Where things are, by address.
    places: BTreeMap<String, Rect>,
    /// The level and acceptance of findings, by number.
    findings: BTreeMap<usize, Face>,
}

pub(super) fn layout(model: &Model) -> Picture {
    let findings = model.findings.iter().map(|note| (note.number, Face::badge(note.level, note.waived))).collect();
    let mut canvas = Canvas { shapes: Vec::new(), lines: Vec::new(), places: BTreeMap::new(), findings };
    let inner: u32 = model.vpcs.iter().map(vpc::width_of).max().unwrap_or(0);
    let beside = if inner == 0 { 0 } else { inner + CHANNEL };
    let whole = MARGIN * 2 + PADDING * 2 + beside + SIDE;
    let width = whole.max(MARGIN * 2 + 520);
    canvas.title(model, width);

    let side = MARGIN + PADDING + beside;
    let edge_bottom = canvas.before(model, (MARGIN + PADDING, 84), (inner, side));
    let region_top = edge_bottom + 34;
    let top = region_top + HEADING;
    let mut y = top;
    for vpc in &model.vpcs {
        y = canvas.vpc(vpc, (MARGIN + PADDING, y)) + PADDING;
    }
    let beside_bottom = canvas.beside(&model.outside, (side, top));
    let bottom = y.max(beside_bottom + PADDING);
    let region = Rect::new(MARGIN, region_top, width - MARGIN * 2, bottom - region_top);
    canvas.frame_below(region, Face::Region, &model.region);
    canvas.origins(model, side);
    canvas.draw_way_to_internet(model);
    let height = canvas.legend(model, (MARGIN, bottom + 30), width - MARGIN * 2) + MARGIN;
    canvas.finished(model, (width, height))
}

impl Canvas {
    fn title(&mut self, model: &Model, width: u32) {
        let title = Rect::new(MARGIN, MARGIN - 6, width - MARGIN * 2, 26);
        self.text(title, (&model.title, 20), Face::Title);
        self.text(Rect::new(MARGIN, MARGIN + 22, title.width, 16), (&model.subtitle, 12), Face::Dim);
        let end = super::lettering::width(&model.title, 20) + 44;
        let at = Rect::new(MARGIN, MARGIN - 6, end.min(title.width), 26);
        self.badges(at, &model.marks);
    }

    /// One line of text at the left of a rectangle, as much as there is room for.
    fn text(&mut self, at: Rect, (text, size): (&str, u32), face: Face) {
        let y = at.y + at.height / 2 + size * 36 / 100;
        let fitted = super::lettering::fitted(text, size, at.width);
        let whole = (fitted != text).then(|| text.to_owned());
        self.shapes.push(Shape::Text { x: at.x, y, size, face, text: fitted, whole });
    }

    /// A box with a strip in the colour of its kind.
    fn thing(&mut self, rect: Rect, kind: Kind) {
        self.shapes.push(Shape::Rect { rect, face: Face::Thing(kind) });
        let strip = Rect::new(rect.x, rect.y, STRIP, rect.height);
        self.shapes.push(Shape::Rect { rect: strip, face: Face::Strip(kind) });
    }

    /// A frame with its name at the top left, drawn now.
    fn frame(&mut self, rect: Rect, face: Face, name: &str) {
        self.shapes.push(Shape::Rect { rect, face });
        self.text(Rect::new(rect.x + 12, rect.y + 6, rect.width.saturating_sub(24), 20), (name, 13), face.of_text());
    }

    /// The same, below everything so far.
    fn frame_below(&mut self, rect: Rect, face: Face, name: &str) {
        let inside = std::mem::take(&mut self.shapes);
        self.frame(rect, face, name);
        self.shapes.extend(inside);
    }

    /// Marks of findings, side by side over the top right corner.
    fn badges(&mut self, at: Rect, marks: &[usize]) {
        let mut right = at.x + at.width;
        for number in marks.iter().rev() {
            let face = self.findings.get(number).copied().unwrap_or(Face::Dim);
            let radius = 8 + width(&number.to_string(), 10).saturating_sub(8) / 2;
            self.shapes.push(Shape::Badge { x: right.saturating_sub(6), y: at.y + 1, radius, face, number: *number });
            right = right.saturating_sub(radius * 2 + 2);
        }
    }

    /// From what distributions fetch to them, through lanes between VPCs and the side column.
    fn origins(&mut self, model: &Model, side: u32) {
        let mut lane = side.saturating_sub(CHANNEL) + 18;
        let pairs = model.distributions.iter().flat_map(|d| d.origins.iter().map(|origin| (&d.thing.address, origin)));
        let placed = pairs.filter_map(|(from, to)| Some((*self.places.get(from)?, *self.places.get(to)?)));
        let mut placed: Vec<(Rect, Rect)> = placed.collect();
        // Those that lead to the left take the left lanes, so that they are not crossed.
        placed.sort_by_key(|(from, to)| (to.x >= side, from.y, to.y));
        for (from, to) in placed {
            let (y, end) = (from.y + from.height / 2, to.y + to.height / 2);
            let x = if to.x >= side { to.x } else { to.x + to.width };
            let points = vec![(from.x, y), (lane, y), (lane, end), (x, end)];
            self.lines.push(Line { points, stroke: Stroke::Fetch, arrow: true });
            lane = (lane + 12).min(side.saturating_sub(10));
        }
    }

    fn finished(self, model: &Model, (width, height): (u32, u32)) -> Picture {
        let is_frame = |shape: &Shape| matches!(shape, Shape::Rect { face, .. } if face.is_frame());
        let (mut below, above): (Vec<Shape>, Vec<Shape>) = self.shapes.into_iter().partition(is_frame);
        below.extend(self.lines.into_iter().map(Shape::Line));
        below.extend(above);
        Picture { width, height, title: model.title.clone(), shapes: below }
    }
}

#[cfg(test)]
mod tests;
