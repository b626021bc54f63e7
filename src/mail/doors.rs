//! Few connections of one account at a time: Microsoft takes three of a mailbox, and refuses the rest.
use super::account::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections of one account from one node; several nodes have as many each.
const AT_ONCE: usize = 2;

/// Whoever is in.
#[derive(Debug, Clone, Default)]
pub(super) struct Doors(Arc<Mutex<HashMap<AccountId, Arc<Semaphore>>>>);

impl Doors {
    /// Wait until there is room; it is kept until the permit is dropped. `None` never happens: nobody
    /// closes the door.
    pub(super) async fn enter(&self, account: AccountId) -> Option<OwnedSemaphorePermit> {
        let door = {
            let mut doors = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(doors.entry(account).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE))))
        };
        door.acquire_owned().await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use uuid::Uuid;

    #[tokio::test]
    async fn a_third_waits_for_one_to_leave_and_another_account_does_not() {
        let doors = Doors::default();
        let (one, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let (first, _second) = (doors.enter(one).await, doors.enter(one).await);
        let mut third = Box::pin(doors.enter(one));
        assert!(third.as_mut().now_or_never().is_none());
        assert!(doors.enter(other).now_or_never().is_some());
        drop(first);
        assert!(third.await.is_some());
    }
}
