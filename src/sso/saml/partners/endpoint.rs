//! Addresses of a partner.
use crate::sso::saml::element::Element;
use crate::sso::saml::vocabulary::{HTTP_POST, HTTP_REDIRECT};
use url::{Host, Url};

/// Where a partner takes Responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acs {
    /// Its number in the metadata.
    pub index: u16,
    /// How the Response travels; only HTTP-POST is used.
    pub binding: String,
    /// The address, exactly as the metadata spells it.
    pub url: String,
    /// Whether the partner marks it as its default (`None`: it says nothing).
    pub is_default: Option<bool>,
}

/// An address for logout messages or sign-on requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// How messages travel.
    pub binding: String,
    /// Where requests go.
    pub url: String,
    /// Where responses go, when that is another address.
    pub response_url: Option<String>,
}

/// Which address a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcsChoice<'a> {
    /// The one that the metadata prefers.
    Default,
    /// The one with this number.
    Index(u16),
    /// The one spelled exactly so.
    Url(&'a str),
}

impl Acs {
    /// Read an `AssertionConsumerService`, none when it cannot be used.
    pub(super) fn read(element: &Element, http: bool) -> Option<Self> {
        let url = element.attribute("Location")?.trim();
        is_usable(url, http).then_some(())?;
        Some(Self {
            index: element.attribute("index").unwrap_or("0").trim().parse().ok()?,
            binding: element.attribute("Binding")?.trim().to_owned(),
            url: url.to_owned(),
            is_default: element.attribute("isDefault").and_then(boolean),
        })
    }

    /// Whether Responses can be posted there.
    pub fn takes_post(&self) -> bool {
        self.binding == HTTP_POST
    }
}

impl Endpoint {
    /// Whether messages are posted there.
    pub fn takes_post(&self) -> bool {
        self.binding == HTTP_POST
    }

    /// Whether messages travel in the query.
    pub fn takes_redirect(&self) -> bool {
        self.binding == HTTP_REDIRECT
    }

    /// The one that takes redirects, or forms where that is wished for; otherwise the other way.
    pub(super) fn choose(all: &[Self], by_post: bool) -> Option<&Self> {
        let post = all.iter().find(|endpoint| endpoint.takes_post());
        let redirect = all.iter().find(|endpoint| endpoint.takes_redirect());
        if by_post { post.or(redirect) } else { redirect.or(post) }
    }

    /// Where responses go.
    pub fn for_responses(&self) -> &str {
        self.response_url.as_deref().unwrap_or(&self.url)
    }

    pub(super) fn read(element: &Element, http: bool) -> Option<Self> {
        let url = element.attribute("Location")?.trim();
        let response_url = element.attribute("ResponseLocation").map(str::trim);
        let usable = is_usable(url, http) && response_url.is_none_or(|url| is_usable(url, http));
        usable.then(|| Self {
            binding: element.attribute("Binding").unwrap_or_default().trim().to_owned(),
            url: url.to_owned(),
            response_url: response_url.map(str::to_owned),
        })
    }
}

/// Whether a browser may be sent to this address: https, or http on this machine (everywhere when
/// `http` is allowed), without user name.
fn is_usable(address: &str, http: bool) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && (http || local));
    let clean = !address.contains(|c: char| c.is_control() || c == '\\' || c == ' ');
    scheme && clean && url.username().is_empty() && url.password().is_none()
}

/// A boolean as XML Schema writes it.
pub(in crate::sso::saml) fn boolean(text: &str) -> Option<bool> {
    match text.trim() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_this_machine_only() {
        for (address, usable) in [
            ("https://sp.example/acs", true),
            ("https://sp.example:8443/acs?x=y", true),
            ("http://127.0.0.1:8080/acs", true),
            ("http://localhost/acs", true),
            ("http://[::1]/acs", true),
            ("http://sp.example/acs", false),
            ("http://127.0.0.1.evil.example/acs", false),
            ("http://localhost.evil.example/acs", false),
            ("javascript:alert(1)", false),
            ("data:text/html,x", false),
            ("//sp.example/acs", false),
            ("https://user@sp.example/acs", false),
            ("https://sp.example/a\\cs", false),
            ("https://sp.example/a\ncs", false),
            ("", false),
        ] {
            assert_eq!(is_usable(address, false), usable, "{address}");
        }
        assert!(is_usable("http://sp.example/acs", true));
    }
}
