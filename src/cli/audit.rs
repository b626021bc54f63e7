//! `aiguillage audit verify|export`
use super::print::say_json;
use super::{ConfigFile, say};
use crate::audit::{self, Event, Fault, Kind, Report, Seen, Trace, Walked};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use anyhow::Result;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;

/// Rows of the export that are read at a time.
const PAGE: i64 = 1_000;

/// What to do with the record.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Walk along the whole record; exit 1 when a row was changed, removed, inserted or swapped.
    #[command(after_help = "Examples:\n  aiguillage audit verify --config FILE --json\n  \
            aiguillage audit verify --config FILE --seen 1:20417:5b1c…\n\
            The log says \"audit head NODE:SEQ:HASH\" every five minutes. It may run beside a \
            serving process.")]
    Verify {
        #[command(flatten)]
        file: ConfigFile,
        /// A head that was logged before: it must still be there. May be named several times.
        #[arg(long, value_name = "NODE:SEQ:HASH")]
        seen: Vec<Seen>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the record, one JSON object a line, the oldest first. That is recorded too.
    #[command(after_help = "Example: aiguillage audit export --config FILE > audit.jsonl")]
    Export {
        #[command(flatten)]
        file: ConfigFile,
    },
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Verify { file, .. } | Act::Export { file } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    match &arguments.act {
        Act::Verify { seen, json, .. } => verify(&db, seen, *json).await,
        Act::Export { .. } => export(&db).await,
    }
}

async fn verify(db: &Db, seen: &[Seen], json: bool) -> Result<ExitCode> {
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template("{wide_bar} {pos}/{len} {per_sec}, {eta} to go")?);
    let report = audit::verify(db, seen, |done, total| {
        bar.set_length(total.unsigned_abs());
        bar.set_position(done.unsigned_abs());
    })
    .await?;
    bar.finish_and_clear();
    if json {
        say_json(&report)?;
    } else {
        tell(&report);
    }
    Ok(if report.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn tell(report: &Report) {
    for chain in &report.chains {
        let Walked { node, rows, seq, hash, base, erased, late, .. } = chain;
        say(&format!("chain {node}: {rows} rows in order, head {node}:{seq}:{hash}"));
        for (count, what) in [
            (base, "rows before them were purged"),
            (erased, "of them without their personal part: it was erased"),
            (late, "of them sealed more than a minute after the time that they tell"),
        ] {
            if *count > 0 {
                say(&format!("  {count} {what}"));
            }
        }
        if let Some(fault) = &chain.fault {
            say(&format!("  {}", words(fault)));
        }
    }
    if report.waiting > 0 {
        say(&format!("{} rows are not sealed yet: a serving process does that", report.waiting));
    }
    for (count, what) in [
        (report.strays, "rows say they are sealed, but stand in no chain: nobody sealed them"),
        (report.left, "rows before a checkpoint are still there: the next purge removes them"),
        (
            report.unseen,
            "of the heads to compare lie before a checkpoint: nothing shows what they were",
        ),
    ] {
        if count > 0 {
            say(&format!("{count} {what}"));
        }
    }
    say(if report.is_whole() { "the record is whole" } else { "the record is NOT whole" });
}

fn words(fault: &Fault) -> String {
    let what = match fault.kind {
        Kind::Changed => "was changed",
        Kind::Removed => "is missing",
        Kind::Inserted => "was inserted",
        Kind::Swapped => "was swapped with the next one",
        Kind::Personal => "has another personal part than when it was sealed",
        Kind::Head => "is the last one, but the chain was noted to end with another one",
        Kind::Checkpoint => "and all before it are missing, and no purge removed them",
        Kind::Rewritten => "has another hash than the one that was seen",
    };
    let id = fault.id.map(|id| format!(" ({id})")).unwrap_or_default();
    let at = fault.at.map(|at| format!(" of {}", at.format("%F %T UTC"))).unwrap_or_default();
    format!("row {}{id}{at} {what}", fault.seq)
}

async fn export(db: &Db) -> Result<ExitCode> {
    let now = Clock::system().now();
    let mut rows = 0;
    let mut tx = db.write().await?;
    let event = Event::ok("export.made").reason("audit").field("format", "jsonl");
    event.record(&mut tx, &Trace::default(), now).await?;
    tx.commit().await?;
    let mut last = None;
    loop {
        let page = audit::after(&mut db.read().await?, last, PAGE).await?;
        for record in &page {
            say(&serde_json::to_string(record)?);
        }
        rows += page.len();
        match page.last() {
            Some(record) => last = Some(record.id),
            None => break,
        }
    }
    super::say_error(&format!("{rows} rows"));
    Ok(ExitCode::SUCCESS)
}
