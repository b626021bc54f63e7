//! How fast people come from a list by the sync, beside bare insertions of the same rows.
//!
//! `make bench` runs it. `SIZE` is the number of people, as for the searches. Nothing here passes or
//! fails; `docs/benchmarks.md` says what the figures mean.
#![expect(clippy::print_stdout, reason = "a table is what this program is for")]
#![expect(clippy::cast_precision_loss, reason = "figures for people, not for accounts")]
mod bare;
mod list;
#[path = "../shared/memory.rs"]
mod memory;
#[expect(dead_code, reason = "nothing is served here")]
#[path = "../shared/running.rs"]
mod running;
#[path = "../shared/size.rs"]
mod size;

use aiguillage::app::sync_engine;
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db};
use aiguillage::sync::{Counts, Engine, Mode, Order, Progress, SyncedSource};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use std::time::Instant;
use tokio::runtime::Runtime;

fn main() -> Result<()> {
    let people = size::people()?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{people} people of a list; {cores} cores; SQLite");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let folder = tempfile::tempdir()?;
    let bare = runtime.block_on(bare::insert(&folder.path().join("bare.db"), people))?;
    println!("{:<44} {bare:>10.0}/s", "the same rows by bare insertions");

    let bench = Bench::open(&runtime, folder.path())?;
    list::write(folder.path(), 0..people, "")?;
    bench.run("everybody is new", people, bare, |counts| counts.appeared == people)?;
    bench.run("nothing changed", people, bare, |counts| counts.unchanged == people)?;
    list::write(folder.path(), 0..people, " Bis")?;
    let some = list::changed(people);
    bench.run("one in a hundred changed", people, bare, |counts| counts.changed == some)?;
    Ok(())
}

/// A source on a database of its own.
struct Bench<'a> {
    runtime: &'a Runtime,
    engine: Engine,
    source: SyncedSource,
}

impl<'a> Bench<'a> {
    fn open(runtime: &'a Runtime, folder: &Path) -> Result<Self> {
        let config = running::settings(folder, list::SETTINGS)?;
        let (engine, mut sources) = runtime.block_on(async {
            let db = database(&folder.join("people.db")).await?;
            sync_engine(&config, &db, &Clock::system())
        })?;
        let source = sources.pop().context("one source")?;
        Ok(Self { runtime, engine, source })
    }

    /// One run, of which something must be true.
    fn run(
        &self,
        what: &str,
        people: u64,
        bare: f64,
        expected: impl Fn(&Counts) -> bool,
    ) -> Result<()> {
        let asked_by = "command".to_owned();
        let order = Order { mode: Mode::Full, dry_run: false, force: false, asked_by };
        let (progress, start) = (Progress::default(), Instant::now());
        let run = async {
            let mut report = |_: &_| ();
            self.engine.run(&self.source, &order, &progress, &mut report).await
        };
        let (most, done) = memory::peak(|| self.runtime.block_on(run));
        let took = start.elapsed().as_secs_f64();
        let counts = done?.counts;
        ensure!(expected(&counts), "{what}: {counts:?}");
        let rate = people as f64 / took;
        println!(
            "{what:<44} {rate:>10.0}/s {took:>9.2} s {:>8.1} %  at most {} MiB",
            100.0 * rate / bare,
            most >> 20
        );
        Ok(())
    }
}

async fn database(path: &Path) -> Result<Db> {
    let db = Db::open(&DatabaseSettings::Sqlite(path.to_owned())).await?;
    db.migrate().await?;
    Ok(db)
}
