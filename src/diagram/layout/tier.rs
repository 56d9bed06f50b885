//! One tier: a cell in each zone, and what stands in the cells.

use super::{
    Canvas,
    shape::{Face, Line, Rect, Stroke},
};
use crate::diagram::model::{Service, Subnet, Thing, Tier, Way};

/// Of one zone.
pub(super) const COLUMN: u32 = 272;
/// Between the cells of neighbouring zones.
pub(super) const GAP: u32 = 20;
/// A subnet's name, range and way out.
const LABEL: u32 = 40;
const INSET: u32 = 12;
const HEAD: u32 = 38;
const MEMBER: u32 = 30;
const LINK: u32 = 20;
const BETWEEN: u32 = 10;

/// Where a column of a tier is.
pub(super) const fn column(left: u32, at: usize) -> u32 {
    left + at as u32 * (COLUMN + GAP)
}

/// A service with its offset below the labels.
struct Put<'t> {
    service: &'t Service,
    offset: u32,
}

impl Canvas {
    /// Draws a tier and says where it ends.
    pub(super) fn tier(&mut self, tier: &Tier, (left, top): (u32, u32)) -> u32 {
        let labels = tier.subnets.values().map(Vec::len).max().unwrap_or(1).max(1);
        let labels = labels as u32 * LABEL;
        let (put, height) = packed(&tier.services);
        let height = labels + height + INSET;
        for (at, subnets) in &tier.subnets {
            let cell = Rect::new(column(left, *at), top, COLUMN, height);
            self.cell(cell, subnets, tier.way);
        }
        for Put { service, offset } in put {
            self.service(service, (left, top + labels + offset));
        }
        top + height
    }

    fn cell(&mut self, cell: Rect, subnets: &[Subnet], way: Way) {
        self.shapes.push(super::Shape::Rect { rect: cell, face: Face::Tier(way) });
        for (i, subnet) in subnets.iter().enumerate() {
            let top = cell.y + i as u32 * LABEL;
            let line = |y, height| Rect::new(cell.x + INSET, y, COLUMN - INSET * 2, height);
            let name = format!("{} · {}", subnet.thing.title, subnet.thing.detail);
            self.text(line(top + 4, 18), (&name, 12), Face::Plain);
            self.text(line(top + 20, 16), (way_out(way), 10), Face::Dim);
            self.places.insert(subnet.thing.address.clone(), cell);
            self.badges(Rect::new(cell.x, top, cell.width, LABEL), &subnet.thing.marks);
        }
    }

    fn service(&mut self, service: &Service, (left, top): (u32, u32)) {
        let Some((first, last)) = ends(service) else { return };
        let x = column(left, first) + INSET;
        let right = column(left, last) + COLUMN - INSET;
        let bar = Rect::new(x, top, right - x, height_of(service));
        self.thing(bar, service.kind);
        self.label(bar, &service.thing);
        self.members(service, (left, top + HEAD));
        if !service.link.is_empty() {
            let at = Rect::new(bar.x + INSET, bar.bottom() - LINK - 2, bar.width - INSET * 2, LINK);
            self.text(at, (&service.link, 10), Face::Dim);
        }
        self.places.insert(service.thing.address.clone(), bar);
        self.badges(bar, &service.thing.marks);
    }

    /// Title and detail at the top of a box.
    pub(super) fn label(&mut self, at: Rect, thing: &Thing) {
        let line = |y, height| Rect::new(at.x + INSET, y, at.width.saturating_sub(INSET * 2 + 6), height);
        if thing.detail.is_empty() {
            return self.text(line(at.y + 2, HEAD - 4), (&thing.title, 12), Face::Plain);
        }
        self.text(line(at.y + 3, 18), (&thing.title, 12), Face::Plain);
        self.text(line(at.y + 19, 16), (&thing.detail, 10), Face::Dim);
    }

    /// A box for each member, those of one row joined where they replicate.
    fn members(&mut self, service: &Service, (left, top): (u32, u32)) {
        let rows = service.members.values().map(Vec::len).max().unwrap_or(0);
        for row in 0..rows {
            let y = top + row as u32 * MEMBER;
            let mut before: Option<Rect> = None;
            for (at, members) in &service.members {
                let Some(member) = members.get(row) else { continue };
                let x = column(left, *at) + INSET * 2;
                let rect = Rect::new(x, y, COLUMN - INSET * 4, MEMBER - 6);
                self.shapes.push(super::Shape::Rect { rect, face: Face::Member(service.kind) });
                let text = if member.detail.is_empty() {
                    member.title.clone()
                } else {
                    format!("{} · {}", member.title, member.detail)
                };
                self.text(Rect::new(rect.x + 8, rect.y, rect.width - 16, rect.height), (&text, 11), Face::Plain);
                self.badges(rect, &member.marks);
                if let Some(before) = before.filter(|_| is_linked(service)) {
                    let y = rect.y + rect.height / 2;
                    let points = vec![(before.right(), y), (rect.x, y)];
                    self.lines_above(Line { points, stroke: Stroke::Replication, arrow: false });
                }
                before = Some(rect);
            }
        }
    }

    /// A line over the box it belongs to.
    fn lines_above(&mut self, line: Line) {
        self.shapes.push(super::Shape::Line(line));
    }
}

fn is_linked(service: &Service) -> bool {
    service.link.contains("replica")
}

const fn way_out(way: Way) -> &'static str {
    match way {
        Way::Internet => "0.0.0.0/0 → internet gateway",
        Way::Nat => "0.0.0.0/0 → NAT gateway",
        Way::Other => "0.0.0.0/0 → elsewhere",
        Way::Nowhere => "no default route",
    }
}

/// The first and the last column.
fn ends(service: &Service) -> Option<(usize, usize)> {
    let all = || service.columns.iter().chain(service.members.keys());
    Some((*all().min()?, *all().max()?))
}

fn height_of(service: &Service) -> u32 {
    let rows = service.members.values().map(Vec::len).max().unwrap_or(0) as u32;
    let link = if service.link.is_empty() { 0 } else { LINK };
    HEAD + rows * MEMBER + link
}

/// Each service below those that stand in one of its columns; and how high that gets.
fn packed(services: &[Service]) -> (Vec<Put<'_>>, u32) {
    let mut heights: Vec<u32> = Vec::new();
    let mut put = Vec::new();
    for service in services {
        let Some((first, last)) = ends(service) else { continue };
        heights.resize(heights.len().max(last + 1), 0);
        let Some(own) = heights.get_mut(first..=last) else { continue };
        let offset = own.iter().max().copied().unwrap_or(0);
        own.fill(offset + height_of(service) + BETWEEN);
        put.push(Put { service, offset });
    }
    (put, heights.into_iter().max().unwrap_or(0))
}
