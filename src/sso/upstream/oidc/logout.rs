//! Logout tokens (OpenID Connect Back-Channel Logout 1.0, 2.4 to 2.6; SEC-69).
use super::Provider;
use super::believing::{ALGORITHMS, SKEW};
use super::description::{FRESH, Known, PACE};
use crate::sso::upstream::back_channel::Ended;
use crate::sso::upstream::{UpstreamError, secret_name};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use openidconnect::JsonWebKey;
use openidconnect::core::CoreJwsSigningAlgorithm;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What makes a token one of logout.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old one may be.
const OLDEST: Duration = Duration::minutes(2);
/// Longest token, bytes.
const LONGEST: usize = 16 * 1024;

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    typ: Option<String>,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Value,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
    #[serde(default)]
    events: Value,
}

impl Provider {
    /// Whose sessions are over, and the identifier that counts once, with until when.
    pub(in crate::sso::upstream) async fn hear_the_end(
        &self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<(Ended, (String, DateTime<Utc>)), UpstreamError> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err(odd("form")) };
        if token.len() > LONGEST {
            return Err(odd("size"));
        }
        let head: Header = read(header)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| odd("form"))?;
        let is_typed = head.typ.as_deref().is_none_or(|it| it.eq_ignore_ascii_case("logout+jwt"));
        if !is_typed || !ALGORITHMS.contains(&head.alg) {
            return Err(odd("algorithm"));
        }
        let mut known = self.describe(FRESH, now).await?;
        if !knows(&known, &head) {
            known = self.describe(PACE, now).await?;
        }
        let signed = &token.as_bytes()[..header.len() + 1 + claims.len()];
        let keys = known.description.jwks().keys().iter().filter(|key| {
            head.kid.as_deref().is_none_or(|kid| key.key_id().is_some_and(|it| it.as_str() == kid))
        });
        let verifies = |key: &openidconnect::core::CoreJsonWebKey| {
            key.verify_signature(&head.alg, signed, &signature).is_ok()
        };
        if !keys.into_iter().any(verifies) {
            return Err(odd("signature"));
        }
        self.believe_the_end(read(claims)?, now)
    }

    fn believe_the_end(
        &self,
        claims: Claims,
        now: DateTime<Utc>,
    ) -> Result<(Ended, (String, DateTime<Utc>)), UpstreamError> {
        let ours = Value::from(self.settings.client_id.as_str());
        let is_ours = match &claims.aud {
            Value::Array(all) => all.contains(&ours),
            one => *one == ours,
        };
        let issued = DateTime::from_timestamp(claims.iat, 0).ok_or_else(|| odd("time"))?;
        let is_lately = issued <= now + SKEW && issued >= now - OLDEST - SKEW;
        let is_over = claims.exp.is_some_and(|exp| exp < (now - SKEW).timestamp());
        for (holds, reason) in [
            (claims.iss == self.settings.issuer, "issuer"),
            (is_ours, "audience"),
            (is_lately && !is_over, "time"),
            (claims.nonce.is_none(), "nonce"),
            (claims.events.get(EVENT).is_some_and(Value::is_object), "events"),
            (!claims.jti.is_empty() && claims.jti.len() <= 255, "jti"),
        ] {
            if !holds {
                return Err(odd(reason));
            }
        }
        let ended = match (claims.sid, claims.sub) {
            (Some(sid), _) => Ended::Session(secret_name(&sid)),
            (None, Some(sub)) => Ended::Person(sub),
            (None, None) => return Err(odd("subject")),
        };
        Ok((ended, (claims.jti, issued + OLDEST + SKEW + SKEW)))
    }
}

fn knows(known: &Known, head: &Header) -> bool {
    let Some(kid) = head.kid.as_deref() else { return true };
    let keys = known.description.jwks().keys();
    keys.iter().any(|key| key.key_id().is_some_and(|it| it.as_str() == kid))
}

fn read<T: DeserializeOwned>(part: &str) -> Result<T, UpstreamError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| odd("form"))?;
    serde_json::from_slice(&bytes).map_err(|_| odd("form"))
}

fn odd(reason: &'static str) -> UpstreamError {
    UpstreamError::NotBelieved(reason)
}
