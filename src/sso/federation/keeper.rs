//! Asks each federation again in time, for as long as the program runs.
use super::{Federation, Federations, Fetched};
use crate::clock::Clock;
use chrono::{DateTime, Utc};
use std::time::Duration;

/// How long to wait after the first failure; each further one doubles it.
const AFTER_FAILURE: Duration = Duration::from_mins(1);

impl Federations {
    /// Never ends while there is a federation.
    pub async fn keep(self, clock: Clock) {
        let all = self.iter().map(|federation| federation.keep(&clock));
        futures_util::future::join_all(all).await;
    }
}

impl Federation {
    async fn keep(&self, clock: &Clock) {
        let mut failures = 0;
        let mut wait = self.wait(clock.now());
        loop {
            tokio::time::sleep(wait).await;
            let name = &self.section.name;
            match self.fetch(clock.now()).await {
                Ok(fetched) => {
                    failures = 0;
                    wait = self.interval(clock.now());
                    if let Fetched::New { entities } = fetched {
                        tracing::info!(
                            federation = name,
                            entities,
                            "the metadata of {name} came: {entities} entities"
                        );
                    }
                }
                Err(error) => {
                    wait = after_failures(failures).min(self.interval(clock.now()));
                    failures += 1;
                    tracing::error!(
                        federation = name,
                        error = %error,
                        "the metadata of {name} did not come, the last ones stay: {error}"
                    );
                }
            }
            wait = sooner(wait, random());
        }
    }

    /// How long until it is due, at the start of the program.
    fn wait(&self, now: DateTime<Utc>) -> Duration {
        let notes = self.place.notes();
        let is_here = notes.url == self.section.url.as_str() && self.feed().is_some();
        let Some(checked) = notes.checked_at.filter(|_| is_here) else { return Duration::ZERO };
        let age = (now - checked).to_std().unwrap_or_default();
        self.interval(now).saturating_sub(age)
    }

    /// How long its metadata are good without asking: what they say, what the setting says, and no
    /// longer than for half of the time that is left to them.
    fn interval(&self, now: DateTime<Utc>) -> Duration {
        let feed = self.feed();
        let own = feed.as_ref().and_then(|feed| feed.cache?.to_std().ok());
        let left = feed.and_then(|feed| ((feed.valid_until? - now) / 2).to_std().ok());
        let own = [own, left].into_iter().flatten().min();
        own.unwrap_or(self.section.refresh)
            .clamp(AFTER_FAILURE.min(self.section.refresh), self.section.refresh)
    }
}

fn after_failures(failures: u32) -> Duration {
    AFTER_FAILURE.saturating_mul(2_u32.saturating_pow(failures.min(10)))
}

/// Up to a tenth sooner, so that not all who fetch it come at once.
fn sooner(time: Duration, random: u8) -> Duration {
    time.mul_f64(1.0 - f64::from(random) / 2550.0)
}

fn random() -> u8 {
    let mut byte = [0];
    // Without randomness all come at once: not a reason to stop.
    let _ = openssl::rand::rand_bytes(&mut byte);
    byte[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_waited_out_longer_and_longer() {
        let seconds: Vec<_> = [0, 1, 2, 5, 60].map(|n| after_failures(n).as_secs()).to_vec();
        assert_eq!(seconds, [60, 120, 240, 1920, 61_440]);
    }

    #[test]
    fn nobody_comes_later_than_allowed_and_at_most_a_tenth_sooner() {
        let hour = Duration::from_hours(1);
        assert_eq!(sooner(hour, 0), hour);
        assert_eq!(sooner(hour, 255).as_secs(), 3240);
    }
}
