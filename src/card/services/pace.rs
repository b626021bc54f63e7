//! Not too fast for a service: so many calls at once, so many in a second.
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

/// Lets calls through one by one.
#[derive(Debug)]
pub(super) struct Pace {
    places: Semaphore,
    apart: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    /// `per_second` 0: without waiting.
    pub(super) fn new(parallel: usize, per_second: u32) -> Self {
        let apart = Duration::from_secs(1).checked_div(per_second).unwrap_or_default();
        Self { places: Semaphore::new(parallel), apart, next: Mutex::default() }
    }

    /// Wait for a place; it is given back when dropped.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let place = self.places.acquire().await.ok();
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let turn = next.filter(|turn| *turn > now).unwrap_or(now);
        *next = Some(turn + self.apart);
        drop(next);
        sleep_until(turn).await;
        place
    }
}
