//! Table `mail_attempt`.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::mail::account::AccountId;
use crate::mail::oauth::{Attempt, AttemptId, AttemptState};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Keep a new attempt.
pub async fn add_attempt(tx: &mut Tx, attempt: &Attempt) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO mail_attempt (id, account, person, way, state, problem, detail, secret,
            user_code, verification_uri, verification_uri_complete, message, wait, next_at,
            created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, '', '', $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    )
    .bind(attempt.id)
    .bind(attempt.account)
    .bind(attempt.person)
    .bind(attempt.way)
    .bind(attempt.state)
    .bind(&attempt.secret)
    .bind(&attempt.user_code)
    .bind(&attempt.verification_uri)
    .bind(&attempt.verification_uri_complete)
    .bind(&attempt.message)
    .bind(attempt.wait)
    .bind(attempt.next_at)
    .bind(attempt.created_at)
    .bind(attempt.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// One attempt.
pub async fn attempt(tx: &mut Tx, id: AttemptId) -> sqlx::Result<Option<Attempt>> {
    on!(tx, |conn| query_as("SELECT * FROM mail_attempt WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// The newest attempt to connect an account.
pub async fn last_attempt(tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<Attempt>> {
    on!(tx, |conn| query_as(
        "SELECT * FROM mail_attempt WHERE account = $1 ORDER BY created_at DESC, id DESC LIMIT 1"
    )
    .bind(account)
    .fetch_optional(conn)
    .await)
}

/// Attempts of an administrator whose browser may still come back.
pub async fn awaited(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Attempt>> {
    on!(tx, |conn| query_as(
        "SELECT * FROM mail_attempt WHERE person = $1 AND way = 'code' AND state = 'created'
            AND expires_at > $2"
    )
    .bind(person)
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// How many codes wait to be typed, other than for this account.
pub async fn count_polled(tx: &mut Tx, but: AccountId, now: DateTime<Utc>) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM mail_attempt WHERE state = 'polling' AND account <> $1
            AND expires_at > $2"
    )
    .bind(but)
    .bind(now)
    .fetch_one(conn)
    .await)
}

/// The provider is asked again later. `false`: the attempt ended meanwhile.
pub async fn go_on(
    tx: &mut Tx,
    id: AttemptId,
    wait: i64,
    next_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail_attempt SET wait = $2, next_at = $3 WHERE id = $1 AND state = 'polling'"
    )
    .bind(id)
    .bind(wait)
    .bind(next_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// How an attempt ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending<'a> {
    /// Where it stands from now on.
    pub state: AttemptState,
    /// A stable word.
    pub problem: &'a str,
    /// What the provider said to that.
    pub detail: &'a str,
}

/// End an attempt that stands at `from`; its secret goes. `false`: it stands elsewhere by now.
pub async fn end_attempt(
    tx: &mut Tx,
    (id, from): (AttemptId, AttemptState),
    ending: &Ending<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| {
        query(
        "UPDATE mail_attempt SET state = $3, problem = $4, detail = $5, ended_at = $6, secret = NULL
         WHERE id = $1 AND state = $2"
    )
    .bind(id)
    .bind(from)
    .bind(ending.state)
    .bind(ending.problem)
    .bind(ending.detail)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    Ok(done > 0)
}

/// End what was begun for an account and is open, except this one. How many they were.
pub async fn cancel_attempts(
    tx: &mut Tx,
    account: AccountId,
    but: Option<AttemptId>,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "UPDATE mail_attempt SET state = 'cancelled', ended_at = $2, secret = NULL
         WHERE account = $1 AND state IN ('created', 'polling') AND id <> $3"
    )
    .bind(account)
    .bind(now)
    .bind(but.map_or(Uuid::nil(), |but| but.0))
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
