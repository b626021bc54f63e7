//! Times two pieces of work that take turns, so that a slow moment of the machine hits both.
//!
//! What counts is the time that this thread had a processor, as others may be busy on the machine;
//! for work on several threads it is the time that somebody waits.
use std::time::{Duration, Instant};

/// How long one round of one piece of work lasts, at least.
const ROUND: Duration = Duration::from_millis(100);

/// Seconds for one call of each, the median of all rounds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair {
    pub(crate) ours: f64,
    pub(crate) baseline: f64,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// Time that this thread had a processor.
    Processor,
    /// Time that passed.
    Clock,
}

/// Run both in turns, after a round each to warm up; by processor time.
pub(crate) fn compare(rounds: usize, ours: impl FnMut(), baseline: impl FnMut()) -> Pair {
    compare_by(By::Processor, rounds, ours, baseline)
}

/// The same, by what is asked for.
pub(crate) fn compare_by(
    by: By,
    rounds: usize,
    mut ours: impl FnMut(),
    mut baseline: impl FnMut(),
) -> Pair {
    let (many, many_baseline) = (calls_in_a_round(&mut ours), calls_in_a_round(&mut baseline));
    let (mut took, mut baseline_took) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        took.push(seconds_each(by, &mut ours, many));
        baseline_took.push(seconds_each(by, &mut baseline, many_baseline));
    }
    Pair { ours: median(took), baseline: median(baseline_took) }
}

fn calls_in_a_round(work: &mut impl FnMut()) -> u32 {
    let mut calls = 1_u32;
    loop {
        let start = Instant::now();
        repeat(work, calls);
        if start.elapsed() >= ROUND {
            return calls;
        }
        calls *= 2;
    }
}

fn seconds_each(by: By, work: &mut impl FnMut(), calls: u32) -> f64 {
    let (start, on_processor) = (Instant::now(), on_processor());
    repeat(work, calls);
    let took = match (on_processor, self::on_processor()) {
        (Some(before), Some(after)) if by == By::Processor => after.saturating_sub(before),
        _ => start.elapsed(),
    };
    took.as_secs_f64() / f64::from(calls)
}

/// How long this thread has run; the kernel may lag some milliseconds behind, or not tell at all.
fn on_processor() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn repeat(work: &mut impl FnMut(), calls: u32) {
    for _ in 0..calls {
        work();
    }
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
