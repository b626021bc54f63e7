//! What a runner writes when a try is over: by its answer, or because its node died.
use super::figures;
use super::job::{Answer, Failure, Outcome, Policy};
use super::kinds::Kind;
use super::runner::Runner;
use super::store::{self, JobRow, JobState};
use super::trying::outcome;
use super::verdict::verdict;
use crate::audit::{Event, Trace};
use crate::db::{Db, Tx};
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// Whoever knows a job is given so long to put it back, before somebody does who does not.
const STRANGE: TimeDelta = TimeDelta::minutes(1);

impl Runner {
    /// Keep what became of a job.
    pub(super) async fn settle(
        &self,
        (kind, job): (&Kind, &JobRow),
        answer: Answer,
        begun: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let outcome = outcome(&answer);
        let mut tx = self.db.write().await?;
        let Some(state) = self.write(&mut tx, (&kind.policy, job), answer, begun).await? else {
            figures::count_job(&job.kind, "late");
            return Ok(());
        };
        tx.commit().await?;
        let is_over = state == JobState::GivenUp;
        figures::count_job(&job.kind, if is_over { "given_up" } else { outcome });
        Ok(())
    }

    /// One file, one process: what runs on SQLite was left by a process that is gone.
    pub(super) async fn take_over(&self) -> sqlx::Result<()> {
        if matches!(self.db, Db::Postgres(_)) {
            return Ok(());
        }
        let mut tx = self.db.write().await?;
        store::end_all_leases(&mut tx, self.clock.now()).await?;
        tx.commit().await?;
        self.put_back().await
    }

    /// Put jobs back whose node let their leases end.
    pub(super) async fn put_back(&self) -> sqlx::Result<()> {
        let now = self.clock.now();
        let lost = store::lost(&mut self.db.read().await?, &self.kinds.names(), now).await?;
        for job in lost {
            let Some(kind) = self.kinds.get(&job.kind) else { continue };
            let mut tx = self.db.write().await?;
            // Its node may have renewed its lease meanwhile, or another one may have been faster.
            let Some(job) = store::count_death(&mut tx, &job, now).await? else { continue };
            // Once is nobody's fault; twice, it may be the job that ends its node.
            let answer = match job.deaths {
                1 => Ok(Outcome::Again(Duration::ZERO)),
                _ => Err(Failure::new("the node went away").because(&job.node)),
            };
            self.write(&mut tx, (&kind.policy, &job), answer, now).await?;
            tx.commit().await?;
            figures::count_job(&job.kind, "lost");
        }
        self.put_back_strangers(now).await
    }

    /// Jobs of a kind that was switched off while one was done: they wait, for whoever does such jobs
    /// again or for somebody who forgets them.
    async fn put_back_strangers(&self, now: DateTime<Utc>) -> sqlx::Result<()> {
        let is_alone = matches!(self.db, Db::Sqlite { .. });
        let before = if is_alone { now } else { now - STRANGE };
        let kinds = self.kinds.names();
        for job in store::lost_by_others(&mut self.db.read().await?, &kinds, before).await? {
            let mut tx = self.db.write().await?;
            let Some(job) = store::count_death(&mut tx, &job, now).await? else { continue };
            let again = Ok(Outcome::Again(Duration::ZERO));
            self.write(&mut tx, (&Policy::HOUSE, &job), again, now).await?;
            tx.commit().await?;
            figures::count_job(&job.kind, "lost");
        }
        Ok(())
    }

    /// The new state, with its audit row when a person has to look at it. `None`: somebody else has
    /// the job now.
    async fn write(
        &self,
        tx: &mut Tx,
        (policy, job): (&Policy, &JobRow),
        answer: Answer,
        begun: DateTime<Utc>,
    ) -> sqlx::Result<Option<JobState>> {
        let now = self.clock.now();
        let verdict = verdict(policy, job, answer, (begun, now));
        if !store::settle(tx, job, &verdict, now).await? {
            return Ok(None);
        }
        let state = verdict.state;
        if state.needs_a_look() {
            let name = if state == JobState::Uncertain { "job.uncertain" } else { "job.given_up" };
            let event = Event::ok(name).reason(&verdict.error).field("kind", &job.kind);
            let event = event.field("job", job.id.to_string()).field("attempts", job.attempts);
            event.record(tx, &Trace::default(), now).await?;
        }
        Ok(Some(state))
    }
}
