//! When to stop asking a server that fails, and when to try again (REL-01).
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// This many failures…
const FAILURES: usize = 5;
/// …within this time open the circuit.
const WINDOW: Duration = Duration::from_secs(10);
/// While it fails, one try in this time.
const PROBE_EVERY: Duration = Duration::from_secs(2);

/// The recent past of one server. Any success wipes it.
#[derive(Debug, Default)]
pub(super) struct Circuit {
    failures: VecDeque<Instant>,
    open: bool,
    probed: Option<Instant>,
}

impl Circuit {
    /// Whether a question may go to the server now. While the circuit is open, one question
    /// every two seconds may, and is the probe.
    pub(super) fn admits(&mut self, now: Instant) -> bool {
        !self.open || self.probe_is_due(now)
    }

    /// Whether the server failed when it was asked last.
    pub(super) fn is_ailing(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Whether it is time to see if an ailing server is back; whoever is told so must do it.
    pub(super) fn probe_is_due(&mut self, now: Instant) -> bool {
        let due = self.is_ailing()
            && self.probed.is_none_or(|last| now.saturating_duration_since(last) >= PROBE_EVERY);
        if due {
            self.probed = Some(now);
        }
        due
    }

    /// The server answered.
    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// The server failed.
    pub(super) fn failed(&mut self, now: Instant) {
        while self
            .failures
            .front()
            .is_some_and(|first| now.saturating_duration_since(*first) > WINDOW)
        {
            self.failures.pop_front();
        }
        self.failures.push_back(now);
        self.failures.truncate(FAILURES);
        self.probed = Some(now);
        self.open = self.open || self.failures.len() >= FAILURES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(start: Instant, milliseconds: u64) -> Instant {
        start + Duration::from_millis(milliseconds)
    }

    fn failing(times: usize, start: Instant) -> Circuit {
        let mut circuit = Circuit::default();
        (0..times).for_each(|_| circuit.failed(start));
        circuit
    }

    #[test]
    fn four_failures_keep_it_closed_and_the_fifth_opens_it() {
        let start = Instant::now();

        assert!(failing(4, start).admits(start));
        assert!(!failing(5, start).admits(start));
    }

    #[test]
    fn failures_far_apart_never_open_it() {
        let start = Instant::now();
        let mut circuit = Circuit::default();

        for n in 0..20 {
            circuit.failed(at(start, n * 2_600));
        }

        assert!(circuit.admits(at(start, 60_000)));
        assert!(circuit.is_ailing());
    }

    #[test]
    fn an_open_circuit_lets_one_probe_through_every_two_seconds() {
        let start = Instant::now();
        let mut circuit = failing(5, start);

        let admitted: Vec<u64> =
            (0..60).map(|n| n * 100).filter(|ms| circuit.admits(at(start, *ms))).collect();

        assert_eq!(admitted, [2_000, 4_000]);
    }

    #[test]
    fn a_failed_probe_waits_again_and_a_good_one_closes_it() {
        let start = Instant::now();
        let mut circuit = failing(5, start);

        assert!(circuit.admits(at(start, 2_000)));
        circuit.failed(at(start, 3_500));
        assert!(!circuit.admits(at(start, 5_000)));
        assert!(circuit.admits(at(start, 5_500)));
        circuit.succeeded();

        assert!(circuit.admits(at(start, 5_501)));
        assert!(circuit.admits(at(start, 5_502)));
        assert!(!circuit.is_ailing());
    }

    #[test]
    fn an_open_circuit_stays_open_when_its_failures_grow_old() {
        let start = Instant::now();
        let mut circuit = failing(5, start);

        assert!(circuit.admits(at(start, 60_000)));
        circuit.failed(at(start, 60_100));

        assert!(!circuit.admits(at(start, 60_200)));
    }
}
