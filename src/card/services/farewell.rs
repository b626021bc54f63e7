//! Whoever was erased here is erased at services, too.
use super::crous::name_store::forget_old_names;
use super::fault::Trouble;
use super::store::{self, Subjected};
use super::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// People of one turn.
const PORTION: i64 = 100;

/// How long changes of names are kept.
const NAMES: TimeDelta = TimeDelta::days(90);

/// Tell services of people who were erased here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SayFarewell {}

impl Job for SayFarewell {
    type Parts = Services;
    const KIND: &'static str = "card.farewell";
    const LABEL: &'static str = "job-say-farewell";
    const POLICY: Policy = Policy::SERVICE;

    fn once(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }

    async fn run(self, services: Services, turn: Turn) -> Answer {
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        forget_old_names(&mut tx, turn.clock().now() - NAMES).await?;
        tx.commit().await?;
        let mut failed = None;
        for service in services.on() {
            if let Err(failure) = services.all_farewells(service, &turn).await {
                failed = Some(failure);
            }
        }
        failed.map_or(Ok(Outcome::Done), Err)
    }
}

impl Services {
    /// Everybody at one service. Whom it does not let go keeps nobody else there; the last such answer is
    /// the failure.
    async fn all_farewells(&self, service: Service, turn: &Turn) -> Result<(), Failure> {
        let (mut behind, mut failed) = (Uuid::nil(), None);
        loop {
            let mut tx = turn.db().read().await?;
            let gone = store::orphans(&mut tx, service.as_str(), (behind, PORTION)).await?;
            drop(tx);
            let Some(last) = gone.last() else { return failed.map_or(Ok(()), Err) };
            behind = last.id;
            for known in gone {
                match self.farewell(service, &known, turn).await {
                    Ok(()) => forget(turn, known.id).await?,
                    Err(Trouble::House(failure)) => return Err(failure),
                    Err(Trouble::Service { why, cause, .. }) => {
                        return Err(Failure::new(why).because(cause));
                    }
                    Err(Trouble::Later(fault) | Trouble::Final(fault)) => {
                        failed = Some(Failure::new(format!("answer {}", fault.code)));
                    }
                }
            }
        }
    }

    async fn farewell(
        &self,
        service: Service,
        known: &Subjected,
        turn: &Turn,
    ) -> Result<(), Trouble> {
        match (service, &self.esc, &self.crous) {
            (Service::Esc, Some(esc), _) => {
                let mut tx = turn.db().read().await?;
                let is_shared = store::is_shared(&mut tx, service.as_str(), known).await?;
                drop(tx);
                esc.farewell(known, is_shared).await
            }
            (Service::Crous, _, Some(crous)) => crous.farewell(known, turn.clock().now()).await,
            (Service::Access(_), ..) => self.block(service, known, turn.clock().now()).await,
            (Service::Hook(_), ..) => match self.hook(service) {
                Some(hook) => hook.farewell(known, turn.clock().now()).await,
                None => Ok(()),
            },
            (Service::Directory(_), ..) => match self.directory(service) {
                Some(directory) => directory.farewell(known).await,
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

/// Nobody is known there any more.
async fn forget(turn: &Turn, id: Uuid) -> Result<(), Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    store::forget_subject(&mut tx, id).await?;
    Ok(tx.commit().await?)
}
