//! The table on standard output.
use super::timing::Pair;

/// What a row compares.
pub(crate) struct Row<'a> {
    pub(crate) what: &'a str,
    pub(crate) baseline: &'a str,
    /// What is aimed at, in words; may be empty.
    pub(crate) aim: &'a str,
}

/// The heading: the machine and the size.
pub(crate) fn head(schools: usize) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{} cores of {}; {schools} schools", cores, processor());
    println!("{:<44} {:>12} {:>12} {:>8}  aim; baseline", "what", "ours", "baseline", "ratio");
}

/// Things a second: more is better, the ratio is ours to the baseline.
pub(crate) fn rate(row: &Row<'_>, pair: Pair) {
    let percent = 100.0 * pair.ours / pair.baseline;
    line(row, [per_second(pair.ours), per_second(pair.baseline)], &format!("{percent:.1} %"));
}

/// Time for one: less is better, the ratio is how many times the baseline, or which part of it.
pub(crate) fn time(row: &Row<'_>, pair: Pair) {
    let times = pair.ours / pair.baseline;
    let ratio = if times < 0.1 { format!("1/{:.0}", 1.0 / times) } else { format!("{times:.2} x") };
    line(row, [seconds(pair.ours), seconds(pair.baseline)], &ratio);
}

/// Bytes of memory, which have no baseline.
pub(crate) fn memory(what: &str, bytes: u64, note: &str) {
    println!("{what:<44} {:>12} {:>12} {:>8}  {note}", format!("{} MiB", bytes >> 20), "", "");
}

fn line(row: &Row<'_>, [ours, baseline]: [String; 2], ratio: &str) {
    let aim = if row.aim.is_empty() { String::new() } else { format!("{}; ", row.aim) };
    println!("{:<44} {ours:>12} {baseline:>12} {ratio:>8}  {aim}{}", row.what, row.baseline);
}

fn per_second(rate: f64) -> String {
    format!("{rate:.0}/s")
}

fn seconds(seconds: f64) -> String {
    match seconds {
        s if s < 1e-6 => format!("{:.0} ns", s * 1e9),
        s if s < 1e-3 => format!("{:.1} us", s * 1e6),
        s if s < 0.1 => format!("{:.2} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

fn processor() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find(|line| line.starts_with("model name"));
    let name = name.and_then(|line| line.split(':').nth(1)).unwrap_or("an unknown processor");
    name.trim().to_owned()
}
