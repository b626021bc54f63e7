//! Table `seen_as`: sessions in which an administrator looks as somebody else.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::query;
use uuid::Uuid;

/// From now on this session shows what somebody else sees.
pub async fn begin_seeing(
    tx: &mut Tx,
    session: Uuid,
    person: PersonId,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO seen_as (session, person, since, until) VALUES ($1, $2, $3, $4)
         ON CONFLICT (session) DO UPDATE
         SET person = excluded.person, since = excluded.since, until = excluded.until"
    )
    .bind(session)
    .bind(person)
    .bind(now)
    .bind(until)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// This session shows again what its own person sees. `false`: it did already.
pub async fn end_seeing(tx: &mut Tx, session: Uuid) -> sqlx::Result<bool> {
    on!(tx, |conn| query("DELETE FROM seen_as WHERE session = $1")
        .bind(session)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}
