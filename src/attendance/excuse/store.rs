//! SQL of justifications. Rows are taken in this order: justification, its files, lines by id.
mod exemptions;
mod files;
mod reasons;

pub use exemptions::{
    AwayRow, NewExemption, PlannedRow, StudentRow, end_exemption, end_planned, exemptions,
    insert_exemption, insert_planned, lines_of, planned, set_status, student, students,
};
pub use files::{
    PaperRow, drop_row, due, files_of, insert_file, paper, paper_in, set_scanned, set_verdict,
    shorten, usage,
};
pub use reasons::{Reason, ReasonFlags, begin_reasons, insert_reason, reasons, set_reason};

use super::state::State;
use crate::attendance::record::Status;
use crate::attendance::seance;
use crate::attendance::store::Within;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A justification with the names on it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Justification {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Whose absences.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// Their address, when one is known.
    pub mail: Option<String>,
    /// Code of the reason.
    pub reason_code: String,
    /// Its name, or empty when nobody wrote one.
    pub reason_label: String,
    /// Whether it tells something of their health.
    pub is_health: bool,
    /// The first day.
    pub since: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// What the student says.
    pub comment: String,
    /// How far it is.
    pub state: State,
    /// Whether it was sent after its deadline.
    pub is_late: bool,
    /// When it was sent last.
    pub submitted_at: Option<DateTime<Utc>>,
    /// When it was decided last.
    pub decided_at: Option<DateTime<Utc>>,
    /// What was answered.
    pub note: String,
    /// Raised by each change.
    pub version: i64,
}

/// One to be kept.
#[derive(Debug, Clone)]
pub struct NewJustification {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Whose.
    pub student: PersonId,
    /// The reason.
    pub reason: Uuid,
    /// The first day and the last one.
    pub days: (NaiveDate, NaiveDate),
    /// What the student says.
    pub comment: String,
}

/// An absence that a justification is about, or could be.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Absence {
    /// The line.
    pub record: Uuid,
    /// The séance.
    pub session: Uuid,
    /// What was taught.
    pub subject_name: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// Planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned end.
    pub ends_at: DateTime<Utc>,
    /// How far the séance is.
    pub state: seance::State,
    /// What the line says.
    pub status: Status,
    /// Whether this justification excused it.
    pub is_excused: bool,
}

macro_rules! justification_where {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT j.id, j.rne, j.student, p.display_name, p.mail, r.code AS reason_code,
                r.label AS reason_label, r.is_health, j.since, j.until, j.comment, j.state,
                j.is_late, j.submitted_at, j.decided_at, j.note, j.version
             FROM justification j JOIN person p ON p.id = j.student
                JOIN absence_reason r ON r.id = j.reason ",
            $($rest),+
        )
    };
}

/// Whether `$1`, a [`Within`], has all séances in it that a justification is about.
macro_rules! decidable {
    () => {
        "WHERE j.state NOT IN ('draft', 'withdrawn') AND ($1 = ''
            OR replace($1, ',school:' || j.rne || ',', '') <> $1
            OR (EXISTS (SELECT 1 FROM justification_record WHERE justification = j.id)
                AND NOT EXISTS (
                    SELECT 1 FROM justification_record jr
                        JOIN attendance_record a ON a.id = jr.record
                    WHERE jr.justification = j.id AND NOT EXISTS (
                        SELECT 1 FROM class_session_group wg
                            JOIN student_group ws ON ws.id = wg.student_group
                            JOIN programme wp ON wp.id = ws.programme
                        WHERE wg.class_session = a.class_session
                            AND replace($1, ',programme:' || wp.code || ',', '') <> $1)))) "
    };
}

/// One justification, for somebody who may decide it.
pub async fn decidable(
    tx: &mut Tx,
    within: &Within,
    id: Uuid,
) -> sqlx::Result<Option<Justification>> {
    on!(tx, |conn| query_as(justification_where!(decidable!(), "AND j.id = $2"))
        .bind(within.as_str())
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// Keep a draft.
pub async fn insert(tx: &mut Tx, new: &NewJustification, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO justification (id, rne, student, reason, since, until, comment, state,
            is_late, created_at, note, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'draft', FALSE, $8, '', 1)"
    )
    .bind(new.id)
    .bind(&new.rne)
    .bind(new.student)
    .bind(new.reason)
    .bind(new.days.0)
    .bind(new.days.1)
    .bind(&new.comment)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// One justification.
pub async fn justification(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Justification>> {
    on!(tx, |conn| query_as(justification_where!("WHERE j.id = $1"))
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// Those of a student, the newest first.
pub async fn of_student(tx: &mut Tx, student: PersonId) -> sqlx::Result<Vec<Justification>> {
    on!(tx, |conn| query_as(justification_where!(
        "WHERE j.student = $1 ORDER BY j.created_at DESC, j.id LIMIT 200"
    ))
    .bind(student)
    .fetch_all(conn)
    .await)
}

/// Those that somebody decides who may do so in there: every séance that it is about lies within.
/// Waiting ones first, the oldest before.
pub async fn within(
    tx: &mut Tx,
    within: &Within,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Justification>> {
    on!(tx, |conn| {
        query_as(justification_where!(
        decidable!(),
        " ORDER BY CASE WHEN j.state = 'submitted' THEN 0 WHEN j.state = 'more_info' THEN 1 ELSE 2 END,
            CASE WHEN j.state IN ('submitted', 'more_info') THEN j.submitted_at END,
            j.decided_at DESC, j.id LIMIT $3 OFFSET $2"
    ))
    .bind(within.as_str())
    .bind(skip)
    .bind(limit)
    .fetch_all(conn)
    .await
    })
}

/// Go on to another state, from what was seen. `false`: it has changed since.
pub async fn set_state(
    tx: &mut Tx,
    seen: &Justification,
    to: State,
    note: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE justification SET state = $3, note = $4, version = version + 1
         WHERE id = $1 AND version = $2"
    )
    .bind(seen.id)
    .bind(seen.version)
    .bind(to)
    .bind(note)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// When it was sent, and whether that was in time.
pub async fn set_sent(
    tx: &mut Tx,
    id: Uuid,
    (deadline, is_late): (DateTime<Utc>, bool),
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE justification SET submitted_at = $2, deadline_at = $3, is_late = $4 WHERE id = $1"
    )
    .bind(id)
    .bind(now)
    .bind(deadline)
    .bind(is_late)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Who decided it, and when.
pub async fn set_decided(
    tx: &mut Tx,
    id: Uuid,
    by: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE justification SET decided_at = $2, decided_by = $3 WHERE id = $1")
        .bind(id)
        .bind(now)
        .bind(by)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Hold a justification that its student may still add to. `false`: it is not such a one.
pub async fn hold(tx: &mut Tx, id: Uuid, student: PersonId) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE justification SET version = version + 1
         WHERE id = $1 AND student = $2 AND state IN ('draft', 'more_info')"
    )
    .bind(id)
    .bind(student)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// The absences of a student in a span of time about which nothing waits.
pub async fn coverable(
    tx: &mut Tx,
    (student, rne): (PersonId, &Rne),
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Absence>> {
    on!(tx, |conn| {
        query_as(
        "SELECT a.id AS record, c.id AS session, s.name AS subject_name, c.kind, c.starts_at,
            c.ends_at, c.state, a.status, FALSE AS is_excused
         FROM attendance_record a JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject
         WHERE a.student = $1 AND a.rne = $2 AND a.status = 'absent' AND c.state = 'closed'
            AND c.starts_at < $4 AND c.ends_at > $3 AND NOT EXISTS (
                SELECT 1 FROM justification_record jr JOIN justification j ON j.id = jr.justification
                WHERE jr.record = a.id AND j.state IN ('submitted', 'more_info'))
         ORDER BY c.starts_at, c.id LIMIT 500"
    )
    .bind(student)
    .bind(rne)
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await
    })
}

/// The absences that a justification is about, in order of time.
pub async fn covered(tx: &mut Tx, id: Uuid) -> sqlx::Result<Vec<Absence>> {
    on!(tx, |conn| query_as(
        "SELECT a.id AS record, c.id AS session, s.name AS subject_name, c.kind, c.starts_at,
            c.ends_at, c.state, a.status, jr.is_excused
         FROM justification_record jr JOIN attendance_record a ON a.id = jr.record
            JOIN class_session c ON c.id = a.class_session JOIN subject s ON s.id = c.subject
         WHERE jr.justification = $1 ORDER BY c.starts_at, a.id"
    )
    .bind(id)
    .fetch_all(conn)
    .await)
}

/// It is about this absence.
pub async fn cover(tx: &mut Tx, id: Uuid, record: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO justification_record (justification, record, is_excused)
         VALUES ($1, $2, FALSE) ON CONFLICT (justification, record) DO NOTHING"
    )
    .bind(id)
    .bind(record)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A line goes from one status to another by a decision. `false`: it says something else, or its
/// séance is locked.
pub async fn turn(
    tx: &mut Tx,
    (id, record): (Uuid, Uuid),
    (from, to): (Status, Status),
) -> sqlx::Result<bool> {
    let done = on!(&mut *tx, |conn| query(
        "UPDATE attendance_record SET status = $3, version = version + 1
         WHERE id = $1 AND status = $2 AND EXISTS (SELECT 1 FROM class_session c
            WHERE c.id = attendance_record.class_session AND c.state = 'closed')"
    )
    .bind(record)
    .bind(from)
    .bind(to)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    if done == 0 {
        return Ok(false);
    }
    on!(tx, |conn| query(
        "UPDATE justification_record SET is_excused = $3 WHERE justification = $1 AND record = $2"
    )
    .bind(id)
    .bind(record)
    .bind(to == Status::Excused)
    .execute(conn)
    .await
    .map(|_| true))
}

/// School and day of an absence of somebody.
pub async fn absence_of(
    tx: &mut Tx,
    record: Uuid,
    student: PersonId,
) -> sqlx::Result<Option<(Rne, DateTime<Utc>)>> {
    on!(tx, |conn| query_as(
        "SELECT a.rne, c.starts_at FROM attendance_record a
            JOIN class_session c ON c.id = a.class_session
         WHERE a.id = $1 AND a.student = $2 AND a.status = 'absent'"
    )
    .bind(record)
    .bind(student)
    .fetch_optional(conn)
    .await)
}

/// Drafts that nobody sent; their files go with the next turn.
pub async fn forget_drafts(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("DELETE FROM justification WHERE state = 'draft' AND created_at < $1")
        .bind(before)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Whether somebody has an unfinished one already for these days, so that pressing twice makes one.
pub async fn draft_like(tx: &mut Tx, new: &NewJustification) -> sqlx::Result<Option<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM justification WHERE student = $1 AND rne = $2 AND state = 'draft'
            AND reason = $3 AND since = $4 AND until = $5 AND comment = $6 ORDER BY id LIMIT 1"
    )
    .bind(new.student)
    .bind(&new.rne)
    .bind(new.reason)
    .bind(new.days.0)
    .bind(new.days.1)
    .bind(&new.comment)
    .fetch_optional(conn)
    .await)
}
