//! Every night: whom the rules name, and telling it. What was told is a row of the same transaction as
//! its mail: a node that dies in between has done neither.
use super::metric::{Counted, Measured};
use super::reaching::addresses_in;
use super::recipients::Telling;
use super::rule::Rule;
use super::span::Stretch;
use super::store::{self, NewAlert, Reading, RuleLine};
use crate::attendance::desk::Desk;
use crate::attendance::rates::Line;
use crate::attendance::seance::Times;
use crate::audit::{Event, Trace};
use crate::db::Db;
use crate::identity::PersonId;
use crate::jobs::{Answer, Failure, Job, Outcome, Policy, Turn};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;
use uuid::Uuid;

/// Students whose lines are read at once.
const STUDENTS: usize = 250;
/// Students who are told in one transaction, and stand in one list.
const AT_ONCE: usize = 100;
/// How long a roll rests before anybody is told of it: a correction meanwhile counts (D43).
const REST: TimeDelta = TimeDelta::minutes(30);

/// Every night: look at all rules that are active.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendAlerts {}

/// Somebody whom a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Whom.
    pub student: PersonId,
    /// Their name.
    pub display_name: String,
    /// The subject and its name, where each counts by itself.
    pub subject: Option<(Uuid, String)>,
    /// In which stretch of time.
    pub stretch: Stretch,
    /// The last day that counted.
    pub last: NaiveDate,
    /// How often the threshold was reached.
    pub step: i64,
    /// What was measured.
    pub measured: Measured,
    /// Whether nobody was told of this step yet.
    pub is_new: bool,
}

impl Hit {
    /// The stretch of time as it is kept; with the subject where each counts by itself.
    fn key(&self) -> String {
        match &self.subject {
            Some((id, _)) => format!("{}/{id}", self.stretch.key),
            None => self.stretch.key.clone(),
        }
    }

    fn alert(&self, rule: &Rule, now: DateTime<Utc>) -> NewAlert {
        NewAlert {
            id: Uuid::now_v7(),
            rule: rule.id,
            student: self.student,
            span: self.key(),
            step: self.step,
            value: self.measured.value,
            of_subject: self.subject.as_ref().map(|(id, _)| *id),
            days: (self.stretch.since, self.last),
            sent_at: now,
        }
    }
}

impl Job for SendAlerts {
    type Parts = Desk;
    const KIND: &'static str = "roll.alert";
    const LABEL: &'static str = "job-send-alerts";
    const POLICY: Policy = Policy { patience: Duration::from_hours(4), ..Policy::HOUSE };

    async fn run(self, desk: Desk, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let mut tx = turn.db().read().await?;
        let rules = store::active_rules(&mut tx).await?;
        drop(tx);
        for rule in rules {
            let mut hits = hits(turn.db(), &desk, &rule, now).await?;
            hits.retain(|hit| hit.is_new);
            for some in hits.chunks(AT_ONCE) {
                if turn.is_ending() {
                    return Ok(Outcome::Again(Duration::ZERO));
                }
                tell(&turn, &desk, (&rule, some), now).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// Tell of some students whom a rule names, and keep that, together.
async fn tell(
    turn: &Turn,
    desk: &Desk,
    (rule, hits): (&Rule, &[Hit]),
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut tx = turn.db().write().await?;
    turn.hold(&mut tx).await?;
    let mut alerts = Vec::new();
    for hit in hits {
        let alert = hit.alert(rule, now);
        if store::insert_alert(&mut tx, &alert, rule.version).await? {
            alerts.push((alert.id, hit));
        }
    }
    let nowhere = Telling::of(desk, rule).send(&mut tx, &alerts).await?;
    for (id, hit) in &alerts {
        let event = Event::ok("roll.alert_sent").field("rule", rule.id).field("alert", *id);
        let event = event.field("of", hit.student).field("span", hit.key());
        let event = event.field("step", hit.step).field("value", hit.measured.value);
        let event = if nowhere.contains(id) { event.reason("no_address") } else { event };
        event.record(&mut tx, &Trace::default(), now).await?;
    }
    desk.post.queue.commit(tx).await?;
    Ok(())
}

/// Everybody whom a rule names now, told already or not, in order of time and name.
pub async fn hits(db: &Db, desk: &Desk, rule: &Rule, now: DateTime<Utc>) -> sqlx::Result<Vec<Hit>> {
    let mut found = Vec::new();
    for stretch in rule.measure.span.on(desk.day(now)) {
        let mut tx = db.read().await?;
        let told = store::steps_sent(&mut tx, rule.id, stretch.since).await?;
        drop(tx);
        let told: HashMap<_, _> =
            told.into_iter().map(|(student, key, step)| ((student, key), step)).collect();
        let mut here = hits_of(db, desk, (rule, &stretch), now).await?;
        for hit in &mut here {
            let before = told.get(&(hit.student, hit.key())).copied().unwrap_or(0);
            hit.is_new = hit.step > before;
        }
        if rule.to.is_employer_only() {
            here = with_employer(db, desk, here).await?;
        }
        found.append(&mut here);
    }
    found.sort_by(|one, other| {
        let key =
            |it: &Hit| (it.stretch.key.clone(), crate::identity::person::fold(&it.display_name));
        key(one).cmp(&key(other))
    });
    Ok(found)
}

/// Those who have an employer: of others such a rule has nothing to tell anybody.
async fn with_employer(db: &Db, desk: &Desk, hits: Vec<Hit>) -> sqlx::Result<Vec<Hit>> {
    let names = &desk.rules.addresses.employer;
    let mut tx = db.read().await?;
    let mut kept = Vec::new();
    for hit in hits {
        let accounts = store::present_attributes(&mut tx, hit.student).await?;
        if !addresses_in(&accounts, names).is_empty() {
            kept.push(hit);
        }
    }
    Ok(kept)
}

/// The same in one stretch of time.
async fn hits_of(
    db: &Db,
    desk: &Desk,
    (rule, stretch): (&Rule, &Stretch),
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Hit>> {
    let mut found = Vec::new();
    let mut tx = db.read().await?;
    let students = store::students_of(&mut tx, &rule.rne).await?;
    drop(tx);
    for some in students.chunks(STUDENTS) {
        let (Some(first), Some(last)) = (some.first(), some.last()) else { continue };
        let reading = Reading {
            since: desk.midnight(stretch.since),
            until: desk.midnight(stretch.behind),
            settled: now - REST,
            students: (*first, *last),
        };
        let mut tx = db.read().await?;
        let lines = store::rule_lines(&mut tx, rule, reading).await?;
        let waiting = store::waiting_days(&mut tx, &rule.rne, reading.students).await?;
        drop(tx);
        for of_one in lines.chunk_by(|one, other| one.student == other.student) {
            let days = |it: &&(PersonId, NaiveDate, NaiveDate)| it.0 == of_one[0].student;
            let waiting: Vec<_> = waiting.iter().filter(days).map(|it| it.1..=it.2).collect();
            let explained = |line: &RuleLine| {
                let day = desk.day(line.starts_at);
                waiting.iter().any(|days| days.contains(&day))
            };
            let counted: Vec<_> = of_one.iter().map(|it| counted(it, explained(it))).collect();
            found.extend(measured(desk, (rule, stretch), (of_one, &counted), now));
        }
    }
    Ok(found)
}

/// Where one student reached what a rule watches.
fn measured(
    desk: &Desk,
    (rule, stretch): (&Rule, &Stretch),
    (lines, counted): (&[RuleLine], &[Counted]),
    now: DateTime<Utc>,
) -> Vec<Hit> {
    let mut parts: BTreeMap<Option<Uuid>, (Vec<&RuleLine>, Vec<Counted>)> = BTreeMap::new();
    for (line, counted) in lines.iter().zip(counted) {
        let key = rule.measure.is_per_subject.then_some(line.of_subject);
        let part = parts.entry(key).or_default();
        part.0.push(line);
        part.1.push(*counted);
    }
    let mut found = Vec::new();
    for (subject, (lines, counted)) in parts {
        let it = &rule.measure;
        let measured = it.metric.measure(&counted, (it.after_days, now), desk.zone);
        let step = rule.step(measured.value);
        let enough = usize::try_from(it.after_sessions).unwrap_or(usize::MAX);
        let last = lines.iter().rfind(|line| line.is_settled);
        let (Some(last), true) = (last, step > 0 && measured.sessions >= enough) else {
            continue;
        };
        found.push(Hit {
            student: last.student,
            display_name: last.display_name.clone(),
            subject: subject.map(|id| (id, last.subject_name.clone())),
            stretch: stretch.clone(),
            last: desk.day(last.starts_at),
            step,
            measured,
            is_new: true,
        });
    }
    found
}

fn counted(of: &RuleLine, is_explained: bool) -> Counted {
    let times = Times { starts_at: of.starts_at, ends_at: of.ends_at };
    Counted {
        session: of.session,
        line: Line {
            state: of.state,
            is_provisional: of.is_provisional,
            is_compulsory: of.is_compulsory,
            starts_at: of.starts_at,
            minutes: times.minutes(),
            status: of.status,
            minutes_late: of.minutes_late,
        },
        is_explained,
        is_settled: of.is_settled,
    }
}
