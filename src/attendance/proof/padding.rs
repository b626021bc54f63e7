//! Answers that take as long whatever was found.
use std::future::Future;
use std::time::{Duration, Instant};

/// Answers come at multiples of this.
const STEP: Duration = Duration::from_millis(50);

/// Wait with the answer until the next step (RUSTSEC-2023-0071: time tells nothing of keys).
pub(super) async fn padded<T>(work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let answer = work.await;
    tokio::time::sleep(rest(begun.elapsed())).await;
    answer
}

/// What is missing to the next step.
fn rest(taken: Duration) -> Duration {
    let step = STEP.as_micros();
    let missing = step - taken.as_micros() % step;
    Duration::from_micros(u64::try_from(missing).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_at_the_next_step() {
        let milliseconds = Duration::from_millis;
        for (taken, missing) in [(0, 50), (1, 49), (49, 1), (50, 50), (51, 49), (1230, 20)] {
            assert_eq!(rest(milliseconds(taken)), milliseconds(missing), "{taken}");
        }
    }
}
