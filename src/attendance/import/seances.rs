//! Séances of a timetable, into the tables.
use super::made::Made;
use super::planned::Planned;
use super::{How, Outcome, People, Report, Wrong, year_of};
use crate::attendance::seance::{State, Times};
use crate::attendance::store::{self, KnownSeance, NewSeance};
use crate::db::Tx;
use crate::identity::PersonId;
use openssl::sha::sha256;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a timetable would write.
pub(super) struct Plan<'l> {
    source: &'l str,
    writes: Vec<Write<'l>>,
    orphans: Vec<Uuid>,
}

/// One séance that differs.
struct Write<'l> {
    one: &'l Planned,
    /// The one that is kept.
    known: Option<Uuid>,
    /// `None`: it was called already, and somebody has to look.
    teachers: Option<Vec<PersonId>>,
}

/// What the timetable says of a séance, to see whether it says something else.
fn digest(one: &Planned) -> Vec<u8> {
    let said = Planned { place: String::new(), ..one.clone() };
    sha256(format!("{said:?}").as_bytes()).to_vec()
}

/// A séance in a line of a report.
fn told(how: &How, one: &Planned) -> String {
    let groups = format!("{} {}", one.programme, one.groups.join(", "));
    let place = if one.room.is_empty() { String::new() } else { format!(" · {}", one.room) };
    let hours = hours(how, one.times);
    format!("{hours} · {} {} · {groups}{place}", one.kind, one.subject)
}

fn hours(how: &How, times: Times) -> String {
    let (from, until) =
        (times.starts_at.with_timezone(&how.zone), times.ends_at.with_timezone(&how.zone));
    format!("{}–{}", from.format("%Y-%m-%d %H:%M"), until.format("%H:%M"))
}

fn was(how: &How, known: &KnownSeance) -> String {
    let times = Times { starts_at: known.starts_at, ends_at: known.ends_at };
    format!("{} · {} {}", hours(how, times), known.kind, known.subject_name)
}

/// What of a timetable differs from what is kept.
pub(super) async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    (source, planned): (&'l str, &'l [Planned]),
    report: &mut Report,
) -> sqlx::Result<Plan<'l>> {
    let rows = store::of_timetable(tx, &how.rne, source).await?;
    let kept = rows.iter().filter(|row| !row.is_orphan).count();
    let known: HashMap<(&str, &str), &KnownSeance> =
        rows.iter().map(|row| ((row.ext_uid.as_str(), row.ext_recurrence.as_str()), row)).collect();
    let is_whole = report.wrong.is_empty();
    let (mut people, mut named) = (People::default(), HashSet::new());
    let mut plan = Plan { source, writes: Vec::new(), orphans: Vec::new() };
    for one in planned {
        let key = (one.uid.as_str(), one.recurrence.as_str());
        if !named.insert(key) {
            report.wrong.push(Wrong::new(&one.place, "ext_id", "twice"));
            continue;
        }
        let found = known.get(&key).copied();
        plan.writes.extend(judge(tx, how, (one, found), &mut people, report).await?);
    }
    // Of a list that could not be read whole nobody knows what it does not name.
    if is_whole {
        let is_gone = |row: &&KnownSeance| {
            let is_to_come = row.state == State::Planned && row.starts_at > how.now();
            let key = (row.ext_uid.as_str(), row.ext_recurrence.as_str());
            is_to_come && !row.is_orphan && !named.contains(&key)
        };
        for row in rows.iter().filter(is_gone) {
            report.tell(&row.ext_uid, Outcome::Orphan, String::new(), was(how, row));
            plan.orphans.push(row.id);
        }
    }
    report.weigh(kept);
    Ok(plan)
}

/// What becomes of one séance.
async fn judge<'l>(
    tx: &mut Tx,
    how: &How,
    (one, known): (&'l Planned, Option<&KnownSeance>),
    people: &mut People,
    report: &mut Report,
) -> sqlx::Result<Option<Write<'l>>> {
    let is_same =
        |it: &KnownSeance| it.ext_digest.as_deref() == Some(&digest(one)) && !it.is_orphan;
    if known.is_some_and(is_same) || (known.is_none() && one.is_cancelled) {
        report.unchanged += 1;
        return Ok(None);
    }
    let before = known.map(|it| was(how, it)).unwrap_or_default();
    let write = Write { one, known: known.map(|it| it.id), teachers: None };
    if known.is_some_and(|it| it.state != State::Planned) {
        // Whoever was called was called: somebody has to look.
        report.tell(&one.place, Outcome::Conflict, told(how, one), before);
        return Ok(Some(write));
    }
    let mut teachers = Vec::new();
    for login in &one.teachers {
        match people.find(tx, how, login).await? {
            Ok(teacher) => teachers.push(teacher),
            Err(code) => {
                report.wrong.push(Wrong::new(&one.place, "teachers", code));
                return Ok(None);
            }
        }
    }
    let outcome = if known.is_some() { Outcome::Updated } else { Outcome::Created };
    report.tell(&one.place, outcome, told(how, one), before);
    Ok(Some(Write { teachers: Some(teachers), ..write }))
}

/// Write what differs.
pub(super) async fn write(tx: &mut Tx, how: &How, plan: &Plan<'_>) -> sqlx::Result<()> {
    let mut made = Made::default();
    for Write { one, known, teachers } in &plan.writes {
        if let Some(id) = known {
            // Somebody may have opened its roll since it was compared.
            if teachers.is_none() || !store::hold(tx, *id, State::Planned).await? {
                store::set_conflict(tx, *id, &digest(one)).await?;
                continue;
            }
            // A planned séance is written anew: nothing hangs on it yet.
            store::forget_planned(tx, *id).await?;
        }
        let teachers = teachers.clone().unwrap_or_default();
        let new = prepare(tx, how, (one, *known, teachers), &mut made).await?;
        store::insert_seance(tx, &new, how.now()).await?;
        let named = (plan.source, one.uid.as_str(), one.recurrence.as_str());
        let says = (digest(one), one.is_compulsory, one.is_cancelled);
        store::name_planned(tx, new.id, named, says).await?;
    }
    for id in &plan.orphans {
        store::set_orphan(tx, *id).await?;
    }
    Ok(())
}

/// What a séance needs: made when it is missing, but people are not.
async fn prepare(
    tx: &mut Tx,
    how: &How,
    (one, known, teachers): (&Planned, Option<Uuid>, Vec<PersonId>),
    made: &mut Made,
) -> sqlx::Result<NewSeance> {
    let year = year_of(one.times.starts_at);
    let programme = made.programme(tx, how, (&one.programme, &year)).await?;
    let mut groups = Vec::new();
    for name in &one.groups {
        groups.push(made.group(tx, how, (programme, name), "ical").await?);
    }
    let room = match one.room.as_str() {
        "" => None,
        name => Some(made.room(tx, how, name).await?),
    };
    Ok(NewSeance {
        id: known.unwrap_or_else(Uuid::new_v4),
        rne: how.rne.clone(),
        subject: made.subject(tx, how, &one.subject).await?,
        kind: one.kind.clone(),
        title: one.title.clone(),
        room,
        times: Times { ..one.times },
        is_static: false,
        groups,
        teachers,
        by: how.hand.by(),
        rules: how.rules.clone(),
    })
}
