//! Lists that are brought in: séances of timetables, groups and their members, marks (12).
//!
//! A list is read whole and compared with what is kept; what differs is written in one transaction.
//! Twice brings in nothing new, a dry run only reads, one line that cannot be used stops everything
//! unless it may be skipped, and more than a fifth is changed only by somebody who says so.
mod ical;
mod made;
mod marks;
mod members;
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
use crate::identity::store::accounts_by_login;
use crate::identity::{PersonId, Rne};
use crate::web;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Bytes of a list: 50,000 lines and more.
pub const LONGEST: usize = 8 << 20;
/// Where the number of a student stands in accounts.
const NUMBER: &str = "supannEtuId";

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

impl Desk {
    /// Bring a list in, or look what it would do.
    pub async fn bring(
        &self,
        db: &Db,
        how: &How,
        (list, wrong): (&List, Vec<Wrong>),
    ) -> web::Result<Report> {
        let mut report = Report { wrong, ..Report::default() };
        if how.is_dry {
            let mut tx = db.read().await?;
            survey(&mut tx, how, list, &mut report).await?;
            return Ok(report);
        }
        let mut tx = db.write().await?;
        let report = self.bring_in(&mut tx, how, (list, report.wrong)).await?;
        if report.is_kept {
            tx.commit().await?;
        }
        Ok(report)
    }

    /// The same in a transaction of the caller, who commits when it was kept.
    pub async fn bring_in(
        &self,
        tx: &mut Tx,
        how: &How,
        (list, wrong): (&List, Vec<Wrong>),
    ) -> web::Result<Report> {
        let mut report = Report { wrong, ..Report::default() };
        let plan = survey(tx, how, list, &mut report).await?;
        let is_whole = report.wrong.is_empty() || how.skips;
        if !is_whole || (report.is_sweeping && !how.is_sure) {
            return Ok(report);
        }
        match plan {
            Plan::Planned(plan) => seances::write(tx, how, &plan).await?,
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
}

/// Compare a list with what is kept.
async fn survey<'l>(
    tx: &mut Tx,
    how: &How,
    list: &'l List,
    report: &mut Report,
) -> sqlx::Result<Plan<'l>> {
    Ok(match list {
        List::Planned(source, planned) => {
            Plan::Planned(seances::survey(tx, how, (source, planned), report).await?)
        }
        List::Members(members) => Plan::Members(members::survey(tx, how, members, report).await?),
        List::Marks(marks) => Plan::Marks(marks::survey(tx, how, marks, report).await?),
    })
}

/// The people of a list: each is looked up once.
#[derive(Default)]
struct People {
    found: HashMap<String, Result<PersonId, &'static str>>,
    /// Numbers of the students of the school, read when the first one is asked for.
    numbers: Option<HashMap<String, Vec<PersonId>>>,
}

impl People {
    /// The one person whom a login names, or the number of a student of the school.
    async fn find(
        &mut self,
        tx: &mut Tx,
        how: &How,
        named: &str,
    ) -> sqlx::Result<Result<PersonId, &'static str>> {
        if let Some(known) = self.found.get(named) {
            return Ok(*known);
        }
        let accounts = accounts_by_login(tx, named).await?;
        let mut people: Vec<PersonId> = accounts.into_iter().map(|it| it.person).collect();
        if people.is_empty() {
            people = self.numbered(tx, how, named).await?;
        }
        people.sort_unstable();
        people.dedup();
        let found = match people.as_slice() {
            [only] => Ok(*only),
            [] => Err("unknown"),
            _ => Err("ambiguous"),
        };
        self.found.insert(named.to_owned(), found);
        Ok(found)
    }

    async fn numbered(
        &mut self,
        tx: &mut Tx,
        how: &How,
        number: &str,
    ) -> sqlx::Result<Vec<PersonId>> {
        if self.numbers.is_none() {
            let mut numbers: HashMap<String, Vec<PersonId>> = HashMap::new();
            for (person, attributes) in store::attributes_at(tx, &how.rne, how.now()).await? {
                for number in attributes.all(NUMBER) {
                    numbers.entry(number.to_owned()).or_default().push(person);
                }
            }
            self.numbers = Some(numbers);
        }
        Ok(self.numbers.as_ref().and_then(|it| it.get(number)).cloned().unwrap_or_default())
    }
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
