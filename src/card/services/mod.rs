//! Services outside that are told of cards (decision 0034).
//!
//! What a service should know is a pure function of the holder, the account and the cards ([`Wanted`]); a look at it
//! beforehand and the call use the same one. [`TellService`] brings a service there, and is asked for in the
//! transaction that changes a card ([`Services::heard`]).
mod circuit;
mod compare;
mod facts;
mod farewell;
mod fault;
mod held;
pub(super) mod names;
mod pace;
mod report;
mod round;
mod saying;
mod subject;
mod tell;
mod told;
mod wanted;
mod wire;
pub(super) mod zones;

#[cfg(test)]
mod test_cards;

pub mod crous;
pub mod esc;
pub(super) mod office;
pub mod pages;
pub mod store;

pub use compare::CompareServices;
pub use crous::{ReadFares, RenameHolders};
pub use facts::Facts;
pub use farewell::SayFarewell;
pub use fault::{Fault, Trouble};
pub use held::HELD;
pub use report::{ReportServices, SumServicesUp};
pub use subject::{ATTRIBUTES, Subject};
pub use tell::TellService;
pub use told::ToldState;
pub use wanted::{Nothing, Wanted};

use super::state::State;
use super::store::Card;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Tx;
use crate::jobs::Queue;
use crate::mail::MailAddress;
use round::Round;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;
use wire::Near;

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Service {
    /// The router of the European student card.
    Esc,
    /// CROUS and IZLY.
    Crous,
}

/// Those that are switched on.
#[derive(Clone)]
pub struct Services {
    esc: Option<Arc<esc::Esc>>,
    crous: Option<Arc<crous::Crous>>,
    queue: Queue,
    reports: Arc<[MailAddress]>,
}

impl Service {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 2] = [Self::Esc, Self::Crous];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Esc => "esc",
            Self::Crous => "crous",
        }
    }

    /// The service of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.as_str() == name)
    }

    /// Key of its name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Esc => "card-service-esc",
            Self::Crous => "card-service-crous",
        }
    }

    fn order(self) -> &'static str {
        match self {
            Self::Esc => "card:esc",
            Self::Crous => "card:crous",
        }
    }
}

impl Services {
    /// As the settings have them.
    pub fn open(config: &Config, clock: &Clock, queue: &Queue) -> Self {
        let host = config.http.public_url.host_str().unwrap_or_default();
        let near = Near {
            allowed: config.mail.allowed.clone(),
            agent: format!("Aiguillage/{} ({host})", env!("CARGO_PKG_VERSION")),
            clock: clock.clone(),
        };
        let zone = config.dispatch.time_zone;
        Self {
            esc: config.esc.as_deref().map(|it| Arc::new(esc::Esc::new(it.clone(), zone, &near))),
            crous: config.crous.as_deref().map(|it| Arc::new(crous::Crous::new(it.clone(), &near))),
            queue: queue.clone(),
            reports: config.card_reports.as_slice().into(),
        }
    }

    /// Whether a service is switched on.
    pub fn is_on(&self, service: Service) -> bool {
        match service {
            Service::Esc => self.esc.is_some(),
            Service::Crous => self.crous.is_some(),
        }
    }

    /// Those that are switched on.
    pub fn on(&self) -> impl Iterator<Item = Service> {
        Service::ALL.into_iter().filter(|service| self.is_on(*service))
    }

    /// A card came to a state: whoever has to know is told when this transaction is kept.
    pub async fn heard(&self, tx: &mut Tx, card: &Card) -> sqlx::Result<()> {
        if !matches!(card.state, State::Enabled | State::Disabled | State::Caduc) {
            return Ok(());
        }
        for service in self.on() {
            self.ask(tx, service, card.of.holder).await?;
        }
        Ok(())
    }

    /// Ask for a service to be told of a holder.
    pub async fn ask(&self, tx: &mut Tx, service: Service, holder: Uuid) -> sqlx::Result<()> {
        self.queue.add(tx, &TellService { service, holder }).await.map(|_| ())
    }

    /// What a service should know of a holder, or why it is told nothing.
    pub fn wanted(&self, service: Service, facts: &Facts) -> Result<Wanted, Nothing> {
        match (service, &self.esc, &self.crous) {
            (Service::Esc, Some(esc), _) => esc.wanted(facts),
            (Service::Crous, _, Some(crous)) => crous.wanted(facts),
            _ => Err(Nothing("switched_off")),
        }
    }

    async fn visit(&self, round: &mut Round) -> Result<(), Trouble> {
        match (round.service, &self.esc, &self.crous) {
            (Service::Esc, Some(esc), _) => esc.tell(round).await?,
            (Service::Crous, _, Some(crous)) => crous.tell(round).await?,
            _ => {}
        }
        round.calm().await
    }
}
