//! Everything that is asked of the world outside: environment, terminal, clock, working directory.

use std::{
    env,
    io::IsTerminal,
    path::{Path, PathBuf},
    time::Instant,
};

use jiff::Timestamp;

use crate::source::normalise;

/// The outside as it was at the start.
#[derive(Clone, Debug)]
pub(super) struct Environment {
    pub(super) folder: PathBuf,
    /// `TF_VAR_name` as name and value, sorted.
    pub(super) variables: Vec<(String, String)>,
    /// `TFPOLICY_INPUT_name` as name and value, sorted.
    pub(super) inputs: Vec<(String, String)>,
    /// `TF_WORKSPACE`, where it is set.
    pub(super) workspace: Option<String>,
    /// Whether colour is welcome where nobody says so.
    pub(super) color: bool,
    /// The same for the standard error.
    pub(super) error_color: bool,
    /// Whether the standard error is a terminal, for a line of progress.
    pub(super) error_is_terminal: bool,
    /// Where a person types the standard input.
    pub(super) is_typed: bool,
    /// The folder for what is kept from one session to the next, where there is one.
    pub(super) state: Option<PathBuf>,
    /// The folder for what can be made again, where there is one.
    pub(super) cache: Option<PathBuf>,
    /// Columns of the terminal, or what `COLUMNS` says where there is none.
    pub(super) width: Option<usize>,
    /// When the run began, in whole seconds.
    pub(super) now: Timestamp,
    /// The same, to measure from.
    pub(super) started: Instant,
    /// A folder for temporary files.
    pub(super) scratch: PathBuf,
}

impl Environment {
    /// # Errors
    /// When there is no working directory any more.
    pub(super) fn read() -> std::io::Result<Self> {
        Ok(Self {
            folder: env::current_dir()?,
            variables: named("TF_VAR_", env::vars_os()),
            inputs: named("TFPOLICY_INPUT_", env::vars_os()),
            workspace: env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty()),
            color: std::io::stdout().is_terminal() && allows_color(),
            error_color: std::io::stderr().is_terminal() && allows_color(),
            error_is_terminal: std::io::stderr().is_terminal(),
            is_typed: std::io::stdin().is_terminal(),
            state: base("XDG_STATE_HOME", ".local/state"),
            cache: base("XDG_CACHE_HOME", ".cache"),
            width: width(),
            now: Timestamp::from_second(Timestamp::now().as_second()).unwrap_or_default(),
            started: Instant::now(),
            scratch: env::temp_dir(),
        })
    }

    /// A path as typed, without dots.
    pub(super) fn absolute(&self, path: &Path) -> PathBuf {
        normalise(&self.folder.join(path))
    }
}

/// Those whose names begin so, without it. Names and values that are not UTF-8 cannot be Terraform's either.
fn named(prefix: &str, all: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>) -> Vec<(String, String)> {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        let name = name.to_str()?.strip_prefix(prefix).filter(|name| !name.is_empty())?.to_owned();
        Some((name, value.into_string().ok()?))
    };
    let mut variables: Vec<_> = all.filter_map(text).collect();
    variables.sort_unstable();
    variables
}

fn allows_color() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// As the XDG base directories have it: an absolute path in `variable`, else a folder at home.
fn base(variable: &str, at_home: &str) -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| Some(absolute("HOME")?.join(at_home))).map(|dir| dir.join("infralint"))
}

fn width() -> Option<usize> {
    let terminal = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    terminal.or_else(|| env::var("COLUMNS").ok()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn only_terraforms_variables() {
        let all = [("TF_VAR_b", "2"), ("PATH", "/bin"), ("TF_VAR_a", ""), ("TF_VAR_", "x"), ("TF_LOG", "x")];
        let found = named("TF_VAR_", all.into_iter().map(|(name, value)| (name.into(), value.into())));
        assert_eq!(found, [("a".to_owned(), String::new()), ("b".to_owned(), "2".to_owned())]);
    }
}
