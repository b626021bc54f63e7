//! Accounts become one person's, and part again, by a human being: an administrator, or whoever
//! proved that both are theirs (D6, D24). Each act is recorded and can be undone.
use super::role_map::RoleMap;
use super::store::{self, LinkRow};
use super::{PersonId, naming};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Joined by somebody who signed in with both accounts.
pub const BY_PERSON: &str = "person";
/// Joined by `aiguillage person link`.
pub const BY_ADMINISTRATOR: &str = "administrator";

/// Give an account of `from` to `to`; the event is for the caller to record. Whoever hid from
/// colleagues and has no account left is hidden as the other one.
pub async fn join(
    tx: &mut Tx,
    account: Uuid,
    (from, to): (PersonId, PersonId),
    rule: &str,
    roles: &RoleMap,
    now: DateTime<Utc>,
) -> sqlx::Result<Event> {
    store::link_account(tx, account, (from, to), rule, now).await?;
    both_changed(tx, (from, to), roles, now).await?;
    let is_gone = store::accounts_of(tx, from).await?.is_empty();
    if is_gone && store::cloud::is_hidden(tx, from).await? == Some(true) {
        store::cloud::set_hidden(tx, to, true, now).await?;
    }
    let event = Event::ok("person.changed").about(to).reason("linked");
    Ok(event.field("rule", rule).field("from_person", from))
}

/// Give an account back to the person from whom it came: who that is, and the event to record.
pub async fn part(
    tx: &mut Tx,
    link: &LinkRow,
    roles: &RoleMap,
    now: DateTime<Utc>,
) -> sqlx::Result<(PersonId, Event)> {
    let home = store::unlink_account(tx, link, now).await?;
    both_changed(tx, (link.to_person, home), roles, now).await?;
    let event = Event::ok("person.changed").about(link.to_person).reason("unlinked");
    Ok((home, event.field("to_person", home)))
}

/// Each is called, and may do, as the accounts say that are left to them.
async fn both_changed(
    tx: &mut Tx,
    (from, to): (PersonId, PersonId),
    roles: &RoleMap,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for person in [from, to] {
        naming::name(tx, person, now).await?;
        store::note_change(tx, person, "affiliation", now).await?;
    }
    roles.apply(tx, &[from, to], (&Trace::default(), now)).await.map(drop)
}
