//! Where payments are made: the settings, and which of Paybox's addresses answers now.
use super::order::{Order, form};
use super::store::Payment;
use crate::config;
use crate::outbound;
use chrono::{DateTime, Utc};
use ipnet::IpNet;
use openssl::error::ErrorStack;
use openssl::pkey::{PKey, Public};
use std::sync::Arc;
use std::time::Duration;
use url::{Host, Url};

/// How long one of Paybox's addresses has to answer.
const PATIENCE: Duration = Duration::from_secs(4);

/// The till.
#[derive(Clone)]
pub struct Till {
    rules: Arc<config::Payment>,
    /// Our scheme, host and port.
    origin: String,
    allowed: Vec<IpNet>,
}

impl Till {
    /// As the settings have it; `None`: nothing can be paid here.
    pub fn open(config: &config::Config) -> Option<Self> {
        let rules = Arc::new(config.payment.clone()?);
        let allowed = config.mail.allowed.clone();
        Some(Self { rules, origin: config.http.origin(), allowed })
    }

    /// What a card of this type costs; `None`: nobody said.
    pub(super) fn cost(&self, card_type: &str, is_renewal: bool) -> Option<i64> {
        self.rules.cost(card_type, is_renewal)
    }

    /// What callbacks are signed with.
    pub(super) fn key(&self) -> &PKey<Public> {
        &self.rules.public_key
    }

    /// Whether people are sent to a test platform, or to one on this machine: no money is taken there.
    pub(super) fn is_trial(&self) -> bool {
        self.rules.addresses.iter().all(is_trial)
    }

    /// Who is written to of payments.
    pub(super) fn alert_to(&self) -> &[crate::mail::MailAddress] {
        &self.rules.alert_to
    }

    /// The first of Paybox's addresses that answers; `None`: none of them does.
    pub(super) async fn address(&self) -> Option<&Url> {
        for url in &self.rules.addresses {
            if self.answers(url).await {
                return Some(url);
            }
            tracing::warn!(host = url.host_str(), "Paybox does not answer");
        }
        None
    }

    async fn answers(&self, url: &Url) -> bool {
        let is_plain = url.scheme() == "http";
        let way = (self.allowed.as_slice(), is_plain);
        let Ok(client) = outbound::to_allowed(url, PATIENCE, way).await else { return false };
        // Without a form it says that there is none: that is an answer.
        client.get(url.clone()).send().await.is_ok_and(|answer| !answer.status().is_server_error())
    }

    /// The form for an order.
    pub(super) fn form(
        &self,
        of: &Payment,
        mail: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<(String, String)>, ErrorStack> {
        let at = |path: &str| format!("{}{path}", self.origin);
        let back =
            ["/payboxcallback", "/cards/pay/done", "/cards/pay/refused", "/cards/pay/canceled"];
        let [callback, done, refused, canceled] = back.map(at);
        let order = Order {
            total: of.amount,
            reference: &of.reference,
            mail,
            at: now,
            back: [&callback, &done, &refused, &canceled],
        };
        form(&order, &self.rules)
    }
}

fn is_trial(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.starts_with("preprod-"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_made_at_test_platforms() {
        for (url, expected) in [
            ("https://preprod-tpeweb.paybox.com/cgi/MYchoix_pagepaiement.cgi", true),
            ("http://127.0.0.1:8080/portail/paybox", true),
            ("http://localhost/paybox", true),
            ("https://tpeweb.paybox.com/cgi/MYchoix_pagepaiement.cgi", false),
            ("https://tpeweb.preprod-paybox.example/", false),
        ] {
            assert_eq!(is_trial(&url.parse().expect("an address")), expected, "{url}");
        }
    }
}
