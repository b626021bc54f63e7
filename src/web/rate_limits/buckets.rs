//! Buckets of tokens, one a place: a request takes one, time puts them back.
//!
//! They live in memory and there is a bound to their number, so that a flood from many places
//! costs no more than that.
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places that are told apart at once, at most; further ones share a bucket.
const MOST_PLACES: usize = 100_000;
/// The bucket of all places that came after that.
const THE_REST: &str = "the rest";
/// Full buckets are thrown away this often at most.
const SWEEP_EVERY: Duration = Duration::seconds(1);

/// How large a bucket is and how fast it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    burst: i32,
    each: Duration,
}

impl Rate {
    /// So many requests at once, then one in each such time.
    pub fn new(burst: u32, each: Duration) -> Self {
        Self { burst: i32::try_from(burst).unwrap_or(i32::MAX), each }
    }

    /// So many requests at once, then so many a second.
    pub fn per_second(burst: u32, count: u32) -> Self {
        Self::new(burst, Duration::nanoseconds(1_000_000_000 / i64::from(count.max(1))))
    }

    /// The same for a place that stands for so many.
    #[must_use]
    pub fn times(self, places: i32) -> Self {
        Self { burst: self.burst.saturating_mul(places), each: self.each / places.max(1) }
    }

    /// The time in which an empty bucket fills.
    fn whole(self) -> Duration {
        self.each * self.burst
    }
}

/// When each bucket will be full again: that is all there is to know of it. Full ones are left out.
#[derive(Debug, Default)]
struct Places {
    full_at: HashMap<String, DateTime<Utc>>,
    swept: Option<DateTime<Utc>>,
}

/// The buckets of one limit.
#[derive(Debug, Default)]
pub struct Buckets(Mutex<Places>);

impl Buckets {
    /// Take a token of `place`; the error says after how long there is one.
    pub fn take(&self, place: &str, rate: Rate, now: DateTime<Utc>) -> Result<(), Duration> {
        let mut places = self.lock();
        let place = places.told_apart(place, now).to_owned();
        let full_at = places.full_at.entry(place).or_insert(now);
        // It can only be later than that when the clock was set back.
        *full_at = (*full_at).clamp(now, now + rate.whole());
        let later = *full_at + rate.each;
        let missing = later - now - rate.whole();
        if missing > Duration::zero() {
            return Err(missing);
        }
        *full_at = later;
        Ok(())
    }

    /// Put a token back.
    pub fn give_back(&self, place: &str, rate: Rate) {
        if let Some(full_at) = self.lock().full_at.get_mut(place) {
            *full_at -= rate.each;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// The bucket of a place: its own as long as there is room.
    fn told_apart<'p>(&mut self, place: &'p str, now: DateTime<Utc>) -> &'p str {
        if self.full_at.contains_key(place) || self.full_at.len() < MOST_PLACES {
            return place;
        }
        if self.swept.is_none_or(|swept| (now - swept).abs() >= SWEEP_EVERY) {
            self.swept = Some(now);
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        if self.full_at.len() < MOST_PLACES { place } else { THE_REST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn rate() -> Rate {
        Rate::per_second(3, 2)
    }

    fn after(milliseconds: i64) -> DateTime<Utc> {
        NOW + Duration::milliseconds(milliseconds)
    }

    #[test]
    fn a_burst_is_free_and_then_time_counts() {
        let buckets = Buckets::default();
        let wait = |milliseconds| Err(Duration::milliseconds(milliseconds));
        let table = [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, wait(500)),
            (0, wait(500)),
            (499, wait(1)),
            (500, Ok(())),
            (500, wait(500)),
            (60_000, Ok(())),
            (60_000, Ok(())),
            (60_000, Ok(())),
            (60_000, wait(500)),
        ];
        for (n, (at, expected)) in table.into_iter().enumerate() {
            assert_eq!(buckets.take("a", rate(), after(at)), expected, "try {n}");
        }
    }

    #[test]
    fn rates_may_be_slow() {
        let buckets = Buckets::default();
        let mails = Rate::new(2, Duration::hours(1));
        assert_eq!(buckets.take("a", mails, NOW), Ok(()));
        assert_eq!(buckets.take("a", mails, NOW), Ok(()));
        let wait = buckets.take("a", mails, after(600_000));
        assert_eq!(wait, Err(Duration::minutes(50)));
    }

    #[test]
    fn a_place_that_stands_for_many_has_as_many_times_the_tokens() {
        let school = rate().times(20);
        assert_eq!((school.burst, school.each), (60, Duration::milliseconds(25)));
        assert_eq!(school.whole(), rate().whole());
    }

    #[test]
    fn places_do_not_share() {
        let buckets = Buckets::default();
        for _ in 0..4 {
            let _ = buckets.take("a", rate(), NOW);
        }
        assert!(buckets.take("a", rate(), NOW).is_err());
        assert!(buckets.take("b", rate(), NOW).is_ok());
    }

    #[test]
    fn what_is_given_back_can_be_taken_again_but_never_overflows() {
        let buckets = Buckets::default();
        for _ in 0..10 {
            assert!(buckets.take("a", rate(), NOW).is_ok());
            buckets.give_back("a", rate());
            buckets.give_back("a", rate());
        }
        for _ in 0..3 {
            assert!(buckets.take("a", rate(), NOW).is_ok());
        }
        assert!(buckets.take("a", rate(), NOW).is_err());
    }

    #[test]
    fn a_clock_that_goes_back_locks_nobody_out() {
        let buckets = Buckets::default();
        assert!(buckets.take("a", rate(), after(3_600_000)).is_ok());
        assert!(buckets.take("a", rate(), after(0)).is_err());
        assert!(buckets.take("a", rate(), after(500)).is_ok());
        assert!(buckets.take("b", rate(), after(0)).is_ok());
    }

    #[test]
    fn memory_has_a_bound_and_places_that_rest_make_room() {
        let buckets = Buckets::default();
        for n in 0..MOST_PLACES + 100 {
            let _ = buckets.take(&n.to_string(), rate(), NOW);
        }
        assert_eq!(buckets.lock().full_at.len(), MOST_PLACES + 1, "all the rest in one");
        assert!(buckets.take("late", rate(), NOW).is_err(), "the rest have used theirs up");

        assert!(buckets.take("later", rate(), after(5000)).is_ok());
        assert_eq!(buckets.lock().full_at.len(), 1);
    }
}
