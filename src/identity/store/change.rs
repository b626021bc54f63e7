//! Tables `change_counter` and `change`: what followers have to hear of (D9, REL-33).
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// One change, to be followed in order of `seq`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeRow {
    /// Without gaps, in commit order.
    pub seq: i64,
    /// Tells this history from another one with the same numbers (REL-19).
    pub change_id: Uuid,
    /// Who changed.
    pub entity: PersonId,
    /// What changed: `person` or `affiliation`.
    pub kind: String,
}

/// Note that something about a person changed, in the transaction that changes it.
pub async fn note_change(
    tx: &mut Tx,
    person: PersonId,
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let seq: i64 = on!(&mut *tx, |conn| query_scalar(
        "UPDATE change_counter SET last = last + 1 WHERE id = 1 RETURNING last"
    )
    .fetch_one(conn)
    .await)?;
    on!(tx, |conn| query(
        "INSERT INTO change (seq, change_id, entity, kind, at) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(seq)
    .bind(Uuid::new_v4())
    .bind(person)
    .bind(kind)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(seq)
}

/// Changes behind `seq`, at most `limit`.
pub async fn changes_after(tx: &mut Tx, seq: i64, limit: i64) -> sqlx::Result<Vec<ChangeRow>> {
    on!(tx, |conn| query_as(
        "SELECT seq, change_id, entity, kind FROM change WHERE seq > $1 ORDER BY seq LIMIT $2"
    )
    .bind(seq)
    .bind(limit)
    .fetch_all(conn)
    .await)
}
