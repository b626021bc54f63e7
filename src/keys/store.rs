//! Table `signing_key`.
use super::Purpose;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// A key as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct KeyRow {
    /// Its name, in order of time.
    pub id: Uuid,
    /// What it is for.
    pub purpose: String,
    /// Nonce, sealed secret, tag.
    pub sealed: Vec<u8>,
    /// PEM certificate or empty.
    pub certificate: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when it is used; none: it is published and waits.
    pub used_since: Option<DateTime<Utc>>,
    /// Since when it is neither used nor published any more.
    pub retired_at: Option<DateTime<Utc>>,
}

/// A key ready to be kept.
pub struct SealedKey {
    /// Bound into the seal.
    pub id: Uuid,
    /// Nonce, sealed secret, tag.
    pub sealed: Vec<u8>,
    /// PEM certificate or empty.
    pub certificate: String,
}

/// Wait until no other node is between looking for a key and keeping one; lasts as long as the
/// transaction. The row of the change log's counter is there on every installation.
pub(super) async fn take_turn(tx: &mut Tx) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE change_counter SET last = last WHERE id = 1")
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Keep a new key; `used_since` is empty for one that only waits.
pub(super) async fn insert(
    tx: &mut Tx,
    purpose: Purpose,
    key: &SealedKey,
    now: DateTime<Utc>,
    used_since: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO signing_key (id, purpose, sealed, certificate, created_at, used_since)
         VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(key.id)
    .bind(purpose.as_str())
    .bind(&key.sealed)
    .bind(&key.certificate)
    .bind(now)
    .bind(used_since)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The keys for a purpose that are not retired: the one in use first, then those it replaced,
/// then those that wait, the newest first.
pub async fn standing(tx: &mut Tx, purpose: Purpose) -> sqlx::Result<Vec<KeyRow>> {
    on!(tx, |conn| query_as(
        "SELECT * FROM signing_key WHERE purpose = $1 AND retired_at IS NULL
         ORDER BY used_since DESC NULLS LAST, id DESC"
    )
    .bind(purpose.as_str())
    .fetch_all(conn)
    .await)
}

/// All keys, the newest first.
pub async fn list(tx: &mut Tx) -> sqlx::Result<Vec<KeyRow>> {
    on!(tx, |conn| query_as("SELECT * FROM signing_key ORDER BY id DESC").fetch_all(conn).await)
}

pub(super) async fn by_id(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<KeyRow>> {
    on!(tx, |conn| query_as("SELECT * FROM signing_key WHERE id = $1 AND retired_at IS NULL")
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// Use a key from now on.
pub(super) async fn use_from(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE signing_key SET used_since = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Neither use nor publish a key any more. Its secret is gone for good.
pub(super) async fn end(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE signing_key SET retired_at = $2, sealed = $3 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(&[][..] as &[u8])
        .execute(conn)
        .await
        .map(|_| ()))
}
