//! Figures of the lookup for Prometheus (OPS-03).
use super::Parts;
use super::slow::Outcome;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Searches of Nextcloud servers by what became of them.
static SEARCHES: LazyLock<Family<Searched, Counter>> = LazyLock::new(Family::default);
/// How long they took, seconds.
static SEARCH_TIMES: LazyLock<Histogram> =
    LazyLock::new(|| Histogram::new([0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5]));
/// Credentials that saw too many people.
static HARVESTS: LazyLock<Counter> = LazyLock::new(Counter::default);
/// How long commits of the index took, seconds.
static COMMITS: LazyLock<Histogram> =
    LazyLock::new(|| Histogram::new([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]));

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Searched {
    outcome: &'static str,
}

/// Count a search.
pub fn count_search(outcome: Outcome, took: Duration) {
    SEARCHES.get_or_create(&Searched { outcome: outcome.word() }).inc();
    SEARCH_TIMES.observe(took.as_secs_f64());
}

/// Count a credential that saw too many people.
pub fn count_harvest() {
    HARVESTS.inc();
}

/// Count a commit of the index.
pub fn count_commit(took: Duration) {
    COMMITS.observe(took.as_secs_f64());
}

/// Put all of them on the list.
pub fn register(registry: &mut Registry, parts: &Parts) {
    let index = parts.index.state();
    registry.register("lookup_requests", "Searches by outcome", SEARCHES.clone());
    registry.register_with_unit("lookup", "Time of a search", Unit::Seconds, SEARCH_TIMES.clone());
    registry.register("lookup_harvest", "Credentials that saw too many people", HARVESTS.clone());
    let documents = Gauge::<i64>::default();
    documents.set(i64::try_from(index.documents).unwrap_or(i64::MAX));
    registry.register("index_documents", "People who can be found", documents);
    let changes = Gauge::<i64>::default();
    changes.set(index.lag_changes);
    registry.register("index_lag_changes", "Changes that the index does not hold yet", changes);
    let lag = Gauge::<f64, AtomicU64>::default();
    lag.set(index.lag_seconds);
    let seconds = || Unit::Seconds;
    registry.register_with_unit("index_lag", "How far the index is behind", seconds(), lag);
    registry.register_with_unit("index_commit", "Time of a commit", seconds(), COMMITS.clone());
    let rebuilds = Counter::<u64>::default();
    rebuilds.inc_by(index.rebuilds);
    registry.register("index_rebuild", "Index copies made anew", rebuilds);
}
