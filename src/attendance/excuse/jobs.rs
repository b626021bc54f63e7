//! Every night: papers whose time is over, drafts that nobody sent, uploads that broke off.
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::Vault;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanPapers {}

impl Job for CleanPapers {
    type Parts = Vault;
    const KIND: &'static str = "roll.clean_papers";
    const LABEL: &'static str = "job-clean-papers";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, vault: Vault, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        store::forget_drafts(&mut tx, now - TimeDelta::days(1)).await?;
        store::forget_counts(&mut tx, now - TimeDelta::days(30)).await?;
        tx.commit().await?;
        let (mut behind, mut rows, mut failed) = (Uuid::nil(), 0, None);
        loop {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let due = store::take_due(&mut tx, behind, now).await?;
            tx.commit().await?;
            let Some((last, _)) = due.last() else { break };
            behind = *last;
            let (gone, error) = vault.remove_all(due).await?;
            failed = error.or(failed);
            // The file first: a row without one is found again, a file without a row never.
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            for id in &gone {
                store::drop_row(&mut tx, *id).await?;
            }
            tx.commit().await?;
            rows += gone.len();
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let event = Event::ok("retention.cleaned").reason("papers").field("rows", rows);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        failed.map_or(Ok(Outcome::Done), |error| Err(Failure::new("paper").because(error)))
    }
}
