//! `aiguillage role names|list|grant|revoke|explain`
use super::ConfigFile;
use super::print::{say, say_json};
use crate::audit::Trace;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Tx};
use crate::identity::granting::{self, By, Unchanged};
use crate::identity::role_map::Given;
use crate::identity::store::{self, GrantSearch, StoredGrant};
use crate::identity::{Person, PersonId};
use crate::rights::{Grant, Permission, Role, Scope};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::ExitCode;
use uuid::Uuid;

/// Which roles, and what to do with them.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Every role, on what it is given, and what it opens.
    #[command(after_help = "Example: aiguillage role names --config FILE")]
    Names {
        #[command(flatten)]
        file: ConfigFile,
    },
    /// Who has which role, and why.
    #[command(after_help = "Example: aiguillage role list --config FILE --role admin")]
    List {
        #[command(flatten)]
        file: ConfigFile,
        /// Only this role.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// At most so many.
        #[arg(long, default_value_t = 1_000)]
        limit: i64,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give a role by hand; the map of roles never takes it.
    #[command(after_help = "Example: aiguillage role grant --config FILE PERSON local_admin \
            school:9740091F")]
    Grant(Change),
    /// Take back a role that was given by hand.
    #[command(after_help = "Example: aiguillage role revoke --config FILE PERSON auditor")]
    Revoke(Change),
    /// What somebody may do, why, and what the map says of them now.
    #[command(after_help = "Example: aiguillage role explain --config FILE alix --json")]
    Explain {
        #[command(flatten)]
        file: ConfigFile,
        /// Id or login.
        person: String,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
struct Change {
    #[command(flatten)]
    file: ConfigFile,
    /// Id or login.
    person: String,
    /// The role.
    #[arg(value_parser = role)]
    role: Role,
    /// On what: installation, school:RNE, programme:RNE/CODE or `card_type:TYPE`.
    #[arg(default_value = "installation", value_parser = scope)]
    scope: Scope,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text)
        .ok_or_else(|| "there is no such role; aiguillage role names lists them".to_owned())
}

fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).ok_or_else(|| {
        "write installation, school:RNE, programme:RNE/CODE or card_type:TYPE".to_owned()
    })
}

impl Arguments {
    pub(super) fn file(&self) -> &ConfigFile {
        match &self.act {
            Act::Names { file } | Act::List { file, .. } | Act::Explain { file, .. } => file,
            Act::Grant(change) | Act::Revoke(change) => &change.file,
        }
    }
}

pub(super) async fn run(config: Config, arguments: &Arguments) -> Result<ExitCode> {
    if let Act::Names { .. } = &arguments.act {
        names();
        return Ok(ExitCode::SUCCESS);
    }
    let db = Db::open(&config.database).await?;
    db.prepare(config.migrate).await?;
    match &arguments.act {
        Act::Names { .. } => {}
        Act::List { role, limit, json, .. } => list(&db, *role, *limit, *json).await?,
        Act::Grant(given) => change(&db, given, true).await?,
        Act::Revoke(taken) => change(&db, taken, false).await?,
        Act::Explain { person, json, .. } => explain(&config, &db, person, *json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn names() {
    for role in Role::ALL {
        let kinds: Vec<_> = role.kinds().iter().map(|kind| kind.as_str()).collect();
        let opens: Vec<_> = role.permissions().iter().map(|it| it.as_str()).collect();
        say(&format!("{} ({})  {}", role.as_str(), kinds.join(", "), opens.join(" ")));
    }
}

fn why(stored: &StoredGrant) -> String {
    if stored.rule.is_empty() { "by hand".to_owned() } else { format!("[role:{}]", stored.rule) }
}

async fn list(db: &Db, role: Option<Role>, limit: i64, as_json: bool) -> Result<()> {
    let role = role.map(|role| role.as_str().to_owned()).unwrap_or_default();
    let search = GrantSearch { role, limit, ..GrantSearch::default() };
    let mut tx = db.read().await?;
    for (name, stored) in store::search_grants(&mut tx, &search).await? {
        if as_json {
            say_json(&told(&stored))?;
            continue;
        }
        let Grant { role, scope } = &stored.grant;
        let (role, why) = (role.as_str(), why(&stored));
        say(&format!("{}  {name}  {role}  {scope}  {why}", stored.person));
    }
    Ok(())
}

fn told(stored: &StoredGrant) -> Value {
    json!({
        "person": stored.person,
        "role": stored.grant.role.as_str(),
        "scope": stored.grant.scope.to_string(),
        "rule": Some(&stored.rule).filter(|rule| !rule.is_empty()),
        "granted_by": stored.granted_by,
        "granted_at": stored.granted_at,
    })
}

/// The one person whom these words name.
pub(super) async fn person(tx: &mut Tx, words: &str) -> Result<Person> {
    let mut ids: BTreeSet<PersonId> = store::accounts_by_login(tx, words)
        .await?
        .into_iter()
        .map(|account| account.person)
        .collect();
    ids.extend(words.parse::<Uuid>().ok().map(PersonId));
    let mut found = Vec::new();
    for id in ids {
        found.extend(store::find_person(tx, id).await?);
    }
    match found.len() {
        0 => bail!("nobody has the id or login {words}"),
        1 => found.pop().context("one person"),
        _ => bail!("{words} is the login of several people: give the id of one"),
    }
}

async fn change(db: &Db, change: &Change, gives: bool) -> Result<()> {
    let Change { role, scope, .. } = change;
    let grant = Grant::new(*role, scope.clone());
    let grant = grant.with_context(|| format!("{} is not given on {scope}", role.as_str()))?;
    let mut tx = db.write().await?;
    let person = person(&mut tx, &change.person).await?;
    let trace = Trace::default();
    let when = (&trace, Clock::system().now());
    let done = if gives {
        granting::grant(&mut tx, person.id, &grant, By::Command, when).await?
    } else {
        granting::revoke(&mut tx, person.id, &grant, By::Command, when).await?
    };
    match done {
        Err(Unchanged::LastAdmin) => bail!("nobody else runs the installation"),
        Err(_) if gives => bail!("{} has that already, by hand", person.display_name),
        Err(_) => bail!("{} was not given that by hand", person.display_name),
        Ok(()) => tx.commit().await?,
    }
    let word = if gives { "has" } else { "has no longer" };
    say(&format!("{} {word} {} on {scope}", person.display_name, role.as_str()));
    Ok(())
}

async fn explain(config: &Config, db: &Db, words: &str, as_json: bool) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.read().await?;
    let person = person(&mut tx, words).await?;
    let stored = store::grants_of(&mut tx, person.id).await?;
    let facts = store::facts_of(&mut tx, &[person.id], now).await?.remove(&person.id);
    let due = config.roles.gives(&facts.unwrap_or_default());
    let grants = stored.iter().map(|it| it.grant.clone()).collect::<crate::rights::Grants>();
    let opens: Vec<_> = Permission::ALL.iter().filter(|it| grants.may(**it)).collect();
    let given = |it: &StoredGrant| (it.grant.clone(), it.rule.clone());
    let waits = |it: &&Given| !stored.iter().any(|has| given(has) == **it);
    let waiting: Vec<_> = due.iter().filter(waits).collect();
    let late = |it: &&StoredGrant| !it.rule.is_empty() && !due.contains(&given(it));
    let leaving: Vec<_> = stored.iter().filter(late).collect();
    if as_json {
        let given = |(grant, rule): &&Given| {
            json!({
                "role": grant.role.as_str(), "scope": grant.scope.to_string(), "rule": rule,
            })
        };
        return say_json(&json!({
            "person": person.id,
            "name": person.display_name,
            "has": stored.iter().map(told).collect::<Vec<_>>(),
            "may": opens.iter().map(|it| it.as_str()).collect::<Vec<_>>(),
            "due": waiting.iter().map(given).collect::<Vec<_>>(),
            "over": leaving.iter().map(|it| told(it)).collect::<Vec<_>>(),
        }));
    }
    say(&format!("{}  {}", person.id, person.display_name));
    for stored in &stored {
        let Grant { role, scope } = &stored.grant;
        say(&format!("has {} on {scope}, {}", role.as_str(), why(stored)));
    }
    for permission in opens {
        say(&format!("may {}", permission.as_str()));
    }
    for (grant, rule) in waiting {
        let Grant { role, scope } = grant;
        say(&format!("gets {} on {scope} at the next reading, [role:{rule}]", role.as_str()));
    }
    for stored in leaving {
        let Grant { role, scope } = &stored.grant;
        say(&format!("loses {} on {scope} at the next reading, {}", role.as_str(), why(stored)));
    }
    Ok(())
}
