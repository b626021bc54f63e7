//! Every night: rolls of school years that are long over, and what was typed into justifications.
use super::store;
use crate::audit::{Event, Trace};
use crate::jobs::{Answer, Job, Outcome, Policy, Turn};
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long somebody may ask for the rolls by which they pay.
const FUNDED: Months = Months::new(120);
/// How long words about somebody's health are kept after the decision, as papers are.
const HEALTH: Months = Months::new(3);
/// How long any words are kept after it at least.
const AT_LEAST: TimeDelta = TimeDelta::weeks(4);

/// The job.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetRolls {}

/// The first of August with which the school year of a day began.
pub(super) fn year_begin(day: NaiveDate) -> NaiveDate {
    let year = if day.month() >= 8 { day.year() } else { day.year() - 1 };
    NaiveDate::from_ymd_opt(year, 8, 1).unwrap_or(day)
}

/// Moments before which something is forgotten.
struct Limits {
    day: NaiveDate,
    rolls: DateTime<Utc>,
    funded: DateTime<Utc>,
    health: DateTime<Utc>,
    words: DateTime<Utc>,
}

impl Limits {
    /// `kept`: how long after the end of their school year.
    fn at(now: DateTime<Utc>, kept: TimeDelta, zone: Tz) -> Self {
        let today = now.with_timezone(&zone).date_naive();
        let midnight = |day: NaiveDate| {
            let local = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
            local.map_or(now - FUNDED, |at| at.to_utc())
        };
        let day = year_begin(today.checked_sub_signed(kept).unwrap_or_default());
        let words = midnight(year_begin(today)).min(now - AT_LEAST);
        let rolls = midnight(day);
        Self { day, rolls, funded: rolls.min(now - FUNDED), health: now - HEALTH, words }
    }
}

impl Job for ForgetRolls {
    type Parts = (TimeDelta, Tz);
    const KIND: &'static str = "roll.forget";
    const LABEL: &'static str = "job-forget-rolls";
    const POLICY: Policy = Policy::HOUSE;

    async fn run(self, (kept, zone): Self::Parts, turn: Turn) -> Answer {
        let now = turn.clock().now();
        let limits = Limits::at(now, kept, zone);
        let mut rows = 0;
        loop {
            let mut tx = turn.db().write().await?;
            turn.hold(&mut tx).await?;
            let old = store::old_seances(&mut tx, (limits.rolls, limits.funded)).await?;
            for id in &old {
                store::forget_seance(&mut tx, *id).await?;
            }
            tx.commit().await?;
            if old.is_empty() {
                break;
            }
            rows += old.len();
            if turn.is_ending() {
                return Ok(Outcome::Again(Duration::ZERO));
            }
        }
        let mut tx = turn.db().write().await?;
        turn.hold(&mut tx).await?;
        let around = store::forget_around(&mut tx, (limits.rolls, limits.day)).await?;
        let words = store::forget_words(&mut tx, (limits.health, limits.words)).await?;
        let event = Event::ok("retention.cleaned").reason("rolls").field("rows", rows);
        let event = event.field("around", around).field("words", words);
        event.record(&mut tx, &Trace::default(), now).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    #[test]
    fn a_school_year_is_kept_for_a_year_behind_its_end() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let year = TimeDelta::days(365);
        let of = |now: &str| Limits::at(at(now), year, Paris);
        assert_eq!(of("2028-07-30T01:00:00Z").rolls, at("2026-07-31T22:00:00Z"));
        assert_eq!(of("2028-08-02T01:00:00Z").rolls, at("2027-07-31T22:00:00Z"), "2026-2027 goes");
        assert_eq!(of("2028-08-02T01:00:00Z").day.to_string(), "2027-08-01");
        assert_eq!(of("2028-08-02T01:00:00Z").funded, at("2018-08-02T01:00:00Z"));
        // Words of a decision of the end of July are kept some weeks.
        assert_eq!(of("2028-08-02T01:00:00Z").words, at("2028-07-05T01:00:00Z"));
        assert_eq!(of("2028-12-02T01:00:00Z").words, at("2028-07-31T22:00:00Z"));
    }
}
