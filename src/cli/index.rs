//! `aiguillage index verify`
use super::print::say_json;
use super::{ConfigFile, say};
use crate::config::Config;
use crate::db::Db;
use crate::lookup::index::{IndexRules, Verified, verify};
use anyhow::Result;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use std::process::ExitCode;

/// What to do with the index.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Compare the index with the database, person by person; exit 1 when they differ.
    #[command(after_help = "Example: aiguillage index verify --config FILE --json\n\
            It may run beside a serving process. What differs is mended by: aiguillage reindex")]
    Verify {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        let Act::Verify { file, .. } = &self.act;
        file
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let Act::Verify { json, .. } = &arguments.act;
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {pos} people, {per_sec}")?);
    let rules = IndexRules { with_pupils: config.lookup.pupils };
    let verified = verify(&config.index, rules, &db, |more| bar.inc(more)).await?;
    bar.finish_and_clear();
    if *json {
        say_json(&verified)?;
    } else {
        report(&verified);
    }
    Ok(if verified.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(verified: &Verified) {
    if let Some(damage) = &verified.damage {
        return say(damage);
    }
    say(&format!("{} people in the index", verified.documents));
    for (count, what) in [
        (verified.missing, "are missing in it"),
        (verified.unlisted, "must not be found"),
        (verified.doubled, "are in it more than once"),
        (verified.different, "are in it with an old answer"),
    ] {
        if count > 0 {
            say(&format!("{count} {what}"));
        }
    }
    if verified.lag_changes > 0 {
        say(&format!("{} changes are not followed yet and were left out", verified.lag_changes));
    }
    if verified.is_good() {
        say("index and database agree");
    }
}
