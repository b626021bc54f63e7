//! Rolls that nobody called: a word to the teacher while there is time, and a list in the morning.
use super::reaching::{Reached, reached, tenders};
use super::store;
use crate::attendance::desk::Desk;
use crate::attendance::shown::title;
use crate::attendance::store::{Seance, Within, seance};
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use crate::mail::{Letter, Template};
use crate::rights::Reach;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// How far back a list looks for what was not told.
const BACK: TimeDelta = TimeDelta::days(7);

/// Every minute: teachers whose séance began and whose roll is not open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RemindTeachers {}

/// Every morning: rolls that nobody called, to teachers and to those who look after them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellUncalled {}

impl Job for RemindTeachers {
    type Parts = Desk;
    const KIND: &'static str = "roll.remind";
    const LABEL: &'static str = "job-remind-teachers";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let Some(after) = desk.rules.reminder else { return Ok(Outcome::Done) };
        let mut tx = turn.db().read().await?;
        let late = store::unreminded(&mut tx, (now - after, now)).await?;
        drop(tx);
        for (session, teacher) in late {
            remind(&turn, &desk, (session, teacher), now).await?;
        }
        Ok(Outcome::Done)
    }
}

impl Job for TellUncalled {
    type Parts = Desk;
    const KIND: &'static str = "roll.tell_uncalled";
    const LABEL: &'static str = "job-tell-uncalled";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let now = turn.clock().now();
        if !desk.rules.uncalled_list {
            return Ok(Outcome::Done);
        }
        let period = (now - BACK, now - desk.rules.grace);
        let mut tx = turn.db().read().await?;
        let mut told: BTreeMap<PersonId, Within> = BTreeMap::new();
        for teacher in store::absent_minded(&mut tx, period).await? {
            told.insert(teacher, Within::of(&Reach::Only(BTreeSet::new())));
        }
        for (person, reach) in tenders(&mut tx).await? {
            told.insert(person, Within::of(&reach));
        }
        drop(tx);
        for (person, within) in told {
            while tell(&turn, &desk, (person, &within), (period, now)).await? {}
        }
        Ok(Outcome::Done)
    }
}

/// One teacher, one séance.
async fn remind(
    turn: &Turn,
    desk: &Desk,
    (session, teacher): (Uuid, PersonId),
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    if !store::note(&mut tx, (session, teacher), "reminder", now).await? {
        return Ok(());
    }
    let here = seance(&mut tx, session).await?;
    let (Some(here), Some(to)) = (here, reached(&mut tx, teacher).await?) else { return Ok(()) };
    let values = json!({
        "name": to.name, "title": title(&here.kind, &here.subject_name),
        "hours": format!("{} – {}", desk.clock(here.starts_at), desk.clock(here.ends_at)),
        "room": here.room_name, "path": format!("/attendance/sessions/{session}"),
    });
    let begins = here.starts_at.timestamp();
    let about = format!("reminder:{session}:{begins}:{}", teacher.0);
    let mail = send(&mut tx, desk, &to, (Template::Reminder, values, about)).await?;
    if let Some(mail) = mail {
        store::note_mail(&mut tx, (session, teacher), "reminder", mail).await?;
    }
    let event = Event::ok("roll.reminded").field("session", session).field("of", teacher);
    let event = if mail.is_none() { event.reason("no_address") } else { event };
    event.record(&mut tx, &Trace::default(), now).await?;
    desk.post.queue.commit(tx).await?;
    Ok(())
}

/// One person, and rolls that they should know of and were not told; whether there may be more.
async fn tell(
    turn: &Turn,
    desk: &Desk,
    (person, within): (PersonId, &Within),
    (period, now): ((DateTime<Utc>, DateTime<Utc>), DateTime<Utc>),
) -> Result<bool, Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let mut rolls: Vec<Seance> = Vec::new();
    for here in store::untold(&mut tx, within, period, person).await? {
        if store::note(&mut tx, (here.id, person), "uncalled", now).await? {
            rolls.push(here);
        }
    }
    let (Some(first), Some(to)) = (rolls.first(), reached(&mut tx, person).await?) else {
        return Ok(false);
    };
    let said = |here: &Seance| {
        let at = to.lang.moment(here.starts_at.with_timezone(&desk.zone).naive_local());
        let what = title(&here.kind, &here.subject_name);
        to.lang.t_with("alert-said-session", &[("at", &at), ("title", &what)])
    };
    let sessions: Vec<_> = rolls.iter().map(said).collect();
    let is_office = within.as_str() != ",";
    let path = if is_office { "/attendance/office" } else { "/attendance" };
    let values = json!({ "name": to.name, "sessions": sessions, "path": path });
    let about = format!("uncalled:{}:{}", first.id, person.0);
    let mail = send(&mut tx, desk, &to, (Template::Uncalled, values, about)).await?;
    if let Some(mail) = mail {
        for here in &rolls {
            store::note_mail(&mut tx, (here.id, person), "uncalled", mail).await?;
        }
    }
    let event = Event::ok("roll.uncalled_told").field("of", person).field("count", rolls.len());
    let event = if mail.is_none() { event.reason("no_address") } else { event };
    event.record(&mut tx, &Trace::default(), now).await?;
    desk.post.queue.commit(tx).await?;
    Ok(rolls.len() >= store::AT_ONCE)
}

async fn send(
    tx: &mut Tx,
    desk: &Desk,
    to: &Reached,
    (template, values, about): (Template, Value, String),
) -> sqlx::Result<Option<Uuid>> {
    let Some(mail) = to.mail.clone() else { return Ok(None) };
    let letter = Letter {
        to: mail,
        person: Some(to.person),
        template,
        lang: to.lang,
        values,
        about,
        account: None,
    };
    Ok(desk.post.add(tx, &letter).await?.map(|id| id.0))
}
