//! What people do with jobs, by the page or by a command.
use super::queue::Queue;
use super::store::{self, JobId, JobRow, JobState};
use super::timetable::Entry;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What pages and commands know of jobs.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Where jobs are asked for.
    pub queue: Queue,
    /// What is done again and again.
    pub timetable: Arc<[Entry]>,
    /// Keys of the names of kinds.
    pub labels: Arc<BTreeMap<&'static str, &'static str>>,
    /// Kinds that are not done here, by the settings.
    pub off: Arc<[&'static str]>,
    /// Where the readers are.
    pub zone: Tz,
}

impl Desk {
    /// Kinds that are done here. Jobs of others wait until somebody forgets them.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.labels.keys().copied().filter(|kind| !self.off.contains(kind)).collect()
    }

    /// Try a job again that was given up or is uncertain. `None`: there is no such job, or it is
    /// in another state by now.
    pub async fn try_again(
        &self,
        tx: &mut Tx,
        id: JobId,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<JobRow>> {
        let Some(job) = store::find(tx, id).await? else { return Ok(None) };
        let revived = job.state.needs_a_look() && store::revive(tx, &job, now).await?;
        Ok(revived.then_some(job))
    }

    /// Forget a job that waits or was given up. `None`: there is no such job, or it runs.
    pub async fn drop_job(&self, tx: &mut Tx, id: JobId) -> sqlx::Result<Option<JobRow>> {
        let Some(job) = store::find(tx, id).await? else { return Ok(None) };
        let is_open = job.state.needs_a_look() || job.state == JobState::Waiting;
        let dropped = is_open && store::delete(tx, id).await?;
        Ok(dropped.then_some(job))
    }

    /// Put an entry of the timetable into the queue now. `None`: there is no such entry.
    pub async fn run_now(&self, tx: &mut Tx, name: &str) -> sqlx::Result<Option<JobId>> {
        let Some(entry) = self.timetable.iter().find(|entry| entry.name() == name) else {
            return Ok(None);
        };
        self.queue.add_new(tx, &entry.job).await.map(Some)
    }
}
