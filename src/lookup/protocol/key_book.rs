//! Public keys of users, fetched from their own servers and kept for some minutes.
use super::key_hosts::{KeyHosts, Trust};
use crate::config::KeyFetching;
use crate::identity::cloud::CloudId;
use crate::outbound::{self, OutboundError};
use chrono::{DateTime, Duration, Utc};
use openssl::pkey::{PKey, Public};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time;
use tokio::sync::Semaphore;
use url::Url;

/// How long a key is believed without asking again.
const FRESH: Duration = Duration::minutes(10);
/// Keys in memory.
const MANY: usize = 10_000;
/// Servers asked at once.
const AT_ONCE: usize = 8;
/// Longest answer, bytes.
const LONGEST: usize = 64 * 1024;
const PATIENCE: time::Duration = time::Duration::from_secs(5);

/// Where keys come from.
#[derive(Clone)]
pub struct KeyBook(Arc<Inner>);

struct Inner {
    hosts: KeyHosts,
    schemes: &'static [&'static str],
    kept: Mutex<HashMap<String, Kept>>,
    asking: Semaphore,
}

/// A key, and when it was fetched.
type Kept = (DateTime<Utc>, PKey<Public>);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("the server is none of those that may be asked")]
    Host,
    #[error("too many servers are being asked")]
    Busy,
    #[error("{0}")]
    Outbound(#[from] OutboundError),
    #[error("the server answered something that is no key")]
    NoKey,
}

#[derive(Deserialize)]
struct Answer {
    ocs: Ocs,
}

#[derive(Deserialize)]
struct Ocs {
    data: KeyData,
}

#[derive(Deserialize)]
struct KeyData {
    public: String,
}

impl KeyBook {
    /// Servers of the settings, and those that `[lookup] key_hosts` names besides.
    pub fn new(fetching: &KeyFetching, servers: &[String]) -> Self {
        let schemes: &[&str] = if fetching.plain_http { &["https", "http"] } else { &["https"] };
        Self(Arc::new(Inner {
            hosts: KeyHosts::new(&fetching.hosts, servers),
            schemes,
            kept: Mutex::default(),
            asking: Semaphore::new(AT_ONCE),
        }))
    }

    /// The key of a user.
    pub(super) async fn key_of(
        &self,
        user: &CloudId,
        now: DateTime<Utc>,
    ) -> Result<PKey<Public>, KeyError> {
        if let Some(key) = self.kept(user, now) {
            return Ok(key);
        }
        let _place = self.0.asking.try_acquire().map_err(|_| KeyError::Busy)?;
        let mut problem = KeyError::Host;
        for scheme in self.0.schemes {
            match self.fetch(scheme, user).await {
                Ok(key) => {
                    self.keep(user, key.clone(), now);
                    return Ok(key);
                }
                Err(error) => problem = error,
            }
        }
        Err(problem)
    }

    fn kept(&self, user: &CloudId, now: DateTime<Utc>) -> Option<PKey<Public>> {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, key) = kept.get(&user.key())?;
        (now - *at < FRESH).then(|| key.clone())
    }

    fn keep(&self, user: &CloudId, key: PKey<Public>, now: DateTime<Utc>) {
        let mut kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (at, _)| now - *at < FRESH);
        if kept.len() < MANY {
            kept.insert(user.key(), (now, key));
        }
    }

    async fn fetch(&self, scheme: &str, user: &CloudId) -> Result<PKey<Public>, KeyError> {
        let url = address(scheme, user).ok_or(KeyError::Host)?;
        let client = match self.0.hosts.trust(&url) {
            Trust::Unknown => return Err(KeyError::Host),
            Trust::Vouched => outbound::builder(PATIENCE).build().map_err(OutboundError::from)?,
            Trust::Listed => outbound::to_public(&url, PATIENCE).await?,
        };
        let request = client.get(url);
        let request = request.header("OCS-APIREQUEST", "true").header("Accept", "application/json");
        read(request.send().await.map_err(OutboundError::from)?).await
    }
}

/// `…/ocs/v2.php/identityproof/key/USER` on the server of a cloud id.
fn address(scheme: &str, user: &CloudId) -> Option<Url> {
    let server = user.server();
    let server = server.split_once("://").map_or(server, |(_, bare)| bare);
    let mut url = Url::parse(&format!("{scheme}://{server}")).ok()?;
    let is_plain = url.query().is_none() && url.fragment().is_none();
    if !is_plain || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let path = ["ocs", "v2.php", "identityproof", "key", user.user()];
    url.path_segments_mut().ok()?.pop_if_empty().extend(path);
    Some(url)
}

async fn read(answer: reqwest::Response) -> Result<PKey<Public>, KeyError> {
    if !answer.status().is_success() {
        return Err(KeyError::NoKey);
    }
    let body = outbound::body(answer, LONGEST).await?;
    let answer: Answer = serde_json::from_slice(&body).map_err(|_| KeyError::NoKey)?;
    let pem = answer.ocs.data.public;
    PKey::public_key_from_pem(pem.as_bytes()).map_err(|_| KeyError::NoKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lie_on_the_server_of_the_user() {
        for (id, url) in [
            (
                "zd@http://127.0.0.1:18931",
                "https://127.0.0.1:18931/ocs/v2.php/identityproof/key/zd",
            ),
            ("a b@c.test/nc/", "https://c.test/nc/ocs/v2.php/identityproof/key/a%20b"),
            ("a@b.test@c.test", "https://c.test/ocs/v2.php/identityproof/key/a@b.test"),
        ] {
            let id = CloudId::parse(id).unwrap();
            assert_eq!(address("https", &id).map(String::from).as_deref(), Some(url));
        }
        for odd in ["a@c.test?x=", "a@c.test#", "a@x:y"] {
            let id = CloudId::parse(odd).unwrap();
            assert_eq!(address("https", &id), None, "{odd}");
        }
    }
}
