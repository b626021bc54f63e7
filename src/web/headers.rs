//! Headers of every answer (security.md 1.1), and the check of the host that was asked (SEC-02).
use crate::config::Http;
use crate::web;
use crate::web::error::Refusal;
use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;

/// Policy of a page; `form-action` is left out on the sign-on path (SEC-14).
const PAGE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Policy of everything that is no page.
const DATA: &str = "default-src 'none'; frame-ancestors 'none'";
/// Policy of what is to be kept as a file: whoever shows it runs nothing of it (SEC-91).
const FILE: &str = "default-src 'none'; frame-ancestors 'none'; sandbox";
/// Paths whose forms may lead to other sites.
const SIGN_ON: [&str; 6] = ["/login", "/cas", "/dispatch", "/saml", "/logout", "/portail"];

/// Which hosts are ours.
#[derive(Debug, Clone)]
pub struct Hosts {
    names: Vec<String>,
    hsts: bool,
}

impl Hosts {
    /// The host of the public address and those added to it.
    pub fn new(http: &Http) -> Self {
        let own = http.public_url.host_str().map(str::to_lowercase);
        Self { names: own.into_iter().chain(http.extra_hosts.clone()).collect(), hsts: http.hsts }
    }

    /// The same with one more name.
    #[must_use]
    pub fn and(mut self, name: &str) -> Self {
        self.names.push(name.to_lowercase());
        self
    }

    fn is_ours(&self, host: &str) -> bool {
        // An IPv6 literal keeps its brackets, a port goes.
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => host,
        };
        self.names.iter().any(|ours| ours.eq_ignore_ascii_case(name))
    }
}

/// Refuse requests for other hosts.
pub(super) fn our_hosts(request: &ServiceRequest) -> web::Result<()> {
    let mut asked = request.headers().get_all(header::HOST);
    let hosts = request.app_data::<Data<Hosts>>();
    let is_ours = |host: &HeaderValue| {
        host.to_str().is_ok_and(|host| hosts.is_some_and(|hosts| hosts.is_ours(host)))
    };
    let status = match (asked.next(), asked.next()) {
        (Some(one), None) if is_ours(one) => return Ok(()),
        (Some(_), None) => StatusCode::MISDIRECTED_REQUEST,
        _ => StatusCode::BAD_REQUEST,
    };
    Err(Refusal::new("E-HOST", status, "request.refused").into())
}

/// Middleware: put the fixed headers on whatever is answered.
pub async fn hardened<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let path = request.path().to_owned();
    let mut answer = next.call(request).await?;
    if let Some(hosts) = answer.request().app_data::<Data<Hosts>>().cloned() {
        harden(answer.headers_mut(), &path, &hosts);
    }
    Ok(answer)
}

/// Put the fixed headers on an answer to `path`.
pub fn harden(answer: &mut HeaderMap, path: &str, hosts: &Hosts) {
    let is_page = answer
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    // It kept the compressor away; in answers it has no place (RFC 9110, 8.4.1).
    if answer.get(header::CONTENT_ENCODING).is_some_and(|coding| coding == "identity") {
        answer.remove(header::CONTENT_ENCODING);
    }
    set(answer, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(answer, header::X_FRAME_OPTIONS, "DENY");
    set(answer, header::REFERRER_POLICY, "same-origin");
    set(
        answer,
        header::PERMISSIONS_POLICY,
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    );
    set(answer, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_page {
        set(answer, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    }
    if hosts.hsts {
        set(answer, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !answer.contains_key(header::CACHE_CONTROL) {
        set(answer, header::CACHE_CONTROL, "no-store");
    }
    let is_file = answer
        .get(header::CONTENT_DISPOSITION)
        .is_some_and(|how| how.as_bytes().starts_with(b"attachment"));
    // A page may say itself where its form leads.
    let forms = answer.get(header::CONTENT_SECURITY_POLICY).and_then(|own| own.to_str().ok());
    let forms = forms.filter(|own| own.starts_with("form-action ") && !own.contains(';'));
    let policy = match (is_page, SIGN_ON.iter().any(|start| path.starts_with(start)) || path == "/")
    {
        (false, _) => if is_file { FILE } else { DATA }.to_owned(),
        (true, true) => PAGE.to_owned(),
        (true, false) => format!("{PAGE}; {}", forms.unwrap_or("form-action 'self'")),
    };
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        answer.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn set(answer: &mut HeaderMap, name: HeaderName, value: &'static str) {
    answer.insert(name, HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hosts() -> Hosts {
        Hosts { names: vec!["sso.example".into(), "[::1]".into()], hsts: true }
    }

    #[test]
    fn only_our_hosts_are_ours() {
        for good in ["sso.example", "SSO.example:8080", "[::1]:8080", "[::1]"] {
            assert!(hosts().is_ours(good), "{good}");
        }
        for wrong in ["evil.example", "sso.example.evil", "", "sso.example:80:80", "a@sso.example"]
        {
            assert!(!hosts().is_ours(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_page_may_name_one_place_more_for_its_form() {
        let policy = |own: &'static str| {
            let mut answer = HeaderMap::new();
            let html = HeaderValue::from_static("text/html; charset=utf-8");
            answer.insert(header::CONTENT_TYPE, html);
            answer.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(own));
            harden(&mut answer, "/cards/pay", &hosts());
            let policy = answer.get(header::CONTENT_SECURITY_POLICY).cloned();
            policy.and_then(|it| it.to_str().ok().map(str::to_owned)).expect("a policy")
        };
        let shop = "form-action 'self' https://shop.example";
        assert_eq!(policy(shop), format!("{PAGE}; {shop}"));
        for other in ["script-src *", "form-action *; script-src *"] {
            assert_eq!(policy(other), format!("{PAGE}; form-action 'self'"), "{other}");
        }
    }

    #[test]
    fn pages_of_the_sign_on_path_may_post_elsewhere() {
        let policy = |path: &str, kind: &'static str| {
            let mut answer = HeaderMap::new();
            answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            harden(&mut answer, path, &hosts());
            answer.get(header::CONTENT_SECURITY_POLICY).map(|v| v.to_str().unwrap_or("").to_owned())
        };
        let html = "text/html; charset=utf-8";
        assert!(!policy("/dispatch", html).is_some_and(|p| p.contains("form-action")));
        assert!(policy("/sessions", html).is_some_and(|p| p.contains("form-action 'self'")));
        assert_eq!(policy("/api/v1/x", "application/json").as_deref(), Some(DATA));
    }
}
