//! Does the jobs of the queue on one node.
use super::figures;
use super::kinds::Kinds;
use super::queue::Queue;
use super::store::{self, JobRow};
use super::timetable::Entry;
use super::trying::attempt;
use super::turn::{LEASE, Phase, Turn};
use super::verdict::is_last;
use crate::clock::Clock;
use crate::db::{Db, is_duplicate};
use chrono_tz::Tz;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};
use uuid::Uuid;

/// How often the queue is looked at when nobody rings: what other nodes added, whose time came.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// Looks between two countings for the figures.
const COUNT_EVERY: u32 = 15;

/// What it takes to do jobs.
#[derive(Debug, Clone)]
pub struct Runner {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Where jobs come from.
    pub queue: Queue,
    /// What can be done here.
    pub kinds: Kinds,
    /// What is done again and again.
    pub timetable: Arc<[Entry]>,
    /// Where the nights of the timetable are.
    pub zone: Tz,
    /// How this node calls itself in the table.
    pub node: String,
    /// Jobs at the same time; 0: this node does none.
    pub workers: usize,
}

/// A runner at work.
#[derive(Debug)]
pub struct Running {
    phase: watch::Sender<Phase>,
    task: JoinHandle<()>,
}

/// Where a runner is told, from elsewhere, that the end is near.
#[derive(Debug, Clone)]
pub struct Gate(watch::Sender<Phase>);

impl Gate {
    /// Begin no more jobs; those that run go on, long ones to the end of their portion.
    pub fn close(&self) {
        self.0.send_if_modified(|phase| {
            let was_open = *phase == Phase::Going;
            if was_open {
                *phase = Phase::Ending;
            }
            was_open
        });
    }
}

impl Running {
    /// What closes this runner's gate.
    pub fn gate(&self) -> Gate {
        Gate(self.phase.clone())
    }

    /// Begin no more jobs, let those that run finish within `bound`, and put the others back.
    pub async fn stop(mut self, bound: Duration) {
        self.gate().close();
        if timeout(bound, &mut self.task).await.is_err() {
            self.phase.send_replace(Phase::Over);
            drop(timeout(Duration::from_secs(2), self.task).await);
        }
    }
}

impl Runner {
    /// Do jobs until told to stop.
    pub fn start(self) -> Running {
        let (phase, told) = watch::channel(Phase::Going);
        Running { phase, task: tokio::spawn(self.run(told)) }
    }

    /// Do everything whose time has come, one after the other, and say how many jobs that were:
    /// for tests.
    pub async fn drain(&self) -> sqlx::Result<usize> {
        let (_going, phase) = watch::channel(Phase::Going);
        let mut done = 0;
        self.plan().await?;
        self.look().await?;
        while let Some(job) = self.claim().await? {
            self.work(job, phase.clone()).await;
            done += 1;
        }
        Ok(done)
    }

    async fn run(self, mut phase: watch::Receiver<Phase>) {
        if self.workers == 0 {
            return;
        }
        report("the timetable cannot be written", self.plan().await);
        report("jobs of the last run stay", self.take_over().await);
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut working = JoinSet::new();
        let mut countdown = 0;
        while *phase.borrow() == Phase::Going {
            if working.len() < self.workers
                && let Some(job) = report("no job can be taken", self.claim().await).flatten()
            {
                let (runner, phase) = (self.clone(), phase.clone());
                working.spawn(async move { runner.work(job, phase).await });
                continue;
            }
            tokio::select! {
                _ = phase.changed() => {}
                () = self.queue.rung() => {}
                Some(_) = working.join_next(), if !working.is_empty() => {}
                _ = looks.tick() => {
                    report("the queue cannot be looked at", self.look().await);
                    if countdown == 0 {
                        report("jobs cannot be counted", self.count().await);
                        countdown = COUNT_EVERY;
                    }
                    countdown -= 1;
                }
            }
        }
        while working.join_next().await.is_some() {}
    }

    /// Give every entry of the timetable its first time.
    async fn plan(&self) -> sqlx::Result<()> {
        let known = store::timetable(&mut self.db.read().await?).await?;
        let is_new = |entry: &&Entry| known.iter().all(|row| row.name != entry.name());
        let new: Vec<&Entry> = self.timetable.iter().filter(is_new).collect();
        if new.is_empty() {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        for entry in new {
            let next = entry.rhythm.after(self.clock.now(), self.zone, dice());
            store::plan(&mut tx, entry.name(), next).await?;
        }
        tx.commit().await
    }

    /// Put entries into the queue whose time has come, and jobs back that lost their node. On SQLite
    /// there is no other node: whose lease ended here has slept, and goes on.
    async fn look(&self) -> sqlx::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let due = store::due(&mut tx, now).await?;
        drop(tx);
        for entry in self.timetable.iter().filter(|entry| due.iter().any(|n| n == entry.name())) {
            let mut tx = self.db.write().await?;
            let next = entry.rhythm.after(now, self.zone, dice());
            if store::begin(&mut tx, entry.name(), now, next).await? {
                self.queue.add_new(&mut tx, &entry.job).await?;
                tx.commit().await?;
            }
        }
        if matches!(self.db, Db::Postgres(_)) {
            self.put_back().await?;
        }
        Ok(())
    }

    async fn claim(&self) -> sqlx::Result<Option<JobRow>> {
        let now = self.clock.now();
        let kinds = self.kinds.names();
        let mut below = i64::MAX;
        while let Some(level) =
            store::ready_level(&mut self.db.read().await?, &kinds, below, now).await?
        {
            let mut tx = self.db.write().await?;
            match store::claim(&mut tx, (&kinds, level), &self.node, now, now + LEASE).await {
                Ok(Some(job)) => return tx.commit().await.map(|()| Some(job)),
                // Other nodes were faster.
                Ok(None) => below = level,
                // Another node has just begun one with the same order.
                Err(error) if is_duplicate(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    async fn work(&self, job: JobRow, phase: watch::Receiver<Phase>) {
        let Some(kind) = self.kinds.get(&job.kind) else { return };
        let begun = self.clock.now();
        let turn = Turn {
            id: job.id,
            epoch: job.epoch,
            attempt: job.attempts,
            is_last: is_last(&kind.policy, &job, begun),
            db: self.db.clone(),
            clock: self.clock.clone(),
            phase,
        };
        let answer = attempt(kind, &job, &turn).await;
        if let Err(failure) = &answer {
            let (id, kind, why, cause) = (job.id, &job.kind, &failure.why, &failure.cause);
            tracing::warn!(job.id = %id, job.kind = kind, cause, "job {kind} failed: {why}");
        }
        // On SQLite nobody takes the job up before the next start, so its end has to be kept.
        while report(
            "the end of a job cannot be kept",
            self.settle((kind, &job), answer.clone(), begun).await,
        )
        .is_none()
            && *turn.phase.borrow() == Phase::Going
        {
            sleep(LOOK_EVERY).await;
        }
    }

    async fn count(&self) -> sqlx::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let oldest = store::oldest_waiting(&mut tx, &self.kinds.names(), now).await?;
        figures::measure(&store::counts(&mut tx).await?, oldest.map(|oldest| now - oldest));
        Ok(())
    }
}

pub(super) fn report<T>(what: &str, done: sqlx::Result<T>) -> Option<T> {
    done.inspect_err(|error| tracing::error!(error = %error, "{what}")).ok()
}

/// Any number, the same for nobody.
fn dice() -> u8 {
    Uuid::new_v4().as_bytes()[0]
}
