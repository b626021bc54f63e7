//! Services outside that are told of cards (decision 0034).
//!
//! What a service should know is a pure function of the holder, the account and the cards ([`Wanted`]); a look at it
//! beforehand and the call use the same one. [`TellService`] brings a service there, and is asked for in the
//! transaction that changes a card ([`Services::heard`]).
mod access;
mod circuit;
mod compare;
pub(super) mod deciding;
mod directory;
mod facts;
mod farewell;
mod fault;
mod held;
mod hook;
pub(super) mod listing;
mod name;
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

pub use access::{Format as AccessFormat, WriteAccess};
pub use compare::CompareServices;
pub use crous::{ReadFares, RenameHolders};
pub use esc::PurgeRouter;
pub use facts::Facts;
pub use farewell::SayFarewell;
pub use fault::{Fault, Trouble};
pub use held::HELD;
pub use name::Name;
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
use crate::jobs::{NewJob, Queue};
use crate::mail::MailAddress;
use crate::uploads::Vault;
use crate::web::lang::Lang;
use round::Round;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use told::PERHAPS;
use uuid::Uuid;
use wire::Near;

/// How urgent it is to tell that a card works no more: before whatever else waits for services.
const STOPPED: i64 = 0;

/// A service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Service {
    /// The router of the European student card.
    Esc,
    /// CROUS and IZLY.
    Crous,
    /// Files for access control, by `access:` and the name of their section.
    Access(Name),
    /// A program that gets signed messages, by `hook:` and the name of its section.
    Hook(Name),
    /// Values in a directory, by `directory:` and the name of their section.
    Directory(Name),
}

/// Those that are switched on.
#[derive(Clone)]
pub struct Services {
    esc: Option<Arc<esc::Esc>>,
    crous: Option<Arc<crous::Crous>>,
    access: Arc<[access::Access]>,
    hooks: Arc<[hook::Hook]>,
    directories: Arc<[directory::Directory]>,
    clock: Clock,
    queue: Queue,
    reports: Arc<[MailAddress]>,
}

impl Service {
    /// Its stable name.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Esc => "esc",
            Self::Crous => "crous",
            Self::Access(name) | Self::Hook(name) | Self::Directory(name) => name.as_str(),
        }
    }

    /// The service of this name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "esc" => Some(Self::Esc),
            "crous" => Some(Self::Crous),
            _ if name.starts_with("access:") => Name::new(name).map(Self::Access),
            _ if name.starts_with("hook:") => Name::new(name).map(Self::Hook),
            _ if name.starts_with("directory:") => Name::new(name).map(Self::Directory),
            _ => None,
        }
    }

    /// Its name for people.
    pub fn label(self, lang: Lang) -> String {
        match self {
            Self::Esc => lang.t("card-service-esc"),
            Self::Crous => lang.t("card-service-crous"),
            Self::Access(_) => lang.t_with("card-service-access", &[("name", &self.section())]),
            Self::Hook(_) => lang.t_with("card-service-hook", &[("name", &self.section())]),
            Self::Directory(_) => {
                lang.t_with("card-service-directory", &[("name", &self.section())])
            }
        }
    }

    /// The name of its section.
    fn section(&self) -> &str {
        self.as_str().split_once(':').map_or("", |(_, name)| name)
    }

    /// Jobs of one service about one holder follow each other, and keep no other service waiting.
    fn order(self) -> String {
        format!("card:{}", self.as_str())
    }
}

impl From<Service> for String {
    fn from(service: Service) -> Self {
        service.as_str().to_owned()
    }
}

impl TryFrom<String> for Service {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Self::parse(&name).ok_or("no service has this name")
    }
}

impl Services {
    /// As the settings have them; `faces`: where photos lie.
    pub fn open(config: &Config, (clock, queue): (&Clock, &Queue), faces: &Vault) -> Self {
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
            access: config
                .access
                .iter()
                .filter_map(|it| access::Access::new(it.clone(), &config.card.verso, zone))
                .collect(),
            hooks: config
                .hooks
                .iter()
                .filter_map(|it| hook::Hook::new(it.clone(), &near))
                .collect(),
            directories: config
                .directories
                .iter()
                .filter_map(|it| directory::Directory::new(it.clone(), faces))
                .collect(),
            clock: clock.clone(),
            queue: queue.clone(),
            reports: config.card_reports.as_slice().into(),
        }
    }

    /// Whether a service is switched on.
    pub fn is_on(&self, service: Service) -> bool {
        match service {
            Service::Esc => self.esc.is_some(),
            Service::Crous => self.crous.is_some(),
            Service::Access(_) => self.export(service).is_some(),
            Service::Hook(_) => self.hook(service).is_some(),
            Service::Directory(_) => self.directory(service).is_some(),
        }
    }

    /// An export of access control.
    fn export(&self, service: Service) -> Option<&access::Access> {
        self.access.iter().find(|export| Service::Access(export.name) == service)
    }

    /// A program that gets messages.
    fn hook(&self, service: Service) -> Option<&hook::Hook> {
        self.hooks.iter().find(|hook| Service::Hook(hook.name) == service)
    }

    /// A directory that is written to.
    fn directory(&self, service: Service) -> Option<&directory::Directory> {
        self.directories.iter().find(|directory| Service::Directory(directory.name) == service)
    }

    /// Those that are switched on, in the order in which they are asked for.
    pub fn on(&self) -> impl Iterator<Item = Service> {
        let one = [Service::Esc, Service::Crous].into_iter();
        let exports = self.access.iter().map(|export| Service::Access(export.name));
        let hooks = self.hooks.iter().map(|hook| Service::Hook(hook.name));
        let directories = self.directories.iter().map(|it| Service::Directory(it.name));
        one.filter(|service| self.is_on(*service)).chain(exports).chain(hooks).chain(directories)
    }

    /// A card came to a state: whoever has to know is told when this transaction is kept. That one works no more
    /// goes before all others that wait.
    pub async fn heard(&self, tx: &mut Tx, card: &Card) -> sqlx::Result<()> {
        if !matches!(card.state, State::Enabled | State::Disabled | State::Caduc) {
            return Ok(());
        }
        for service in self.on() {
            self.ask(tx, service, card.of.holder).await?;
            if card.state != State::Enabled && !matches!(service, Service::Access(_)) {
                let job = TellService { service, holder: card.of.holder };
                self.queue.add_new(tx, &NewJob::of(&job).urgency(STOPPED)).await?;
            }
        }
        if self.access.iter().any(access::Access::is_read_at_once) {
            self.queue.add(tx, &WriteAccess { at_once: true }).await?;
        }
        Ok(())
    }

    /// Somebody lets others see their photo, or does not any more: whoever shows it is told.
    pub async fn agreed(&self, tx: &mut Tx, holder: Uuid) -> sqlx::Result<()> {
        for directory in self.directories.iter().filter(|directory| directory.shows_faces()) {
            self.ask(tx, Service::Directory(directory.name), holder).await?;
        }
        Ok(())
    }

    /// Tell a service again, whatever became of the last try.
    pub async fn again(&self, tx: &mut Tx, service: Service, holder: Uuid) -> sqlx::Result<()> {
        if let Service::Access(_) = service {
            store::doubt_cards(tx, (service.as_str(), holder), PERHAPS).await?;
            return self.ask(tx, service, holder).await;
        }
        self.queue.again(tx, &TellService { service, holder }).await.map(|_| ())
    }

    /// Tell a service everything of a holder, who is held, as if nobody knew whether it arrived.
    pub async fn retell(&self, tx: &mut Tx, service: Service, holder: Uuid) -> sqlx::Result<()> {
        store::doubt(tx, service.as_str(), holder, PERHAPS).await?;
        self.again(tx, service, holder).await
    }

    /// Ask for a service to be told of a holder.
    pub async fn ask(&self, tx: &mut Tx, service: Service, holder: Uuid) -> sqlx::Result<()> {
        if let Service::Access(_) = service {
            let now = self.clock.now();
            return store::wait_for_file(tx, (service.as_str(), holder), now).await;
        }
        self.queue.add(tx, &TellService { service, holder }).await.map(|_| ())
    }

    /// What a service should know of a holder, or why it is told nothing.
    pub fn wanted(&self, service: Service, facts: &Facts) -> Result<Wanted, Nothing> {
        let off = Nothing("switched_off");
        match service {
            Service::Esc => self.esc.as_ref().ok_or(off)?.wanted(facts),
            Service::Crous => self.crous.as_ref().ok_or(off)?.wanted(facts),
            Service::Access(_) => self.export(service).ok_or(off)?.wanted(facts),
            Service::Hook(_) => self.hook(service).ok_or(off)?.wanted(facts),
            Service::Directory(_) => self.directory(service).ok_or(off)?.wanted(facts),
        }
    }

    async fn visit(&self, round: &mut Round) -> Result<(), Trouble> {
        match (round.service, &self.esc, &self.crous) {
            (Service::Esc, Some(esc), _) => esc.tell(round).await?,
            (Service::Crous, _, Some(crous)) => crous.tell(round).await?,
            (service @ Service::Hook(_), ..) => {
                if let Some(hook) = self.hook(service) {
                    hook.tell(round).await?;
                }
            }
            (service @ Service::Directory(_), ..) => {
                if let Some(directory) = self.directory(service) {
                    directory.tell(round).await?;
                }
            }
            _ => {}
        }
        round.calm().await
    }
}
