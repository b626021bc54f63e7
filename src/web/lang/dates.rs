//! Days and times as people say them: « mardi 24 novembre, 10 h 15 ».
//!
//! The caller has put the time into the zone of the reader. Machine formats are not made here.
use super::Lang;
use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

const WEEKDAYS: [&str; 7] =
    ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8",
    "month-9", "month-10", "month-11", "month-12",
];

impl Lang {
    /// « 31 août 2026 », « 1er septembre 2026 ».
    pub fn day(self, day: NaiveDate) -> String {
        // A year is a name, not a quantity: as text it is never grouped.
        let year = day.year().to_string();
        self.t_with(
            "date-day",
            &[("day", &day.day()), ("month", &self.month(day)), ("year", &year)],
        )
    }

    /// « mardi 24 novembre, 10 h 15 ».
    pub fn moment(self, time: NaiveDateTime) -> String {
        let day = time.date();
        let weekday = self.t(WEEKDAYS[day.weekday().num_days_from_monday() as usize]);
        self.t_with(
            "date-moment",
            &[
                ("weekday", &weekday),
                ("day", &day.day()),
                ("month", &self.month(day)),
                ("hour", &time.hour()),
                ("minute", &format!("{:02}", time.minute())),
            ],
        )
    }

    /// « août 2026 ».
    pub fn month_of(self, day: NaiveDate) -> String {
        format!("{} {}", self.month(day), day.year())
    }

    fn month(self, day: NaiveDate) -> String {
        self.t(MONTHS[day.month0() as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_people_say_it() {
        let time = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().and_hms_opt(10, 5, 0).unwrap();

        assert_eq!(Lang::Fr.moment(time), "mardi 24 novembre, 10\u{a0}h\u{a0}05");
        assert_eq!(Lang::En.moment(time), "Tuesday 24 November, 10:05");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_in_french() {
        let day = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();

        assert_eq!(Lang::Fr.day(day), "1er septembre 2026");
        assert_eq!(Lang::En.day(day), "1 September 2026");
        assert_eq!(Lang::Fr.month_of(day), "septembre 2026");
    }
}
