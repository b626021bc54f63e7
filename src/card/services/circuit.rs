//! When a service that fails is left alone, and when it is tried again.
use super::store::Health;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;

/// So many failures in a row, and it rests.
const PATIENT: i64 = 5;
/// How long, from the first rest on; the last one again and again, so that it is missed an hour at most
/// after it came back.
const RESTS: [i64; 4] = [1, 5, 15, 60];
/// Longest that it may send us away for.
const LONGEST: Duration = Duration::from_hours(6);

impl Health {
    /// It answered: whatever it said, it is there.
    pub(super) fn worked(now: DateTime<Utc>) -> Self {
        Self { worked_at: Some(now), ..Self::default() }
    }

    /// It failed, and may have said when it wants to be asked again.
    #[must_use]
    pub(super) fn failed(self, why: &str, wait: Option<Duration>, now: DateTime<Utc>) -> Self {
        let failures = self.failures + 1;
        let asked = wait.map(|wait| crate::clock::span(wait.min(LONGEST)));
        let rest = [rest(failures), asked].into_iter().flatten().max();
        Self {
            failures,
            failing_since: self.failing_since.or(Some(now)),
            rests_until: rest.map(|rest| now + rest),
            last_error: why.to_owned(),
            worked_at: self.worked_at,
        }
    }

    /// How long it still rests; nothing: it can be asked, or it is time for one to try.
    pub(super) fn rests(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.rests_until.and_then(|until| (until - now).to_std().ok()).filter(|it| !it.is_zero())
    }

    /// Until when the others rest while one tries.
    pub(super) fn after_probe(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + rest(self.failures).unwrap_or(TimeDelta::minutes(RESTS[0]))
    }
}

fn rest(failures: i64) -> Option<TimeDelta> {
    let place = usize::try_from(failures - PATIENT).ok()?;
    Some(TimeDelta::minutes(RESTS[place.min(RESTS.len() - 1)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(times: usize, now: DateTime<Utc>) -> Health {
        (0..times).fold(Health::default(), |health, _| health.failed("silent", None, now))
    }

    #[test]
    fn the_fifth_failure_in_a_row_makes_it_rest_longer_and_longer() {
        let now = DateTime::UNIX_EPOCH;
        let minutes = |times| failing(times, now).rests(now).map(|rest| rest.as_secs() / 60);
        assert_eq!(
            [4, 5, 6, 7, 8, 20].map(minutes),
            [None, Some(1), Some(5), Some(15), Some(60), Some(60)]
        );
        assert_eq!(failing(5, now).rests(now + TimeDelta::minutes(1)), None, "one may try");
    }

    #[test]
    fn an_answer_wipes_the_past() {
        let now = DateTime::UNIX_EPOCH;
        let good = Health::worked(now);
        assert_eq!((good.failures, good.rests(now), good.failing_since), (0, None, None));
        assert_eq!(good.worked_at, Some(now));
    }

    #[test]
    fn it_says_itself_when_it_wants_to_be_asked_but_not_for_days() {
        let now = DateTime::UNIX_EPOCH;
        let wait = |secs| Health::default().failed("busy", Some(Duration::from_secs(secs)), now);
        assert_eq!(wait(120).rests(now), Some(Duration::from_mins(2)));
        assert_eq!(wait(1_000_000).rests(now), Some(LONGEST));
    }
}
