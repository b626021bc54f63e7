//! `aiguillage lookup search|explain|conflicts`
use super::ConfigFile;
use super::print::{say, say_json};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::identity::store::cloud::conflicts;
use crate::lookup::access::{Access, Asker};
use crate::lookup::conflict::by_person;
use crate::lookup::index::{Index, IndexRules, Step};
use crate::lookup::trial::{Trial, Unheard, try_out};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// What to do.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Find colleagues as a Nextcloud would.
    #[command(
        after_help = "Example: aiguillage lookup search --config FILE 'elodie oeuvrard' --json"
    )]
    Search(Words),
    /// Show why the hits stand in their order: step by step, with words and times.
    #[command(after_help = "Example: aiguillage lookup explain --config FILE martin --as nuage-a")]
    Explain(Words),
    /// List people whom several servers claim, the account that is shown first.
    #[command(after_help = "Example: aiguillage lookup conflicts --config FILE --json")]
    Conflicts(Listing),
}

#[derive(Debug, Args)]
struct Words {
    #[command(flatten)]
    file: ConfigFile,
    /// What somebody types.
    typed: Vec<String>,
    /// As the server of [instance:NAME] would: its people first, its policy.
    #[arg(long = "as", value_name = "NAME")]
    asker: Option<String>,
    /// Hits at most.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Listing {
    #[command(flatten)]
    file: ConfigFile,
    /// People at most.
    #[arg(long, default_value_t = 100)]
    limit: i64,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Search(words) | Act::Explain(words) => &words.file,
            Act::Conflicts(listing) => &listing.file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    match &arguments.act {
        Act::Search(words) => search(&words.try_out(&config).await?, words.json)?,
        Act::Explain(words) => explain(&words.try_out(&config).await?, words.json)?,
        Act::Conflicts(listing) => list(&config, listing).await?,
    }
    Ok(ExitCode::SUCCESS)
}

impl Words {
    /// Beside a running service: its index is only read.
    async fn try_out(&self, config: &Config) -> Result<Trial> {
        let rules = IndexRules { with_pupils: config.lookup.pupils };
        let index = Index::look(&config.index, rules)
            .await
            .context("the service makes the index at its first start; reindex makes it anew")?;
        let asker = self.asker.as_deref().map(|name| asker(config, name)).transpose()?;
        let rules = (asker.as_ref(), &config.lookup);
        let trial = try_out(&index, &self.typed.join(" "), self.limit, rules);
        trial.context("the search was not answered")
    }
}

fn asker(config: &Config, name: &str) -> Result<Asker> {
    let access = Access::new(config, &Clock::system());
    access.asker(name).with_context(|| format!("there is no [instance:{name}]"))
}

fn search(trial: &Trial, as_json: bool) -> Result<()> {
    if as_json {
        return say_json(&trial.hits);
    }
    for hit in &trial.hits {
        say(&format!("{:<40} {:<40} {}", hit.name, hit.cloud_id, hit.mail));
    }
    match trial.unheard {
        Some(why) => say(unheard(why)),
        None => say(&format!("{} found", trial.hits.len())),
    }
    Ok(())
}

fn unheard(why: Unheard) -> &'static str {
    match why {
        Unheard::TooShort => "nobody is looked for: shorter than [lookup] min_length",
        Unheard::ExactOnly => {
            "nobody is looked for: this server has policy = exact, which answers exact questions only"
        }
    }
}

fn explain(trial: &Trial, as_json: bool) -> Result<()> {
    if as_json {
        return say_json(trial);
    }
    say(&format!("words      {}", trial.words.join(", ")));
    if let Some(why) = trial.unheard {
        say(unheard(why));
        return Ok(());
    }
    for tried in &trial.steps {
        let home = if tried.at_home { ", preferred people only" } else { "" };
        say(&format!(
            "step       {}{home}: {} found in {} µs",
            told(tried.step),
            tried.found,
            tried.micros
        ));
    }
    for (rank, hit) in (1..).zip(&trial.hits) {
        say(&format!("{rank:>3}        {} ({}): {}", hit.name, hit.cloud_id, told(hit.step)));
    }
    say(&format!(
        "{} found in {} µs; within a step by surname, given name",
        trial.hits.len(),
        trial.micros
    ));
    Ok(())
}

fn told(step: Step) -> &'static str {
    match step {
        Step::Exact => "exact name, login, mail address or cloud id",
        Step::Words => "all words equal to words of the name",
        Step::Beginnings => "all words begin words of the name",
        Step::Login => "login or local part of the mail address",
        Step::Domain => "mail domain or server",
        Step::Typo => "one typing error",
    }
}

async fn list(config: &Config, listing: &Listing) -> Result<()> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    let found = by_person(&conflicts(&mut db.read().await?, "", listing.limit).await?);
    if listing.json {
        return say_json(&found);
    }
    for one in &found {
        let shown = one.shown.as_deref().unwrap_or("none of them");
        say(&format!("{shown} is shown, not: {}", one.others.join(", ")));
    }
    say(&format!("{} people are claimed by several servers", found.len()));
    Ok(())
}
