//! `aiguillage person add|list|link|unlink|export|erase`
mod adding;
mod leaving;
mod linking;

use super::ConfigFile;
use super::print::{say, say_json};
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::identity::{Person, PersonId, store};
use adding::Add;
use anyhow::{Result, ensure};
use clap::{Args, Subcommand};
use linking::Link;
use std::process::ExitCode;
use uuid::Uuid;

/// Which people, and what to do with them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Add somebody to a local source. The password is read from standard input.
    #[command(
        after_help = "Example: aiguillage person add --config FILE --source local --login alix \
            --name 'Alix Durand' --admin < password.txt"
    )]
    Add(Add),
    /// People in order of name.
    #[command(after_help = "Example: aiguillage person list --config FILE --json --limit 20")]
    List(List),
    /// Give an account to another person: both are the same human being.
    #[command(
        after_help = "Example: aiguillage person link --config FILE --source families --login \
            jhoarau --to PERSON\n\
            Undo it with: aiguillage person unlink --config FILE PERSON LINK"
    )]
    Link(Link),
    /// Print everything that is held of one person, as JSON.
    #[command(after_help = "Example: aiguillage person export --config FILE alix > alix.json")]
    Export {
        #[command(flatten)]
        file: ConfigFile,
        /// Id or login.
        person: String,
    },
    /// Erase one person. Nobody sees them any more at once; a running service removes their rows.
    #[command(
        after_help = "Example: aiguillage person erase --config FILE alix --reason 'asked for it' \
            --yes"
    )]
    Erase {
        #[command(flatten)]
        file: ConfigFile,
        /// Id or login.
        person: String,
        /// Why, for the record; no personal data.
        #[arg(long)]
        reason: String,
        /// It cannot be undone, and is meant.
        #[arg(long)]
        yes: bool,
    },
    /// Undo a link; sessions that were opened by the account end.
    #[command(after_help = "Example: aiguillage person unlink --config FILE PERSON LINK\n\
            Both ids stand in: aiguillage person list --config FILE --json")]
    Unlink {
        #[command(flatten)]
        file: ConfigFile,
        /// The person who has the account now.
        person: Uuid,
        /// The link, as `person list --json` shows it.
        link: Uuid,
    },
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    file: ConfigFile,
    /// As JSON, with accounts and links.
    #[arg(long)]
    json: bool,
    /// How many at most.
    #[arg(long, default_value_t = 100)]
    limit: i64,
    /// How many to leave out.
    #[arg(long, default_value_t = 0)]
    skip: i64,
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Add(add) => &add.file,
            Act::List(list) => &list.file,
            Act::Link(link) => &link.file,
            Act::Unlink { file, .. } | Act::Export { file, .. } | Act::Erase { file, .. } => file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    match &arguments.act {
        Act::Add(arguments) => adding::add(&config, &db, arguments).await?,
        Act::List(arguments) => list(&db, arguments).await?,
        Act::Link(arguments) => linking::link(&config, &db, arguments).await?,
        Act::Export { person, .. } => leaving::export(&db, person).await?,
        Act::Erase { person, reason, yes, .. } => {
            ensure!(*yes, "this cannot be undone: say --yes");
            leaving::erase(&config, &db, person, reason).await?;
        }
        Act::Unlink { person, link, .. } => {
            linking::unlink(&config, &db, PersonId(*person), *link).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(db: &Db, list: &List) -> Result<()> {
    let mut tx = db.read().await?;
    let people = store::list_people(&mut tx, list.skip, list.limit).await?;
    if list.json {
        let mut described = Vec::new();
        for person in &people {
            described.push(describe(&mut tx, person).await?);
        }
        return say_json(&described);
    }
    for person in &people {
        say(&format!("{}  {}", person.id, person.display_name));
    }
    say(&format!("{} of {}", people.len(), store::count_people(&mut tx).await?));
    Ok(())
}

async fn describe(tx: &mut Tx, person: &Person) -> sqlx::Result<serde_json::Value> {
    let accounts = store::accounts_of(tx, person.id).await?;
    let accounts: Vec<_> = accounts
        .iter()
        .map(|a| serde_json::json!({ "id": a.id, "source": a.source, "login": a.login }))
        .collect();
    let links = store::links_of(tx, person.id).await?;
    let links: Vec<_> = links
        .iter()
        .map(|l| {
            serde_json::json!({
                "id": l.id, "account": l.account, "rule": l.rule, "from": l.from_person,
                "at": l.linked_at, "undone_at": l.undone_at,
            })
        })
        .collect();
    Ok(serde_json::json!({
        "id": person.id, "name": person.display_name, "mail": person.mail,
        "accounts": accounts, "links": links,
    }))
}
