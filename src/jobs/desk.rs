//! What people do with jobs, by the page or by a command.
use super::queue::Queue;
use super::store::{self, JobId, JobRow, JobState};
use super::timetable::Entry;
use crate::audit::{Event, Trace};
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

    /// Try a job again that was given up or is uncertain. `false`: there is no such job, or it is
    /// in another state by now.
    pub async fn try_again(&self, tx: &mut Tx, id: JobId, act: Act<'_>) -> sqlx::Result<bool> {
        let Some(job) = store::find(tx, id).await? else { return Ok(false) };
        if !job.state.needs_a_look() || !store::revive(tx, &job, act.now).await? {
            return Ok(false);
        }
        act.record(tx, "job.retried", |event| about(event, &job)).await?;
        Ok(true)
    }

    /// Forget a job that waits or was given up; what it was about is recorded. `false`: there is no
    /// such job, or it runs.
    pub async fn drop_job(&self, tx: &mut Tx, id: JobId, act: Act<'_>) -> sqlx::Result<bool> {
        let Some(job) = store::find(tx, id).await? else { return Ok(false) };
        let is_open = job.state.needs_a_look() || job.state == JobState::Waiting;
        if !is_open || !store::delete(tx, id).await? {
            return Ok(false);
        }
        let told = |event| about(event, &job).field("payload", &job.payload.0);
        act.record(tx, "job.dropped", told).await?;
        Ok(true)
    }

    /// Put an entry of the timetable into the queue now. `None`: there is no such entry.
    pub async fn run_now(
        &self,
        tx: &mut Tx,
        name: &str,
        act: Act<'_>,
    ) -> sqlx::Result<Option<JobId>> {
        let Some(entry) = self.timetable.iter().find(|entry| entry.name() == name) else {
            return Ok(None);
        };
        let id = self.queue.add_new(tx, &entry.job).await?;
        let told = |event: Event| event.field("kind", name).field("job", id.to_string());
        act.record(tx, "job.started", told).await?;
        Ok(Some(id))
    }
}

fn about(event: Event, job: &JobRow) -> Event {
    let event = event.field("kind", &job.kind).field("job", job.id.to_string());
    event.field("state", job.state.as_str())
}

/// Who does something with a job, and when: what the audit row of it needs.
#[derive(Clone, Copy)]
pub struct Act<'a> {
    /// An event of a person, a program or a command.
    pub event: &'a dyn Fn(&'static str) -> Event,
    /// The request.
    pub trace: &'a Trace,
    /// The time.
    pub now: DateTime<Utc>,
}

impl Act<'_> {
    /// Write the audit row of what was done.
    pub(crate) async fn record(
        self,
        tx: &mut Tx,
        name: &'static str,
        tell: impl FnOnce(Event) -> Event,
    ) -> sqlx::Result<()> {
        tell((self.event)(name)).record(tx, self.trace, self.now).await
    }
}
