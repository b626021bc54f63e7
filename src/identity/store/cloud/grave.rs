//! Table `cloud_tombstone`: what was removed, by keyed digests only.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};

/// A record was removed; `signed_at` is that of the newest signed message about it.
pub async fn bury(
    tx: &mut Tx,
    cloud_hash: &[u8],
    signed_at: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO cloud_tombstone (cloud_hash, removed_at, signed_at) VALUES ($1, $2, $3)
         ON CONFLICT (cloud_hash) DO UPDATE SET removed_at = excluded.removed_at,
             signed_at = CASE WHEN excluded.signed_at > cloud_tombstone.signed_at
                 THEN excluded.signed_at ELSE cloud_tombstone.signed_at END"
    )
    .bind(cloud_hash)
    .bind(now)
    .bind(signed_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The newest signed message about a removed record, Unix seconds.
pub async fn buried_at(tx: &mut Tx, cloud_hash: &[u8]) -> sqlx::Result<Option<i64>> {
    on!(tx, |conn| query_scalar("SELECT signed_at FROM cloud_tombstone WHERE cloud_hash = $1")
        .bind(cloud_hash)
        .fetch_optional(conn)
        .await)
}
