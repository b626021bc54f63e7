//! Forgetting mail.
use super::store;
use crate::audit::{Event, Trace};
use crate::config::Retention;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Forgets what messages said after 30 days, and that there were any after a year (D36).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanMail {}

impl Job for CleanMail {
    type Parts = Retention;
    const KIND: &'static str = "mail.clean";
    const LABEL: &'static str = "job-clean-mail";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, kept: Retention, turn: Turn) -> Answer {
        let before = |kept| {
            turn.clock().now() - TimeDelta::from_std(kept).unwrap_or(TimeDelta::days(36_500))
        };
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let bodies = store::clean_bodies(&mut tx, before(kept.mail_bodies)).await?;
        let rows = store::delete_old(&mut tx, before(kept.mail)).await?;
        store::delete_old_attempts(&mut tx, before(kept.mail_bodies)).await?;
        let event = Event::ok("retention.cleaned").reason("mail").field("rows", rows);
        let event = event.field("bodies", bodies);
        event.record(&mut tx, &Trace::default(), turn.clock().now()).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
