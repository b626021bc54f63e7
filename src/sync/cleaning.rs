//! Forgetting runs.
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};

/// Forgets names after 14 days and runs after 90, also of sources that are no more (D36).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanRuns {}

impl Job for CleanRuns {
    type Parts = ();
    const KIND: &'static str = "sync.clean";
    const LABEL: &'static str = "job-clean-sync";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (): (), turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let (names, runs) = store::forget_old(&mut tx, now).await?;
        let event = Event::ok("retention.cleaned").reason("sync").field("rows", runs);
        event.field("names", names).record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
