//! Parses the shipped rules ahead of time, after one was changed: `cargo run --example prepare-rules`

use std::{error::Error, fs, path::Path};

use infralint::policy::prepare_shipped;

fn main() -> Result<(), Box<dyn Error>> {
    let trees =
        prepare_shipped().map_err(|file| format!("`infralint rules check rules` has something to say of {file}"))?;
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/policy/shipped.trees"), trees)?;
    Ok(())
}
