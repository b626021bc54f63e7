//! Who must not be found any more although the index still holds them (D47).
use super::document::tie;
use crate::identity::cloud::RecordId;
use arc_swap::{ArcSwap, Guard};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Records by the number that the index has of them, with the change that takes them out.
#[derive(Debug, Clone, Default)]
pub(super) struct Denied(HashMap<u64, i64>);

impl Denied {
    /// Whether this one is not to be found.
    pub(super) fn holds(&self, tie: u64) -> bool {
        !self.0.is_empty() && self.0.contains_key(&tie)
    }
}

/// The set, read by every search and changed by few.
#[derive(Debug, Default)]
pub(super) struct DenySet {
    denied: ArcSwap<Denied>,
    /// Held while the set is replaced; the change that the index has reached.
    reached: Mutex<i64>,
}

impl DenySet {
    pub(super) fn now(&self) -> Guard<Arc<Denied>> {
        self.denied.load()
    }

    /// Nobody finds these until the index has reached change `seq`.
    pub(super) fn add(&self, ids: &[RecordId], seq: i64) {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if seq <= *reached {
            return;
        }
        let mut denied = Denied::clone(&self.denied.load());
        for id in ids {
            let until = denied.0.entry(tie(*id)).or_insert(seq);
            *until = seq.max(*until);
        }
        self.denied.store(Arc::new(denied));
    }

    /// The index shows everything up to change `seq` from now on.
    pub(super) fn reach(&self, seq: i64) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        *reached = seq;
        if self.denied.load().0.is_empty() {
            return;
        }
        let mut denied = Denied::clone(&self.denied.load());
        denied.0.retain(|_, until| *until > seq);
        self.denied.store(Arc::new(denied));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn somebody_is_denied_until_the_index_has_caught_up() {
        let set = DenySet::default();
        let (one, two) = (RecordId(Uuid::from_u128(1)), RecordId(Uuid::from_u128(2)));
        set.add(&[one], 5);
        set.add(&[two], 7);
        set.reach(4);
        assert!(set.now().holds(tie(one)) && set.now().holds(tie(two)));
        set.reach(5);
        assert!(!set.now().holds(tie(one)) && set.now().holds(tie(two)));
        set.reach(7);
        assert!(!set.now().holds(tie(two)));
        set.add(&[one], 6);
        assert!(!set.now().holds(tie(one)), "the index has passed this change already");
    }
}
