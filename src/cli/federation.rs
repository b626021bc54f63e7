//! `aiguillage federation list|fetch`
use super::ConfigFile;
use super::print::{say, say_error, say_json};
use crate::app;
use crate::clock::Clock;
use crate::config::Config;
use crate::sso::federation::Fetched;
use crate::sso::{Federation, Federations};
use anyhow::{Result, ensure};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Which federation, and what to do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// All of them: how many entities, until when, how fetching goes.
    #[command(after_help = "Example: aiguillage federation list --config FILE --json")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Fetch what they publish, now; a running service takes notice within a second.
    #[command(after_help = "Examples:\n  aiguillage federation fetch --config FILE\n  \
            aiguillage federation fetch --config FILE renater")]
    Fetch {
        #[command(flatten)]
        file: ConfigFile,
        /// Only these: NAME of [federation:NAME].
        names: Vec<String>,
    },
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::List { file, .. } | Act::Fetch { file, .. } => file,
        }
    }
}

/// Exit 1 when one of them could not be fetched.
pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let clock = Clock::system();
    let federations = app::open_federations(&config, &clock)?;
    federations.read(clock.now());
    match &arguments.act {
        Act::List { json, .. } => list(&federations, *json).map(|()| ExitCode::SUCCESS),
        Act::Fetch { names, .. } => fetch(&federations, names, &clock).await,
    }
}

async fn fetch(federations: &Federations, names: &[String], clock: &Clock) -> Result<ExitCode> {
    for name in names {
        ensure!(federations.get(name).is_some(), "there is no section [federation:{name}]");
    }
    let mut code = ExitCode::SUCCESS;
    let is_meant = |it: &&Federation| names.is_empty() || names.contains(&it.section.name);
    for federation in federations.iter().filter(is_meant) {
        let name = &federation.section.name;
        match federation.fetch(clock.now()).await {
            Ok(Fetched::Same) => say(&format!("{name}: up to date")),
            Ok(Fetched::New { entities }) => say(&format!("{name}: {entities} entities came")),
            Err(error) => {
                say_error(&format!("{name}: {error}; the last ones stay"));
                code = ExitCode::FAILURE;
            }
        }
    }
    Ok(code)
}

fn list(federations: &Federations, json: bool) -> Result<()> {
    if json {
        return say_json(&federations.iter().map(describe).collect::<Vec<_>>());
    }
    for federation in federations.iter() {
        say(&line(federation));
    }
    if federations.iter().next().is_none() {
        say("no federations: a section [federation:NAME] makes one");
    }
    Ok(())
}

fn line(federation: &Federation) -> String {
    let (name, notes) = (&federation.section.name, federation.notes());
    let state = match federation.feed() {
        None => "nothing fetched yet".to_owned(),
        Some(feed) => {
            let until = feed.valid_until.map_or_else(
                || "without an end".to_owned(),
                |end| format!("valid until {}", end.format("%F %R UTC")),
            );
            let (partners, providers) = (feed.partners.len(), feed.providers.len());
            format!(
                "{} entities, {partners} partners and {providers} providers used, {until}",
                feed.entities
            )
        }
    };
    let checked = notes.checked_at.map(|at| format!("; looked at {}", at.format("%F %R UTC")));
    let trouble = notes.trouble.map(|(at, why)| format!("; {}: {why}", at.format("%F %R UTC")));
    format!("{name}: {state}{}{}", checked.unwrap_or_default(), trouble.unwrap_or_default())
}

fn describe(federation: &Federation) -> serde_json::Value {
    let feed = federation.feed();
    serde_json::json!({
        "name": federation.section.name,
        "url": federation.section.url.as_str(),
        "entities": feed.as_ref().map(|feed| feed.entities),
        "partners": feed.as_ref().map(|feed| feed.partners.len()),
        "providers": feed.as_ref().map(|feed| feed.providers.len()),
        "valid_until": feed.and_then(|feed| feed.valid_until),
        "notes": federation.notes(),
    })
}
