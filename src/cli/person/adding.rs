//! `aiguillage person add`
use crate::audit::{Event, Trace};
use crate::cli::ConfigFile;
use crate::cli::print::{say, say_error};
use crate::clock::Clock;
use crate::config::{Config, SourceKind, SourceSection};
use crate::db::Db;
use crate::identity::granting::{self, By};
use crate::identity::sources::hash_password;
use crate::identity::touched::{Following, Touched};
use crate::identity::{Account, Person, PersonId, password_rules, store};
use crate::rights::{Grant, Role, Scope};
use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use std::io::BufRead;

/// Whom.
#[derive(Debug, Args)]
pub(super) struct Add {
    #[command(flatten)]
    pub(super) file: ConfigFile,
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

pub(super) async fn add(config: &Config, db: &Db, add: &Add) -> Result<()> {
    let local = |s: &&SourceSection| s.name == add.source && s.kind == SourceKind::Local;
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
    let trace = Trace::default();
    let mut touched = Touched::at(now);
    touched.note(id, "person");
    touched.settle(&mut tx, &Following::of(config), &trace).await?;
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
    say_error("Password (one line on standard input):");
    std::io::stdin().lock().read_line(&mut line).context("no password on standard input")?;
    Ok(zeroize::Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
