//! Table `planned_absence`.
use super::exemptions::NewExemption;
use super::students::student_within;
use crate::attendance::store::Within;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Announced absences in there that end later: with the moments of their days. Paged likewise.
pub async fn planned(
    tx: &mut Tx,
    within: &Within,
    now: DateTime<Utc>,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<PlannedRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT e.id, e.rne, e.student, p.display_name, e.since, e.until, r.code AS reason_code,
            r.label AS reason_label
         FROM planned_absence e JOIN person p ON p.id = e.student
            JOIN absence_reason r ON r.id = e.reason
         WHERE e.until > $2 AND ",
        student_within!("e.student", "e.rne"),
        " ORDER BY p.sort_name, e.since, e.id LIMIT $3 OFFSET $4"
    ))
    .bind(within.as_str())
    .bind(now)
    .bind(limit)
    .bind(skip)
    .fetch_all(conn)
    .await)
}

/// Whether one of them has this id.
pub async fn has_planned(
    tx: &mut Tx,
    within: &Within,
    id: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(concat!(
        "SELECT count(*) FROM planned_absence e WHERE e.id = $2 AND e.until > $3 AND ",
        student_within!("e.student", "e.rne"),
    ))
    .bind(within.as_str())
    .bind(id)
    .bind(now)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// An announced absence.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PlannedRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// From.
    pub since: DateTime<Utc>,
    /// Until.
    pub until: DateTime<Utc>,
    /// Code of the reason.
    pub reason_code: String,
    /// Its name, or empty.
    pub reason_label: String,
}

/// Keep an absence that was announced.
pub async fn insert_planned(
    tx: &mut Tx,
    new: &NewExemption,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| {
        query(
        "INSERT INTO planned_absence (id, rne, student, since, until, reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(new.id)
    .bind(&new.rne)
    .bind(new.student)
    .bind(from)
    .bind(until)
    .bind(new.reason)
    .bind(new.by)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ())
    })
}

/// An announced absence ends now. One that had not begun is gone.
pub async fn end_planned(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query("DELETE FROM planned_absence WHERE id = $1 AND since >= $2")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(tx, |conn| query("UPDATE planned_absence SET until = $2 WHERE id = $1 AND until > $2")
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}
