//! Outgoing HTTP (SEC-71): certificates are checked, redirects are not followed, no proxy comes out
//! of the environment, and everything is bounded in time and size.
use ipnet::IpNet;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::Url;

mod public;

pub use public::is_public;

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(3);
/// The same to a server that administrators chose: it may stand far away and have much to do.
const CONNECTING_FAR: Duration = Duration::from_secs(10);

/// Why nothing was learned.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The name stands for an address that not everybody can reach.
    #[error("the server stands at an address that is not public")]
    Address,
    /// The name cannot be resolved.
    #[error("the server's name cannot be resolved: {0}")]
    Name(#[from] std::io::Error),
    /// No answer.
    #[error("the server does not answer: {0}")]
    Silent(#[from] reqwest::Error),
    /// An answer that says no.
    #[error("the server answered with status {0}")]
    Status(u16),
    /// The answer is longer than it may be.
    #[error("the server's answer is too long")]
    TooLong,
}

/// What every client of ours is made with; all of a request takes `patience` at most.
pub fn builder(patience: Duration) -> ClientBuilder {
    Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECTING.min(patience))
        .timeout(patience)
}

/// A client that reaches this address only where everybody could: for addresses that strangers
/// name.
pub async fn to_public(url: &Url, patience: Duration) -> Result<Client, OutboundError> {
    guarded(url, (patience, CONNECTING), is_public).await
}

/// The same for addresses that administrators name: `allowed` networks may be reached besides, and
/// nothing but this machine, if it is among them, when nothing protects the way (`is_plain`).
pub async fn to_allowed(
    url: &Url,
    patience: Duration,
    (allowed, is_plain): (&[IpNet], bool),
) -> Result<Client, OutboundError> {
    let is_good = |address: IpAddr| {
        let address = address.to_canonical();
        let is_allowed = allowed.iter().any(|network| network.contains(&address));
        if is_plain {
            is_allowed && address.is_loopback()
        } else {
            is_allowed || is_public(address)
        }
    };
    guarded(url, (patience, CONNECTING_FAR), is_good).await
}

/// The address that was checked is the one that is asked.
async fn guarded(
    url: &Url,
    (patience, connecting): (Duration, Duration),
    is_good: impl Fn(IpAddr) -> bool,
) -> Result<Client, OutboundError> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_matches(['[', ']']);
    let asked = tokio::time::timeout(patience, tokio::net::lookup_host((bare, port)));
    let found: Vec<SocketAddr> = asked.await.map_err(std::io::Error::from)??.collect();
    if found.is_empty() || found.iter().any(|address| !is_good(address.ip())) {
        return Err(OutboundError::Address);
    }
    let client = builder(patience).connect_timeout(connecting.min(patience));
    Ok(client.resolve_to_addrs(host, &found).build()?)
}

/// The whole body, unless it is longer than `longest` bytes.
pub async fn body(mut answer: Response, longest: usize) -> Result<Vec<u8>, OutboundError> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > longest {
            return Err(OutboundError::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// The client for servers that the settings name; clones are one. It is made when it is needed
/// first, since it reads the authorities of the system.
#[derive(Debug, Clone, Default)]
pub struct Outbound(Arc<OnceLock<Client>>);

impl Outbound {
    /// How long a request may take.
    const PATIENCE: Duration = Duration::from_secs(3);

    /// The client.
    pub fn client(&self) -> Result<&Client, OutboundError> {
        if let Some(client) = self.0.get() {
            return Ok(client);
        }
        let built = builder(Self::PATIENCE).build()?;
        Ok(self.0.get_or_init(|| built))
    }
}
