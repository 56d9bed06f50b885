//! Services of the region that stand in no subnet: a column beside the VPCs.

use super::{Canvas, PADDING, SIDE, shape::Rect};
use crate::diagram::model::{Kind, Thing};

impl Canvas {
    /// Draws the groups one below the other and says where the last one ends.
    pub(super) fn beside(&mut self, groups: &[(String, Vec<Thing>)], (x, y): (u32, u32)) -> u32 {
        let mut top = y;
        for (name, things) in groups {
            let things: Vec<&Thing> = things.iter().collect();
            top = self.group(Rect::new(x, top, SIDE, 0), (name, Kind::Storage), &things) + PADDING;
        }
        top.saturating_sub(PADDING).max(y)
    }
}
