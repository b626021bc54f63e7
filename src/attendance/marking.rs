//! A student marks: one transaction, one conditional write (6.1).
use super::code::CodeFault;
use super::desk::Desk;
use super::presence::Beginning;
use super::record::{Channel, Status};
use super::refusal::RollRefusal;
use super::seance::State;
use super::store::{self, NewMark, Refusing, Seance};
use super::ticket::{Ticket, Wall};
use super::timing::Limits;
use super::zone::ZoneResult;
use crate::audit::{Event, Trace};
use crate::config::Policy;
use crate::db::{Db, Tx};
use crate::identity::PersonId;
use crate::web::client_ip::ClientAddress;
use crate::web::{self, Error};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// A mark that comes so long after its scan is shown to the teacher.
const LATE_TICKET: TimeDelta = TimeDelta::seconds(60);
/// Wrong digits that are forgiven in one séance.
const TRIES: i64 = 5;

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
    fn at(self, now: DateTime<Utc>) -> DateTime<Utc> {
        match self {
            Self::Ticket(ticket) => ticket.scanned_at,
            Self::Digits => now,
        }
    }

    fn channel(self) -> Channel {
        match self {
            Self::Ticket(_) => Channel::Qr,
            Self::Digits => Channel::Code,
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
                note(db, session, (refusal, shown), marker).await?;
                Err(refusal.into())
            }
            Err(Denied::Broken(error)) => Err(error.into()),
        }
    }

    /// Mark somebody who typed six digits: on whichever open roll has them and these digits.
    pub async fn mark_by_digits(
        &self,
        db: &Db,
        digits: &str,
        marker: &Marker,
    ) -> web::Result<(Uuid, Marked)> {
        let mut tx = db.read().await?;
        let open = store::spoken_open(&mut tx, marker.student).await?;
        let code = RollRefusal::WrongDigits.code();
        for here in &open {
            let it = Refusing { session: here.id, student: marker.student, code };
            if store::refusals_of(&mut tx, it).await? >= TRIES {
                return Err(RollRefusal::TooManyTries.into());
            }
        }
        drop(tx);
        for here in &open {
            let secret = self.open_secret(here.id, here.roll_secret.as_deref())?;
            if secret.is_some_and(|secret| secret.is_spoken(here.id, digits, marker.now)) {
                return Ok((here.id, self.mark(db, here.id, Shown::Digits, marker).await?));
            }
        }
        for here in &open {
            note(db, here.id, (RollRefusal::WrongDigits, Shown::Digits), marker).await?;
        }
        Err(if open.is_empty() { RollRefusal::NotExpected } else { RollRefusal::WrongDigits }
            .into())
    }
}

/// Why nothing was written.
enum Denied {
    Refused(RollRefusal),
    Broken(sqlx::Error),
}

impl<R: Into<RollRefusal>> From<R> for Denied {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<sqlx::Error> for Denied {
    fn from(error: sqlx::Error) -> Self {
        Self::Broken(error)
    }
}

async fn write(
    tx: &mut Tx,
    session: Uuid,
    shown: (Shown, &Beginning),
    marker: &Marker,
) -> Result<Marked, Denied> {
    let here = store::seance(tx, session).await?.ok_or(RollRefusal::UnknownCode)?;
    if let Some(marked) = already(tx, &here, marker.student).await? {
        return Ok(marked);
    }
    match attempt(tx, &here, shown, marker).await {
        // Another try of the same student may have been kept while this one waited for its row.
        Err(Denied::Refused(refusal)) => match already(tx, &here, marker.student).await? {
            Some(marked) => Ok(marked),
            None => Err(refusal.into()),
        },
        done => done,
    }
}

async fn attempt(
    tx: &mut Tx,
    here: &Seance,
    (shown, beginning): (Shown, &Beginning),
    marker: &Marker,
) -> Result<Marked, Denied> {
    must_be_open(here.state)?;
    let networks = store::networks(tx, here).await?;
    let zone = ZoneResult::of(marker.address, &networks);
    must_be_in(zone, here.zone_policy)?;
    let scanned_at = shown.at(marker.now);
    let (status, minutes_late) = limits(here).judge(scanned_at)?;
    let mut flags = signs(tx, here, shown, marker).await?;
    if zone == ZoneResult::Out && here.zone_policy == Policy::Flag {
        flags.push("zone_out");
    }
    let mark = NewMark {
        session: here.id,
        student: marker.student,
        status,
        minutes_late,
        marked_at: scanned_at,
        channel: shown.channel(),
        zone,
        flags,
    };
    let Some(line) = store::mark(tx, &mark).await? else {
        return Err(why_not(tx, here, marker.student).await?);
    };
    beginning.keep(tx, (&here.rne, line), marker.now).await?;
    let event = Event::ok("roll.marked").by(marker.student, &marker.session);
    let event = event.reason(status.as_str()).field("session", here.id).field("record", line);
    let event = event.field("via", mark.channel.as_str()).field("zone", zone.as_str());
    event.field("flags", &mark.flags).record(tx, &marker.trace, marker.now).await?;
    Ok(Marked { line, status, minutes_late, marked_at: scanned_at, is_again: false })
}

/// Use scan and browser up; what the teacher should look at.
async fn signs(
    tx: &mut Tx,
    here: &Seance,
    shown: Shown,
    marker: &Marker,
) -> Result<Vec<&'static str>, Denied> {
    let (whose, now) = ((here.id, marker.student), marker.now);
    let mut flags = Vec::new();
    match shown {
        Shown::Digits => flags.push("spoken_code"),
        Shown::Ticket(ticket) => {
            if !store::use_scan(tx, &ticket.nonce, whose, now).await? {
                return Err(match why_not(tx, here, marker.student).await? {
                    Denied::Refused(RollRefusal::Closed) => RollRefusal::Closed.into(),
                    _ => RollRefusal::TicketUsed.into(),
                });
            }
            if ticket.wall == Wall::Static {
                flags.push("static_code");
            }
            if now - ticket.scanned_at > LATE_TICKET {
                flags.push("late_ticket");
            }
        }
    }
    if let Some(device) = marker.device.as_ref().filter(|_| here.device_policy != Policy::Off)
        && !store::use_device(tx, device, whose, now).await?
    {
        if here.device_policy == Policy::Block {
            return Err(RollRefusal::Device.into());
        }
        flags.push("device_shared");
    }
    if store::overlaps(tx, here, marker.student).await? {
        flags.push("overlap");
    }
    Ok(flags)
}

/// Whether somebody is marked already: that is a success with the first time.
async fn already(tx: &mut Tx, here: &Seance, student: PersonId) -> sqlx::Result<Option<Marked>> {
    let line = store::line_of(tx, here.id, student).await?;
    Ok(line.filter(|line| line.status.is_there()).map(|line| Marked {
        line: line.id,
        status: line.status,
        minutes_late: line.minutes_late,
        marked_at: line.marked_at.unwrap_or(here.starts_at),
        is_again: true,
    }))
}

/// Why the write found nothing to write.
async fn why_not(tx: &mut Tx, here: &Seance, student: PersonId) -> sqlx::Result<Denied> {
    let now = store::seance(tx, here.id).await?.map_or(State::Cancelled, |here| here.state);
    if let Err(refusal) = must_be_open(now) {
        return Ok(refusal.into());
    }
    let line = store::line_of(tx, here.id, student).await?;
    Ok(match line {
        None => RollRefusal::NotExpected,
        Some(line) if line.status == Status::Exempt => RollRefusal::NotExpected,
        Some(_) => RollRefusal::Transition,
    }
    .into())
}

fn must_be_open(state: State) -> Result<(), RollRefusal> {
    match state {
        State::Open => Ok(()),
        State::Planned => Err(RollRefusal::NotOpen),
        State::Closed | State::Locked | State::Cancelled => Err(RollRefusal::Closed),
    }
}

fn must_be_in(zone: ZoneResult, policy: Policy) -> Result<(), RollRefusal> {
    let is_barred = policy == Policy::Block && zone != ZoneResult::In;
    if is_barred { Err(RollRefusal::Zone) } else { Ok(()) }
}

fn limits(here: &Seance) -> Limits {
    Limits {
        opened_at: here.opened_at.unwrap_or(here.starts_at),
        starts_at: here.starts_at,
        late_after: here.late_after_min,
        refuse_after: here.refuse_after_min,
    }
}

/// Tell the teacher of a scan that did not count. One from before the closing leaves its sign on
/// the line, so that the teacher accepts it with one tap (D43).
async fn note(
    db: &Db,
    session: Uuid,
    (refusal, shown): (RollRefusal, Shown),
    marker: &Marker,
) -> sqlx::Result<()> {
    if !refusal.is_of_a_scan() {
        return Ok(());
    }
    let mut tx = db.write().await?;
    let Some(here) = store::seance(&mut tx, session).await? else { return Ok(()) };
    let was_before = here.closed_at.is_some_and(|closed| shown.at(marker.now) < closed);
    if refusal == RollRefusal::Closed
        && was_before
        && let Some(line) = store::line_of(&mut tx, session, marker.student).await?
        && !line.flags.iter().any(|flag| flag == BEFORE_CLOSING)
    {
        let flags: Vec<String> =
            line.flags.iter().cloned().chain([BEFORE_CLOSING.to_owned()]).collect();
        store::set_flags(&mut tx, &line, &flags).await?;
    }
    let it = Refusing { session, student: marker.student, code: refusal.code() };
    store::note_refused(&mut tx, it, marker.now).await?;
    tx.commit().await
}

/// Scanned while the roll was open, posted when it was not.
pub(super) const BEFORE_CLOSING: &str = "scanned_before_closing";
