//! Figures of mail for Prometheus.
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;

/// Messages by what became of them at a try.
static MESSAGES: LazyLock<Family<Handed, Counter>> = LazyLock::new(Family::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Handed {
    outcome: &'static str,
}

/// New tokens that were asked for.
static RENEWALS: LazyLock<Family<Renewed, Counter>> = LazyLock::new(Family::default);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Renewed {
    result: &'static str,
}

/// Count a try.
pub(super) fn count(outcome: &'static str) {
    MESSAGES.get_or_create(&Handed { outcome }).inc();
}

/// Count an answer of a provider that was asked for new tokens.
pub(super) fn count_renewal(result: &'static str) {
    RENEWALS.get_or_create(&Renewed { result }).inc();
}

/// Put all of them on the list.
pub fn register(registry: &mut Registry) {
    registry.register("mail", "Messages handed over, by outcome", MESSAGES.clone());
    let about = "New tokens of mail accounts that providers were asked for, by result";
    registry.register("oauth_refresh", about, RENEWALS.clone());
}
