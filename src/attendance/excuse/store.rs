//! SQL of justifications. Rows are taken in this order: justification, its files, lines by id.
mod absences;
mod exemptions;
mod files;
mod planned;
mod reasons;
mod students;
mod sweeping;

pub use absences::{Absence, absence_of, cover, coverable, covered, turn};
pub use exemptions::{
    AwayRow, NewExemption, end_exemption, exemptions, has_exemption, insert_exemption, lines_of,
    set_status,
};
pub use files::{
    PaperRow, files_of, insert_file, keep_until, paper, set_scanned, set_tried, set_verdict,
    to_scan,
};
pub use planned::{PlannedRow, end_planned, has_planned, insert_planned, planned};
pub use reasons::{Reason, ReasonFlags, begin_reasons, insert_reason, reasons, set_reason};
pub use students::{StudentRow, student, students};
pub use sweeping::{count_file, drop_row, forget_counts, take_due, usage};

use super::state::State;
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
                            AND replace($1, ',programme:' || wp.rne || '/' || wp.code || ',', '') <> $1)))) "
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
    by: Option<PersonId>,
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
