//! What each phase of a check costs on a generated monorepo: `cargo bench`.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot set itself up fails")]

use std::{path::Path, sync::OnceLock};

use divan::{Bencher, counter::BytesCount};
use infralint::{
    config::{self, LoadOptions, Repository},
    source::Sources,
    world,
};

mod monorepo;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [u16; 3] = [10, 50, 200];

fn main() {
    divan::main();
}

/// A monorepo of a size, written once.
fn generated(stages: u16) -> &'static (tempfile::TempDir, u64) {
    static MADE: [OnceLock<(tempfile::TempDir, u64)>; SIZES.len()] = [const { OnceLock::new() }; SIZES.len()];
    let slot = SIZES.iter().position(|size| *size == stages).unwrap();
    MADE[slot].get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let bytes = monorepo::write(directory.path(), stages).unwrap();
        (directory, bytes)
    })
}

fn load(root: &Path) -> (Sources, Repository) {
    let sources = Sources::new(root.to_owned());
    let repository = config::load(&sources, &LoadOptions { paths: vec![".".into()], ..LoadOptions::default() });
    (sources, repository)
}

/// Walking, reading, parsing and decoding, on one thread.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn loading(bencher: Bencher<'_, '_>, stages: u16) {
    let (directory, bytes) = generated(stages);
    bencher.counter(BytesCount::new(*bytes)).bench_local(|| load(directory.path()));
}

/// Evaluating every root module, on one thread.
#[divan::bench(args = SIZES, sample_count = 10, sample_size = 1)]
fn evaluating(bencher: Bencher<'_, '_>, stages: u16) {
    let (directory, bytes) = generated(stages);
    let (sources, repository) = load(directory.path());
    bencher.counter(BytesCount::new(*bytes)).bench_local(|| {
        (0..repository.root_modules.len()).map(|i| world::evaluate(&sources, &repository, i)).collect::<Vec<_>>()
    });
}
