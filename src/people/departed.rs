//! People who left every source: hidden since then, erased once nobody needs their name any more (D36).
use super::erasing::{Eraser, Wish};
use crate::audit::{Event, Trace};
use crate::clock::span;
use crate::db::{Tx, rows_of};
use crate::identity::{PersonId, store};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Queue, Turn};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// People looked at together.
const PORTION: i64 = 200;

/// Has people erased who left long ago. Whoever comes back later is somebody new, and welcome.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EraseDeparted {}

/// What it works with.
#[derive(Clone)]
pub struct Leaving {
    /// What erases.
    pub eraser: Eraser,
    /// Where its work is asked for.
    pub queue: Queue,
    /// How long after their last account ended.
    pub after: Duration,
    /// Tables whose rows go on naming people.
    pub needed: &'static [&'static str],
}

impl Job for EraseDeparted {
    type Parts = Leaving;
    const KIND: &'static str = "person.departed";
    const LABEL: &'static str = "job-erase-departed";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, leaving: Leaving, turn: Turn) -> Answer {
        let before = turn.clock().now() - span(leaving.after);
        let mut last = None;
        loop {
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
            let mut tx = turn.db().read().await?;
            let people = store::departed(&mut tx, before, last, PORTION).await?;
            drop(tx);
            if people.is_empty() {
                return Ok(Outcome::Done);
            }
            last = people.last().copied();
            for person in people {
                leaving.let_go(person, &turn).await?;
            }
        }
    }
}

impl Leaving {
    async fn let_go(&self, person: PersonId, turn: &Turn) -> Result<(), Failure> {
        let now = turn.clock().now();
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let accounts = store::accounts_of(&mut tx, person).await?;
        let is_back = accounts.iter().any(|account| account.ended_at.is_none());
        if is_back || self.is_needed(&mut tx, person).await? {
            return Ok(());
        }
        let event = Event::ok("person.erase").reason("left").field("of", person);
        let wish = Wish { by: None, reason: "left", event: &event, may_return: true };
        self.eraser.begin(&mut tx, &self.queue, person, &wish, (&Trace::default(), now)).await?;
        self.queue.commit(tx).await?;
        Ok(())
    }

    /// Whether something has to go on naming them.
    async fn is_needed(&self, tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
        for held in self.eraser.held.iter().filter(|held| self.needed.contains(&held.table)) {
            if !rows_of(tx, held, person.0).await?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
