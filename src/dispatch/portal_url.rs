//! The address of a portal, as an administrator may write it.
use serde::Serialize;
use std::fmt;
use url::{Host, Url};

/// Scheme, host, optional port, optional path and query; no user, no fragment.
///
/// Written without the slash when there is nothing but a host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PortalUrl(String);

/// Why a text is no address of a portal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortalUrlError {
    /// Not an address at all.
    #[error("not an address: write https://host/path")]
    Malformed,
    /// Neither https nor an allowed http.
    #[error("only https is allowed (http for this machine only, or with allow_http)")]
    Scheme,
    /// A user name, a password or a fragment.
    #[error("no user name, password or # part is allowed")]
    Extras,
}

impl PortalUrl {
    /// An absolute address. `http` passes for this machine, elsewhere with `allow_http` only.
    pub fn parse(text: &str, allow_http: bool) -> Result<Self, PortalUrlError> {
        let text = text.trim();
        let odd = |character: char| character.is_control() || character.is_whitespace();
        if text.contains(odd) || text.contains('\\') || !text.contains("://") {
            return Err(PortalUrlError::Malformed);
        }
        let url = Url::parse(text).map_err(|_| PortalUrlError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if allow_http || is_loopback(&url) => {}
            _ => return Err(PortalUrlError::Scheme),
        }
        let user = text.split("://").nth(1).and_then(|rest| rest.split(['/', '?', '#']).next());
        if user.is_some_and(|authority| authority.contains('@')) || url.fragment().is_some() {
            return Err(PortalUrlError::Extras);
        }
        let bare = url.path() == "/" && url.query().is_none();
        let written = url.as_str();
        Ok(Self(if bare { written.trim_end_matches('/') } else { written }.to_owned()))
    }

    /// The same, and a bare host means `https://<host>`; tells whether it was bare.
    pub fn parse_lenient(text: &str, allow_http: bool) -> Result<(Self, bool), PortalUrlError> {
        let text = text.trim();
        if text.is_empty() || text.contains("://") || text.starts_with('/') {
            return Ok((Self::parse(text, allow_http)?, false));
        }
        Ok((Self::parse(&format!("https://{text}"), allow_http)?, true))
    }

    /// The same address without a slash at its end.
    #[must_use]
    pub fn without_slash(self) -> Self {
        Self(self.0.trim_end_matches('/').to_owned())
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Scheme, host and port, as browsers compare them.
    pub fn origin(&self) -> &str {
        // It was read and written by `Url`: its origin is its beginning.
        let host = self.0.find("://").map_or(0, |at| at + "://".len());
        let end = self.0[host..].find(['/', '?']).map_or(self.0.len(), |at| host + at);
        &self.0[..end]
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        host_in(self.origin())
    }
}

/// The host in an origin.
pub(super) fn host_in(origin: &str) -> &str {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The host of any absolute web address.
pub(super) fn host_of(address: &str) -> Option<String> {
    Url::parse(address).ok()?.host_str().map(str::to_owned)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl fmt::Display for PortalUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_normalised_or_refused() {
        use PortalUrlError::{Extras, Malformed, Scheme};
        let table = [
            ("https://a.example", Ok("https://a.example")),
            (" https://A.example:443/ ", Ok("https://a.example")),
            ("https://a.example:8443/envole/", Ok("https://a.example:8443/envole/")),
            ("https://a.example/?x=1", Ok("https://a.example/?x=1")),
            ("https://a.example/@me", Ok("https://a.example/@me")),
            ("http://127.0.0.1:8080/p", Ok("http://127.0.0.1:8080/p")),
            ("http://localhost:8080", Ok("http://localhost:8080")),
            ("http://a.example", Err(Scheme)),
            ("ftp://a.example", Err(Scheme)),
            ("javascript://a.example/%0a", Err(Scheme)),
            ("https://u@a.example", Err(Extras)),
            ("https://:@a.example", Err(Extras)),
            ("https://a.example/#x", Err(Extras)),
            ("https://a.exa mple", Err(Malformed)),
            ("https://a.example\\@b", Err(Malformed)),
            ("//a.example", Err(Malformed)),
            ("a.example", Err(Malformed)),
            ("https://", Err(Malformed)),
            ("", Err(Malformed)),
        ];
        for (text, expected) in table {
            let found = PortalUrl::parse(text, false);
            assert_eq!(
                found.as_ref().map(PortalUrl::as_str).map_err(|error| *error),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn origin_and_host_are_those_that_browsers_see() {
        for text in [
            "https://a.example",
            "https://A.example:443/x:1?y=z:2",
            "https://a.example:8443?x=/",
            "https://a.example/?x",
            "https://é.example:8443/@/:1",
            "https://192.0.2.1:81",
            "https://[2001:DB8::1]",
            "https://[2001:db8::1]:8443/x",
        ] {
            let portal = PortalUrl::parse(text, false).expect("an address");
            let url = Url::parse(text).expect("an address");
            assert_eq!(portal.origin(), url.origin().ascii_serialization());
            assert_eq!(Some(portal.host()), url.host_str());
        }
    }

    #[test]
    fn plain_http_needs_the_switch() {
        assert!(PortalUrl::parse("http://a.example", true).is_ok());
    }

    #[test]
    fn a_bare_host_is_taken_for_https() {
        let (url, bare) = PortalUrl::parse_lenient("a.example:8443/x", false).expect("readable");
        assert_eq!((url.as_str(), bare), ("https://a.example:8443/x", true));
        assert_eq!((url.origin(), url.host()), ("https://a.example:8443", "a.example"));
        assert!(PortalUrl::parse_lenient("//a.example", false).is_err());
        assert!(PortalUrl::parse_lenient("mailto:x@a.example", false).is_err());
    }
}
