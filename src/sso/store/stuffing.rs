//! Networks that go through lists of logins (SEC-40).
use crate::db::Tx;
use crate::on;
use crate::sso::budget::{Flurry, PACE, SLOWED_FOR, STUFFING_WINDOW};
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// What happened in a network lately.
pub async fn flurry(tx: &mut Tx, network: &str, now: DateTime<Utc>) -> sqlx::Result<Flurry> {
    let (logins, good) = on!(tx, |conn| query_as(
        "SELECT
            (SELECT count(DISTINCT login_hash) FROM sign_in_failure
             WHERE network = $1 AND at > $2),
            (SELECT count(*) FROM session WHERE network = $1 AND authenticated_at > $2)"
    )
    .bind(network)
    .bind(now - STUFFING_WINDOW)
    .fetch_one(conn)
    .await)?;
    Ok(Flurry { logins, good })
}

/// Note that a network goes through a list. `false`: that was noted less than an hour ago.
pub async fn begin_stuffing(tx: &mut Tx, network: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    on!(&mut *tx, |conn| query("DELETE FROM stuffing_network WHERE until <= $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    let done = on!(tx, |conn| query(
        "INSERT INTO stuffing_network (network, until, next_try) VALUES ($1, $2, $3)
         ON CONFLICT (network) DO NOTHING"
    )
    .bind(network)
    .bind(now + SLOWED_FOR)
    .bind(now + PACE)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// When a network that goes through a list may try again.
pub(super) async fn next_try(
    tx: &mut Tx,
    network: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| query_scalar(
        "SELECT next_try FROM stuffing_network WHERE network = $1 AND until > $2"
    )
    .bind(network)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// Take the next try of such a network. `false`: another one was faster.
pub async fn take_turn(tx: &mut Tx, network: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE stuffing_network SET next_try = $3 WHERE network = $1 AND next_try <= $2"
    )
    .bind(network)
    .bind(now)
    .bind(now + PACE)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
