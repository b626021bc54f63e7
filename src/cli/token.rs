//! `aiguillage token add|list|revoke`
use super::ConfigFile;
use super::print::{say, say_json};
use crate::api::{ApiToken, Desk, Grant, Scope, store};
use crate::audit::{Event, Trace, start_of_day};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use std::process::ExitCode;
use uuid::Uuid;

/// Which token, and what to do with it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Make a token; it is printed this once.
    #[command(after_help = "Example: aiguillage token add 'Restaurant' --config FILE \
            --scope people:read --rne 0750654D --until 2027-08-31")]
    Add(AddArguments),
    /// Tokens: those that work first.
    #[command(after_help = "Example: aiguillage token list --config FILE --json")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token: its program is refused from the next request on.
    #[command(after_help = "Example: aiguillage token revoke --config FILE ID")]
    Revoke {
        #[command(flatten)]
        file: ConfigFile,
        /// Its id, as `token list` shows it.
        id: Uuid,
    },
}

#[derive(Debug, Args)]
struct AddArguments {
    #[command(flatten)]
    file: ConfigFile,
    /// What administrators call the program.
    name: String,
    /// What it may do, such as `people:read`; several times for several scopes.
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<Scope>,
    /// Only people of these schools: codes, comma between.
    #[arg(long, default_value = "")]
    rne: String,
    /// Pushes only into this source; several times for several ones.
    #[arg(long = "source")]
    sources: Vec<String>,
    /// Comes only from these networks, comma between.
    #[arg(long, default_value = "")]
    networks: String,
    /// The last day on which it works, 2027-08-31 for instance.
    #[arg(long)]
    until: Option<String>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = || Scope::all().map(Scope::word).collect::<Vec<_>>().join(", ");
    Scope::parse(text).ok_or_else(|| format!("write one of {}", known()))
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Add(arguments) => &arguments.file,
            Act::List { file, .. } | Act::Revoke { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let (db, now) = (Db::open(&config.database).await?, Clock::system().now());
    db.prepare(config.migrate).await?;
    let desk = Desk::new(&config);
    match &arguments.act {
        Act::Add(arguments) => add(&db, &desk, arguments, now).await?,
        Act::List { json, .. } => list(&db, *json, now).await?,
        Act::Revoke { id, .. } => {
            let mut tx = db.write().await?;
            let event = Event::ok("token.revoked").reason("command");
            if !desk.revoke(&mut tx, *id, event, (&Trace::default(), now)).await? {
                bail!("no token of this id works");
            }
            tx.commit().await?;
            say("the token is revoked");
        }
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn add(db: &Db, desk: &Desk, arguments: &AddArguments, now: DateTime<Utc>) -> Result<()> {
    let end = |day: &String| start_of_day(day, 1, desk.zone).context("--until is no day");
    let mut grant = Grant {
        name: arguments.name.clone(),
        scopes: arguments.scopes.iter().copied().collect(),
        sources: arguments.sources.clone(),
        expires_at: arguments.until.as_ref().map(end).transpose()?,
        ..Grant::default()
    };
    grant.read_limits(&arguments.rne, &arguments.networks)?;
    let mut tx = db.write().await?;
    let by = ("command".to_owned(), Event::ok("token.made").reason("command"));
    let (token, text) = desk.make(&mut tx, grant, by, (&Trace::default(), now)).await?;
    tx.commit().await?;
    if arguments.json {
        return say_json(&serde_json::json!({ "id": token.id, "token": text }));
    }
    say(&text);
    Ok(())
}

async fn list(db: &Db, json: bool, now: DateTime<Utc>) -> Result<()> {
    let tokens = store::list(&mut db.read().await?).await?;
    if json {
        let described: Vec<_> = tokens.iter().map(|token| describe(token, now)).collect();
        return say_json(&described);
    }
    for token in &tokens {
        let scopes: Vec<&str> = token.grant.scopes.iter().map(|scope| scope.word()).collect();
        let used =
            token.used_at.map_or_else(|| "never".to_owned(), |at| at.format("%F").to_string());
        let (id, name, scopes) = (token.id, &token.grant.name, scopes.join(","));
        let state = if token.is_live(now) { "works" } else { "over" };
        say(&format!("{id}  {state}  used {used:<10}  {name}  {scopes}"));
    }
    if tokens.is_empty() {
        say("no tokens");
    }
    Ok(())
}

fn describe(token: &ApiToken, now: DateTime<Utc>) -> serde_json::Value {
    let grant = &token.grant;
    serde_json::json!({
        "id": token.id, "name": grant.name, "scopes": grant.scopes, "rne": grant.rne,
        "sources": grant.sources, "networks": grant.networks, "expires_at": grant.expires_at,
        "made_by": token.made_by, "made_at": token.made_at, "used_at": token.used_at,
        "revoked_at": token.revoked_at, "works": token.is_live(now),
    })
}
