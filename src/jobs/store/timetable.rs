//! Table `timetable`.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};

/// When an entry comes.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct TimetableRow {
    /// Its name: the kind of its job.
    pub name: String,
    /// When it is put into the queue next.
    pub next_at: DateTime<Utc>,
    /// When it was last.
    pub last_at: Option<DateTime<Utc>>,
}

/// All entries that were ever planned.
pub async fn timetable(tx: &mut Tx) -> sqlx::Result<Vec<TimetableRow>> {
    on!(tx, |conn| query_as("SELECT name, next_at, last_at FROM timetable ORDER BY name")
        .fetch_all(conn)
        .await)
}

/// Plan an entry that was never planned.
pub async fn plan(tx: &mut Tx, name: &str, next_at: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO timetable (name, next_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING"
    )
    .bind(name)
    .bind(next_at)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Names of entries whose time has come.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar("SELECT name FROM timetable WHERE next_at <= $1")
        .bind(now)
        .fetch_all(conn)
        .await)
}

/// Take the turn of an entry and plan the next one. `false`: another node took it.
pub async fn begin(
    tx: &mut Tx,
    name: &str,
    now: DateTime<Utc>,
    next_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE timetable SET next_at = $3, last_at = $2 WHERE name = $1 AND next_at <= $2"
    )
    .bind(name)
    .bind(now)
    .bind(next_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
