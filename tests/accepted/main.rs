//! What is accepted, known, or left out: waivers, baselines, changed only. Each case is a small repository on disk that the
//! program is run on.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failing test may panic")]

mod baseline;
mod changed;
mod repository;
#[path = "../running/mod.rs"]
mod running;
mod settings;
mod waivers;
