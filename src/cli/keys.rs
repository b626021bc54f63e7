//! `aiguillage keys list|new|rotate|retire`
use super::print::say_json;
use super::{ConfigFile, say};
use crate::attendance::proof::new_key;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::keys::{self, KeyRow, MasterKey, Purpose, State};
use crate::sso::new_signing_key;
use anyhow::Result;
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand, ValueEnum};
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
    /// Make the next key. A SAML key is published in the metadata at once and signs after
    /// `keys rotate`.
    #[command(after_help = "Example: aiguillage keys new --config FILE")]
    New {
        #[command(flatten)]
        file: ConfigFile,
        /// What it is for.
        #[arg(long, value_enum, default_value_t)]
        purpose: Rolling,
    },
    /// Use the next key; the one before it stays published. Not before 14 days have passed, so
    /// that partners know it.
    #[command(after_help = "Example: aiguillage keys rotate --config FILE\n\
            When the key in use was stolen: aiguillage keys rotate --now, then keys retire ID")]
    Rotate {
        #[command(flatten)]
        file: ConfigFile,
        /// What it is for.
        #[arg(long, value_enum, default_value_t)]
        purpose: Rolling,
        /// Even if partners had no time to learn of it.
        #[arg(long)]
        now: bool,
    },
    /// Take a key out of the metadata that is not used any more, or not yet, and destroy its secret:
    /// what was encrypted with it can never be read again.
    #[command(after_help = "Example: aiguillage keys retire --config FILE ID\n\
            The id stands in: aiguillage keys list --config FILE")]
    Retire {
        #[command(flatten)]
        file: ConfigFile,
        /// Its id, as `keys list` shows it.
        id: Uuid,
    },
}

/// Keys that can be changed. The one for persistent names cannot: every name would change.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Rolling {
    /// Signs SAML messages.
    #[default]
    Saml,
    /// Authenticates our own cookies and forms; used from the next start on.
    Cookie,
    /// Encrypts the tokens of presences.
    Presence,
    /// Signs certificates of presence.
    Certificate,
}

impl Rolling {
    fn purpose(self) -> Purpose {
        match self {
            Self::Saml => Purpose::Saml,
            Self::Cookie => Purpose::Cookie,
            Self::Presence => Purpose::Presence,
            Self::Certificate => Purpose::Certificate,
        }
    }

    /// When a running service takes notice.
    fn takes_effect(self) -> &'static str {
        match self {
            Self::Saml => "a running service follows within ten seconds",
            Self::Cookie => "a running service follows when it is started again",
            Self::Presence | Self::Certificate => "a running service uses it at once",
        }
    }
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::List { file, .. }
            | Act::New { file, .. }
            | Act::Rotate { file, .. }
            | Act::Retire { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    let now = Clock::system().now();
    match &arguments.act {
        Act::List { json, .. } => list(&db, *json).await?,
        Act::New { purpose, .. } => new(&config, &db, *purpose, now).await?,
        Act::Rotate { purpose, now: at_once, .. } => {
            let id = keys::rotate(&db, purpose.purpose(), *at_once, now).await?;
            say(&format!("the key {id} is in use; {}", purpose.takes_effect()));
        }
        Act::Retire { id, .. } => {
            keys::retire(&db, *id, now).await?;
            say("the key is retired; a running service follows within ten seconds");
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn new(config: &Config, db: &Db, wanted: Rolling, now: DateTime<Utc>) -> Result<()> {
    let master = MasterKey::open_or_make(&config.files.keys)?;
    let host = config.http.public_url.host_str().unwrap_or("aiguillage").to_owned();
    let make = move || match wanted {
        Rolling::Saml => new_signing_key(&host, now),
        Rolling::Cookie => keys::random_key(),
        Rolling::Presence | Rolling::Certificate => new_key(),
    };
    let state = keys::add(db, &master, wanted.purpose(), now, make).await?;
    say(match (state, wanted) {
        (State::Current, _) => "made the first key; it is in use",
        (_, Rolling::Saml) => {
            "made the next key; the metadata of a running service shows it within ten seconds. \
             Give all portals 14 days to read them, then: aiguillage keys rotate"
        }
        (_, Rolling::Certificate) => {
            "made the next key; it is published at once. After 14 days: \
             aiguillage keys rotate --purpose certificate"
        }
        (_, Rolling::Presence) => {
            "made the next key; use it with: aiguillage keys rotate --purpose presence"
        }
        (_, Rolling::Cookie) => {
            "made the next key; use it with: aiguillage keys rotate --purpose cookie"
        }
    });
    Ok(())
}

async fn list(db: &Db, json: bool) -> Result<()> {
    let rows = keys::list(&mut db.read().await?).await?;
    if json {
        return say_json(&rows.iter().map(|row| describe(row, &rows)).collect::<Vec<_>>());
    }
    for row in &rows {
        let (made, state) = (row.created_at.format("%F %R"), State::of(row, &rows).as_str());
        say(&format!("{}  {:<11} {made}  {state}", row.id, row.purpose));
    }
    if rows.is_empty() {
        say("no keys yet: they are made at the first start");
    }
    Ok(())
}

fn describe(row: &KeyRow, all: &[KeyRow]) -> serde_json::Value {
    serde_json::json!({
        "id": row.id, "purpose": row.purpose, "state": State::of(row, all).as_str(),
        "created_at": row.created_at, "used_since": row.used_since,
        "retired_at": row.retired_at, "certificate": row.certificate,
    })
}
