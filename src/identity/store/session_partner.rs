//! Table `session_partner`: whom a session is known to.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::session;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// A partner that was told about a session.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SessionPartner {
    /// Which partner.
    pub entity_id: String,
    /// The index it was given.
    pub session_index: String,
    /// The `NameID` it was given.
    pub name_id: String,
}

/// Note that a partner was told; what it was told last counts.
pub async fn note_partner(
    tx: &mut Tx,
    session: Uuid,
    partner: &SessionPartner,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| {
        query(
        "INSERT INTO session_partner (session, entity_id, session_index, name_id, first_at, last_at)
         VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (session, entity_id) DO UPDATE SET session_index = excluded.session_index,
           name_id = excluded.name_id, last_at = excluded.last_at"
    )
    .bind(session)
    .bind(&partner.entity_id)
    .bind(&partner.session_index)
    .bind(&partner.name_id)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ())
    })
}

/// A partner has ended its own session: it knows nothing of ours any more.
pub async fn forget_partner(tx: &mut Tx, session: Uuid, entity_id: &str) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM session_partner WHERE session = $1 AND entity_id = $2")
        .bind(session)
        .bind(entity_id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Partners that were told about a session.
pub async fn partners_of(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<SessionPartner>> {
    on!(tx, |conn| query_as(
        "SELECT entity_id, session_index, name_id FROM session_partner
         WHERE session = $1 ORDER BY first_at, entity_id"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// A session, live or ended, by which a partner or an identity provider knows somebody.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KnownSession {
    /// The session.
    pub id: Uuid,
    /// Whose.
    pub person: PersonId,
    /// What it calls the session; empty: nothing.
    pub session_index: String,
}

impl KnownSession {
    /// How log and audit name it.
    pub fn short(&self) -> String {
        session::short(self.id)
    }
}

/// Sessions of whom a partner knows by this `NameID`.
pub async fn sessions_at(
    tx: &mut Tx,
    entity_id: &str,
    name_id: &str,
) -> sqlx::Result<Vec<KnownSession>> {
    on!(tx, |conn| query_as(
        "SELECT s.id, s.person, k.session_index FROM session_partner k
         JOIN session s ON s.id = k.session
         WHERE k.entity_id = $1 AND k.name_id = $2 ORDER BY s.id"
    )
    .bind(entity_id)
    .bind(name_id)
    .fetch_all(conn)
    .await)
}
