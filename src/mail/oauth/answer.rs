//! What providers answer, read without a connection (RFC 6749, 5; RFC 8628, 3.2 and 3.5).
use serde_json::Value;
use std::time::Duration;
use url::Url;
use zeroize::Zeroizing;

/// Longest token; AUTH lines may take 12,288 octets of base64 (RFC 4954, 4).
const LONGEST_TOKEN: usize = 8 * 1024;
/// An access token that does not say how long it lives.
const USUAL_LIFE: i64 = 3_600;
/// Seconds between two questions when the provider does not say (RFC 8628, 3.2).
const USUAL_WAIT: i64 = 5;
/// Longest time that a code may be open, seconds.
const LONGEST_OPEN: i64 = 3_600;
/// Characters kept of what a provider says to people.
const MOST_WORDS: usize = 300;

/// Words that say no, whatever the status is: RFC 6749, 4.1.2.1 and 5.2; RFC 8628, 3.5; Microsoft.
const DEFINED: [&str; 16] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_scope",
    "access_denied",
    "authorization_pending",
    "slow_down",
    "expired_token",
    "authorization_declined",
    "bad_verification_code",
    "interaction_required",
    "consent_required",
    "login_required",
];

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Raw {
    pub(super) status: u16,
    /// `Retry-After`, in seconds.
    pub(super) retry_after: Option<u64>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

/// Tokens.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Granted {
    pub(super) access: Zeroizing<String>,
    pub(super) refresh: Option<Zeroizing<String>>,
    /// Seconds that the access token lives.
    pub(super) life: i64,
    /// What was granted, if it is not what was asked.
    pub(super) scopes: Option<String>,
}

/// A code to be typed elsewhere.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct DeviceCode {
    pub(super) secret: Zeroizing<String>,
    pub(super) user_code: String,
    pub(super) verification_uri: String,
    pub(super) verification_uri_complete: String,
    pub(super) message: String,
    /// Seconds that the code is good for.
    pub(super) open: i64,
    /// Seconds between two questions.
    pub(super) wait: i64,
}

/// Why there are no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    /// The provider says no, with its word for it.
    #[error("{error} {description}")]
    Refused { error: String, description: String },
    /// It says: not now.
    #[error("status {status}")]
    Busy { status: u16, after: Option<Duration> },
    /// Nothing was heard.
    #[error("{0}")]
    Silent(String),
    /// It said yes, and nobody understands what.
    #[error("an answer that cannot be read: {0}")]
    Garbled(&'static str),
    /// The address may not be asked.
    #[error("{0}")]
    Forbidden(String),
}

impl Raw {
    /// Tokens, or why there are none. The word of the standard counts whatever the status is.
    pub(super) fn granted(&self) -> Result<Granted, Trouble> {
        let told = self.told()?;
        let text = |name: &str| told[name].as_str();
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(Trouble::Garbled("token_type"));
        }
        let access =
            text("access_token").and_then(token).ok_or(Trouble::Garbled("access_token"))?;
        let refresh = match text("refresh_token").filter(|text| !text.is_empty()) {
            Some(text) => Some(token(text).ok_or(Trouble::Garbled("refresh_token"))?),
            None => None,
        };
        let life = number(&told["expires_in"]).filter(|life| *life > 0).unwrap_or(USUAL_LIFE);
        let scopes = text("scope").map(|scopes| words(scopes, 1_000));
        Ok(Granted { access, refresh, life: life.min(366 * 86_400), scopes })
    }

    /// A code to be typed elsewhere, or why there is none.
    pub(super) fn device_code(&self) -> Result<DeviceCode, Trouble> {
        let told = self.told()?;
        let text = |name: &str| told[name].as_str().unwrap_or_default();
        let code = token(text("device_code")).ok_or(Trouble::Garbled("device_code"))?;
        let user_code = words(text("user_code"), 60);
        if user_code.is_empty() {
            return Err(Trouble::Garbled("user_code"));
        }
        let named = [text("verification_uri"), text("verification_url")];
        let uri = named.into_iter().find_map(page).ok_or(Trouble::Garbled("verification_uri"))?;
        let open = number(&told["expires_in"]).ok_or(Trouble::Garbled("expires_in"))?;
        let wait = number(&told["interval"]).filter(|wait| *wait > 0).unwrap_or(USUAL_WAIT);
        Ok(DeviceCode {
            secret: code,
            user_code,
            verification_uri: uri,
            verification_uri_complete: page(text("verification_uri_complete")).unwrap_or_default(),
            message: words(text("message"), MOST_WORDS),
            open: open.clamp(1, LONGEST_OPEN),
            wait: wait.min(LONGEST_OPEN),
        })
    }

    /// The members of a good answer.
    fn told(&self) -> Result<Value, Trouble> {
        let told: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        let is_busy = self.status >= 500 || self.status == 429;
        let after = self.retry_after.map(|after| Duration::from_secs(after.min(3_600)));
        match told["error"].as_str() {
            // Words for "not now" that may come with any status.
            Some("server_error" | "temporarily_unavailable") => {
                Err(Trouble::Busy { status: self.status, after })
            }
            // A word that nobody defined is no verdict while the provider has trouble of its own.
            Some(error) if is_busy && !DEFINED.contains(&error) => {
                Err(Trouble::Busy { status: self.status, after })
            }
            Some(error) => {
                let description = told["error_description"].as_str().unwrap_or_default();
                Err(Trouble::Refused {
                    error: words(error, 60),
                    description: words(description, MOST_WORDS),
                })
            }
            None if is_busy => Err(Trouble::Busy { status: self.status, after }),
            None if self.status == 200 && told.is_object() => Ok(told),
            None if self.status == 200 => Err(Trouble::Garbled("no JSON")),
            None => Err(Trouble::Silent(format!("status {} without a reason", self.status))),
        }
    }
}

/// A token or code: visible ASCII only, since it goes into a line of SMTP.
fn token(text: &str) -> Option<Zeroizing<String>> {
    let is_good = !text.is_empty()
        && text.len() <= LONGEST_TOKEN
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    is_good.then(|| Zeroizing::new(text.to_owned()))
}

/// An address that people may be sent to.
fn page(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.host_str().is_some();
    (is_web && text.len() <= 1_000).then(|| url.into())
}

/// A number, also one that is written as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

/// Text of a provider in one line, cut.
pub(super) fn words(text: &str, most: usize) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(status: u16, body: &str) -> Raw {
        Raw { status, retry_after: None, body: body.as_bytes().to_vec().into() }
    }

    fn trouble(status: u16, body: &str) -> Trouble {
        let Err(trouble) = raw(status, body).granted() else { panic!("tokens of {body}") };
        trouble
    }

    #[test]
    fn tokens_are_read_with_what_is_missing_filled_in() {
        let body =
            r#"{"access_token":"a","token_type":"bearer","refresh_token":"r","expires_in":"60"}"#;
        let granted = raw(200, body).granted().unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!((granted.access.as_str(), granted.life), ("a", 60));
        assert_eq!(granted.refresh.as_deref().map(String::as_str), Some("r"));
        let granted = raw(200, r#"{"access_token":"a"}"#).granted();
        let granted = granted.unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!((granted.refresh, granted.life, granted.scopes), (None, 3_600, None));
    }

    #[test]
    fn the_word_of_the_standard_counts_whatever_the_status_is() {
        for status in [400, 401, 403, 428, 500] {
            let Trouble::Refused { error, .. } = trouble(status, r#"{"error":"slow_down"}"#) else {
                panic!("{status}")
            };
            assert_eq!(error, "slow_down");
        }
    }

    #[test]
    fn what_is_no_answer_is_told_apart_from_a_refusal() {
        assert!(matches!(trouble(503, "<html>"), Trouble::Busy { status: 503, .. }));
        assert!(matches!(trouble(429, ""), Trouble::Busy { status: 429, .. }));
        assert!(matches!(trouble(400, r#"{"error":"server_error"}"#), Trouble::Busy { .. }));
        for (status, word) in [(500, "internal_failure"), (429, "rate_limited"), (503, "")] {
            let told = trouble(status, &format!(r#"{{"error":"{word}"}}"#));
            assert!(matches!(told, Trouble::Busy { .. }), "{status} {word}");
        }
        assert!(matches!(trouble(400, r#"{"error":"odd"}"#), Trouble::Refused { .. }));
        assert!(matches!(trouble(404, "<html>"), Trouble::Silent(_)));
        assert!(matches!(trouble(302, ""), Trouble::Silent(_)));
        assert!(matches!(trouble(200, "<html>"), Trouble::Garbled("no JSON")));
        assert!(matches!(trouble(200, "[]"), Trouble::Garbled("no JSON")));
        assert!(matches!(trouble(200, "{}"), Trouble::Garbled("access_token")));
        let mac = r#"{"access_token":"a","token_type":"mac"}"#;
        assert!(matches!(trouble(200, mac), Trouble::Garbled("token_type")));
        let split = r#"{"access_token":"a\u0001auth=x"}"#;
        assert!(matches!(trouble(200, split), Trouble::Garbled("access_token")));
        let line = r#"{"access_token":"a","refresh_token":"a\nb"}"#;
        assert!(matches!(trouble(200, line), Trouble::Garbled("refresh_token")));
    }

    #[test]
    fn a_code_is_read_as_each_provider_writes_it() {
        let read = |body: &str| raw(200, body).device_code();
        let google = r#"{"device_code":"d","user_code":"AB-CD","verification_url":"https://g.example/d","expires_in":1800,"interval":7}"#;
        let code = read(google).unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!(code.verification_uri, "https://g.example/d");
        assert_eq!((code.open, code.wait), (1_800, 7));
        let node = r#"{"device_code":"d","user_code":"AB-CD","verification_uri":"https://n.example/d","verification_uri_complete":"https://n.example/d?c=AB","expires_in":60}"#;
        let code = read(node).unwrap_or_else(|trouble| panic!("{trouble}"));
        assert_eq!((code.wait, code.verification_uri_complete.contains("c=AB")), (5, true));
        for bad in [
            r#"{"device_code":"d","user_code":"A","verification_uri":"javascript:x","expires_in":1}"#,
            r#"{"device_code":"d","user_code":"","verification_uri":"https://n.example","expires_in":1}"#,
            r#"{"device_code":"d","user_code":"A","verification_uri":"https://n.example"}"#,
        ] {
            assert!(matches!(read(bad), Err(Trouble::Garbled(_))), "{bad}");
        }
    }
}
