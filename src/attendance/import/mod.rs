//! Lists that are brought in: groups and their members, and séances of timetables (12).
//!
//! A list is read whole, then applied in one transaction: twice brings in nothing new, a dry run
//! writes nothing, and one line that cannot be used stops everything unless it may be skipped.
mod ical;
mod members;
mod planned;
mod seances;
#[cfg(test)]
mod tests;

pub use ical::{IcalRules, read_ical};
pub use members::{Member, read_members};
pub use planned::{Planned, read_planned};
pub use seances::insert_planned;

use super::catalogue;
use crate::audit::{Event, Trace};
use crate::config::Attendance;
use crate::db::{Db, Tx};
use crate::identity::store::accounts_by_login;
use crate::identity::{PersonId, Rne};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// In which line, or of which event.
    pub place: String,
    /// In which column or property.
    pub column: &'static str,
    /// What is wrong: a stable word.
    pub code: &'static str,
}

/// What a list does, or would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// New ones.
    pub created: usize,
    /// Changed ones.
    pub updated: usize,
    /// As they were.
    pub unchanged: usize,
    /// Gone from the list.
    pub orphans: usize,
    /// The roll was called already: not touched.
    pub conflicts: usize,
    /// Lines that cannot be used.
    pub wrong: Vec<Wrong>,
    /// Whether it was kept.
    pub is_kept: bool,
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
    /// When.
    pub now: DateTime<Utc>,
    /// How rolls are called.
    pub rules: Attendance,
}

impl Wrong {
    fn new(place: &impl ToString, column: &'static str, code: &'static str) -> Self {
        Self { place: place.to_string(), column, code }
    }
}

/// Bring members of groups in.
pub async fn bring_members(
    db: &Db,
    how: &How,
    (members, wrong): (Vec<Member>, Vec<Wrong>),
) -> sqlx::Result<Report> {
    let mut tx = db.write().await?;
    let mut report = Report { wrong, ..Report::default() };
    for member in &members {
        members::apply(&mut tx, how, member, &mut report).await?;
    }
    finish(tx, how, report, "members").await
}

/// Bring the séances of a timetable in. The list is whole: what it does not name any more is an
/// orphan.
pub async fn bring_planned(
    db: &Db,
    how: &How,
    source: &str,
    (planned, wrong): (Vec<Planned>, Vec<Wrong>),
) -> sqlx::Result<Report> {
    let mut tx = db.write().await?;
    let mut report = Report { wrong, ..Report::default() };
    for one in &planned {
        seances::apply(&mut tx, how, (source, one), &mut report).await?;
    }
    // Of a list that could not be read whole nobody knows what it does not name.
    if report.wrong.is_empty() {
        report.orphans = seances::orphans(&mut tx, how, source, &planned).await?;
    }
    finish(tx, how, report, "sessions").await
}

async fn finish(
    mut tx: Tx,
    how: &How,
    mut report: Report,
    what: &'static str,
) -> sqlx::Result<Report> {
    if how.is_dry || (!report.wrong.is_empty() && !how.skips) {
        return Ok(report);
    }
    let event = Event::ok("roll.imported").reason(what).field("rne", &how.rne);
    let event = event.field("created", report.created).field("updated", report.updated);
    let event = event.field("orphans", report.orphans).field("conflicts", report.conflicts);
    event.record(&mut tx, &Trace::default(), how.now).await?;
    tx.commit().await?;
    report.is_kept = true;
    Ok(report)
}

/// The one person whom a login names.
async fn person(tx: &mut Tx, login: &str) -> sqlx::Result<Result<PersonId, &'static str>> {
    let mut people: Vec<PersonId> =
        accounts_by_login(tx, login).await?.into_iter().map(|account| account.person).collect();
    people.sort_unstable();
    people.dedup();
    Ok(match people.as_slice() {
        [only] => Ok(*only),
        [] => Err("unknown"),
        _ => Err("ambiguous"),
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
