//! Marks of a list: `session_ext_id;number;status;time;comment`. A mark of a list is what a secretariat
//! could say by hand, exemptions and corrections of any age; nothing else is taken.
use super::members::column;
use super::people::People;
use super::{How, Outcome, Report, Wrong};
use crate::attendance::Over;
use crate::attendance::calling::{Tick, must_hold, way};
use crate::attendance::catalogue::is_plain;
use crate::attendance::desk::Desk;
use crate::attendance::presence::Beginning;
use crate::attendance::record::{Channel, Status};
use crate::attendance::refusal::RollRefusal;
use crate::attendance::store::{self, Seance};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::rows::{CsvRows, RowsError};
use crate::web::{self, Error};
use chrono::{DateTime, NaiveTime, Utc};
use std::collections::{HashMap, HashSet};
use std::io::BufRead;
use uuid::Uuid;

/// Longest line, bytes.
const LINE: usize = 64 << 10;
/// Marks that are written together: others wait meanwhile.
const MOST: usize = 2_000;
/// Whoever may bring marks in decides about absences in the school: page and token see to that.
const OVER: Over = Over { sees: true, calls: true, plans: true, tends: true, locks: false };

/// What a list says of one student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// In which line.
    pub line: u64,
    /// What the timetable calls the séance, or our own id of it.
    pub session: String,
    /// Login or number of the student.
    pub number: String,
    /// What the roll is to say.
    pub status: Status,
    /// When they came, by the clock on the wall.
    pub time: Option<NaiveTime>,
    /// Why.
    pub comment: String,
}

/// A mark that changes something.
pub(super) struct Ticking {
    session: Uuid,
    tick: Tick,
}

/// `present`, or the letter of the roll.
fn status(text: &str) -> Option<Status> {
    let text = text.to_lowercase();
    let taken = [Status::Present, Status::Late, Status::Absent, Status::Exempt, Status::Excluded];
    taken.into_iter().find(|it| it.as_str() == text || it.letter().to_lowercase() == text)
}

/// Read a list of marks; and its lines that cannot be used.
pub fn read_marks(input: impl BufRead) -> Result<(Vec<Mark>, Vec<Wrong>), RowsError> {
    let mut rows = CsvRows::open(input, LINE)?;
    let names = ["session_ext_id", "number", "status", "time", "comment"];
    let places = names.map(|name| column(rows.names(), name));
    if places[..3].contains(&None) {
        return Ok((Vec::new(), vec![Wrong::new(&1, "header", "missing_column")]));
    }
    let (mut marks, mut wrong) = (Vec::new(), Vec::new());
    while let Some((line, row)) = rows.next_row()? {
        let texts = places.map(|place| {
            place.and_then(|place| row.get(place)).map(|it| it.trim()).unwrap_or_default()
        });
        match one(line, texts) {
            Ok(mark) => marks.push(mark),
            Err((column, code)) => wrong.push(Wrong::new(&line, column, code)),
        }
    }
    Ok((marks, wrong))
}

fn one(line: u64, texts: [&str; 5]) -> Result<Mark, (&'static str, &'static str)> {
    let [session, number, said, time, comment] = texts;
    for (column, text) in [("session_ext_id", session), ("number", number), ("status", said)] {
        if text.is_empty() {
            return Err((column, "empty"));
        }
    }
    for (column, text) in [("session_ext_id", session), ("number", number), ("comment", comment)] {
        if !is_plain(text) {
            return Err((column, "not_plain"));
        }
    }
    let time = match time {
        "" => None,
        text => Some(NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| ("time", "not_a_time"))?),
    };
    let status = status(said).ok_or(("status", "no_status"))?;
    let (session, number) = (session.to_owned(), number.to_owned());
    Ok(Mark { line, session, number, status, time, comment: comment.to_owned() })
}

/// The rolls of a list, each read once with its lines.
#[derive(Default)]
struct Rolls {
    ids: HashMap<String, Result<Uuid, &'static str>>,
    rolls: HashMap<Uuid, (Seance, Lines)>,
}

/// What a roll says of each student, and the version of that line.
type Lines = HashMap<PersonId, (Status, i64)>;

impl Rolls {
    async fn find(
        &mut self,
        tx: &mut Tx,
        how: &How,
        named: &str,
    ) -> sqlx::Result<Result<Uuid, &'static str>> {
        if let Some(known) = self.ids.get(named) {
            return Ok(*known);
        }
        let found = match store::sessions_called(tx, &how.rne, named).await?.as_slice() {
            [only] => Ok(*only),
            [] => Err("no_session"),
            _ => Err("several_sessions"),
        };
        if let Ok(id) = found
            && let Some(here) = store::seance(tx, id).await?
        {
            let lines = store::lines(tx, id).await?.into_iter();
            let lines = lines.map(|line| (line.student, (line.status, line.version))).collect();
            self.rolls.insert(id, (here, lines));
        }
        self.ids.insert(named.to_owned(), found);
        Ok(found)
    }
}

/// What of a list differs from the rolls.
pub(super) async fn survey(
    tx: &mut Tx,
    how: &How,
    (marks, people): (&[Mark], &People),
    report: &mut Report,
) -> sqlx::Result<Vec<Ticking>> {
    let (mut rolls, mut ticking, mut seen) = (Rolls::default(), Vec::new(), HashSet::new());
    for mark in marks {
        let mut wrong = |column, code| report.wrong.push(Wrong::new(&mark.line, column, code));
        let session = match rolls.find(tx, how, &mark.session).await? {
            Ok(session) => session,
            Err(code) => {
                wrong("session_ext_id", code);
                continue;
            }
        };
        let student = match people.find(&mark.number) {
            Ok(student) => student,
            Err(code) => {
                wrong("number", code);
                continue;
            }
        };
        if !seen.insert((session, student)) {
            wrong("number", "twice");
            continue;
        }
        let roll = rolls.rolls.get(&session);
        let line = roll.and_then(|(here, lines)| Some((here, lines.get(&student)?)));
        let Some((here, (was, version))) = line else {
            wrong("number", "not_on_roll");
            continue;
        };
        if *was == mark.status {
            report.unchanged += 1;
            continue;
        }
        let told = (mark.status, mark.comment.as_str());
        if let Err(refusal) = way((here, &how.rules), *was, told, OVER, how.now()) {
            wrong(column_of(refusal), word_of(refusal));
            continue;
        }
        if ticking.len() == MOST {
            wrong("status", "too_many");
            continue;
        }
        let what = format!("{} · {}: {}", mark.session, mark.number, mark.status.letter());
        report.tell(&mark.line.to_string(), Outcome::Updated, what, was.letter().to_owned());
        ticking.push(Ticking { session, tick: tick(how, mark, here, (student, *version)) });
    }
    Ok(ticking)
}

fn tick(how: &How, mark: &Mark, here: &Seance, (student, version): (PersonId, i64)) -> Tick {
    Tick {
        student,
        status: mark.status,
        version: Some(version),
        reason: mark.comment.clone(),
        beginning: Beginning::bare(),
        channel: Channel::Import,
        at: mark.time.and_then(|time| at(how, here, time)),
    }
}

/// A time of the clock on the wall on the day of a séance, not before and not behind it.
fn at(how: &How, here: &Seance, time: NaiveTime) -> Option<DateTime<Utc>> {
    let day = here.starts_at.with_timezone(&how.zone).date_naive();
    let at = super::planned::at(how.zone, day, time)?;
    Some(at.clamp(here.starts_at - how.rules.early, here.ends_at).min(how.now()))
}

fn column_of(refusal: RollRefusal) -> &'static str {
    if refusal == RollRefusal::Reason { "comment" } else { "status" }
}

fn word_of(refusal: RollRefusal) -> &'static str {
    match refusal {
        RollRefusal::Reason => "no_reason",
        RollRefusal::OutOfHours => "too_late",
        _ => "not_now",
    }
}

impl Desk {
    /// Write them, by the function of the secretariat's keys.
    pub(super) async fn write_marks(
        &self,
        tx: &mut Tx,
        how: &How,
        mut ticking: Vec<Ticking>,
    ) -> web::Result<()> {
        // Rows are taken in one order: séance, then line.
        ticking.sort_by_key(|it| (it.session, it.tick.student));
        for roll in ticking.chunk_by(|one, next| one.session == next.session) {
            let Some(Ticking { session, .. }) = roll.first() else { continue };
            let here = store::seance(tx, *session).await?.ok_or(Error::NotFound)?;
            must_hold(tx, &here).await?;
            for Ticking { tick, .. } in roll {
                self.tick_held(tx, &here, (tick, OVER), &how.hand).await?;
            }
        }
        Ok(())
    }
}
