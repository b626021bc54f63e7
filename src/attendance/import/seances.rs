//! Séances of a timetable, into the tables.
use super::made::Made;
use super::people::People;
use super::planned::Planned;
use super::{How, Outcome, Report, Wrong, year_of};
use crate::attendance::seance::{State, Times};
use crate::attendance::store::{self, KnownSeance, Listed, ListedSeance, NewSeance};
use crate::db::Tx;
use crate::identity::PersonId;
use openssl::sha::sha256;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What a timetable would write.
pub(super) struct Plan<'l> {
    source: &'l str,
    writes: Vec<Write<'l>>,
    /// Séances that it names no more, and their lines of the report.
    orphans: Vec<(Uuid, usize)>,
}

/// One séance that differs.
struct Write<'l> {
    one: &'l Planned,
    /// The one that is kept.
    known: Option<Uuid>,
    /// `None`: it was called already, and somebody has to look.
    teachers: Option<Vec<PersonId>>,
    /// Its line of the report.
    line: usize,
}

/// What becomes of one that is kept.
enum Step {
    Change(Box<ListedSeance>, usize),
    Called(Vec<u8>),
    Gone(usize),
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

/// Planned, named by its timetable, and to come: what a timetable may take away.
fn is_to_come(how: &How, row: &KnownSeance) -> bool {
    row.state == State::Planned && !row.is_orphan && row.starts_at > how.now()
}

/// What of a timetable differs from what is kept.
pub(super) async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    (source, planned, people): (&'l str, &'l [Planned], &People),
    report: &mut Report,
) -> sqlx::Result<Plan<'l>> {
    let rows = store::of_timetable(tx, &how.rne, source).await?;
    let known: HashMap<(&str, &str), &KnownSeance> =
        rows.iter().map(|row| ((row.ext_uid.as_str(), row.ext_recurrence.as_str()), row)).collect();
    let is_whole = report.wrong.is_empty();
    let (mut named, mut changed) = (HashSet::new(), 0);
    let mut plan = Plan { source, writes: Vec::new(), orphans: Vec::new() };
    for one in planned {
        let key = (one.uid.as_str(), one.recurrence.as_str());
        if !named.insert(key) {
            report.wrong.push(Wrong::new(&one.place, "ext_id", "twice"));
            continue;
        }
        let found = known.get(&key).copied();
        let Some(write) = judge(how, (one, found), people, report) else { continue };
        let is_changed = write.teachers.is_some() && found.is_some_and(|it| is_to_come(how, it));
        changed += usize::from(is_changed);
        plan.writes.push(write);
    }
    // Of a list that could not be read whole nobody knows what it does not name.
    if is_whole {
        let is_gone = |row: &&KnownSeance| {
            let key = (row.ext_uid.as_str(), row.ext_recurrence.as_str());
            is_to_come(how, row) && !named.contains(&key)
        };
        for row in rows.iter().filter(is_gone) {
            let line = report.tell(&row.ext_uid, Outcome::Orphan, String::new(), was(how, row));
            plan.orphans.push((row.id, line));
        }
    }
    let kept = rows.iter().filter(|row| is_to_come(how, row)).count();
    report.weigh(changed + plan.orphans.len(), kept);
    Ok(plan)
}

/// What becomes of one séance.
fn judge<'l>(
    how: &How,
    (one, known): (&'l Planned, Option<&KnownSeance>),
    people: &People,
    report: &mut Report,
) -> Option<Write<'l>> {
    let is_same =
        |it: &KnownSeance| it.ext_digest.as_deref() == Some(&digest(one)) && !it.is_orphan;
    if known.is_some_and(is_same) || (known.is_none() && one.is_cancelled) {
        report.unchanged += 1;
        return None;
    }
    let before = known.map(|it| was(how, it)).unwrap_or_default();
    let write = |teachers, line| Write { one, known: known.map(|it| it.id), teachers, line };
    // What the timetable cancelled it may plan again; what people cancelled stays so.
    if known.is_some_and(|it| it.state != State::Planned && !it.is_ext_cancelled) {
        let line = report.tell(&one.place, Outcome::Conflict, told(how, one), before);
        return Some(write(None, line));
    }
    let teachers = one.teachers.iter().map(|login| people.find(login));
    let teachers = match teachers.collect::<Result<Vec<_>, _>>() {
        Ok(teachers) => teachers,
        Err(code) => {
            report.wrong.push(Wrong::new(&one.place, "teachers", code));
            return None;
        }
    };
    let outcome = if known.is_some() { Outcome::Updated } else { Outcome::Created };
    let line = report.tell(&one.place, outcome, told(how, one), before);
    Some(write(Some(teachers), line))
}

/// Write what differs. Somebody may have opened a roll since it was compared: it is not touched.
pub(super) async fn write(
    tx: &mut Tx,
    how: &How,
    plan: Plan<'_>,
    report: &mut Report,
) -> sqlx::Result<()> {
    let (mut made, mut new, mut steps) = (Made::default(), Vec::new(), Vec::new());
    for Write { one, known, teachers, line } in plan.writes {
        match (known, teachers) {
            (Some(id), None) => steps.push((id, Step::Called(digest(one)))),
            (known, teachers) => {
                let of = (one, known, teachers.unwrap_or_default());
                let listed = prepare(tx, how, (plan.source, of), &mut made).await?;
                match known {
                    Some(id) => steps.push((id, Step::Change(Box::new(listed), line))),
                    None => new.push(listed),
                }
            }
        }
    }
    steps.extend(plan.orphans.into_iter().map(|(id, line)| (id, Step::Gone(line))));
    let changed = step_by_step(tx, steps, report).await?;
    let ids: Vec<Uuid> = changed.iter().map(|(seance, _)| seance.id).collect();
    store::clear_around(tx, &ids).await?;
    store::insert_listed(tx, &new.iter().collect::<Vec<_>>(), how.now()).await?;
    let around: Vec<&NewSeance> = changed.iter().chain(&new).map(|(seance, _)| seance).collect();
    store::insert_around(tx, &around).await
}

/// Change what is kept; those that are held now.
async fn step_by_step(
    tx: &mut Tx,
    mut steps: Vec<(Uuid, Step)>,
    report: &mut Report,
) -> sqlx::Result<Vec<ListedSeance>> {
    // Whoever takes several séances takes them in this order.
    steps.sort_by_key(|(id, _)| *id);
    let mut changed = Vec::new();
    for (id, step) in steps {
        match step {
            Step::Change(listed, line) => {
                if store::replan_listed(tx, &listed).await? {
                    changed.push(*listed);
                } else {
                    store::set_conflict(tx, id, &listed.1.digest).await?;
                    report.turn(line);
                }
            }
            Step::Called(digest) => store::set_conflict(tx, id, &digest).await?,
            Step::Gone(line) => {
                if !store::set_orphan(tx, id).await? {
                    report.turn(line);
                }
            }
        }
    }
    Ok(changed)
}

/// What a séance needs: made when it is missing, but people are not.
async fn prepare(
    tx: &mut Tx,
    how: &How,
    (source, (one, known, teachers)): (&str, (&Planned, Option<Uuid>, Vec<PersonId>)),
    made: &mut Made,
) -> sqlx::Result<ListedSeance> {
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
    let listed = Listed {
        source: source.to_owned(),
        uid: one.uid.clone(),
        recurrence: one.recurrence.clone(),
        digest: digest(one),
        is_compulsory: one.is_compulsory,
        is_cancelled: one.is_cancelled,
    };
    let seance = NewSeance {
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
    };
    Ok((seance, listed))
}
