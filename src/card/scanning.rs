//! Photos that the scanner for viruses did not see yet (SEC-92).
use super::desk::Desk;
use super::store;
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use crate::uploads::{SCANNING, Scan};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Show the scanner every photo that it did not see yet: after each upload, and again every ten
/// minutes for those that came while it was away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPhotos {}

impl Job for ScanPhotos {
    type Parts = Desk;
    const KIND: &'static str = "card.scan_photos";
    const LABEL: &'static str = "job-scan-photos";
    const POLICY: Policy = SCANNING;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let Some(scanner) = desk.scanner else { return Ok(Outcome::Done) };
        let now = turn.clock().now();
        let mut failed = None;
        loop {
            let mut tx = turn.db().read().await?;
            let waiting = store::to_scan(&mut tx, now).await?;
            drop(tx);
            if waiting.is_empty() {
                break;
            }
            for photo in waiting {
                // One that nobody can scan keeps no other from being scanned.
                let found = scanner.look(&desk.vault, photo.id, &photo.storage_key).await;
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                match found {
                    Ok(scan) => note(&mut tx, photo.id, scan, now).await?,
                    Err(failure) => {
                        store::set_tried(&mut tx, photo.id, now).await?;
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
    if store::set_verdict(tx, id, scan).await? && scan == Scan::Infected {
        let event = Event::refused("card.photo_infected", "E-PHOTO-HELD").field("photo", id);
        event.record(tx, &Trace::default(), now).await?;
    }
    Ok(())
}
