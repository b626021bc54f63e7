//! The lines that a rule counts.
use crate::attendance::notice::rule::Rule;
use crate::attendance::record::Status;
use crate::attendance::seance::State;
use crate::db::Tx;
use crate::identity::{PersonId, Rne};
use crate::on;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

/// A line of a roll that was called.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RuleLine {
    /// Whose.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// The séance.
    pub session: Uuid,
    /// What was taught.
    pub of_subject: Uuid,
    /// Its name.
    pub subject_name: String,
    /// How far the séance is.
    pub state: State,
    /// Closed by the clock, and nobody said that it is right.
    pub is_provisional: bool,
    /// Whether it must be attended.
    pub is_compulsory: bool,
    /// When it began.
    pub starts_at: DateTime<Utc>,
    /// When it ended.
    pub ends_at: DateTime<Utc>,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
    /// Confirmed, and so long ago that a correction would have come.
    pub is_settled: bool,
}

/// Whose lines are read, and how far.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Séances that begin then or later.
    pub since: DateTime<Utc>,
    /// Séances that begin before.
    pub until: DateTime<Utc>,
    /// Rolls that were closed and confirmed by then: corrections have some time.
    pub settled: DateTime<Utc>,
    /// The first and the last of the students, in order of id.
    pub students: (PersonId, PersonId),
}

/// Everybody who stands on a roll of a school, in order of id.
pub async fn students_of(tx: &mut Tx, rne: &Rne) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT student FROM attendance_record WHERE rne = $1 ORDER BY student"
    )
    .bind(rne)
    .fetch_all(conn)
    .await)
}

/// Days that justifications speak of which wait for a decision.
pub async fn waiting_days(
    tx: &mut Tx,
    rne: &Rne,
    students: (PersonId, PersonId),
) -> sqlx::Result<Vec<(PersonId, NaiveDate, NaiveDate)>> {
    on!(tx, |conn| query_as(
        "SELECT student, since, until FROM justification
         WHERE rne = $1 AND state IN ('submitted', 'more_info') AND student >= $2 AND student <= $3
         ORDER BY student, since"
    )
    .bind(rne)
    .bind(students.0)
    .bind(students.1)
    .fetch_all(conn)
    .await)
}

/// Lines that a rule counts, student by student in order of time.
pub async fn rule_lines(tx: &mut Tx, rule: &Rule, of: Reading) -> sqlx::Result<Vec<RuleLine>> {
    on!(tx, |conn| query_as(
        "SELECT a.student, n.display_name, c.id AS session, c.subject AS of_subject,
            s.name AS subject_name, c.state, c.is_provisional, c.is_compulsory, c.starts_at,
            c.ends_at, a.status, a.minutes_late,
            NOT c.is_provisional AND (c.closed_at IS NULL OR c.closed_at <= $4)
                AND (c.validated_at IS NULL OR c.validated_at <= $4) AS is_settled
         FROM class_session c JOIN attendance_record a ON a.class_session = c.id AND a.rne = c.rne
            JOIN subject s ON s.id = c.subject JOIN person n ON n.id = a.student
         WHERE c.rne = $1 AND c.starts_at >= $2 AND c.starts_at < $3
            AND c.state IN ('closed', 'locked') AND c.is_compulsory
            AND a.status IN ('present', 'late', 'absent', 'excused', 'excluded')
            AND ($5 IS NULL OR EXISTS (SELECT 1 FROM class_session_group v
                JOIN student_group w ON w.id = v.student_group
                WHERE v.class_session = c.id AND w.programme = $5))
            AND ($6 IS NULL OR EXISTS (SELECT 1 FROM group_member m
                JOIN student_group o ON o.id = m.student_group
                JOIN student_group w ON w.programme = o.programme
                JOIN class_session_group v ON v.student_group = w.id
                WHERE m.student_group = $6 AND m.student = a.student AND m.since <= c.starts_at
                    AND (m.until IS NULL OR m.until > c.starts_at) AND v.class_session = c.id))
            AND ($7 IS NULL OR c.subject = $7)
            AND ($8 = '' OR replace($8, ',' || c.kind || ',', '') <> $8)
            AND a.student >= $9 AND a.student <= $10
         ORDER BY a.student, c.starts_at, c.id"
    )
    .bind(&rule.rne)
    .bind(of.since)
    .bind(of.until)
    .bind(of.settled)
    .bind(rule.scope.programme)
    .bind(rule.scope.student_group)
    .bind(rule.scope.of_subject)
    .bind(&rule.scope.kinds)
    .bind(of.students.0)
    .bind(of.students.1)
    .fetch_all(conn)
    .await)
}
