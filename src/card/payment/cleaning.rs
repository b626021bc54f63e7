//! Every night: orders that nobody paid, and payments whose time is over.
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long an order waits for an answer.
const SILENT: TimeDelta = TimeDelta::days(1);

/// Remove orders without an answer after a day, and the rest with the cards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanPayments {}

impl Job for CleanPayments {
    type Parts = TimeDelta;
    const KIND: &'static str = "card.clean_payments";
    const LABEL: &'static str = "job-clean-payments";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: TimeDelta, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let rows = store::clean(&mut tx, now - SILENT, now - kept).await?;
        let event = Event::ok("retention.cleaned").reason("payments").field("rows", rows);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
