//! How rights are given and taken: the one way for people, the command line and the map of roles.
//!
//! Nothing but this writes `role_grant`. Each act is recorded in its transaction. Whoever becomes an
//! administrator signs in anew: sessions of administrators are shorter, and begin only in the known
//! networks.
use super::PersonId;
use super::session::EndReason;
use super::store::{self, BY_HAND};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::rights::{Grant, Role};
use chrono::{DateTime, Utc};

/// Who gives or takes a right.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody signed in; with the event's session.
    Person(PersonId, &'a str),
    /// Somebody on the command line.
    Command,
    /// A rule of the map.
    Rule(&'a str),
}

/// Why a right is neither given nor taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchanged {
    /// Nobody gives rights to themselves, or takes their own.
    Own,
    /// Nobody would be left to run the installation.
    LastAdmin,
    /// It is so already.
    Already,
}

impl<'a> By<'a> {
    fn rule(self) -> &'a str {
        match self {
            Self::Rule(rule) => rule,
            Self::Person(..) | Self::Command => BY_HAND,
        }
    }

    fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(person, _) => Some(person),
            Self::Command | Self::Rule(_) => None,
        }
    }

    fn event(self, name: &'static str, of: PersonId, grant: &Grant) -> Event {
        let event = Event::ok(name).reason(grant.role.as_str());
        let event = event.field("scope", grant.scope.to_string()).field("of", of);
        match self {
            Self::Person(person, session) => event.by(person, session),
            Self::Command => event.about(of),
            Self::Rule(rule) => event.about(of).field("rule", rule),
        }
    }
}

/// Give a right.
pub async fn grant(
    tx: &mut Tx,
    to: PersonId,
    grant: &Grant,
    by: By<'_>,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<Result<(), Unchanged>> {
    if by.person() == Some(to) {
        return Ok(Err(Unchanged::Own));
    }
    let is_admin = grant.role == Role::Admin;
    let is_new = is_admin && !store::has_role(tx, to, Role::Admin).await?;
    if !store::insert_grant(tx, to, (grant, by.rule()), by.person(), now).await? {
        return Ok(Err(Unchanged::Already));
    }
    if is_new {
        for session in store::live_sessions(tx, to, now).await? {
            store::end_session(tx, session.id, EndReason::RightsChanged, now).await?;
        }
    }
    by.event("role.granted", to, grant).record(tx, trace, now).await?;
    Ok(Ok(()))
}

/// Take a right back that was given in the same way.
pub async fn revoke(
    tx: &mut Tx,
    from: PersonId,
    grant: &Grant,
    by: By<'_>,
    (trace, now): (&Trace, DateTime<Utc>),
) -> sqlx::Result<Result<(), Unchanged>> {
    if by.person() == Some(from) {
        return Ok(Err(Unchanged::Own));
    }
    // What the map gave is the directory's to take, whoever is left.
    let is_by_hand = by.rule() == BY_HAND;
    if is_by_hand && grant.role == Role::Admin && store::other_admins(tx, from).await? == 0 {
        return Ok(Err(Unchanged::LastAdmin));
    }
    if !store::delete_grant(tx, from, (grant, by.rule())).await? {
        return Ok(Err(Unchanged::Already));
    }
    by.event("role.revoked", from, grant).record(tx, trace, now).await?;
    Ok(Ok(()))
}
