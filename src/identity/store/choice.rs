//! Schools that people chose: in a session, and last.
use crate::db::Tx;
use crate::identity::{PersonId, Profile};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};
use uuid::Uuid;

/// Remember the school chosen in this session.
pub async fn choose_school(
    tx: &mut Tx,
    id: Uuid,
    rne: &str,
    profile: Option<Profile>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE session SET chosen_rne = $2, chosen_profile = $3 WHERE id = $1")
        .bind(id)
        .bind(rne)
        .bind(profile)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The school a person went to last.
pub async fn last_choice(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| query_scalar("SELECT rne FROM last_choice WHERE person = $1")
        .bind(person)
        .fetch_optional(conn)
        .await)
}

/// Remember the school a person goes to now.
pub async fn set_last_choice(
    tx: &mut Tx,
    person: PersonId,
    rne: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO last_choice (person, rne, at) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET rne = excluded.rne, at = excluded.at"
    )
    .bind(person)
    .bind(rne)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}
