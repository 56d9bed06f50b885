//! What tells one finding from another from run to run, for readers that compare reports.
//!
//! No line and no column goes in, so moved lines change nothing; the message does, so another value is another finding.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::{
    diag::Diagnostic,
    policy::{Finding, Information},
    source::Sources,
};

/// Fingerprints of one report. What is the same in everything is numbered, in the order of the report.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    met: HashMap<String, usize>,
}

impl Fingerprints {
    pub(super) fn finding(&mut self, finding: &Finding) -> String {
        let check = finding.check.to_string();
        let workspace = finding.workspace.as_deref().unwrap_or("");
        let address = finding.address.as_deref().unwrap_or("");
        self.of(&["finding", &check, &finding.root_module, workspace, address, &finding.message])
    }

    pub(super) fn information(&mut self, said: &Information) -> String {
        let check = said.check.to_string();
        let workspace = said.workspace.as_deref().unwrap_or("");
        let address = said.address.as_deref().unwrap_or("");
        self.of(&["information", &check, &said.root_module, workspace, address, &said.message])
    }

    /// The line it is about tells one from another. The detail is left out: it may name lines.
    pub(super) fn diagnostic(&mut self, sources: &Sources, diagnostic: &Diagnostic) -> String {
        let (path, line) = diagnostic.place.map_or_else(Default::default, |place| {
            let file = sources.get(place.file);
            (file.path.to_string(), file.slice(file.line_span(place.span.start)).trim().to_owned())
        });
        // Where there is no line, the detail is all there is.
        let what = if path.is_empty() { &diagnostic.detail } else { &line };
        self.of(&["diagnostic", &diagnostic.summary, &path, what])
    }

    /// 32 hexadecimal digits.
    fn of(&mut self, parts: &[&str]) -> String {
        let whole = parts.join("\0");
        let before = self.met.entry(whole.clone()).or_default();
        let digest = Sha256::digest(format!("{whole}\0{before}"));
        *before += 1;
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprints;

    #[test]
    fn the_same_again_is_numbered() {
        let (mut one, mut other) = (Fingerprints::default(), Fingerprints::default());
        let first = one.of(&["a", "b"]);
        assert_eq!(first.len(), 32);
        assert_ne!(first, one.of(&["a", "b"]));
        assert_ne!(first, one.of(&["a", "", "b"]));
        assert_eq!(first, other.of(&["a", "b"]));
    }
}
