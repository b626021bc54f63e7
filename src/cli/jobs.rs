//! `aiguillage jobs list|retry|drop|run`
use super::print::say_json;
use super::{ConfigFile, say};
use crate::app::desk;
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::jobs::store::{self, Filter};
use crate::jobs::{self, Desk, JobId, JobRow, JobState};
use anyhow::{Result, bail, ensure};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use uuid::Uuid;

/// Which jobs, and what to do with them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Jobs, the newest first; with `--timetable`, what is done again and again.
    #[command(after_help = "Examples:\n  \
            aiguillage jobs list --config FILE --state given_up\n  \
            aiguillage jobs list --config FILE --timetable")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// Only in this state: waiting, running, done, `given_up`, uncertain.
        #[arg(long, value_parser = state)]
        state: Option<JobState>,
        /// The timetable instead.
        #[arg(long, conflicts_with = "state")]
        timetable: bool,
        /// At most so many.
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Try a job again that was given up or is uncertain.
    #[command(after_help = "Example: aiguillage jobs retry --config FILE ID")]
    Retry {
        #[command(flatten)]
        file: ConfigFile,
        /// Its id, as `jobs list` shows it.
        id: Uuid,
    },
    /// Forget a job that waits, was given up or is uncertain.
    #[command(after_help = "Example: aiguillage jobs drop --config FILE ID")]
    Drop {
        #[command(flatten)]
        file: ConfigFile,
        /// Its id, as `jobs list` shows it.
        id: Uuid,
    },
    /// Put an entry of the timetable into the queue now; a running service does it.
    #[command(after_help = "Example: aiguillage jobs run --config FILE sessions.clean")]
    Run {
        #[command(flatten)]
        file: ConfigFile,
        /// Its name, as `jobs list --timetable` shows it.
        name: String,
    },
}

fn state(text: &str) -> Result<JobState, String> {
    JobState::parse(text)
        .ok_or_else(|| "write waiting, running, done, given_up or uncertain".to_owned())
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::List { file, .. }
            | Act::Retry { file, .. }
            | Act::Drop { file, .. }
            | Act::Run { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    let clock = Clock::system();
    let desk = desk(&config, &clock);
    let act = jobs::Act { event: &by_command, trace: &Trace::default(), now: clock.now() };
    match &arguments.act {
        Act::List { timetable: true, json, .. } => list_timetable(&db, &desk, *json).await?,
        Act::List { state, limit, json, .. } => {
            let filter = Filter { state: *state, limit: i64::from(*limit), ..Filter::default() };
            list(&db, &filter, *json).await?;
        }
        Act::Retry { id, .. } => {
            let mut tx = db.write().await?;
            let done = desk.try_again(&mut tx, JobId(*id), act).await?;
            ensure!(done, "no job of this id was given up or is uncertain");
            tx.commit().await?;
            say("the job waits; a running service does it within seconds");
        }
        Act::Drop { id, .. } => {
            let mut tx = db.write().await?;
            let done = desk.drop_job(&mut tx, JobId(*id), act).await?;
            ensure!(done, "no job of this id waits, was given up or is uncertain");
            tx.commit().await?;
            say("the job is forgotten");
        }
        Act::Run { name, .. } => {
            let mut tx = db.write().await?;
            let Some(id) = desk.run_now(&mut tx, name, act).await? else {
                bail!("{name} is not in the timetable; see: aiguillage jobs list --timetable");
            };
            tx.commit().await?;
            say(&format!("{id} waits; a running service does it within seconds"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(db: &Db, filter: &Filter, json: bool) -> Result<()> {
    let jobs = store::list(&mut db.read().await?, filter).await?;
    if json {
        return say_json(&jobs.iter().map(describe).collect::<Vec<_>>());
    }
    for job in &jobs {
        let (state, at) = (job.state.as_str(), job.run_at.format("%F %T"));
        let (id, kind, tries) = (job.id, &job.kind, job.attempts);
        say(&format!("{id}  {state:<9} {at}  {tries:>2}  {kind:<16} {}", job.last_error));
    }
    if jobs.is_empty() {
        say("no jobs");
    }
    Ok(())
}

fn describe(job: &JobRow) -> serde_json::Value {
    serde_json::json!({
        "id": job.id.to_string(), "kind": job.kind, "state": job.state.as_str(),
        "payload": job.payload.0, "run_at": job.run_at, "created_at": job.created_at,
        "attempts": job.attempts, "failures": job.failures, "deaths": job.deaths,
        "last_error": job.last_error, "node": job.node,
        "done": job.progress_done, "total": job.progress_total, "finished_at": job.finished_at,
    })
}

async fn list_timetable(db: &Db, desk: &Desk, json: bool) -> Result<()> {
    let planned = store::timetable(&mut db.read().await?).await?;
    let mut rows = Vec::new();
    for entry in desk.timetable.iter() {
        let row = planned.iter().find(|row| row.name == entry.name());
        rows.push((entry.name(), row.and_then(|row| row.last_at), row.map(|row| row.next_at)));
    }
    if json {
        let describe = |(name, last, next): &(
            &str,
            Option<DateTime<Utc>>,
            Option<DateTime<Utc>>,
        )| {
            serde_json::json!({ "name": name, "last_at": last, "next_at": next })
        };
        return say_json(&rows.iter().map(describe).collect::<Vec<_>>());
    }
    for (name, last, next) in rows {
        let time = |at: Option<DateTime<Utc>>| {
            at.map_or_else(|| "never".to_owned(), |at| at.format("%F %T").to_string())
        };
        say(&format!("{name:<16} last {:<19}  next {}", time(last), time(next)));
    }
    Ok(())
}

fn by_command(name: &'static str) -> Event {
    Event::ok(name).reason("command")
}
