//! `waivers { … }`: what is asked of waivers.

use super::{
    Waiver,
    body::{Problems, Reader},
    read::no_label,
};
use crate::{
    addr::fits,
    diag::{Diagnostic, did_you_mean},
    source::Place,
    syntax::Block,
};

/// What is asked of waivers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Waiving {
    pub owner_required: bool,
    pub until_required: bool,
    /// Patterns of checks that nobody may waive, each with its place.
    pub unwaivable: Vec<(String, Place)>,
}

const REQUIRABLE: [&str; 2] = ["owner", "until"];

pub(super) fn read(file: Reader<'_>, block: &Block, problems: &mut Problems) -> Waiving {
    no_label(file, block, problems);
    let reader = file.of(block, "The waivers block");
    reader.only(&["required", "unwaivable"], &[], problems);
    let required = reader.strings("required", problems);
    for (word, at) in required.iter().filter(|(word, _)| !REQUIRABLE.contains(&word.as_str())) {
        let hint = did_you_mean(word, REQUIRABLE);
        let detail = format!(
            "A waiver has no \"{word}\" that can be required.{hint} There can be: owner, until. A reason always is."
        );
        problems.error("Invalid value", detail, *at);
    }
    let is_required = |wanted: &str| required.iter().any(|(word, _)| word == wanted);
    Waiving {
        owner_required: is_required("owner"),
        until_required: is_required("until"),
        unwaivable: reader.strings("unwaivable", problems),
    }
}

impl Waiving {
    /// Whether nobody may waive a check.
    #[must_use]
    pub fn forbids(&self, check: &str) -> bool {
        self.unwaivable.iter().any(|(pattern, _)| fits(pattern, check))
    }

    /// What a waiver lacks of what is asked, or that there can be none.
    pub(in crate::check) fn objection(&self, waiver: &Waiver) -> Option<Diagnostic> {
        if let Some((_, at)) = self.unwaivable.iter().find(|(pattern, _)| fits(pattern, &waiver.check)) {
            let detail = format!("The settings let nobody waive \"{}\": what it finds has to be solved.", waiver.check);
            let error = Diagnostic::error("Check cannot be waived", detail, waiver.check_at);
            return Some(error.with_label(*at, "said here"));
        }
        let lacks = |name: &str, example: &str| {
            let detail = format!("The settings ask for \"{name}\" in every waiver, as in {example}.");
            Diagnostic::error("Missing required argument", detail, waiver.place)
        };
        if self.owner_required && waiver.owner.is_none() {
            return Some(lacks("owner", "owner = \"platform team\""));
        }
        (self.until_required && waiver.until.is_none()).then(|| lacks("until", "until = \"2027-01-31\""))
    }
}
