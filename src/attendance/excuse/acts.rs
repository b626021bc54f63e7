//! Sending, taking back, deciding. Each act is one transaction with its row in the audit record; the
//! caller commits.
use super::refusal::ExcuseRefusal;
use super::state::Step;
use super::store::{self, Absence, Justification};
use crate::attendance::calling::Hand;
use crate::attendance::desk::Desk;
use crate::attendance::record::{By, Status, reason};
use crate::attendance::refusal::RollRefusal;
use crate::attendance::store::{Change, insert_change};
use crate::audit::Event;
use crate::db::Tx;
use crate::mail::{Letter, MailAddress, Template};
use crate::web;
use crate::web::lang::Lang;
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

/// How long after an absence it can be justified in time.
const DEADLINE: TimeDelta = TimeDelta::days(15);
/// How long papers about somebody's health are kept after the decision.
const HEALTH: Months = Months::new(3);
/// How long any paper is kept after the decision at least.
const AT_LEAST: TimeDelta = TimeDelta::weeks(4);
/// How long papers are kept on which nobody decides.
const WAITING: Months = Months::new(12);

/// What the secretariat says of a justification.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What they do with it.
    pub step: Step,
    /// What they answer; needed unless it is accepted.
    pub note: String,
    /// The lines that it excuses.
    pub lines: Vec<Uuid>,
    /// The justification as they saw it.
    pub version: i64,
}

fn event(name: &'static str, of: &Justification, hand: &Hand) -> Event {
    hand.signed(name).field("justification", of.id)
}

impl Desk {
    /// From when until when these days last.
    pub(in crate::attendance) fn span(
        &self,
        days: (NaiveDate, NaiveDate),
    ) -> (DateTime<Utc>, DateTime<Utc>) {
        let behind = days.1.checked_add_days(Days::new(1)).unwrap_or(days.1);
        (self.midnight(days.0), self.midnight(behind))
    }

    /// Until when papers are kept that nobody has decided on.
    pub(super) fn waits_until(now: DateTime<Utc>) -> DateTime<Utc> {
        now.checked_add_months(WAITING).unwrap_or(now)
    }

    /// Until when they are kept afterwards: the school year, or three months when they are about
    /// somebody's health; some weeks in any case, so that a decision can be looked at again.
    fn kept_until(&self, now: DateTime<Utc>, is_health: bool) -> DateTime<Utc> {
        let year = self.year_end(now);
        let months = now.checked_add_months(HEALTH).unwrap_or(now);
        let usual = if is_health { months.min(year) } else { year };
        usual.max(now + AT_LEAST)
    }

    /// When the school year ends.
    fn year_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let begin = super::first_of_august(self, now);
        self.midnight(begin.with_year(begin.year() + 1).unwrap_or(begin))
    }

    /// The student sends it, or answers a question: it is about every absence of its days.
    pub(super) async fn send_excuse(
        &self,
        tx: &mut Tx,
        seen: &Justification,
        hand: &Hand,
    ) -> web::Result<()> {
        let to = seen.state.after(Step::Send).ok_or(ExcuseRefusal::State)?;
        if !store::set_state(tx, seen, to, &seen.note).await? {
            return Err(ExcuseRefusal::Version.into());
        }
        let span = self.span((seen.since, seen.until));
        for absence in store::coverable(tx, (seen.student, &seen.rne), span).await? {
            store::cover(tx, seen.id, absence.record).await?;
        }
        let covered = store::covered(tx, seen.id).await?;
        let last = covered.iter().map(|absence| absence.ends_at).max();
        let deadline = last.ok_or(ExcuseRefusal::Nothing)? + DEADLINE;
        let is_first = seen.submitted_at.is_none();
        let is_late = if is_first { hand.now > deadline } else { seen.is_late };
        store::set_sent(tx, seen.id, (deadline, is_late), hand.now).await?;
        // Some may have been about to go: not any more.
        store::keep_until(tx, seen.id, Self::waits_until(hand.now)).await?;
        let event = event("roll.justify_submitted", seen, hand).field("count", covered.len());
        let event = if is_late { event.reason("late_submitted") } else { event };
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(())
    }

    /// The student takes it back; its papers go.
    pub(super) async fn withdraw_excuse(
        &self,
        tx: &mut Tx,
        seen: &Justification,
        hand: &Hand,
    ) -> web::Result<()> {
        let to = seen.state.after(Step::Withdraw).ok_or(ExcuseRefusal::State)?;
        if !store::set_state(tx, seen, to, &seen.note).await? {
            return Err(ExcuseRefusal::Version.into());
        }
        store::keep_until(tx, seen.id, hand.now).await?;
        let event = event("roll.justify_withdrawn", seen, hand);
        event.record(tx, &hand.trace, hand.now).await?;
        Ok(())
    }

    /// The secretariat decides; how many lines changed by that.
    pub(super) async fn decide_excuse(
        &self,
        tx: &mut Tx,
        seen: &Justification,
        decision: &Decision,
        hand: &Hand,
    ) -> web::Result<usize> {
        let step = decision.step;
        let to = seen.state.after(step).ok_or(ExcuseRefusal::State)?;
        let note = reason(&decision.note);
        if step != Step::Accept && note.is_none() {
            return Err(RollRefusal::Reason.into());
        }
        // Two who decide at once: the second one waits here, and then finds another version.
        let is_as_seen = decision.version == seen.version;
        let note = note.unwrap_or_default();
        if !is_as_seen || !store::set_state(tx, seen, to, &note).await? {
            return Err(ExcuseRefusal::Version.into());
        }
        let changed = self.turn_lines(tx, seen, decision, hand).await?;
        store::set_decided(tx, seen.id, hand.by(), hand.now).await?;
        if matches!(step, Step::Accept | Step::Refuse) {
            let keep = self.kept_until(hand.now, seen.is_health);
            store::keep_until(tx, seen.id, keep).await?;
        }
        let event = event("roll.justify_decided", seen, hand).reason(step.as_str());
        let event = event.field("count", changed).field("of", seen.student);
        event.record(tx, &hand.trace, hand.now).await?;
        self.tell(tx, seen, step).await?;
        Ok(changed)
    }

    /// The lines that follow from a decision, each with its history.
    async fn turn_lines(
        &self,
        tx: &mut Tx,
        seen: &Justification,
        decision: &Decision,
        hand: &Hand,
    ) -> web::Result<usize> {
        let (from, to) = match decision.step {
            Step::Accept => (Status::Absent, Status::Excused),
            Step::Cancel => (Status::Excused, Status::Absent),
            _ => return Ok(0),
        };
        let mut lines = store::covered(tx, seen.id).await?;
        lines.sort_by_key(|absence| absence.record);
        let is_meant = |absence: &&Absence| match decision.step {
            Step::Accept => decision.lines.contains(&absence.record),
            _ => absence.is_excused,
        };
        let meant: Vec<_> = lines.iter().filter(is_meant).collect();
        if meant.is_empty() && decision.step == Step::Accept {
            return Err(ExcuseRefusal::NoLine.into());
        }
        let mut changed = 0;
        for absence in meant {
            let may = absence.status.may_become(to, By::Decision);
            if !may || !store::turn(tx, (seen.id, absence.record), (from, to)).await? {
                continue;
            }
            // Teachers read histories: why somebody was away is not their business.
            let why = String::new();
            let change = Change { at: hand.now, made_by: hand.by(), was: from, became: to, why };
            insert_change(tx, absence.record, &change).await?;
            changed += 1;
        }
        Ok(changed)
    }

    /// Write to the student that there is an answer; neither reason nor note stands in it.
    async fn tell(&self, tx: &mut Tx, seen: &Justification, step: Step) -> sqlx::Result<()> {
        let Some(to) = seen.mail.as_deref().and_then(MailAddress::parse) else { return Ok(()) };
        let path = format!("/attendance/me/justifications/{}", seen.id);
        let letter = Letter {
            to,
            person: Some(seen.student),
            template: Template::Justification,
            lang: Lang::default(),
            values: json!({
                "name": seen.display_name, "decision": step.as_str(), "path": path,
            }),
            about: format!("justification:{}:{}", seen.id, seen.version),
            account: None,
        };
        self.post.add(tx, &letter).await?;
        Ok(())
    }
}
