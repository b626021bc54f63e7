//! Accounts become one person's, and part again (D6, D24): by a human being, who is an administrator
//! or proved that both are theirs, or by a rule. Each act is recorded and can be undone.
use super::PersonId;
use super::store::{self, LinkRow, StoredAccount};
use super::touched::Touched;
use crate::audit::Event;
use crate::db::Tx;
use crate::web::{self, Refusal};
use actix_web::http::StatusCode;
use uuid::Uuid;

/// Joined by somebody who signed in with both accounts.
pub const BY_PERSON: &str = "person";
/// Joined by `aiguillage person link`.
pub const BY_ADMINISTRATOR: &str = "administrator";
/// Joined by a human being. What a rule joined comes again, so parting it by a button is no use.
pub const BY_HAND: [&str; 2] = [BY_PERSON, BY_ADMINISTRATOR];

/// Give an account of `from` to `to`, which may be the same when nobody knew it before; the event is
/// for the caller to record. Whoever hid from colleagues and has no account left is hidden as the
/// other one. `None`: the account is somebody else's by now, or `from` has a role, which nobody could
/// use any more (SEC-99).
pub async fn join(
    tx: &mut Tx,
    account: Uuid,
    (from, to): (PersonId, PersonId),
    rule: &str,
    touched: &mut Touched,
) -> sqlx::Result<Option<Event>> {
    let is_theirs = store::hold_account(tx, account).await?.person == from;
    if !is_theirs || from != to && store::has_any_role(tx, from).await? {
        return Ok(None);
    }
    store::link_account(tx, account, (from, to), rule, touched.at).await?;
    both_changed(touched, [from, to]);
    let is_gone = store::accounts_of(tx, from).await?.is_empty();
    if is_gone && store::cloud::is_hidden(tx, from).await? == Some(true) {
        store::cloud::set_hidden(tx, to, true, touched.at).await?;
    }
    let event = Event::ok("person.changed").about(to).reason("linked");
    Ok(Some(event.field("rule", rule).field("from_person", from)))
}

/// The same by a rule: `own` is the account of `to` by which it came. No rule joins again what a
/// human being parted.
pub async fn join_by_rule(
    tx: &mut Tx,
    (account, from): (Uuid, PersonId),
    (own, to): (Uuid, PersonId),
    rule: &str,
    touched: &mut Touched,
) -> sqlx::Result<Option<Event>> {
    if from != to && were_parted(tx, (to, own), (from, account)).await? {
        return Ok(None);
    }
    join(tx, account, (from, to), rule, touched).await
}

/// Whether a link between two accounts was undone, whichever of them had moved.
async fn were_parted(
    tx: &mut Tx,
    (person, own): (PersonId, Uuid),
    (from, id): (PersonId, Uuid),
) -> sqlx::Result<bool> {
    let history = store::links_of(tx, person).await?;
    let mut undone = history.iter().filter(|link| link.undone_at.is_some());
    Ok(undone.any(|link| {
        (link.account == id && link.to_person == person)
            || (link.account == own && link.to_person == from)
    }))
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
    touched: &mut Touched,
) -> sqlx::Result<(PersonId, Event)> {
    let home = store::unlink_account(tx, link, touched.at).await?;
    both_changed(touched, [link.to_person, home]);
    let event = Event::ok("person.changed").about(link.to_person).reason("unlinked");
    Ok((home, event.field("to_person", home)))
}

/// These may not be joined, or parted; `detail` says why, for log and record.
#[must_use]
pub fn refused(detail: &str) -> web::Error {
    Refusal::new("E-JOIN", StatusCode::CONFLICT, "person.refused").detail(detail).into()
}

/// Each is called as the accounts say that are left to them.
fn both_changed(touched: &mut Touched, people: [PersonId; 2]) {
    for person in people {
        touched.rename(person);
        touched.note(person, "affiliation");
    }
}
