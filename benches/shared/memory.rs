//! Anonymous resident memory: what this program needs itself, without mapped files.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Bytes now (`RssAnon`).
pub(crate) fn anonymous() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib: Option<u64> = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    kib.unwrap_or(0) * 1024
}

/// The most there was while `work` ran, looked at every two milliseconds; and what it gave.
pub(crate) fn peak<T>(work: impl FnOnce() -> T) -> (u64, T) {
    let over = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&over);
    let watcher = thread::spawn(move || {
        let mut most = anonymous();
        while !seen.load(Ordering::Relaxed) {
            thread::park_timeout(Duration::from_millis(2));
            most = most.max(anonymous());
        }
        most
    });
    let result = work();
    over.store(true, Ordering::Relaxed);
    let most = watcher.join().unwrap_or_else(|_| anonymous());
    (most, result)
}
