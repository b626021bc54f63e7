//! How many messages stand how, in table `mail`.
use super::outbox::MailState;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// How many messages are in each state; states without any are left out.
pub async fn counts(tx: &mut Tx) -> sqlx::Result<Vec<(MailState, i64)>> {
    on!(tx, |conn| query_as("SELECT state, count(*) FROM mail GROUP BY state")
        .fetch_all(conn)
        .await)
}

/// When the message was asked for that waits longest.
pub async fn oldest_waiting(tx: &mut Tx) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| query_scalar(
        "SELECT created_at FROM mail WHERE state IN ('queued', 'sending', 'deferred', 'held')
         ORDER BY created_at LIMIT 1"
    )
    .fetch_optional(conn)
    .await)
}

/// Messages that wait for their turn.
pub async fn count_queued(tx: &mut Tx) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar("SELECT count(*) FROM mail WHERE state = 'queued'")
        .fetch_one(conn)
        .await)
}

/// How often this address took no mail since then.
pub async fn bounced_before(
    tx: &mut Tx,
    recipient: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM mail WHERE recipient = $1 AND state = 'bounced' AND created_at > $2
            AND forgiven_at IS NULL"
    )
    .bind(recipient)
    .bind(since)
    .fetch_one(conn)
    .await)
}

/// What came back from this address so far counts no more: a person says that it takes mail.
pub async fn forgive(tx: &mut Tx, recipient: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE mail SET forgiven_at = $2 WHERE recipient = $1 AND state = 'bounced'
            AND forgiven_at IS NULL"
    )
    .bind(recipient)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}
