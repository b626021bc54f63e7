//! The audit record's retention.
use super::job::{Answer, Job, Outcome, Policy};
use super::turn::Turn;
use crate::audit;
use crate::config::Audit;
use serde::{Deserialize, Serialize};

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
        audit::tidy(turn.db(), &settings, turn.clock().now()).await?;
        Ok(Outcome::Done)
    }
}
