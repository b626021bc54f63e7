//! Table `bind_failure`: wrong passwords as a directory counts them (D25).
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};

/// Count a try that may fail, unless as many as `allowed` are counted. What was counted up to
/// `forgotten` does not matter any more. `false`: it was not counted and must not be made.
pub async fn count_bind(
    tx: &mut Tx,
    entry: &[u8],
    (allowed, forgotten): (i64, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "INSERT INTO bind_failure (entry_hash, failures, last_at) VALUES ($1, 1, $2)
         ON CONFLICT (entry_hash) DO UPDATE
         SET failures = CASE WHEN bind_failure.last_at <= $4 THEN 1
                        ELSE bind_failure.failures + 1 END,
             last_at = excluded.last_at
         WHERE bind_failure.failures < $3 OR bind_failure.last_at <= $4"
    )
    .bind(entry)
    .bind(now)
    .bind(allowed)
    .bind(forgotten)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// When the last of them was counted.
pub async fn last_bind_failure(tx: &mut Tx, entry: &[u8]) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| query_scalar("SELECT last_at FROM bind_failure WHERE entry_hash = $1")
        .bind(entry)
        .fetch_optional(conn)
        .await)
}

/// A try that was counted was never made.
pub async fn uncount_bind(tx: &mut Tx, entry: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE bind_failure SET failures = failures - 1 WHERE entry_hash = $1 AND failures > 0"
    )
    .bind(entry)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A good one: none is counted any more, and those that do not matter go.
pub async fn forgive_binds(
    tx: &mut Tx,
    entry: &[u8],
    forgotten: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM bind_failure WHERE entry_hash = $1 OR last_at <= $2")
        .bind(entry)
        .bind(forgotten)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// None of these is known any more.
pub async fn forget_binds(tx: &mut Tx, entry: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM bind_failure WHERE entry_hash = $1")
        .bind(entry)
        .execute(conn)
        .await
        .map(|_| ()))
}
