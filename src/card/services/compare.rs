//! Each night: what services should know is held against what they were told.
//!
//! It finds what no step of a card tells of: another name, mail address, end of rights or fare; cards that worked
//! before a service was switched on; and whom a service was not asked about for a week.
use super::store::{self, Telling};
use super::told::{BROKEN, OFF, ToldState};
use super::{Facts, Nothing, Service, Services, TellService};
use crate::card::state::State;
use crate::db::Tx;
use crate::jobs::{Answer, Job, Outcome, Policy, Turn, is_open};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// Holders of one turn.
const PORTION: i64 = 200;
/// The CROUS changes what it knows by itself: it is asked again after this time.
const WEEK: TimeDelta = TimeDelta::days(7);

/// Hold what services were told against what is so.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CompareServices {
    /// Behind this holder.
    pub after: Uuid,
}

impl Job for CompareServices {
    type Parts = Services;
    const KIND: &'static str = "card.compare";
    const LABEL: &'static str = "job-compare-services";
    const POLICY: Policy = Policy::HOUSE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        let mut last = self.after;
        loop {
            let mut tx = turn.db().read().await?;
            let holders = store::holders_after(&mut tx, last, PORTION).await?;
            drop(tx);
            let Some(end) = holders.last().copied() else { return Ok(Outcome::Done) };
            for holder in holders {
                services.compare(&turn, holder).await?;
            }
            last = end;
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
    }
}

impl Services {
    async fn compare(&self, turn: &Turn, holder: Uuid) -> Result<(), crate::jobs::Failure> {
        let now = turn.clock().now();
        let mut owed = Vec::new();
        let mut tx = turn.db().read().await?;
        for service in self.on() {
            if self.owes(&mut tx, (service, holder), now).await? {
                owed.push(service);
            }
        }
        drop(tx);
        if owed.is_empty() {
            return Ok(());
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        for service in owed {
            self.ask(&mut tx, service, holder).await?;
        }
        Ok(self.queue.commit(tx).await?)
    }

    /// Whether a service has to be told something that nobody asked for yet.
    async fn owes(
        &self,
        tx: &mut Tx,
        (service, holder): (Service, Uuid),
        now: DateTime<Utc>,
    ) -> sqlx::Result<bool> {
        let Some(facts) = self.facts(tx, service, holder).await? else { return Ok(false) };
        let is_waiting = |told: &Telling| told.state == ToldState::Waiting;
        if facts.tellings.iter().any(is_waiting) {
            return Ok(false);
        }
        let wanted = match self.wanted(service, &facts) {
            Ok(wanted) => wanted.digest(),
            Err(Nothing(why)) => why.to_owned(),
        };
        if !differs(&facts, &wanted) && !is_old(service, &facts, now) {
            return Ok(false);
        }
        Ok(!is_open(tx, &TellService { service, holder }).await?)
    }
}

/// Whether some card was told otherwise, or could not be told and nobody tries any more.
fn differs(facts: &Facts, wanted: &str) -> bool {
    facts.cards.iter().any(|card| match (facts.telling(card.id), card.state) {
        (None, state) => state == State::Enabled,
        (Some(told), State::Enabled) => told.wanted != wanted || is_stuck(told),
        (Some(told), _) => is_stuck(told) || !told.digest.is_empty() && told.wanted != OFF,
    })
}

/// It failed, and the job that went on trying may be gone; or the service was broken for longer than the job had
/// patience.
fn is_stuck(told: &Telling) -> bool {
    told.state == ToldState::Failing || told.state == ToldState::Refused && told.code == BROKEN
}

/// Whether a service was not asked for a week that may think otherwise by now: about somebody, or about what it did
/// not quite take.
fn is_old(service: Service, facts: &Facts, now: DateTime<Utc>) -> bool {
    let Some(card) = facts.working() else { return false };
    let is_old = |at: DateTime<Utc>| now - at >= WEEK;
    let asked = facts.known.as_ref().and_then(|known| known.asked_at);
    let noted = facts.telling(card.id).filter(|told| told.is_noted()).map(|told| told.tried_at);
    service == Service::Crous && asked.is_some_and(is_old) || noted.is_some_and(is_old)
}
