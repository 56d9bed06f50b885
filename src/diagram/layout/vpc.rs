//! A VPC: its zones as columns, its tiers as rows, and the default routes between them.

use super::{
    Canvas, HEADING, PADDING,
    shape::{Face, Line, Rect, Stroke},
    tier::{COLUMN, GAP, column},
};
use crate::diagram::model::{Kind, Tier, Vpc, Way};

const GATEWAY: u32 = 30;
/// Below the gateway, for the arrows into it.
const BELOW_GATEWAY: u32 = 30;
const ZONE_HEADING: u32 = 28;
/// Between tiers, for the routes.
const ROUTES: u32 = 36;
const NO_ROUTES: u32 = 16;
const ENDPOINT: u32 = 40;

/// How wide a VPC is drawn.
pub(super) fn width_of(vpc: &Vpc) -> u32 {
    let zones = vpc.zones.len().max(1) as u32;
    PADDING * 2 + zones * COLUMN + (zones - 1) * GAP
}

impl Canvas {
    /// Draws a VPC and says where it ends.
    pub(super) fn vpc(&mut self, vpc: &Vpc, (x, y): (u32, u32)) -> u32 {
        let left = x + PADDING;
        let width = width_of(vpc);
        let mut top = y + HEADING;
        if let Some(gateway) = &vpc.gateway {
            let bar = Rect::new(left, top, width - PADDING * 2, GATEWAY);
            self.thing(bar, Kind::Network);
            self.text(Rect::new(bar.x + 12, bar.y, bar.width - 24, bar.height), (&gateway.title, 12), Face::Plain);
            self.places.insert(gateway.address.clone(), bar);
            self.badges(bar, &gateway.marks);
            top += GATEWAY + BELOW_GATEWAY;
        }
        let zones_top = top;
        top += ZONE_HEADING;
        let mut tops = Vec::new();
        for (i, tier) in vpc.tiers.iter().enumerate() {
            let room = if i == 0 {
                0
            } else if leads_up(vpc, i) {
                ROUTES
            } else {
                NO_ROUTES
            };
            tops.push(top + room);
            top = self.tier(tier, (left, top + room));
        }
        let zones_bottom = top + 8;
        self.routes(vpc, (left, &tops));
        let bottom = self.endpoints(vpc, (left, zones_bottom + 12));
        let frame = Rect::new(x, y, width, bottom - y);
        for (at, zone) in vpc.zones.iter().enumerate() {
            let rect = Rect::new(column(left, at).saturating_sub(8), zones_top, COLUMN + 16, zones_bottom - zones_top);
            self.frame_below(rect, Face::Zone, zone);
        }
        let name = format!("VPC {} · {}", vpc.thing.title, vpc.thing.detail);
        self.frame_below(frame, Face::Vpc, &name);
        self.badges(frame, &vpc.thing.marks);
        bottom
    }

    fn endpoints(&mut self, vpc: &Vpc, (left, top): (u32, u32)) -> u32 {
        let mut x = left;
        for endpoint in &vpc.endpoints {
            let rect = Rect::new(x, top, COLUMN / 2 + 26, ENDPOINT);
            self.thing(rect, Kind::Network);
            self.label(rect, endpoint);
            self.badges(rect, &endpoint.marks);
            x = rect.right() + GAP;
        }
        if vpc.endpoints.is_empty() { top } else { top + ENDPOINT + PADDING }
    }

    /// An arrow for each default route that leads to something drawn above it.
    fn routes(&mut self, vpc: &Vpc, (left, tops): (u32, &[u32])) {
        for ((i, tier), top) in vpc.tiers.iter().enumerate().zip(tops) {
            for (at, subnets) in &tier.subnets {
                let from = (column(left, *at) + COLUMN / 2, *top);
                match tier.way {
                    Way::Internet if i == 0 => self.draw_way_to_gateway(vpc, from),
                    Way::Nat if leads_up(vpc, i) => {
                        subnets
                            .iter()
                            .filter_map(|subnet| subnet.nat.as_ref())
                            .for_each(|nat| self.draw_way_to_nat(nat, from));
                    }
                    _ => {}
                }
            }
        }
    }

    fn draw_way_to_gateway(&mut self, vpc: &Vpc, from: (u32, u32)) {
        if let Some(bar) = vpc.gateway.as_ref().and_then(|gateway| self.places.get(&gateway.address)) {
            let points = vec![from, (from.0, bar.bottom())];
            self.lines.push(Line { points, stroke: Stroke::Route, arrow: true });
        }
    }

    fn draw_way_to_nat(&mut self, nat: &str, from: (u32, u32)) {
        if let Some(rect) = self.places.get(nat) {
            let between = from.1 - ROUTES / 2;
            let points = vec![from, (from.0, between), (rect.middle(), between), (rect.middle(), rect.bottom())];
            self.lines.push(Line { points, stroke: Stroke::Route, arrow: true });
        }
    }
}

/// Whether the way out of a tier leads through the one right above: an arrow to further away would cross what is between.
fn leads_up(vpc: &Vpc, tier: usize) -> bool {
    let above: Option<&Tier> = tier.checked_sub(1).and_then(|above| vpc.tiers.get(above));
    let is_natted = vpc.tiers.get(tier).is_some_and(|tier| tier.way == Way::Nat);
    is_natted && above.is_some_and(|above| above.way == Way::Internet)
}
