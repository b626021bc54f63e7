//! Table `exemption`.
use super::students::student_within;
use crate::attendance::record::Status;
use crate::attendance::store::Within;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Somebody who is not expected, or whose absence was announced.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct AwayRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// `period`, `subject`, `kind`, `session`, or `planned`.
    pub scope: String,
    /// The subject, or empty.
    pub subject_name: String,
    /// The kind of séance, or empty.
    pub kind: String,
    /// The first day.
    pub since: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// Whether they come all the same.
    pub is_on_site: bool,
    /// Code of the reason, or empty.
    pub reason_code: String,
    /// Its name, or empty.
    pub reason_label: String,
}

/// An exemption to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExemption {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Who.
    pub student: PersonId,
    /// From one subject only.
    pub subject: Option<Uuid>,
    /// From one kind of séance only.
    pub kind: Option<String>,
    /// The first day and the last one.
    pub days: (NaiveDate, NaiveDate),
    /// Whether they come all the same.
    pub is_on_site: bool,
    /// Why.
    pub reason: Uuid,
    /// By whom.
    pub by: Option<PersonId>,
}

/// Exemptions in there that last until a day or longer; so many are left out, and so many shown.
pub async fn exemptions(
    tx: &mut Tx,
    within: &Within,
    day: NaiveDate,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<AwayRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT e.id, e.rne, e.student, p.display_name, e.scope,
            coalesce(s.name, '') AS subject_name, coalesce(e.kind, '') AS kind, e.since, e.until,
            e.is_on_site, coalesce(r.code, '') AS reason_code, coalesce(r.label, '') AS reason_label
         FROM exemption e JOIN person p ON p.id = e.student
            LEFT JOIN subject s ON s.id = e.subject LEFT JOIN absence_reason r ON r.id = e.reason
         WHERE e.until >= $2 AND ",
        student_within!("e.student", "e.rne"),
        " ORDER BY p.sort_name, e.since, e.id LIMIT $3 OFFSET $4"
    ))
    .bind(within.as_str())
    .bind(day)
    .bind(limit)
    .bind(skip)
    .fetch_all(conn)
    .await)
}

/// Whether one of them has this id.
pub async fn has_exemption(
    tx: &mut Tx,
    within: &Within,
    id: Uuid,
    day: NaiveDate,
) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(concat!(
        "SELECT count(*) FROM exemption e WHERE e.id = $2 AND e.until >= $3 AND ",
        student_within!("e.student", "e.rne"),
    ))
    .bind(within.as_str())
    .bind(id)
    .bind(day)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Keep an exemption.
pub async fn insert_exemption(
    tx: &mut Tx,
    new: &NewExemption,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let scope = match (new.subject, &new.kind) {
        (Some(_), _) => "subject",
        (None, Some(_)) => "kind",
        (None, None) => "period",
    };
    on!(tx, |conn| query(
        "INSERT INTO exemption (id, rne, student, scope, subject, kind, since, until, is_on_site,
            reason, created_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
    )
    .bind(new.id)
    .bind(&new.rne)
    .bind(new.student)
    .bind(scope)
    .bind(new.subject)
    .bind(&new.kind)
    .bind(new.days.0)
    .bind(new.days.1)
    .bind(new.is_on_site)
    .bind(new.reason)
    .bind(new.by)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Lines of rolls that were called already and that an exemption is about, in order of their ids.
pub async fn lines_of(
    tx: &mut Tx,
    new: &NewExemption,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<(Uuid, Status)>> {
    on!(tx, |conn| query_as(
        "SELECT a.id, a.status FROM attendance_record a
            JOIN class_session c ON c.id = a.class_session
         WHERE a.student = $1 AND a.rne = $2 AND c.state IN ('open', 'closed')
            AND c.starts_at >= $3 AND c.ends_at <= $4
            AND ($5 IS NULL OR c.subject = $5) AND ($6 IS NULL OR c.kind = $6)
            AND a.status IN ('expected', 'absent_provisional', 'absent', 'excused', 'excluded')
         ORDER BY a.id"
    )
    .bind(new.student)
    .bind(&new.rne)
    .bind(from)
    .bind(until)
    .bind(new.subject)
    .bind(&new.kind)
    .fetch_all(conn)
    .await)
}

/// A line goes from one status to another. `false`: it says something else by now, or its séance is
/// over for good.
pub async fn set_status(
    tx: &mut Tx,
    record: Uuid,
    (from, to): (Status, Status),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE attendance_record SET status = $3, version = version + 1
         WHERE id = $1 AND status = $2 AND EXISTS (SELECT 1 FROM class_session c
            WHERE c.id = attendance_record.class_session AND c.state IN ('open', 'closed'))"
    )
    .bind(record)
    .bind(from)
    .bind(to)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// An exemption ends: before this day. One that had not begun is gone.
pub async fn end_exemption(
    tx: &mut Tx,
    id: Uuid,
    (today, yesterday): (NaiveDate, NaiveDate),
) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query("DELETE FROM exemption WHERE id = $1 AND since >= $2")
        .bind(id)
        .bind(today)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(tx, |conn| query("UPDATE exemption SET until = $2 WHERE id = $1 AND until > $2")
        .bind(id)
        .bind(yesterday)
        .execute(conn)
        .await
        .map(|_| ()))
}
