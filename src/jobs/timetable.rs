//! What is done again and again, and when.
use super::job::Job;
use super::queue::NewJob;
use crate::clock::span;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// After so much time.
    Every(Duration),
    /// Once a night, at this time where the installation is.
    Nightly(TimeOfNight),
}

/// A time of the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfNight {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

/// An entry of the timetable. Its name is the kind of its job.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What is done.
    pub job: NewJob,
    /// Key of its name for people.
    pub label: &'static str,
    /// How often.
    pub rhythm: Rhythm,
}

impl Entry {
    /// Do this in this rhythm. One waiting job of it is enough, so it says so itself.
    pub fn new<J: Job>(job: &J, rhythm: Rhythm) -> Self {
        let job = NewJob { once: Some(job.once().unwrap_or_default()), ..NewJob::of(job) };
        Self { job, label: J::LABEL, rhythm }
    }

    /// Its name in the table.
    pub fn name(&self) -> &'static str {
        self.job.kind
    }
}

impl Rhythm {
    /// The next time after `now`. `dice` shifts it by up to a tenth of the rhythm, or half an hour
    /// at night, so that the nodes of many installations do not ask their services at once. What
    /// was missed meanwhile is made up for once, not as often as it was missed.
    pub fn after(self, now: DateTime<Utc>, zone: Tz, dice: u8) -> DateTime<Utc> {
        let part = |whole: TimeDelta| whole * i32::from(dice) / 255;
        match self {
            Self::Every(time) => now + span(time) + part(span(time) / 10),
            Self::Nightly(time) => next_night(now, zone, time) + part(TimeDelta::minutes(30)),
        }
    }
}

/// The hour that does not exist in the night of the change of clocks is skipped to the next one.
fn next_night(now: DateTime<Utc>, zone: Tz, time: TimeOfNight) -> DateTime<Utc> {
    let wall = NaiveTime::from_hms_opt(time.hour, time.minute, 0).unwrap_or_default();
    let today = now.with_timezone(&zone).date_naive();
    let nights = (0..3).filter_map(|days| {
        let local = today.checked_add_days(Days::new(days))?.and_time(wall);
        let exact = zone.from_local_datetime(&local).earliest();
        let later = || zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest();
        Some(exact.or_else(later)?.with_timezone(&Utc))
    });
    nights.into_iter().find(|night| *night > now).unwrap_or(now + TimeDelta::days(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Paris;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn nights_follow_the_clock_on_the_wall() {
        let night = |hour, minute| Rhythm::Nightly(TimeOfNight { hour, minute });
        let table = [
            (night(3, 0), "2027-01-15T07:30:00Z", "2027-01-16T02:00:00Z"),
            (night(3, 0), "2027-01-15T01:59:00Z", "2027-01-15T02:00:00Z"),
            (night(3, 0), "2027-07-15T07:30:00Z", "2027-07-16T01:00:00Z"),
            // Clocks go forward on 28 March 2027: half past two does not exist.
            (night(2, 30), "2027-03-27T12:00:00Z", "2027-03-28T01:30:00Z"),
            // They go back on 31 October: half past two comes twice, the first one counts.
            (night(2, 30), "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z"),
            (night(2, 30), "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"),
        ];
        for (rhythm, now, expected) in table {
            assert_eq!(rhythm.after(at(now), Paris, 0), at(expected), "{now}");
        }
    }

    #[test]
    fn dice_shift_a_little() {
        let now = at("2027-01-15T07:30:00Z");
        let hourly = Rhythm::Every(Duration::from_hours(1));
        assert_eq!(hourly.after(now, Paris, 0), now + TimeDelta::hours(1));
        assert_eq!(hourly.after(now, Paris, 255), now + TimeDelta::minutes(66));
    }
}
