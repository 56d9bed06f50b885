//! The lists of cases that are known to differ from what Terraform says, each under a reason.

use std::{collections::BTreeMap, fs, path::Path};

/// The cases of a list by name, each with its reason: the line above it that begins with `## `.
pub(crate) fn read(list: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(list).expect("the list of differences");
    let mut reason = "";
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        match line.strip_prefix("## ") {
            Some(text) => reason = text,
            None => drop(out.insert(line.to_owned(), reason.to_owned())),
        }
    }
    out
}
