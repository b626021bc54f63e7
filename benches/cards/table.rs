//! The table on standard output.
use std::time::{Duration, Instant};

/// The heading.
pub(crate) fn head(cards: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cards} cards of one intake; {cores} cores; SQLite");
    println!("{:<36} {:>10} {:>10} {:>10} {:>8}  baseline", "what", "all", "ours", "bare", "ratio");
}

/// One stage: so many took so long, and how many a second the baseline does.
pub(crate) fn stage(what: &str, count: usize, took: Duration, (bare, baseline): (f64, &str)) {
    let rate = count as f64 / took.as_secs_f64();
    println!(
        "{what:<36} {:>8.1} s {:>8.0}/s {bare:>8.0}/s {:>6.1} %  {baseline}",
        took.as_secs_f64(),
        rate,
        100.0 * rate / bare
    );
}

/// What this program needs in the end, clients and services included.
pub(crate) fn memory(bytes: u64) {
    println!("{:<36} {:>6} MiB", "memory at the end", bytes >> 20);
}

/// How often a second `work` can be done, over a second or so.
pub(crate) fn rate<E>(mut work: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(1) {
        work()?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}
