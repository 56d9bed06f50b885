//! Test files of the policy language (`*.policytest.hcl`): mocks, what is expected of them, and the runner.
//!
//! ```text
//! text ─read─▶ TestFile ─stage─▶ a world of mocks ─run─▶ FileResult
//! ```

mod file;
mod filled;
mod mocks;
mod run;
mod scope;
mod stage;

pub use file::{EXTENDED_TEST_ENDING, Mock, MockKind, TEST_ENDING, TestFile, is_test_file, read_test};
pub(super) use mocks::Mocked;
pub use run::{FileResult, MockResult, Tests, Verdict as TestVerdict, mutate_file, run_file};
