//! One try of a job, as the job sees it.
use super::job::Failure;
use super::store::{self, JobId};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use chrono::TimeDelta;
use tokio::sync::watch;

/// How long a lease lasts (REL-20).
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);

/// How far a node is on its way down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is not.
    Going,
    /// Nothing is begun any more.
    Ending,
    /// What still runs is put back.
    Over,
}

/// The right to do a job now. Clones are the same right.
#[derive(Debug, Clone)]
pub struct Turn {
    pub(super) id: JobId,
    pub(super) epoch: i64,
    /// Which try it is, from 1.
    pub attempt: i64,
    /// Whether it is given up when it fails now.
    pub is_last: bool,
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) phase: watch::Receiver<Phase>,
}

impl Turn {
    /// Which job.
    pub fn id(&self) -> JobId {
        self.id
    }

    /// The database of the queue, so that a job writes where it holds its lease.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The time.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether the node is about to stop. A long job should keep what it has done and answer
    /// `Again` at once.
    pub fn is_ending(&self) -> bool {
        *self.phase.borrow() != Phase::Going
    }

    /// Make sure, in the transaction in which the job writes, that the job is still ours. A node
    /// that slept too long finds here that another one took over, and writes nothing.
    pub async fn hold(&self, tx: &mut Tx) -> Result<(), Failure> {
        if store::renew(tx, self.id, self.epoch, self.clock.now() + LEASE).await? {
            return Ok(());
        }
        Err(Failure::new("another node took over"))
    }

    /// Tell how far the job is, in the transaction in which it writes; holds on to it too.
    pub async fn tell(&self, tx: &mut Tx, done: u64, total: u64) -> Result<(), Failure> {
        self.hold(tx).await?;
        store::progress(tx, self.id, done, total).await?;
        Ok(())
    }
}
