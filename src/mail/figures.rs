//! Figures of mail for Prometheus.
use super::account::{AccountId, AccountState};
use super::store;
use crate::db::Tx;
use chrono::{DateTime, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};
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

/// Seconds until the tokens of accounts end that have one.
static TOKENS: LazyLock<Family<OfAccount, Gauge>> = LazyLock::new(Family::default);
/// 1 for each account through which mail leaves, 0 for one that somebody has to look at.
static OPEN: LazyLock<Family<OfAccount, Gauge>> = LazyLock::new(Family::default);
/// How long the oldest message waits that has not left.
static AGE: LazyLock<Gauge> = LazyLock::new(Gauge::default);

/// Named by its id: names may hold anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfAccount {
    account: String,
}

/// Look at the tables for what has to be known of accounts and of what waits.
pub async fn measure(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<()> {
    let (accounts, tokens) = (store::accounts(tx).await?, store::tokens(tx).await?);
    let oldest = store::oldest_waiting(tx).await?;
    let of = |id: AccountId| OfAccount { account: id.to_string() };
    OPEN.clear();
    TOKENS.clear();
    for account in accounts.iter().filter(|account| account.state != AccountState::Disabled) {
        OPEN.get_or_create(&of(account.id)).set(i64::from(account.is_open()));
    }
    for token in &tokens {
        let left = token.expires_at - now;
        TOKENS.get_or_create(&of(token.account)).set(left.num_seconds());
    }
    AGE.set(oldest.map_or(0, |at| (now - at).num_seconds().max(0)));
    Ok(())
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
    let about = "How long the access token of a mail account is good for";
    registry.register_with_unit("oauth_token_expires", about, Unit::Seconds, TOKENS.clone());
    let about = "Whether mail leaves through an account";
    registry.register("mail_account_open", about, OPEN.clone());
    let about = "How long the oldest message waits that has not left";
    registry.register_with_unit("mail_queue_age", about, Unit::Seconds, AGE.clone());
}
