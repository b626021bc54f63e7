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
use sqlx::{query_as, query_scalar};
use uuid::Uuid;

/// How a roll stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Overview {
    /// Present or late.
    pub there: usize,
    /// Not there, for good or not yet.
    pub missing: usize,
    /// Nothing is known yet.
    pub expected: usize,
    /// Everybody who is not exempt.
    pub all: usize,
    /// Changes of lines, all added up: raised by each of them.
    pub changes: i64,
}

/// How the roll of a séance stands.
pub async fn absences_of_roll(tx: &mut Tx, session: Uuid) -> sqlx::Result<Overview> {
    let rows: Vec<(Status, i64, i64)> = on!(tx, |conn| query_as(
        "SELECT status, count(*), CAST(sum(version) AS BIGINT) FROM attendance_record
         WHERE class_session = $1 GROUP BY status"
    )
    .bind(session)
    .fetch_all(conn)
    .await)?;
    let mut overview = Overview::default();
    for (status, count, versions) in rows {
        let count = usize::try_from(count).unwrap_or_default();
        match status {
            Status::Present | Status::Late => overview.there += count,
            Status::Expected => overview.expected += count,
            Status::Exempt => {}
            Status::AbsentProvisional | Status::Absent | Status::Excused | Status::Excluded => {
                overview.missing += count;
            }
        }
        overview.all += if status == Status::Exempt { 0 } else { count };
        overview.changes += versions;
    }
    Ok(overview)
}

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
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.state = 'planned' AND c.ends_at < $3 AND c.starts_at >= $2 AND ",
        seance_within!(),
        " ORDER BY c.starts_at DESC, c.id LIMIT 200"
    ))
    .bind(within.as_str())
    .bind(since)
    .bind(limit)
    .fetch_all(conn)
    .await)
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

/// The groups of a séance with their programme: `M1 MIAGE TD2`.
pub async fn group_names(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT p.code || ' ' || g.name FROM class_session_group c
            JOIN student_group g ON g.id = c.student_group JOIN programme p ON p.id = g.programme
         WHERE c.class_session = $1 ORDER BY 1"
    )
    .bind(session)
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
            AND ($4 IS NULL OR c.state = $4) AND c.id > $5 AND ",
        seance_within!(),
        " ORDER BY c.id LIMIT $6"
    ))
    .bind(within.as_str())
    .bind(from)
    .bind(filter.until)
    .bind(filter.state)
    .bind(filter.after.unwrap_or(Uuid::nil()))
    .bind(filter.limit)
    .fetch_all(conn)
    .await)
}

/// Séances in there that begin in a span of time.
pub async fn of_day(
    tx: &mut Tx,
    within: &Within,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.starts_at >= $2 AND c.starts_at < $3 AND ",
        seance_within!(),
        " ORDER BY c.starts_at, c.id LIMIT 200"
    ))
    .bind(within.as_str())
    .bind(from)
    .bind(until)
    .fetch_all(conn)
    .await)
}
