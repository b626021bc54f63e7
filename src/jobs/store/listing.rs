//! Jobs as people and figures see them.
use super::{JobId, JobRow, JobState, ready};
use crate::db::{Tx, among};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query_as};

/// Which jobs are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this state.
    pub state: Option<JobState>,
    /// Only of this kind; empty for all.
    pub kind: String,
    /// None of these kinds.
    pub except: Vec<&'static str>,
    /// The oldest first.
    pub oldest_first: bool,
    /// Older than this one.
    pub before: Option<JobId>,
    /// So many of the newest are left out.
    pub skip: i64,
    /// At most.
    pub limit: i64,
}

/// How many jobs are in a state.
pub type Counts = Vec<(JobState, i64)>;

/// The newest first, unless it is wanted otherwise.
pub async fn list(tx: &mut Tx, filter: &Filter) -> sqlx::Result<Vec<JobRow>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT * FROM job WHERE 1 = 1");
        if let Some(state) = filter.state {
            sql.push(" AND state = ").push_bind(state);
        }
        if !filter.kind.is_empty() {
            sql.push(" AND kind = ").push_bind(&filter.kind);
        }
        if !filter.except.is_empty() {
            sql.push(" AND NOT kind");
            among(&mut sql, filter.except.iter().copied());
        }
        if let Some(before) = filter.before {
            sql.push(" AND id < ").push_bind(before);
        }
        let order = if filter.oldest_first { "" } else { " DESC" };
        sql.push(format!(" ORDER BY id{order} LIMIT ")).push_bind(filter.limit);
        sql.push(" OFFSET ").push_bind(filter.skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// How many jobs are in each state; states without any are left out.
pub async fn counts(tx: &mut Tx) -> sqlx::Result<Counts> {
    on!(tx, |conn| query_as("SELECT state, count(*) FROM job GROUP BY state").fetch_all(conn).await)
}

/// Since when the job waits that should have been begun first, of those that may be begun.
pub async fn oldest_waiting(
    tx: &mut Tx,
    kinds: &[&str],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new("SELECT j.run_at");
        ready(&mut sql, kinds, now);
        sql.push(" ORDER BY j.run_at LIMIT 1");
        sql.build_query_scalar().fetch_optional(conn).await
    })
}
