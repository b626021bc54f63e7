//! How fast people are found: one table, each figure beside baselines measured in the same run.
//!
//! `make bench` runs it. `SIZE` is the number of people: 10k, 1.2M (unless set), 12M, or any
//! number. Nothing here passes or fails; `docs/benchmarks.md` says what the figures mean.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for people, not for accounts")]
mod bare;
mod build;
mod changes;
mod classes;
#[path = "../shared/connection.rs"]
mod connection;
mod load;
#[path = "../shared/memory.rs"]
mod memory;
mod pushes;
#[path = "../shared/running.rs"]
mod running;
mod searches;
mod server;
#[path = "../shared/size.rs"]
mod size;
#[expect(dead_code, reason = "the house also times work on several threads")]
#[path = "../shared/timing.rs"]
mod timing;

use aiguillage::config::process_environment;
use anyhow::Result;

fn main() -> Result<()> {
    // Cargo passes `--bench` and whatever a caller filters by; there is one table only.
    let people = size::people()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{people} people; {cores} cores");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;

    build::from_people(folder.path(), people)?;
    build::restart(folder.path())?;
    searches::measure(folder.path(), people)?;
    pushes::measure(tempfile::tempdir()?.path())?;
    if process_environment("SQL").as_deref() != Some("0") {
        runtime.block_on(changes::measure(folder.path(), people))?;
    }
    Ok(())
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}
