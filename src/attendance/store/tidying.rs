//! Forgetting what is kept for some days only.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query;

/// Scans that nobody can use any more.
pub async fn forget_scans(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM scan_use WHERE used_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Browsers with which people marked.
pub async fn forget_devices(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM device_use WHERE used_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Scans that were refused.
pub async fn forget_refused(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM refused_scan WHERE at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// What codes of closed rolls were made of.
pub async fn erase_secrets(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "UPDATE class_session SET roll_secret = NULL
         WHERE roll_secret IS NOT NULL AND closed_at < $1"
    )
    .bind(before)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
