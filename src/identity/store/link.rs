//! Table `account_link`: accounts joined to one person, by whom, and how to undo it.
use super::account::account_by_id;
use super::person::insert_person;
use super::session::end_sessions_of_account;
use crate::db::Tx;
use crate::identity::session::EndReason;
use crate::identity::{Person, PersonId};
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// One act of joining.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkRow {
    /// Its name.
    pub id: Uuid,
    /// The account that moved.
    pub account: Uuid,
    /// Whose it was; the same as `to_person` when the account was not known before.
    pub from_person: PersonId,
    /// Whose it is now.
    pub to_person: PersonId,
    /// `[link:NAME]`, `administrator`, or `person`: by themselves.
    pub rule: String,
    /// When.
    pub linked_at: DateTime<Utc>,
    /// When it was undone.
    pub undone_at: Option<DateTime<Utc>>,
}

/// Move an account, with its affiliations, to another person. Its sessions end: they were opened
/// for the person it leaves, who may have other rights.
pub async fn link_account(
    tx: &mut Tx,
    account: Uuid,
    (from, to): (PersonId, PersonId),
    rule: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    move_account(tx, account, to, now).await?;
    on!(tx, |conn| query(
        "INSERT INTO account_link (id, account, from_person, to_person, rule, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(Uuid::now_v7())
    .bind(account)
    .bind(from)
    .bind(to)
    .bind(rule)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Give the account back to the person it came from, who is told. An account that was linked when
/// it was first heard of gets a person of its own.
pub async fn unlink_account(
    tx: &mut Tx,
    link: &LinkRow,
    now: DateTime<Utc>,
) -> sqlx::Result<PersonId> {
    let was_never_alone = link.from_person == link.to_person;
    let own = if was_never_alone { person_for(tx, link.account, now).await? } else { None };
    let home = own.unwrap_or(link.from_person);
    move_account(tx, link.account, home, now).await?;
    on!(tx, |conn| query(
        "UPDATE account_link SET undone_at = $2, from_person = $3 WHERE id = $1"
    )
    .bind(link.id)
    .bind(now)
    .bind(home)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(home)
}

/// A new person, called what the account calls them.
async fn person_for(
    tx: &mut Tx,
    account: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<PersonId>> {
    let Some(stored) = account_by_id(tx, account).await? else { return Ok(None) };
    let account = stored.into_account();
    let (display_name, mail) = (account.display_name(), account.mail());
    let person = Person { id: PersonId::new(), display_name, mail };
    insert_person(tx, &person, now).await?;
    Ok(Some(person.id))
}

/// Joinings that concern a person, the newest first.
pub async fn links_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<LinkRow>> {
    on!(tx, |conn| query_as(
        "SELECT id, account, from_person, to_person, rule, linked_at, undone_at
         FROM account_link WHERE to_person = $1 OR from_person = $1 ORDER BY id DESC"
    )
    .bind(person)
    .fetch_all(conn)
    .await)
}

async fn move_account(
    tx: &mut Tx,
    account: Uuid,
    to: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    end_sessions_of_account(tx, account, EndReason::AccountMoved, now).await?;
    on!(&mut *tx, |conn| query("UPDATE account SET person = $2 WHERE id = $1")
        .bind(account)
        .bind(to)
        .execute(conn)
        .await
        .map(|_| ()))?;
    on!(tx, |conn| query("UPDATE affiliation SET person = $2 WHERE account = $1")
        .bind(account)
        .bind(to)
        .execute(conn)
        .await
        .map(|_| ()))
}
