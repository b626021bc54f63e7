//! Which client is it, when proxies stand in between? (`dispatch.md` 2.4)
//!
//! Only the one configured header is read, and only when a trusted proxy sent it. In doubt the
//! answer is [`ClientAddress::Unknown`], never the proxy's own address: that usually lies in an
//! internal network and would open the most privileged zone to a request of unclear origin.
use crate::finding::Finding;
use actix_web::HttpRequest;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

mod forwarded;
#[cfg(test)]
mod tests;

/// More elements than this make the client unknown.
const MAX_ELEMENTS: usize = 32;
/// More bytes of header than this make the client unknown.
const MAX_BYTES: usize = 4096;

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClientAddress {
    /// This address; an IPv4 address is never written as IPv6.
    Known(IpAddr),
    /// Cannot be told.
    Unknown,
}

impl ClientAddress {
    /// The address, when it is known.
    pub fn known(self) -> Option<IpAddr> {
        match self {
            Self::Known(address) => Some(address),
            Self::Unknown => None,
        }
    }
}

/// The header in which the proxies tell the client's address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum HeaderKind {
    /// `X-Forwarded-For`.
    #[default]
    XForwardedFor,
    /// `Forwarded`, RFC 7239.
    Forwarded,
    /// `X-Real-IP`.
    XRealIp,
    /// No header at all: behind a trusted proxy every client is unknown.
    None,
}

impl HeaderKind {
    /// The kind that the configuration calls `text`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Some(Self::XForwardedFor),
            "forwarded" => Some(Self::Forwarded),
            "x-real-ip" => Some(Self::XRealIp),
            "none" => Some(Self::None),
            _ => None,
        }
    }

    /// The name of the header.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::XForwardedFor => Some("x-forwarded-for"),
            Self::Forwarded => Some("forwarded"),
            Self::XRealIp => Some("x-real-ip"),
            Self::None => None,
        }
    }
}

/// What was found out about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The client.
    pub client: ClientAddress,
    /// A forwarding header was there, but not from a trusted proxy: it was not looked at.
    pub header_ignored: bool,
    /// The client was read out of a forwarding header.
    pub header_used: bool,
}

/// The proxies whose header is believed, and the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies {
    networks: Vec<IpNet>,
    header: HeaderKind,
}

impl TrustedProxies {
    /// Believe `header` when it comes out of one of `networks`.
    pub fn new(networks: impl IntoIterator<Item = IpNet>, header: HeaderKind) -> Self {
        Self { networks: networks.into_iter().map(canonical_network).collect(), header }
    }

    /// The client of a request of actix.
    pub fn client_of(&self, request: &HttpRequest) -> Seen {
        let name = self.header.name().unwrap_or_default();
        let values = request.headers().get_all(name);
        let lines: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        self.client(request.peer_addr().map(|peer| peer.ip()), &lines)
    }

    /// The client behind `peer` (none on a Unix socket), given all lines of the header in order.
    pub fn client(&self, peer: Option<IpAddr>, lines: &[&str]) -> Seen {
        let Some(peer) = peer.map(|peer| peer.to_canonical()) else {
            let header_ignored = !lines.is_empty();
            return Seen { client: ClientAddress::Unknown, header_ignored, header_used: false };
        };
        if !self.trusts(peer) {
            let client = ClientAddress::Known(peer);
            return Seen { client, header_ignored: !lines.is_empty(), header_used: false };
        }
        let client = self.first_untrusted(lines);
        let header_used = client != ClientAddress::Unknown;
        Seen { client, header_ignored: false, header_used }
    }

    /// Whether a trusted proxy handed this request on.
    pub fn handed_on(&self, request: &HttpRequest) -> bool {
        request.peer_addr().is_some_and(|peer| self.trusts(peer.ip().to_canonical()))
    }

    /// `W-PROXY-BROAD` for each trusted network that is wide or overlaps one of `zones`.
    pub fn broad(&self, zones: &[IpNet]) -> Vec<Finding> {
        let wide = |network: &IpNet| match network {
            IpNet::V4(network) => network.prefix_len() < 24,
            IpNet::V6(network) => network.prefix_len() < 64,
        };
        let overlap = |network: &IpNet| zones.iter().find(|zone| overlaps(zone, network));
        let about = |network: &IpNet| Finding::about("W-PROXY-BROAD", network.to_string());
        let findings = self.networks.iter().filter_map(|network| match overlap(network) {
            Some(zone) => Some(about(network).detail(format!("overlaps the zone {zone}"))),
            None if wide(network) => {
                Some(about(network).detail("wider than /24 (IPv4), /64 (IPv6)"))
            }
            None => None,
        });
        findings.collect()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(&address))
    }

    fn first_untrusted(&self, lines: &[&str]) -> ClientAddress {
        let Some(elements) = self.elements(lines) else { return ClientAddress::Unknown };
        for element in elements.iter().rev() {
            match parse_node(element) {
                None => return ClientAddress::Unknown,
                Some(address) if self.trusts(address) => {}
                Some(address) => return ClientAddress::Known(address),
            }
        }
        ClientAddress::Unknown
    }

    /// What the header lists, left to right; none when it is more than anybody honest sends.
    fn elements(&self, lines: &[&str]) -> Option<Vec<String>> {
        if lines.iter().map(|line| line.len() + 1).sum::<usize>() > MAX_BYTES + 1 {
            return None;
        }
        let line = lines.join(",");
        let elements: Vec<String> = match self.header {
            HeaderKind::None => Vec::new(),
            HeaderKind::Forwarded => forwarded::nodes(&line),
            HeaderKind::XForwardedFor | HeaderKind::XRealIp => {
                let elements = line.split(',').map(str::trim);
                elements.filter(|element| !element.is_empty()).map(str::to_owned).collect()
            }
        };
        // X-Real-IP holds one address: two of them contradict each other.
        let most = if self.header == HeaderKind::XRealIp { 1 } else { MAX_ELEMENTS };
        (elements.len() <= most).then_some(elements)
    }
}

/// An address with or without a port: `a.b.c.d[:p]`, `[v6][:p]`, bare `v6`. No zone ids, no names.
fn parse_node(text: &str) -> Option<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Some(IpAddr::V4(address));
    }
    if let Ok(address) = text.parse::<Ipv6Addr>() {
        return Some(IpAddr::V6(address).to_canonical());
    }
    let bracketed = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if let Some(Ok(address)) = bracketed.map(str::parse::<Ipv6Addr>) {
        return Some(IpAddr::V6(address).to_canonical());
    }
    match text.parse::<SocketAddr>().ok()? {
        SocketAddr::V6(socket) if socket.scope_id() != 0 || text.contains('%') => None,
        socket => Some(socket.ip().to_canonical()),
    }
}

fn canonical_network(network: IpNet) -> IpNet {
    let IpNet::V6(six) = network else { return network.trunc() };
    let mapped = six.addr().to_ipv4_mapped().zip(six.prefix_len().checked_sub(96));
    let four = mapped.and_then(|(address, prefix)| IpNet::new(IpAddr::V4(address), prefix).ok());
    four.unwrap_or(network).trunc()
}

fn overlaps(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

/// Entry point for a fuzzer: no header of any kind makes us panic or name the proxy.
pub fn fuzz(text: &str) {
    let proxy = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 10));
    for kind in [HeaderKind::XForwardedFor, HeaderKind::Forwarded, HeaderKind::XRealIp] {
        let proxies = TrustedProxies::new([IpNet::from(proxy)], kind);
        let seen = proxies.client(Some(proxy), &text.lines().collect::<Vec<_>>());
        assert_ne!(seen.client, ClientAddress::Known(proxy), "a proxy is no client");
    }
}
