//! `aiguillage person link|unlink`
use crate::audit::Trace;
use crate::cli::ConfigFile;
use crate::cli::print::say;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::identity::joining::{self, BY_ADMINISTRATOR};
use crate::identity::touched::{Following, Touched};
use crate::identity::{PersonId, store};
use anyhow::{Context, Result, ensure};
use clap::Args;
use uuid::Uuid;

/// Which account, and to whom.
#[derive(Debug, Args)]
pub(super) struct Link {
    #[command(flatten)]
    pub(super) file: ConfigFile,
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

pub(super) async fn link(config: &Config, db: &Db, link: &Link) -> Result<()> {
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
    touched.settle(&mut tx, &Following::of(config), &Trace::default()).await?;
    tx.commit().await?;
    say(&format!("{} of {} now belongs to {}", link.login, link.source, person.display_name));
    Ok(())
}

pub(super) async fn unlink(config: &Config, db: &Db, person: PersonId, id: Uuid) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    let link = joining::open_link(&mut tx, person, id).await?;
    let link =
        link.with_context(|| format!("person {person} has no link {id} that could be undone"))?;
    let mut touched = Touched::at(now);
    let (home, event) = joining::part(&mut tx, &link, &mut touched).await?;
    event.record(&mut tx, &Trace::default(), now).await?;
    touched.settle(&mut tx, &Following::of(config), &Trace::default()).await?;
    tx.commit().await?;
    say(&format!("undone: the account belongs to person {home}"));
    Ok(())
}
