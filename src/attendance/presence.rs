//! A presence: the proof object behind a line that says that somebody was there.
//!
//! Its id is secret. The token of the proof is written into the same row, in the same transaction.
use super::store;
use crate::db::Tx;
use crate::identity::Rne;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Begin the presence of a line; its id.
pub(super) async fn begin(
    tx: &mut Tx,
    line: (&Rne, Uuid),
    now: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = Uuid::new_v4();
    store::insert_presence(tx, id, line, now).await?;
    Ok(id)
}

/// It was a mistake, or a lie: whatever was proved by it is worth nothing.
pub(super) async fn revoke(
    tx: &mut Tx,
    line: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    store::revoke_presence(tx, line, reason, now).await.map(|_| ())
}
