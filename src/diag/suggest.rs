//! Did you mean …?

/// The candidate that differs from `given` by fewer than three edits, if one does; the first such in order.
pub fn closest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    candidates.into_iter().find(|candidate| distance(given, candidate) < 3)
}

/// ` Did you mean "x"?`, or nothing.
pub fn did_you_mean<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    closest(given, candidates).map(|name| format!(" Did you mean {name:?}?")).unwrap_or_default()
}

/// As [`did_you_mean`], of the candidate with the fewest edits: Terraform does not have the same message.
pub fn nearest<'c>(given: &str, candidates: impl IntoIterator<Item = &'c str>) -> String {
    let near = candidates.into_iter().map(|name| (distance(given, name), name)).filter(|(edits, _)| *edits < 3);
    let found = near.min_by_key(|(edits, _)| *edits).map(|(_, name)| format!(" Did you mean {name:?}?"));
    found.unwrap_or_default()
}

/// The Levenshtein distance in characters; texts of very different length are simply far apart.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 8 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, to) in row.iter_mut().skip(1).zip(&b) {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        let names = ["variable", "output", "module"];
        let cases =
            [("varible", Some("variable")), ("outputs", Some("output")), ("modlue", Some("module")), ("foo", None)];
        for (given, expected) in cases {
            assert_eq!(closest(given, names), expected, "{given}");
        }
        assert_eq!(did_you_mean("varible", names), " Did you mean \"variable\"?");
        let functions = ["core::trim", "core::try"];
        assert_eq!(did_you_mean("core::tr", functions), " Did you mean \"core::trim\"?");
        assert_eq!(nearest("core::tr", functions), " Did you mean \"core::try\"?");
        assert_eq!(nearest("core::replace", functions), "");
    }
}
