//! Accounts that left: their people are hidden at once, and erased when nothing holds them (D36).
use super::error::SyncError;
use super::lease::Lease;
use super::run::Hidden;
use crate::audit::Trace;
use crate::db::Db;
use crate::identity::role_map::RoleMap;
use crate::identity::{naming, store};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Accounts ended in one transaction.
const BATCH: usize = 500;

/// End these accounts, missed by the run that began then. Whoever has none left is hidden from
/// searches of this process when the transaction is committed, before the index hears of it.
pub(super) async fn end(
    (db, lease, hidden): (&Db, &Lease, Option<&Hidden>),
    roles: &RoleMap,
    accounts: &[Uuid],
    (missed, clock_now): (DateTime<Utc>, impl Fn() -> DateTime<Utc>),
    mut done: impl FnMut(usize),
) -> Result<(), SyncError> {
    for batch in accounts.chunks(BATCH) {
        let now = clock_now();
        let mut tx = db.write().await?;
        lease.fence(&mut tx, now).await?;
        let people = store::end_accounts(&mut tx, batch, (missed, now)).await?;
        let ids: Vec<Uuid> = people.iter().map(|person| person.0).collect();
        for person in &people {
            naming::name(&mut tx, *person, now).await?;
        }
        roles.apply(&mut tx, &people, (&Trace::default(), now)).await?;
        let records = store::records_of_departed(&mut tx, &people).await?;
        let seq = store::note_changes(&mut tx, &ids, "affiliation", now).await?;
        tx.commit().await?;
        if let Some(hidden) = hidden.filter(|_| !records.is_empty()) {
            hidden(&records, seq);
        }
        done(batch.len());
    }
    Ok(())
}
