//! Accounts that left: their people are hidden at once, and erased when nothing holds them (D36).
use super::error::SyncError;
use super::lease::Lease;
use super::run::Hidden;
use crate::audit::Trace;
use crate::db::Db;
use crate::identity::cloud::RecordId;
use crate::identity::store;
use crate::identity::touched::{Following, Touched};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Accounts ended in one transaction.
const BATCH: usize = 500;

/// End these accounts, missed by the run that began then. Whoever has none left is hidden from
/// searches of this process when the transaction is committed, before the index hears of it.
pub(super) async fn end(
    (db, lease, hidden): (&Db, &Lease, Option<&Hidden>),
    rules: &Following<'_>,
    accounts: &[Uuid],
    (missed, clock_now): (DateTime<Utc>, impl Fn() -> DateTime<Utc>),
    mut done: impl FnMut(usize),
) -> Result<(), SyncError> {
    for batch in accounts.chunks(BATCH) {
        let mut ended = end_batch((db, lease), rules, batch, (missed, clock_now())).await;
        if ended.as_ref().is_err_and(SyncError::may_pass_at_once) {
            ended = end_batch((db, lease), rules, batch, (missed, clock_now())).await;
        }
        let (records, seq) = ended?;
        if let (Some(hidden), Some(seq)) = (hidden.filter(|_| !records.is_empty()), seq) {
            hidden(&records, seq);
        }
        done(batch.len());
    }
    Ok(())
}

/// End these: records that nobody finds any more, and the number of the change that says so.
async fn end_batch(
    (db, lease): (&Db, &Lease),
    rules: &Following<'_>,
    batch: &[Uuid],
    (missed, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Vec<RecordId>, Option<i64>), SyncError> {
    let (mut tx, mut touched) = (db.write().await?, Touched::at(now));
    let people = store::end_accounts(&mut tx, batch, (missed, now)).await?;
    for person in &people {
        touched.rename(*person);
        touched.note(*person, "affiliation");
    }
    let records = store::records_of_departed(&mut tx, &people).await?;
    lease.fence(&mut tx, now).await?;
    let seq = touched.settle(&mut tx, rules, &Trace::default()).await?;
    tx.commit().await?;
    Ok((records, seq))
}
