//! The only source of the time.
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A length of time as calendars count it; what is too long for them is a hundred years.
pub fn span(length: std::time::Duration) -> Duration {
    Duration::from_std(length).unwrap_or(Duration::days(36_500))
}

/// Tells the time: the system's, or one that a test sets by hand.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at `now` until it is moved; its clones stand together.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(AtomicI64::new(now.timestamp_millis()))))
    }

    /// The time, UTC, in whole milliseconds (what every database can keep).
    pub fn now(&self) -> DateTime<Utc> {
        let millis = match &self.0 {
            Some(fixed) => fixed.load(Ordering::SeqCst),
            #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
            None => Utc::now().timestamp_millis(),
        };
        DateTime::from_timestamp_millis(millis).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// Move a fixed clock; the system's clock stays where it is.
    pub fn advance(&self, by: Duration) {
        if let Some(fixed) = &self.0 {
            fixed.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_beyond_all_calendars_are_a_hundred_years() {
        assert_eq!(span(std::time::Duration::from_secs(90)), Duration::seconds(90));
        assert_eq!(span(std::time::Duration::MAX), Duration::days(36_500));
    }

    #[test]
    fn a_fixed_clock_moves_only_by_hand() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let copy = clock.clone();

        clock.advance(Duration::minutes(5));

        assert_eq!(copy.now().timestamp(), 300);
    }
}
