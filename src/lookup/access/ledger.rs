//! Searches by credential, counted between two rows of the audit record (D34, SEC-81).
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Credentials that have a row of their own; more of them share one.
const MANY: usize = 1_000;

/// What was asked and shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Searches answered.
    pub searches: u64,
    /// People shown.
    pub hits: u64,
    /// Requests over the limit.
    pub limited: u64,
}

#[derive(Default)]
pub(super) struct Ledger(Mutex<HashMap<String, Counts>>);

impl Ledger {
    pub(super) fn count(&self, credential: &str, more: Counts) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = rows.len() >= MANY && !rows.contains_key(credential);
        let name = if is_full { "open:others" } else { credential };
        if let Some(counts) = rows.get_mut(name) {
            counts.searches += more.searches;
            counts.hits += more.hits;
            counts.limited += more.limited;
        } else {
            rows.insert(name.to_owned(), more);
        }
    }

    /// Everything since the last time.
    pub(super) fn take(&self) -> HashMap<String, Counts> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
