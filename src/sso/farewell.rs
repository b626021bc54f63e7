//! Telling applications that a session ended (`dispatch.md` 6.4).
use super::saml::MessageId;
use super::store::Visit;
use crate::outbound::{Outbound, to_public};
use chrono::{DateTime, SecondsFormat, Utc};
use futures_util::stream::{self, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use url::Url;

/// How long one application may take.
const PATIENCE: Duration = Duration::from_secs(3);
const TRIES: usize = 2;
/// Applications told at the same time.
const AT_ONCE: usize = 32;
/// How long all of them may take together (`dispatch.md` 7.6).
const IN_ALL: Duration = Duration::from_secs(10);

/// Tell all that want to hear of it; whether each of them has taken it.
pub async fn say(
    outbound: &Outbound,
    visits: Vec<Visit>,
    now: DateTime<Utc>,
) -> Vec<(Visit, bool)> {
    let client = outbound.client().inspect_err(|error| {
        tracing::error!(error = %error, "applications cannot be told: {error}");
    });
    let client = client.ok();
    let end = Instant::now() + IN_ALL;
    let telling = visits.into_iter().map(|visit| async move {
        let has_heard = match client {
            Some(client) if visit.is_told => {
                timeout_at(end, tell(client, &visit, now)).await.unwrap_or(false)
            }
            _ => false,
        };
        (visit, has_heard)
    });
    stream::iter(telling).buffered(AT_ONCE).collect().await
}

/// The same without anybody who waits for it.
pub(super) fn say_behind(outbound: &Outbound, visits: Vec<Visit>, now: DateTime<Utc>) {
    if visits.is_empty() {
        return;
    }
    let outbound = outbound.clone();
    tokio::spawn(async move { say(&outbound, visits, now).await });
}

async fn tell(usual: &reqwest::Client, visit: &Visit, now: DateTime<Utc>) -> bool {
    let guarded = match Url::parse(&visit.service) {
        Ok(url) if !visit.is_named => to_public(&url, PATIENCE).await.ok(),
        _ => Some(usual.clone()),
    };
    let Some(client) = guarded else { return false };
    let Ok(id) = MessageId::random() else { return false };
    let message = logout_request(id.as_str(), &visit.ticket, now);
    for _ in 0..TRIES {
        let asked = client.post(&visit.service).form(&[("logoutRequest", &message)]).send().await;
        match asked.and_then(reqwest::Response::error_for_status) {
            Ok(_) => return true,
            Err(error) => {
                let error = error.without_url();
                tracing::warn!(application = visit.label, error = %error, "an application was not told that a session ended: {error}");
            }
        }
    }
    false
}

/// Clients find the ticket by the very text of the element, so it is written here letter by
/// letter. The name of the person is not needed and not sent.
fn logout_request(id: &str, ticket: &str, now: DateTime<Utc>) -> String {
    let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    format!(
        "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"{id}\" Version=\"2.0\" \
         IssueInstant=\"{at}\"><saml:NameID>@NOT_USED@</saml:NameID>\
         <samlp:SessionIndex>{ticket}</samlp:SessionIndex></samlp:LogoutRequest>"
    )
}
