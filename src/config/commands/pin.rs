//! Which Terraform is run, where files beside the configuration pin it.

use ecow::EcoString;

use super::{directory::above, files::Kind};
use crate::source::{FileId, Place, Span, offset};

/// A version of Terraform that is pinned for everything below a folder.
#[derive(Debug)]
pub(super) struct Pin {
    below: String,
    version: EcoString,
    at: Place,
}

/// What stands before a version.
const BEFORE: [&str; 5] = ["hashicorp/terraform:", "terraform_version", "TERRAFORM_VERSION", "TF_VERSION", "terraform"];
/// What may stand between that and the version.
const BETWEEN: [char; 7] = [' ', '\t', '"', '\'', ':', '=', '?'];

/// What a file pins.
pub(super) fn pins(text: &str, file: FileId, (folder, kind): (&str, Kind)) -> Vec<Pin> {
    let below = match folder.rsplit_once('/') {
        Some((parent, "bin")) => parent,
        None if folder == "bin" => ".",
        _ => folder,
    };
    let pin = |start: usize, version: &str| Pin {
        below: below.to_owned(),
        version: version.into(),
        at: Place::new(file, Span::new(offset(start), offset(start + version.len()))),
    };
    // The file of tfenv holds nothing else.
    if kind == Kind::Version
        && text.trim().split('.').count() >= 2
        && text.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.')
    {
        let start = text.len() - text.trim_start().len();
        return vec![pin(start, text.trim())];
    }
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        if !code.starts_with("# ") && !code.starts_with("//") {
            found.extend(version_in(line, kind).map(|(at, version)| pin(start + at, version)));
        }
        start += line.len();
    }
    found
}

/// The version of Terraform that a line names, and where in it.
fn version_in(line: &str, kind: Kind) -> Option<(usize, &str)> {
    BEFORE.iter().find_map(|before| {
        // The bare name says so only in files of version managers, where it begins the line.
        let at = if *before == "terraform" {
            (kind == Kind::Version && line.starts_with(before)).then_some(0)?
        } else {
            line.find(before)?
        };
        let rest = line.get(at + before.len()..)?;
        let version = rest.trim_start_matches(BETWEEN).trim_start_matches('v');
        let is_number = |c: char| c.is_ascii_digit() || c == '.';
        let end = version.find(|c| !is_number(c)).unwrap_or(version.len());
        let (version, after) = version.split_at(end);
        let whole = !after.starts_with(|c: char| c.is_alphanumeric()) && !version.ends_with('.');
        let proper = whole && version.contains('.') && version.starts_with(|c: char| c.is_ascii_digit());
        proper.then_some((line.len() - after.len() - version.len(), version))
    })
}

/// The pins that hold for a root module. One nearer to it of the same kind of file is not preferred: all are used.
pub(super) fn of(pins: &[Pin], root: &str) -> Vec<(EcoString, Place)> {
    let holding = pins.iter().filter(|pin| above(root).any(|folder| folder == pin.below));
    holding.map(|pin| (pin.version.clone(), pin.at)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_pinned_in_many_ways() {
        let cases = [
            ("1.9.8\n", "bin", Kind::Version, vec!["1.9.8"]),
            ("terraform 1.9.8\nnodejs 20.0.0\n", ".", Kind::Version, vec!["1.9.8"]),
            ("[tools]\nterraform = \"1.9\"\n", ".", Kind::Version, vec!["1.9"]),
            ("image=docker.io/hashicorp/terraform:1.11.4@sha256:58\n", "bin", Kind::Script, vec!["1.11.4"]),
            ("          terraform_version: \"1.9.8\"\n", ".", Kind::Pipeline, vec!["1.9.8"]),
            ("TF_VERSION ?= 1.8.0\n# TF_VERSION ?= 1.7.0\n", ".", Kind::Makefile, vec!["1.8.0"]),
            ("image: hashicorp/terraform:latest\n", ".", Kind::Pipeline, vec![]),
            ("terraform plan\n", ".", Kind::Script, vec![]),
        ];
        for (text, folder, kind, wanted) in cases {
            let found: Vec<String> =
                pins(text, FileId(0), (folder, kind)).iter().map(|p| p.version.to_string()).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
