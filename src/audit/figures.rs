//! Figures of the audit record for Prometheus (OPS-03).
use super::store::Head;
use chrono::{DateTime, Utc};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// Rows that this process sealed.
static ROWS: LazyLock<Counter> = LazyLock::new(Counter::default);
/// The last row of its chain.
static HEAD: LazyLock<Gauge> = LazyLock::new(Gauge::default);
/// When that was, seconds since 1970.
static SEALED_AT: LazyLock<Gauge> = LazyLock::new(Gauge::default);
/// Age of the oldest row that waits, seconds.
static LAG: LazyLock<Gauge<f64, AtomicU64>> = LazyLock::new(Gauge::default);

/// What waits in a file for the database, bytes.
static SPOOL: LazyLock<Gauge> = LazyLock::new(Gauge::default);

/// Note how far the chain goes.
pub(super) fn head(head: Head) {
    HEAD.set(head.seq);
}

/// Note that rows were sealed.
pub(super) fn sealed(count: usize, now: DateTime<Utc>) {
    ROWS.inc_by(count as u64);
    SEALED_AT.set(now.timestamp());
}

/// Note how long the oldest row waits.
pub(super) fn sealing_waits(age: Duration) {
    LAG.set(age.as_secs_f64());
}

/// Note how much waits in a file for the database.
pub(super) fn spooled(bytes: u64) {
    SPOOL.set(i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// Put all of them on the list.
pub fn register(registry: &mut Registry) {
    registry.register("audit_rows", "Audit rows sealed by this process", ROWS.clone());
    registry.register("audit_head", "Number of the last row in the chain", HEAD.clone());
    let sealed_at = "When the last row was sealed, seconds since 1970";
    registry.register("audit_sealed_timestamp", sealed_at, SEALED_AT.clone());
    let spool = "Rows that wait in a file for the database";
    registry.register_with_unit("audit_spool", spool, Unit::Bytes, SPOOL.clone());
    let lag = "Age of the oldest row that is not sealed";
    registry.register_with_unit("audit_sealing_lag", lag, Unit::Seconds, LAG.clone());
}
