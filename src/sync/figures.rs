//! Figures of the sync for Prometheus. Labels are names of sections.
use super::store::Run;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;

/// Runs by source and what became of them.
static RUNS: LazyLock<Family<Ended, Counter>> = LazyLock::new(Family::default);
/// Accounts that runs wrote, by source and what became of them.
static ACCOUNTS: LazyLock<Family<Written, Counter>> = LazyLock::new(Family::default);
/// When a run of a source was done last, Unix seconds.
static LAST: LazyLock<Family<Of, Gauge>> = LazyLock::new(Family::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    source: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    source: String,
    state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Written {
    source: String,
    change: &'static str,
}

/// Count a run that ended.
pub(super) fn count(source: &str, run: &Run) {
    let source = source.to_owned();
    RUNS.get_or_create(&Ended { source: source.clone(), state: run.state.clone() }).inc();
    if run.is_dry || run.state != "done" {
        return;
    }
    let counts = &run.counts;
    for (change, count) in [
        ("appeared", counts.appeared),
        ("changed", counts.changed),
        ("returned", counts.returned),
        ("vanished", counts.vanished),
        ("rejected", counts.rejected),
    ] {
        ACCOUNTS.get_or_create(&Written { source: source.clone(), change }).inc_by(count);
    }
    let ended = run.ended_at.unwrap_or(run.started_at).timestamp();
    LAST.get_or_create(&Of { source }).set(ended);
}

/// Show them.
pub fn register(registry: &mut Registry) {
    registry.register("sync_runs", "Runs of the sync", RUNS.clone());
    registry.register("sync_accounts", "Accounts that runs wrote or left out", ACCOUNTS.clone());
    registry.register("sync_last_done_seconds", "When a run was done last", LAST.clone());
}
