//! Writes a picture as one file that needs nothing else.

use std::fmt::Write as _;

use super::{
    layout::{Line, Picture, Rect, Shape, Stroke},
    palette,
};

pub(super) fn write(picture: &Picture) -> String {
    let Picture { width, height, title, shapes } = picture;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\">\n<title>{}</title>\n<style>{}</style>\n",
        escaped(title),
        palette::style()
    );
    let _ = writeln!(out, "<rect class=\"back\" width=\"{width}\" height=\"{height}\"/>");
    for shape in shapes {
        draw(shape, &mut out);
    }
    out.push_str("</svg>\n");
    out
}

/// Writing into a text cannot fail.
fn draw(shape: &Shape, out: &mut String) {
    let _ = match shape {
        Shape::Rect { rect, face } => {
            let Rect { x, y, width, height } = rect;
            let radius = if face.is_frame() { 8 } else { 5 };
            let class = face.class();
            writeln!(
                out,
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
            )
        }
        Shape::Text { x, y, size, face, text, whole } => {
            let tip = whole.as_ref().map(|whole| format!("<title>{}</title>", escaped(whole))).unwrap_or_default();
            let class = face.class();
            let text = escaped(text);
            writeln!(out, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\">{tip}{text}</text>")
        }
        Shape::Badge { x, y, radius, face, number } => {
            let class = face.class();
            writeln!(
                out,
                "<circle class=\"badge {class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\
                 <text class=\"badge-text\" x=\"{x}\" y=\"{}\" font-size=\"10\">{number}</text>",
                y + 4
            )
        }
        Shape::Line(line) => return draw_line(line, out),
    };
}

fn draw_line(line: &Line, out: &mut String) {
    let class = match line.stroke {
        Stroke::Route => "route",
        Stroke::Replication => "replication",
        Stroke::Fetch => "fetch",
    };
    let points: Vec<String> = line.points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    let _ = writeln!(out, "<polyline class=\"{class}\" points=\"{}\"/>", points.join(" "));
    if let ([.., before, end], true) = (line.points.as_slice(), line.arrow) {
        let _ = writeln!(out, "<path class=\"{class}-head\" d=\"{}\"/>", head(*before, *end));
    }
}

/// A triangle whose tip is the end.
fn head((bx, by): (u32, u32), (x, y): (u32, u32)) -> String {
    const LONG: i64 = 8;
    const WIDE: i64 = 4;
    let (x, y) = (i64::from(x), i64::from(y));
    let (dx, dy) = ((x - i64::from(bx)).signum(), (y - i64::from(by)).signum());
    let (fx, fy) = (x - dx * LONG, y - dy * LONG);
    let (sx, sy) = (dy * WIDE, dx * WIDE);
    format!("M{x} {y}L{} {}L{} {}Z", fx + sx, fy + sy, fx - sx, fy - sy)
}

/// As XML has it; where a character is not allowed there at all, a space.
fn escaped(text: &str) -> String {
    crate::report::xml_escaped(&text.replace(|c: char| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'), " "))
}
