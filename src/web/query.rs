//! Fields of queries and forms, read once: a security field given twice is refused (SEC-10).
use super::error::{Error, Refusal, Result};
use actix_web::dev::ServiceRequest;
use actix_web::http::{Method, StatusCode};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Fields whose doubling could mean one thing to us and another to somebody else.
const SINGLE: [&str; 19] = [
    "logoutRequest",
    "logout_token",
    "iss",
    "SAMLResponse",
    "SAMLRequest",
    "RelayState",
    "SigAlg",
    "Signature",
    "service",
    "ticket",
    "state",
    "code",
    "redirect_uri",
    "csrf",
    "rne",
    "sp_ident",
    "providerId",
    "target",
    "next",
];

/// Fields with messages that are written in several lines. Whoever reads one looks at its letters.
const FOLDED: [&str; 5] =
    ["SAMLResponse", "SAMLRequest", "logoutRequest", "mail_text", "mail_html"];

/// Decoded fields by name; of doubled harmless ones the last counts.
#[derive(Debug, Clone, Default)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Read `application/x-www-form-urlencoded` text.
    pub fn parse(text: &str) -> Result<Self> {
        let pairs: Vec<(String, String)> =
            serde_urlencoded::from_str(text).map_err(|_| bad("fields that cannot be read"))?;
        let mut fields = BTreeMap::new();
        for (name, value) in pairs {
            if value.contains(['\r', '\n', '\0']) && !FOLDED.contains(&name.as_str()) {
                return Err(bad("a control character in a field"));
            }
            if fields.insert(name.clone(), value).is_some() && SINGLE.contains(&name.as_str()) {
                return Err(bad("a field that was given twice"));
            }
        }
        Ok(Self(fields))
    }

    /// The value of a field; empty counts as absent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// An id of ours in a field.
    pub fn id(&self, name: &str) -> Option<Uuid> {
        self.get(name)?.parse().ok()
    }

    /// The value of the first of these fields that is there.
    pub fn any(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Names and values of all of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first of them whose doubling would matter.
    fn security_field(&self) -> Option<&'static str> {
        SINGLE.into_iter().find(|name| self.0.contains_key(*name))
    }

    /// Whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        matches!(self.get(name), Some("1" | "true" | "on"))
    }
}

/// Security fields stand once in an address, and in that of a post not at all.
pub(super) fn single_fields(request: &ServiceRequest) -> Result<()> {
    check(request.method(), request.path(), request.query_string())
}

/// The API has no forms beside which such a field could stand, and names unknown fields itself.
const WITHOUT_FORMS: &str = "/api/v1/";

fn check(method: &Method, path: &str, query: &str) -> Result<()> {
    match Fields::parse(query)?.security_field() {
        Some(name) if !method.is_safe() && !path.starts_with(WITHOUT_FORMS) => {
            Err(bad(&format!("{name} in the address of a post")))
        }
        _ => Ok(()),
    }
}

/// A request that makes no sense.
pub fn bad(detail: &str) -> Error {
    Refusal::new("E-BAD-REQUEST", StatusCode::BAD_REQUEST, "request.refused").detail(detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_fields_stand_once() {
        for name in SINGLE {
            assert!(Fields::parse(&format!("{name}=a&x=1&{name}=b")).is_err(), "{name}");
            assert!(Fields::parse(&format!("{name}=a")).is_ok(), "{name}");
        }
        assert_eq!(Fields::parse("q=a&q=b").expect("fields").get("q"), Some("b"));
    }

    #[test]
    fn security_fields_of_a_post_stand_in_its_body() {
        for name in SINGLE {
            let query = format!("x=1&{name}=");
            assert!(check(&Method::POST, "/login", &query).is_err(), "{name}");
            assert!(check(&Method::DELETE, "/login", &query).is_err(), "{name}");
            assert!(check(&Method::GET, "/login", &query).is_ok(), "{name}");
        }
        assert!(check(&Method::POST, "/login", "%63srf=1").is_err());
        assert!(check(&Method::POST, "/login", "x=1&y").is_ok());
        assert!(check(&Method::GET, "/login", "code=1&x=2&code=1").is_err());
    }

    #[test]
    fn line_breaks_are_refused_not_stripped() {
        assert!(Fields::parse("next=%0d%0aSet-Cookie:x").is_err());
        assert!(Fields::parse("SAMLResponse=PHg%2B%0D%0A").is_ok());
    }
}
