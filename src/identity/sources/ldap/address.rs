//! Where a server is, and whether the way there may carry passwords (SEC-34).
use std::net::IpAddr;
use url::{Host, Url};

/// A server address that was judged safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: Url,
    pub(super) place: Place,
    pub(super) starttls: bool,
}

/// What to connect to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// A host name or address, and a port.
    Tcp(String, u16),
    /// A socket on this machine.
    Socket,
}

/// Why an address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    #[error("write ldap://host, ldaps://host or ldapi://%2Fpath%2Fto%2Fsocket")]
    Unreadable,
    #[error("passwords would travel in clear: use ldaps:// or starttls = true")]
    Plain,
    #[error("only the server belongs here; the base has a key of its own")]
    Path,
}

impl Address {
    /// Judge one word of `url`. Plain connections are for this machine only.
    pub(super) fn parse(text: &str, starttls: bool) -> Result<Self, AddressError> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::Unreadable)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(AddressError::Path);
        }
        let host = host(&url).ok_or(AddressError::Unreadable)?;
        let (standard_port, starttls) = match url.scheme() {
            "ldapi" => return Ok(Self { url, place: Place::Socket, starttls: false }),
            "ldaps" => (636, false),
            "ldap" if starttls || is_loopback(&host) => (389, starttls),
            "ldap" => return Err(AddressError::Plain),
            _ => return Err(AddressError::Unreadable),
        };
        let port = url.port().unwrap_or(standard_port);
        Ok(Self { url, place: Place::Tcp(host, port), starttls })
    }

    /// Whether a certificate is seen on the way there.
    pub(super) fn is_encrypted(&self) -> bool {
        self.starttls || self.url.scheme() == "ldaps"
    }
}

fn host(url: &Url) -> Option<String> {
    match url.host()? {
        Host::Domain("") => None,
        Host::Domain(name) => Some(name.to_owned()),
        Host::Ipv4(address) => Some(address.to_string()),
        Host::Ipv6(address) => Some(address.to_string()),
    }
}

fn is_loopback(host: &str) -> bool {
    let is_loopback_address = host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback_address || host.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_connections_stay_on_this_machine() {
        use AddressError::{Path, Plain, Unreadable};
        for (text, starttls, expected) in [
            ("ldap://127.0.0.1", false, Ok(("127.0.0.1", 389))),
            ("ldap://127.9.9.9:3389", false, Ok(("127.9.9.9", 3389))),
            ("ldap://localhost:3389/", false, Ok(("localhost", 3389))),
            ("ldap://[::1]:3389", false, Ok(("::1", 3389))),
            ("ldap://ldap.ac-reunion.fr", false, Err(Plain)),
            ("ldap://10.0.0.1", false, Err(Plain)),
            ("ldap://localhost.example.org", false, Err(Plain)),
            ("ldap://ldap.ac-reunion.fr", true, Ok(("ldap.ac-reunion.fr", 389))),
            ("ldaps://ldap.ac-reunion.fr", false, Ok(("ldap.ac-reunion.fr", 636))),
            ("ldaps://ldap.ac-reunion.fr:1636", true, Ok(("ldap.ac-reunion.fr", 1636))),
            ("ldap://127.0.0.1/o=gouv,c=fr", false, Err(Path)),
            ("ldap://127.0.0.1/?uid", false, Err(Path)),
            ("http://127.0.0.1", false, Err(Unreadable)),
            ("ldap://", false, Err(Unreadable)),
            ("127.0.0.1", false, Err(Unreadable)),
            ("", false, Err(Unreadable)),
        ] {
            let place = Address::parse(text, starttls).map(|address| address.place);
            let expected = expected.map(|(host, port)| Place::Tcp(host.to_owned(), port));
            assert_eq!(place, expected, "{text} starttls={starttls}");
        }
    }

    #[test]
    fn a_socket_of_this_machine_needs_no_encryption() {
        let address = Address::parse("ldapi://%2Frun%2Fslapd%2Fldapi", true).expect("an address");

        assert_eq!((address.place, address.starttls), (Place::Socket, false));
    }
}
