//! One application: a section of `*_apps.ini` (`dispatch.md` 5.2).
use super::service_url::ServiceUrl;
use crate::finding::Finding;
use crate::ini::{self, Section, WrittenNetwork};
use ipnet::IpNet;
use regex::{Regex, RegexBuilder};
use std::cmp::Reverse;
use std::net::IpAddr;
use url::Host;

/// Keys of a section.
pub(super) const KEYS: [&str; 9] =
    ["baseurl", "scheme", "port", "addr", "typeaddr", "filter", "proxy", "mode", "slo"];

/// Bytes of the largest compiled expression.
const MOST_OF_EXPRESSION: usize = 1 << 16;

/// The shape of the answers that an application reads (`dispatch.md` 6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// CAS 3: `user` and `attributes`.
    Standard,
    /// Sections of the filter only, for clients of EoleSSO.
    Eole,
    /// Both, so that either kind of client finds what it looks for.
    Dual,
}

impl Mode {
    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "standard" => Some(Self::Standard),
            "eole" => Some(Self::Eole),
            "dual" => Some(Self::Dual),
            _ => None,
        }
    }

    /// As it is written in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Eole => "eole",
            Self::Dual => "dual",
        }
    }
}

/// Which hosts an application may have.
#[derive(Debug, Clone)]
enum Address {
    Name(String),
    Network(IpNet),
    Expression(Regex),
}

/// An application that may ask who somebody is.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its section.
    pub name: String,
    /// The file it stands in.
    pub file: String,
    /// The line of its section, counted from 1.
    pub line: u32,
    /// The filter that says what it is told; `None`: its login only.
    pub filter: Option<String>,
    /// The shape of its answers.
    pub mode: Mode,
    /// Whether it may ask for tickets to pass on (`proxy`).
    pub may_proxy: bool,
    /// Whether it hears of the end of a session.
    pub slo: bool,
    scheme: Option<&'static str>,
    port: Option<u16>,
    base: String,
    address: Address,
}

impl Application {
    /// Read a section. `None`: it cannot be used, and a finding says why.
    pub(super) fn read(file: &str, section: &Section) -> (Option<Self>, Vec<Finding>) {
        let mut findings = Vec::new();
        let application = Reading { file, section, findings: &mut findings }.application();
        (application, findings)
    }

    /// Whether it stands at a host or network that the administrator wrote down, not wherever an
    /// expression fits.
    pub fn names_its_host(&self) -> bool {
        !matches!(self.address, Address::Expression(_))
    }

    /// Whether a service is this application's.
    pub fn is_at(&self, service: &ServiceUrl) -> bool {
        let url = service.url();
        let scheme = self.scheme.is_none_or(|scheme| scheme == url.scheme());
        let port = self.port.is_none_or(|port| service.written_port() == Some(port));
        scheme && port && self.has_path(url.path()) && self.has_host(url.host())
    }

    /// What stands before others that fit as well: exact hosts, networks, expressions; then long
    /// paths. Smaller is first.
    pub(super) fn rank(&self) -> (u8, Reverse<usize>) {
        let kind = match self.address {
            Address::Name(_) => 0,
            Address::Network(_) => 1,
            Address::Expression(_) => 2,
        };
        (kind, Reverse(self.base.len()))
    }

    /// Only whole steps of a path count: `/pronote` is not the beginning of `/pronote-evil`.
    fn has_path(&self, path: &str) -> bool {
        path.strip_prefix(self.base.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn has_host(&self, host: Option<Host<&str>>) -> bool {
        let address = match host {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address).to_canonical()),
            _ => None,
        };
        let name = host.map(|host| host.to_string()).unwrap_or_default();
        match &self.address {
            Address::Name(own) => own == name.trim_end_matches('.'),
            Address::Network(network) => address.is_some_and(|address| network.contains(&address)),
            Address::Expression(expression) => expression.is_match(&name),
        }
    }
}

/// A section on its way to an application.
struct Reading<'a> {
    file: &'a str,
    section: &'a Section,
    findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    fn application(&mut self) -> Option<Application> {
        let address = self.address()?;
        let scheme = self.scheme()?;
        let port = self.port().ok()?;
        let mode = self.value("mode", Mode::parse).ok()?.unwrap_or(Mode::Dual);
        let slo = self.value("slo", ini::boolean).ok()?.unwrap_or(true);
        let base = self.text("baseurl").unwrap_or("/").trim_matches('/');
        Some(Application {
            name: self.section.name.clone(),
            file: self.file.to_owned(),
            line: self.section.line,
            filter: self.text("filter").map(|name| name.trim_end_matches(".ini").to_owned()),
            mode,
            may_proxy: self.text("proxy").is_some_and(|text| ini::boolean(text) != Some(false)),
            slo,
            scheme,
            port,
            base: if base.is_empty() { String::new() } else { format!("/{base}") },
            address,
        })
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.section.get(key).map(str::trim).filter(|text| !text.is_empty())
    }

    fn complain(&mut self, key: &str, detail: &str) {
        let line = self.section.entry(key).map_or(self.section.line, |entry| entry.line);
        let about = format!("[{}] {key}", self.section.name);
        self.findings.push(Finding::at("W-APP-VALUE", self.file, line, about).detail(detail));
    }

    /// A value that may be missing but must not be nonsense.
    fn value<T>(&mut self, key: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
        let Some(text) = self.text(key).map(str::to_owned) else { return Ok(None) };
        let parsed = parse(&text);
        if parsed.is_none() {
            self.complain(key, &format!("not a value that this key takes: {text}"));
        }
        parsed.map(Some).ok_or(())
    }

    fn port(&mut self) -> Result<Option<u16>, ()> {
        self.value("port", |text| text.parse().ok().filter(|port| *port > 0))
    }

    /// `None` inside: both.
    #[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
    fn scheme(&mut self) -> Option<Option<&'static str>> {
        let scheme = |text: &str| match text.to_ascii_lowercase().as_str() {
            "http" => Some(Some("http")),
            "https" => Some(Some("https")),
            "both" => Some(None),
            _ => None,
        };
        Some(self.value("scheme", scheme).ok()?.unwrap_or(Some("https")))
    }

    fn address(&mut self) -> Option<Address> {
        let Some(text) = self.text("addr").map(str::to_owned) else {
            self.complain("addr", "missing: nobody can be at an unknown address");
            return None;
        };
        let kind = self.text("typeaddr").unwrap_or("dns").to_ascii_lowercase();
        let address = match kind.as_str() {
            "dns" => host(&text).map(Address::Name),
            "ip" => WrittenNetwork::parse(&text, None).ok().map(|it| Address::Network(it.network)),
            "regexp" => expression(&text).map(Address::Expression),
            _ => {
                self.complain("typeaddr", "write dns, ip or regexp");
                return None;
            }
        };
        if address.is_none() {
            self.complain("addr", &format!("cannot be read as {kind}: {text}"));
        }
        address
    }
}

/// A host name as browsers spell it.
fn host(text: &str) -> Option<String> {
    Host::parse(text).ok().map(|host| host.to_string().trim_end_matches('.').to_owned())
}

/// The whole host name must match, even if the author did not say so.
fn expression(text: &str) -> Option<Regex> {
    let built = RegexBuilder::new(&format!("^(?:{text})$"))
        .case_insensitive(true)
        .size_limit(MOST_OF_EXPRESSION)
        .build();
    built.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ini;

    fn application(text: &str) -> Option<Application> {
        let document = ini::read("test_apps.ini", format!("[App]\n{text}").as_bytes()).0;
        Application::read("test_apps.ini", &document.sections()[0]).0
    }

    fn is_at(text: &str, service: &str) -> bool {
        let application = application(text).expect("an application");
        ServiceUrl::parse(service).is_ok_and(|service| application.is_at(&service))
    }

    #[test]
    fn a_service_belongs_to_an_application_by_whole_parts() {
        let pronote = "baseurl=/pronote/\nscheme=both\naddr=9740091F.notes.example\ntypeaddr=dns";
        for (service, fits) in [
            ("https://9740091f.notes.example/pronote/eleve.html", true),
            ("http://9740091F.NOTES.example/pronote", true),
            ("https://9740091f.notes.example:8443/pronote/", true),
            ("https://9740091f.notes.example/pronote-evil/", false),
            ("https://9740091f.notes.example/pronote/../evil", false),
            ("https://9740091f.notes.example/pronote/%2e%2e/evil", false),
            ("https://9740091f.notes.example/", false),
            ("https://x.9740091f.notes.example/pronote/", false),
            ("https://9740091f.notes.example.evil.test/pronote/", false),
            ("https://9740091f.notes.example@evil.test/pronote/", false),
            ("https://evil.test/?https://9740091f.notes.example/pronote/", false),
            ("https://evil.test\\9740091f.notes.example/pronote/", false),
            ("javascript:alert(1)", false),
            ("https:9740091f.notes.example/pronote/", false),
        ] {
            assert_eq!(is_at(pronote, service), fits, "{service}");
        }
    }

    #[test]
    fn schemes_and_ports_are_exact() {
        let usual = "addr=a.test";
        assert!(is_at(usual, "https://a.test/x"));
        assert!(!is_at(usual, "http://a.test/x"));
        let port = "addr=a.test\nscheme=both\nport=443";
        assert!(is_at(port, "https://a.test:443/"));
        assert!(!is_at(port, "https://a.test/"), "the port must be written");
        assert!(!is_at(port, "https://a.test:8443/"));
    }

    #[test]
    fn expressions_match_whole_hosts_and_networks_whole_addresses() {
        let expression = "typeaddr=regexp\naddr=[a-z0-9]+\\.ac-test\\.example";
        assert!(is_at(expression, "https://Portail.ac-test.example/"));
        assert!(!is_at(expression, "https://a.ac-test.example.evil.test/"));
        assert!(!is_at(expression, "https://evil-a.ac-test.example/"));
        let alternatives = "typeaddr=regexp\naddr=a\\.test|b\\.test";
        assert!(!is_at(alternatives, "https://b.test.evil.test/"));
        let network = "typeaddr=ip\naddr=10.0.0.0/255.255.0.0";
        assert!(is_at(network, "https://10.0.7.8/"));
        assert!(is_at(network, "https://0x0a000708/"), "as browsers read it");
        assert!(!is_at(network, "https://10.1.0.1/"));
        assert!(!is_at(network, "https://10.0.7.8.evil.test/"));
    }

    #[test]
    fn what_cannot_be_read_is_not_used() {
        for text in [
            "",
            "addr=",
            "addr=a b",
            "addr=a.test\ntypeaddr=mail",
            "addr=(\ntypeaddr=regexp",
            "addr=10.0.0.0/99\ntypeaddr=ip",
            "addr=a.test\nport=x",
            "addr=a.test\nport=0",
            "addr=a.test\nscheme=ftp",
            "addr=a.test\nmode=other",
        ] {
            assert!(application(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn proxies_are_for_those_who_ask() {
        for (text, may) in
            [("", false), ("\nproxy=", false), ("\nproxy=no", false), ("\nproxy=default", true)]
        {
            let read = application(&format!("addr=a.test{text}")).expect("an application");
            assert_eq!(read.may_proxy, may, "{text:?}");
        }
    }
}
