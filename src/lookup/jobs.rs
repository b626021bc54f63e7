//! What the lookup does in the background on one node only. Following the change log and counting
//! searches go on in every node: see `parts`.
use super::intake::Intake;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Looks after records: who departed, who was forgotten, who belongs to whom. Each of its steps
/// finds by itself what is left to do, so it may be cut off anywhere.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SweepRecords {}

impl Job for SweepRecords {
    type Parts = Intake;
    const KIND: &'static str = "lookup.sweep";
    const LABEL: &'static str = "job-sweep-records";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, intake: Intake, turn: Turn) -> Answer {
        intake.sweep(&turn).await?;
        // It stops between two portions when the node does.
        Ok(if turn.is_ending() { Outcome::Again(Duration::ZERO) } else { Outcome::Done })
    }
}
