//! What sends people to their schools, made of what was opened.
use crate::audit::Spool;
use crate::clock::Clock;
use crate::db::Db;
use crate::dispatch::remembered::Memory;
use crate::dispatch::{Dispatcher, Files, PartnerBook, Reloader};
use crate::identity::arrival::ArrivalRules;
use crate::identity::sources::Directories;
use crate::web::form_key::FormKey;
use anyhow::{Context, Result};
use std::sync::Arc;

/// Dispatch itself.
pub(super) fn dispatcher(
    files: &Arc<Files<PartnerBook>>,
    directories: Directories,
    rules: &ArrivalRules,
    form_key: &FormKey,
) -> Result<Dispatcher> {
    let memory_key = form_key.secret().try_into().context("the cookie key has another size")?;
    Ok(Dispatcher {
        files: Arc::clone(files),
        directories,
        rules: rules.clone(),
        memory: Memory::new(memory_key)?,
        portals: Arc::default(),
    })
}

/// What reads its files again.
pub(super) fn reloader(
    dispatcher: &Dispatcher,
    (db, clock): (&Db, &Clock),
    spool: &Spool,
) -> Reloader {
    Reloader {
        files: Arc::clone(&dispatcher.files),
        directories: dispatcher.directories.clone(),
        db: db.clone(),
        clock: clock.clone(),
        spool: spool.clone(),
    }
}
