//! What stands before the region: the internet, names, distributions.

use super::{
    Canvas, HEADING, PADDING, SIDE,
    shape::{Face, Line, Rect, Shape, Stroke},
};
use crate::diagram::{
    lettering::width,
    model::{Kind, Model, Thing},
};

const BOX: u32 = 44;
const BETWEEN: u32 = 8;
const INTERNET: (u32, u32) = (150, 36);
/// No address, and so its own.
const THE_INTERNET: &str = "the internet";

impl Canvas {
    /// Draws the row above the region and says where it ends. Distributions stand over the side column, the internet over
    /// the VPCs, of which `inner` is the width.
    pub(super) fn before(&mut self, model: &Model, (x, y): (u32, u32), (inner, side): (u32, u32)) -> u32 {
        let mut bottom = y;
        if !model.names.is_empty() {
            let names: Vec<&Thing> = model.names.iter().collect();
            let room = if inner == 0 { SIDE } else { SIDE.min(inner / 2 - INTERNET.0 / 2 - PADDING) };
            bottom = bottom.max(self.group(Rect::new(x, y, room, 0), ("Route 53", Kind::Network), &names));
        }
        let distributions: Vec<&Thing> = model.distributions.iter().map(|d| &d.thing).collect();
        let has_gateway = model.vpcs.iter().any(|vpc| vpc.gateway.is_some());
        if !distributions.is_empty() {
            let top = if inner == 0 && !model.names.is_empty() { bottom + PADDING } else { y };
            let rect = Rect::new(side, top, SIDE, 0);
            bottom = bottom.max(self.group(rect, ("CloudFront", Kind::Network), &distributions));
        }
        if inner > 0 && (has_gateway || !distributions.is_empty()) {
            let pill = Rect::new(x + inner / 2 - INTERNET.0 / 2, y, INTERNET.0, INTERNET.1);
            self.internet(pill);
            bottom = bottom.max(pill.bottom());
            if !distributions.is_empty() {
                let y = pill.y + pill.height / 2;
                let points = vec![(pill.right(), y), (side, y)];
                self.lines.push(Line { points, stroke: Stroke::Fetch, arrow: true });
            }
        }
        bottom
    }

    fn internet(&mut self, at: Rect) {
        self.shapes.push(Shape::Rect { rect: at, face: Face::Edge });
        let word = "Internet";
        let indent = at.width.saturating_sub(width(word, 13)) / 2;
        self.text(Rect::new(at.x + indent, at.y, at.width - indent, at.height), (word, 13), Face::Plain);
        self.places.insert(THE_INTERNET.to_owned(), at);
    }

    /// From the internet gateways, of which each stands in a VPC below, to the internet; one below another one is hidden by it.
    pub(super) fn draw_way_to_internet(&mut self, model: &Model) {
        let gateway = model.vpcs.first().and_then(|vpc| vpc.gateway.as_ref());
        let gateway = gateway.and_then(|gateway| self.places.get(&gateway.address));
        if let (Some(gateway), Some(internet)) = (gateway, self.places.get(THE_INTERNET)) {
            let x = internet.middle();
            let points = vec![(x, gateway.y), (x, internet.bottom())];
            self.lines.push(Line { points, stroke: Stroke::Route, arrow: true });
        }
    }

    /// A frame with things in it, one below the other; says where it ends.
    pub(super) fn group(&mut self, at: Rect, (name, kind): (&str, Kind), things: &[&Thing]) -> u32 {
        let mut y = at.y + HEADING;
        for thing in things {
            let height = if thing.detail.is_empty() { BOX - 14 } else { BOX };
            let rect = Rect::new(at.x + 10, y, at.width - 20, height);
            self.thing(rect, kind);
            if thing.detail.is_empty() {
                self.text(Rect::new(rect.x + 12, rect.y, rect.width - 24, height), (&thing.title, 12), Face::Plain);
            } else {
                self.label(Rect::new(rect.x, rect.y + 2, rect.width, height), thing);
            }
            self.places.insert(thing.address.clone(), rect);
            self.badges(rect, &thing.marks);
            y = rect.bottom() + BETWEEN;
        }
        let frame = Rect::new(at.x, at.y, at.width, y + 4 - at.y);
        self.frame_below(frame, Face::Group, name);
        frame.bottom()
    }
}
