//! Where a module call's `source` points.

use std::path::Path;

use crate::{config::discovery::directory_key, source::Sources};

/// A path relative to the calling module. A bare `..` is one too, though Terraform refuses it.
pub(super) fn is_local(source: &str) -> bool {
    let source = source.replace('\\', "/");
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

/// The directory a local source names, as a key of the repository's modules.
pub(super) fn resolve(sources: &Sources, dir: &str, source: &str) -> Box<str> {
    directory_key(sources, &Path::new(dir).join(source.replace('\\', "/")))
}

/// What is wrong with a source address: Terraform's summary, and why.
pub(super) fn mistake(source: &str, versioned: bool) -> Option<(&'static str, String)> {
    if versioned && !is_registry(source) {
        let cause = if is_local(source) {
            format!("can't use local directory {source:?} as a module registry address")
        } else {
            "a module registry source address must have either three or four slash-separated components".to_owned()
        };
        let detail = format!(
            "Failed to parse module registry address: {cause}.\n\nTerraform assumed that you intended a module registry source \
             address because you also set the argument \"version\", which applies only to registry modules."
        );
        return Some(("Invalid registry module source address", detail));
    }
    if source.is_empty() {
        let detail = "Failed to parse module source address: invalid source address: it is empty.";
        return Some(("Invalid module source address", detail.to_owned()));
    }
    let bare_dots = source == "." || source == "..";
    if bare_dots || !(is_local(source) || is_registry(source) || is_remote(source)) {
        let detail = format!(
            "Terraform failed to determine your intended installation method for remote module package {source:?}.\n\nIf you \
             intended this as a path relative to the current module, use \"./{source}\" instead. The \"./\" prefix indicates \
             that the address is a relative filesystem path."
        );
        return Some(("Invalid module source address", detail));
    }
    None
}

/// `namespace/name/system`, with a host before it or not, and with a `//sub/folder` or not.
fn is_registry(source: &str) -> bool {
    let package = source.split("//").next().unwrap_or(source);
    let parts: Vec<&str> = package.split('/').collect();
    let (host, rest) = match parts.as_slice() {
        [host, rest @ ..] if rest.len() == 3 => (Some(*host), rest),
        rest => (None, rest),
    };
    let is_part =
        |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    let is_host = |host: &str| host.contains('.') && !["github.com", "bitbucket.org", "gitlab.com"].contains(&host);
    rest.len() == 3 && rest.iter().all(is_part) && host.is_none_or(is_host)
}

fn is_remote(source: &str) -> bool {
    let hosted = ["github.com/", "bitbucket.org/", "gitlab.com/"].iter().any(|host| source.starts_with(host));
    hosted
        || source.contains("://")
        || source.contains("::")
        || source.starts_with('/')
        || source.contains('@')
        || source
            .split('/')
            .next()
            .is_some_and(|host| host.contains("amazonaws.com") || host.contains("googleapis.com"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Told apart as Terraform 1.11.4 does.
    #[test]
    fn source_addresses() {
        let cases = [
            ("terraform-aws-modules/vpc/aws", false, true),
            ("app.terraform.io/a/b/c//sub", false, true),
            ("github.com/a/b", false, true),
            ("git@github.com:a/b.git", false, true),
            ("git::https://x/y.git?ref=v1", false, true),
            ("https://x/y.zip", false, true),
            ("/abs/x", false, true),
            ("./x", true, true),
            ("../x//y", true, true),
            (".\\x", true, true),
            ("..", true, false),
            ("a/b", false, false),
            ("m", false, false),
            ("modules/x/y/z/w", false, false),
            ("", false, false),
        ];
        for (source, local, fine) in cases {
            assert_eq!(is_local(source), local, "{source}");
            assert_eq!(mistake(source, false).is_none(), fine, "{source}");
        }
        assert!(mistake("./x", true).is_some());
        assert!(mistake("terraform-aws-modules/vpc/aws", true).is_none());
    }
}
