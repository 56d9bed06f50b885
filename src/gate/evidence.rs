//! What a verdict rests on: hashes of all that was read.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    check::{RuleSources, SETTINGS_FILE, Settings, Waiver},
    policy::shipped_files,
    source::Sources,
};

/// Hashes, by what they are of. Paths are relative to the repository's root, with forward slashes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Files of configuration, values and scripts.
    pub files: BTreeMap<String, String>,
    /// Files and folders that functions of the language looked at.
    pub looked_at: BTreeMap<String, String>,
    /// Policy files; those that come with infralint stand without a folder.
    pub rules: BTreeMap<String, String>,
    /// The file of settings, where there is one.
    pub settings: Option<String>,
    /// Waivers that are in force, by check and place.
    pub waivers: BTreeMap<String, String>,
    /// Name and version of what judged.
    pub tool: String,
}

/// What stands for the hash of what is not there.
const ABSENT: &str = "absent";
/// Entries that count of a folder.
const MOST_ENTRIES: usize = 100_000;

/// A root module's folder for what `init` brings.
const DATA: &str = ".terraform/";

impl Evidence {
    /// All that a run has read; `in_force` are the waivers of the day.
    #[must_use]
    pub fn of(sources: &Sources, rules: &RuleSources, settings: &Settings, today: jiff::civil::Date) -> Self {
        let mut evidence = Self { tool: tool(), ..Self::default() };
        if rules.shipped {
            let shipped = shipped_files().iter();
            evidence.rules.extend(shipped.map(|(name, text)| ((*name).to_owned(), sha256(text.as_bytes()))));
        }
        let folders: Vec<String> = rules.folders.iter().map(|folder| sources.display(folder)).collect();
        for file in sources.on_disk() {
            let hash = sha256(file.text.as_bytes());
            if *file.path == *SETTINGS_FILE {
                evidence.settings = Some(hash);
            } else if folders.iter().any(|folder| Path::new(&*file.path).starts_with(folder)) {
                evidence.rules.insert(file.path.to_string(), hash);
            } else {
                evidence.files.insert(file.path.to_string(), hash);
            }
        }
        let looked_at = sources.looked_at();
        evidence.looked_at.extend(looked_at.iter().map(|path| (sources.display(path), hash_of_path(path))));
        let in_force = settings.waivers.iter().filter(|waiver| waiver.until.is_none_or(|until| until >= today));
        evidence.waivers.extend(in_force.map(|waiver| (name_of(waiver), sha256(contents(waiver).as_bytes()))));
        evidence
    }

    /// Adds a file that Terraform itself reads, where it is.
    pub fn add_file(&mut self, sources: &Sources, path: &Path) {
        if let Ok(bytes) = fs::read(path) {
            self.files.insert(sources.display(path), sha256(without_mark(&bytes)));
        }
    }

    /// The same hashes of the files as they are now.
    #[must_use]
    pub fn anew(&self, root: &Path) -> Self {
        let hash = |path: &String| hash_of_text(&root.join(path));
        Self {
            files: self.files.keys().map(|path| (path.clone(), hash(path))).collect(),
            looked_at: self.looked_at.keys().map(|path| (path.clone(), hash_of_path(&root.join(path)))).collect(),
            ..self.clone()
        }
    }
}

impl Evidence {
    /// A file that is not any more what it was, of those that are named here; what `init` brings does not count.
    #[must_use]
    pub fn first_change(&self, later: &Self) -> Option<String> {
        let both = [(&self.files, &later.files), (&self.looked_at, &later.looked_at), (&self.rules, &later.rules)];
        let changed = both.into_iter().flat_map(|(was, is)| was.iter().filter(|(path, hash)| is.get(*path) != Some(*hash)));
        let first = changed.map(|(path, _)| path.clone()).find(|path| !is_init_of(path));
        first.or_else(|| (self.settings != later.settings).then(|| SETTINGS_FILE.to_owned()))
    }
}

/// Whether `init` writes a file.
fn is_init_of(path: &str) -> bool {
    is_installed(path) || path.ends_with(".terraform.lock.hcl")
}

/// Whether a path lies in what `init` brings.
pub(super) fn is_installed(path: &str) -> bool {
    path.starts_with(DATA) || path.contains(&format!("/{DATA}"))
}

/// What judges.
pub(super) fn tool() -> String {
    format!("infralint {}", env!("CARGO_PKG_VERSION"))
}

/// Of a text file, without a byte order mark, as texts are kept.
fn hash_of_text(path: &Path) -> String {
    fs::read(path).map_or_else(|_| ABSENT.to_owned(), |bytes| sha256(without_mark(&bytes)))
}

fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes)
}

/// Of a file its bytes; of a folder the names below it.
fn hash_of_path(path: &Path) -> String {
    if path.is_dir() {
        return sha256(names_below(path).join("\n").as_bytes());
    }
    let file = File::open(path).ok().filter(|file| file.metadata().is_ok_and(|about| about.is_file()));
    file.and_then(|file| sha256_of(file).ok()).unwrap_or_else(|| ABSENT.to_owned())
}

/// Sorted, relative to the folder, without what `init` brings.
fn names_below(folder: &Path) -> Vec<String> {
    let (mut names, mut waiting) = (Vec::new(), vec![PathBuf::new()]);
    while let Some(below) = waiting.pop() {
        for entry in fs::read_dir(folder.join(&below)).into_iter().flatten().flatten() {
            let name = below.join(entry.file_name());
            let is_folder = entry.file_type().is_ok_and(|ty| ty.is_dir());
            if is_folder && entry.file_name() != ".terraform" && entry.file_name() != ".git" {
                waiting.push(name);
            } else if !is_folder && !is_made_here(&entry.file_name().to_string_lossy()) {
                names.push(name.to_string_lossy().into_owned());
            }
        }
        if names.len() > MOST_ENTRIES {
            break;
        }
    }
    names.sort_unstable();
    names
}

/// Plans, their receipts and states come and go beside what is configured.
fn is_made_here(name: &str) -> bool {
    name == "tfplan" || name.ends_with(".receipt.json") || name.contains(".tfstate")
}

fn name_of(waiver: &Waiver) -> String {
    let place = [&waiver.root_module, &waiver.workspace, &waiver.address];
    let place: Vec<&str> = place.iter().filter_map(|part| part.as_deref()).collect();
    if place.is_empty() { waiver.check.clone() } else { format!("{} ({})", waiver.check, place.join(", ")) }
}

fn contents(waiver: &Waiver) -> String {
    let until = waiver.until.map(|day| day.to_string());
    format!("{:?} {:?} {until:?}", name_of(waiver), waiver.reason)
}

/// The hash of bytes, in hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The hash of all that can be read.
pub(super) fn sha256_of(mut from: impl Read) -> io::Result<String> {
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string does not fail.
        let _never = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes() {
        let of_abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), of_abc);
        assert_eq!(sha256_of(&b"abc"[..]).expect("bytes"), of_abc);
    }

    #[test]
    fn what_init_brings() {
        assert!(is_installed(".terraform/modules/x/main.tf") && is_installed("stages/a/.terraform/modules/modules.json"));
        assert!(!is_installed("stages/a/.terraform.lock.hcl") && !is_installed("stages/a/main.tf"));
    }

    #[test]
    fn folders_change_with_their_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        assert_eq!(hash_of_path(&path.join("none")), ABSENT);
        let empty = hash_of_path(path);
        fs::create_dir_all(path.join(".terraform/x")).expect("a folder");
        fs::write(path.join(".terraform/x/y"), "").expect("a file");
        assert_eq!(hash_of_path(path), empty);
        fs::write(path.join("a.json"), "1").expect("a file");
        let with_file = hash_of_path(path);
        assert_ne!(with_file, empty);
        fs::write(path.join("a.json"), "2").expect("a file");
        assert_eq!(hash_of_path(path), with_file);
    }
}
