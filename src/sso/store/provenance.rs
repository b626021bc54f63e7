//! By what identity providers know sessions of ours.
use crate::db::Tx;
use crate::identity::store::KnownSession;
use crate::on;
use serde::{Deserialize, Serialize};
use sqlx::{query, query_as};
use uuid::Uuid;

/// By what one of them knows a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Provenance {
    /// `[idp:NAME]`
    pub idp: String,
    /// What it calls the person: `NameID`, `sub` or `user`.
    pub name_id: String,
    /// Of a `NameID`.
    pub name_format: Option<String>,
    /// Of a `NameID`.
    pub name_qualifier: Option<String>,
    /// Of a `NameID`.
    pub sp_name_qualifier: Option<String>,
    /// What it calls the session: `SessionIndex`, `sid` or the ticket.
    pub session_index: Option<String>,
}

/// Note where a session comes from.
pub async fn note_provenance(tx: &mut Tx, session: Uuid, from: &Provenance) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO session_provenance (session, idp, name_id, name_format, name_qualifier,
           sp_name_qualifier, session_index) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(session)
    .bind(&from.idp)
    .bind(&from.name_id)
    .bind(&from.name_format)
    .bind(&from.name_qualifier)
    .bind(&from.sp_name_qualifier)
    .bind(&from.session_index)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Where a session comes from; `None`: from a directory of ours.
pub async fn provenance(tx: &mut Tx, session: Uuid) -> sqlx::Result<Option<Provenance>> {
    on!(tx, |conn| query_as(
        "SELECT idp, name_id, name_format, name_qualifier, sp_name_qualifier, session_index
         FROM session_provenance WHERE session = $1"
    )
    .bind(session)
    .fetch_optional(conn)
    .await)
}

/// Sessions of somebody whom a provider calls so.
pub async fn sessions_of_name(
    tx: &mut Tx,
    idp: &str,
    name_id: &str,
) -> sqlx::Result<Vec<KnownSession>> {
    on!(tx, |conn| query_as(
        "SELECT s.id, s.person, coalesce(p.session_index, '') AS session_index
         FROM session_provenance p
         JOIN session s ON s.id = p.session WHERE p.idp = $1 AND p.name_id = $2 ORDER BY s.id"
    )
    .bind(idp)
    .bind(name_id)
    .fetch_all(conn)
    .await)
}

/// Sessions that a provider calls so.
pub async fn sessions_of_index(
    tx: &mut Tx,
    idp: &str,
    session_index: &str,
) -> sqlx::Result<Vec<KnownSession>> {
    on!(tx, |conn| query_as(
        "SELECT s.id, s.person, coalesce(p.session_index, '') AS session_index
         FROM session_provenance p
         JOIN session s ON s.id = p.session
         WHERE p.idp = $1 AND p.session_index = $2 ORDER BY s.id"
    )
    .bind(idp)
    .bind(session_index)
    .fetch_all(conn)
    .await)
}
