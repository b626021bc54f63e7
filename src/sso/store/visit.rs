//! Applications that know of a session by a ticket of CAS.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::session::EndReason;
use crate::identity::store::end_session;
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{query, query_as};
use uuid::Uuid;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Visit {
    /// Where it is.
    pub service: String,
    /// The ticket by which it knows the session; it opens nothing any more.
    pub ticket: String,
    /// What people call it.
    pub label: String,
    /// Whether it wants to hear of the end.
    pub is_told: bool,
    /// Whether the administrator wrote its host down; otherwise its address must be public.
    pub is_named: bool,
}

/// Note that an application knows of a session.
pub async fn note_visit(
    tx: &mut Tx,
    session: Uuid,
    visit: &Visit,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO cas_visit (session, ticket, service, label, is_told, is_named, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(session)
    .bind(&visit.ticket)
    .bind(&visit.service)
    .bind(&visit.label)
    .bind(visit.is_told)
    .bind(visit.is_named)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// The same person went on in another session: whoever knew of the old one belongs to the new one.
pub async fn hand_over(tx: &mut Tx, old: Uuid, new: Uuid) -> sqlx::Result<()> {
    for sql in [
        "UPDATE cas_visit SET session = $2 WHERE session = $1",
        "UPDATE cas_granting SET session = $2 WHERE session = $1",
        "UPDATE session_partner SET session = $2 WHERE session = $1",
    ] {
        on!(&mut *tx, |conn| query(sql).bind(old).bind(new).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// End a session: the applications that know of it. `None`: it had ended already.
pub async fn end(
    tx: &mut Tx,
    session: Uuid,
    reason: EndReason,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Vec<Visit>>> {
    if !end_session(tx, session, reason, now).await? {
        return Ok(None);
    }
    visits(tx, session).await.map(Some)
}

/// Applications that know of a session, in the order in which they learned of it.
pub async fn visits(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<Visit>> {
    on!(tx, |conn| {
        query_as(
        "SELECT service, ticket, label, is_told, is_named FROM cas_visit WHERE session = $1 ORDER BY at"
    )
    .bind(session)
    .fetch_all(conn)
    .await
    })
}

/// Applications that know of the sessions which ended because their person is erased.
pub async fn visits_of_erased(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Visit>> {
    on!(tx, |conn| query_as(
        "SELECT v.service, v.ticket, v.label, v.is_told, v.is_named
         FROM cas_visit v JOIN session s ON s.id = v.session
         WHERE s.person = $1 AND s.end_reason = $2 ORDER BY v.at"
    )
    .bind(person)
    .bind(EndReason::Erased.as_str())
    .fetch_all(conn)
    .await)
}
