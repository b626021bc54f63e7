//! What a provider says of itself, and its keys: fetched when they are needed, and kept for a while
//! (SEC-67).
use super::types::{Description, Tokens};
use super::{Provider, silent};
use crate::sso::upstream::UpstreamError;
use crate::web::redirect::is_local;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use openidconnect::{IssuerUrl, JsonWebKey, TokenResponse, TokenUrl, UserInfoUrl};
use serde_json::Value;
use std::sync::{Arc, PoisonError};

/// How long a description and its keys are believed without asking again (SEC-67).
pub(super) const FRESH: Duration = Duration::hours(1);
/// How long they are good for when the provider does not answer.
const STALE: Duration = Duration::hours(24);
/// From one question about keys that we do not know to the next.
pub(super) const PACE: Duration = Duration::minutes(1);

/// A description, and when it was fetched.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) description: Arc<Description>,
    pub(super) at: DateTime<Utc>,
}

impl Known {
    /// The answer must come from whom we asked (RFC 9207, SEC-65).
    pub(super) fn must_be(&self, named: Option<&str>) -> Result<(), UpstreamError> {
        let must_name =
            self.description.additional_metadata().authorization_response_iss_parameter_supported;
        match named {
            None if must_name => Err(UpstreamError::NotBelieved("iss")),
            Some(named) if named != self.description.issuer().as_str() => {
                Err(UpstreamError::NotBelieved("iss"))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn lacks_key_of(&self, tokens: &Tokens) -> bool {
        let Some(token) = tokens.id_token() else { return false };
        let header = token.to_string();
        let Some(kid) = key_id(&header) else { return false };
        let keys = self.description.jwks().keys();
        !keys.iter().any(|key| key.key_id().is_some_and(|known| known.as_str() == kid))
    }
}

impl Provider {
    /// The description, not older than `fresh` when the provider answers.
    pub(super) async fn describe(
        &self,
        fresh: Duration,
        now: DateTime<Utc>,
    ) -> Result<Known, UpstreamError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(known) = known.as_ref().filter(|known| now - known.at < fresh) {
            return Ok(known.clone());
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone());
        let issuer = issuer.map_err(|_| silent("no address"))?;
        // One that hangs holds nobody up who could go on with what is known.
        let is_usable = |known: &&Known| now - known.at < STALE;
        {
            let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
            if tried.is_some_and(|tried| now - tried < PACE)
                && let Some(known) = known.as_ref().filter(is_usable)
            {
                return Ok(known.clone());
            }
            *tried = Some(now);
        }
        match Description::discover_async(issuer, &self.http).await {
            Ok(description) if !is_safe(&description) => {
                Err(silent("it describes unsafe addresses"))
            }
            Ok(description) => {
                let known = Known { description: Arc::new(description), at: now };
                *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
                Ok(known)
            }
            Err(error) => match known.filter(|known| now - known.at < STALE) {
                Some(known) => {
                    tracing::warn!(issuer = self.settings.issuer, error = %error, "an identity provider does not describe itself: {error}");
                    Ok(known)
                }
                None => Err(UpstreamError::Silent(error.to_string())),
            },
        }
    }
}

/// Every address is https; on this machine http will do for a provider of this machine (D22).
fn is_safe(description: &Description) -> bool {
    let is_here = is_local(description.issuer().url());
    let more = description.additional_metadata();
    let token = description.token_endpoint().map(TokenUrl::url);
    let user_info = description.userinfo_endpoint().map(UserInfoUrl::url);
    let needed = [description.authorization_endpoint().url(), description.jwks_uri().url()];
    let given = [token, user_info, more.end_session_endpoint.as_ref()];
    let all = needed.into_iter().chain(given.into_iter().flatten());
    all.into_iter().all(|url| if is_local(url) { is_here } else { url.scheme() == "https" })
}

/// `kid` of a signed token's header.
fn key_id(token: &str) -> Option<String> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: Value = serde_json::from_slice(&header).ok()?;
    header["kid"].as_str().map(str::to_owned)
}
