//! Does the jobs of the queue on one node.
use super::figures;
use super::job::{Answer, Failure, Outcome};
use super::kinds::{Kind, Kinds};
use super::queue::Queue;
use super::store::{self, JobRow, JobState};
use super::timetable::Entry;
use super::trying::{attempt, outcome};
use super::turn::{LEASE, Phase, Turn};
use super::verdict::{is_last, verdict};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};
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

impl Running {
    /// Begin no more jobs, let those that run finish within `bound`, and put the others back.
    pub async fn stop(mut self, bound: Duration) {
        self.phase.send_replace(Phase::Ending);
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

    /// One file, one process: what runs on SQLite was left by a process that is gone.
    async fn take_over(&self) -> sqlx::Result<()> {
        if matches!(self.db, Db::Postgres(_)) {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        store::end_all_leases(&mut tx, self.clock.now()).await?;
        tx.commit().await
    }

    /// Put entries into the queue whose time has come, and jobs back that lost their node.
    async fn look(&self) -> sqlx::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let due = store::due(&mut tx, now).await?;
        let lost = store::lost(&mut tx, now).await?;
        drop(tx);
        for entry in self.timetable.iter().filter(|entry| due.iter().any(|n| n == entry.name())) {
            let mut tx = self.db.write().await?;
            let next = entry.rhythm.after(now, self.zone, dice());
            if store::begin(&mut tx, entry.name(), now, next).await? {
                self.queue.add_new(&mut tx, &entry.job).await?;
                tx.commit().await?;
            }
        }
        for job in lost {
            // Who has this kind knows how to wait for it.
            let Some(kind) = self.kinds.get(&job.kind) else { continue };
            // Once is nobody's fault; twice, it may be the job that ends its node.
            let answer = match job.attempts {
                1 => Ok(Outcome::Again(Duration::ZERO)),
                _ => Err(Failure::new("the node went away").because(&job.node)),
            };
            figures::count_job(&job.kind, "lost");
            self.settle((kind, &job), answer, now).await?;
        }
        Ok(())
    }

    async fn claim(&self) -> sqlx::Result<Option<JobRow>> {
        let now = self.clock.now();
        if store::oldest_waiting(&mut self.db.read().await?, now).await?.is_none() {
            return Ok(None);
        }
        let kinds: Vec<&str> = self.kinds.names().collect();
        let mut tx = self.db.write().await?;
        let job = store::claim(&mut tx, &kinds, &self.node, now, now + LEASE).await?;
        if job.is_some() {
            tx.commit().await?;
        }
        Ok(job)
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
        report("the end of a job cannot be kept", self.settle((kind, &job), answer, begun).await);
    }

    /// Keep what became of a job, with its audit row when a person has to look at it.
    async fn settle(
        &self,
        (kind, job): (&Kind, &JobRow),
        answer: Answer,
        begun: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let now = self.clock.now();
        let outcome = outcome(&answer);
        let verdict = verdict(&kind.policy, job, answer, (begun, now));
        let mut tx = self.db.write().await?;
        if !store::settle(&mut tx, job, &verdict, now).await? {
            figures::count_job(&job.kind, "late");
            return Ok(());
        }
        if verdict.state.needs_a_look() {
            self.note(&mut tx, job, verdict.state, &verdict.error).await?;
        }
        tx.commit().await?;
        let is_over = verdict.state == JobState::GivenUp;
        figures::count_job(&job.kind, if is_over { "given_up" } else { outcome });
        Ok(())
    }

    async fn note(
        &self,
        tx: &mut Tx,
        job: &JobRow,
        state: JobState,
        why: &str,
    ) -> sqlx::Result<()> {
        let name = if state == JobState::Uncertain { "job.uncertain" } else { "job.given_up" };
        let event = Event::ok(name).reason(why).field("kind", &job.kind);
        let event = event.field("job", job.id.to_string()).field("attempts", job.attempts);
        event.record(tx, &Trace::default(), self.clock.now()).await
    }

    async fn count(&self) -> sqlx::Result<()> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let oldest = store::oldest_waiting(&mut tx, now).await?;
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
