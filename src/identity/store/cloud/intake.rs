//! Table `lookup_intake`: the newest push or import of each server or list.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};

/// What came in last.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct IntakeRow {
    /// `push`, `import:NAME`, …
    pub origin: String,
    /// Of which server.
    pub instance: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Records named.
    pub records: i64,
    /// Records added or changed.
    pub changed: i64,
    /// Records refused.
    pub refused: i64,
}

/// Keep the newest one.
pub async fn note_intake(tx: &mut Tx, row: &IntakeRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO lookup_intake (origin, instance, at, records, changed, refused)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (origin, instance) DO UPDATE SET at = excluded.at,
             records = excluded.records, changed = excluded.changed, refused = excluded.refused"
    )
    .bind(&row.origin)
    .bind(&row.instance)
    .bind(row.at)
    .bind(row.records)
    .bind(row.changed)
    .bind(row.refused)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Nothing comes from there any more, or from elsewhere than before.
pub async fn forget_intakes(tx: &mut Tx, origin: &str) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM lookup_intake WHERE origin = $1")
        .bind(origin)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// All of them, the newest first.
pub async fn intakes(tx: &mut Tx) -> sqlx::Result<Vec<IntakeRow>> {
    on!(tx, |conn| query_as(
        "SELECT origin, instance, at, records, changed, refused FROM lookup_intake
         ORDER BY at DESC, origin, instance"
    )
    .fetch_all(conn)
    .await)
}
