//! Templates: equal when their parts are, different when known text contradicts.

use std::collections::VecDeque;

use super::{Comparison, Truth};
use crate::value::{Because, Type, Value, convert};

/// Parts a template may have, nested ones counted, to be compared.
const MAX_PARTS: usize = 256;

enum Part<'v> {
    Text(String),
    Unknown(&'v Value),
}

type Parts<'v> = VecDeque<Part<'v>>;

/// Which end of a template is compared.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

/// How comparing the ends of two templates went.
enum Ends {
    /// Something was equal and is gone.
    Stripped,
    /// Known text differs.
    Contradict,
    /// Nothing more can be said.
    Stuck,
}

impl Comparison {
    /// Compares as sequences of known text and unknown values, from both ends.
    pub(super) fn by_template(&mut self, a: &Value, b: &Value, depth: u32) -> Truth {
        if !is_template(a) && !is_template(b) {
            return Truth::Unknown;
        }
        let as_they_are = self.by_parts(parts(a, false), parts(b, false), depth);
        as_they_are.or_else(|| self.by_parts(parts(a, true), parts(b, true), depth))
    }

    fn by_parts(&mut self, a: Option<Parts<'_>>, b: Option<Parts<'_>>, depth: u32) -> Truth {
        let (Some(mut a), Some(mut b)) = (a, b) else { return Truth::Unknown };
        for end in [End::Front, End::Back] {
            loop {
                match self.strip(&mut a, &mut b, end, depth) {
                    Ends::Stripped => {}
                    Ends::Contradict => return Truth::False,
                    Ends::Stuck => break,
                }
            }
        }
        self.rest(&a, &b, depth)
    }

    fn strip(&mut self, a: &mut Parts<'_>, b: &mut Parts<'_>, end: End, depth: u32) -> Ends {
        let (Some(x), Some(y)) = (end.of(a), end.of(b)) else { return Ends::Stuck };
        match (x, y) {
            (Part::Text(x), Part::Text(y)) => {
                let Some(common) = end.common(x, y) else { return Ends::Contradict };
                end.shorten(a, common);
                end.shorten(b, common);
                Ends::Stripped
            }
            (Part::Unknown(x), Part::Unknown(y)) if self.unfold() && self.at(x, y, depth) == Truth::True => {
                end.pop(a);
                end.pop(b);
                Ends::Stripped
            }
            _ => Ends::Stuck,
        }
    }

    /// What is left when the equal ends are gone.
    fn rest(&mut self, a: &Parts<'_>, b: &Parts<'_>, depth: u32) -> Truth {
        match (a.len(), b.len()) {
            (0, 0) => Truth::True,
            (0, _) | (_, 0) => {
                let text = a.iter().chain(b).any(|part| matches!(part, Part::Text(_)));
                if text { Truth::False } else { Truth::Unknown }
            }
            (1, 1) => match (a.front(), b.front()) {
                (Some(Part::Unknown(a)), Some(Part::Unknown(b))) if !is_template(a) && !is_template(b) => {
                    self.at(a, b, depth)
                }
                _ => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }
}

impl End {
    fn of<'p, 'v>(self, parts: &'p Parts<'v>) -> Option<&'p Part<'v>> {
        match self {
            Self::Front => parts.front(),
            Self::Back => parts.back(),
        }
    }

    fn pop(self, parts: &mut Parts<'_>) {
        match self {
            Self::Front => parts.pop_front(),
            Self::Back => parts.pop_back(),
        };
    }

    /// The length of the shorter text, if the longer one starts (or ends) with it.
    fn common(self, a: &str, b: &str) -> Option<usize> {
        let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let agrees = match self {
            Self::Front => long.starts_with(short),
            Self::Back => long.ends_with(short),
        };
        agrees.then_some(short.len())
    }

    /// Takes so many bytes of text away.
    fn shorten(self, parts: &mut Parts<'_>, bytes: usize) {
        let part = match self {
            Self::Front => parts.front_mut(),
            Self::Back => parts.back_mut(),
        };
        let Some(Part::Text(text)) = part else { return };
        if text.len() <= bytes {
            return self.pop(parts);
        }
        match self {
            Self::Front => text.replace_range(..bytes, ""),
            Self::Back => text.truncate(text.len() - bytes),
        }
    }
}

fn is_template(value: &Value) -> bool {
    let of_string = |ty: &Type| matches!(ty, Type::String | Type::Any);
    value.as_unknown().is_some_and(|u| of_string(&u.ty) && matches!(u.because, Because::Template(_)))
}

/// The parts with nested templates unfolded, neighbouring text joined and empty text left out; with `aliases`, what is
/// known of the text of unknown ones in their place. `None` when there are too many.
fn parts(value: &Value, aliases: bool) -> Option<Parts<'_>> {
    let mut out = VecDeque::new();
    let mut left = vec![value];
    let mut looked_at = 0;
    while let Some(value) = left.pop() {
        looked_at += 1;
        if looked_at > MAX_PARTS {
            return None;
        }
        match value.as_unknown().map(|unknown| &unknown.because) {
            Some(Because::Template(parts)) if is_template(value) => left.extend(parts.iter().rev()),
            Some(_) => match value.as_unknown().and_then(|unknown| unknown.known.alias.as_ref()) {
                Some(alias) if aliases => left.push(alias),
                _ => out.push_back(Part::Unknown(value)),
            },
            None => push_text(&mut out, convert(value, &Type::String).ok()?.as_str()?),
        }
    }
    Some(out)
}

fn push_text(out: &mut Parts<'_>, text: &str) {
    if text.is_empty() {
        return;
    }
    match out.back_mut() {
        Some(Part::Text(last)) => last.push_str(text),
        _ => out.push_back(Part::Text(text.to_owned())),
    }
}
