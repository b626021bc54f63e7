//! Table `crous_name`.
use super::names::NewName;
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// Names that the CROUS is to be asked for.
pub async fn waiting_names(tx: &mut Tx, most: i64) -> sqlx::Result<Vec<NewName>> {
    names_in(tx, "waiting", most).await
}

/// Names in a state, by the old one.
pub async fn names_in(tx: &mut Tx, state: &str, most: i64) -> sqlx::Result<Vec<NewName>> {
    on!(tx, |conn| query_as(
        "SELECT was, becomes, mail FROM crous_name WHERE state = $1 ORDER BY was LIMIT $2"
    )
    .bind(state)
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// Names that were refused, with what was said.
pub async fn refused_names(
    tx: &mut Tx,
    most: i64,
) -> sqlx::Result<Vec<(String, String, String, String)>> {
    on!(tx, |conn| query_as(
        "SELECT was, becomes, code, message FROM crous_name WHERE state = 'refused'
         ORDER BY was LIMIT $1"
    )
    .bind(most)
    .fetch_all(conn)
    .await)
}

/// How many names are in each state.
pub async fn count_names(tx: &mut Tx) -> sqlx::Result<Vec<(String, i64)>> {
    let sql = "SELECT state, count(*) FROM crous_name GROUP BY state ORDER BY state";
    on!(tx, |conn| query_as(sql).fetch_all(conn).await)
}

/// List a change, or wait for it at once. `false`: another one leads to the same name.
pub async fn list_name(
    tx: &mut Tx,
    (name, state): (&NewName, &str),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken: Option<String> = on!(&mut *tx, |conn| query_scalar(
        "SELECT was FROM crous_name WHERE becomes = $1 AND was <> $2"
    )
    .bind(&name.becomes)
    .bind(&name.was)
    .fetch_optional(conn)
    .await)?;
    if taken.is_some() {
        return Ok(false);
    }
    on!(tx, |conn| query(
        "INSERT INTO crous_name (was, becomes, mail, state, code, message, listed_at)
         VALUES ($1, $2, $3, $4, '', '', $5)
         ON CONFLICT (was) DO UPDATE SET becomes = excluded.becomes, mail = excluded.mail,
            listed_at = excluded.listed_at, state = CASE
                WHEN crous_name.state = 'done' AND crous_name.becomes = excluded.becomes
                THEN crous_name.state ELSE excluded.state END"
    )
    .bind(&name.was)
    .bind(&name.becomes)
    .bind(&name.mail)
    .bind(state)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| true))
}

/// Everything that is not done is to be asked for. How many these are.
pub async fn send_names(tx: &mut Tx) -> sqlx::Result<u64> {
    let sql = "UPDATE crous_name SET state = 'waiting' WHERE state IN ('listed', 'refused')";
    on!(tx, |conn| query(sql).execute(conn).await.map(|done| done.rows_affected()))
}

/// What became of a change.
pub async fn settle_name(
    tx: &mut Tx,
    was: &str,
    (state, code, message): (&str, &str, &str),
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE crous_name SET state = $2, code = $3, message = $4 WHERE was = $1"
    )
    .bind(was)
    .bind(state)
    .bind(code)
    .bind(message)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Whether the rights of whom the CROUS knows by this name are over.
pub async fn is_over(tx: &mut Tx, name: &str, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM card_subject s JOIN card_holder h ON h.id = s.holder
         WHERE s.service = 'crous' AND s.name = $1 AND h.due_at < $2"
    )
    .bind(name)
    .bind(now)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// From now on the CROUS knows somebody by another name.
pub async fn know_by(tx: &mut Tx, was: &str, becomes: &str) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE card_subject SET name = $2 WHERE service = 'crous' AND name = $1")
        .bind(was)
        .bind(becomes)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Forget all changes that wait for nothing, or those listed before.
pub async fn forget_names(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let sql = "DELETE FROM crous_name WHERE state <> 'waiting' AND listed_at < $1";
    on!(tx, |conn| query(sql).bind(before).execute(conn).await.map(|done| done.rows_affected()))
}
