//! `aiguillage sync list|run|show`
mod rejects;

use super::ConfigFile;
use super::print::{say, say_json};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::sync::store::{self, Run};
use crate::sync::{
    Counts, Difference, Engine, Finished, LEASE, Mode, Order, Progress, Rejected, SyncError,
    SyncedSource,
};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use rejects::Rejects;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use uuid::Uuid;

/// How often a run of somebody else is asked whether it is over, and how far ours is.
const LOOK: Duration = Duration::from_millis(250);

/// Which source, and what to do with it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Sources that are kept in step, and their last run.
    #[command(after_help = "Example: aiguillage sync list --config FILE --json")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Read a source now and bring its people up to date.
    #[command(after_help = "Examples:\n  aiguillage sync run agents --config FILE --dry-run\n  \
            aiguillage sync run agents --config FILE --rejected rejected.csv")]
    Run(RunArguments),
    /// The last runs of a source, or one of them with its report.
    #[command(after_help = "Example: aiguillage sync show agents --config FILE")]
    Show {
        #[command(flatten)]
        file: ConfigFile,
        /// Name of the source, or id of a run.
        what: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct RunArguments {
    #[command(flatten)]
    file: ConfigFile,
    /// NAME of `[source:NAME]`.
    source: String,
    /// Look only: say who would appear, change and vanish.
    #[arg(long)]
    dry_run: bool,
    /// Go on even if more people would vanish than `vanish_limit` allows.
    #[arg(long)]
    force: bool,
    /// Compare everybody, or only what changed since the last run, where the source can tell.
    #[arg(long, default_value = "full")]
    mode: Mode,
    /// Write the entries that cannot be used into this file.
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Run(arguments) => &arguments.file,
            Act::List { file, .. } | Act::Show { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let (db, clock) = (Db::open(&config.database).await?, Clock::system());
    db.prepare(config.migrate).await?;
    let (engine, sources) = app::sync_engine(&config, &db, &clock)?;
    match &arguments.act {
        Act::List { json, .. } => list(&db, &sources, *json).await?,
        Act::Show { what, json, .. } => show(&db, what, *json).await?,
        Act::Run(arguments) => {
            let source = sources.iter().find(|source| source.name == arguments.source);
            let source = source.with_context(|| nowhere(&arguments.source, &sources))?;
            read(&engine, source, arguments).await?;
        }
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn nowhere(name: &str, sources: &[SyncedSource]) -> String {
    let known: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    format!("[source:{name}] is not kept in step; these are: {}", known.join(", "))
}

async fn list(db: &Db, sources: &[SyncedSource], json: bool) -> Result<()> {
    let mut tx = db.read().await?;
    let mut all = Vec::new();
    for source in sources {
        let last = store::newest_runs(&mut tx, &source.name, 1).await?.pop();
        all.push(serde_json::json!({
            "source": source.name, "kind": source.origin.kind(), "last": last,
        }));
        if !json {
            let last = last.as_ref().map_or_else(|| "never read".to_owned(), line);
            say(&format!("{:<20} {:<6} {last}", source.name, source.origin.kind()));
        }
    }
    if json { say_json(&all) } else { Ok(()) }
}

fn line(run: &Run) -> String {
    let Counts { read, appeared, changed, returned, vanished, rejected, .. } = run.counts;
    let dry = if run.is_dry { " (dry)" } else { "" };
    let trouble = run.trouble.as_ref().map_or_else(String::new, |text| format!(": {text}"));
    format!(
        "{}  {}{dry}  read {read}, appeared {appeared}, changed {changed}, returned {returned}, \
         vanished {vanished}, rejected {rejected}{trouble}",
        run.started_at.format("%F %T"),
        run.state,
    )
}

async fn show(db: &Db, what: &str, json: bool) -> Result<()> {
    let mut tx = db.read().await?;
    let Ok(id) = what.parse::<Uuid>() else {
        let runs = store::newest_runs(&mut tx, what, 20).await?;
        if json {
            return say_json(&runs);
        }
        for run in &runs {
            say(&format!("{}  {}", run.id, line(run)));
        }
        return Ok(());
    };
    let run = store::run_by_id(&mut tx, id).await?;
    let run = run.with_context(|| format!("there is no run {id}"))?;
    let findings = store::findings_of_run(&mut tx, id).await?;
    let differences = store::differences_of_run(&mut tx, id).await?;
    if json {
        let all = serde_json::json!({
            "run": run, "findings": findings, "differences": differences,
        });
        return say_json(&all);
    }
    say(&line(&run));
    for one in differences {
        say(&format!("{:<9} {} {} {}", one.kind, one.source_id, one.name, one.fields));
    }
    for one in findings {
        say(&format!("{} {} {}", one.place, one.code, one.detail));
    }
    Ok(())
}

async fn read(engine: &Engine, source: &SyncedSource, arguments: &RunArguments) -> Result<()> {
    let order = Order {
        mode: arguments.mode,
        dry_run: arguments.dry_run,
        force: arguments.force,
        asked_by: "command".to_owned(),
    };
    let mut rejects = Rejects::open(arguments.rejected.as_deref())?;
    let progress = Progress::default();
    let bar = bar();
    let done = {
        let mut report = |rejected: &Rejected| bar.suspend(|| rejects.note(rejected));
        let watched = watch(&bar, &progress);
        tokio::select! {
            done = patiently(engine, (source, &order), &progress, &mut report) => done,
            never = watched => match never {},
        }
    };
    bar.finish_and_clear();
    rejects.sum_up()?;
    let finished = match done {
        Ok(finished) => finished,
        Err(error) => bail!("{}: {}", error.code(), error.in_full()),
    };
    if arguments.json {
        return say_json(&serde_json::json!({
            "run": finished.run, "dry_run": order.dry_run, "counts": finished.counts,
            "differences": finished.differences,
        }));
    }
    tell(&finished, order.dry_run);
    Ok(())
}

/// A run that was killed holds its source for some seconds more.
async fn patiently(
    engine: &Engine,
    (source, order): (&SyncedSource, &Order),
    progress: &Progress,
    report: &mut (dyn FnMut(&Rejected) + Send),
) -> Result<Finished, SyncError> {
    let until = engine.clock.now() + LEASE + chrono::Duration::seconds(1);
    loop {
        match engine.run(source, order, progress, report).await {
            Err(SyncError::Busy) if engine.clock.now() < until => tokio::time::sleep(LOOK).await,
            done => return done,
        }
    }
}

/// Hidden when nobody looks at the terminal.
fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}  {eta} left");
    let bar = ProgressBar::new(0);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

async fn watch(bar: &ProgressBar, progress: &Progress) -> std::convert::Infallible {
    loop {
        tokio::time::sleep(LOOK).await;
        let (written, to_write) = progress.written();
        let (bytes, all) = progress.bytes();
        let (what, done, all) = match (to_write, all) {
            (0, 0) => ("reading", progress.read(), progress.read()),
            (0, all) => ("reading bytes", bytes, all),
            _ => ("writing", written, to_write),
        };
        bar.set_message(what);
        bar.set_length(all);
        bar.set_position(done);
    }
}

fn tell(finished: &Finished, is_dry: bool) {
    if is_dry {
        say("nothing was written; this is what would be done:");
    }
    let counts = &finished.counts;
    let rows = [
        ("read", counts.read),
        ("appeared", counts.appeared),
        ("changed", counts.changed),
        ("returned", counts.returned),
        ("vanished", counts.vanished),
        ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
        ("linked", counts.linked),
    ];
    for (name, count) in rows {
        say(&format!("{name:<12} {count:>9}"));
    }
    for (field, count) in &counts.fields {
        say(&format!("changed: {field:<24} {count:>9}"));
    }
    for Difference { kind, source_id, name, fields } in
        finished.differences.iter().filter(|_| is_dry)
    {
        say(&format!("{:<9} {source_id} {name} {}", kind.as_str(), fields.join(", ")));
    }
}
