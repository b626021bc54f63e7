//! The address of an application, as it comes in `service` (`dispatch.md` 5.2, SEC-59).
use crate::web::redirect::{RefusedTarget, parse_address};
use url::Url;

/// An address that was read the way browsers read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    url: Url,
    text: String,
}

impl ServiceUrl {
    /// Read `service`: an address of the web without user name and fragment, 2 KiB at most.
    pub fn parse(text: &str) -> Result<Self, RefusedTarget> {
        let mut url = parse_address(text)?;
        if url.fragment().is_some() {
            return Err(RefusedTarget::NotAnAddress);
        }
        let text = without_ticket(text);
        if let Some(query) = url.query() {
            let kept = without_ticket(&format!("?{query}"));
            url.set_query(kept.strip_prefix('?'));
        }
        Ok(Self { url, text })
    }

    /// What tickets are bound to: the text as the application wrote it, without an old ticket.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host, port and path as browsers see them.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether a port was written, be it the usual one.
    pub fn written_port(&self) -> Option<u16> {
        let authority = self.text.split("://").nth(1)?.split(['/', '?']).next()?;
        let (host, port) = authority.rsplit_once(':')?;
        // In `[::1]` the colon belongs to the host.
        if host.starts_with('[') && !host.ends_with(']') { None } else { port.parse().ok() }
    }

    /// The address with a ticket, printable ASCII.
    pub fn with_ticket(&self, ticket: &str) -> String {
        let mut url = self.url.clone();
        let query = match url.query().filter(|query| !query.is_empty()) {
            Some(query) => format!("{query}&ticket={ticket}"),
            None => format!("ticket={ticket}"),
        };
        url.set_query(Some(&query));
        url.into()
    }
}

/// The text without its parameter `ticket`; everything else stays as it was written.
fn without_ticket(text: &str) -> String {
    let Some((path, query)) = text.split_once('?') else { return text.to_owned() };
    let is_ticket = |pair: &&str| pair.split('=').next() == Some("ticket");
    let kept: Vec<&str> = query.split('&').filter(|pair| !is_ticket(pair)).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(text: &str) -> ServiceUrl {
        ServiceUrl::parse(text).expect("an address")
    }

    #[test]
    fn tickets_are_added_and_old_ones_go() {
        for (text, bound, with) in [
            ("https://a.test/x", "https://a.test/x", "https://a.test/x?ticket=ST-1"),
            ("https://a.test", "https://a.test", "https://a.test/?ticket=ST-1"),
            ("https://a.test/x?y=1", "https://a.test/x?y=1", "https://a.test/x?y=1&ticket=ST-1"),
            ("https://a.test/x?ticket=ST-0", "https://a.test/x", "https://a.test/x?ticket=ST-1"),
            (
                "https://a.test/x?ticket=ST-0&y=a%20b",
                "https://a.test/x?y=a%20b",
                "https://a.test/x?y=a%20b&ticket=ST-1",
            ),
        ] {
            let service = service(text);
            assert_eq!((service.as_str(), service.with_ticket("ST-1").as_str()), (bound, with));
        }
    }

    #[test]
    fn a_written_port_is_seen() {
        for (text, port) in [
            ("https://a.test/", None),
            ("https://a.test:443/", Some(443)),
            ("http://[::1]/x", None),
            ("http://[::1]:8080?x=a:1", Some(8080)),
        ] {
            assert_eq!(service(text).written_port(), port, "{text}");
        }
    }

    #[test]
    fn fragments_and_users_are_refused() {
        for text in ["https://a.test/#x", "https://u@a.test/", "ftp://a.test/", "https:a.test", ""]
        {
            assert!(ServiceUrl::parse(text).is_err(), "{text:?}");
        }
    }
}
