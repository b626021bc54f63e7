//! SQL of signing in: failures, known browsers, flows and requests seen.
use crate::db::Tx;
use crate::on;
use crate::sso::budget::{ADDRESS_WINDOW, Counts, EVERYWHERE_WINDOW, MEMORY};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

mod grant;
mod provenance;
mod stuffing;
mod visit;

pub use grant::{
    DueGrant, NewGrant, delete_dead_grants, delete_grant, due_grants, insert_grant, note_question,
    postpone_grant, replace_grant,
};
pub use provenance::{
    Provenance, note_provenance, provenance, sessions_of_index, sessions_of_name,
};
pub use stuffing::{begin_stuffing, flurry, take_turn};
pub use visit::{Visit, end, hand_over, note_visit, visits, visits_of_erased};

/// Where a try comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `net:…`, or `device:…` for a browser that once signed in as this login.
    pub name: String,
    /// The client network.
    pub network: String,
}

/// What the tables say before a password is looked at.
pub async fn counts(
    tx: &mut Tx,
    login_hash: &[u8],
    place: &Place,
    now: DateTime<Utc>,
) -> sqlx::Result<Counts> {
    let (here, last_here) = on!(&mut *tx, |conn| query_as(
        "SELECT count(*), max(at) FROM sign_in_failure
         WHERE login_hash = $1 AND place = $2 AND at > $3"
    )
    .bind(login_hash)
    .bind(&place.name)
    .bind(now - MEMORY)
    .fetch_one(conn)
    .await)?;
    let (everywhere, last_everywhere) = on!(&mut *tx, |conn| query_as(
        "SELECT count(*), max(at) FROM sign_in_failure WHERE login_hash = $1 AND at > $2"
    )
    .bind(login_hash)
    .bind(now - EVERYWHERE_WINDOW)
    .fetch_one(conn)
    .await)?;
    let (address, last_address) = on!(&mut *tx, |conn| query_as(
        "SELECT count(*), max(at) FROM sign_in_failure WHERE network = $1 AND at > $2"
    )
    .bind(&place.network)
    .bind(now - ADDRESS_WINDOW)
    .fetch_one(conn)
    .await)?;
    let next_try = stuffing::next_try(tx, &place.network, now).await?;
    Ok(Counts { here, last_here, everywhere, last_everywhere, address, last_address, next_try })
}

/// Note a failure.
pub async fn note_failure(
    tx: &mut Tx,
    login_hash: &[u8],
    place: &Place,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO sign_in_failure (id, login_hash, place, network, at)
         VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(Uuid::now_v7())
    .bind(login_hash)
    .bind(&place.name)
    .bind(&place.network)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Forget failures that no longer count, flows that nobody finished and requests that would be too
/// old by now.
pub async fn delete_stale(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query("DELETE FROM sign_in_failure WHERE at < $1")
        .bind(now - MEMORY)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(&mut *tx, |conn| query("DELETE FROM flow WHERE expires_at < $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(tx, |conn| query("DELETE FROM saml_request_seen WHERE expires_at < $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// A good sign-in: the failures of this login in this place are forgiven.
pub async fn forgive(tx: &mut Tx, login_hash: &[u8], place: &Place) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM sign_in_failure WHERE login_hash = $1 AND place = $2")
        .bind(login_hash)
        .bind(&place.name)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Nothing is known of this login: no failures, and no browsers in which it was.
pub async fn forget_login(tx: &mut Tx, login_hash: &[u8]) -> sqlx::Result<()> {
    for statement in [
        "DELETE FROM sign_in_failure WHERE login_hash = $1",
        "DELETE FROM known_device WHERE login_hash = $1",
    ] {
        on!(&mut *tx, |conn| query(statement).bind(login_hash).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Whether this browser once signed in as this login.
pub async fn knows_device(tx: &mut Tx, device: &[u8], login_hash: &[u8]) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM known_device WHERE device_hash = $1 AND login_hash = $2"
    )
    .bind(device)
    .bind(login_hash)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Remember that this browser signed in as this login.
pub async fn remember_device(
    tx: &mut Tx,
    device: &[u8],
    login_hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO known_device (device_hash, login_hash, last_used) VALUES ($1, $2, $3)
         ON CONFLICT (device_hash, login_hash) DO UPDATE SET last_used = excluded.last_used"
    )
    .bind(device)
    .bind(login_hash)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Keep a message that has to survive a redirect; `id` finds it again, once.
pub async fn insert_flow(
    tx: &mut Tx,
    kind: &str,
    payload: &Value,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<Uuid> {
    let id = Uuid::new_v4();
    insert_flow_as(tx, (id, kind), payload, now, expires_at).await?;
    Ok(id)
}

/// Flows that are kept; a flood drops the oldest (SEC-29).
const MOST_FLOWS: i64 = 200_000;

/// The same under an id that is known already.
pub async fn insert_flow_as(
    tx: &mut Tx,
    (id, kind): (Uuid, &str),
    payload: &Value,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    // Counting costs as much as there are: now and then is enough.
    if id.as_bytes()[15].is_multiple_of(64) {
        drop_oldest_flows(tx, MOST_FLOWS).await?;
    }
    on!(tx, |conn| query(
        "INSERT INTO flow (id, kind, payload, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(id)
    .bind(kind)
    .bind(Json(payload))
    .bind(now)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Keep about so many, those that end last.
pub async fn drop_oldest_flows(tx: &mut Tx, most: i64) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "DELETE FROM flow WHERE expires_at <
         (SELECT expires_at FROM flow ORDER BY expires_at DESC LIMIT 1 OFFSET $1)"
    )
    .bind(most - 1)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The message kept under `id`, which stays until it is taken.
pub async fn find_flow(
    tx: &mut Tx,
    id: Uuid,
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Value>> {
    on!(tx, |conn| query_scalar::<_, Json<Value>>(
        "SELECT payload FROM flow WHERE id = $1 AND kind = $2 AND expires_at > $3"
    )
    .bind(id)
    .bind(kind)
    .bind(now)
    .fetch_optional(conn)
    .await)
    .map(|payload| payload.map(|json| json.0))
}

/// Replace what a flow keeps.
pub async fn update_flow(tx: &mut Tx, id: Uuid, payload: &Value) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE flow SET payload = $2 WHERE id = $1")
        .bind(id)
        .bind(Json(payload))
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Use a flow up. `false`: somebody else did so before.
pub async fn take_flow(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query("DELETE FROM flow WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Note the id of a partner's request. `false`: it was seen before.
pub async fn see_request(
    tx: &mut Tx,
    issuer: &str,
    id: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(&mut *tx, |conn| query("DELETE FROM saml_request_seen WHERE expires_at < $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    let done = on!(tx, |conn| query(
        "INSERT INTO saml_request_seen (issuer, id, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (issuer, id) DO NOTHING"
    )
    .bind(issuer)
    .bind(id)
    .bind(expires_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
