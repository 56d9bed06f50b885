//! The offending value of a finding, as a baseline keeps it: readable, on one line, and another text for another value.

use sha2::{Digest, Sha256};

use crate::{
    check::objects::Objects,
    policy::Finding,
    source::{Place, Sources},
    value::{Hop, Origins, Value, What, show, show_short},
};

/// Values that are looked at to find the offending one among those of an object.
const MOST: usize = 20_000;
/// Characters of a text that are kept; of a longer one its hash is kept too.
const LONGEST: usize = 60;

const HIDDEN: &str = "(sensitive value)";
const NOT_CONFIGURED: &str = "(not configured)";

/// What a finding objects to: the value that was judged, else the text that decides it. Nothing where that is the object
/// itself.
pub(super) fn offending(sources: &Sources, objects: &mut Objects<'_>, finding: &Finding) -> Option<String> {
    if let Some(undecided) = &finding.undecided {
        return Some(format!("({}: {})", undecided.because.as_str(), undecided.what));
    }
    let nearest = finding.origin.first()?;
    if matches!(nearest.what, What::NotConfigured | What::ProviderDefault | What::ApiDefault) {
        return Some(NOT_CONFIGURED.to_owned());
    }
    let (root, object) = objects.of(finding)?;
    let attrs = object.into_iter().flat_map(|object| object.attrs.iter().copied());
    let value = attrs.into_iter().find_map(|attrs| value_at(&root.origins, attrs, nearest.at));
    Some(value.map_or_else(|| text(sources, &finding.origin), shown))
}

/// The outermost value inside of another one that has its origin at a place.
fn value_at<'v>(origins: &Origins, whole: &'v Value, at: Place) -> Option<&'v Value> {
    let mut waiting: Vec<&Value> = whole.children().collect();
    waiting.reverse();
    for _ in 0..MOST {
        let value = waiting.pop()?;
        if origins.passes(value.origin, at) {
            return Some(value);
        }
        let before = waiting.len();
        waiting.extend(value.children());
        waiting.get_mut(before..).unwrap_or_default().reverse();
    }
    None
}

fn shown(value: &Value) -> String {
    let short = show_short(value);
    if short.ends_with('…') { format!("{short} {}", hash(&show(value))) } else { short }
}

/// The text where the value is decided, as long as nothing secret is on the way.
fn text(sources: &Sources, origin: &[Hop]) -> String {
    let is_secret = |hop: &Hop| matches!(hop.what, What::SensitiveVariable | What::Plan);
    let Some(last) = origin.last().filter(|_| !origin.iter().any(is_secret)) else { return HIDDEN.to_owned() };
    let text = sources.text_at(last.at);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{start}… {}", hash(&line))
}

/// Enough of a hash to tell two values of one attribute apart.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
