//! How many failed tries one node bears in a second before it answers from memory, without a
//! question to the database (SEC-42).
use chrono::{DateTime, Duration, Utc};
use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failed tries of one second that reach the database.
const MOST: u32 = 200;
/// From here on, networks that failed in this second have to wait, and others are still heard.
const CROWDED: u32 = 100;
/// A flood is recorded once in this time.
const RECORDED_EVERY: Duration = Duration::minutes(1);

/// Counts the failed tries of this node; one for the whole service.
#[derive(Debug, Default)]
pub struct Floodgate(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    /// The second that is counted, since 1970.
    second: i64,
    failures: u32,
    /// Networks that failed in it: [`MOST`] at most.
    networks: HashSet<String>,
    recorded: Option<DateTime<Utc>>,
}

/// A try is refused without looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shut {
    /// Nothing was recorded about this flood in the last minute.
    pub(super) is_news: bool,
}

impl Floodgate {
    /// Whether a try from this network is refused.
    pub(super) fn shut(&self, network: &str, now: DateTime<Utc>) -> Option<Shut> {
        let mut count = self.at(now);
        let is_full = count.failures >= MOST;
        let is_crowded = count.failures >= CROWDED && count.networks.contains(network);
        if !is_full && !is_crowded {
            return None;
        }
        let is_news = count.recorded.is_none_or(|at| now - at >= RECORDED_EVERY);
        if is_news {
            count.recorded = Some(now);
        }
        Some(Shut { is_news })
    }

    /// A try from this network failed, or had to wait.
    pub(super) fn failed(&self, network: &str, now: DateTime<Utc>) {
        let mut count = self.at(now);
        count.failures += 1;
        if count.networks.len() < MOST as usize && !count.networks.contains(network) {
            count.networks.insert(network.to_owned());
        }
    }

    fn at(&self, now: DateTime<Utc>) -> MutexGuard<'_, Count> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if count.second != now.timestamp() {
            count.second = now.timestamp();
            count.failures = 0;
            count.networks.clear();
        }
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn after(failures: u32, network: &str) -> Floodgate {
        let gate = Floodgate::default();
        for _ in 0..failures {
            gate.failed(network, NOW);
        }
        gate
    }

    #[test]
    fn a_network_that_floods_shuts_itself_out_first() {
        assert_eq!(after(99, "a").shut("a", NOW), None);
        let gate = after(100, "a");
        assert!(gate.shut("a", NOW).is_some());
        assert_eq!(gate.shut("b", NOW), None);
    }

    #[test]
    fn two_hundred_failures_are_all_that_a_second_bears() {
        let gate = after(0, "");
        for n in 0..200 {
            let network = n.to_string();
            assert_eq!(gate.shut(&network, NOW), None, "{n}");
            gate.failed(&network, NOW);
        }
        assert!(gate.shut("never seen", NOW).is_some());
        assert_eq!(gate.shut("never seen", NOW + Duration::seconds(1)), None, "it passes");
    }

    #[test]
    fn a_flood_is_news_once_a_minute() {
        let gate = after(100, "a");
        let shut = |now| {
            (0..100).for_each(|_| gate.failed("a", now));
            gate.shut("a", now).map(|shut| shut.is_news)
        };
        assert_eq!(shut(NOW), Some(true));
        assert_eq!(shut(NOW), Some(false));
        assert_eq!(shut(NOW + Duration::seconds(59)), Some(false));
        assert_eq!(shut(NOW + Duration::seconds(60)), Some(true));
    }
}
