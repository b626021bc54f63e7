//! Table `local_password`.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// The hash of an account's password.
#[derive(Clone, sqlx::FromRow)]
pub struct StoredPassword {
    /// PHC string.
    pub hash: String,
    /// No sign-in while set.
    pub disabled: bool,
}

/// The password of an account of a local source.
pub async fn password_of(tx: &mut Tx, account: Uuid) -> sqlx::Result<Option<StoredPassword>> {
    on!(tx, |conn| query_as("SELECT hash, disabled FROM local_password WHERE account = $1")
        .bind(account)
        .fetch_optional(conn)
        .await)
}

/// Set or replace it.
pub async fn set_password(
    tx: &mut Tx,
    account: Uuid,
    hash: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| {
        query(
        "INSERT INTO local_password (account, hash, disabled, changed_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at"
    )
    .bind(account)
    .bind(hash)
    .bind(false)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ())
    })
}
