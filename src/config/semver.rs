//! Versions and version constraints as Terraform reads them.

use std::{cmp::Ordering, fmt};

/// A version: one or more numbers, and a pre-release. Build metadata says nothing about order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Version {
    /// As written; missing ones count as 0.
    numbers: Vec<u64>,
    pre_release: Vec<Identifier>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Identifier {
    Number(u64),
    Text(String),
}

impl Version {
    /// Reads `1`, `1.2`, `v1.2.3-beta.1+build`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('v').unwrap_or(text);
        let (text, build) = text.split_once('+').map_or((text, None), |(t, b)| (t, Some(b)));
        let (numbers, pre) = text.split_once('-').map_or((text, None), |(n, p)| (n, Some(p)));
        if !build.is_none_or(is_dotted) || !pre.is_none_or(is_dotted) {
            return None;
        }
        let numbers: Option<Vec<u64>> = numbers.split('.').map(number).collect();
        let pre_release = pre.map(|p| p.split('.').map(identifier).collect()).unwrap_or_default();
        Some(Self { numbers: numbers?, pre_release })
    }

    pub(crate) fn major(&self) -> u64 {
        self.number(0)
    }

    fn number(&self, i: usize) -> u64 {
        self.numbers.get(i).copied().unwrap_or(0)
    }

    fn compare_numbers(&self, other: &Self) -> Ordering {
        let len = self.numbers.len().max(other.numbers.len());
        (0..len).map(|i| self.number(i).cmp(&other.number(i))).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
    }

    /// A release comes after its pre-releases.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        self.compare_numbers(other).then_with(|| match (self.pre_release.is_empty(), other.pre_release.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => self.pre_release.cmp(&other.pre_release),
        })
    }
}

fn number(text: &str) -> Option<u64> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn is_dotted(text: &str) -> bool {
    let valid = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.split('.').all(valid)
}

fn identifier(text: &str) -> Identifier {
    number(text).map_or_else(|| Identifier::Text(text.to_owned()), Identifier::Number)
}

/// Whether any release of Terraform 1 is, or will be, within constraints; so too where they are malformed.
pub(crate) fn is_met_since_one(constraints: &str) -> bool {
    let is_met = |version: &Version| meets(version, constraints).unwrap_or(true);
    let release = |minor, patch| Version { numbers: vec![1, minor, patch], pre_release: Vec::new() };
    // Nearly all constraints let in the last one, or the first one they speak of.
    let first = lower_bound(constraints).filter(|bound| bound.number(0) == 1 && bound.pre_release.is_empty());
    is_met(&release(LAST_MINOR, LAST_PATCH))
        || first.as_ref().is_some_and(is_met)
        || (0..=LAST_MINOR).any(|minor| (0..=LAST_PATCH).any(|patch| is_met(&release(minor, patch))))
}

/// More than there are, so that constraints of years to come are no mistakes.
const LAST_MINOR: u64 = 40;
const LAST_PATCH: u64 = 20;

/// Whether a version meets all of the constraints, which are separated by commas. `None` when one is malformed.
pub(crate) fn meets(version: &Version, constraints: &str) -> Option<bool> {
    let each: Option<Vec<bool>> = constraints.split(',').map(|constraint| meets_one(version, constraint)).collect();
    Some(each?.into_iter().all(|met| met))
}

fn meets_one(version: &Version, constraint: &str) -> Option<bool> {
    let constraint = constraint.trim();
    let operators = ["~>", ">=", "<=", "!=", "=", ">", "<"];
    let (operator, bound) =
        operators.iter().find_map(|o| constraint.strip_prefix(o).map(|rest| (*o, rest))).unwrap_or(("=", constraint));
    let bound = Version::parse(bound)?;
    let order = version.compare(&bound);
    Some(match operator {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        _ if !comparable(version, &bound) => false,
        ">" => order.is_gt(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        _ => order.is_ge() && same_line(version, &bound),
    })
}

/// The oldest version that constraints let in: that of the highest lower bound, and 0 where there is none. `None` when
/// one is malformed.
pub(crate) fn lower_bound(constraints: &str) -> Option<Version> {
    let mut lowest = Version { numbers: vec![0], pre_release: Vec::new() };
    for constraint in constraints.split(',').map(str::trim) {
        let upper = ["<=", "!=", "<"].into_iter().any(|operator| constraint.starts_with(operator));
        let bound = Version::parse(constraint.trim_start_matches(['~', '>', '=', '<', '!']))?;
        if !upper && bound.compare(&lowest).is_gt() {
            lowest = bound;
        }
    }
    Some(lowest)
}

/// As it is written, without a pre-release.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(u64::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// A pre-release only meets a constraint that names a pre-release of the same version.
fn comparable(version: &Version, bound: &Version) -> bool {
    version.pre_release.is_empty() || (!bound.pre_release.is_empty() && version.compare_numbers(bound).is_eq())
}

/// Of `~> 1.2.3` all numbers but the last are fixed.
fn same_line(version: &Version, bound: &Version) -> bool {
    (0..bound.numbers.len().saturating_sub(1)).all(|i| version.number(i) == bound.number(i))
}

#[cfg(test)]
mod tests {
    use super::{Version, lower_bound, meets};

    #[test]
    fn constraints_as_terraform_reads_them() {
        let cases = [
            ("1.33", ">=1.32", Some(true)),
            ("4.67.5", "~> 4.67.0", Some(true)),
            ("4.68.0", "~> 4.67.0", Some(false)),
            ("4.9", "~> 4.0", Some(true)),
            ("5.0", "~> 4.0", Some(false)),
            ("5", "~> 4", Some(true)),
            ("1.2", "1.2.0", Some(true)),
            ("1.5", ">= 1.2, < 1.5", Some(false)),
            ("2.0.0-beta1", ">= 1.0", Some(false)),
            ("2.0.0-beta2", ">= 2.0.0-beta1", Some(true)),
            ("2.0.0", "!= 2.0.0", Some(false)),
            ("v1.0.0+x", "= 1.0.0", Some(true)),
            ("1.0", "abc", None),
            ("1.0", "", None),
        ];
        for (version, constraint, expected) in cases {
            let parsed = Version::parse(version).expect("a version");
            assert_eq!(meets(&parsed, constraint), expected, "{version} {constraint}");
        }
        assert!(Version::parse("x").is_none() && Version::parse("1..2").is_none() && Version::parse("1.-1").is_none());
    }

    #[test]
    fn the_oldest_version_let_in() {
        let cases = [
            (">= 1.10", Some("1.10")),
            ("~> 1.11.4", Some("1.11.4")),
            (">= 1.5, < 2.0, != 1.6.0", Some("1.5")),
            (">= 1.5, >= 1.10.1", Some("1.10.1")),
            ("1.9.8", Some("1.9.8")),
            ("< 2.0", Some("0")),
            ("abc", None),
        ];
        for (constraints, lowest) in cases {
            let found = lower_bound(constraints).map(|version| version.to_string());
            assert_eq!(found.as_deref(), lowest, "{constraints}");
        }
    }

    #[test]
    fn pre_releases_sort_before_their_release() {
        let sorted = ["1.0.0-1", "1.0.0-2", "1.0.0-11", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta", "1.0.0", "1.0.1"];
        for pair in sorted.windows(2) {
            let [a, b] = pair else { continue };
            let (a, b) = (Version::parse(a).expect("a version"), Version::parse(b).expect("a version"));
            assert!(a.compare(&b).is_lt(), "{a:?} {b:?}");
        }
    }
}
