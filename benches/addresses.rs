//! What the address facts of a large repository cost: `cargo bench --bench addresses`. Issue 5 asks for less than a second for
//! ten thousand VPCs and sixty thousand subnets in a thousand root modules.

use divan::Bencher;
use infralint::world::{World, addresses::Addresses};

#[path = "../tests/addresses/large.rs"]
mod large;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

fn apart(vpc: u64) -> String {
    format!("{}.{}.0.0/16", 1 + vpc / 256, vpc % 256)
}

/// Every range apart from the others: nothing is found.
#[divan::bench(args = [100, 1_000], sample_count = 10, sample_size = 1)]
fn ranges_apart(bencher: Bencher<'_, '_>, root_modules: u64) {
    let world: World = large::large(root_modules, &apart);
    bencher.bench_local(|| Addresses::of(&world));
}

/// All VPCs use one range, as copies of one stage do.
#[divan::bench(args = [100, 1_000], sample_count = 10, sample_size = 1)]
fn one_range_everywhere(bencher: Bencher<'_, '_>, root_modules: u64) {
    let world: World = large::large(root_modules, &|_| "10.0.0.0/16".to_owned());
    bencher.bench_local(|| Addresses::of(&world));
}
