//! Papers that the scanner for viruses did not see yet (10.4, SEC-92).
use super::store;
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use crate::uploads::{SCANNING, Scan, Scanner, Vault};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Show the scanner every paper that it did not see yet: after each upload, and again every ten
/// minutes for those that came while it was away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPapers {}

impl Job for ScanPapers {
    type Parts = (Option<Scanner>, Vault);
    const KIND: &'static str = "roll.scan_papers";
    const LABEL: &'static str = "job-scan-papers";
    const POLICY: Policy = SCANNING;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, (scanner, vault): Self::Parts, turn: Turn) -> Answer {
        let Some(scanner) = scanner else { return Ok(Outcome::Done) };
        let now = turn.clock().now();
        let mut failed = None;
        loop {
            let mut tx = turn.db().read().await?;
            let waiting = store::to_scan(&mut tx, now).await?;
            drop(tx);
            if waiting.is_empty() {
                break;
            }
            for paper in waiting {
                // One that nobody can scan keeps no other from being scanned.
                let found = scanner.look(&vault, paper.id, &paper.storage_key).await;
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                match found {
                    Ok(scan) => note(&mut tx, paper.id, scan, now).await?,
                    Err(failure) => {
                        store::set_tried(&mut tx, paper.id, now).await?;
                        failed = Some(failure);
                    }
                }
                tx.commit().await?;
            }
        }
        failed.map_or(Ok(Outcome::Done), Err)
    }
}

async fn note(tx: &mut Tx, id: Uuid, scan: Scan, now: DateTime<Utc>) -> sqlx::Result<()> {
    let keep = now + TimeDelta::days(1);
    if store::set_verdict(tx, id, (scan, keep), now).await? && scan == Scan::Infected {
        let event = Event::refused("roll.file_infected", "E-PAPER-INFECTED").field("file", id);
        event.record(tx, &Trace::default(), now).await?;
    }
    Ok(())
}
