//! Table `session_grant`: refresh tokens, sealed, one a session at most.
use crate::db::Tx;
use crate::identity::store::KnownSession;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// A refresh token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewGrant {
    /// Of which session.
    pub session: Uuid,
    /// Who gave it: `[idp:NAME]`.
    pub idp: String,
    /// Sealed for the session.
    pub sealed: Vec<u8>,
}

/// One that may be used now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueGrant {
    /// The session it belongs to.
    #[sqlx(flatten)]
    pub session: KnownSession,
    /// Who gave it: `[idp:NAME]`.
    pub idp: String,
    /// What the provider calls the person.
    pub name_id: String,
    /// Sealed for the session.
    pub refresh_token: Vec<u8>,
    /// A question left before, and nobody knows what became of it.
    pub is_waiting: bool,
}

/// When one was used, and when it may be used next.
type Times = (DateTime<Utc>, DateTime<Utc>);

/// Keep the token of a new session.
pub async fn insert_grant(tx: &mut Tx, grant: &NewGrant, (at, due): Times) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO session_grant (session, idp, refresh_token, asked_at, due_at, is_waiting)
         VALUES ($1, $2, $3, $4, $5, FALSE)"
    )
    .bind(grant.session)
    .bind(&grant.idp)
    .bind(&grant.sealed)
    .bind(at)
    .bind(due)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Those that are due, of live sessions that were used since.
pub async fn due_grants(tx: &mut Tx, now: DateTime<Utc>, most: i64) -> sqlx::Result<Vec<DueGrant>> {
    on!(tx, |conn| query_as(
        "SELECT session.id, session.person, '' AS session_index, session_grant.idp,
                session_provenance.name_id, session_grant.refresh_token, session_grant.is_waiting
         FROM session_grant
         JOIN session ON session.id = session_grant.session
         JOIN session_provenance ON session_provenance.session = session_grant.session
         WHERE session_grant.due_at <= $1 AND session.ended_at IS NULL AND session.expires_at > $1
           AND session.last_seen > session_grant.asked_at
         ORDER BY session_grant.due_at, session.id LIMIT $2"
    )
    .bind(now)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// A question leaves now.
pub async fn note_question(tx: &mut Tx, session: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE session_grant SET is_waiting = TRUE WHERE session = $1")
        .bind(session)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// It was answered, with the token for the next time.
pub async fn replace_grant(
    tx: &mut Tx,
    session: Uuid,
    sealed: &[u8],
    (at, due): Times,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE session_grant SET refresh_token = $2, asked_at = $3, due_at = $4,
             is_waiting = FALSE WHERE session = $1"
    )
    .bind(session)
    .bind(sealed)
    .bind(at)
    .bind(due)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// It was not heard: the same token, later.
pub async fn postpone_grant(tx: &mut Tx, session: Uuid, due: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE session_grant SET due_at = $2, is_waiting = FALSE WHERE session = $1"
    )
    .bind(session)
    .bind(due)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Forget one.
pub async fn delete_grant(tx: &mut Tx, session: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM session_grant WHERE session = $1")
        .bind(session)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Forget those of sessions that are over.
pub async fn delete_dead_grants(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "DELETE FROM session_grant WHERE session IN
           (SELECT id FROM session WHERE ended_at IS NOT NULL OR expires_at <= $1)"
    )
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}
