//! What an address asks for: an academic year, and a type.
use super::super::desk::Desk;
use super::super::office::types;
use super::store::Of;
use crate::rights::Reach;
use crate::web::query::Fields;
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

/// Years that can be asked for, this one included.
const YEARS: i32 = 6;

/// A question for figures.
pub(super) struct Asked {
    /// The year in which the academic year begins.
    pub(super) year: i32,
    /// The years that can be asked for, the newest first.
    pub(super) years: Vec<i32>,
    /// One type only, or empty.
    pub(super) card_type: String,
    /// Which cards, and when.
    pub(super) of: Of,
    /// Where the months of the year begin, and the end of it; with the months.
    pub(super) months: Vec<(NaiveDate, DateTime<Utc>)>,
    /// The last thirty days likewise, tomorrow's beginning last.
    pub(super) days: Vec<(NaiveDate, DateTime<Utc>)>,
    /// This month and the twelve behind it.
    pub(super) ahead: Vec<(NaiveDate, DateTime<Utc>)>,
}

impl Asked {
    /// This academic year and every type, unless it says otherwise.
    pub(super) fn read(query: &Fields, (desk, reach): (&Desk, &Reach), now: DateTime<Utc>) -> Self {
        let today = now.with_timezone(&desk.zone).date_naive();
        let this = year_of(today);
        let years: Vec<i32> = (0..YEARS).map(|back| this - back).collect();
        let year = query.get("year").and_then(|year| year.parse().ok());
        let year = year.filter(|year| years.contains(year)).unwrap_or(this);
        let card_type = query.get("type").unwrap_or_default().trim().to_owned();
        let types = match types(reach) {
            _ if card_type.is_empty() => types(reach),
            Some(mine) if !mine.contains(&card_type) => Some(Vec::new()),
            _ => Some(vec![card_type.clone()]),
        };
        let begin = |day: NaiveDate| (day, beginning(desk, day));
        let first = NaiveDate::from_ymd_opt(year, 8, 1).unwrap_or(today);
        let month = today.with_day(1).unwrap_or(today);
        let later = |from: NaiveDate, by: u32| from.checked_add_months(Months::new(by));
        let months: Vec<_> = (0..=12).filter_map(|by| later(first, by)).map(begin).collect();
        let days = (0..=30).map(|back| today + TimeDelta::days(1 - (30 - back)));
        Self {
            of: Of {
                types,
                since: months.first().map_or(now, |(_, at)| *at),
                until: months.last().map_or(now, |(_, at)| *at),
            },
            days: days.map(begin).collect(),
            ahead: (0..=13).filter_map(|by| later(month, by)).map(as_written).collect(),
            year,
            years,
            card_type,
            months,
        }
    }

    /// The address of the same question elsewhere.
    pub(super) fn address(&self, path: &str) -> String {
        let year = self.year.to_string();
        let fields = [("year", year.as_str()), ("type", &self.card_type)];
        let fields: Vec<_> = fields.iter().filter(|(_, value)| !value.is_empty()).collect();
        format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
    }
}

/// Academic years begin in August.
fn year_of(day: NaiveDate) -> i32 {
    if day.month() >= 8 { day.year() } else { day.year() - 1 }
}

/// Directories write the last second of a day as UTC, whether they mean it or not: the day is theirs.
fn as_written(day: NaiveDate) -> (NaiveDate, DateTime<Utc>) {
    (day, day.and_time(NaiveTime::MIN).and_utc())
}

/// The first moment of a day.
fn beginning(desk: &Desk, day: NaiveDate) -> DateTime<Utc> {
    let local = day.and_time(NaiveTime::MIN);
    let begun = desk.zone.from_local_datetime(&local).earliest();
    begun.map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}
