//! What a run did, or would do.
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Counts {
    /// Entries, those that cannot be used included.
    pub read: u64,
    /// Entries that cannot be used.
    pub rejected: u64,
    /// People of the source before this run.
    pub known: u64,
    /// New accounts.
    pub appeared: u64,
    /// Accounts with something else than before.
    pub changed: u64,
    /// Accounts that had left and are there again.
    pub returned: u64,
    /// Accounts as they were.
    pub unchanged: u64,
    /// Accounts that the source does not name any more.
    pub vanished: u64,
    /// Accounts that a rule joined to somebody who was known.
    pub linked: u64,
    /// Accounts of people who were erased: they stay away.
    pub erased: u64,
    /// How often which attribute changed.
    pub fields: BTreeMap<String, u64>,
}

/// What became of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Nobody knew them.
    Appears,
    /// Something is another than before.
    Changes,
    /// They had left.
    Returns,
    /// The source does not name them any more.
    Vanishes,
}

impl Change {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Appears => "appears",
            Self::Changes => "changes",
            Self::Returns => "returns",
            Self::Vanishes => "vanishes",
        }
    }
}

/// One person in the difference that a run makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What becomes of them.
    pub kind: Change,
    /// The source's name for them.
    pub source_id: String,
    /// What they are called.
    pub name: String,
    /// What is different, by our names of the attributes.
    pub fields: Vec<String>,
}

/// How far a run is; its clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Steps>);

#[derive(Debug, Default)]
struct Steps {
    bytes: AtomicU64,
    bytes_read: AtomicU64,
    read: AtomicU64,
    to_write: AtomicU64,
    written: AtomicU64,
}

impl Progress {
    /// Entries read until now.
    pub fn read(&self) -> u64 {
        self.0.read.load(Ordering::Relaxed)
    }

    /// Bytes read of all there are; of none where nobody knows how many there will be.
    pub fn bytes(&self) -> (u64, u64) {
        let total = self.0.bytes.load(Ordering::Relaxed);
        (self.0.bytes_read.load(Ordering::Relaxed).min(total), total)
    }

    /// Accounts written of all that are to be.
    pub fn written(&self) -> (u64, u64) {
        (self.0.written.load(Ordering::Relaxed), self.0.to_write.load(Ordering::Relaxed))
    }

    pub(super) fn set_bytes(&self, bytes: u64) {
        self.0.bytes.store(bytes, Ordering::Relaxed);
    }

    pub(super) fn count_bytes(&self, bytes: u64) {
        self.0.bytes_read.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn count_read(&self, entries: usize) {
        self.0.read.fetch_add(entries as u64, Ordering::Relaxed);
    }

    pub(super) fn set_to_write(&self, accounts: u64) {
        self.0.to_write.store(accounts, Ordering::Relaxed);
    }

    pub(super) fn count_written(&self, accounts: usize) {
        self.0.written.fetch_add(accounts as u64, Ordering::Relaxed);
    }
}
