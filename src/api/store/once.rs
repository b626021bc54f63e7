//! Table `idempotency_key`.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// What an act was answered with.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Kept {
    /// Of the request.
    pub digest: Vec<u8>,
    /// Of the answer.
    pub status: i64,
    /// JSON.
    pub answer: String,
}

/// Which key of which token.
pub(super) type Name<'a> = (Uuid, &'a str);

/// What was answered to this key, unless that is too long ago.
pub async fn find(
    tx: &mut Tx,
    (token, key): Name<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Kept>> {
    on!(tx, |conn| query_as(
        "SELECT digest, status, answer FROM idempotency_key
         WHERE token = $1 AND key = $2 AND expires_at > $3"
    )
    .bind(token)
    .bind(key)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// Take the key for the act of this transaction; whoever comes with the same one waits for its end.
/// `false`: it was used before.
pub async fn begin(
    tx: &mut Tx,
    (token, key): Name<'_>,
    digest: &[u8],
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO idempotency_key (token, key, digest, status, answer, expires_at)
         VALUES ($1, $2, $3, 0, '', $4)
         ON CONFLICT (token, key) DO UPDATE SET digest = excluded.digest, status = 0,
            answer = '', expires_at = excluded.expires_at
         WHERE idempotency_key.expires_at <= $5"
    )
    .bind(token)
    .bind(key)
    .bind(digest)
    .bind(expires_at)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// The answer of the act.
pub async fn keep(
    tx: &mut Tx,
    (token, key): Name<'_>,
    status: i64,
    answer: &str,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE idempotency_key SET status = $3, answer = $4 WHERE token = $1 AND key = $2"
    )
    .bind(token)
    .bind(key)
    .bind(status)
    .bind(answer)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Forget up to `most` answers whose time is over. How many they were.
pub async fn clean(tx: &mut Tx, now: DateTime<Utc>, most: i64) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM idempotency_key WHERE (token, key) IN
            (SELECT token, key FROM idempotency_key WHERE expires_at <= $1 LIMIT $2)"
    )
    .bind(now)
    .bind(most)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
