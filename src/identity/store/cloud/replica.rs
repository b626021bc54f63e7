//! What another lookup server is told (`/replication`).
use crate::db::Tx;
use crate::identity::cloud::RecordId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query_as;

/// A record that changed; whether it may be told is decided by the listing rule.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Replica {
    /// Its name in the index.
    pub id: RecordId,
    /// Exactly as it came.
    pub cloud_id: String,
    /// When it changed.
    pub changed_at: DateTime<Utc>,
}

/// One page of what changed at `since` or later, in order of time and then id.
pub async fn replica_page(
    tx: &mut Tx,
    since: DateTime<Utc>,
    skip: i64,
    limit: i64,
) -> sqlx::Result<Vec<Replica>> {
    on!(tx, |conn| query_as(
        "SELECT id, cloud_id, changed_at FROM cloud_record WHERE changed_at >= $1
         ORDER BY changed_at, id LIMIT $2 OFFSET $3"
    )
    .bind(since)
    .bind(limit)
    .bind(skip)
    .fetch_all(conn)
    .await)
}
