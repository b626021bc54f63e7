//! Lists that are brought in: séances of timetables, groups and their members, marks (12).
//!
//! A list is read whole and compared with what is kept by reading only. Then one transaction holds the
//! lists of the school, compares once more and writes what differs. Twice brings in nothing new, one
//! line that cannot be used stops everything unless it may be skipped, and more than a fifth is
//! changed only by somebody who says so.
mod ical;
mod made;
mod marks;
mod members;
mod people;
mod planned;
mod report;
mod seances;
#[cfg(test)]
mod tests;
mod wish;

pub use ical::{IcalRules, read_ical};
pub use marks::{Mark, read_marks};
pub use members::{Member, read_members};
pub use planned::{Planned, read_planned};
pub use report::{Outcome, Report, Told, Wrong};
pub use wish::{Kind, SUMMARY, Wish};

use super::calling::Hand;
use super::catalogue;
use super::desk::Desk;
use super::store;
use crate::config::Attendance;
use crate::db::{Db, Tx};
use crate::identity::Rne;
use crate::web;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use people::People;

/// Bytes of a list: 50,000 lines and more.
pub const LONGEST: usize = 8 << 20;
/// Séances of a timetable at most, series expanded.
const MOST: usize = 50_000;

/// A list, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum List {
    /// The séances of a timetable, whole: what it does not name any more is an orphan.
    Planned(String, Vec<Planned>),
    /// Members of groups.
    Members(Vec<Member>),
    /// Marks on rolls.
    Marks(Vec<Mark>),
}

/// How a list is brought in.
#[derive(Debug, Clone)]
pub struct How {
    /// Into which school.
    pub rne: Rne,
    /// Look only.
    pub is_dry: bool,
    /// Leave lines out that cannot be used.
    pub skips: bool,
    /// Although more than a fifth would change.
    pub is_sure: bool,
    /// By whom, and when.
    pub hand: Hand,
    /// How rolls are called.
    pub rules: Attendance,
    /// Where days begin.
    pub zone: Tz,
}

impl How {
    fn now(&self) -> DateTime<Utc> {
        self.hand.now
    }

    fn today(&self) -> NaiveDate {
        self.now().with_timezone(&self.zone).date_naive()
    }
}

impl List {
    /// Its word in the record.
    fn word(&self) -> &'static str {
        match self {
            Self::Planned(..) => "sessions",
            Self::Members(_) => "members",
            Self::Marks(_) => "marks",
        }
    }
}

/// What a list would write.
enum Plan<'l> {
    Planned(seances::Plan<'l>),
    Members(Vec<members::Joining<'l>>),
    Marks(Vec<marks::Ticking>),
}

/// A list that was compared once by reading only.
#[derive(Debug)]
pub struct Looked {
    /// What it would do.
    pub report: Report,
    people: People,
    /// Lines that could not be read.
    wrong: Vec<Wrong>,
}

impl Desk {
    /// Look what a list would do; nothing is held.
    pub async fn look(
        &self,
        db: &Db,
        how: &How,
        (list, wrong): (&List, Vec<Wrong>),
    ) -> web::Result<Looked> {
        let mut tx = db.read().await?;
        let people = People::of(&mut tx, how, list).await?;
        let mut report = Report { wrong: wrong.clone(), ..Report::default() };
        survey(&mut tx, how, (list, &people), &mut report).await?;
        Ok(Looked { report, people, wrong })
    }

    /// Bring a list in that was looked at. The caller commits when it was kept.
    pub async fn bring_in(
        &self,
        tx: &mut Tx,
        how: &How,
        (list, looked): (&List, &Looked),
    ) -> web::Result<Report> {
        if !looked.report.may_be_kept(how) {
            return Ok(looked.report.clone());
        }
        // Two lists at once would make the same groups, or move the same séances.
        store::hold_imports(tx, &how.rne, how.now()).await?;
        let mut report = Report { wrong: looked.wrong.clone(), ..Report::default() };
        let plan = survey(tx, how, (list, &looked.people), &mut report).await?;
        if !report.may_be_kept(how) {
            return Ok(report);
        }
        match plan {
            Plan::Planned(plan) => seances::write(tx, how, plan, &mut report).await?,
            Plan::Members(plan) => members::write(tx, how, &plan).await?,
            Plan::Marks(plan) => self.write_marks(tx, how, plan).await?,
        }
        let event = how.hand.signed("roll.imported").reason(list.word()).field("rne", &how.rne);
        let event = event.field("created", report.created).field("updated", report.updated);
        let event = event.field("orphans", report.orphans).field("conflicts", report.conflicts);
        let event = event.field("wrong", report.wrong.len());
        event.record(tx, &how.hand.trace, how.now()).await?;
        report.is_kept = true;
        Ok(report)
    }

    /// Both, for a command; unless it is a dry run.
    pub async fn bring(
        &self,
        db: &Db,
        how: &How,
        (list, wrong): (&List, Vec<Wrong>),
    ) -> web::Result<Report> {
        let looked = self.look(db, how, (list, wrong)).await?;
        if how.is_dry || !looked.report.may_be_kept(how) {
            return Ok(looked.report);
        }
        let mut tx = db.write().await?;
        let report = self.bring_in(&mut tx, how, (list, &looked)).await?;
        if report.is_kept {
            tx.commit().await?;
        }
        Ok(report)
    }
}

/// Compare a list with what is kept.
async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    (list, people): (&'l List, &People),
    report: &mut Report,
) -> sqlx::Result<Plan<'l>> {
    Ok(match list {
        List::Planned(source, planned) => {
            Plan::Planned(seances::survey(tx, how, (source, planned, people), report).await?)
        }
        List::Members(members) => {
            Plan::Members(members::survey(tx, how, (members, people), report).await?)
        }
        List::Marks(marks) => Plan::Marks(marks::survey(tx, how, (marks, people), report).await?),
    })
}

/// The kind of a group by its name: `TD2` is a TD.
fn kind_of(group: &str) -> &'static str {
    let letters: String = group.chars().take_while(|c| c.is_alphabetic()).collect();
    ["CM", "TD", "TP"].into_iter().find(|kind| *kind == letters).unwrap_or("free")
}

/// The school year of a moment.
fn year_of(now: DateTime<Utc>) -> String {
    catalogue::year_of(now.date_naive())
}
