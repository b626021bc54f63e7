//! Photos that the scanner for viruses did not see yet (SEC-92).
use super::desk::Desk;
use super::store::{self, Photo};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::uploads::{Scan, Scanner, Vault};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Show the scanner every photo that it did not see yet: after each upload, and again every ten
/// minutes for those that came while it was away.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ScanPhotos {}

impl Job for ScanPhotos {
    type Parts = Desk;
    const KIND: &'static str = "card.scan_photos";
    const LABEL: &'static str = "job-scan-photos";
    // Those that come while others fail wait no longer than they would anyway.
    const POLICY: Policy = Policy {
        waits: &[Duration::from_mins(1), Duration::from_mins(5), Duration::from_mins(10)],
        patience: Duration::from_hours(1),
        ..Policy::SERVICE
    };

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
                let found = show(&scanner, &desk.vault, &photo).await;
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

/// What the scanner finds in a photo.
async fn show(scanner: &Scanner, vault: &Vault, photo: &Photo) -> Result<Scan, Failure> {
    let (vault, id, key) = (vault.clone(), photo.id, photo.storage_key.clone());
    let read = tokio::task::spawn_blocking(move || vault.read(id, &key)).await;
    let read = read.map_err(|error| Failure::new("thread").because(error))?;
    let bytes = read.map_err(|error| Failure::new("photo").because(error))?;
    let scan = scanner.scan(&bytes).await;
    scan.map_err(|error| Failure::new("scanner").because(error))
}

async fn note(tx: &mut Tx, id: Uuid, scan: Scan, now: DateTime<Utc>) -> sqlx::Result<()> {
    if store::set_verdict(tx, id, scan).await? && scan == Scan::Infected {
        let event = Event::refused("card.photo_infected", "E-PHOTO-HELD").field("photo", id);
        event.record(tx, &Trace::default(), now).await?;
    }
    Ok(())
}
