//! Names that AWS gives to regions, zones and sizes of machines.

/// `eu-central-1`, `us-gov-west-1`
pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_word = |part: &str| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let number = parts.next_back();
    number.is_some_and(is_number) && parts.clone().count() >= 2 && parts.all(is_word)
}

/// `eu-central-1a`; a local zone has two more parts: `us-west-2-lax-1a`.
pub(super) fn is_zone(text: &str) -> bool {
    let Some(region) = text.strip_suffix(|last: char| last.is_ascii_lowercase()) else { return false };
    is_region(region) || local(region).is_some_and(is_region)
}

fn local(text: &str) -> Option<&str> {
    let (rest, number) = text.rsplit_once('-')?;
    let (region, place) = rest.rsplit_once('-')?;
    let is_place = (3..=4).contains(&place.len()) && place.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_place && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(region)
}

/// `db.t4g.micro`, `db.serverless`, `db.r5.2xlarge.tpc2.mem4x`
pub(super) fn is_class(text: &str, prefix: &str) -> bool {
    let mut parts = text.split('.');
    if parts.next() != Some(prefix) {
        return false;
    }
    match (parts.next(), parts.next()) {
        (Some("serverless"), None) => true,
        (Some(family), Some(size)) => is_family(family) && is_size(size) && parts.all(|more| !more.is_empty()),
        _ => false,
    }
}

fn is_family(text: &str) -> bool {
    matches!(text.as_bytes(), [b'a'..=b'z', b'0'..=b'9', ..])
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_size(text: &str) -> bool {
    const NAMED: [&str; 6] = ["nano", "micro", "small", "medium", "large", "metal"];
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    NAMED.contains(&text) || text.starts_with("metal-") || text.strip_suffix("xlarge").is_some_and(is_number)
}

/// One of all the types in a list of families and their sizes.
pub(super) fn is_instance_type(text: &str, all: &str) -> bool {
    let Some((family, size)) = text.split_once('.') else { return false };
    let has = |list: &str, one: &str| list.split(',').any(|name| name == one);
    all.split(' ')
        .filter_map(|group| group.split_once('='))
        .any(|(names, sizes)| has(names, family) && has(sizes, size))
}
