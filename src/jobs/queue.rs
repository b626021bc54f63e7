//! Asking for work to be done.
use super::job::Job;
use super::store::{self, JobId};
use crate::clock::Clock;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::Notify;
use uuid::Uuid;

/// Where jobs are asked for. Clones ring the same bell.
#[derive(Debug, Clone)]
pub struct Queue {
    clock: Clock,
    bell: Arc<Notify>,
}

/// A job as it is asked for, whatever its type.
#[derive(Debug, Clone)]
pub struct NewJob {
    pub(super) kind: &'static str,
    pub(super) payload: Value,
    pub(super) order: Option<(String, Uuid)>,
    pub(super) once: Option<String>,
    pub(super) priority: i64,
    pub(super) run_at: Option<DateTime<Utc>>,
}

impl NewJob {
    /// To be done as soon as possible.
    pub fn of<J: Job>(job: &J) -> Self {
        Self {
            kind: J::KIND,
            payload: serde_json::to_value(job).unwrap_or_default(),
            order: job.order(),
            once: job.once(),
            priority: J::POLICY.priority,
            run_at: None,
        }
    }

    /// Not before this time.
    #[must_use]
    pub fn at(self, time: DateTime<Utc>) -> Self {
        Self { run_at: Some(time), ..self }
    }

    /// More or less urgent than its kind.
    #[must_use]
    pub fn urgency(self, priority: i64) -> Self {
        Self { priority, ..self }
    }
}

impl Queue {
    /// A queue whose times are those of this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, bell: Arc::default() }
    }

    /// Ask for a job in the transaction of the act: both are kept, or none.
    pub async fn add<J: Job>(&self, tx: &mut Tx, job: &J) -> sqlx::Result<JobId> {
        self.add_new(tx, &NewJob::of(job)).await
    }

    /// The same for a job that is described already. The id of a job that waits already is given
    /// when one is enough.
    pub async fn add_new(&self, tx: &mut Tx, job: &NewJob) -> sqlx::Result<JobId> {
        store::insert(tx, job, self.clock.now()).await
    }

    /// Ask for a job again: one that was given up is revived, otherwise it is added.
    pub async fn again<J: Job>(&self, tx: &mut Tx, job: &J) -> sqlx::Result<JobId> {
        let once = job.once().unwrap_or_default();
        match store::revive_equal(tx, J::KIND, &once, self.clock.now()).await? {
            Some(id) => Ok(id),
            None => self.add(tx, job).await,
        }
    }

    /// Go on now with the jobs of a kind that said `Again`: what they waited for has come.
    pub async fn hasten<J: Job>(&self, tx: &mut Tx) -> sqlx::Result<()> {
        store::hasten(tx, J::KIND, self.clock.now()).await
    }

    /// Go on now with the next job of this order, whoever it is about, that said `Again`.
    pub async fn hasten_next(&self, tx: &mut Tx, order: &str) -> sqlx::Result<()> {
        store::hasten_next(tx, order, self.clock.now()).await
    }

    /// Commit the act, then wake the runner of this node; those of others look every two seconds.
    pub async fn commit(&self, tx: Tx) -> sqlx::Result<()> {
        tx.commit().await?;
        self.bell.notify_one();
        Ok(())
    }

    pub(super) async fn rung(&self) {
        self.bell.notified().await;
    }
}

/// Whether an equal job is still to be done.
pub async fn is_open<J: Job>(tx: &mut Tx, job: &J) -> sqlx::Result<bool> {
    store::is_open(tx, J::KIND, &job.once().unwrap_or_default()).await
}
