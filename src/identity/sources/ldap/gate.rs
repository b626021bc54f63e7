//! How many may ask a directory at once, and how many may wait (REL-02).
use crate::identity::sources::SourceError;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Two doors: a hall of limited size, and the counter behind it.
#[derive(Debug)]
pub(super) struct Gate {
    hall: Semaphore,
    counter: Semaphore,
    turns: usize,
    patience: Duration,
}

/// The right to ask, given back when dropped.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    _place: SemaphorePermit<'a>,
    _turn: SemaphorePermit<'a>,
}

impl Gate {
    /// `turns` at once, `waiters` behind them, each for `patience` at most.
    pub(super) fn new(turns: usize, waiters: usize, patience: Duration) -> Self {
        let turns = turns.max(1);
        let (hall, counter) = (Semaphore::new(turns + waiters), Semaphore::new(turns));
        Self { hall, counter, turns, patience }
    }

    /// Wait for a turn; refused at once when there is no room to wait.
    pub(super) async fn enter(&self) -> Result<Pass<'_>, SourceError> {
        let place = self.hall.try_acquire().map_err(|_| SourceError::Busy)?;
        let turn = tokio::time::timeout(self.patience, self.counter.acquire()).await;
        let Ok(Ok(turn)) = turn else { return Err(SourceError::Busy) };
        Ok(Pass { _place: place, _turn: turn })
    }

    /// The same for whoever keeps it for minutes: the only turn there is stays with the others.
    pub(super) async fn enter_for_long(&self) -> Result<Option<Pass<'_>>, SourceError> {
        if self.turns == 1 {
            return Ok(None);
        }
        self.enter().await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn whoever_finds_no_room_to_wait_is_refused_at_once() {
        let gate = Gate::new(1, 1, Duration::from_mins(1));
        let first = gate.enter().await.expect("the counter is free");
        let mut second = Box::pin(gate.enter());

        assert!(second.as_mut().now_or_never().is_none());
        assert_eq!(gate.enter().await.err(), Some(SourceError::Busy));
        drop(first);

        assert!(second.await.is_ok());
    }

    #[tokio::test]
    async fn whoever_gives_up_waiting_leaves_no_hole() {
        let gate = Gate::new(1, 1, Duration::from_mins(1));
        let first = gate.enter().await.expect("the counter is free");
        let mut second = Box::pin(gate.enter());
        assert!(second.as_mut().now_or_never().is_none());
        drop(second);
        drop(first);

        for _ in 0..3 {
            assert!(gate.enter().await.is_ok());
        }
    }

    #[tokio::test]
    async fn patience_has_an_end() {
        let gate = Gate::new(1, 1, Duration::ZERO);
        let _first = gate.enter().await.expect("the counter is free");

        assert_eq!(gate.enter().await.err(), Some(SourceError::Busy));
    }
}
