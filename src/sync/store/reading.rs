//! Runs as people and programs see them.
use super::{DifferenceRow, FindingRow, Run};
use crate::db::Tx;
use crate::on;
use sqlx::{QueryBuilder, query_as};
use uuid::Uuid;

const RUN: &str = "SELECT id, source, mode, is_dry, asked_by, started_at, ended_at, state, counts,
    trouble, mark FROM sync_run";

/// One run.
pub async fn run_by_id(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Run>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(RUN);
        sql.push(" WHERE id = ").push_bind(id).build_query_as().fetch_optional(conn).await
    })
}

/// Runs of a source before one of them, the newest first.
pub async fn runs_before(
    tx: &mut Tx,
    source: &str,
    before: Option<Uuid>,
    limit: i64,
) -> sqlx::Result<Vec<Run>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(RUN);
        sql.push(" WHERE source = ").push_bind(source);
        sql.push(" AND id < ").push_bind(before.unwrap_or(Uuid::max()));
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// The newest runs of a source.
pub async fn newest_runs(tx: &mut Tx, source: &str, limit: i64) -> sqlx::Result<Vec<Run>> {
    find_runs(tx, source, &RunSearch { limit, ..RunSearch::default() }).await
}

/// Which runs of a source are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunSearch {
    /// Only those that ended so; empty: all.
    pub state: String,
    /// The oldest first.
    pub oldest_first: bool,
    /// Rows to leave out.
    pub skip: i64,
    /// Rows at most.
    pub limit: i64,
}

/// Runs of a source, for people.
pub async fn find_runs(tx: &mut Tx, source: &str, search: &RunSearch) -> sqlx::Result<Vec<Run>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(RUN);
        sql.push(" WHERE source = ").push_bind(source);
        if !search.state.is_empty() {
            sql.push(" AND state = ").push_bind(&search.state);
        }
        let order = if search.oldest_first { "" } else { " DESC" };
        sql.push(format!(" ORDER BY started_at{order}, id{order} LIMIT "));
        sql.push_bind(search.limit).push(" OFFSET ").push_bind(search.skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Entries that a run could not use, the first ones.
pub async fn findings_of_run(tx: &mut Tx, run: Uuid) -> sqlx::Result<Vec<FindingRow>> {
    on!(tx, |conn| query_as(
        "SELECT place, code, detail FROM sync_finding WHERE run = $1 ORDER BY position"
    )
    .bind(run)
    .fetch_all(conn)
    .await)
}

/// Who appeared, changed or vanished, the first ones.
pub async fn differences_of_run(tx: &mut Tx, run: Uuid) -> sqlx::Result<Vec<DifferenceRow>> {
    on!(tx, |conn| query_as(
        "SELECT kind, source_id, name, fields FROM sync_difference WHERE run = $1
         ORDER BY position"
    )
    .bind(run)
    .fetch_all(conn)
    .await)
}
