//! What the lookup does in the background on one node only. Following the change log and counting
//! searches go on in every node: see `parts`.
use super::intake::Intake;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};

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
        let report = intake.sweep().await?;
        if report.hidden + report.removed == 0 {
            return Ok(Outcome::Done);
        }
        let mut tx = turn.db().write().await?;
        let event = Event::ok("retention.cleaned").reason("cloud_record");
        let event = event.field("hidden", report.hidden).field("rows", report.removed);
        event.record(&mut tx, &Trace::default(), turn.clock().now()).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
