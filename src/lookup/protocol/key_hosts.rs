//! Which servers may be asked for keys, and at which addresses: a signed message must not lead us
//! into networks that its sender cannot reach (lookup.md 6.3).
use crate::outbound::is_public;
use url::{Host, Url};

/// Top levels that exist in private networks only.
const PRIVATE_NAMES: [&str; 8] =
    ["local", "localhost", "intranet", "internal", "private", "corp", "home", "lan"];

/// What the settings say of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Named in `key_hosts`: wherever it is.
    Vouched,
    /// A server of ours: at public addresses.
    Listed,
    /// Not to be asked.
    Unknown,
}

/// The hosts of the settings.
#[derive(Debug, Clone, Default)]
pub(super) struct KeyHosts {
    vouched: Vec<String>,
    listed: Vec<String>,
}

impl KeyHosts {
    /// `servers` as they stand in cloud ids.
    pub(super) fn new(vouched: &[String], servers: &[String]) -> Self {
        let host = |server: &String| {
            Url::parse(&format!("https://{server}")).ok()?.host_str().map(str::to_owned)
        };
        Self {
            vouched: vouched.iter().filter_map(host).collect(),
            listed: servers.iter().filter_map(host).collect(),
        }
    }

    /// Whether the host of an address may be asked.
    pub(super) fn trust(&self, url: &Url) -> Trust {
        let Some(name) = url.host_str() else { return Trust::Unknown };
        let is_in = |list: &[String]| list.iter().any(|host| host.eq_ignore_ascii_case(name));
        match url.host() {
            _ if is_in(&self.vouched) => Trust::Vouched,
            Some(host) if is_in(&self.listed) && is_public_host(&host) => Trust::Listed,
            _ => Trust::Unknown,
        }
    }
}

fn is_public_host(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let top = name.rsplit_once('.').map(|(_, top)| top.to_ascii_lowercase());
            top.is_some_and(|top| !PRIVATE_NAMES.contains(&top.as_str()))
        }
        Host::Ipv4(address) => is_public((*address).into()),
        Host::Ipv6(address) => is_public((*address).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> KeyHosts {
        let vouched = ["127.0.0.1".to_owned(), "nuage.lan".to_owned()];
        let servers =
            ["nuage-a.example.fr:8443/nc", "intern.local", "nuage", "10.0.0.5", "[::1]", "8.8.8.8"];
        KeyHosts::new(&vouched, &servers.map(str::to_owned))
    }

    #[test]
    fn only_servers_of_the_settings_are_asked() {
        for (url, trust) in [
            ("https://nuage-a.example.fr/x", Trust::Listed),
            ("http://NUAGE-A.example.fr:1/x", Trust::Listed),
            ("https://8.8.8.8/", Trust::Listed),
            ("https://nuage-b.example.fr/", Trust::Unknown),
            ("https://nuage-a.example.fr.evil.test/", Trust::Unknown),
            ("https://evil@nuage-b.example.fr/", Trust::Unknown),
            ("https://intern.local/", Trust::Unknown),
            ("https://nuage/", Trust::Unknown),
            ("https://10.0.0.5/", Trust::Unknown),
            ("https://[::1]/", Trust::Unknown),
            ("http://127.0.0.1:18931/", Trust::Vouched),
            ("http://0x7f.1/", Trust::Vouched),
            ("http://nuage.lan/", Trust::Vouched),
        ] {
            assert_eq!(hosts().trust(&Url::parse(url).unwrap()), trust, "{url}");
        }
    }
}
