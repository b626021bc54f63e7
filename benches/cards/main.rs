//! An intake passes the card office: photos and requests from telephones, the manager's forms, batches as PDF,
//! chips, and services that are told. Each figure stands beside a baseline of the same run.
//!
//! `make bench` runs it; `CARDS` is the number of students, 10 000 unless set. Nothing is judged by its speed
//! here, but whatever is lost on the way ends the run.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for people, not for accounts")]
#[path = "../shared/connection.rs"]
mod connection;
mod manager;
#[expect(dead_code, reason = "the most is not looked for here")]
#[path = "../shared/memory.rs"]
mod memory;
mod office;
#[path = "../shared/running.rs"]
mod running;
mod services;
mod students;
mod table;
mod telling;

use aiguillage::config::process_environment;
use anyhow::{Context, Result};

/// Students of one intake.
const CARDS: usize = 10_000;

fn main() -> Result<()> {
    let cards = match process_environment("CARDS") {
        Some(size) => size.parse().context("CARDS is a number of cards")?,
        None => CARDS,
    };
    let folder = tempfile::tempdir()?;
    let services = services::start()?;
    let office = office::open(folder.path(), cards, &services)?;
    table::head(cards);
    let bare = office::bare_row(&office)?;
    students::ask(&office, bare)?;
    manager::lead(&office, bare)?;
    telling::tell(&office, &services)?;
    table::memory(memory::anonymous());
    office.stop();
    services.stop();
    Ok(())
}
