//! Table `person`.
use crate::db::Tx;
use crate::identity::{Person, PersonId};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// One person, if there is such a one.
pub async fn find_person(tx: &mut Tx, id: PersonId) -> sqlx::Result<Option<Person>> {
    on!(tx, |conn| query_as("SELECT id, display_name, mail FROM person WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// People in order of name, `limit` behind the first `skip`.
pub async fn list_people(tx: &mut Tx, skip: i64, limit: i64) -> sqlx::Result<Vec<Person>> {
    on!(tx, |conn| query_as(
        "SELECT id, display_name, mail FROM person ORDER BY sort_name, id LIMIT $1 OFFSET $2"
    )
    .bind(limit)
    .bind(skip)
    .fetch_all(conn)
    .await)
}

/// How many people there are.
pub async fn count_people(tx: &mut Tx) -> sqlx::Result<i64> {
    on!(tx, |conn| query_scalar("SELECT count(*) FROM person").fetch_one(conn).await)
}

/// Keep a new person.
pub async fn insert_person(tx: &mut Tx, person: &Person, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO person (id, display_name, sort_name, mail, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $5)"
    )
    .bind(person.id)
    .bind(&person.display_name)
    .bind(person.sort_name())
    .bind(&person.mail)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Give a person the name and mail that their first account shows now. `false`: nothing changed.
pub async fn rename_person(tx: &mut Tx, person: &Person, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE person SET display_name = $2, sort_name = $3, mail = $4, updated_at = $5
         WHERE id = $1 AND (display_name <> $2 OR coalesce(mail, '') <> coalesce($4, ''))"
    )
    .bind(person.id)
    .bind(&person.display_name)
    .bind(person.sort_name())
    .bind(&person.mail)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
