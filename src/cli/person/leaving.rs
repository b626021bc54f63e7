//! `aiguillage person export|erase`
use crate::app::{desk, eraser, held};
use crate::audit::{Event, Trace};
use crate::cli::print::{say, say_json};
use crate::cli::role;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::identity::store;
use crate::people::{Wish, taken};
use crate::rights::Role;
use anyhow::{Result, ensure};

/// Recorded before anything is printed.
pub(super) async fn export(db: &Db, words: &str) -> Result<()> {
    let now = Clock::system().now();
    let mut tx = db.write().await?;
    let person = role::person(&mut tx, words).await?;
    let event = Event::ok("person.export").reason("command").field("of", person.id);
    event.record(&mut tx, &Trace::default(), now).await?;
    tx.commit().await?;
    let mut tx = db.read().await?;
    say_json(&taken(&mut tx, &held(), person.id, now).await?)
}

pub(super) async fn erase(config: &Config, db: &Db, words: &str, reason: &str) -> Result<()> {
    let clock = Clock::system();
    let (desk, now) = (desk(config, &clock), clock.now());
    let mut tx = db.write().await?;
    let person = role::person(&mut tx, words).await?;
    let is_admin = store::has_role(&mut tx, person.id, Role::Admin).await?;
    let is_last = is_admin && store::other_admins(&mut tx, person.id).await? == 0;
    ensure!(!is_last, "nobody else runs the installation");
    let event = Event::ok("person.erase").reason("asked").field("of", person.id);
    let event = event.field("why", reason);
    let wish = Wish { by: None, reason, event: &event, may_return: false };
    let (eraser, trace) = (eraser(config), Trace::default());
    let begun = eraser.begin(&mut tx, &desk.queue, person.id, &wish, (&trace, now)).await;
    begun.map_err(|failure| anyhow::anyhow!("{}: {}", failure.why, failure.cause))?;
    desk.queue.commit(tx).await?;
    say(&format!("nobody sees person {} any more; a running service removes the rows", person.id));
    Ok(())
}
