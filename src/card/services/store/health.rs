//! Table `card_service`.
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};

/// How a service does.
#[derive(Debug, Clone, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Health {
    /// Failures in a row.
    pub failures: i64,
    /// When the first of them was.
    pub failing_since: Option<DateTime<Utc>>,
    /// Nobody asks it before.
    pub rests_until: Option<DateTime<Utc>>,
    /// What was wrong last: a stable word.
    pub last_error: String,
    /// When it answered last.
    pub worked_at: Option<DateTime<Utc>>,
}

/// How a service does; one that nobody asked yet does well.
pub async fn health(tx: &mut Tx, name: &str) -> sqlx::Result<Health> {
    let row: Option<Health> = on!(tx, |conn| query_as(
        "SELECT failures, failing_since, rests_until, last_error, worked_at
         FROM card_service WHERE name = $1"
    )
    .bind(name)
    .fetch_optional(conn)
    .await)?;
    Ok(row.unwrap_or_default())
}

/// Write down how it does.
pub async fn keep_health(tx: &mut Tx, name: &str, health: &Health) -> sqlx::Result<()> {
    on!(tx, |conn| {
        query(
        "INSERT INTO card_service (name, failures, failing_since, rests_until, last_error, worked_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (name) DO UPDATE SET failures = excluded.failures,
            failing_since = excluded.failing_since, rests_until = excluded.rests_until,
            last_error = excluded.last_error, worked_at = excluded.worked_at"
    )
    .bind(name)
    .bind(health.failures)
    .bind(health.failing_since)
    .bind(health.rests_until)
    .bind(&health.last_error)
    .bind(health.worked_at)
    .execute(conn)
    .await
    .map(|_| ())
    })
}

/// Be the one who asks a service whose rest is over; the others rest on until then. `false`: somebody
/// else is.
pub async fn probe(
    tx: &mut Tx,
    name: &str,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_service SET rests_until = $3 WHERE name = $1 AND rests_until <= $2"
    )
    .bind(name)
    .bind(now)
    .bind(until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}
