//! Table `crous_name`.
use super::names::NewName;
use crate::card::services::fault::Fault;
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
    let sql =
        "UPDATE crous_name SET state = 'waiting' WHERE state IN ('listed', 'refused', 'asked')";
    on!(tx, |conn| query(sql).execute(conn).await.map(|done| done.rows_affected()))
}

/// The change that is asked for of whom the CROUS knows by this name.
pub async fn asked_name(tx: &mut Tx, was: &str) -> sqlx::Result<Option<NewName>> {
    on!(tx, |conn| query_as(
        "SELECT was, becomes, mail FROM crous_name
         WHERE was = $1 AND state IN ('waiting', 'asked')"
    )
    .bind(was)
    .fetch_optional(conn)
    .await)
}

/// The next visit for its holder asks for a change.
pub async fn hand_name_on(tx: &mut Tx, name: &NewName) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE crous_name SET state = 'asked'
         WHERE was = $1 AND becomes = $2 AND state = 'waiting'"
    )
    .bind(&name.was)
    .bind(&name.becomes)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// What became of a change, unless another one is wanted by now.
pub async fn settle_name(tx: &mut Tx, name: &NewName, refused: Option<&Fault>) -> sqlx::Result<()> {
    let none = Fault::default();
    let state = if refused.is_some() { "refused" } else { "done" };
    let Fault { code, message, .. } = refused.unwrap_or(&none);
    on!(tx, |conn| query(
        "UPDATE crous_name SET state = $3, code = $4, message = $5
         WHERE was = $1 AND becomes = $2 AND state IN ('waiting', 'asked')"
    )
    .bind(&name.was)
    .bind(&name.becomes)
    .bind(state)
    .bind(code)
    .bind(message)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Forget all changes that nobody asks for at the moment.
pub async fn forget_names(tx: &mut Tx) -> sqlx::Result<u64> {
    let sql = "DELETE FROM crous_name WHERE state NOT IN ('waiting', 'asked')";
    on!(tx, |conn| query(sql).execute(conn).await.map(|done| done.rows_affected()))
}

/// Forget all changes that were listed before, whatever became of them.
pub async fn forget_old_names(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    let sql = "DELETE FROM crous_name WHERE listed_at < $1";
    on!(tx, |conn| query(sql).bind(before).execute(conn).await.map(|done| done.rows_affected()))
}
