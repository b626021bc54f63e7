//! Forgetting mail.
use super::store;
use crate::audit::{Event, Trace};
use crate::clock::span;
use crate::config::Retention;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Rows of each kind in one transaction (SEC-114).
const PORTION: i64 = 1_000;

/// Forgets what messages said after 30 days, and that there were any after a year (D36). Messages that
/// still wait, for a turn or for an account, are left as they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanMail {}

impl Job for CleanMail {
    type Parts = Retention;
    const KIND: &'static str = "mail.clean";
    const LABEL: &'static str = "job-clean-mail";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: Retention, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let (said, sent) = (now - span(kept.mail_bodies), now - span(kept.mail));
        loop {
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let bodies = store::clean_bodies(&mut tx, said, PORTION).await?;
            let rows = store::delete_old(&mut tx, sent, PORTION).await?;
            let attempts = store::delete_old_attempts(&mut tx, said, PORTION).await?;
            if bodies + rows + attempts == 0 {
                return Ok(Outcome::Done);
            }
            let event = Event::ok("retention.cleaned").reason("mail").field("rows", rows);
            event.field("bodies", bodies).record(&mut tx, &Trace::default(), now).await?;
            tx.commit().await?;
        }
    }
}
