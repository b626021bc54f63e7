//! Columns of a table of figures: one list for the page, its order, and what is taken away.
use super::Row;
use crate::attendance::rates::tenths;
use crate::rows::Cell;
use crate::web::lang::Lang;
use std::cmp::Ordering;

/// One figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Rate of attendance.
    Attendance,
    /// Rate of absence.
    Absence,
    /// Rate of absences that nobody excused.
    Unjustified,
    /// Planned minutes of what counts.
    Expected,
    /// Minutes of absences.
    Absent,
    /// Minutes of absences that nobody excused.
    AbsentUnjustified,
    /// Minutes there, less those late.
    Attended,
    /// How often late.
    Lates,
    /// Minutes late.
    MinutesLate,
    /// Half-days with an absence.
    HalfDays,
    /// Half-days with an absence that nobody excused.
    HalfDaysUnjustified,
    /// Half-days by their minutes.
    Computed,
    /// Rolls that nobody called.
    Uncalled,
    /// Of all that are over.
    UncalledRate,
    /// Median of the delays.
    Delay,
}

/// How a figure is written.
enum Kind {
    Percent,
    Minutes,
    Count,
    Tenths,
}

impl Column {
    /// In the order of the table.
    pub const ALL: [Self; 15] = [
        Self::Attendance,
        Self::Absence,
        Self::Unjustified,
        Self::Expected,
        Self::Absent,
        Self::AbsentUnjustified,
        Self::Attended,
        Self::Lates,
        Self::MinutesLate,
        Self::HalfDays,
        Self::HalfDaysUnjustified,
        Self::Computed,
        Self::Uncalled,
        Self::UncalledRate,
        Self::Delay,
    ];

    /// Its word in addresses and in the heads of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attendance => "attendance_rate",
            Self::Absence => "absence_rate",
            Self::Unjustified => "unjustified_rate",
            Self::Expected => "expected_min",
            Self::Absent => "absent_min",
            Self::AbsentUnjustified => "unjustified_min",
            Self::Attended => "attended_min",
            Self::Lates => "lates",
            Self::MinutesLate => "late_min",
            Self::HalfDays => "half_days",
            Self::HalfDaysUnjustified => "half_days_unjustified",
            Self::Computed => "half_days_computed",
            Self::Uncalled => "uncalled",
            Self::UncalledRate => "uncalled_rate",
            Self::Delay => "delay_min",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Attendance => "figures-attendance",
            Self::Absence => "figures-absence",
            Self::Unjustified => "figures-unjustified",
            Self::Expected => "figures-expected",
            Self::Absent => "figures-absent",
            Self::AbsentUnjustified => "figures-absent-unjustified",
            Self::Attended => "figures-attended",
            Self::Lates => "figures-lates",
            Self::MinutesLate => "figures-minutes-late",
            Self::HalfDays => "figures-half-days",
            Self::HalfDaysUnjustified => "figures-half-days-unjustified",
            Self::Computed => "figures-half-days-computed",
            Self::Uncalled => "figures-uncalled",
            Self::UncalledRate => "figures-uncalled-rate",
            Self::Delay => "figures-delay",
        }
    }

    /// The column of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == word)
    }

    /// Its figure; `None`: there is nothing to divide by, or nothing was.
    pub fn value(self, row: &Row) -> Option<i64> {
        let over = |value: i64| (row.ended > 0).then_some(value);
        match self {
            Self::Attendance => row.attendance_rate(),
            Self::Absence => row.absence_rate(),
            Self::Unjustified => row.unjustified_rate(),
            Self::Expected => Some(row.expected),
            Self::Absent => Some(row.absent),
            Self::AbsentUnjustified => Some(row.unjustified),
            Self::Attended => Some(row.attended()),
            Self::Lates => Some(row.lates),
            Self::MinutesLate => Some(row.minutes_late),
            Self::HalfDays => Some(row.half_days),
            Self::HalfDaysUnjustified => Some(row.unjustified_half_days),
            Self::Computed => Some(row.computed()),
            Self::Uncalled => over(row.uncalled),
            Self::UncalledRate => row.uncalled_rate(),
            Self::Delay => row.delay(),
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Attendance | Self::Absence | Self::Unjustified | Self::UncalledRate => {
                Kind::Percent
            }
            Self::Expected | Self::Absent | Self::AbsentUnjustified | Self::Attended => {
                Kind::Minutes
            }
            Self::Computed => Kind::Tenths,
            Self::MinutesLate
            | Self::Delay
            | Self::Lates
            | Self::HalfDays
            | Self::HalfDaysUnjustified
            | Self::Uncalled => Kind::Count,
        }
    }

    /// As people read it; a dash where there is none.
    pub fn shown(self, row: &Row, lang: Lang) -> String {
        let Some(value) = self.value(row) else { return "—".to_owned() };
        let comma = if lang == Lang::Fr { ',' } else { '.' };
        match self.kind() {
            Kind::Percent => lang.t_with("roll-percent", &[("value", &tenths(value, comma))]),
            Kind::Minutes => lang.t_with(
                "roll-hours",
                &[("hours", &(value / 60).to_string()), ("minutes", &format!("{:02}", value % 60))],
            ),
            Kind::Tenths => tenths(value, comma),
            Kind::Count => value.to_string(),
        }
    }

    /// As a spreadsheet takes it.
    pub fn cell(self, row: &Row) -> Cell {
        match (self.value(row), self.kind()) {
            (None, _) => Cell::Text(String::new()),
            (Some(value), Kind::Percent | Kind::Tenths) => Cell::Tenths(value),
            (Some(value), _) => Cell::Number(value),
        }
    }

    /// Which of two rows stands first; what has no figure stands last either way.
    pub fn order(self, one: &Row, other: &Row, is_down: bool) -> Ordering {
        match (self.value(one), self.value(other)) {
            (Some(one), Some(other)) if is_down => other.cmp(&one),
            (Some(one), Some(other)) => one.cmp(&other),
            (one, other) => other.is_some().cmp(&one.is_some()),
        }
    }
}
