//! Figures of attendance: minutes, rates, half-days (13.1).
//!
//! A rate of many is a quotient of sums, never a mean of rates.
use super::record::Status;
use super::seance::State;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// Where a morning ends.
pub const NOON: NaiveTime = match NaiveTime::from_hms_opt(12, 30, 0) {
    Some(noon) => noon,
    None => NaiveTime::MIN,
};

/// Parts of a half-day in which half-days by their minutes are added up: what all usual lengths divide
/// (the multiples of a quarter of an hour up to five hours and a half), so that nothing is rounded
/// before the end.
pub const PARTS: i64 = 3_491_888_400;

/// One line of a roll with what counting needs of its séance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// State of the séance.
    pub state: State,
    /// Closed by the clock, and nobody said that it is right.
    pub is_provisional: bool,
    /// Whether it must be attended.
    pub is_compulsory: bool,
    /// Its planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Planned minutes.
    pub minutes: i64,
    /// What the roll says.
    pub status: Status,
    /// Minutes late.
    pub minutes_late: i64,
}

/// A morning or an afternoon.
type HalfDay = (NaiveDate, bool);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Half {
    expected: i64,
    absent: i64,
    is_unjustified: bool,
}

/// What many lines add up to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Planned minutes of everything that counts.
    pub expected: i64,
    /// Minutes of absences, excused or not.
    pub absent: i64,
    /// Minutes of absences that nobody excused.
    pub unjustified: i64,
    /// How often late.
    pub lates: usize,
    /// Minutes late in all.
    pub minutes_late: i64,
    halves: BTreeMap<HalfDay, Half>,
}

impl Line {
    /// Whether it counts as an absence, excused or not.
    pub fn is_absence(&self) -> bool {
        self.counts() && matches!(self.status, Status::Absent | Status::Excused | Status::Excluded)
    }

    /// Whether it is in any figure: called, confirmed, compulsory, and settled.
    pub fn counts(&self) -> bool {
        let is_settled =
            !matches!(self.status, Status::Exempt | Status::AbsentProvisional | Status::Expected);
        self.state.is_called() && !self.is_provisional && self.is_compulsory && is_settled
    }
}

impl Figures {
    /// The figures of these lines of one student; days are those of `zone`.
    pub fn of(lines: impl IntoIterator<Item = Line>, zone: Tz) -> Self {
        let mut figures = Self::default();
        for line in lines.into_iter().filter(Line::counts) {
            let start = line.starts_at.with_timezone(&zone).naive_local();
            let half = figures.halves.entry((start.date(), start.time() >= NOON)).or_default();
            let is_absent = line.is_absence();
            let is_unjustified = is_absent && line.status != Status::Excused;
            half.expected += line.minutes;
            half.absent += if is_absent { line.minutes } else { 0 };
            half.is_unjustified |= is_unjustified;
            figures.expected += line.minutes;
            figures.absent += if is_absent { line.minutes } else { 0 };
            figures.unjustified += if is_unjustified { line.minutes } else { 0 };
            figures.lates += usize::from(line.status == Status::Late);
            figures.minutes_late += line.minutes_late;
        }
        figures
    }

    /// Several students, or several parts, as one; half-days stay each student's own.
    #[must_use]
    pub fn and(mut self, other: &Self) -> Self {
        self.expected += other.expected;
        self.absent += other.absent;
        self.unjustified += other.unjustified;
        self.lates += other.lates;
        self.minutes_late += other.minutes_late;
        self
    }

    fn rate(&self, minutes: i64) -> Option<i64> {
        rate(minutes, self.expected)
    }

    /// Rate of absence, in tenths of a percent.
    pub fn absence_rate(&self) -> Option<i64> {
        self.rate(self.absent)
    }

    /// Rate of absences that nobody excused, in tenths of a percent.
    pub fn unjustified_rate(&self) -> Option<i64> {
        self.rate(self.unjustified)
    }

    /// Rate of attendance, in tenths of a percent.
    pub fn attendance_rate(&self) -> Option<i64> {
        self.rate(self.expected - self.absent)
    }

    /// Minutes there, the minutes late taken off.
    pub fn attended_less_lates(&self) -> i64 {
        self.expected - self.absent - self.minutes_late
    }

    /// Half-days with any absence in them.
    pub fn half_days(&self) -> usize {
        self.halves.values().filter(|half| half.absent > 0).count()
    }

    /// Half-days with an absence that nobody excused.
    pub fn unjustified_half_days(&self) -> usize {
        self.halves.values().filter(|half| half.is_unjustified).count()
    }

    /// Half-days by their minutes, in tenths.
    pub fn computed_half_days(&self) -> i64 {
        let parts = |half: &Half| rounded(PARTS * half.absent, half.expected.max(1));
        tenths_of_parts(self.halves.values().map(parts).sum())
    }
}

/// Tenths of a percent of a whole; `None`: there is nothing.
pub fn rate(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| rounded(1_000 * part, whole))
}

/// Tenths of half-days, of their [`PARTS`].
pub fn tenths_of_parts(parts: i64) -> i64 {
    rounded(parts, PARTS / 10)
}

/// A quotient, half up: twice the numerator and one more, halved.
fn rounded(part: i64, whole: i64) -> i64 {
    (2 * part + whole) / (2 * whole)
}

/// Tenths as a number with one digit: 429 → `42.9`.
pub fn tenths(value: i64, comma: char) -> String {
    format!("{}{comma}{}", value / 10, value % 10)
}

#[cfg(test)]
mod tests;
