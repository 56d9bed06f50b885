//! Below the picture: what was found, and what lines mean.

use super::{
    Canvas, Rect,
    shape::{Face, Line, Shape, Stroke},
};
use crate::diagram::{
    lettering::wrapped,
    model::{Model, Note},
};

const LINE: u32 = 18;
const SIZE: u32 = 12;

impl Canvas {
    /// Draws it and says where it ends.
    pub(super) fn legend(&mut self, model: &Model, (x, y): (u32, u32), width: u32) -> u32 {
        self.strokes((x, y));
        let mut y = y + 34;
        if model.findings.is_empty() {
            self.text(Rect::new(x, y, width, LINE), ("No rule finds anything here.", SIZE), Face::Dim);
            return y + LINE;
        }
        for note in &model.findings {
            y = self.note(note, (x, y), width);
        }
        y
    }

    fn note(&mut self, note: &Note, (x, y): (u32, u32), width: u32) -> u32 {
        let face = self.findings.get(&note.number).copied().unwrap_or(Face::Dim);
        let radius = 8 + super::width(&note.number.to_string(), 10).saturating_sub(8) / 2;
        self.shapes.push(Shape::Badge { x: x + 14, y: y + LINE / 2, radius, face, number: note.number });
        let text = if note.waived { format!("waived: {}", note.text) } else { note.text.clone() };
        let mut y = y;
        for line in wrapped(&text, SIZE, width - 40) {
            self.text(Rect::new(x + 36, y, width - 36, LINE), (&line, SIZE), Face::Plain);
            y += LINE;
        }
        y + 6
    }

    fn strokes(&mut self, (x, y): (u32, u32)) {
        let kinds =
            [(Stroke::Route, "default route"), (Stroke::Fetch, "requests"), (Stroke::Replication, "replication")];
        for ((stroke, what), x) in kinds.into_iter().zip((0_u32..).map(|i| x + i * 170)) {
            let points = vec![(x, y + 8), (x + 36, y + 8)];
            self.shapes.push(Shape::Line(Line { points, stroke, arrow: stroke != Stroke::Replication }));
            self.text(Rect::new(x + 46, y, 120, 16), (what, 11), Face::Dim);
        }
    }
}
