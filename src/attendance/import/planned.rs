//! Séances as a list: `ext_id;date;start;end;programme;subject;type;groups;teachers;room;compulsory`.
use super::Wrong;
use super::members::column;
use crate::attendance::catalogue::{is_code, is_plain};
use crate::attendance::creating::{KINDS, is_sane};
use crate::attendance::seance::Times;
use crate::rows::{CsvRows, RowsError};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::io::BufRead;

/// Longest line, bytes.
const LINE: usize = 64 << 10;

/// A séance as a timetable names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where it stands in the list, for reports.
    pub place: String,
    /// What the timetable calls it.
    pub uid: String,
    /// Which one of a series, or empty.
    pub recurrence: String,
    /// When.
    pub times: Times,
    /// Code of the programme.
    pub programme: String,
    /// Name of the subject.
    pub subject: String,
    /// CM, TD, TP, …
    pub kind: String,
    /// Names of groups.
    pub groups: Vec<String>,
    /// Logins of teachers.
    pub teachers: Vec<String>,
    /// Name of the room, or empty.
    pub room: String,
    /// What the timetable shows.
    pub title: String,
    /// Whether it counts in rates.
    pub is_compulsory: bool,
    /// Whether it does not take place.
    pub is_cancelled: bool,
}

const COLUMNS: [&str; 11] = [
    "ext_id",
    "date",
    "start",
    "end",
    "programme",
    "subject",
    "type",
    "groups",
    "teachers",
    "room",
    "compulsory",
];

/// When a time of the clock on the wall is.
pub(super) fn at(zone: Tz, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
    Some(zone.from_local_datetime(&day.and_time(time)).earliest()?.to_utc())
}

fn day(text: &str) -> Option<NaiveDate> {
    let day = text.parse().ok().or_else(|| NaiveDate::parse_from_str(text, "%d/%m/%Y").ok());
    day.filter(|day| is_near(*day))
}

/// Whether a day is one of our time, which every database can keep.
pub(super) fn is_near(day: NaiveDate) -> bool {
    (2000..2100).contains(&day.year())
}

impl Planned {
    /// The column that cannot be kept, and why: what a form would not take either.
    pub(super) fn fault(&self) -> Option<(&'static str, &'static str)> {
        let are_plain = |names: &[String]| names.iter().all(|name| is_plain(name));
        match self {
            it if !is_plain(&it.uid) => Some(("ext_id", "not_plain")),
            it if !is_sane(&it.times) => Some(("end", "too_long")),
            it if !is_code(&it.programme) => Some(("programme", "no_code")),
            it if !is_plain(&it.subject) => Some(("subject", "not_plain")),
            it if !KINDS.iter().any(|(kind, _)| *kind == it.kind) => Some(("type", "no_kind")),
            it if !are_plain(&it.groups) => Some(("groups", "not_plain")),
            it if !are_plain(&it.teachers) => Some(("teachers", "not_plain")),
            it if !is_plain(&it.room) => Some(("room", "not_plain")),
            it if !is_plain(&it.title) => Some(("title", "not_plain")),
            _ => None,
        }
    }
}

fn list(text: &str) -> Vec<String> {
    text.split('|').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// Read a list of séances; and its lines that cannot be used.
pub fn read_planned(
    input: impl BufRead,
    zone: Tz,
) -> Result<(Vec<Planned>, Vec<Wrong>), RowsError> {
    let mut rows = CsvRows::open(input, LINE)?;
    let places = COLUMNS.map(|name| column(rows.names(), name));
    if places[..8].contains(&None) {
        return Ok((Vec::new(), vec![Wrong::new(&1, "header", "missing_column")]));
    }
    let (mut planned, mut wrong) = (Vec::new(), Vec::new());
    while let Some((line, row)) = rows.next_row()? {
        let texts = places.map(|place| {
            place.and_then(|place| row.get(place)).map(|it| it.trim()).unwrap_or_default()
        });
        let read = one(line, texts, zone).and_then(|one| one.fault().map_or(Ok(one), Err));
        match read {
            Ok(one) => planned.push(one),
            Err((column, code)) => wrong.push(Wrong::new(&line, column, code)),
        }
    }
    Ok((planned, wrong))
}

fn one(line: u64, texts: [&str; 11], zone: Tz) -> Result<Planned, (&'static str, &'static str)> {
    let [uid, date, start, end, programme, subject, kind, groups, teachers, room, compulsory] =
        texts;
    let needed = [uid, date, start, end, programme, subject, kind, groups];
    if let Some(empty) = needed.iter().position(|text| text.is_empty()) {
        return Err((COLUMNS[empty], "empty"));
    }
    let date = day(date).ok_or(("date", "not_a_day"))?;
    let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
    let start = time(start).and_then(|time| at(zone, date, time)).ok_or(("start", "not_a_time"))?;
    let end = time(end).and_then(|time| at(zone, date, time)).ok_or(("end", "not_a_time"))?;
    if end <= start {
        return Err(("end", "before_start"));
    }
    Ok(Planned {
        place: line.to_string(),
        uid: uid.to_owned(),
        recurrence: String::new(),
        times: Times { starts_at: start, ends_at: end },
        programme: programme.to_owned(),
        subject: subject.to_owned(),
        kind: kind.to_uppercase(),
        groups: list(groups),
        teachers: list(teachers),
        room: room.to_owned(),
        title: String::new(),
        is_compulsory: compulsory != "0",
        is_cancelled: false,
    })
}
