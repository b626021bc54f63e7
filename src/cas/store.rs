//! Tables `cas_ticket` and `cas_granting`.
use super::ticket::Ticket;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};
use uuid::Uuid;

/// What a ticket stands for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Waiting {
    pub(super) session: Uuid,
    /// Exactly as the application wrote it.
    pub(super) service: String,
    /// The password was typed for it.
    pub(super) is_fresh: bool,
    /// `arena` of the zone that the browser was in.
    pub(super) arena: Option<String>,
    /// Who passed it on, the latest first.
    pub(super) proxies: Json<Vec<String>>,
    pub(super) expires_at: DateTime<Utc>,
}

/// What a granting ticket stands for.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Granting {
    pub(super) session: Uuid,
    /// What people call its holder.
    pub(super) application: String,
    /// `arena` of the zone that the browser was in.
    pub(super) arena: Option<String>,
    /// Its holder's address, then who passed the person on before, the latest first.
    pub(super) proxies: Json<Vec<String>>,
}

/// Keep a ticket until it is used; those that ran out go.
pub(super) async fn insert_ticket(
    tx: &mut Tx,
    ticket: &Ticket,
    waiting: &Waiting,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query("DELETE FROM cas_ticket WHERE expires_at < $1")
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(tx, |conn| query(
        "INSERT INTO cas_ticket (hash, session, service, is_fresh, arena, proxies, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(ticket.hash())
    .bind(waiting.session)
    .bind(&waiting.service)
    .bind(waiting.is_fresh)
    .bind(&waiting.arena)
    .bind(&waiting.proxies)
    .bind(waiting.expires_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Use a ticket up, whatever comes of it: of several who try, one gets it.
pub(super) async fn take_ticket(tx: &mut Tx, ticket: &Ticket) -> sqlx::Result<Option<Waiting>> {
    on!(tx, |conn| query_as(
        "DELETE FROM cas_ticket WHERE hash = $1
         RETURNING session, service, is_fresh, arena, proxies, expires_at"
    )
    .bind(ticket.hash())
    .fetch_optional(conn)
    .await)
}

/// Keep a granting ticket for as long as its session is kept.
pub(super) async fn insert_granting(
    tx: &mut Tx,
    ticket: &Ticket,
    granting: &Granting,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO cas_granting (hash, session, application, arena, proxies, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(ticket.hash())
    .bind(granting.session)
    .bind(&granting.application)
    .bind(&granting.arena)
    .bind(&granting.proxies)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// What a granting ticket stands for, as often as it is asked.
pub(super) async fn granting(tx: &mut Tx, ticket: &Ticket) -> sqlx::Result<Option<Granting>> {
    on!(tx, |conn| query_as(
        "SELECT session, application, arena, proxies FROM cas_granting WHERE hash = $1"
    )
    .bind(ticket.hash())
    .fetch_optional(conn)
    .await)
}

/// Forget a granting ticket that nobody took.
pub(super) async fn delete_granting(tx: &mut Tx, ticket: &Ticket) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM cas_granting WHERE hash = $1")
        .bind(ticket.hash())
        .execute(conn)
        .await
        .map(|_| ()))
}
