//! SQL of the queue: asking and taking. What follows is in `ending`, lists for people in `listing`,
//! the timetable in `timetable`.
mod ending;
mod listing;
mod timetable;

pub(super) use ending::{
    count_death, delete, delete_finished, end_all_leases, hasten, hasten_next, is_open, lost,
    lost_by_others, revive, revive_equal, settle,
};
pub use listing::{Counts, Filter, counts, list, oldest_waiting};
pub use timetable::{TimetableRow, begin, due, plan, timetable};

use super::queue::NewJob;
use crate::db::{Tx, among};
use crate::on;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::types::Json;
use sqlx::{Database, Encode, QueryBuilder, Type, query, query_as, query_scalar};
use std::fmt;
use uuid::Uuid;

/// Names a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct JobId(pub Uuid);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where a job stands.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// It is tried at `run_at`.
    Waiting,
    /// A node is doing it.
    Running,
    /// It is done.
    Done,
    /// Nobody tries it any more, unless a person says so.
    GivenUp,
    /// It may have happened or not; it is not tried again by itself (D35).
    Uncertain,
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Waiting, Self::Running, Self::Done, Self::GivenUp, Self::Uncertain];

    /// As in the table and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::GivenUp => "given_up",
            Self::Uncertain => "uncertain",
        }
    }

    /// The state of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether a person has to look at it.
    pub fn needs_a_look(self) -> bool {
        matches!(self, Self::GivenUp | Self::Uncertain)
    }
}

/// A job as it is kept.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct JobRow {
    /// Its name.
    pub id: JobId,
    /// Its kind.
    pub kind: String,
    /// What it is about: ids.
    pub payload: Json<Value>,
    /// One waiting job with this text is enough.
    pub once: Option<String>,
    /// Where it stands.
    pub state: JobState,
    /// Not tried before.
    pub run_at: DateTime<Utc>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// From when on the time until giving up counts.
    pub since: DateTime<Utc>,
    /// Tries so far, whatever came of them.
    pub attempts: i64,
    /// Those that failed.
    pub failures: i64,
    /// Those that ended with their node.
    pub deaths: i64,
    /// What was wrong last.
    pub last_error: String,
    /// Who runs it, or ran it last.
    pub node: String,
    /// Which try this is.
    pub epoch: i64,
    /// Steps done.
    pub progress_done: i64,
    /// Steps in all; 0: nobody knows.
    pub progress_total: i64,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
impl JobRow {
    pub(super) fn for_tests() -> Self {
        let epoch = DateTime::UNIX_EPOCH;
        Self {
            id: JobId(Uuid::now_v7()),
            kind: "test".into(),
            payload: Json(Value::Null),
            once: None,
            state: JobState::Running,
            run_at: epoch,
            created_at: epoch,
            since: epoch,
            attempts: 1,
            failures: 0,
            deaths: 0,
            last_error: String::new(),
            node: String::new(),
            epoch: 1,
            progress_done: 0,
            progress_total: 0,
            finished_at: None,
        }
    }
}

/// Keep a job, or find the one that waits already when one is enough. That one is touched, so
/// that nobody begins it before what we are doing is committed, and becomes as urgent as the new one.
pub(super) async fn insert(tx: &mut Tx, job: &NewJob, now: DateTime<Utc>) -> sqlx::Result<JobId> {
    let order = job.order.as_ref().map(|(service, subject)| (service.as_str(), *subject));
    let (service, subject) = order.unzip();
    on!(tx, |conn| query_scalar(
        "INSERT INTO job
            (id, kind, payload, service, subject, once, priority, state, run_at, created_at, since,
             attempts, failures, deaths, last_error, node, epoch, progress_done, progress_total)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $9, 0, 0, 0, '', '', 0, 0, 0)
         ON CONFLICT (kind, once) WHERE state = 'waiting' DO UPDATE SET run_at =
            CASE WHEN job.run_at > excluded.run_at THEN excluded.run_at ELSE job.run_at END,
            priority = CASE WHEN job.priority < excluded.priority
                THEN excluded.priority ELSE job.priority END
         RETURNING id"
    )
    .bind(Uuid::now_v7())
    .bind(job.kind)
    .bind(Json(&job.payload))
    .bind(service)
    .bind(subject)
    .bind(&job.once)
    .bind(job.priority)
    .bind(job.run_at.unwrap_or(now))
    .bind(now)
    .fetch_one(conn)
    .await)
}

/// The highest priority below another one in which a job of these kinds may be begun now. Thousands of jobs that
/// wait for their time cost nothing this way.
pub async fn ready_level(
    tx: &mut Tx,
    kinds: &[&str],
    mut below: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<i64>> {
    loop {
        let level: Option<i64> = on!(&mut *tx, |conn| query_scalar(
            "SELECT max(priority) FROM job WHERE state = 'waiting' AND priority < $1"
        )
        .bind(below)
        .fetch_one(conn)
        .await)?;
        let Some(level) = level else { return Ok(None) };
        let first: Option<JobId> = on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new("SELECT j.id");
            ready(&mut sql, kinds, now);
            first_of(&mut sql, level);
            sql.build_query_scalar().fetch_optional(conn).await
        })?;
        if first.is_some() {
            return Ok(Some(level));
        }
        below = level;
    }
}

/// Take the next job of these kinds and of a priority whose time has come, while no other one with the same
/// order runs and none that was asked for earlier waits. Nodes that take two at once see neither of that: the
/// second one ends with a duplicate.
pub async fn claim(
    tx: &mut Tx,
    (kinds, level): (&[&str], i64),
    node: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> sqlx::Result<Option<JobRow>> {
    // Several nodes: whoever comes second takes another job instead of waiting for this one.
    let skip = if matches!(tx, Tx::Postgres(_)) { " FOR UPDATE OF j SKIP LOCKED" } else { "" };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "UPDATE job SET state = 'running', attempts = attempts + 1, epoch = epoch + 1, progress_done = 0, progress_total = 0, node = ",
        );
        sql.push_bind(node).push(", lease_until = ").push_bind(until);
        sql.push(" WHERE id = (SELECT j.id");
        ready(&mut sql, kinds, now);
        first_of(&mut sql, level);
        sql.push(skip);
        sql.push(") RETURNING *");
        sql.build_query_as().fetch_optional(conn).await
    })
}

/// Go on with the jobs of these kinds that may be begun now.
fn ready<'v, DB>(sql: &mut QueryBuilder<DB>, kinds: &[&'v str], now: DateTime<Utc>)
where
    DB: Database,
    &'v str: Encode<'v, DB> + Type<DB>,
    DateTime<Utc>: Encode<'v, DB> + Type<DB>,
{
    sql.push(
        " FROM job j WHERE j.state = 'waiting'
            AND NOT EXISTS (SELECT 1 FROM job e WHERE e.service = j.service
                AND e.subject = j.subject AND e.state IN ('waiting', 'running')
                AND (e.id < j.id OR e.state = 'running') AND e.id <> j.id)
            AND j.run_at <= ",
    );
    sql.push_bind(now).push(" AND j.kind");
    among(sql, kinds.iter().copied());
}

/// The first one of a priority.
fn first_of<'v, DB>(sql: &mut QueryBuilder<DB>, level: i64)
where
    DB: Database,
    i64: Encode<'v, DB> + Type<DB>,
{
    sql.push(" AND j.priority = ").push_bind(level);
    sql.push(" ORDER BY j.run_at, j.id LIMIT 1");
}

/// Hold on to a job for longer. `false`: it is not ours any more.
pub async fn renew(tx: &mut Tx, id: JobId, epoch: i64, until: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE job SET lease_until = $3 WHERE id = $1 AND epoch = $2 AND state = 'running'"
    )
    .bind(id)
    .bind(epoch)
    .bind(until)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// How far it is.
pub(super) async fn progress(tx: &mut Tx, id: JobId, done: u64, total: u64) -> sqlx::Result<()> {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    on!(tx, |conn| query("UPDATE job SET progress_done = $2, progress_total = $3 WHERE id = $1")
        .bind(id)
        .bind(whole(done))
        .bind(whole(total))
        .execute(conn)
        .await
        .map(|_| ()))
}

/// A job by its id.
pub async fn find(tx: &mut Tx, id: JobId) -> sqlx::Result<Option<JobRow>> {
    on!(tx, |conn| query_as("SELECT * FROM job WHERE id = $1").bind(id).fetch_optional(conn).await)
}
