//! `aiguillage keys list|new|retire`
use super::print::say_json;
use super::{ConfigFile, say};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::keys::{self, KeyRow, MasterKey, Purpose};
use crate::sso::new_signing_key;
use anyhow::{Result, ensure};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use uuid::Uuid;

/// Which keys, and what to do with them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// All keys, the newest first. Secrets are never shown.
    #[command(after_help = "Example: aiguillage keys list --config FILE --json")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Make a new SAML signing key; it is used from the next start on.
    #[command(after_help = "Example: aiguillage keys new --config FILE")]
    New {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Use a key no longer.
    #[command(after_help = "Example: aiguillage keys retire --config FILE ID\n\
            The id stands in: aiguillage keys list --config FILE")]
    Retire {
        #[command(flatten)]
        file: ConfigFile,
        /// Its id, as `keys list` shows it.
        id: Uuid,
    },
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::List { file, .. } | Act::New { file } | Act::Retire { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    let now = Clock::system().now();
    match &arguments.act {
        Act::List { json, .. } => list(&db, *json).await?,
        Act::New { .. } => {
            let master = MasterKey::open_or_make(&config.files.keys)?;
            let host = config.http.public_url.host_str().unwrap_or("aiguillage").to_owned();
            keys::add(&db, &master, Purpose::Saml, now, move || new_signing_key(&host, now))
                .await?;
            say("made a new signing key; restart the service, then give partners the new metadata");
        }
        Act::Retire { id, .. } => {
            let mut tx = db.write().await?;
            ensure!(keys::retire(&mut tx, *id, now).await?, "there is no key {id} in use");
            let event = Event::ok("keys.retired").field("key", id);
            event.record(&mut tx, &Trace::default(), now).await?;
            tx.commit().await?;
            say("the key is not used any more from the next start on");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(db: &Db, json: bool) -> Result<()> {
    let mut tx = db.read().await?;
    let rows = keys::list(&mut tx).await?;
    if json {
        return say_json(&rows.iter().map(describe).collect::<Vec<_>>());
    }
    for row in &rows {
        let state = if row.retired_at.is_some() { "retired" } else { "in use" };
        say(&format!("{}  {:<7} {}  {state}", row.id, row.purpose, row.created_at.format("%F %R")));
    }
    if rows.is_empty() {
        say("no keys yet: they are made at the first start");
    }
    Ok(())
}

fn describe(row: &KeyRow) -> serde_json::Value {
    serde_json::json!({
        "id": row.id, "purpose": row.purpose, "created_at": row.created_at,
        "retired_at": row.retired_at, "certificate": row.certificate,
    })
}
