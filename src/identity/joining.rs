//! Accounts become one person's, and part again, by a human being: an administrator, or whoever
//! proved that both are theirs (D6, D24). Each act is recorded and can be undone.
use super::store::{self, LinkRow, StoredAccount};
use super::{PersonId, naming};
use crate::audit::Event;
use crate::db::Tx;
use crate::web::{self, Refusal};
use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Joined by somebody who signed in with both accounts.
pub const BY_PERSON: &str = "person";
/// Joined by `aiguillage person link`.
pub const BY_ADMINISTRATOR: &str = "administrator";
/// Joined by a human being. What a rule joined comes again, so parting it by a button is no use.
pub const BY_HAND: [&str; 2] = [BY_PERSON, BY_ADMINISTRATOR];

/// Give an account of `from` to `to`; the event is for the caller to record. Whoever hid from
/// colleagues and has no account left is hidden as the other one.
pub async fn join(
    tx: &mut Tx,
    account: Uuid,
    (from, to): (PersonId, PersonId),
    rule: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Event> {
    store::link_account(tx, account, (from, to), rule, now).await?;
    both_changed(tx, from, to, now).await?;
    let is_gone = store::accounts_of(tx, from).await?.is_empty();
    if is_gone && store::cloud::is_hidden(tx, from).await? == Some(true) {
        store::cloud::set_hidden(tx, to, true, now).await?;
    }
    let event = Event::ok("person.changed").about(to).reason("linked");
    Ok(event.field("rule", rule).field("from_person", from))
}

/// Whether an account came to `person` by this link and is still among their `accounts`.
#[must_use]
pub fn is_open(link: &LinkRow, person: PersonId, accounts: &[StoredAccount]) -> bool {
    let is_still_here = accounts.iter().any(|account| account.id == link.account);
    link.to_person == person && link.undone_at.is_none() && is_still_here
}

/// The link of this name by which an account came to `person`, if it may be parted now.
pub async fn open_link(tx: &mut Tx, person: PersonId, id: Uuid) -> sqlx::Result<Option<LinkRow>> {
    let accounts = store::accounts_of(tx, person).await?;
    let links = store::links_of(tx, person).await?;
    Ok(links.into_iter().find(|link| link.id == id && is_open(link, person, &accounts)))
}

/// Give an account back to the person from whom it came: who that is, and the event to record.
pub async fn part(
    tx: &mut Tx,
    link: &LinkRow,
    now: DateTime<Utc>,
) -> sqlx::Result<(PersonId, Event)> {
    let home = store::unlink_account(tx, link, now).await?;
    both_changed(tx, link.to_person, home, now).await?;
    let event = Event::ok("person.changed").about(link.to_person).reason("unlinked");
    Ok((home, event.field("to_person", home)))
}

/// These may not be joined, or parted; `detail` says why, for log and record.
#[must_use]
pub fn refused(detail: &str) -> web::Error {
    Refusal::new("E-JOIN", StatusCode::CONFLICT, "person.refused").detail(detail).into()
}

/// Each is called as the accounts say that are left to them.
async fn both_changed(
    tx: &mut Tx,
    from: PersonId,
    to: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for person in [from, to] {
        naming::name(tx, person, now).await?;
        store::note_change(tx, person, "affiliation", now).await?;
    }
    Ok(())
}
