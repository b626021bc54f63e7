//! Forgetting what stands in `mail` and `mail_attempt`, a portion at a time.
use super::MailId;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};
use uuid::Uuid;

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

/// Messages that wait since before that time, behind this one.
pub async fn waiting(
    tx: &mut Tx,
    (after, before): (Option<MailId>, DateTime<Utc>),
    portion: i64,
) -> sqlx::Result<Vec<MailId>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM mail WHERE state IN ('queued', 'deferred', 'held')
            AND id > $1 AND created_at < $2 ORDER BY id LIMIT $3"
    )
    .bind(after.map_or(Uuid::nil(), |id| id.0))
    .bind(before)
    .bind(portion)
    .fetch_all(conn)
    .await)
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
