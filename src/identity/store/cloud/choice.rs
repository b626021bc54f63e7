//! Table `lookup_choice`: who wants to be found.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_scalar};

/// Keep a person's choice. Their records count as changed: replication tells it on.
pub async fn set_hidden(
    tx: &mut Tx,
    person: PersonId,
    hidden: bool,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO lookup_choice (person, is_hidden, at) VALUES ($1, $2, $3)
         ON CONFLICT (person) DO UPDATE SET is_hidden = excluded.is_hidden, at = excluded.at"
    )
    .bind(person)
    .bind(hidden)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))?;
    on!(tx, |conn| query("UPDATE cloud_record SET changed_at = $2 WHERE person = $1")
        .bind(person)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What a person chose; `None` while they never chose.
pub async fn is_hidden(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<bool>> {
    on!(tx, |conn| query_scalar("SELECT is_hidden FROM lookup_choice WHERE person = $1")
        .bind(person)
        .fetch_optional(conn)
        .await)
}
