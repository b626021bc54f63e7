//! What the lookup is made of, opened once and shared by all workers.
use super::access::Access;
use super::directory::Directory;
use super::index::{self, Index, IndexRules};
use super::intake::{GraveKey, Intake};
use super::protocol::{self, Protocol};
use super::slow::Slowest;
use crate::audit::Spool;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::identity::store::cloud::count_by_instance;
use crate::keys::{self, MasterKey, Purpose};
use crate::web::resource::Map;
use actix_web::web::Data;
use anyhow::{Context, Result};
use std::time::Duration;

/// Searches are recorded this often (D34).
const MINUTE: Duration = Duration::from_mins(1);
/// Servers are counted this often, minutes.
const MEASURE_MINUTES: u32 = 10;

/// The lookup of this installation.
#[derive(Clone)]
pub struct Parts {
    /// What is searched.
    pub index: Index,
    /// Searches.
    pub directory: Directory,
    /// Writes.
    pub intake: Intake,
    /// Who may search, and how much.
    pub access: Access,
    /// Searches that took long.
    pub slowest: Slowest,
    protocol: Protocol,
    db: Db,
    spool: Spool,
    clock: Clock,
}

impl Parts {
    /// Open them; `None` when `[lookup] enabled` is off.
    pub async fn open(
        config: &Config,
        (db, spool): (&Db, &Spool),
        clock: &Clock,
    ) -> Result<Option<Self>> {
        if !config.lookup.enabled {
            return Ok(None);
        }
        let rules = IndexRules { with_pupils: config.lookup.pupils };
        let index = Index::open(&config.index, rules)?;
        let access = Access::new(config, clock);
        access.remember(db).await?;
        let graves = grave_key(config, db, clock).await?;
        let intake = Intake::new(config, (db, clock), Some(index.clone()), graves);
        Ok(Some(Self {
            directory: Directory::new(config, index.clone(), db.clone(), access.clone()),
            intake,
            index,
            access,
            slowest: Slowest::default(),
            protocol: Protocol::new(config),
            db: db.clone(),
            spool: spool.clone(),
            clock: clock.clone(),
        }))
    }

    /// Only what writes, for commands beside a running service, which follows the change log.
    pub async fn open_intake(config: &Config, db: &Db, clock: &Clock) -> Result<Intake> {
        let graves = grave_key(config, db, clock).await?;
        Ok(Intake::new(config, (db, clock), None, graves))
    }

    /// Hand out the parts and mount the paths.
    pub fn mount(&self, map: &mut Map<'_>) {
        map.data(Data::new(self.index.clone()))
            .data(Data::new(self.directory.clone()))
            .data(Data::new(self.intake.clone()))
            .data(Data::new(self.access.clone()))
            .data(Data::new(self.slowest.clone()))
            .data(Data::new(self.protocol.clone()))
            .with(protocol::routes);
    }

    /// What goes on in the background as long as the service runs: the index follows the change
    /// log, searches are recorded. Never returns.
    pub async fn run(self) {
        let following = index::follow(self.index.clone(), self.db.clone(), self.clock.clone());
        tokio::join!(following, self.look_after());
    }

    async fn look_after(&self) {
        let mut minutes = tokio::time::interval(MINUTE);
        for minute in 0_u32.. {
            minutes.tick().await;
            report("searches cannot be recorded", self.access.keep(&self.db, &self.spool).await);
            if minute.is_multiple_of(MEASURE_MINUTES) {
                report("servers cannot be counted", self.measure().await);
            }
        }
    }

    /// Count the servers' people: what everybody may see follows from it.
    pub async fn measure(&self) -> sqlx::Result<()> {
        let counts = count_by_instance(&mut self.db.read().await?).await?;
        let total = counts.iter().map(|(_, count)| count.unsigned_abs()).sum();
        self.access.measure(total, counts);
        Ok(())
    }
}

/// The key of tombstones follows from the one that all nodes share.
async fn grave_key(config: &Config, db: &Db, clock: &Clock) -> Result<GraveKey> {
    let master = MasterKey::open_or_make(&config.files.keys)?;
    let key = keys::load_or_make(db, &master, Purpose::NameId, clock.now(), keys::random_key);
    Ok(GraveKey::new(key.await.context("the key of tombstones is not to be had")?.secret))
}

fn report(what: &str, done: sqlx::Result<()>) {
    if let Err(error) = done {
        tracing::error!(error = %error, "{what}");
    }
}
