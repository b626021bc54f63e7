//! When a source is to be read again. Knows no clock.
use super::run::Mode;
use super::store::{Standing, Tried};
use crate::config::SyncSettings;
use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// What the source can tell by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// Files, and what they look like now.
    Files(&'a str),
    /// What changed.
    Changes,
    /// Everybody only.
    Everybody,
}

/// What is due at `now`, if anything is.
pub(super) fn due(
    settings: &SyncSettings,
    kind: Kind<'_>,
    standing: &Standing,
    (now, zone): (DateTime<Utc>, Tz),
) -> Option<Mode> {
    let every = Duration::from_std(settings.every).unwrap_or(Duration::days(1));
    let nightly = latest(settings.full_at, now, zone);
    let is_early = standing.last.is_some_and(|last| last + every > now);
    if let Kind::Files(seen) = kind {
        let is_due = match &standing.tried {
            Tried::Never => true,
            Tried::InVain => !is_early,
            // What is made of the same may be something else after a change of our settings, or of
            // the day: once a night, whatever comes of it.
            Tried::Seen(mark) => mark != seen || standing.last.is_none_or(|last| last < nightly),
        };
        return is_due.then_some(Mode::Full);
    }
    if is_early {
        return None;
    }
    let is_compared = standing.full.is_some_and(|full| full >= nightly);
    let can_follow = kind == Kind::Changes && standing.mark.is_some();
    Some(if is_compared && can_follow { Mode::Changes } else { Mode::Full })
}

/// When it was this time of the day last.
fn latest(time: NaiveTime, now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let written = |at: NaiveDateTime| zone.from_local_datetime(&at).earliest();
    let at = |day: NaiveDate| {
        let at = day.and_time(time);
        // A night in spring does not have this hour, but the next one.
        let at = written(at).or_else(|| written(at + Duration::hours(1)));
        at.map_or(now, |at| at.with_timezone(&Utc))
    };
    match at(today) {
        past if past <= now => past,
        _ => today.checked_sub_days(Days::new(1)).map_or(now, at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn settings() -> SyncSettings {
        SyncSettings {
            every: std::time::Duration::from_mins(15),
            full_at: NaiveTime::from_hms_opt(2, 30, 0).unwrap(),
            vanish_limit: 20,
        }
    }

    #[test]
    fn changes_by_day_and_everybody_once_a_night() {
        let standing = |last: &str, full: &str| Standing {
            last: Some(time(last)),
            full: Some(time(full)),
            mark: Some("20270115073000Z".to_owned()),
            tried: Tried::Never,
        };
        let day = standing("2027-01-15T07:00:00Z", "2027-01-15T01:30:00Z");
        let night = standing("2027-01-15T01:20:00Z", "2027-01-14T01:30:00Z");
        let failed = standing("2027-01-15T01:30:00Z", "2027-01-14T01:30:00Z");
        let table = [
            (&day, "2027-01-15T07:14:59Z", None),
            (&day, "2027-01-15T07:15:00Z", Some(Mode::Changes)),
            (&night, "2027-01-15T01:29:59Z", None),
            (&night, "2027-01-15T01:35:00Z", Some(Mode::Full)),
            (&failed, "2027-01-15T01:40:00Z", None),
            (&failed, "2027-01-15T01:45:00Z", Some(Mode::Full)),
        ];
        for (standing, now, expected) in table {
            let now = (time(now), chrono_tz::Europe::Paris);
            assert_eq!(due(&settings(), Kind::Changes, standing, now), expected, "{now:?}");
        }
        let never =
            due(&settings(), Kind::Changes, &Standing::default(), (DateTime::UNIX_EPOCH, Tz::UTC));
        assert_eq!(never, Some(Mode::Full));
        let later = (time("2027-01-15T08:00:00Z"), Tz::UTC);
        assert_eq!(due(&settings(), Kind::Everybody, &day, later), Some(Mode::Full));
    }

    #[test]
    fn files_are_read_when_they_are_others_than_last_time() {
        let last = Some(time("2027-01-15T08:00:00Z"));
        let standing = Standing { last, tried: Tried::Seen("a".to_owned()), ..Standing::default() };
        let now = (time("2027-01-15T08:00:02Z"), Tz::UTC);
        assert_eq!(due(&settings(), Kind::Files("a"), &standing, now), None);
        assert_eq!(due(&settings(), Kind::Files("b"), &standing, now), Some(Mode::Full));
    }

    #[test]
    fn files_that_stay_the_same_are_compared_once_a_night() {
        let day = |last: &str| Standing {
            last: Some(time(last)),
            tried: Tried::Seen("a".to_owned()),
            ..Standing::default()
        };
        let table = [
            ("2027-01-14T12:00:00Z", "2027-01-15T01:29:59Z", None),
            ("2027-01-14T12:00:00Z", "2027-01-15T01:30:00Z", Some(Mode::Full)),
            ("2027-01-15T01:30:00Z", "2027-01-15T23:00:00Z", None),
        ];
        for (last, now, expected) in table {
            let now = (time(now), chrono_tz::Europe::Paris);
            assert_eq!(due(&settings(), Kind::Files("a"), &day(last), now), expected, "{now:?}");
        }
    }

    #[test]
    fn what_may_pass_is_waited_for() {
        let last = Some(time("2027-01-15T08:00:00Z"));
        let standing = Standing { last, tried: Tried::InVain, ..Standing::default() };
        for (now, expected) in
            [("2027-01-15T08:14:59Z", None), ("2027-01-15T08:15:00Z", Some(Mode::Full))]
        {
            let now = (time(now), Tz::UTC);
            assert_eq!(due(&settings(), Kind::Files("a"), &standing, now), expected, "{now:?}");
        }
    }

    #[test]
    fn the_night_without_the_hour_has_its_comparison_too() {
        let spring = time("2027-03-28T01:45:00Z");
        let at = latest(settings().full_at, spring, chrono_tz::Europe::Paris);
        assert_eq!(at, time("2027-03-28T01:30:00Z"), "half past three");
    }
}
