//! The mark itself: one conditional write, and what is found out beside it (6.1, 7).
use super::marking::{Marked, Marker, Shown};
use super::presence::Beginning;
use super::record::Status;
use super::refusal::RollRefusal;
use super::seance::State;
use super::store::{self, NewMark, Refusing, Seance};
use super::ticket::Wall;
use super::timing::Limits;
use super::zone::ZoneResult;
use crate::audit::Event;
use crate::config::Policy;
use crate::db::Tx;
use crate::identity::PersonId;
use chrono::TimeDelta;
use uuid::Uuid;

/// A mark that comes so long after its scan is shown to the teacher.
const LATE_TICKET: TimeDelta = TimeDelta::seconds(60);

/// Why nothing was written.
pub(super) enum Denied {
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

pub(super) async fn write(
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
        Err(broken) => Err(broken),
        Ok(marked) => {
            // Whoever cancelled or closed meanwhile waits for our line, or has let it go: a new
            // statement sees what they did, and what we wrote is dropped.
            let state = store::seance(tx, session).await?.map(|here| here.state);
            must_be_open(state.unwrap_or(State::Cancelled))?;
            Ok(marked)
        }
    }
}

async fn attempt(
    tx: &mut Tx,
    here: &Seance,
    (shown, beginning): (Shown, &Beginning),
    marker: &Marker,
) -> Result<Marked, Denied> {
    must_be_open(here.state)?;
    let zone = match shown {
        // A reader hangs on the wall of the room.
        Shown::Card(_) => ZoneResult::In,
        _ => ZoneResult::of(marker.address, &store::networks(tx, here).await?),
    };
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
        Shown::Card(tap) => {
            flags.extend(tap.is_offline.then_some("offline"));
            flags.extend(tap.is_uid.then_some("uid_only"));
        }
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

pub(super) fn must_be_open(state: State) -> Result<(), RollRefusal> {
    match state {
        State::Open => Ok(()),
        State::Planned => Err(RollRefusal::NotOpen),
        State::Closed | State::Locked | State::Cancelled => Err(RollRefusal::Closed),
    }
}

pub(super) fn must_be_in(zone: ZoneResult, policy: Policy) -> Result<(), RollRefusal> {
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
pub(super) async fn note(
    tx: &mut Tx,
    session: Uuid,
    (refusal, shown): (RollRefusal, Shown),
    marker: &Marker,
) -> sqlx::Result<()> {
    if !refusal.is_of_a_scan() {
        return Ok(());
    }
    let Some(here) = store::seance(tx, session).await? else { return Ok(()) };
    let was_before = here.closed_at.is_some_and(|closed| shown.at(marker.now) < closed);
    if refusal == RollRefusal::Closed
        && was_before
        && !flag_line(tx, session, marker.student).await?
    {
        // Somebody changed the line between reading and writing; now ours is the newer one.
        flag_line(tx, session, marker.student).await?;
    }
    let it = Refusing { session, student: marker.student, code: refusal.code() };
    store::note_refused(tx, it, marker.now).await.map(drop)
}

/// Set the sign of a scan from before the closing. `false`: the line has changed meanwhile.
async fn flag_line(tx: &mut Tx, session: Uuid, student: PersonId) -> sqlx::Result<bool> {
    let Some(line) = store::line_of(tx, session, student).await? else { return Ok(true) };
    if line.flags.iter().any(|flag| flag == BEFORE_CLOSING) {
        return Ok(true);
    }
    let more = line.flags.iter().cloned().chain([BEFORE_CLOSING.to_owned()]);
    store::set_flags(tx, &line, &more.collect::<Vec<_>>()).await
}

/// Scanned while the roll was open, posted when it was not.
pub(super) const BEFORE_CLOSING: &str = "scanned_before_closing";
