//! Forgetting mail.
use super::jobs::SendMail;
use super::store::{self, MailState};
use crate::audit::{Event, Trace};
use crate::clock::span;
use crate::config::Retention;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn, is_open};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Rows of each kind in one transaction (SEC-114).
const PORTION: i64 = 1_000;
/// A job that ends leaves its message alone for less.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// Forgets what messages said after 30 days, and that there were any after a year (D36). Messages that
/// still wait, for a turn or for an account, are left as they are, while there is a job that sends them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanMail {}

/// A message that waits while nobody sends it any more, because its job was given up or forgotten, has
/// failed: a person may send it again.
async fn strand(turn: &Turn) -> Result<(), Failure> {
    let before = turn.clock().now() - A_DAY;
    let mut last = None;
    loop {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let waiting = store::waiting(&mut tx, (last, before), PORTION).await?;
        last = waiting.last().copied();
        for mail in waiting {
            if !is_open(&mut tx, &SendMail { mail }).await? {
                let now = turn.clock().now();
                store::settle(&mut tx, mail, MailState::Failed, "nobody sends it", now).await?;
            }
        }
        tx.commit().await?;
        if last.is_none() {
            return Ok(());
        }
    }
}

impl Job for CleanMail {
    type Parts = Retention;
    const KIND: &'static str = "mail.clean";
    const LABEL: &'static str = "job-clean-mail";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: Retention, turn: Turn) -> Answer {
        let now = turn.clock().now();
        strand(&turn).await?;
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
