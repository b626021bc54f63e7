//! What alerts measure, and how often a threshold was reached (13.3).
//!
//! Nothing here counts by itself: minutes, rates and half-days are those of [`rates`](super::super::rates).
use crate::attendance::rates::{Figures, Line};
use crate::attendance::record::Status;
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

/// What an alert measures of one student.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Metric {
    /// Rate of absence.
    AbsenceRate,
    /// Rate of absences that nobody excused.
    UnjustifiedRate,
    /// Half-days with an absence that nobody excused.
    UnjustifiedHalfDays,
    /// Absences that nobody excused.
    #[default]
    Unjustified,
    /// Absences without a presence between them, up to now; a presence that nobody confirmed yet is
    /// one, an absence is not.
    Consecutive,
    /// Absences of some age that nobody explained: no justification waits for a decision.
    Unexplained,
    /// How often late.
    Lates,
    /// Absences, excused or not.
    Absences,
}

/// How a value is held against a threshold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Comparator {
    /// The threshold, or more.
    #[default]
    AtLeast,
    /// More than the threshold.
    Over,
}

/// A line of a roll that counts, with what alerts need besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The séance.
    pub session: Uuid,
    /// What counting needs.
    pub line: Line,
    /// A justification of its day waits for a decision.
    pub is_explained: bool,
    /// Confirmed, and so long ago that a correction would have come.
    pub is_settled: bool,
}

/// What was measured.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// Tenths of a percent for rates, else a number.
    pub value: i64,
    /// Séances that counted.
    pub sessions: usize,
    /// Séances that the value is made of.
    pub made_of: Vec<Uuid>,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::AbsenceRate,
        Self::UnjustifiedRate,
        Self::UnjustifiedHalfDays,
        Self::Unjustified,
        Self::Consecutive,
        Self::Unexplained,
        Self::Lates,
        Self::Absences,
    ];

    /// Its word in forms and in the audit record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AbsenceRate => "absence_rate",
            Self::UnjustifiedRate => "unjustified_rate",
            Self::UnjustifiedHalfDays => "unjustified_half_days",
            Self::Unjustified => "unjustified",
            Self::Consecutive => "consecutive",
            Self::Unexplained => "unexplained",
            Self::Lates => "lates",
            Self::Absences => "absences",
        }
    }

    /// The metric of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::AbsenceRate => "alert-metric-absence-rate",
            Self::UnjustifiedRate => "alert-metric-unjustified-rate",
            Self::UnjustifiedHalfDays => "alert-metric-half-days",
            Self::Unjustified => "alert-metric-unjustified",
            Self::Consecutive => "alert-metric-consecutive",
            Self::Unexplained => "alert-metric-unexplained",
            Self::Lates => "alert-metric-lates",
            Self::Absences => "alert-metric-absences",
        }
    }

    /// Whether it is a part of a whole, in tenths of a percent.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::AbsenceRate | Self::UnjustifiedRate)
    }

    /// What it is of these lines of one student, in order of time. Lines that do not count, and those
    /// that nobody confirmed, are left out by [`Line::counts`].
    pub fn measure(
        self,
        lines: &[Counted],
        (days, now): (i64, DateTime<Utc>),
        zone: Tz,
    ) -> Measured {
        let known = lines;
        let lines: Vec<_> = lines.iter().filter(|it| it.is_settled && it.line.counts()).collect();
        let figures = || Figures::of(lines.iter().map(|it| it.line), zone);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let is_unjustified =
            |it: &Counted| it.line.is_absence() && it.line.status != Status::Excused;
        let is_old = |it: &Counted| it.line.starts_at + TimeDelta::days(days) <= now;
        let of = |is_meant: &dyn Fn(&Counted) -> bool| -> Vec<Uuid> {
            lines.iter().filter(|it| is_meant(it)).map(|it| it.session).collect()
        };
        let made_of = match self {
            Self::AbsenceRate | Self::Absences => of(&|it| it.line.is_absence()),
            Self::UnjustifiedRate | Self::UnjustifiedHalfDays | Self::Unjustified => {
                of(&is_unjustified)
            }
            Self::Unexplained => of(&|it| is_unjustified(it) && !it.is_explained && is_old(it)),
            Self::Lates => of(&|it| it.line.status == Status::Late),
            Self::Consecutive => {
                let run = known.iter().rev().take_while(|it| it.line.is_absence());
                run.filter(|it| it.is_settled && it.line.counts()).map(|it| it.session).collect()
            }
        };
        let value = match self {
            Self::AbsenceRate => figures().absence_rate().unwrap_or(0),
            Self::UnjustifiedRate => figures().unjustified_rate().unwrap_or(0),
            Self::UnjustifiedHalfDays => number(figures().unjustified_half_days()),
            _ => number(made_of.len()),
        };
        Measured { value, sessions: lines.len(), made_of }
    }
}

impl Comparator {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::AtLeast, Self::Over];

    /// Its word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => "at_least",
            Self::Over => "over",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::AtLeast => "alert-at-least",
            Self::Over => "alert-over",
        }
    }

    /// How often a value reached the threshold: twice when it reached the double of it.
    pub fn step(self, value: i64, threshold: i64) -> i64 {
        let reached = match self {
            Self::AtLeast => value,
            Self::Over => value - 1,
        };
        reached.max(0) / threshold.max(1)
    }
}

#[cfg(test)]
mod tests;
