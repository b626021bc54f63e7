//! Lists of séances and of absences.
use super::Seance;
use super::seances::seance_where;
use super::within::{Within, seance_within};
use crate::attendance::record::Status;
use crate::attendance::seance::State;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Séances of somebody who teaches, in a span of time.
pub async fn of_teacher(
    tx: &mut Tx,
    teacher: PersonId,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "JOIN class_session_teacher t ON t.class_session = c.id
         WHERE t.teacher = $1 AND c.starts_at >= $2 AND c.starts_at < $3
         ORDER BY c.starts_at, c.id LIMIT 200"
    ))
    .bind(teacher)
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await)
}

/// Séances in there that ended before `limit` and whose roll nobody called.
pub async fn uncalled(
    tx: &mut Tx,
    within: &Within,
    (since, limit): (DateTime<Utc>, DateTime<Utc>),
    (skip, count): (i64, i64),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.state = 'planned' AND c.ends_at < $3 AND c.starts_at >= $2 AND ",
        seance_within!(),
        " ORDER BY c.starts_at DESC, c.id LIMIT $5 OFFSET $4"
    ))
    .bind(within.as_str())
    .bind(since)
    .bind(limit)
    .bind(skip)
    .bind(count)
    .fetch_all(conn)
    .await)
}

/// Séances in there about which their timetable changed its mind, and at which nobody looked since:
/// those that were called and that it moved, or planned ones that it does not name any more.
pub async fn changed_elsewhere(
    tx: &mut Tx,
    within: &Within,
    (is_gone, since): (bool, DateTime<Utc>),
    (skip, count): (i64, i64),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.looked_at IS NULL AND c.starts_at >= $3
            AND (($2 AND c.is_orphan AND c.state = 'planned') OR (NOT $2 AND c.has_conflict)) AND ",
        seance_within!(),
        " ORDER BY c.starts_at, c.id LIMIT $5 OFFSET $4"
    ))
    .bind(within.as_str())
    .bind(is_gone)
    .bind(since)
    .bind(skip)
    .bind(count)
    .fetch_all(conn)
    .await)
}

/// Somebody has looked at what its timetable says of a séance. `false`: there is nothing to look at.
pub async fn look_at(tx: &mut Tx, session: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE class_session SET looked_at = $2
         WHERE id = $1 AND looked_at IS NULL AND (is_orphan OR has_conflict)"
    )
    .bind(session)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Somebody who was not there.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Missing {
    /// The séance.
    pub session: Uuid,
    /// Who.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// What was taught.
    pub subject_name: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// When.
    pub starts_at: DateTime<Utc>,
    /// What the roll says.
    pub status: Status,
}

/// Absences in there since a time, the newest first.
pub async fn absences(
    tx: &mut Tx,
    within: &Within,
    since: DateTime<Utc>,
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Missing>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT c.id AS session, a.student, p.display_name, s.name AS subject_name, c.kind,
            c.starts_at, a.status
         FROM attendance_record a JOIN class_session c ON c.id = a.class_session
            JOIN subject s ON s.id = c.subject JOIN person p ON p.id = a.student
         WHERE a.status IN ('absent', 'absent_provisional', 'excused', 'excluded')
            AND c.state IN ('closed', 'locked') AND c.starts_at >= $2 AND ",
        seance_within!(),
        " ORDER BY c.starts_at DESC, p.sort_name, a.id LIMIT $4 OFFSET $3"
    ))
    .bind(within.as_str())
    .bind(since)
    .bind(skip)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Codes of the programmes whose groups a séance has.
pub async fn programmes_of(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT p.code FROM class_session_group c
            JOIN student_group g ON g.id = c.student_group JOIN programme p ON p.id = g.programme
         WHERE c.class_session = $1"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}

/// Which séances a program wants.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// That begin then or later.
    pub from: Option<DateTime<Utc>>,
    /// That begin before.
    pub until: Option<DateTime<Utc>>,
    /// In this state.
    pub state: Option<State>,
    /// Whose roll this person calls.
    pub teacher: Option<PersonId>,
    /// That groups of this programme have.
    pub programme: Option<Uuid>,
    /// That ended before and whose roll nobody called.
    pub uncalled_before: Option<DateTime<Utc>>,
    /// Behind this one.
    pub after: Option<Uuid>,
    /// How many at most.
    pub limit: i64,
}

/// Séances in there, in the order of their ids.
pub async fn sessions(tx: &mut Tx, within: &Within, filter: &Filter) -> sqlx::Result<Vec<Seance>> {
    let from = filter.from.unwrap_or(DateTime::UNIX_EPOCH);
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.starts_at >= $2 AND ($3 IS NULL OR c.starts_at < $3)
            AND ($4 IS NULL OR c.state = $4) AND c.id > $5
            AND ($7 IS NULL OR EXISTS (SELECT 1 FROM class_session_teacher t
                WHERE t.class_session = c.id AND t.teacher = $7))
            AND ($8 IS NULL OR EXISTS (SELECT 1 FROM class_session_group cg
                    JOIN student_group sg ON sg.id = cg.student_group
                WHERE cg.class_session = c.id AND sg.programme = $8))
            AND ($9 IS NULL OR (c.state = 'planned' AND c.ends_at < $9)) AND ",
        seance_within!(),
        " ORDER BY c.id LIMIT $6"
    ))
    .bind(within.as_str())
    .bind(from)
    .bind(filter.until)
    .bind(filter.state)
    .bind(filter.after.unwrap_or(Uuid::nil()))
    .bind(filter.limit)
    .bind(filter.teacher)
    .bind(filter.programme)
    .bind(filter.uncalled_before)
    .fetch_all(conn)
    .await)
}

/// Séances of others in there that begin in a span of time.
pub async fn of_day(
    tx: &mut Tx,
    within: &Within,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    (not_of, skip, count): (PersonId, i64, i64),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.starts_at >= $2 AND c.starts_at < $3 AND NOT EXISTS (
            SELECT 1 FROM class_session_teacher t WHERE t.class_session = c.id AND t.teacher = $4)
            AND ",
        seance_within!(),
        " ORDER BY c.starts_at, c.id LIMIT $6 OFFSET $5"
    ))
    .bind(within.as_str())
    .bind(from)
    .bind(until)
    .bind(not_of)
    .bind(skip)
    .bind(count)
    .fetch_all(conn)
    .await)
}
