//! Whoever was erased here is erased at services, too.
use super::crous::name_store::forget_names;
use super::fault::Trouble;
use super::store::{self, Subjected};
use super::{Service, Services};
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

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
        forget_names(&mut tx, turn.clock().now() - NAMES).await?;
        tx.commit().await?;
        for service in services.on() {
            let mut tx = turn.db().read().await?;
            let gone = store::orphans(&mut tx, service.as_str(), PORTION).await?;
            drop(tx);
            for known in gone {
                match services.farewell(service, &known, turn.clock().now()).await {
                    Ok(()) => {}
                    Err(Trouble::House(failure)) => return Err(failure),
                    Err(Trouble::Service { why, cause, .. }) => {
                        return Err(Failure::new(why).because(cause));
                    }
                    Err(Trouble::Later(fault) | Trouble::Final(fault)) => {
                        return Err(Failure::new(format!("answer {}", fault.code)));
                    }
                }
                let mut tx = turn.db().write().await?;
                turn.hold(&mut tx).await?;
                store::forget_subject(&mut tx, known.id).await?;
                tx.commit().await?;
            }
        }
        Ok(Outcome::Done)
    }
}

impl Services {
    async fn farewell(
        &self,
        service: Service,
        known: &Subjected,
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        match (service, &self.esc, &self.crous) {
            (Service::Esc, Some(esc), _) => esc.farewell(known).await,
            (Service::Crous, _, Some(crous)) => crous.farewell(known, now).await,
            _ => Ok(()),
        }
    }
}
