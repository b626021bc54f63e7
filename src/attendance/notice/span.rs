//! The stretch of time in which an alert counts.
use crate::web::lang::Lang;
use chrono::{Datelike, Days, Months, NaiveDate};

/// How long an alert counts before it begins again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Span {
    /// From Monday on.
    Week,
    /// A month of the calendar.
    Month,
    /// The school year, from 1 August on.
    #[default]
    Year,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// `2026-W47`, `2026-11`, `2026`
    pub key: String,
    /// Its first day.
    pub since: NaiveDate,
    /// The first day behind it.
    pub behind: NaiveDate,
}

impl Span {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Year];

    /// Its word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The one of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Week => "alert-span-week",
            Self::Month => "alert-span-month",
            Self::Year => "alert-span-year",
        }
    }

    /// The one in which a day is.
    pub fn at(self, day: NaiveDate) -> Stretch {
        match self {
            Self::Week => {
                let week = day.iso_week();
                let back = u64::from(day.weekday().num_days_from_monday());
                let since = day.checked_sub_days(Days::new(back)).unwrap_or(day);
                let key = format!("{}-W{:02}", week.year(), week.week());
                Stretch {
                    key,
                    since,
                    behind: since.checked_add_days(Days::new(7)).unwrap_or(since),
                }
            }
            Self::Month => {
                let since = day.with_day(1).unwrap_or(day);
                let behind = since.checked_add_months(Months::new(1)).unwrap_or(since);
                Stretch { key: since.format("%Y-%m").to_string(), since, behind }
            }
            Self::Year => {
                let year = if day.month() >= 8 { day.year() } else { day.year() - 1 };
                let august = |year| NaiveDate::from_ymd_opt(year, 8, 1).unwrap_or(day);
                Stretch { key: year.to_string(), since: august(year), behind: august(year + 1) }
            }
        }
    }

    /// Those that are looked at on a day: the one that lasts, and the one before for a week more,
    /// since absences are confirmed and corrected some days later.
    pub fn on(self, day: NaiveDate) -> Vec<Stretch> {
        let mut all = vec![self.at(day)];
        let before = self.at(day.checked_sub_days(Days::new(7)).unwrap_or(day));
        if before.key != all[0].key {
            all.push(before);
        }
        all
    }

    /// « novembre 2026 », « semaine du 16 novembre 2026 », « 2026-2027 ».
    pub fn said(self, since: NaiveDate, lang: Lang) -> String {
        match self {
            Self::Week => lang.t_with("alert-week-of", &[("day", &lang.day(since))]),
            Self::Month => lang.month_of(since),
            Self::Year => format!("{}-{}", since.year(), since.year() + 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_day_is_in_one_week_one_month_and_one_school_year() {
        let table = [
            (Span::Week, "2026-11-22", "2026-W47", "2026-11-16", "2026-11-23"),
            (Span::Week, "2027-01-01", "2026-W53", "2026-12-28", "2027-01-04"),
            (Span::Month, "2026-12-31", "2026-12", "2026-12-01", "2027-01-01"),
            (Span::Year, "2026-07-31", "2025", "2025-08-01", "2026-08-01"),
            (Span::Year, "2026-08-01", "2026", "2026-08-01", "2027-08-01"),
        ];
        for (span, on, key, since, behind) in table {
            let expected = Stretch { key: key.into(), since: day(since), behind: day(behind) };
            assert_eq!(span.at(day(on)), expected, "{span:?} {on}");
        }
    }

    #[test]
    fn the_month_before_is_looked_at_for_a_week_more() {
        let keys = |on| Span::Month.on(day(on)).into_iter().map(|it| it.key).collect::<Vec<_>>();
        assert_eq!(keys("2026-12-07"), ["2026-12", "2026-11"]);
        assert_eq!(keys("2026-12-08"), ["2026-12"]);
    }
}
