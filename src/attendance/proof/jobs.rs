//! Making the keys, at their first use.
use super::key::new_key;
use super::prover::Prover;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::keys::{self, Purpose};
use serde::{Deserialize, Serialize};

/// Makes the two pairs of keys that proofs need, unless they are there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeProofKeys {}

impl Job for MakeProofKeys {
    type Parts = Prover;
    const KIND: &'static str = "proof.keys";
    const LABEL: &'static str = "job-proof-keys";
    const POLICY: Policy = Policy { priority: 10, ..Policy::HOUSE };

    fn once(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, prover: Prover, turn: Turn) -> Answer {
        for purpose in [Purpose::Presence, Purpose::Certificate] {
            let (db, now) = (turn.db(), turn.clock().now());
            let made = keys::load_or_make(db, &prover.master, purpose, now, new_key).await;
            made.map_err(|error| Failure::new("key").because(error))?;
        }
        Ok(Outcome::Done)
    }
}
