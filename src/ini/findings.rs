//! Findings of one file, so many that an administrator can read them and no more.
use crate::finding::Finding;

/// How many findings of one file are kept.
const MOST: usize = 5_000;

/// Collects findings of one file.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    more: usize,
}

impl Findings {
    pub(super) fn push(&mut self, finding: Finding) {
        if self.kept.len() < MOST {
            self.kept.push(finding);
        } else {
            self.more += 1;
        }
    }

    /// All of them, and `W-INI-MORE` with the number of those that were not kept.
    pub(super) fn into_vec(mut self, file: &str) -> Vec<Finding> {
        if self.more > 0 {
            let more = Finding::about("W-INI-MORE", file).detail(format!("{} more", self.more));
            self.kept.push(Finding { file: file.to_owned(), ..more });
        }
        self.kept
    }
}
