//! Who is asking: the client's address by the rules of `dispatch.md` 2.4, for every handler.
use crate::audit::Trace;
use crate::web::client_ip::{ClientAddress, TrustedProxies};
use crate::web::request_id::RequestId;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};
use std::net::IpAddr;

/// How the client's address is found; one for the whole service.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Which header of which proxies.
    pub proxies: TrustedProxies,
    /// Cut addresses in audit records.
    pub cut_addresses: bool,
    /// Demonstration only: the cookie `demo_address` may name another address.
    pub pretend: bool,
}

/// The client of this request.
#[derive(Debug, Clone)]
pub struct Client {
    /// The address, or that it is not known.
    pub address: ClientAddress,
    /// Whether it came from a proxy's header.
    pub forwarded: bool,
    /// Correlation id.
    pub request_id: String,
    cut: bool,
}

/// Cookie of the demonstration's "pretend to be at" switch.
pub const PRETEND_COOKIE: &str = "demo_address";

impl Client {
    /// The network for limits and session lists: /24 or /48, `unknown` when not known.
    pub fn network(&self) -> String {
        network_of(self.address)
    }

    /// What an audit record keeps of this request.
    pub fn trace(&self) -> Trace {
        let network = match (self.cut, self.address) {
            (false, ClientAddress::Known(address)) => address.to_string(),
            _ => self.network(),
        };
        Trace { network, request_id: self.request_id.clone(), forwarded: self.forwarded }
    }

    /// The client of a request, by these settings.
    pub fn of(request: &HttpRequest, settings: &ClientSettings) -> Self {
        let request_id = request.extensions().get::<RequestId>().cloned().unwrap_or_default().0;
        let cut = settings.cut_addresses;
        if let Some(address) = settings.pretend.then(|| pretended(request)).flatten() {
            return Self {
                address: ClientAddress::Known(address),
                forwarded: false,
                request_id,
                cut,
            };
        }
        let seen = settings.proxies.client_of(request);
        Self { address: seen.client, forwarded: seen.header_used, request_id, cut }
    }
}

/// An address cut to its /24 or /48.
pub fn network_of(address: ClientAddress) -> String {
    let ClientAddress::Known(address) = address else { return "unknown".to_owned() };
    let length = if address.is_ipv4() { 24 } else { 48 };
    ipnet::IpNet::new(address, length)
        .map_or_else(|_| "unknown".to_owned(), |n| n.trunc().to_string())
}

fn pretended(request: &HttpRequest) -> Option<IpAddr> {
    request.cookie(PRETEND_COOKIE)?.value().parse().ok()
}

impl FromRequest for Client {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(settings) = request.app_data::<Data<ClientSettings>>() else {
            return ready(Err(crate::web::Error::internal("client settings are missing").into()));
        };
        ready(Ok(Self::of(request, settings)))
    }
}
