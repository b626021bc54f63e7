//! Papers that the scanner for viruses did not see yet (10.4, SEC-92).
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::{Scan, Scanner, Vault};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Show the scanner every paper that it did not see yet: after each upload, and again every ten
/// minutes for those that came while it was away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPapers {}

impl Job for ScanPapers {
    type Parts = (Option<Scanner>, Vault);
    const KIND: &'static str = "roll.scan_papers";
    const LABEL: &'static str = "job-scan-papers";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, (scanner, vault): Self::Parts, turn: Turn) -> Answer {
        let Some(scanner) = scanner else { return Ok(Outcome::Done) };
        let now = turn.clock().now();
        let mut tx = turn.db().read().await?;
        let waiting = store::paper_in(&mut tx, Scan::Pending, now).await?;
        drop(tx);
        for paper in waiting {
            let (vault, key) = (vault.clone(), paper.storage_key);
            let read = tokio::task::spawn_blocking(move || vault.read(paper.id, &key)).await;
            let read = read.map_err(|error| Failure::new("thread").because(error))?;
            let bytes = read.map_err(|error| Failure::new("paper").because(error))?;
            let scan = scanner.scan(&bytes).await;
            let scan = scan.map_err(|error| Failure::new("scanner").because(error))?;
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let keep = now + TimeDelta::days(1);
            if store::set_verdict(&mut tx, paper.id, (scan, keep), now).await?
                && scan == Scan::Infected
            {
                let event = Event::refused("roll.file_infected", "E-PAPER-INFECTED");
                let event = event.field("file", paper.id);
                event.record(&mut tx, &Trace::default(), now).await?;
            }
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}
