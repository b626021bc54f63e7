//! Figures of jobs for Prometheus.
use super::store::{Counts, JobState};
use chrono::TimeDelta;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::sync::LazyLock;

/// Tries by kind and what became of them.
static TRIES: LazyLock<Family<Tried, Counter>> = LazyLock::new(Family::default);
/// Jobs in each state, counted twice a minute.
static JOBS: LazyLock<Family<State, Gauge>> = LazyLock::new(Family::default);
/// How long the job waits that should have been begun first.
static LAG: LazyLock<Gauge> = LazyLock::new(Gauge::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Tried {
    kind: String,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct State {
    state: &'static str,
}

/// Count a try.
pub(super) fn count_job(kind: &str, outcome: &'static str) {
    TRIES.get_or_create(&Tried { kind: kind.to_owned(), outcome }).inc();
}

/// Keep what was counted in the table.
pub(super) fn measure(counts: &Counts, lag: Option<TimeDelta>) {
    for state in JobState::ALL {
        let count = counts.iter().find(|(one, _)| *one == state).map_or(0, |(_, count)| *count);
        JOBS.get_or_create(&State { state: state.as_str() }).set(count);
    }
    LAG.set(lag.map_or(0, |lag| lag.num_seconds()));
}

/// Put all of them on the list.
pub fn register(registry: &mut Registry) {
    registry.register("job_tries", "Tries of jobs by outcome", TRIES.clone());
    registry.register("jobs", "Jobs by state", JOBS.clone());
    let what = "How long the next job waits already";
    registry.register_with_unit("job_lag", what, Unit::Seconds, LAG.clone());
}
