//! Forgetting what signing in left behind.
use super::store;
use crate::audit::{Event, Trace};
use crate::clock::span;
use crate::identity::store::{count_sessions_before, delete_sessions_before};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};

/// Rows in one transaction (SEC-114).
const PORTION: u64 = 1_000;

/// Forgets flows that nobody finished and failures that do not count any more.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanSignIn {}

impl Job for CleanSignIn {
    type Parts = ();
    const KIND: &'static str = "sign_in.clean";
    const LABEL: &'static str = "job-clean-sign-in";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (): (), turn: Turn) -> Answer {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        store::delete_stale(&mut tx, turn.clock().now()).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Forgets sessions that are over for long, with what partners were told in them (D36).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanSessions {}

impl Job for CleanSessions {
    /// How long they are kept after their end.
    type Parts = std::time::Duration;
    const KIND: &'static str = "sessions.clean";
    const LABEL: &'static str = "job-clean-sessions";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: Self::Parts, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let before = now - span(kept);
        let total = count_sessions_before(&mut turn.db().read().await?, before).await?;
        let mut done = 0;
        while done < total && !turn.is_ending() {
            let mut tx = turn.db().write().await?;
            turn.tell(&mut tx, done, total).await?;
            let portion = delete_sessions_before(&mut tx, before, PORTION).await?;
            let event = Event::ok("retention.cleaned").reason("session").field("rows", portion);
            event.record(&mut tx, &Trace::default(), now).await?;
            tx.commit().await?;
            done += portion;
            if portion == 0 {
                break;
            }
        }
        let is_cut_short = done < total && turn.is_ending();
        Ok(if is_cut_short { Outcome::Again(std::time::Duration::ZERO) } else { Outcome::Done })
    }
}
