//! How wide text is, so that it stays where it belongs. Fonts differ: widths are those of a wide one (`DejaVu Sans`).

/// Thousandths of the font size.
fn width_of(c: char) -> u32 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 290,
        ' ' | '.' | ',' | ':' | ';' | '!' | 'I' | 'f' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '·' => 395,
        'r' | '"' | 's' | 'c' | 'z' => 530,
        'm' | 'M' | 'W' | '%' | '@' => 990,
        'w' | '→' | '×' | '…' | '—' => 840,
        'A'..='Z' => 720,
        c if c.is_ascii() => 640,
        _ => 1_000,
    }
}

/// The width of a text in whole units.
pub(super) fn width(text: &str, size: u32) -> u32 {
    let thousandths: u32 = text.chars().map(width_of).sum();
    (thousandths * size).div_ceil(1_000)
}

/// As much of a text as there is room for, and a dot for what is left out.
pub(super) fn fitted(text: &str, size: u32, room: u32) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if width(&out, size) + (width_of(c) + width_of('…')) * size / 1_000 >= room {
            break;
        }
        out.push(c);
    }
    out.trim_end().to_owned() + "…"
}

/// Lines that are no wider than there is room for.
pub(super) fn wrapped(text: &str, size: u32, room: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(fitted(word, size, room)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_fitted_fits() {
        for text in ["", "i", "module.redis", "WWWWWWWWWWWWWWWWWWWW", "äöü äöü äöü äöü"] {
            for room in [30, 60, 200] {
                assert!(width(&fitted(text, 11, room), 11) <= room, "{text:?} in {room}");
                assert!(wrapped(text, 11, room).iter().all(|line| width(line, 11) <= room), "{text:?} in {room}");
            }
        }
        assert_eq!(fitted("short", 11, 200), "short");
        assert!(fitted("module.redis.this", 11, 60).ends_with('…'));
    }
}
