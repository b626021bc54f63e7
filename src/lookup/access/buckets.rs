//! How many requests a second: token buckets by credential (D46).
use super::{Asker, TooMuch};
use crate::clock;
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::num::NonZeroU32;
use std::time::Duration;

/// Of whom nobody vouches for: requests a second, and how many of them at once.
const OPEN: (u32, u32) = (20, 100);
/// Credentials in memory before those that are full again are forgotten.
const MANY: usize = 10_000;

type Limiter = RateLimiter<String, DefaultKeyedStateStore<String>, Time, NoOpMiddleware<Nanos>>;

/// The buckets of everybody.
pub(super) struct Buckets {
    known: Limiter,
    open: Limiter,
    time: Time,
}

impl Buckets {
    /// `rate` requests a second for a server that we know, twice as many at once.
    pub(super) fn new(clock: &clock::Clock, rate: u32) -> Self {
        let time = Time(clock.clone());
        let limiter = |(rate, burst)| {
            let quota = Quota::per_second(count(rate)).allow_burst(count(burst));
            RateLimiter::new(quota, DefaultKeyedStateStore::default(), time.clone())
        };
        Self { known: limiter((rate, rate.saturating_mul(2))), open: limiter(OPEN), time }
    }

    /// One request of this asker.
    pub(super) fn take(&self, asker: &Asker) -> Result<(), TooMuch> {
        let limiter = if asker.is_open { &self.open } else { &self.known };
        if limiter.len() > MANY {
            limiter.retain_recent();
        }
        limiter.check_key(&asker.credential).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.time.now());
            TooMuch { retry_after: wait.as_secs() + 1 }
        })
    }
}

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}

/// Our clock, as the buckets read it.
#[derive(Clone, Debug)]
struct Time(clock::Clock);

impl governor::clock::Clock for Time {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        let millis = u64::try_from(self.0.now().timestamp_millis()).unwrap_or(0);
        Nanos::from(Duration::from_millis(millis))
    }
}
