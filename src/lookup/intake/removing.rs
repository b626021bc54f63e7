//! Removing users for good: what is left is a keyed digest and a time.
use super::Intake;
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::cloud::{CloudId, RecordId};
use crate::identity::store::cloud::{
    KnownRecord, bury, claimants, delete_records, empty_records, known_records,
};
use crate::identity::store::note_changes;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use uuid::Uuid;

pub(super) async fn remove(intake: &Intake, ids: &[CloudId], trace: &Trace) -> sqlx::Result<usize> {
    let now = intake.clock.now();
    let mut keys: Vec<String> = ids.iter().map(CloudId::key).collect();
    keys.sort_unstable();
    keys.dedup();
    let mut tx = intake.db.write().await?;
    let known = known_records(&mut tx, &keys).await?;
    let known: Vec<_> = known.into_iter().filter(|one| one.state != "withdrawn").collect();
    let seq = remove_known(intake, &mut tx, &known, now).await?;
    let event = Event::ok("lookup.removed").field("named", keys.len());
    event.field("removed", known.len()).record(&mut tx, trace, now).await?;
    tx.commit().await?;
    let gone: Vec<RecordId> = known.iter().map(|record| record.id).collect();
    intake.gone(&gone, seq);
    Ok(gone.len())
}

/// Bury these records; the number of the change that says so.
pub(super) async fn remove_known(
    intake: &Intake,
    tx: &mut Tx,
    known: &[KnownRecord],
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    if known.is_empty() {
        return Ok(0);
    }
    let ids: Vec<RecordId> = known.iter().map(|record| record.id).collect();
    let claims: Vec<String> = known.iter().map(|record| record.claim.clone()).collect();
    // Whoever had lost a claim against them may be found from now on.
    let touched = claimants(tx, &claims).await?.into_iter().map(|claimant| claimant.id.0);
    let touched: HashSet<Uuid> = touched.chain(ids.iter().map(|id| id.0)).collect();
    for record in known {
        bury(tx, &intake.grave(&record.cloud_key), record.signed_at, now).await?;
    }
    if intake.rules.tells_others {
        empty_records(tx, &ids, now).await?;
    } else {
        delete_records(tx, &ids).await?;
    }
    let touched: Vec<Uuid> = touched.into_iter().collect();
    note_changes(tx, &touched, "cloud", now).await
}
