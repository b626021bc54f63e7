//! Table `mail_token`.
use crate::db::Tx;
use crate::mail::account::AccountId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use std::fmt;
use uuid::Uuid;

/// What a provider gave, as it is kept.
#[derive(Clone, sqlx::FromRow)]
pub struct TokenRow {
    /// For which account.
    pub account: AccountId,
    /// Another one at each change.
    pub version: Uuid,
    /// The access token, sealed.
    pub access: Vec<u8>,
    /// The refresh token, sealed; `None`: none was given, or it is worth nothing any more.
    pub refresh: Option<Vec<u8>>,
    /// As granted.
    pub scopes: String,
    /// When it was given.
    pub obtained_at: DateTime<Utc>,
    /// Until when the access token lives.
    pub expires_at: DateTime<Utc>,
    /// Who is asking for new ones now.
    pub lease: Option<Uuid>,
    /// Until when nobody else asks.
    pub lease_until: Option<DateTime<Utc>>,
    /// Tries that failed since it worked last.
    pub failures: i64,
    /// When it is tried again, after a failure.
    pub retry_at: Option<DateTime<Utc>>,
}

impl fmt::Debug for TokenRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut told = f.debug_struct("TokenRow");
        told.field("account", &self.account).field("version", &self.version);
        told.finish_non_exhaustive()
    }
}

/// What a provider gave for an account.
pub async fn token(tx: &mut Tx, account: AccountId) -> sqlx::Result<Option<TokenRow>> {
    on!(tx, |conn| query_as("SELECT * FROM mail_token WHERE account = $1")
        .bind(account)
        .fetch_optional(conn)
        .await)
}

/// What providers gave, for all accounts.
pub async fn tokens(tx: &mut Tx) -> sqlx::Result<Vec<TokenRow>> {
    on!(tx, |conn| query_as("SELECT * FROM mail_token ORDER BY account").fetch_all(conn).await)
}

/// Keep what an administrator got, in place of what was there.
pub async fn put_token(tx: &mut Tx, row: &TokenRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO mail_token (account, version, access, refresh, scopes, obtained_at,
            expires_at, failures)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
         ON CONFLICT (account) DO UPDATE SET version = excluded.version, access = excluded.access,
            refresh = excluded.refresh, scopes = excluded.scopes,
            obtained_at = excluded.obtained_at, expires_at = excluded.expires_at,
            lease = NULL, lease_until = NULL, failures = 0, retry_at = NULL"
    )
    .bind(row.account)
    .bind(row.version)
    .bind(&row.access)
    .bind(&row.refresh)
    .bind(&row.scopes)
    .bind(row.obtained_at)
    .bind(row.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Ask for new tokens as the only one, until `until`. `false`: somebody else does, or did.
pub async fn lease_token(
    tx: &mut Tx,
    row: &TokenRow,
    lease: Uuid,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail_token SET lease = $3, lease_until = $5 WHERE account = $1 AND version = $2
            AND (lease_until IS NULL OR lease_until <= $4)"
    )
    .bind(row.account)
    .bind(row.version)
    .bind(lease)
    .bind(now)
    .bind(until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Put new tokens in the place of these. `false`: others stand there by now.
pub async fn replace_token(tx: &mut Tx, old: Uuid, row: &TokenRow) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail_token SET version = $3, access = $4, refresh = $5, scopes = $6,
            obtained_at = $7, expires_at = $8, lease = NULL, lease_until = NULL, failures = 0,
            retry_at = NULL
         WHERE account = $1 AND version = $2"
    )
    .bind(row.account)
    .bind(old)
    .bind(row.version)
    .bind(&row.access)
    .bind(&row.refresh)
    .bind(&row.scopes)
    .bind(row.obtained_at)
    .bind(row.expires_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What became of asking in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InVain {
    /// It is tried again then.
    Until(DateTime<Utc>),
    /// The provider takes us no more; the refresh token may be good once the settings are.
    Refused,
    /// The refresh token is worth nothing any more.
    Dead,
}

/// Nothing came of asking: let others do it. `false`: somebody else has taken over, or new tokens
/// are there.
pub async fn release_token(
    tx: &mut Tx,
    row: &TokenRow,
    lease: Uuid,
    why: InVain,
) -> sqlx::Result<bool> {
    let retry_at = if let InVain::Until(time) = why { Some(time) } else { None };
    let done = on!(tx, |conn| query(
        "UPDATE mail_token SET lease = NULL, lease_until = NULL, failures = failures + 1,
            retry_at = $4, refresh = CASE WHEN $5 THEN NULL ELSE refresh END
         WHERE account = $1 AND version = $2 AND lease = $3"
    )
    .bind(row.account)
    .bind(row.version)
    .bind(lease)
    .bind(retry_at)
    .bind(why == InVain::Dead)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Forget what the provider gave. `false`: there was nothing.
pub async fn delete_token(tx: &mut Tx, account: AccountId) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query("DELETE FROM mail_token WHERE account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
