//! Whether a plan may be applied now: its receipt against what is there now.

use std::{collections::BTreeMap, path::PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{
    Evidence, Receipt, Verdict,
    evidence::{is_installed, tool},
    receipt::VERSION,
};

/// One reason why a plan is not applied.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("there is no plan at {}: run `infralint plan` first, and read it.", .0.display())]
    NoPlan(PathBuf),
    #[error("there is no receipt at {}: the plan was not made by `infralint plan`, or its receipt is lost. Plan again.", .0.display())]
    NoReceipt(PathBuf),
    #[error("the receipt cannot be read: {0}. Plan again.")]
    Unreadable(String),
    #[error("the receipt is of a form that this version does not know ({0}). Plan again.")]
    Version(u32),
    #[error("the plan was made for the root module {was}, not for {is}.")]
    RootModule { was: String, is: String },
    #[error("the plan was made in the workspace {was}, and {is} is selected now.")]
    Workspace { was: String, is: String },
    #[error("the plan is {age} old, and the settings allow {allowed}. Plan again.")]
    Expired { age: String, allowed: String },
    #[error("the receipt is from the future ({0}): a clock is wrong.")]
    Future(Timestamp),
    #[error("the plan did not pass: {failed} failed, {errors} not checked.")]
    Failed { failed: usize, errors: usize },
    #[error("{undecided} checks of the plan are undecided, which the settings do not let through.")]
    Undecided { undecided: usize },
    #[error("the plan file is not the one that was judged.")]
    PlanFile,
    #[error("the contents of the plan are not those that were judged.")]
    PlanJson,
    #[error("{0} was changed since the plan was judged.")]
    FileChanged(String),
    #[error("{0} is gone since the plan was judged.")]
    FileGone(String),
    #[error("{0} is new since the plan was judged.")]
    FileNew(String),
    #[error("the rule {0} was changed since the plan was judged.")]
    RuleChanged(String),
    #[error("the plan was judged by the rule {0}, which is missing now.")]
    RuleGone(String),
    #[error("the plan was not judged by the rule {0}.")]
    RuleNew(String),
    #[error("the settings (.infralint.hcl) were changed since the plan was judged.")]
    Settings,
    #[error("the waiver {0} was changed since the plan was judged.")]
    WaiverChanged(String),
    #[error("the waiver {0} has ended or is gone since the plan was judged.")]
    WaiverGone(String),
    #[error("the waiver {0} is new since the plan was judged.")]
    WaiverNew(String),
    #[error("the plan was judged by {was}, and this is {is}.")]
    Tool { was: String, is: String },
    #[error("the plan was made with the image {was}, and {is} would apply it.")]
    Image { was: String, is: String },
    #[error("judged now, the plan does not pass: {failed} failed, {undecided} undecided, {errors} not checked.")]
    JudgedAgain { failed: usize, undecided: usize, errors: usize },
}

/// What there is now, to be held against a receipt.
#[derive(Debug)]
pub struct Now<'a> {
    pub time: Timestamp,
    pub max_age: SignedDuration,
    pub root_module: &'a str,
    pub workspace: &'a str,
    /// The hash of the plan's file.
    pub plan_file: &'a str,
    /// What judging now reads.
    pub evidence: &'a Evidence,
    /// What the receipt names, as it is now.
    pub named: &'a Evidence,
}

impl Receipt {
    /// Everything that speaks against applying, in the order in which it matters. What `init` brings is left for later: it
    /// may not be there yet.
    #[must_use]
    pub fn refusals(&self, now: &Now<'_>) -> Vec<Refusal> {
        if self.version != VERSION {
            return vec![Refusal::Version(self.version)];
        }
        let mut found = Vec::new();
        found.extend(self.of_another(now));
        found.extend(self.age(now));
        found.extend(self.verdict.refusal());
        found.extend((self.plan.file != now.plan_file).then_some(Refusal::PlanFile));
        found.extend(self.changes(now));
        found
    }

    fn of_another(&self, now: &Now<'_>) -> Vec<Refusal> {
        let mut found = Vec::new();
        if self.root_module != now.root_module {
            found.push(Refusal::RootModule { was: self.root_module.clone(), is: now.root_module.to_owned() });
        }
        if self.workspace != now.workspace {
            found.push(Refusal::Workspace { was: self.workspace.clone(), is: now.workspace.to_owned() });
        }
        found
    }

    fn age(&self, now: &Now<'_>) -> Option<Refusal> {
        let age = now.time.duration_since(self.made_at);
        // Clocks of two machines differ a little.
        if age < SignedDuration::from_mins(-5) {
            return Some(Refusal::Future(self.made_at));
        }
        (age > now.max_age).then(|| Refusal::Expired { age: in_words(age), allowed: in_words(now.max_age) })
    }

    fn changes(&self, now: &Now<'_>) -> Vec<Refusal> {
        let mut found = Vec::new();
        let (was, is) = (&self.evidence, now.evidence);
        if was.tool != is.tool {
            found.push(Refusal::Tool { was: was.tool.clone(), is: tool() });
        }
        found.extend((was.settings != is.settings).then_some(Refusal::Settings));
        let of_waivers = [Refusal::WaiverChanged, Refusal::WaiverGone, Refusal::WaiverNew];
        found.extend(differences(&was.waivers, &is.waivers, of_waivers));
        let of_rules = [Refusal::RuleChanged, Refusal::RuleGone, Refusal::RuleNew];
        found.extend(differences(&was.rules, &is.rules, of_rules));
        found.extend(self.named_files(now.named, |path| !is_installed(path)));
        let is_new = |path: &&String| !was.files.contains_key(*path) && !is_installed(path);
        found.extend(is.files.keys().filter(is_new).cloned().map(Refusal::FileNew));
        found
    }

    /// What differs of the files that `init` brings.
    #[must_use]
    pub fn installed(&self, named: &Evidence) -> Vec<Refusal> {
        self.named_files(named, is_installed)
    }

    fn named_files(&self, named: &Evidence, wanted: impl Fn(&str) -> bool) -> Vec<Refusal> {
        let mut found = Vec::new();
        let both = [(&self.evidence.files, &named.files), (&self.evidence.looked_at, &named.looked_at)];
        for (path, (was, is)) in both.into_iter().flat_map(|(was, is)| paired(was, is)) {
            match is {
                _ if !wanted(path) || was == is => {}
                "absent" => found.push(Refusal::FileGone(path.to_owned())),
                _ if was == "absent" => found.push(Refusal::FileNew(path.to_owned())),
                _ => found.push(Refusal::FileChanged(path.to_owned())),
            }
        }
        found.dedup();
        found
    }
}

impl Verdict {
    fn refusal(&self) -> Option<Refusal> {
        if self.good {
            return None;
        }
        let failed = self.failed > 0 || self.errors > 0;
        let of_failed = Refusal::Failed { failed: self.failed, errors: self.errors };
        Some(if failed { of_failed } else { Refusal::Undecided { undecided: self.undecided } })
    }
}

fn paired<'m>(
    was: &'m BTreeMap<String, String>,
    is: &'m BTreeMap<String, String>,
) -> impl Iterator<Item = (&'m str, (&'m str, &'m str))> {
    was.iter().map(|(name, was)| (name.as_str(), (was.as_str(), is.get(name).map_or("absent", String::as_str))))
}

fn differences(
    was: &BTreeMap<String, String>,
    is: &BTreeMap<String, String>,
    [changed, gone, new]: [fn(String) -> Refusal; 3],
) -> Vec<Refusal> {
    let of_old = was.iter().filter_map(|(name, hash)| match is.get(name) {
        None => Some(gone(name.clone())),
        Some(now) => (now != hash).then(|| changed(name.clone())),
    });
    let of_new = is.keys().filter(|name| !was.contains_key(*name)).map(|name| new(name.clone()));
    of_old.chain(of_new).collect()
}

/// Days, hours and minutes.
fn in_words(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    let (days, hours, minutes) = (minutes / (24 * 60), minutes / 60 % 24, minutes % 60);
    let parts = [(days, "d"), (hours, "h"), (minutes, "m")];
    let told: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if told.is_empty() { "less than a minute".to_owned() } else { told.join(" ") }
}

#[cfg(test)]
mod tests;
