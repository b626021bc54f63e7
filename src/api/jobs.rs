//! Forgetting answers that nobody may ask for again.
use super::store;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};

/// Rows in one transaction (SEC-114).
const PORTION: i64 = 1_000;

/// Forgets answers to acts that are a day old.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CleanAnswers {}

impl Job for CleanAnswers {
    type Parts = ();
    const KIND: &'static str = "api.clean";
    const LABEL: &'static str = "job-clean-answers";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (): (), turn: Turn) -> Answer {
        loop {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let portion = store::clean(&mut tx, turn.clock().now(), PORTION).await?;
            tx.commit().await?;
            if portion < PORTION.unsigned_abs() {
                return Ok(Outcome::Done);
            }
        }
    }
}
