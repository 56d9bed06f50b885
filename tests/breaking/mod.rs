//! Breaks copies of this repository's infrastructure, and tells what must come of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use infralint::{
    policy::{Finding, Verdict},
    source::Place,
};

use crate::checking::Checked;

/// One edit, and what must come of it.
pub(crate) struct Breakage {
    /// `rule/check`.
    pub(crate) check: &'static str,
    pub(crate) file: &'static str,
    /// The text that is replaced, which stands in the file once; nothing for a file that is new.
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    /// What the deciding line says after the edit, if not the first line of `new`.
    pub(crate) line: Option<&'static str>,
    /// The file of the deciding line, if not the edited one.
    pub(crate) decided_in: &'static str,
    /// Empty for a root module.
    pub(crate) address: &'static str,
    /// What each hop is, its name as written, and its file; nearest first.
    pub(crate) hops: &'static [(&'static str, &'static str, &'static str)],
    /// Settings of the copy.
    pub(crate) settings: &'static str,
    /// What Terraform itself says of the edit, if anything.
    pub(crate) also: Option<&'static str>,
}

pub(crate) const PROD: &str = "stage \"test\" {\n  kind = \"prod\"\n}\n";

pub(crate) const NONE: Breakage = Breakage {
    check: "",
    file: "",
    old: "",
    new: "",
    line: None,
    decided_in: "",
    address: "",
    hops: &[],
    settings: "",
    also: None,
};

/// A temporary copy of what `infralint check stages/test` reads.
pub(crate) struct Copy(pub(crate) tempfile::TempDir);

impl Copy {
    pub(crate) fn new() -> Self {
        let copy = Self(tempfile::tempdir().expect("a temporary folder"));
        for folder in ["stages", "modules", "lib", "bin"] {
            copy_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &copy.path(folder));
        }
        copy
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        fs::write(self.path(file), text).expect("a file of the copy");
    }

    pub(crate) fn edit(&self, file: &str, old: &str, new: &str) {
        if old.is_empty() {
            assert!(!self.path(file).exists(), "{file} is new");
            return self.write(file, new);
        }
        let text = fs::read_to_string(self.path(file)).expect("a file of the repository");
        assert_eq!(text.matches(old).count(), 1, "{old:?} stands in {file} once");
        self.write(file, &text.replacen(old, new, 1));
    }
}

/// Configuration only: what Terraform keeps beside it (`.terraform`) may be large and is not read.
pub(crate) fn copy_files(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder of the repository") {
        let entry = entry.expect("an entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() && entry.file_name() != ".terraform" {
            copy_files(&source, &target);
        } else if source.is_file() {
            fs::copy(source, target).expect("a copy");
        }
    }
}

/// The hops of a finding as `(what, name, file)`.
fn hops(checked: &Checked, finding: &Finding) -> Vec<(&'static str, String, String)> {
    let name = |place: Place| checked.sources.text_at(place).trim_matches('"').to_owned();
    finding.origin.iter().map(|hop| (hop.what.as_str(), name(hop.name), checked.line(hop.at).0)).collect()
}

pub(crate) fn hold(breakage: &Breakage) {
    let copy = Copy::new();
    copy.edit(breakage.file, breakage.old, breakage.new);
    copy.write(".infralint.hcl", breakage.settings);
    let checked = Checked::folder(copy.0.path());
    let also = |error: &String| breakage.also.is_some_and(|text| error.contains(text));
    let errors: Vec<String> = checked.errors().into_iter().filter(|error| !also(error)).collect();
    assert_eq!(errors, Vec::<String>::new(), "{}", breakage.check);

    let (rule, check) = breakage.check.split_once('/').expect("a rule and a check");
    let described = |f: &Finding| format!("{} {:?} {:?}: {}", f.check, f.verdict, f.address, f.message);
    let all: Vec<String> = checked.report.findings.iter().map(|r| described(&r.finding)).collect();
    let finding = checked
        .findings(rule)
        .find(|f| f.check.policy == check && f.address.as_deref().unwrap_or_default() == breakage.address)
        .unwrap_or_else(|| panic!("{} is not found in {}; found: {all:#?}", breakage.check, breakage.file));
    assert_eq!(finding.verdict, Verdict::Fail, "{all:#?}");

    let wanted: Vec<_> = breakage.hops.iter().map(|(w, n, f)| (*w, (*n).to_owned(), (*f).to_owned())).collect();
    assert_eq!(hops(&checked, finding), wanted, "the hops of {}: {}", breakage.check, finding.message);
    let found = checked.found(finding);
    let file = if breakage.decided_in.is_empty() { breakage.file } else { breakage.decided_in };
    let edited = fs::read_to_string(copy.path(file)).expect("the file of the deciding line");
    let text = breakage.line.unwrap_or_else(|| breakage.new.lines().next().unwrap_or_default()).trim();
    let line = edited.lines().position(|line| line.contains(text)).expect("the deciding line") + 1;
    assert_eq!((found.file.as_str(), found.line as usize), (file, line), "{}", breakage.check);
}
