//! Every hour: cards follow the rights of their holders.
use super::Step;
use super::desk::{Desk, Hand};
use super::holder::known;
use super::state::{Actor, State};
use super::store::{self, Card, Holder};
use super::validity::{follow, takes_due};
use crate::db::Tx;
use crate::identity::store::account_by_id;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Holders of one turn.
const PORTION: i64 = 200;

/// Read again what accounts say, and lead cards where their time leads them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FollowHolders {}

impl Job for FollowHolders {
    type Parts = Desk;
    const KIND: &'static str = "card.follow";
    const LABEL: &'static str = "job-follow-holders";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let (mut last, mut failed) = (Uuid::nil(), None);
        loop {
            let now = turn.clock().now();
            let mut tx = turn.db().read().await?;
            let holders = store::all_after(&mut tx, last, PORTION).await?;
            let mut behind = Vec::new();
            for holder in &holders {
                // One holder who cannot be read or followed keeps no other from being followed.
                match desk.lags(&mut tx, holder, now).await {
                    Ok(true) => behind.push(holder),
                    Ok(false) => {}
                    Err(error) => failed = Some(Failure::new("card").because(error)),
                }
            }
            drop(tx);
            let Some(end) = holders.last() else { break };
            last = end.id;
            for holder in behind {
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                match desk.follow(&mut tx, holder, now).await {
                    Ok(()) => tx.commit().await?,
                    Err(error) => failed = Some(Failure::new("card").because(error)),
                }
            }
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
        Self::warn(&desk, &turn).await?;
        failed.map_or(Ok(Outcome::Done), Err)
    }
}

/// Until when a card is good and where time leads it, where that is something else than now.
fn moved(card: &Card, due: DateTime<Utc>, now: DateTime<Utc>) -> (bool, Option<State>) {
    (takes_due(card.state) && card.due_at != Some(due), follow(card.state, due, now))
}

impl Desk {
    /// Whether there is something to follow.
    async fn lags(&self, tx: &mut Tx, holder: &Holder, now: DateTime<Utc>) -> sqlx::Result<bool> {
        let Some(account) = account_by_id(tx, holder.account).await? else { return Ok(false) };
        if known(holder, &account, &self.rules) != *holder {
            return Ok(true);
        }
        let cards = store::cards_of(tx, account.person).await?;
        let moves = |card: &Card| match holder.due_at {
            Some(due) if card.of.holder == holder.id => moved(card, due, now) != (false, None),
            _ => false,
        };
        let working = cards.iter().filter(|card| card.state == State::Enabled).count();
        Ok(working > 1 || cards.iter().any(moves))
    }

    /// Lead the cards of a holder where their time leads them.
    pub async fn follow(
        &self,
        tx: &mut Tx,
        holder: &Holder,
        now: DateTime<Utc>,
    ) -> web::Result<()> {
        let Some(account) = account_by_id(tx, holder.account).await? else { return Ok(()) };
        store::hold(tx, account.person).await?;
        let holder = known(holder, &account, &self.rules);
        store::renew(tx, &holder, now).await?;
        let nobody = Hand::of_nobody(now);
        let cards = store::cards_of(tx, account.person).await?;
        for card in cards.into_iter().filter(|card| card.of.holder == holder.id) {
            // A date that nobody can read ends nothing.
            let Some(due) = holder.due_at else { break };
            let (is_later, to) = moved(&card, due, now);
            let card = if is_later {
                let moved = Card { due_at: Some(due), ..card };
                store::rewrite(tx, &moved).await?;
                Card { version: moved.version + 1, ..moved }
            } else {
                card
            };
            if let Some(to) = to {
                self.enter(tx, card, (Actor::System, to), &Step::default(), &nobody).await?;
            }
        }
        // Joined accounts may have brought two that work: the one that was enabled last stays.
        for other in store::enabled_of(tx, account.person).await?.into_iter().skip(1) {
            let to = (Actor::System, State::Disabled);
            self.enter(tx, other, to, &Step::default(), &nobody).await?;
        }
        Ok(())
    }
}
