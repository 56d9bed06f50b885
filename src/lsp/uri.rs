//! `file:` URIs and paths.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use lsp_types::Uri;

const SCHEME: &str = "file://";

/// The URI of an absolute path.
pub(super) fn of(path: &Path) -> Option<Uri> {
    let path = path.to_str()?.replace('\\', "/");
    let mut uri = SCHEME.to_owned();
    if !path.starts_with('/') {
        uri.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    Uri::from_str(&uri).ok()
}

/// The path of a URI, if it is one of a file.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix(SCHEME)?;
    let path = rest.get(rest.find('/')?..)?;
    let path = String::from_utf8(decoded(path.split(['?', '#']).next()?)).ok()?;
    // `/c:/folder` is `c:/folder`.
    let is_drive = path.len() > 2 && path.as_bytes().get(2) == Some(&b':');
    let path = if is_drive { path.get(1..)? } else { &path };
    Some(crate::source::normalise(Path::new(path)))
}

fn decoded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digits = [ahead.next(), ahead.next()].map(|digit| digit.and_then(|d| char::from(d).to_digit(16)));
        match (byte, digits) {
            (b'%', [Some(high), Some(low)]) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(byte));
                rest = ahead;
            }
            _ => out.push(byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for file in ["/a/b.tf", "/with space/ä#?%.tf", "/"] {
            let uri = of(Path::new(file)).expect("a URI");
            assert_eq!(path(&uri).as_deref(), Some(Path::new(file)), "{uri:?}");
        }
        assert_eq!(of(Path::new("/a b/ä.tf")).expect("a URI").as_str(), "file:///a%20b/%C3%A4.tf");
    }

    #[test]
    fn what_editors_write() {
        let cases = [
            ("file:///c%3A/x.tf", Some("c:/x.tf")),
            ("file://localhost/x.tf", Some("/x.tf")),
            ("file:///a/%zz.tf", None),
            ("untitled:Untitled-1", None),
        ];
        for (uri, expected) in cases {
            let read = Uri::from_str(uri).ok().and_then(|uri| path(&uri));
            assert_eq!(read.as_deref(), expected.map(Path::new), "{uri}");
        }
    }
}
