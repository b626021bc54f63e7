//! `aiguillage person add|list|link|unlink`
use super::ConfigFile;
use super::print::{say, say_json};
use super::role;
use crate::app::{desk, eraser, held};
use crate::audit::{Event, Trace};
use crate::clock::Clock;
use crate::config::{Config, SourceKind};
use crate::db::Db;
use crate::identity::granting::{self, By};
use crate::identity::joining::{self, BY_ADMINISTRATOR};
use crate::identity::sources::hash_password;
use crate::identity::touched::Touched;
use crate::identity::{Account, Person, PersonId, password_rules, store};
use crate::people::{Wish, taken};
use crate::rights::{Grant, Role, Scope};
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use std::io::BufRead;
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
struct Add {
    #[command(flatten)]
    file: ConfigFile,
    /// A `[source:NAME]` of kind local.
    #[arg(long)]
    source: String,
    /// What they type at sign-in.
    #[arg(long)]
    login: String,
    /// Name to show.
    #[arg(long)]
    name: String,
    /// Mail address.
    #[arg(long)]
    mail: Option<String>,
    /// Attributes as a directory would send them, NAME=VALUE, several times.
    #[arg(long = "attribute", value_name = "NAME=VALUE")]
    attributes: Vec<String>,
    /// May run the installation.
    #[arg(long)]
    admin: bool,
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

#[derive(Debug, Args)]
struct Link {
    #[command(flatten)]
    file: ConfigFile,
    /// Source of the account.
    #[arg(long)]
    source: String,
    /// Login of the account.
    #[arg(long)]
    login: String,
    /// The person who gets it.
    #[arg(long)]
    to: Uuid,
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
        Act::Add(arguments) => add(&config, &db, arguments).await?,
        Act::List(arguments) => list(&db, arguments).await?,
        Act::Link(arguments) => link(&config, &db, arguments).await?,
        Act::Export { person, .. } => export(&db, person).await?,
        Act::Erase { person, reason, yes, .. } => {
            ensure!(*yes, "this cannot be undone: say --yes");
            erase(&config, &db, person, reason).await?;
        }
        Act::Unlink { person, link, .. } => {
            unlink(&config, &db, PersonId(*person), *link).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn add(config: &Config, db: &Db, add: &Add) -> Result<()> {
    let local =
        |s: &&crate::config::SourceSection| s.name == add.source && s.kind == SourceKind::Local;
    let source = config.sources.iter().find(local);
    let source =
        source.with_context(|| format!("there is no [source:{}] of kind local", add.source))?;
    let account = account(add)?;
    let password = read_password()?;
    password_rules::check(&password, &add.login, &add.name)
        .map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let hash = hash_password(&password)
        .map_err(|error| anyhow::anyhow!("the password cannot be hashed: {error}"))?;

    let now = Clock::system().now();
    let mut tx = db.write().await?;
    // Logins are compared without regard to case: two that differ by case would be nobody's.
    let taken = store::accounts_by_login(&mut tx, &add.login).await?;
    let is_taken = taken.iter().any(|account| account.source == add.source);
    ensure!(!is_taken, "{} exists already in {}", add.login, add.source);
    let id = PersonId::new();
    let person = Person { id, display_name: add.name.clone(), mail: add.mail.clone() };
    store::insert_person(&mut tx, &person, now).await?;
    let account = store::insert_account(&mut tx, id, &account, source.priority, now).await?;
    store::set_password(&mut tx, account, &hash, now).await?;
    store::note_change(&mut tx, id, "person", now).await?;
    let trace = Trace::default();
    Event::ok("person.changed").about(id).reason("added").record(&mut tx, &trace, now).await?;
    if add.admin {
        let grant = Grant { role: Role::Admin, scope: Scope::Installation };
        let given = granting::grant(&mut tx, id, &grant, By::Command, (&trace, now)).await?;
        ensure!(given.is_ok(), "the role was not given");
    }
    tx.commit().await?;
    say(&format!("added {} as person {id}", add.login));
    Ok(())
}

fn account(add: &Add) -> Result<Account> {
    let mut account = Account {
        source: add.source.clone(),
        source_id: add.login.clone(),
        login: add.login.clone(),
        attributes: [("uid", &add.login), ("displayName", &add.name)].into_iter().collect(),
    };
    if let Some(mail) = &add.mail {
        account.attributes.add("mail", mail);
    }
    for pair in &add.attributes {
        let Some((name, value)) = pair.split_once('=') else {
            bail!("--attribute wants NAME=VALUE, not {pair}");
        };
        account.attributes.add(name, value);
    }
    Ok(account)
}

fn read_password() -> Result<zeroize::Zeroizing<String>> {
    let mut line = zeroize::Zeroizing::new(String::new());
    super::print::say_error("Password (one line on standard input):");
    std::io::stdin().lock().read_line(&mut line).context("no password on standard input")?;
    Ok(zeroize::Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
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

async fn describe(tx: &mut crate::db::Tx, person: &Person) -> sqlx::Result<serde_json::Value> {
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

async fn link(config: &Config, db: &Db, link: &Link) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    let to = PersonId(link.to);
    let person = store::find_person(&mut tx, to).await?;
    let person = person.with_context(|| format!("there is no person {to}"))?;
    let accounts = store::accounts_by_login(&mut tx, &link.login).await?;
    let account = accounts.into_iter().find(|account| account.source == link.source);
    let account = account.with_context(|| {
        format!(
            "{} is not known in {}; accounts are known after the first sign-in",
            link.login, link.source
        )
    })?;
    ensure!(account.person != to, "the account belongs to this person already");
    let people = (account.person, to);
    let mut touched = Touched::at(now);
    let joined = joining::join(&mut tx, account.id, people, BY_ADMINISTRATOR, &mut touched).await?;
    let event = joined.with_context(|| {
        format!("the person of {} has a role, which nobody could use any more", link.login)
    })?;
    event.record(&mut tx, &Trace::default(), now).await?;
    touched.settle(&mut tx, &config.roles, &Trace::default()).await?;
    tx.commit().await?;
    say(&format!("{} of {} now belongs to {}", link.login, link.source, person.display_name));
    Ok(())
}

async fn unlink(config: &Config, db: &Db, person: PersonId, id: Uuid) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    let link = joining::open_link(&mut tx, person, id).await?;
    let link =
        link.with_context(|| format!("person {person} has no link {id} that could be undone"))?;
    let mut touched = Touched::at(now);
    let (home, event) = joining::part(&mut tx, &link, &mut touched).await?;
    event.record(&mut tx, &Trace::default(), now).await?;
    touched.settle(&mut tx, &config.roles, &Trace::default()).await?;
    tx.commit().await?;
    say(&format!("undone: the account belongs to person {home}"));
    Ok(())
}

/// Recorded before anything is printed.
async fn export(db: &Db, words: &str) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    let person = role::person(&mut tx, words).await?;
    let event = Event::ok("person.export").reason("command").field("of", person.id);
    event.record(&mut tx, &Trace::default(), now).await?;
    tx.commit().await?;
    let mut tx = db.read().await?;
    say_json(&taken(&mut tx, &held(), person.id, now).await?)
}

async fn erase(config: &Config, db: &Db, words: &str, reason: &str) -> Result<()> {
    let clock = Clock::system();
    let (desk, now) = (desk(config, &clock), clock.now());
    let mut tx = db.write().await?;
    let person = role::person(&mut tx, words).await?;
    let is_admin = store::has_role(&mut tx, person.id, Role::Admin).await?;
    let is_last = is_admin && store::other_admins(&mut tx, person.id).await? == 0;
    ensure!(!is_last, "nobody else runs the installation");
    let event = Event::ok("person.erase").reason("asked").field("of", person.id);
    let event = event.field("why", reason);
    let wish = Wish { by: None, reason, event: &event };
    let (eraser, trace) = (eraser(config), Trace::default());
    let begun = eraser.begin(&mut tx, &desk.queue, person.id, &wish, (&trace, now)).await;
    begun.map_err(|failure| anyhow::anyhow!("{}: {}", failure.why, failure.cause))?;
    desk.queue.commit(tx).await?;
    say(&format!("nobody sees person {} any more; a running service removes the rows", person.id));
    Ok(())
}
