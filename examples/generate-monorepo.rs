//! Writes a monorepo of many stages: this repository's modules, and its stage `test` as often as asked for.
//!
//! ```text
//! cargo run --release --example generate-monorepo -- DIRECTORY STAGES
//! ```

#![expect(clippy::print_stderr, reason = "a command")]

use std::{path::PathBuf, process::ExitCode};

#[path = "../benches/monorepo/mod.rs"]
mod monorepo;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let stages = |text: std::ffi::OsString| text.to_str().and_then(|text| text.parse::<u16>().ok());
    let (Some(directory), Some(stages)) = (args.next().map(PathBuf::from), args.next().and_then(stages)) else {
        eprintln!("usage: generate-monorepo DIRECTORY STAGES");
        return ExitCode::from(2);
    };
    match monorepo::write(&directory, stages) {
        Ok(bytes) => {
            eprintln!("{stages} stages, {bytes} bytes of configuration in {}", directory.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::from(2)
        }
    }
}
