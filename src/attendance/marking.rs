//! A student marks: one transaction, one conditional write (6.1).
use super::code::CodeFault;
use super::desk::Desk;
use super::record::{Channel, Status};
use super::refusal::RollRefusal;
use super::seance::State;
use super::store::{self, Refusing, Seance};
use super::ticket::{Ticket, Wall};
use super::writing::{Denied, must_be_in, must_be_open, note, write};
use super::zone::ZoneResult;
use crate::audit::Trace;
use crate::config::Policy;
use crate::db::Db;
use crate::identity::PersonId;
use crate::web::client_ip::ClientAddress;
use crate::web::{self, Error};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Wrong digits that are forgiven in one séance...
const TRIES: i64 = 5;
/// ... within the time that whoever tried too often is told to wait.
const TRIES_OF: TimeDelta = TimeDelta::seconds(60);

/// Somebody who wants to be marked.
#[derive(Debug, Clone)]
pub struct Marker {
    /// Who.
    pub student: PersonId,
    /// In which session.
    pub session: String,
    /// What is kept of the browser; `None`: it has no name yet.
    pub device: Option<Vec<u8>>,
    /// From where.
    pub address: ClientAddress,
    /// The request.
    pub trace: Trace,
    /// When.
    pub now: DateTime<Utc>,
}

/// What shows that they are in the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A scan.
    Ticket(Ticket),
    /// The six digits.
    Digits,
    /// A card at a reader.
    Card(Tap),
}

/// A card that was held to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tap {
    /// The time that counts.
    pub at: DateTime<Utc>,
    /// Whether the reader kept it for long, without a network.
    pub is_offline: bool,
    /// Whether only the number of the chip was read, which can be copied.
    pub is_uid: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// The line.
    pub line: Uuid,
    /// Present or late.
    pub status: Status,
    /// Minutes.
    pub minutes_late: i64,
    /// The time that counts.
    pub marked_at: DateTime<Utc>,
    /// Whether it was so before.
    pub is_again: bool,
}

impl Shown {
    pub(super) fn at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Ticket(ticket) => ticket.scanned_at,
            Self::Card(tap) => tap.at,
            Self::Digits => now,
        }
    }

    pub(super) fn channel(self) -> Channel {
        match self {
            Self::Ticket(_) => Channel::Qr,
            Self::Digits => Channel::Code,
            Self::Card(_) => Channel::Card,
        }
    }
}

impl Desk {
    /// Check the code of an address before anybody is asked who they are; the ticket of the scan.
    pub async fn scan(
        &self,
        db: &Db,
        session: Uuid,
        code: Option<&str>,
        (address, now): (ClientAddress, DateTime<Utc>),
    ) -> web::Result<Ticket> {
        let mut tx = db.read().await?;
        let here = store::seance(&mut tx, session).await?.ok_or(RollRefusal::UnknownCode)?;
        let secret = self.open_secret(here.id, here.roll_secret.as_deref())?;
        let wall = match (code, here.is_static()) {
            (None, true) => Wall::Static,
            (None, false) => return Err(RollRefusal::UnknownCode.into()),
            (Some(code), _) => {
                let checked = secret.ok_or(match here.state {
                    State::Planned => RollRefusal::NotOpen,
                    State::Closed | State::Locked => RollRefusal::Closed,
                    State::Open | State::Cancelled => RollRefusal::UnknownCode,
                })?;
                let checked = checked.check((here.id, here.rotation()), code, now);
                // What is dead because the roll is closed says so.
                match checked {
                    Err(CodeFault::Expired) if here.state != State::Open => {
                        return Err(RollRefusal::Closed.into());
                    }
                    checked => checked.map_err(RollRefusal::from)?,
                }
                Wall::Rotating
            }
        };
        must_be_open(here.state)?;
        if here.zone_policy == Policy::Block {
            let networks = store::networks(&mut tx, &here).await?;
            must_be_in(ZoneResult::of(address, &networks), here.zone_policy)?;
        }
        Ticket::make(wall, here.id, now).map_err(Error::internal)
    }

    /// Mark somebody, and keep it before the answer leaves.
    pub async fn mark(
        &self,
        db: &Db,
        session: Uuid,
        shown: Shown,
        marker: &Marker,
    ) -> web::Result<Marked> {
        let beginning = self.beginning().await?;
        let mut tx = db.write().await?;
        match write(&mut tx, session, (shown, &beginning), marker).await {
            Ok(marked) => {
                tx.commit().await?;
                Ok(marked)
            }
            Err(Denied::Refused(refusal)) => {
                drop(tx);
                let mut tx = db.write().await?;
                note(&mut tx, session, (refusal, shown), marker).await?;
                tx.commit().await?;
                Err(refusal.into())
            }
            Err(Denied::Broken(error)) => Err(error.into()),
        }
    }

    /// Mark somebody who typed six digits: on whichever open roll has them and these digits, or on
    /// this one only. Each try is noted before it is counted, so that many at once are no more than
    /// five; a right one is forgotten again.
    pub async fn mark_by_digits(
        &self,
        db: &Db,
        (digits, only): (&str, Option<Uuid>),
        marker: &Marker,
    ) -> web::Result<(Uuid, Marked)> {
        let mut tx = db.write().await?;
        let mut open = store::spoken_open(&mut tx, marker.student).await?;
        open.retain(|here| only.is_none_or(|only| only == here.id));
        if open.is_empty() {
            return Err(RollRefusal::NotExpected.into());
        }
        let code = RollRefusal::WrongDigits.code();
        let of = |here: &Seance| Refusing { session: here.id, student: marker.student, code };
        let mut tries = Vec::new();
        for here in open {
            let note = store::note_refused(&mut tx, of(&here), marker.now).await?;
            tries.push((here, note));
        }
        tx.commit().await?;
        let since = marker.now - TRIES_OF;
        let mut is_left = false;
        for (here, _) in &tries {
            let mut tx = db.read().await?;
            if store::refusals_of(&mut tx, of(here), since).await? > TRIES {
                continue;
            }
            drop(tx);
            is_left = true;
            let secret = self.open_secret(here.id, here.roll_secret.as_deref())?;
            if secret.is_some_and(|secret| secret.is_spoken(here.id, digits, marker.now)) {
                let mut tx = db.write().await?;
                for (_, note) in &tries {
                    store::unnote_refused(&mut tx, *note).await?;
                }
                tx.commit().await?;
                return Ok((here.id, self.mark(db, here.id, Shown::Digits, marker).await?));
            }
        }
        Err(if is_left { RollRefusal::WrongDigits } else { RollRefusal::TooManyTries }.into())
    }
}
