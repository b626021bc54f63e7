//! Real programs of others that the tests talk to, each started on loopback by the test itself.
//!
//! They come with `make needs`; where one is missing its tests fail and say so. A test that were
//! skipped in silence would look like one that passed.
use std::path::{Path, PathBuf};

pub(crate) mod browser;
pub(crate) mod certificates;
pub(crate) mod mellon;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod slapd;

/// A file or folder below `tests/`.
fn tests_folder(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(below)
}
