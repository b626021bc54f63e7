//! The long runs of `make soak`, against the real program. Figures are printed, since machines
//! differ; what is asserted holds on any of them.
mod hostile_searches;
mod slow_clients;

use crate::program::Service;
use std::time::{Duration, Instant};

/// How long answers took.
#[derive(Default)]
struct Times(Vec<Duration>);

impl Times {
    fn share(&mut self, percent: usize) -> Duration {
        self.0.sort_unstable();
        self.0[(self.0.len() - 1) * percent / 100]
    }

    fn told(&mut self) -> String {
        let (middle, late) = (self.share(50), self.share(99));
        format!("{} answers, p50 {middle:.1?}, p99 {late:.1?}", self.0.len())
    }
}

/// Ask for a page again and again for a while; every answer must have this status.
async fn visits(service: &Service<'_>, path: &str, status: u16, long: Duration) -> Times {
    let end = Instant::now() + long;
    let mut times = Times::default();
    while Instant::now() < end {
        let start = Instant::now();
        let answer = service.client.get(service.url(path)).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
        answer.bytes().await.expect("a whole answer");
        times.0.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    times
}

/// Files and connections that the program has open.
fn open_files(service: &Service<'_>) -> usize {
    let path = format!("/proc/{}/fd", service.process.id());
    std::fs::read_dir(path).expect("it is running").count()
}

/// Memory that belongs to the program alone, KiB.
fn memory(service: &Service<'_>) -> u64 {
    let path = format!("/proc/{}/status", service.process.id());
    let status = std::fs::read_to_string(path).expect("it is running");
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.expect("Linux tells")
}
