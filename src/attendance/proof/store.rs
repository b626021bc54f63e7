//! Tables `presence_token`, `certificate` and `certificate_counter`.
use super::key::BYTES;
use super::token::Token;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A token ready to be kept.
#[derive(Debug, Clone)]
pub struct SealedToken {
    /// Whose.
    pub presence: Uuid,
    /// The key with which it is encrypted.
    pub kid: String,
    /// The token.
    pub token: Token,
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    presence: Uuid,
    kid: String,
    token: Vec<u8>,
}

/// A certificate as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct CertificateRow {
    pub(super) id: Uuid,
    pub(super) presence: Uuid,
    pub(super) serial: String,
    pub(super) kid: String,
    pub(super) jws: String,
    pub(super) issued_at: DateTime<Utc>,
    pub(super) revoked_at: Option<DateTime<Utc>>,
}

impl SealedToken {
    /// Keep it in the transaction that notes the presence. A presence has one token: the first stays.
    pub async fn keep(&self, tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
        on!(tx, |conn| query(
            "INSERT INTO presence_token (presence, kid, token, sha256, made_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (presence) DO NOTHING"
        )
        .bind(self.presence)
        .bind(&self.kid)
        .bind(self.token.0.as_slice())
        .bind(self.token.digest().as_slice())
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
    }
}

fn read(row: TokenRow) -> Option<SealedToken> {
    let token: [u8; BYTES] = row.token.try_into().ok()?;
    Some(SealedToken { presence: row.presence, kid: row.kid, token: Token(token) })
}

/// The token of a presence.
pub(super) async fn token_of(tx: &mut Tx, presence: Uuid) -> sqlx::Result<Option<SealedToken>> {
    let row: Option<TokenRow> = on!(tx, |conn| query_as(
        "SELECT presence, kid, token FROM presence_token WHERE presence = $1"
    )
    .bind(presence)
    .fetch_optional(conn)
    .await)?;
    Ok(row.and_then(read))
}

/// The token of which this is the digest.
pub(super) async fn by_digest(tx: &mut Tx, digest: &[u8]) -> sqlx::Result<Option<SealedToken>> {
    let row: Option<TokenRow> = on!(tx, |conn| query_as(
        "SELECT presence, kid, token FROM presence_token WHERE sha256 = $1"
    )
    .bind(digest)
    .fetch_optional(conn)
    .await)?;
    Ok(row.and_then(read))
}

/// The next number of an establishment in a year.
pub(super) async fn next_number(tx: &mut Tx, uai: &str, year: i64) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar(
        "INSERT INTO certificate_counter (uai, year, last) VALUES ($1, $2, 1)
         ON CONFLICT (uai, year) DO UPDATE SET last = certificate_counter.last + 1
         RETURNING last"
    )
    .bind(uai)
    .bind(year)
    .fetch_one(conn)
    .await)
}

/// Wait until nobody else issues certificates of this presence, or takes it back; lasts as long as the
/// transaction. The presence comes first, then what is made of it: whoever corrects a line holds it
/// already.
pub(super) async fn take_turn(tx: &mut Tx, presence: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE presence SET revoked_at = revoked_at WHERE id = $1")
        .bind(presence)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Keep a new certificate.
pub(super) async fn insert(tx: &mut Tx, row: &CertificateRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO certificate (id, presence, serial, kid, jws, issued_at, revoke_reason)
         VALUES ($1, $2, $3, $4, $5, $6, '')"
    )
    .bind(row.id)
    .bind(row.presence)
    .bind(&row.serial)
    .bind(&row.kid)
    .bind(&row.jws)
    .bind(row.issued_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The certificate that holds for a presence.
pub(super) async fn current(tx: &mut Tx, presence: Uuid) -> sqlx::Result<Option<CertificateRow>> {
    on!(tx, |conn| query_as("SELECT * FROM certificate WHERE presence = $1 AND revoked_at IS NULL")
        .bind(presence)
        .fetch_optional(conn)
        .await)
}

/// A certificate by its id.
pub(super) async fn by_id(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<CertificateRow>> {
    on!(tx, |conn| query_as("SELECT * FROM certificate WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// A certificate by its serial number.
pub(super) async fn by_serial(tx: &mut Tx, serial: &str) -> sqlx::Result<Option<CertificateRow>> {
    on!(tx, |conn| query_as("SELECT * FROM certificate WHERE serial = $1")
        .bind(serial)
        .fetch_optional(conn)
        .await)
}

/// Take a certificate back.
pub(super) async fn revoke(
    tx: &mut Tx,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE certificate SET revoked_at = $2, revoke_reason = $3 WHERE id = $1"
    )
    .bind(id)
    .bind(now)
    .bind(reason)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The ids of all certificates that were taken back.
pub(super) async fn revoked(tx: &mut Tx) -> sqlx::Result<Vec<Uuid>> {
    on!(tx, |conn| query_scalar("SELECT id FROM certificate WHERE revoked_at IS NOT NULL")
        .fetch_all(conn)
        .await)
}
