//! Every night: papers whose time is over, drafts that nobody sent, uploads that broke off.
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::Vault;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

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
        tx.commit().await?;
        let mut tx = turn.db().read().await?;
        let due = store::due(&mut tx, now).await?;
        drop(tx);
        // The file first: a row without one is found again, a file without a row never.
        for (id, key) in &due {
            let (vault, key) = (vault.clone(), key.clone());
            let removed = tokio::task::spawn_blocking(move || vault.remove(&key)).await;
            let removed = removed.map_err(|error| Failure::new("thread").because(error))?;
            removed.map_err(|error| Failure::new("paper").because(error))?;
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            store::drop_row(&mut tx, *id).await?;
            tx.commit().await?;
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let event = Event::ok("retention.cleaned").reason("papers").field("rows", due.len());
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
