//! Whether an ID token is believed (OpenID Connect Core 3.1.3.7; SEC-66).
use super::error::not_believed;
use super::types::{Claims, Relying, Tokens};
use super::{Provider, object};
use crate::sso::upstream::{Told, UpstreamError, secret_name};
use chrono::{DateTime, Duration, Utc};
use openidconnect::core::CoreJwsSigningAlgorithm;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, AuthorizationCodeHash, Nonce, OAuth2TokenResponse,
    TokenResponse,
};
use serde_json::Value;

/// Signatures that are believed: never without one, never with a secret that both sides know.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 4] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How far clocks may differ (SEC-66).
pub(super) const SKEW: Duration = Duration::seconds(120);

/// What a token must agree with, beside signature, audience and times.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Expected<'a> {
    /// What we sent; a token that is renewed need not repeat it (Core 12.2).
    pub(super) nonce: Option<&'a str>,
    /// The code it came for.
    pub(super) code: Option<&'a str>,
    /// The person must have proved anew who they are since then.
    pub(super) proved_since: Option<DateTime<Utc>>,
}

impl Provider {
    /// Every check of an ID token (OpenID Connect Core 3.1.3.7).
    pub(super) fn believe(
        &self,
        client: &Relying,
        tokens: &Tokens,
        expected: Expected<'_>,
        now: DateTime<Utc>,
    ) -> Result<Told, UpstreamError> {
        let Expected { nonce, code, proved_since } = expected;
        let token = tokens.id_token().ok_or(UpstreamError::NotBelieved("no ID token"))?;
        let issued = move |at: DateTime<Utc>| {
            let fits = at <= now + SKEW && at >= now - Duration::minutes(10);
            if fits { Ok(()) } else { Err("issued at another time".to_owned()) }
        };
        let proved = move |at: Option<DateTime<Utc>>| {
            let fits = proved_since.is_none_or(|since| at.is_some_and(|at| at >= since - SKEW));
            if fits { Ok(()) } else { Err("not proved anew".to_owned()) }
        };
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now - SKEW)
            .set_issue_time_verifier_fn(issued)
            .set_auth_time_verifier_fn(proved)
            .set_other_audience_verifier_fn(|_| true);
        let nonce = nonce.map(|nonce| Nonce::new(nonce.to_owned()));
        let claims = match &nonce {
            Some(nonce) => token.claims(&verifier, nonce),
            None => token.claims(&verifier, |_: Option<&Nonce>| Ok(())),
        };
        let claims = claims.map_err(|error| not_believed(&error))?;
        if !self.is_for_us(claims) {
            return Err(UpstreamError::NotBelieved("audience"));
        }
        let algorithm = token.signing_alg().map_err(|_| UpstreamError::NotBelieved("algorithm"))?;
        let key = token.signing_key(&verifier).map_err(|_| UpstreamError::NotBelieved("key"))?;
        if let Some(expected) = claims.access_token_hash() {
            let made = AccessTokenHash::from_token(tokens.access_token(), algorithm, key);
            if made.ok().as_ref() != Some(expected) {
                return Err(UpstreamError::NotBelieved("at_hash"));
            }
        }
        if let (Some(expected), Some(code)) = (claims.code_hash(), code) {
            let code = AuthorizationCode::new(code.to_owned());
            let made = AuthorizationCodeHash::from_code(&code, algorithm, key);
            if made.ok().as_ref() != Some(expected) {
                return Err(UpstreamError::NotBelieved("c_hash"));
            }
        }
        // What is proved anew was proved while we waited, whatever its clock says.
        let proved_at = if proved_since.is_some() { Some(now) } else { claims.auth_time() };
        let claims_said = object(claims)?;
        let session = claims_said.get("sid").and_then(Value::as_str).map(secret_name);
        Ok(Told {
            subject: claims.subject().to_string(),
            claims: claims_said,
            proved_at,
            session,
            ..Told::default()
        })
    }

    /// Whoever a token for several was made for is named, and it is us.
    fn is_for_us(&self, claims: &Claims) -> bool {
        match claims.authorized_party() {
            Some(party) => party.as_str() == self.settings.client_id,
            None => claims.audiences().len() <= 1,
        }
    }
}
