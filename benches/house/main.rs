//! How fast the house is: one table, each figure beside a baseline measured in the same run.
//!
//! `make bench` runs it. `SCHOOLS` is the number of schools, 70 000 unless set. Nothing here passes
//! or fails; `docs/performance.md` says what the figures mean.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]
mod client;
#[path = "../shared/connection.rs"]
mod connection;
mod dispatching;
mod files;
mod marking;
#[path = "../shared/memory.rs"]
mod memory;
mod people;
mod proving;
mod reloading;
#[path = "../shared/running.rs"]
mod running;
mod service;
mod table;
#[path = "../shared/timing.rs"]
mod timing;
mod vouching;
mod zones;

use aiguillage::config::process_environment;
use anyhow::{Context, Result};

/// Sections of the national `etabs.ini` (`SCHOOLS` unset).
const SCHOOLS: usize = 70_000;

fn main() -> Result<()> {
    // Cargo passes `--bench` and whatever a caller filters by; there is one table only.
    let schools = match process_environment("SCHOOLS") {
        Some(size) => size.parse().context("SCHOOLS is a number of schools")?,
        None => SCHOOLS,
    };
    let folder = tempfile::tempdir()?;
    let written = files::write(folder.path(), schools)?;
    table::head(schools);

    reloading::measure(&written)?;
    zones::measure(&written);
    let service = service::start(&written)?;
    dispatching::measure(&service)?;
    vouching::measure(&service)?;
    proving::measure(&service)?;
    marking::measure(&service)?;
    table::memory("memory at the end", memory::anonymous(), "everything above, still loaded");
    service.stop();
    Ok(())
}
