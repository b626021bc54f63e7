//! Tables `sync_run`, `sync_finding`, `sync_difference` and `sync_lease`.
mod lease;
mod reading;

pub use lease::{
    Wanted, drop_lease, forget_wanted, join_alone, renew_lease, take_lease, want, wanted,
};

pub use reading::{
    RunSearch, differences_of_run, find_runs, findings_of_run, newest_runs, run_by_id, runs_before,
};

use super::entry::Rejected;
use super::outcome::{Counts, Difference};
use crate::db::Tx;
use crate::on;
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use sqlx::types::Json;
use sqlx::{QueryBuilder, query, query_scalar};
use uuid::Uuid;

/// Names of people who appeared, changed or vanished are kept for so long.
const NAMES_KEPT: Duration = Duration::days(14);
/// Runs are kept for so long.
const RUNS_KEPT: Duration = Duration::days(90);

/// One run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Run {
    /// Its name.
    pub id: Uuid,
    /// `[source:NAME]`
    pub source: String,
    /// `full` or `changes`.
    pub mode: String,
    /// Nothing was written.
    pub is_dry: bool,
    /// `timetable`, `files`, `command`, or a person.
    pub asked_by: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// `running`, `done`, `refused`, `failed` or `interrupted`.
    pub state: String,
    /// How many of what.
    #[sqlx(json)]
    pub counts: Counts,
    /// Why it was refused or failed: a code, and words for technicians.
    pub trouble: Option<String>,
    /// How far it read.
    pub mark: Option<String>,
}

/// An entry that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct FindingRow {
    /// Line, or digest of the DN.
    pub place: String,
    /// Stable code.
    pub code: String,
    /// Why.
    pub detail: String,
}

/// What became of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct DifferenceRow {
    /// `appears`, `changes`, `returns`, `vanishes`.
    pub kind: String,
    /// The source's name for them.
    pub source_id: String,
    /// What they are called.
    pub name: String,
    /// What is different, comma between.
    pub fields: String,
}

/// What the timetable goes by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// When a run began last.
    pub last: Option<DateTime<Utc>>,
    /// When a comparison of everybody began last that came to its end.
    pub full: Option<DateTime<Utc>>,
    /// How far the newest run read that came to its end.
    pub mark: Option<String>,
    /// What files looked like to the newest run that ended.
    pub tried: Tried,
}

/// What reading the same files again would say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Tried {
    /// Nobody knows: no run ended yet.
    #[default]
    Never,
    /// It may work now: what the last one failed by may have passed.
    InVain,
    /// The same, as long as they look like this.
    Seen(String),
}

/// Note that a run begins. Others of this source that never ended were interrupted.
pub async fn begin_run(tx: &mut Tx, run: &Run) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query(
        "UPDATE sync_run SET state = 'interrupted', ended_at = $2
         WHERE source = $1 AND state = 'running'"
    )
    .bind(&run.source)
    .bind(run.started_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    on!(tx, |conn| query(
        "INSERT INTO sync_run (id, source, mode, is_dry, asked_by, started_at, state, counts)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(run.id)
    .bind(&run.source)
    .bind(&run.mode)
    .bind(run.is_dry)
    .bind(&run.asked_by)
    .bind(run.started_at)
    .bind(&run.state)
    .bind(Json(&run.counts))
    .execute(conn)
    .await
    .map(|_| ()))
}

/// How far a run is.
pub async fn note_progress(tx: &mut Tx, run: Uuid, counts: &Counts) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE sync_run SET counts = $2 WHERE id = $1 AND state = 'running'")
        .bind(run)
        .bind(Json(counts))
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Note how a run ended.
pub async fn end_run(
    tx: &mut Tx,
    run: &Run,
    findings: &[Rejected],
    differences: &[Difference],
) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| query(
        "UPDATE sync_run SET ended_at = $2, state = $3, counts = $4, trouble = $5, mark = $6
         WHERE id = $1"
    )
    .bind(run.id)
    .bind(run.ended_at)
    .bind(&run.state)
    .bind(Json(&run.counts))
    .bind(&run.trouble)
    .bind(&run.mark)
    .execute(conn)
    .await
    .map(|_| ()))?;
    insert_findings(tx, run.id, findings).await?;
    insert_differences(tx, run.id, differences).await
}

async fn insert_findings(tx: &mut Tx, run: Uuid, findings: &[Rejected]) -> sqlx::Result<()> {
    let numbered: Vec<_> = (0_i64..).zip(findings).collect();
    for chunk in numbered.chunks(200) {
        on!(&mut *tx, |conn| {
            let mut sql =
                QueryBuilder::new("INSERT INTO sync_finding (run, position, place, code, detail) ");
            sql.push_values(chunk, |mut row, (position, finding)| {
                row.push_bind(run).push_bind(*position).push_bind(&finding.place);
                row.push_bind(finding.code).push_bind(&finding.why);
            });
            sql.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

async fn insert_differences(
    tx: &mut Tx,
    run: Uuid,
    differences: &[Difference],
) -> sqlx::Result<()> {
    let numbered: Vec<_> = (0_i64..).zip(differences).collect();
    for chunk in numbered.chunks(200) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO sync_difference (run, position, kind, source_id, name, fields) ",
            );
            sql.push_values(chunk, |mut row, (position, one)| {
                row.push_bind(run).push_bind(*position).push_bind(one.kind.as_str());
                row.push_bind(&one.source_id).push_bind(&one.name).push_bind(one.fields.join(", "));
            });
            sql.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// When a source was read to its end for the last time.
pub async fn newest_end(tx: &mut Tx, source: &str) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| query_scalar(
        "SELECT max(ended_at) FROM sync_run WHERE source = $1 AND NOT is_dry AND state = 'done'"
    )
    .bind(source)
    .fetch_one(conn)
    .await)
}

/// What the timetable goes by; runs that only looked do not count.
pub async fn standing(tx: &mut Tx, source: &str) -> sqlx::Result<Standing> {
    let last = on!(&mut *tx, |conn| query_scalar(
        "SELECT max(started_at) FROM sync_run WHERE source = $1 AND NOT is_dry"
    )
    .bind(source)
    .fetch_one(conn)
    .await)?;
    let full = on!(&mut *tx, |conn| query_scalar(
        "SELECT max(started_at) FROM sync_run
         WHERE source = $1 AND NOT is_dry AND mode = 'full' AND state = 'done'"
    )
    .bind(source)
    .fetch_one(conn)
    .await)?;
    let mark = on!(&mut *tx, |conn| query_scalar(
        "SELECT mark FROM sync_run
         WHERE source = $1 AND NOT is_dry AND state = 'done' AND mark IS NOT NULL
         ORDER BY started_at DESC, id DESC LIMIT 1"
    )
    .bind(source)
    .fetch_optional(conn)
    .await)?;
    let tried: Option<Option<String>> = on!(tx, |conn| query_scalar(
        "SELECT mark FROM sync_run
         WHERE source = $1 AND NOT is_dry AND state IN ('done', 'refused', 'failed')
         ORDER BY started_at DESC, id DESC LIMIT 1"
    )
    .bind(source)
    .fetch_optional(conn)
    .await)?;
    let tried = tried.map_or(Tried::Never, |mark| mark.map_or(Tried::InVain, Tried::Seen));
    Ok(Standing { last, full, mark, tried })
}

/// Forget names and runs that are old enough, but not the last comparison of everybody of each
/// source; how many of both.
pub async fn forget_old(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<(u64, u64)> {
    let names = on!(&mut *tx, |conn| {
        query(
        "DELETE FROM sync_difference WHERE run IN (SELECT id FROM sync_run WHERE started_at < $1)"
    )
    .bind(now - NAMES_KEPT)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    let runs = on!(tx, |conn| query(
        "DELETE FROM sync_run WHERE started_at < $1
         AND (is_dry OR mode <> 'full' OR state <> 'done' OR started_at <
            (SELECT max(last.started_at) FROM sync_run last
             WHERE last.source = sync_run.source AND last.mode = 'full' AND last.state = 'done'
               AND NOT last.is_dry))"
    )
    .bind(now - RUNS_KEPT)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok((names, runs))
}
