//! Files, places in them, and lines.
//!
//! Everything below this module speaks of a place as a [`Place`]: a file and a byte range.
//! Lines and columns are made only when something is shown.

mod scratch;
mod walk;

pub use scratch::Scratch;
pub use walk::{Walk, directories_with, find_root};

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use serde::{Deserialize, Serialize};

/// A file of this run. Meaningless outside the [`Sources`] that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A half-open byte range.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }
}

/// Where something stands: a byte range of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Place {
    pub file: FileId,
    pub span: Span,
}

impl Place {
    /// The place of what stands in no file; never shown.
    pub const NOWHERE: Self = Self { file: FileId(u32::MAX), span: Span { start: 0, end: 0 } };

    #[must_use]
    pub const fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }
}

/// A line and a column, both counted from 1; columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

/// One file: its path relative to the repository's root with forward slashes, and its text.
#[derive(Debug)]
pub struct SourceFile {
    pub path: Box<str>,
    pub text: Box<str>,
    /// Whether it was read from the disk: a text of the command line is not.
    pub is_on_disk: bool,
    lines: OnceLock<Vec<u32>>,
}

impl SourceFile {
    /// The text of a span, clamped to the file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// Byte offsets at which lines start; made when first asked for.
    #[must_use]
    pub fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            std::iter::once(0).chain(newlines.map(|(i, _)| offset(i + 1))).collect()
        })
    }

    /// The line that holds a byte offset, without its line break.
    #[must_use]
    pub fn line_span(&self, at: u32) -> Span {
        let starts = self.line_starts();
        let next = starts.partition_point(|start| *start <= at);
        let start = next.checked_sub(1).and_then(|line| starts.get(line)).copied().unwrap_or(0);
        let end = starts.get(next).copied().unwrap_or_else(|| offset(self.text.len()));
        let line = self.slice(Span::new(start, end)).trim_end_matches(['\r', '\n']);
        Span::new(start, start + offset(line.len()))
    }

    /// The line and column of a byte offset.
    #[must_use]
    pub fn position(&self, at: u32) -> Position {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start <= at).max(1);
        let start = starts[line - 1];
        let column = self.slice(Span::new(start, at)).chars().count() + 1;
        Position { line: offset(line), column: offset(column) }
    }
}

/// A length or index as a 32-bit offset. Files are bounded by [`MAX_FILE_BYTES`], so nothing is lost.
#[must_use]
pub fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A larger file is refused with a diagnostic: offsets are 32 bits wide.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// All files of a run. Files are only ever added, from any thread.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    files: RwLock<Vec<Arc<SourceFile>>>,
    /// Texts that stand for those of files on the disk, by absolute path.
    instead: RwLock<HashMap<PathBuf, Box<str>>>,
    /// What functions of the language looked at.
    looked_at: Mutex<BTreeSet<PathBuf>>,
}

impl Sources {
    /// `root` is the repository's root: the folder that displayed paths are relative to.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self::with(root, HashMap::new())
    }

    /// The repository as it would be with other texts in some of its files, by absolute path.
    #[must_use]
    pub fn with(root: PathBuf, instead: HashMap<PathBuf, Box<str>>) -> Self {
        Self { root, files: RwLock::default(), instead: RwLock::new(instead), looked_at: Mutex::default() }
    }

    /// The same repository with the same texts, and nothing read of it yet.
    #[must_use]
    pub fn afresh(&self) -> Self {
        let instead = self.instead.read().unwrap_or_else(PoisonError::into_inner).clone();
        Self::with(self.root.clone(), instead)
    }

    /// Puts a text in the place of a file's from now on, or gives the file its own again. What has been read stays.
    pub fn put_instead(&self, path: PathBuf, text: Option<Box<str>>) {
        let mut instead = self.instead.write().unwrap_or_else(PoisonError::into_inner);
        match text {
            Some(text) => drop(instead.insert(path, text)),
            None => drop(instead.remove(&path)),
        }
    }

    /// The text that stands for that of a file, by absolute path.
    #[must_use]
    pub fn text_instead(&self, path: &Path) -> Option<Box<str>> {
        self.instead.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Names of files in a folder that there are texts for, whether they are on the disk or not.
    #[must_use]
    pub fn names_instead(&self, folder: &Path) -> Vec<String> {
        let instead = self.instead.read().unwrap_or_else(PoisonError::into_inner);
        let inside = instead.keys().filter(|path| path.parent() == Some(folder));
        inside.filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
    }

    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Adds a text under a display path (also for texts that are no files: `-var x=1`).
    pub fn add(&self, path: impl Into<Box<str>>, text: impl Into<Box<str>>) -> FileId {
        self.push(SourceFile { path: path.into(), text: text.into(), is_on_disk: false, lines: OnceLock::new() })
    }

    fn push(&self, file: SourceFile) -> FileId {
        let mut files = self.files.write().unwrap_or_else(PoisonError::into_inner);
        files.push(Arc::new(file));
        FileId(offset(files.len() - 1))
    }

    /// The file of an id.
    ///
    /// # Panics
    /// If the id comes from another `Sources`.
    #[must_use]
    pub fn get(&self, id: FileId) -> Arc<SourceFile> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&files[id.0 as usize])
    }

    /// Whether a file is shown by this path.
    #[must_use]
    pub fn shows(&self, id: FileId, path: &str) -> bool {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.get(id.0 as usize).is_some_and(|file| *file.path == *path)
    }

    /// The text at a place.
    #[must_use]
    pub fn text_at(&self, place: Place) -> String {
        self.get(place.file).slice(place.span).to_owned()
    }

    /// Reads a file into this run. `path` is absolute or relative to the root.
    ///
    /// # Errors
    /// When it cannot be read, is larger than [`MAX_FILE_BYTES`], or is not UTF-8.
    pub fn read(&self, path: &Path) -> Result<FileId, ReadError> {
        let absolute = self.root.join(path);
        let text = match self.text_instead(&absolute) {
            Some(text) => text,
            None => read_text(&absolute)?.into(),
        };
        let path = self.display(&absolute).into();
        Ok(self.push(SourceFile { path, text, is_on_disk: true, lines: OnceLock::new() }))
    }

    /// All files that were read from the disk so far.
    #[must_use]
    pub fn on_disk(&self) -> Vec<Arc<SourceFile>> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.iter().filter(|file| file.is_on_disk).cloned().collect()
    }

    /// Notes that a function of the language looked at a file or folder.
    pub fn look_at(&self, path: &Path) {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).insert(normalise(path));
    }

    /// What functions of the language looked at, whether it is there or not.
    #[must_use]
    pub fn looked_at(&self) -> BTreeSet<PathBuf> {
        self.looked_at.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A place as Terraform's messages name it: `main.tf:1,1-30`, or `main.tf:1,1-2,2` over several lines.
    #[must_use]
    pub fn describe(&self, place: Place) -> String {
        let file = self.get(place.file);
        let (start, end) = (file.position(place.span.start), file.position(place.span.end));
        let last = if start.line == end.line { String::new() } else { format!("{},", end.line) };
        format!("{}:{},{}-{last}{}", file.path, start.line, start.column, end.column)
    }

    /// A path as it is shown: relative to the root where it lies below it, with forward slashes.
    #[must_use]
    pub fn display(&self, path: &Path) -> String {
        let shown = path.strip_prefix(&self.root).unwrap_or(path);
        let shown = shown.to_string_lossy().replace('\\', "/");
        if shown.is_empty() { ".".to_owned() } else { shown }
    }
}

/// Why a file could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0}")]
    Io(#[from] std::io::Error),
    #[error("the file is larger than {} MiB", MAX_FILE_BYTES >> 20)]
    TooLarge,
    #[error("the file is encrypted with git-crypt")]
    Encrypted,
    #[error("it is no regular file")]
    Irregular,
    #[error("the file is not valid UTF-8 (first bad byte at offset {0})")]
    NotUtf8(usize),
}

/// What files begin with that git-crypt has locked.
const ENCRYPTED: &[u8] = b"\0GITCRYPT\0";

/// The text of a file, without a byte order mark. Its offsets count from after the mark.
///
/// # Errors
/// As [`Sources::read`].
pub fn read_text(path: &Path) -> Result<String, ReadError> {
    let about = std::fs::metadata(path)?;
    if about.len() > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge);
    }
    // Pipes and devices may never end.
    if !about.is_file() && !about.is_dir() {
        return Err(ReadError::Irregular);
    }
    let bytes = std::fs::read(path)?;
    if bytes.starts_with(ENCRYPTED) {
        return Err(ReadError::Encrypted);
    }
    let mut text = String::from_utf8(bytes).map_err(|e| ReadError::NotUtf8(e.utf8_error().valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// `a/./b/../c` without the dots, not asking the file system.
#[must_use]
pub fn normalise(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
