//! Forgetting what stands in `mail` and `mail_attempt`, a portion at a time.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query;

/// Forget what messages said that ended and are older. How many they were.
pub async fn clean_bodies(tx: &mut Tx, before: DateTime<Utc>, portion: i64) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "UPDATE mail SET vars = NULL WHERE id IN (SELECT id FROM mail
            WHERE created_at < $1 AND vars IS NOT NULL
                AND state IN ('sent', 'failed', 'bounced', 'uncertain', 'suppressed')
            ORDER BY created_at LIMIT $2)"
    )
    .bind(before)
    .bind(portion)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}

/// Forget messages that ended and are older. How many they were.
pub async fn delete_old(tx: &mut Tx, before: DateTime<Utc>, portion: i64) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM mail WHERE id IN (SELECT id FROM mail WHERE created_at < $1
                AND state IN ('sent', 'failed', 'bounced', 'uncertain', 'suppressed')
            ORDER BY created_at LIMIT $2)"
    )
    .bind(before)
    .bind(portion)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}

/// Forget attempts that are older. How many they were.
pub async fn delete_old_attempts(
    tx: &mut Tx,
    before: DateTime<Utc>,
    portion: i64,
) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM mail_attempt WHERE id IN (SELECT id FROM mail_attempt
            WHERE created_at < $1 ORDER BY created_at LIMIT $2)"
    )
    .bind(before)
    .bind(portion)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
