//! How jobs end, and how they begin again.
use super::{JobId, JobRow, JobState};
use crate::db::{Tx, among};
use crate::jobs::verdict::Verdict;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query, query_as, query_scalar};

/// Write down what became of a try. `false`: somebody else has the job now.
pub(in crate::jobs) async fn settle(
    tx: &mut Tx,
    job: &JobRow,
    verdict: &Verdict,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let mut state = verdict.state;
    if state == JobState::Waiting && waits_already(tx, job).await? {
        // The one that waits will do what this one could not.
        state = JobState::Done;
    }
    let finished = (state != JobState::Waiting).then_some(now);
    let done = on!(tx, |conn| query(
        "UPDATE job SET state = $3, run_at = $4, last_error = $5, finished_at = $6, since = $7,
            failures = $8, lease_until = NULL
         WHERE id = $1 AND epoch = $2 AND state = 'running'"
    )
    .bind(job.id)
    .bind(job.epoch)
    .bind(state)
    .bind(verdict.run_at)
    .bind(&verdict.error)
    .bind(finished)
    .bind(verdict.since)
    .bind(verdict.failures)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Whether another job waits that makes this one needless.
async fn waits_already(tx: &mut Tx, job: &JobRow) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| {
        query_scalar(
        "SELECT count(*) FROM job WHERE kind = $1 AND once = $2 AND state = 'waiting' AND id <> $3"
    )
    .bind(&job.kind)
    .bind(&job.once)
    .bind(job.id)
    .fetch_one(conn)
    .await
    })?;
    Ok(count > 0)
}

/// Running jobs of these kinds whose lease ended before `now`: their node died or sleeps.
pub(in crate::jobs) async fn lost(
    tx: &mut Tx,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<JobRow>> {
    on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT * FROM job WHERE state = 'running' AND lease_until <= ");
        sql.push_bind(now).push(" AND kind");
        among(&mut sql, kinds.iter().copied());
        sql.push(" ORDER BY id LIMIT 100").build_query_as().fetch_all(conn).await
    })
}

/// The same of jobs of all other kinds.
pub(in crate::jobs) async fn lost_by_others(
    tx: &mut Tx,
    kinds: &[&str],
    before: DateTime<Utc>,
) -> sqlx::Result<Vec<JobRow>> {
    on!(tx, |conn| {
        let mut sql =
            QueryBuilder::new("SELECT * FROM job WHERE state = 'running' AND lease_until <= ");
        sql.push_bind(before).push(" AND NOT kind");
        among(&mut sql, kinds.iter().copied());
        sql.push(" ORDER BY id LIMIT 100").build_query_as().fetch_all(conn).await
    })
}

/// One more node went away while it did this job. `None`: its lease goes on by now, or somebody
/// else has it. Whoever counts a death settles the job in the same transaction.
pub(in crate::jobs) async fn count_death(
    tx: &mut Tx,
    job: &JobRow,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<JobRow>> {
    on!(tx, |conn| query_as(
        "UPDATE job SET deaths = deaths + 1
         WHERE id = $1 AND epoch = $2 AND state = 'running' AND lease_until <= $3
         RETURNING *"
    )
    .bind(job.id)
    .bind(job.epoch)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// Nobody else can run jobs of this database: whatever runs was left behind by a process that is
/// gone.
pub(in crate::jobs) async fn end_all_leases(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query("UPDATE job SET lease_until = $1 WHERE state = 'running'")
        .bind(now)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Try a job again that was given up, as if it had just been asked for; only the epoch goes on.
/// `false`: it is in another state by now, or an equal one waits.
pub(in crate::jobs) async fn revive(
    tx: &mut Tx,
    job: &JobRow,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    if waits_already(tx, job).await? {
        return Ok(false);
    }
    let done = on!(tx, |conn| query(
        "UPDATE job SET state = 'waiting', run_at = $2, since = $2, finished_at = NULL,
            attempts = 0, failures = 0, deaths = 0, last_error = ''
         WHERE id = $1 AND state IN ('given_up', 'uncertain')"
    )
    .bind(job.id)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Try the newest job with this text again that was given up.
pub(in crate::jobs) async fn revive_equal(
    tx: &mut Tx,
    kind: &str,
    once: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<JobId>> {
    let equal: Option<JobRow> = on!(&mut *tx, |conn| query_as(
        "SELECT * FROM job WHERE kind = $1 AND once = $2 AND state IN ('given_up', 'uncertain')
         ORDER BY id DESC LIMIT 1"
    )
    .bind(kind)
    .bind(once)
    .fetch_optional(conn)
    .await)?;
    let Some(job) = equal else { return Ok(None) };
    Ok(revive(tx, &job, now).await?.then_some(job.id))
}

/// Go on now with all jobs of a kind that wait for something; those that failed keep their times. One
/// that somebody else holds is asked for by them, and begun now anyway.
pub(in crate::jobs) async fn hasten(
    tx: &mut Tx,
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let skip = if matches!(tx, Tx::Postgres(_)) { " FOR UPDATE SKIP LOCKED" } else { "" };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("UPDATE job SET run_at = ");
        sql.push_bind(now).push(" WHERE id IN (SELECT id FROM job WHERE kind = ").push_bind(kind);
        sql.push(" AND state = 'waiting' AND last_error = '' AND run_at > ").push_bind(now);
        sql.push(skip).push(")");
        sql.build().execute(conn).await.map(|_| ())
    })
}

/// The same for the first of an order.
pub(in crate::jobs) async fn hasten_next(
    tx: &mut Tx,
    order: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let skip = if matches!(tx, Tx::Postgres(_)) { " FOR UPDATE SKIP LOCKED" } else { "" };
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("UPDATE job SET run_at = ");
        sql.push_bind(now).push(" WHERE id IN (SELECT id FROM job WHERE service = ");
        sql.push_bind(order).push(" AND state = 'waiting' AND last_error = '' AND run_at > ");
        sql.push_bind(now).push(" ORDER BY run_at, id LIMIT 1").push(skip).push(")");
        sql.build().execute(conn).await.map(|_| ())
    })
}

/// Forget a job that does not run. `false`: it runs, or is gone.
pub(in crate::jobs) async fn delete(tx: &mut Tx, id: JobId) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query("DELETE FROM job WHERE id = $1 AND state <> 'running'")
        .bind(id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// Forget up to `most` jobs of a state that ended before. How many they were.
pub(in crate::jobs) async fn delete_finished(
    tx: &mut Tx,
    state: JobState,
    before: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM job WHERE id IN
            (SELECT id FROM job WHERE state = $1 AND finished_at < $2 LIMIT $3)"
    )
    .bind(state)
    .bind(before)
    .bind(most)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}

/// Whether a job of this kind with this text waits or runs.
pub(in crate::jobs) async fn is_open(tx: &mut Tx, kind: &str, once: &str) -> sqlx::Result<bool> {
    let open: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM job WHERE kind = $1 AND once = $2
            AND (state = 'waiting' OR state = 'running')"
    )
    .bind(kind)
    .bind(once)
    .fetch_one(conn)
    .await)?;
    Ok(open > 0)
}
