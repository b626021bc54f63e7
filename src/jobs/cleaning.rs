//! The queue's own cleaning.
use super::job::{Answer, Job, Outcome, Policy};
use super::store::{self, JobState};
use super::turn::Turn;
use crate::audit::{Event, Trace};
use crate::clock::span;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Rows in one transaction (SEC-114).
const PORTION: i64 = 1_000;
/// Jobs that somebody should have looked at are kept for a year, whatever is set.
const UNSEEN: TimeDelta = TimeDelta::days(365);

/// Forgets jobs that ended long ago.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanJobs {}

impl Job for CleanJobs {
    /// How long jobs are kept that are done.
    type Parts = Duration;
    const KIND: &'static str = "jobs.clean";
    const LABEL: &'static str = "job-clean-jobs";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: Duration, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let seen = now - span(kept);
        for (state, before) in [
            (JobState::Done, seen),
            (JobState::GivenUp, seen.min(now - UNSEEN)),
            (JobState::Uncertain, seen.min(now - UNSEEN)),
        ] {
            loop {
                if turn.is_ending() {
                    return Ok(Outcome::Again(Duration::ZERO));
                }
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                let portion = store::delete_finished(&mut tx, state, before, PORTION).await?;
                if portion == 0 {
                    break;
                }
                let event = Event::ok("retention.cleaned").reason("job").field("rows", portion);
                event.record(&mut tx, &Trace::default(), now).await?;
                tx.commit().await?;
            }
        }
        Ok(Outcome::Done)
    }
}
