//! Posts that change something must come from our own pages (SEC-21).
use super::error::{Refusal, Result};
use crate::config::Http;
use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Data;

/// Paths to which partners post from their own sites; signatures and state protect them.
const CROSS_SITE: [&str; 4] = ["/saml/acs", "/saml/sso", "/saml/slo", "/saml/sp/slo"];

/// Which origin is ours, and which paths take posts from others.
#[derive(Debug, Clone)]
pub struct OwnOrigin {
    origins: Vec<String>,
    cross_site: Vec<String>,
}

impl OwnOrigin {
    /// The origin of the public address.
    pub fn new(http: &Http) -> Self {
        let cross_site = CROSS_SITE.map(str::to_owned).to_vec();
        Self { origins: vec![http.origin()], cross_site }
    }

    /// One more path that takes posts from other sites: all that begin with it.
    #[must_use]
    pub fn and_cross_site(mut self, prefix: &str) -> Self {
        self.cross_site.push(prefix.to_owned());
        self
    }

    /// Whether a request may change something, going by what the browser says of its origin.
    fn lets(&self, path: &str, headers: &HeaderMap) -> bool {
        if self.cross_site.iter().any(|prefix| path.starts_with(prefix)) {
            return true;
        }
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let site =
            text("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none");
        let origin = text(header::ORIGIN.as_str());
        site && origin.is_none_or(|origin| self.origins.iter().any(|own| own == origin))
    }
}

/// Refuse posts from elsewhere.
pub(super) fn own_origin(request: &ServiceRequest) -> Result<()> {
    let lets = |own: &Data<OwnOrigin>| own.lets(request.path(), request.headers());
    if request.method().is_safe() || request.app_data().is_some_and(lets) {
        return Ok(());
    }
    let refusal = Refusal::new("E-CSRF", StatusCode::FORBIDDEN, "request.refused");
    Err(refusal.detail("the post came from another origin").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn lets(path: &str, pairs: &[(&'static str, &'static str)]) -> bool {
        let own = OwnOrigin {
            origins: vec!["https://sso.example".into()],
            cross_site: CROSS_SITE.map(str::to_owned).to_vec(),
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        own.lets(path, &headers)
    }

    #[test]
    fn posts_come_from_our_own_pages() {
        assert!(lets("/login", &[]));
        assert!(lets(
            "/login",
            &[("sec-fetch-site", "same-origin"), ("origin", "https://sso.example")]
        ));
        assert!(!lets("/login", &[("sec-fetch-site", "cross-site")]));
        assert!(!lets("/login", &[("sec-fetch-site", "same-site")]));
        assert!(!lets("/login", &[("origin", "https://evil.example")]));
        assert!(!lets("/login", &[("origin", "null")]));
        assert!(lets(
            "/saml/sso",
            &[("sec-fetch-site", "cross-site"), ("origin", "https://sp.example")]
        ));
    }
}
