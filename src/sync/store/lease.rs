//! Table `sync_lease`: who reads a source at this moment, and what was asked for.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// An order that waits for somebody who carries it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Only look.
    pub dry_run: bool,
    /// However many vanish.
    pub force: bool,
    /// Who asked.
    pub asked_by: String,
}

/// Hold a source until then, unless somebody else does.
pub async fn take_lease(
    tx: &mut Tx,
    (source, holder): (&str, Uuid),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO sync_lease (source, holder, until) VALUES ($1, $2, $3)
         ON CONFLICT (source) DO UPDATE SET holder = excluded.holder, until = excluded.until
         WHERE sync_lease.holder IS NULL OR sync_lease.until < $4"
    )
    .bind(source)
    .bind(holder)
    .bind(until)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Hold it longer. `false`: somebody else holds it.
pub async fn renew_lease(
    tx: &mut Tx,
    (source, holder): (&str, Uuid),
    until: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query("UPDATE sync_lease SET until = $3 WHERE source = $1 AND holder = $2")
        .bind(source)
        .bind(holder)
        .bind(until)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

/// Let it go.
pub async fn drop_lease(tx: &mut Tx, source: &str, holder: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE sync_lease SET holder = NULL WHERE source = $1 AND holder = $2")
        .bind(source)
        .bind(holder)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Names no source: a section cannot be called so.
const JOINING: &str = "[link]";

/// One source at a time looks whom rules join, until the end of its transaction: two that do not see
/// yet what the other one writes would both find nobody.
pub async fn join_alone(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO sync_lease (source, until) VALUES ($1, $2)
         ON CONFLICT (source) DO UPDATE SET until = excluded.until"
    )
    .bind(JOINING)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Keep an order until somebody carries it out; a newer one replaces it.
pub async fn want(
    tx: &mut Tx,
    source: &str,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO sync_lease (source, until, wanted) VALUES ($1, $2, $3)
         ON CONFLICT (source) DO UPDATE SET wanted = excluded.wanted"
    )
    .bind(source)
    .bind(now)
    .bind(Json(wanted))
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The order that waits.
pub async fn wanted(tx: &mut Tx, source: &str) -> sqlx::Result<Option<Wanted>> {
    let wanted: Option<Option<Json<Wanted>>> =
        on!(tx, |conn| query_scalar("SELECT wanted FROM sync_lease WHERE source = $1")
            .bind(source)
            .fetch_optional(conn)
            .await)?;
    Ok(wanted.flatten().map(|wanted| wanted.0))
}

/// It is being carried out.
pub async fn forget_wanted(tx: &mut Tx, source: &str) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE sync_lease SET wanted = NULL WHERE source = $1")
        .bind(source)
        .execute(conn)
        .await
        .map(|_| ()))
}
