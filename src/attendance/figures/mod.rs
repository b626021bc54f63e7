//! Figures of attendance over many lines (13.1): by student, group, subject, programme, teacher, month.
//!
//! The database adds up ([`store::line_sums`]); here sums become rates, and the delays of roll calls
//! their median. A rate of many is a quotient of sums.
mod asking;
mod column;
mod records;
mod showing;
mod taking;
mod workbook;

pub use asking::{Asked, Span};
pub use column::Column;
pub use records::{lines_csv, lines_json, lines_xlsx};
pub(super) use records::{records_csv, records_json, records_xlsx};
pub(super) use showing::show;
pub(super) use taking::{csv, pdf, xlsx};
pub use taking::{table, table_csv, table_pdf, table_xlsx};

use super::calling::Hand;
use super::creating::hand;
use super::rates::{rate, tenths_of_parts};
use super::store::{self, CallSums, LineSums, Within};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::web::Client;
use crate::web::lang::Lang;
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// Who takes figures or lines away, from where, and in which language.
#[derive(Debug, Clone)]
pub struct Taker {
    /// Schools and programmes.
    pub within: Within,
    /// Who, and when.
    pub hand: Hand,
    /// Of the names of months.
    pub lang: Lang,
}

impl Taker {
    fn person(
        (who, client): (&SignedIn, &Client),
        within: Within,
        (lang, now): (Lang, DateTime<Utc>),
    ) -> Self {
        Self { within, hand: hand(who, client, now), lang }
    }
}

/// By what figures are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Nothing: one row of everything.
    #[serde(skip)]
    All,
    /// Each student.
    Student,
    /// Each group.
    Group,
    /// Each subject.
    Subject,
    /// Each programme.
    Programme,
    /// Each teacher.
    Teacher,
    /// Each month.
    Month,
}

/// The séances that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// Those that begin then or later.
    pub since: DateTime<Utc>,
    /// Those that begin before.
    pub until: DateTime<Utc>,
    /// Where days begin.
    pub zone: Tz,
    /// Only those of this programme.
    pub programme: Option<Uuid>,
    /// Only those of this subject.
    pub subject: Option<Uuid>,
    /// Only those of this kind.
    pub kind: Option<String>,
}

/// One row of figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// Of whom or of what; `None`: of a month, or of everything.
    pub id: Option<Uuid>,
    /// What it is of.
    pub name: String,
    /// By what it is sorted.
    pub sort_name: String,
    /// Planned minutes of what counts.
    pub expected: i64,
    /// Minutes of absences.
    pub absent: i64,
    /// Minutes of those that nobody excused.
    pub unjustified: i64,
    /// How often late.
    pub lates: i64,
    /// Minutes late.
    pub minutes_late: i64,
    /// Half-days with an absence in them.
    pub half_days: i64,
    /// Those with an absence that nobody excused.
    pub unjustified_half_days: i64,
    /// Half-days by their minutes, in [`PARTS`](super::rates::PARTS).
    pub computed_parts: i64,
    /// Séances that are over and were not cancelled.
    pub ended: i64,
    /// Those whose roll nobody called.
    pub uncalled: i64,
    /// Minutes from the planned beginning to the opening of the roll, and how often.
    pub delays: BTreeMap<i64, i64>,
}

/// What rows stand under while they are put together: an id, or the first day of a month.
type Key = (Option<Uuid>, i64);

impl By {
    /// Those that can be asked for.
    pub const OFFERED: [Self; 6] =
        [Self::Student, Self::Group, Self::Subject, Self::Programme, Self::Teacher, Self::Month];

    /// Its word in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Student => "student",
            Self::Group => "group",
            Self::Subject => "subject",
            Self::Programme => "programme",
            Self::Teacher => "teacher",
            Self::Month => "month",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "figures-by-all",
            Self::Student => "figures-by-student",
            Self::Group => "figures-by-group",
            Self::Subject => "figures-by-subject",
            Self::Programme => "figures-by-programme",
            Self::Teacher => "figures-by-teacher",
            Self::Month => "figures-by-month",
        }
    }

    /// What can be asked for by this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|by| by.as_str() == word)
    }
}

impl Row {
    /// Rate of absence, in tenths of a percent.
    pub fn absence_rate(&self) -> Option<i64> {
        rate(self.absent, self.expected)
    }

    /// Rate of absences that nobody excused.
    pub fn unjustified_rate(&self) -> Option<i64> {
        rate(self.unjustified, self.expected)
    }

    /// Rate of attendance.
    pub fn attendance_rate(&self) -> Option<i64> {
        rate(self.expected - self.absent, self.expected)
    }

    /// Minutes there, the minutes late taken off.
    pub fn attended(&self) -> i64 {
        (self.expected - self.absent - self.minutes_late).max(0)
    }

    /// Half-days by their minutes, in tenths.
    pub fn computed(&self) -> i64 {
        tenths_of_parts(self.computed_parts)
    }

    /// Rolls that nobody called, of those that are over.
    pub fn uncalled_rate(&self) -> Option<i64> {
        rate(self.uncalled, self.ended)
    }

    /// Median of the minutes until the roll was opened; of two in the middle their mean, half up.
    pub fn delay(&self) -> Option<i64> {
        let all: i64 = self.delays.values().sum();
        let at = |mut place: i64| {
            self.delays.iter().find_map(|(minutes, count)| {
                place -= count;
                (place < 0).then_some(*minutes)
            })
        };
        let (low, high) = (at((all - 1) / 2)?, at(all / 2)?);
        Some((low + high + 1).div_euclid(2))
    }

    fn add_lines(&mut self, sums: &LineSums) {
        self.expected += sums.expected;
        self.absent += sums.absent;
        self.unjustified += sums.unjustified;
        self.lates += sums.lates;
        self.minutes_late += sums.minutes_late;
        self.half_days += sums.half_days;
        self.unjustified_half_days += sums.unjustified_half_days;
        self.computed_parts += sums.computed_parts;
    }

    fn add_calls(&mut self, sums: &CallSums) {
        self.ended += sums.ended;
        self.uncalled += sums.uncalled;
        if let Some(delay) = sums.delay {
            *self.delays.entry(delay).or_default() += sums.ended;
        }
    }
}

/// The figures of a period, in order of name. Rolls of séances that ended before `limit` are called
/// or never will be.
pub async fn rows(
    tx: &mut Tx,
    (by, within): (By, &Within),
    of: &Period,
    (lang, limit): (Lang, DateTime<Utc>),
) -> sqlx::Result<Vec<Row>> {
    let mut found: BTreeMap<Key, Row> = BTreeMap::new();
    for sums in store::line_sums(tx, (by, within), of).await? {
        let row =
            row_of(&mut found, (by, lang), (sums.id, sums.day), (&sums.name, &sums.sort_name));
        row.add_lines(&sums);
    }
    for sums in store::call_sums(tx, (by, within), of, limit).await? {
        let row =
            row_of(&mut found, (by, lang), (sums.id, sums.day), (&sums.name, &sums.sort_name));
        row.add_calls(&sums);
    }
    let mut rows: Vec<_> = found.into_values().collect();
    rows.sort_by(|one, other| (&one.sort_name, one.id).cmp(&(&other.sort_name, other.id)));
    Ok(rows)
}

/// The row to which sums of a key belong: days of one month have one row.
fn row_of<'f>(
    found: &'f mut BTreeMap<Key, Row>,
    (by, lang): (By, Lang),
    (id, day): Key,
    (name, sort_name): (&str, &str),
) -> &'f mut Row {
    let first = NaiveDate::default() + Days::new(u64::try_from(day).unwrap_or_default());
    let first = first.with_day(1).unwrap_or(first);
    let is_month = by == By::Month;
    let key = (id, if is_month { i64::from(first.num_days_from_ce()) } else { 0 });
    found.entry(key).or_insert_with(|| {
        let name = if is_month { lang.month_of(first) } else { name.to_owned() };
        let sort_name = if is_month { first.to_string() } else { sort_name.to_owned() };
        Row { id, name, sort_name, ..Row::default() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_delays_stands_in_the_middle() {
        let of = |delays: &[(i64, i64)]| {
            Row { delays: delays.iter().copied().collect(), ..Row::default() }.delay()
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(3, 1)]), Some(3));
        assert_eq!(of(&[(-5, 1), (2, 1), (90, 1)]), Some(2));
        assert_eq!(of(&[(1, 5), (40, 2)]), Some(1));
        assert_eq!(of(&[(1, 2), (40, 2)]), Some(21), "the mean of two, half up");
        assert_eq!(of(&[(-4, 1), (-1, 1)]), Some(-2), "half up before the beginning too");
    }
}
