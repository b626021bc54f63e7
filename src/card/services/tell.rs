//! The outbox: one job for a service and a holder, which brings the service to what is so now.
//!
//! The job says whom it is about and nothing else. Whatever changed while a service was away is told
//! once, as it is when the service is back.
use super::crous::ReadFares;
use super::fault::{Fault, Trouble};
use super::round::Round;
use super::store::{self, Health};
use super::told::{BROKEN, ToldState};
use super::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use uuid::Uuid;

/// So often one card may break a service, and somebody has to see to it.
const MOST: i64 = 20;
/// Whoever found a service broken asks it again so long behind the others.
const BEHIND: Duration = Duration::from_secs(30);

/// Tell a service of a holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellService {
    /// Which service.
    pub service: Service,
    /// Of whom.
    pub holder: Uuid,
}

impl Job for TellService {
    type Parts = Services;
    const KIND: &'static str = "card.tell";
    const LABEL: &'static str = "job-tell-service";
    /// Twenty tries in five days. Everything else goes first: after an outage, or when a service is
    /// switched on, there may be one for each card.
    const POLICY: Policy = Policy {
        priority: -20,
        waits: &[
            Duration::from_mins(1),
            Duration::from_mins(5),
            Duration::from_mins(15),
            Duration::from_hours(1),
            Duration::from_hours(6),
        ],
        gives_up_after: Duration::from_hours(5 * 24),
        patience: Duration::from_mins(10),
    };

    fn order(&self) -> Option<(String, Uuid)> {
        Some((self.service.order(), self.holder))
    }

    fn once(&self) -> Option<String> {
        Some(format!("{}:{}", self.service.as_str(), self.holder))
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        if !services.is_on(self.service) {
            return Ok(Outcome::Done);
        }
        let is_probe = match enter(self.service, &turn).await? {
            Entry::Open => false,
            Entry::Probe => true,
            Entry::Rests(wait) => return Ok(Outcome::Again(wait)),
        };
        let mut tx = turn.db().read().await?;
        let facts = services.facts(&mut tx, self.service, self.holder).await?;
        drop(tx);
        let Some(facts) = facts else {
            if is_probe {
                pass_on(&services, self.service, &turn).await?;
            }
            return Ok(Outcome::Done);
        };
        let mut round = Round::new(self.service, facts, &turn);
        let told = Box::pin(services.visit(&mut round)).await;
        end(&services, &turn, (round, is_probe), told).await
    }
}

enum Entry {
    Open,
    /// Its rest is over, and this visit finds out whether it is back.
    Probe,
    Rests(Duration),
}

/// Whether the service can be asked.
async fn enter(service: Service, turn: &Turn) -> Result<Entry, Failure> {
    let now = turn.clock().now();
    let health = store::health(&mut turn.db().read().await?, service.as_str()).await?;
    if let Some(wait) = health.rests(now) {
        return Ok(Entry::Rests(wait));
    }
    if health.rests_until.is_none() {
        return Ok(Entry::Open);
    }
    let until = health.after_probe(now);
    let mut tx = turn.db().write().await?;
    let is_ours = store::probe(&mut tx, service.as_str(), (now, until)).await?;
    tx.commit().await?;
    let wait = (until - now).to_std().unwrap_or_default();
    Ok(if is_ours { Entry::Probe } else { Entry::Rests(wait) })
}

/// What becomes of the job, and of what is known of the service.
async fn end(
    services: &Services,
    turn: &Turn,
    (mut round, is_probe): (Round, bool),
    told: Result<(), Trouble>,
) -> Answer {
    match round.note(told).await {
        Ok(()) => {}
        Err(Trouble::Service { why, wait, cause }) => {
            return away(turn, (&mut round, is_probe), (why, wait, cause)).await;
        }
        Err(trouble) => return Err(trouble.into()),
    }
    if round.wanted == "no_fares" {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        services.queue.add(&mut tx, &ReadFares {}).await?;
        services.queue.commit(tx).await?;
    }
    worked(services, &round, turn, is_probe).await?;
    round.later.map_or(Ok(Outcome::Done), |code| Err(Failure::new(format!("answer {code}"))))
}

/// The service fails. It may be what was told that breaks it: so the others go first when its rest is over, and
/// in the end it is for somebody to see.
async fn away(
    turn: &Turn,
    (round, is_probe): (&mut Round, bool),
    (why, wait, cause): (&'static str, Option<Duration>, String),
) -> Answer {
    let health = failed(round, (turn, is_probe), (why, wait)).await?;
    let rest = health.rests(turn.clock().now());
    let is_over = why == BROKEN && round.tries() + 1 >= MOST;
    let state = match rest {
        _ if is_over => ToldState::Refused,
        Some(_) => ToldState::Failing,
        None => round.failing(),
    };
    round.fail(state, Fault::ours(why)).await?;
    match rest {
        _ if is_over => Ok(Outcome::Done),
        Some(rest) => Ok(Outcome::Again(rest + BEHIND)),
        None => Err(Failure::new(why).because(cause)),
    }
}

/// It is counted.
async fn failed(
    round: &Round,
    (turn, is_probe): (&Turn, bool),
    (why, wait): (&str, Option<Duration>),
) -> Result<Health, Failure> {
    let name = round.service.as_str();
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let now = turn.clock().now();
    let before = store::health(&mut tx, name).await?;
    if !is_probe && before.rests(now).is_some() {
        // It was asked before it was left alone: the same failure is not counted again.
        return Ok(before);
    }
    let health = before.failed(why, wait, now);
    store::keep_health(&mut tx, name, &health).await?;
    tx.commit().await?;
    Ok(health)
}

/// The service answered: whoever waited for it goes on. Of a healthy one it is written once a minute.
async fn worked(
    services: &Services,
    round: &Round,
    turn: &Turn,
    is_probe: bool,
) -> Result<(), Failure> {
    let (name, now) = (round.service.as_str(), turn.clock().now());
    let health = store::health(&mut turn.db().read().await?, name).await?;
    let is_fresh = health.worked_at.is_some_and(|at| now - at < chrono::TimeDelta::minutes(1));
    if round.calls == 0 {
        return if is_probe { pass_on(services, round.service, turn).await } else { Ok(()) };
    }
    if health.failures == 0 && is_fresh {
        return Ok(());
    }
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::keep_health(&mut tx, name, &Health::worked(now)).await?;
    if health.rests_until.is_some() {
        services.queue.hasten::<TellService>(&mut tx).await?;
    }
    Ok(services.queue.commit(tx).await?)
}

/// Nothing had to be said, so nothing was found out: the next one tries, now.
async fn pass_on(services: &Services, service: Service, turn: &Turn) -> Result<(), Failure> {
    let (name, now) = (service.as_str(), turn.clock().now());
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let health = store::health(&mut tx, name).await?;
    store::keep_health(&mut tx, name, &Health { rests_until: Some(now), ..health }).await?;
    services.queue.hasten_next(&mut tx, &service.order()).await?;
    Ok(services.queue.commit(tx).await?)
}
