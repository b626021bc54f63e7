//! Records that their servers name no more.
use super::record::CHUNK;
use crate::db::{Tx, among};
use crate::identity::cloud::RecordId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query_as, query_scalar};

/// How many of a server's pushed records it named lately.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct InstanceShare {
    /// The server.
    pub instance: String,
    /// Shown records.
    pub shown: i64,
    /// Those of them that it named.
    pub named: i64,
}

/// The share of every server that pushes.
pub async fn instance_shares(
    tx: &mut Tx,
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<InstanceShare>> {
    on!(tx, |conn| query_as(
        "SELECT instance, count(*) AS shown, count(*) FILTER (WHERE seen_at >= $1) AS named
         FROM cloud_record WHERE origin = 'push' AND state = 'shown' GROUP BY instance
         ORDER BY instance"
    )
    .bind(since)
    .fetch_all(conn)
    .await)
}

/// Shown records that their server has not named since then, at most `limit`.
pub async fn departed(
    tx: &mut Tx,
    instance: &str,
    since: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RecordId>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM cloud_record WHERE instance = $1 AND seen_at < $2 AND origin = 'push'
             AND state = 'shown' ORDER BY id LIMIT $3"
    )
    .bind(instance)
    .bind(since)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Give records another state: `stale` hides them, `shown` shows them again.
pub async fn set_state(
    tx: &mut Tx,
    ids: &[RecordId],
    state: &'static str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for chunk in ids.chunks(CHUNK) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("UPDATE cloud_record SET state = ");
            sql.push_bind(state).push(", changed_at = ").push_bind(now).push(" WHERE id");
            among(&mut sql, chunk.iter().copied()).build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Hidden records that nobody named since then, as cloud ids: those to be removed. Withdrawn ones
/// whose time is over are among them.
pub async fn long_gone(
    tx: &mut Tx,
    stale_since: DateTime<Utc>,
    withdrawn_since: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<RecordId>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM cloud_record WHERE (state = 'stale' AND seen_at < $1)
             OR (state = 'withdrawn' AND changed_at < $2) ORDER BY id LIMIT $3"
    )
    .bind(stale_since)
    .bind(withdrawn_since)
    .bind(limit)
    .fetch_all(conn)
    .await)
}
