//! Séances of an iCalendar (RFC 5545): one event each, series expanded.
use super::planned::{Planned, at, is_near};
use super::{MOST, Wrong};
use crate::attendance::seance::Times;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc, Weekday};
use chrono_tz::Tz;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// How far a series goes.
const HORIZON: u64 = 400;

/// How an event is read.
#[derive(Debug, Clone)]
pub struct IcalRules {
    /// Of `SUMMARY`, with the groups `type`, `subject`, `programme` and `group`.
    pub summary: Regex,
    /// Of times without a zone.
    pub zone: Tz,
    /// Logins of those who teach all of it.
    pub teachers: Vec<String>,
}

/// A property: its parameters and its value.
type Property = (String, String);
type Properties = BTreeMap<String, Vec<Property>>;

/// Read the events of a calendar; and those that cannot be used. What is no whole calendar names no
/// event that is gone: it is refused.
pub fn read_ical(text: &str, rules: &IcalRules) -> (Vec<Planned>, Vec<Wrong>) {
    let lines = unfolded(text);
    let mut said = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    if (said.next(), said.next_back()) != (Some("BEGIN:VCALENDAR"), Some("END:VCALENDAR")) {
        return (Vec::new(), vec![Wrong::new(&1, "file", "unreadable")]);
    }
    let (mut planned, mut wrong) = (Vec::new(), Vec::new());
    let mut event: Option<Properties> = None;
    for line in &lines {
        match line.trim_end() {
            "BEGIN:VEVENT" => event = Some(Properties::new()),
            "END:VEVENT" => {
                let Some(event) = event.take() else { continue };
                match occurrences(&event, rules) {
                    Ok(more) if planned.len() + more.len() > MOST => {
                        return (Vec::new(), vec![Wrong::new(&1, "file", "too_many")]);
                    }
                    Ok(more) => planned.extend(more),
                    Err((column, code)) => {
                        wrong.push(Wrong::new(&value(&event, "UID"), column, code));
                    }
                }
            }
            line => {
                if let Some(event) = &mut event
                    && let Some((name, property)) = property(line)
                {
                    event.entry(name).or_default().push(property);
                }
            }
        }
    }
    (without_moved(planned), wrong)
}

/// Lines as they were before they were folded.
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some(last)) => last.push_str(more),
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `NAME;PARAMETERS:VALUE`; a colon between quotes belongs to a parameter.
fn property(line: &str) -> Option<(String, Property)> {
    let mut is_quoted = false;
    let colon = line.find(|c| {
        is_quoted ^= c == '"';
        c == ':' && !is_quoted
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Some((name.to_ascii_uppercase(), (parameters.to_owned(), value.to_owned())))
}

/// A property that stands once.
fn one<'a>(event: &'a Properties, name: &str) -> Option<&'a Property> {
    event.get(name)?.first()
}

fn value(event: &Properties, name: &str) -> String {
    let text = one(event, name).map(|(_, value)| value.as_str()).unwrap_or_default();
    let plain = text.replace("\\n", " ").replace("\\N", " ");
    plain.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\").trim().to_owned()
}

/// What a time says of where it is.
#[derive(Clone, Copy)]
struct When {
    local: NaiveDateTime,
    zone: Tz,
}

impl When {
    fn utc(self) -> Option<DateTime<Utc>> {
        at(self.zone, self.local.date(), self.local.time())
    }
}

fn when((parameters, value): &Property, rules: &IcalRules) -> Option<When> {
    let zone = if value.ends_with('Z') {
        Tz::UTC
    } else {
        let named = parameters.split(';').find_map(|it| it.strip_prefix("TZID="));
        match named {
            Some(name) => name.trim_matches('"').parse().ok()?,
            None => rules.zone,
        }
    };
    let text = value.trim_end_matches('Z');
    let local = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok()?;
    is_near(local.date()).then_some(When { local, zone })
}

fn occurrences(
    event: &Properties,
    rules: &IcalRules,
) -> Result<Vec<Planned>, (&'static str, &'static str)> {
    let uid = value(event, "UID");
    if uid.is_empty() {
        return Err(("UID", "empty"));
    }
    if event.contains_key("RDATE") {
        return Err(("RDATE", "not_understood"));
    }
    let begin = one(event, "DTSTART").ok_or(("DTSTART", "empty"))?;
    if begin.0.contains("VALUE=DATE") && !begin.0.contains("DATE-TIME") {
        return Ok(Vec::new());
    }
    let begin = when(begin, rules).ok_or(("DTSTART", "not_a_time"))?;
    let end =
        one(event, "DTEND").and_then(|end| when(end, rules)).ok_or(("DTEND", "not_a_time"))?;
    let (start, end) = (begin.utc().zip(end.utc())).ok_or(("DTSTART", "not_a_time"))?;
    if end <= start {
        return Err(("DTEND", "before_start"));
    }
    let title = value(event, "SUMMARY");
    let found = rules.summary.captures(&title).ok_or(("SUMMARY", "no_match"))?;
    let part = |name: &str| found.name(name).map(|it| it.as_str().to_owned()).unwrap_or_default();
    let recurrence = one(event, "RECURRENCE-ID").and_then(|it| when(it, rules)?.utc());
    let first = Planned {
        place: uid.clone(),
        uid,
        recurrence: recurrence.map(stamp).unwrap_or_default(),
        times: Times { starts_at: start, ends_at: end },
        programme: part("programme"),
        subject: part("subject"),
        kind: part("type").to_uppercase(),
        groups: vec![part("group")],
        teachers: rules.teachers.clone(),
        room: value(event, "LOCATION"),
        title: title.clone(),
        is_compulsory: true,
        is_cancelled: value(event, "STATUS") == "CANCELLED",
    };
    if first.subject.is_empty() || first.programme.is_empty() || first.groups[0].is_empty() {
        return Err(("SUMMARY", "no_match"));
    }
    if let Some((column, code)) = first.fault() {
        return Err((property_of(column), code));
    }
    let Some((_, rule)) = one(event, "RRULE") else { return Ok(vec![first]) };
    let days = series(begin, rule, rules).ok_or(("RRULE", "not_understood"))?;
    let dropped = dropped(event, begin.zone, rules).ok_or(("EXDATE", "not_a_time"))?;
    let length = end - start;
    let each = |day: NaiveDate| {
        let starts_at = at(begin.zone, day, begin.local.time())?;
        let times = Times { starts_at, ends_at: starts_at + length };
        Some(Planned { recurrence: stamp(starts_at), times, ..first.clone() })
    };
    let stays = |one: &Planned| {
        let at = one.times.starts_at;
        let day = at.with_timezone(&begin.zone).date_naive();
        !dropped.contains(&Dropped::Moment(at)) && !dropped.contains(&Dropped::Day(day))
    };
    Ok(days.into_iter().filter_map(each).filter(stays).collect())
}

/// The property that a column of a list is.
fn property_of(column: &str) -> &'static str {
    match column {
        "ext_id" => "UID",
        "end" => "DTEND",
        "room" => "LOCATION",
        "teachers" => "teachers",
        _ => "SUMMARY",
    }
}

/// What a series leaves out.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Dropped {
    Moment(DateTime<Utc>),
    Day(NaiveDate),
}

/// Every `EXDATE`: moments, or days where the series is; `None`: one that is neither.
fn dropped(event: &Properties, zone: Tz, rules: &IcalRules) -> Option<BTreeSet<Dropped>> {
    // Without a zone of its own a moment is where the series is.
    let here = IcalRules { zone, ..rules.clone() };
    let mut dropped = BTreeSet::new();
    for (parameters, values) in event.get("EXDATE").into_iter().flatten() {
        for value in values.split(',').map(str::trim) {
            let moment = || when(&(parameters.clone(), value.to_owned()), &here)?.utc();
            dropped.insert(match NaiveDate::parse_from_str(value, "%Y%m%d") {
                Ok(day) => Dropped::Day(day),
                Err(_) => Dropped::Moment(moment()?),
            });
        }
    }
    Some(dropped)
}

/// A moment as it stands in `RECURRENCE-ID`.
fn stamp(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The days of a series that repeats by days or weeks; `None`: a rule that is not understood.
fn series(begin: When, rule: &str, rules: &IcalRules) -> Option<Vec<NaiveDate>> {
    let parts: BTreeMap<&str, &str> = rule.split(';').filter_map(|it| it.split_once('=')).collect();
    let known = ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"];
    if parts.keys().any(|name| !known.contains(name)) {
        return None;
    }
    let step: u64 = parts.get("INTERVAL").map_or(Some(1), |it| it.parse().ok())?;
    let most: usize = parts.get("COUNT").map_or(Some(usize::MAX), |it| it.parse().ok())?;
    let first = begin.local.date();
    let mut until = first.checked_add_days(Days::new(HORIZON))?;
    if let Some(text) = parts.get("UNTIL") {
        let day = text.get(..8).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok())?;
        until = until.min(match when(&(String::new(), (*text).to_owned()), rules) {
            Some(last) => last.utc()?.with_timezone(&begin.zone).date_naive(),
            None => day,
        });
    }
    let days: Vec<Weekday> = match parts.get("BYDAY") {
        Some(days) => days.split(',').map(weekday).collect::<Option<_>>()?,
        None => vec![first.weekday()],
    };
    let is_weekly = match *parts.get("FREQ")? {
        "WEEKLY" => true,
        "DAILY" => false,
        _ => return None,
    };
    let monday = first.week(Weekday::Mon).first_day();
    let fits = |day: &NaiveDate| {
        let gap = (*day - if is_weekly { monday } else { first }).num_days().unsigned_abs();
        let turn = if is_weekly { gap / 7 } else { gap };
        let is_day = !is_weekly && !parts.contains_key("BYDAY") || days.contains(&day.weekday());
        turn.is_multiple_of(step.max(1)) && is_day
    };
    Some(first.iter_days().take_while(|day| *day <= until).filter(fits).take(most).collect())
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// One of a series that has an event of its own is that event.
fn without_moved(planned: Vec<Planned>) -> Vec<Planned> {
    let mut seen = BTreeSet::new();
    let mut kept: Vec<Planned> = planned
        .into_iter()
        .rev()
        .filter(|one| seen.insert((one.uid.clone(), one.recurrence.clone())))
        .collect();
    kept.reverse();
    kept
}
