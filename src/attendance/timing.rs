//! What the time of a scan makes of it (4.3).
use super::record::Status;
use chrono::{DateTime, TimeDelta, Utc};

/// The limits of one séance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// When the roll was opened.
    pub opened_at: DateTime<Utc>,
    /// The planned beginning.
    pub starts_at: DateTime<Utc>,
    /// Minutes after it from which somebody is late.
    pub late_after: i64,
    /// Minutes after it from which nobody marks themselves any more; `None`: never.
    pub refuse_after: Option<i64>,
}

/// Why the time does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutOfTime {
    /// The roll was not open yet.
    TooEarly,
    /// The teacher may still mark by hand.
    TooLate,
}

impl Limits {
    /// What a student who scanned at `t` is, and how many minutes late. Not the time of the sign-in
    /// counts, which may take longer than a code lives.
    pub fn judge(&self, t: DateTime<Utc>) -> Result<(Status, i64), OutOfTime> {
        let after = |minutes: i64| self.starts_at + TimeDelta::minutes(minutes);
        if t < self.opened_at {
            return Err(OutOfTime::TooEarly);
        }
        if t <= after(self.late_after) {
            return Ok((Status::Present, 0));
        }
        if self.refuse_after.is_some_and(|minutes| t > after(minutes)) {
            return Err(OutOfTime::TooLate);
        }
        Ok((Status::Late, self.minutes_late(t)))
    }

    /// Minutes since the beginning, a begun one counts.
    pub fn minutes_late(&self, t: DateTime<Utc>) -> i64 {
        let seconds = (t - self.starts_at).num_milliseconds().max(0);
        (seconds + 59_999) / 60_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_the_scan_decides() {
        let at = |text: &str| format!("2026-11-21T{text}Z").parse().expect("a time");
        let limits = Limits {
            opened_at: at("06:58:00"),
            starts_at: at("07:00:00"),
            late_after: 10,
            refuse_after: Some(30),
        };
        let table = [
            ("06:57:59.999", Err(OutOfTime::TooEarly)),
            ("06:58:00", Ok((Status::Present, 0))),
            ("07:04:12.500", Ok((Status::Present, 0))),
            ("07:10:00", Ok((Status::Present, 0))),
            ("07:10:00.001", Ok((Status::Late, 11))),
            ("07:17:00", Ok((Status::Late, 17))),
            ("07:30:00", Ok((Status::Late, 30))),
            ("07:30:00.001", Err(OutOfTime::TooLate)),
        ];
        for (scanned, expected) in table {
            assert_eq!(limits.judge(at(scanned)), expected, "{scanned}");
        }
        let endless = Limits { refuse_after: None, ..limits };
        assert_eq!(endless.judge(at("08:59:00")), Ok((Status::Late, 119)));
    }
}
