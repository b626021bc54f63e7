//! Calling a roll: open, close, validate, open again, cancel, and what the teacher ticks.
//!
//! Each act is one transaction with its row in the audit record. The caller commits.
use super::desk::Desk;
use super::may::Over;
use super::presence::Beginning;
use super::record::{By, Channel, Status, reason};
use super::refusal::RollRefusal;
use super::seance::{Act, State};
use super::store::{self, Change, Closing, LineRow, Seance};
use crate::audit::{Event, Trace};
use crate::config::Attendance;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::web;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Who stands behind an act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Somebody, in this session.
    Person(PersonId, String),
    /// A program: its token, and what administrators call it.
    Program(Uuid, String),
    /// Whoever may run commands here.
    Command,
}

/// Who does something, and when.
#[derive(Debug, Clone)]
pub struct Hand {
    /// Who.
    pub signer: Signer,
    /// The request.
    pub trace: Trace,
    /// When.
    pub now: DateTime<Utc>,
}

/// What an act is told besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// People in the room.
    pub headcount: Option<usize>,
    /// Why.
    pub reason: String,
    /// What whoever asks may do here.
    pub over: Over,
}

/// What a teacher says of one line.
pub struct Tick {
    /// Whose line.
    pub student: PersonId,
    /// What it is to say.
    pub status: Status,
    /// The line as they saw it; `None`: as it is.
    pub version: Option<i64>,
    /// Why; needed against a mark, or afterwards.
    pub reason: String,
    /// The presence that begins when they were there after all.
    pub beginning: Beginning,
    /// How it came: by hand, or with a list.
    pub channel: Channel,
    /// When they came; `None`: now.
    pub at: Option<DateTime<Utc>>,
}

impl Hand {
    /// The person, if it is one.
    pub fn by(&self) -> Option<PersonId> {
        match self.signer {
            Signer::Person(person, _) => Some(person),
            Signer::Program(..) | Signer::Command => None,
        }
    }

    /// An event of whoever this is.
    pub(super) fn signed(&self, name: &'static str) -> Event {
        match &self.signer {
            Signer::Person(person, session) => Event::ok(name).by(*person, session),
            Signer::Program(token, program) => {
                Event::ok(name).field("token", token).field("program", program)
            }
            Signer::Command => Event::ok(name),
        }
    }

    fn event(&self, name: &'static str, of: Uuid) -> Event {
        self.signed(name).field("session", of)
    }
}

impl Desk {
    /// Do something with a whole roll.
    pub async fn act(
        &self,
        tx: &mut Tx,
        here: &Seance,
        act: Act,
        said: &Said,
        hand: &Hand,
    ) -> web::Result<()> {
        here.state.after(act, here.is_provisional).ok_or(RollRefusal::Transition)?;
        let why = reason(&said.reason);
        match act {
            Act::Open if !here.times().may_open(&self.rules, hand.now) => {
                return Err(RollRefusal::OutOfHours.into());
            }
            Act::Reopen if !said.over.tends && !here.times().is_recent(&self.rules, hand.now) => {
                return Err(RollRefusal::OutOfHours.into());
            }
            Act::Cancel if !said.over.plans || here.state == State::Open && !said.over.tends => {
                return Err(RollRefusal::Forbidden.into());
            }
            Act::Lock if !said.over.locks => return Err(RollRefusal::Forbidden.into()),
            _ => {}
        }
        let wants_reason = act == Act::Reopen || (act, here.state) == (Act::Cancel, State::Open);
        if wants_reason && why.is_none() {
            return Err(RollRefusal::Reason.into());
        }
        let mut event = hand.event(act.event(), here.id);
        if let Some(why) = why {
            event = event.field("why", why);
        }
        let count = self.write(tx, here, act, said, hand).await?;
        if let Some(count) = count {
            event = event.field("count", count);
        }
        if let Some(headcount) = said.headcount.filter(|_| act == Act::Close) {
            event = event.field("headcount", headcount);
        }
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(())
    }

    /// The rows of an act; how many lines it was about. Zero rows: somebody was quicker.
    async fn write(
        &self,
        tx: &mut Tx,
        here: &Seance,
        act: Act,
        said: &Said,
        hand: &Hand,
    ) -> web::Result<Option<u64>> {
        let (id, by, now) = (here.id, hand.by(), hand.now);
        let must = |done: bool| if done { Ok(()) } else { Err(RollRefusal::Transition) };
        Ok(match act {
            Act::Open => {
                must(store::open(tx, id, &self.secret(id)?, by, now).await?)?;
                Some(self.snapshot(tx, here).await?)
            }
            Act::Reopen => {
                must(store::reopen(tx, id, &self.secret(id)?, by, now).await?)?;
                Some(self.snapshot(tx, here).await?)
            }
            Act::Close => {
                let headcount = said.headcount.and_then(|count| i64::try_from(count).ok());
                let closing = Closing { by, is_provisional: false, headcount, at: now };
                let missing = store::close(tx, id, closing).await?;
                Some(missing.ok_or(RollRefusal::Transition)?)
            }
            Act::Validate => {
                let missing = store::validate(tx, id, by, now).await?;
                Some(missing.ok_or(RollRefusal::Transition)?)
            }
            Act::Cancel => {
                let presences = store::cancel(tx, id, now).await?;
                for presence in presences.ok_or(RollRefusal::Transition)? {
                    self.proof.revoke(tx, presence).await?;
                }
                None
            }
            Act::Lock => {
                must(store::lock(tx, id).await?)?;
                None
            }
        })
    }

    /// Write a line for everybody who is expected and has none; how many were written.
    async fn snapshot(&self, tx: &mut Tx, here: &Seance) -> sqlx::Result<u64> {
        let mut count = 0;
        for (student, is_exempt) in
            store::expected_students(tx, here, self.day(here.starts_at)).await?
        {
            let status = if is_exempt { Status::Exempt } else { Status::Expected };
            count += u64::from(store::insert_line(tx, here, student, status).await?);
        }
        Ok(count)
    }

    /// The teacher says something of one student.
    pub async fn tick(
        &self,
        tx: &mut Tx,
        here: &Seance,
        said: (&Tick, Over),
        hand: &Hand,
    ) -> web::Result<LineRow> {
        must_hold(tx, here).await?;
        self.tick_held(tx, here, said, hand).await
    }

    /// The same on a roll that the caller holds.
    pub(super) async fn tick_held(
        &self,
        tx: &mut Tx,
        here: &Seance,
        (tick, over): (&Tick, Over),
        hand: &Hand,
    ) -> web::Result<LineRow> {
        let line = store::line_of(tx, here.id, tick.student).await?;
        let line = line.ok_or(RollRefusal::NotExpected)?;
        if tick.version.is_some_and(|seen| seen != line.version) {
            return Err(RollRefusal::Version.into());
        }
        if line.status == tick.status {
            return Ok(line);
        }
        let told = (tick.status, tick.reason.as_str());
        let (by, why) = way((here, &self.rules), line.status, told, over, hand.now)?;
        let was_exempt = line.status == Status::Exempt;
        if was_exempt && self.exempted(tx, here, over).await?.contains(&tick.student) {
            return Err(RollRefusal::Transition.into());
        }
        let told_at = tick.at.unwrap_or(hand.now);
        // Whoever was there already came when they were marked.
        let came_at = line.marked_at.filter(|_| line.status.is_there()).unwrap_or(told_at);
        let minutes = if tick.status == Status::Late { minutes_late(here, came_at) } else { 0 };
        let written = (tick.status, minutes, tick.channel);
        if !store::set_line(tx, &line, written, &why, told_at).await? {
            return Err(RollRefusal::Version.into());
        }
        if tick.status.is_there() && !line.status.is_there() {
            tick.beginning.keep(tx, (&line.rne, line.id), hand.now).await?;
        } else if line.status.is_there() && !tick.status.is_there() {
            self.end_presence(tx, line.id, &why, hand.now).await?;
        }
        if by != By::Hand || was_exempt {
            let (was, became) = (line.status, tick.status);
            let change = Change { at: hand.now, made_by: hand.by(), was, became, why: why.clone() };
            store::insert_change(tx, line.id, &change).await?;
        }
        let name = if by == By::Correction { "roll.corrected" } else { "roll.ticked" };
        let mut event = hand.event(name, here.id).field("record", line.id);
        event = event.field("from", line.status.as_str()).field("to", tick.status.as_str());
        if !why.is_empty() {
            event = event.field("why", &why);
        }
        event.field("of", tick.student).record(tx, &hand.trace, hand.now).await?;
        Ok(line)
    }

    /// Everybody who is still expected is present; how many those are.
    pub async fn everybody(&self, tx: &mut Tx, here: &Seance, hand: &Hand) -> web::Result<usize> {
        if here.state != State::Open {
            return Err(RollRefusal::Transition.into());
        }
        let lines = store::all_present(tx, here.id, hand.now).await?;
        for line in &lines {
            Beginning::bare().keep(tx, (&here.rne, *line), hand.now).await?;
        }
        let event = hand.event("roll.all_present", here.id).field("count", lines.len());
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(lines.len())
    }
}

/// First the séance, then the line: nobody closes it between what is read and written.
pub(super) async fn must_hold(tx: &mut Tx, here: &Seance) -> web::Result<()> {
    if store::hold(tx, here.id, here.state).await? {
        return Ok(());
    }
    Err(RollRefusal::Transition.into())
}

/// In which way a line gets there, and the reason that it takes.
pub(super) fn way(
    (here, rules): (&Seance, &Attendance),
    was: Status,
    (to, why): (Status, &str),
    over: Over,
    now: DateTime<Utc>,
) -> Result<(By, String), RollRefusal> {
    if to == Status::Exempt && over.tends && here.state != State::Locked {
        return Ok((By::Exemption, reason(why).unwrap_or_default()));
    }
    if !matches!(here.state, State::Open | State::Closed) {
        return Err(RollRefusal::Transition);
    }
    let by = was.way(to, here.state == State::Open);
    let by = by.ok_or(RollRefusal::Transition)?;
    if by == By::Hand {
        return Ok((by, String::new()));
    }
    if !over.tends && !here.times().is_recent(rules, now) {
        return Err(RollRefusal::OutOfHours);
    }
    Ok((by, reason(why).ok_or(RollRefusal::Reason)?))
}

/// Minutes late of somebody who came then; afterwards the teacher cannot know better.
fn minutes_late(here: &Seance, came_at: DateTime<Utc>) -> i64 {
    let until = came_at.min(here.ends_at);
    ((until - here.starts_at).num_seconds().max(0) + 59) / 60
}
