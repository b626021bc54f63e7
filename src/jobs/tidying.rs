//! The audit record's retention.
use super::job::{Answer, Job, Outcome, Policy};
use super::turn::Turn;
use crate::audit::{Event, Trace, forget_refused, purge};
use crate::config::Audit;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Removes rows that were kept long enough, and what is personal in old refusals. Each of its steps
/// finds by itself what is left to do, so it may be cut off anywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TidyAudit {}

impl Job for TidyAudit {
    type Parts = Audit;
    const KIND: &'static str = "audit.tidy";
    const LABEL: &'static str = "job-tidy-audit";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, settings: Audit, turn: Turn) -> Answer {
        let now = turn.clock().now();
        loop {
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let step = purge(&mut tx, now - settings.keep, now).await?;
            tx.commit().await?;
            if step.is_none() {
                break;
            }
        }
        while !turn.is_ending() {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let erased = forget_refused(&mut tx, now - settings.keep_refused).await?;
            if erased == 0 {
                return Ok(Outcome::Done);
            }
            let event = Event::ok("audit.erased").reason("refused").field("rows", erased);
            event.record(&mut tx, &Trace::default(), now).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Again(Duration::ZERO))
    }
}
